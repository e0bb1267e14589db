#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// usage: node scripts/wrong-histories.mjs HISTORY FOLDER
// Writes histories that are wrong into FOLDER, for `run-scheduler-tests --history`, from HISTORY (an
// experiment's histories/learned.history): one with the sizes swapped, the longest command known as
// the shortest and so on; one from a machine eight times as fast, though not for all commands; and
// one with random sizes.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

const [source, folder] = process.argv.slice(2);
if (!folder) {
  console.error('usage: node scripts/wrong-histories.mjs HISTORY FOLDER');
  process.exit(2);
}

const [format, ...lines] = readFileSync(source, 'utf8').trim().split('\n');
const entries = lines.map((line) => {
  const [key, meanNs, spreadNs, count, day] = line.split(' ');
  return { key: BigInt(`0x${key}`), meanNs: Number(meanNs), spreadNs, count, day };
});
/** The other keys are averages': 1 of all jobs, 64 + n of those that used 2^n ns and more. */
const isSignature = ({ key }) => key >= 1n << 16n;
const bySize = entries.filter(isSignature).sort((a, b) => a.meanNs - b.meanNs);
const random = xoroshiro128plus(1);
const between0And1 = () => (random.next() >>> 0) / 2 ** 32;

const wrong = {
  swapped: (entry) =>
    isSignature(entry) ? { ...entry, meanNs: bySize.at(-1 - bySize.indexOf(entry)).meanNs } : entry,
  elsewhere: (entry) =>
    isSignature(entry)
      ? { ...entry, meanNs: (entry.meanNs / 8) * 4 ** (between0And1() - 0.5) }
      : { ...entry, key: entry.key >= 64n ? entry.key - 3n : entry.key, meanNs: entry.meanNs / 8 },
  random: (entry) =>
    isSignature(entry) ? { ...entry, meanNs: 10 ** (6 + 5 * between0And1()) } : entry,
};

/** As schedulers/loader/history.c has it: 32-bit FNV-1a. */
function checksum(text) {
  let hash = 2166136261;
  for (const byte of Buffer.from(text)) hash = Math.imul(hash ^ byte, 16777619) >>> 0;
  return hash.toString(16).padStart(8, '0');
}

function lineOf({ key, meanNs, spreadNs, count, day }) {
  const keyText = key.toString(16).padStart(16, '0');
  const line = [keyText, Math.round(meanNs), spreadNs, count, day].join(' ');
  return `${line} ${checksum(line)}\n`;
}

mkdirSync(folder, { recursive: true });
for (const [name, change] of Object.entries(wrong)) {
  const text = entries.map((entry) => lineOf(change(entry))).join('');
  writeFileSync(join(folder, `${name}.history`), `${format}\n${text}`);
}
