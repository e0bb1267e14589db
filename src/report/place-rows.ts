// SPDX-License-Identifier: Apache-2.0
import type { ExperimentRecord } from '../results/experiment-record.ts';
import { bytes, perCent } from './text.ts';

/** The machine, the place and the versions, as pairs of a name and a value. */
export function placeRows({
  machine,
  place,
  plan,
  versions,
  created_at,
}: ExperimentRecord): [string, string][] {
  const rows: [string, string][] = [
    ['Machine', `${machine.cpu_model}, ${machine.cpus} CPUs, ${bytes(machine.memory_bytes)}`],
    ['System', `${machine.os}, kernel ${machine.kernel_release}`],
  ];
  if (place) {
    const size = `${place.cpus} CPUs, ${bytes(place.memory_bytes)}`;
    const qemu = `QEMU ${place.qemu_version ?? '?'} with ${place.accelerator ?? '?'}`;
    const limit =
      place.vcpu_limit === null
        ? 'no CPU limit'
        : `each at most ${perCent(place.vcpu_limit)} % of a CPU`;
    rows.push(
      [
        'Place',
        place.target === 'vm'
          ? `guest, ${size}, ${qemu}, ${limit}`
          : `the machine itself, ${size}${place.cpu_list === undefined ? '' : `, by affinity to ${place.cpu_list}`}`,
      ],
      ['Kernel of the runs', place.kernel_release],
      ['Clock', place.clock_source],
    );
  }
  rows.push(
    [
      'Tasks',
      plan.cases
        .map((entry) => `${entry.test_id}: ${entry.short_tasks} short, ${entry.long_tasks} long`)
        .join('; '),
    ],
    ['Size of the work', `× ${plan.scale}`],
    ...plan.schedulers.flatMap(({ name, object_sha256: hash }): [string, string][] =>
      hash === null ? [] : [[`Object of ${name}`, `SHA-256 ${hash}`]],
    ),
    [
      'Versions',
      Object.entries(versions)
        .map((entry) => entry.join(' '))
        .join(', '),
    ],
    ['Started', created_at],
  );
  return rows;
}
