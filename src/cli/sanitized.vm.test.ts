// SPDX-License-Identifier: Apache-2.0
/** The loader and the observer that end at their first fault or leak, on a kernel with sched_ext. */
import { join } from 'node:path';
import { expect } from 'vitest';
import { packageRoot } from '../core/paths.ts';
import { makeSchedulers, runInGuest, test } from './test-kit.ts';

/** What is said on standard error, and nothing else: it tells where a failure was. */
const STEPS = [
  'The loader loads a scheduler and takes it out again.',
  'Two that save to one history lose nothing of each other.',
  'The observer observes twice and ends with its input.',
];

test('load, unload, observe and save histories without a fault and without a leak', async ({
  bench,
}) => {
  const objects = ['fifo', 'learned', 'observer'].map((name) => `build/${name}.bpf.o`);
  const built = await makeSchedulers(objects);
  await makeSchedulers(['SANITIZE=1', 'build/sanitized/loader', 'build/sanitized/observer']);
  const program = (name: string) => join(built, 'sanitized', name);
  const object = (name: string) => join(built, `${name}.bpf.o`);
  const twoLoaders = join(packageRoot, 'schedulers/history-tests/two_loaders.sh');
  const ended = await runInGuest(
    bench.folder,
    `cd "$(mktemp -d)"
     mkfifo events
     echo '${STEPS[0]}' >&2
     ${program('loader')} --callback-times --timeout-ms 5000 ${object('fifo')} slice_us=5000 >events &
     loader=$!
     while read -r event; do
       echo "$event"
       case $event in *'"event":"attached"'*) kill -INT $loader;; esac
     done <events
     wait $loader
     echo '${STEPS[1]}' >&2
     ${twoLoaders} ${program('loader')} ${object('learned')}
     echo '${STEPS[2]}' >&2
     printf 'observe %d\\ntake\\nobserve %d\\ntake\\n' $$ $$ |
       ${program('observer')} ${object('observer')}`,
  );
  expect(ended.status, ended.stderr).toBe(0);
  expect(ended.stderr.split('\n')).toEqual([...STEPS, '']);
  expect(ended.stdout).toContain('"by":"user"');
  expect(ended.stdout.match(/"event":"observed"/g)).toHaveLength(2);
});
