// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { expect } from 'vitest';
import { anyText, property, textLike } from '../core/arbitrary.test-data.ts';
import { checkDocument } from '../core/parse-document.ts';
import { noiseSchema } from '../results/run-record.ts';
import { describeNoise, noiseBetween, parseCounters } from './noise.ts';
import { isAtLeast, versionIn } from './toolchain.ts';

const STAT = 'cpu  100 2 30 4000 5 6 7 8 0 0\ncpu0 50 1 15 2000 2 3 3 4 0 0\nintr 5\n';
const VMSTAT = 'nr_free_pages 5\npswpin 12\npswpout 3\n';
const anyReading = fc.tuple(
  fc.option(
    fc.oneof(
      textLike(STAT),
      anyText.map((field) => `cpu  1 2 3 ${field} 5 6 7 8\n`),
    ),
  ),
  fc.option(textLike(VMSTAT, 'pswpin 18446744073709551615\n')),
  fc.option(textLike('3\n', '18446744073709551615')),
);

property('noise is as a run stores it', fc.tuple(anyReading, anyReading), ([first, then]) => {
  const [before, after] = [parseCounters(...first), parseCounters(...then)];
  if (before === null || after === null) return;
  const noise = noiseBetween(before, after, 1);
  checkDocument(noiseSchema, noise, 'noise');
  for (const { message } of describeNoise(noise)) expect(message).not.toMatch(/NaN|Infinity/);
});

const HEADER = '#define LIBBPF_MAJOR_VERSION 1\n#define LIBBPF_MINOR_VERSION 5\n';

property('a version is two numbers, or not known', textLike(HEADER), (header) => {
  const version = versionIn(header);
  if (version !== null) expect(version).toMatch(/^\d+\.\d+$/);
});

property('any text can be held against a version', textLike('1.4.2', '6.12+deb13'), (version) => {
  expect(typeof isAtLeast(version, [1, 4])).toBe('boolean');
});
