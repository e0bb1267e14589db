// SPDX-License-Identifier: Apache-2.0
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { sampleTasks, samplingPace } from './sampler.ts';

test('cheap samples take in all tasks, dear ones fewer, very dear ones more seldom', () => {
  // 0.3 % of four CPUs is 12 ms in a second; half of a sample's cost stays with a single task.
  expect(samplingPace({ cpuMs: 4, tasks: 40 }, 4, 40)).toEqual({ tasks: 40, intervalMs: 1000 });
  expect(samplingPace({ cpuMs: 12, tasks: 5 }, 4, 40)).toEqual({ tasks: 5, intervalMs: 1000 });
  expect(samplingPace({ cpuMs: 60, tasks: 1 }, 4, 40)).toEqual({ tasks: 1, intervalMs: 5000 });
});

test('sees a load of known size, and no task that has ended', async () => {
  const burner = spawn('sh', ['-c', 'while :; do :; done']);
  const sleeper = spawn('sleep', ['60']);
  const gone = spawn('true');
  await once(gone, 'exit');
  const done = new AbortController();
  const running: number[] = [];
  const samples = await sampleTasks(
    process.pid,
    [
      { id: 'burner', class: 'short', pid: burner.pid as number },
      { id: 'sleeper', class: 'long', pid: sleeper.pid as number },
      { id: 'gone', class: 'short', pid: gone.pid as number },
    ],
    1000,
    done.signal,
    (_, count) => running.push(count) === 2 && done.abort(),
  );
  burner.kill('SIGKILL');
  sleeper.kill('SIGKILL');
  expect(running).toEqual([2, 2]);
  const last = samples.at(-1);
  expect(last?.tasks.map((task) => task.id)).toEqual(['sleeper', 'burner']);
  expect(last?.tasks[0]?.cpu_percent).toBeLessThan(5);
  expect(last?.tasks[1]?.cpu_percent).toBeGreaterThan(20);
  expect(last?.tasks[1]?.rss_bytes).toBeGreaterThan(100_000);
});
