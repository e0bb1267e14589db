// SPDX-License-Identifier: Apache-2.0
/** The loader and the observer that end at their first fault, on a kernel with sched_ext. */
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { packageRoot } from '../core/paths.ts';
import { makeSchedulers, Workbench } from './test-kit.ts';

let built: string;
let bench: Workbench;

beforeAll(async () => {
  const objects = ['fifo', 'learned', 'observer'].map((name) => `build/${name}.bpf.o`);
  built = await makeSchedulers(objects);
  await makeSchedulers(['SANITIZE=1', 'build/sanitized/loader', 'build/sanitized/observer']);
});
beforeEach(async () => {
  bench = await Workbench.create();
});
afterEach(async () => {
  expect(bench.leftovers()).toEqual([]);
  await bench.remove();
});

const program = (name: string) => join(built, 'sanitized', name);
const object = (name: string) => join(built, `${name}.bpf.o`);

/** Runs the shell lines as root's work in the guest, where nobody else has a scheduler loaded; a failing line is a failure. */
async function runInGuest(lines: readonly string[]) {
  const { stdout, stderr } = await bench.run('evaluate', [
    ...['--target', 'vm', '--cpus', '2', '--all', '--no-monitor', '--runs', '1', '--json'],
    ...['--cases', await bench.caseFile({ large_commands: lines })],
  ]);
  const { runs } = JSON.parse(stdout || `{"runs":[],"why":${JSON.stringify(stderr)}}`);
  expect(runs[0]?.tasks.at(-1), stderr).toMatchObject({ id: 'long-01', exit_code: 0 });
}

test('the loader loads a scheduler, takes it out again, and forgets nothing', async () => {
  await runInGuest([
    `${program('loader')} --callback-times --timeout-ms 5000 ${object('fifo')} slice_us=5000 >events &`,
    'loader=$!',
    `until grep -q '"event":"attached"' events; do kill -0 $loader; sleep 0.1; done`,
    'i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done',
    'kill -INT $loader',
    // Not 0 after a fault or a leak.
    'wait $loader',
    `grep -q '"by":"user"' events`,
  ]);
});

test('so do two that save to one history', async () => {
  const script = join(packageRoot, 'schedulers/history-tests/two_loaders.sh');
  await runInGuest([`${script} ${program('loader')} ${object('learned')}`]);
});

test('the observer observes twice and ends with its input', async () => {
  await runInGuest([
    `printf 'observe %d\\ntake\\nobserve %d\\ntake\\n' $$ $$ | ${program('observer')} ${object('observer')} >seen`,
    `[ "$(grep -c '"event":"observed"' seen)" -eq 2 ]`,
  ]);
});
