// SPDX-License-Identifier: Apache-2.0
import { prepareSampling } from '../tasks/sampler.ts';
import { dealOut } from './calibrate.ts';
import { bringIntoMemory, FileWatch } from './file-watch.ts';
import type { Event, PlannedCase, PlannedTask } from './protocol.ts';
import { measure, type RunContext } from './run-case.ts';

/** Enough for a start, for a case that does not say how much work it does. */
const LIMIT_S = 5;

/**
 * Lets a few tasks do the least work there is, unmeasured and at full speed, so that what a first
 * time costs is not part of a run: reading from disk, an emulator's translation of new code, our
 * own start. In a guest, whose files are the host's and slow to open, what the tasks opened is in
 * memory afterwards.
 * @param fileWatcher the program that tells what is opened; null where files are fast
 */
export async function rehearse(
  planned: PlannedCase,
  context: RunContext,
  fileWatcher: string | null,
  emit: (event: Event) => void,
): Promise<void> {
  const tasks = someOfEachGroup(planned, context.cpus);
  const leastWork = planned.work ? Object.fromEntries(tasks.map(({ id }) => [id, 1])) : null;
  const unobserved: RunContext = {
    ...context,
    observer: null,
    timeoutS: planned.work ? context.timeoutS : LIMIT_S,
    hold: async () => {},
    ended: async () => {},
    progress: () => {},
  };
  const once = async () => {
    const placed = await context.sandbox.place(planned, 'rehearsal', tasks, leastWork);
    const run = { index: 0, block: 0, test_id: planned.test_id, scheduler: '' };
    await measure(run, placed, null, unobserved);
    await context.sandbox.remove('rehearsal');
  };
  const watch = fileWatcher ? await FileWatch.start(fileWatcher) : null;
  const sampling = context.monitor ? prepareSampling() : null;
  await once();
  await sampling;
  if (!watch) return;
  if (await bringIntoMemory(await watch.openedFiles())) return once();
  const message = 'The tasks open their files on the host, which takes CPU time from them.';
  emit({ event: 'warning', code: 'files_not_in_memory', message });
}

/** About as many short tasks as there are CPUs, a long one of each group, all released at once. */
function someOfEachGroup({ groups, tasks }: PlannedCase, cpus: number): PlannedTask[] {
  const shorts = groups.filter((group) => group.class === 'short');
  const ofGroup = (id: string) => tasks.filter(({ group }) => group === id);
  const dealt = dealOut(
    shorts.map(({ id }) => ofGroup(id).length),
    cpus,
  );
  return groups
    .flatMap((group) => ofGroup(group.id).slice(0, dealt[shorts.indexOf(group)] ?? 1))
    .map((task) => ({ ...task, release_s: 0 }));
}
