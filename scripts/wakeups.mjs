#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// usage: node scripts/wakeups.mjs EXPERIMENT [TASK]
// How long a task waited each time it woke, for each scheduler of an experiment, over all valid
// runs: from the observer's slices. Without TASK, all tasks together.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { quantileSorted } from 'simple-statistics';

const [folder, wanted] = process.argv.slice(2);
if (!folder) {
  console.error('usage: node scripts/wakeups.mjs EXPERIMENT [TASK]');
  process.exit(2);
}

/** Waits in microseconds before slices that a wake-up began, not the end of the slice before. */
function wakeUpWaitsUs({ tasks, slices }) {
  const waits = [];
  const interrupted = new Set();
  for (let i = 0; i < slices.task.length; i++) {
    const task = slices.task[i];
    const wait = slices.start_us[i] - slices.runnable_us[i];
    if (!interrupted.delete(task) && (!wanted || tasks[task] === wanted)) waits.push(wait);
    if (slices.preempted[i]) interrupted.add(task);
  }
  return waits;
}

const waitsOf = new Map();
for (const line of readFileSync(join(folder, 'runs.ndjson'), 'utf8').trim().split('\n')) {
  const run = JSON.parse(line);
  if (run.status !== 'success' || run.warm_up || !run.trace) continue;
  const packed = readFileSync(join(folder, `traces/run-${run.index}.json.gz`));
  const waits = waitsOf.get(run.scheduler.name) ?? [];
  waits.push(...wakeUpWaitsUs(JSON.parse(gunzipSync(packed).toString())));
  waitsOf.set(run.scheduler.name, waits);
}
for (const [scheduler, waits] of waitsOf) {
  waits.sort((a, b) => a - b);
  const ms = (share) => (quantileSorted(waits, share) / 1000).toFixed(3);
  const last = (waits.at(-1) / 1000).toFixed(1);
  console.log(
    `${scheduler}: ${waits.length} wake-ups, wait p50 ${ms(0.5)} ms, p90 ${ms(0.9)}, p99 ${ms(0.99)}, longest ${last}`,
  );
}
