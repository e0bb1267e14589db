// SPDX-License-Identifier: Apache-2.0
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { ourselves } from '../core/privileges.ts';
import { execute } from './executor.ts';

const PLAN = {
  ...{ protocol: 2, gate: '/no/gate', loader: null, observer: null, file_watcher: null },
  ...{ cases: [], schedulers: [], runs: [], timeout_s: 1, monitor: false, callback_times: false },
  ...{ user: ourselves(), task_limits: { memory_bytes: null, processes: 10 }, watchdog_s: 3 },
};
const plan = JSON.stringify({ command: 'plan', plan: PLAN });

async function said(...lines: string[]): Promise<Record<string, unknown>[]> {
  const [input, output] = [new PassThrough(), new PassThrough()];
  const all = text(output);
  input.end(lines.map((line) => `${line}\n`).join(''));
  await execute(input, output);
  output.end();
  return (
    (await all)
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
      // Whoever is not root has no control groups.
      .filter(({ event }) => event !== 'warning')
  );
}

test('carries out a plan of no runs', async () => {
  expect((await said(plan)).map(({ event }) => event)).toEqual(['hello', 'finished']);
});

test.each([
  ['that is no JSON, first', ['go!'], /wrote "go!" where a JSON object was expected/],
  ['that is no JSON, later', [plan, 'go!'], /wrote "go!" where a JSON object was expected/],
  ['that is null', [plan, 'null'], /wrote "null" where/],
  ['without its plan', ['{"command":"plan"}'], /not of the same build/],
])('says so of a command %s', async (_, lines, message) => {
  const events = await said(...lines);
  expect(events.map(({ event }) => event)).toEqual(['hello', 'fatal']);
  expect(events[1]?.message).toMatch(message);
});
