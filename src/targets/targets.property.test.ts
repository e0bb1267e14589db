// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { expect } from 'vitest';
import {
  anyDocument,
  anyText,
  property,
  textLike,
  valueOrRefusal,
} from '../core/arbitrary.test-data.ts';
import { groupOf } from '../core/control-group.ts';
import { statCpuS } from './connection.ts';
import { cpuList, parseCpuList } from './cpu-set.ts';
import { parseAnswers } from './vm/accelerator.ts';

property('a set of CPUs is one, or refused', textLike('0-2,5', '3', '0-65535'), async (text) => {
  const cpus = await valueOrRefusal(() => parseCpuList(text), 'ENVIRONMENT');
  expect((cpus ?? []).every((cpu) => Number.isSafeInteger(cpu) && cpu >= 0)).toBe(true);
});

const anyCpus = fc.uniqueArray(fc.nat(300)).map((cpus) => cpus.toSorted((a, b) => a - b));

property('a set of CPUs is read as it was written', anyCpus, (cpus) => {
  expect(parseCpuList(cpuList(cpus))).toEqual(cpus);
});

const CGROUPS = '12:cpuset:/\n4:cpu,cpuacct:/system.slice/a:b.service\n0::/user.slice\n';
const anyGroups = fc.oneof(
  textLike(CGROUPS),
  anyText.map((group) => `3:cpu:/${group}\n`),
);

property('a control group lies below its mount', anyGroups, async (text) => {
  const group = await valueOrRefusal(() => groupOf(text, 'cpu'), 'ENVIRONMENT');
  if (group === null) return;
  expect(group).toMatch(/^\//);
  expect(group.split('/')).not.toContain('..');
  expect(group).not.toContain('\0');
});

const STAT = '12 (node) x) S 1 12 12 0 -1 4194560 1 2 3 4 55 66 7 8 20 0 11 0 123';
const anyStat = fc.oneof(
  textLike(STAT),
  anyText.map((name) => STAT.replace('node', () => name)),
);

property('CPU time is a number of seconds, or not known', anyStat, (stat) => {
  const cpuS = statCpuS(stat);
  if (cpuS !== null) expect(cpuS).toBeGreaterThanOrEqual(0);
});

property('whatever a process is called, its CPU time is read', anyText, (name) => {
  expect(statCpuS(STAT.replace('node', () => name))).toBe(1.36);
});

property(
  'of kept answers only answers are used',
  anyDocument({ 'a|b': 'kvm', c: 'tcg' }),
  (bytes) => {
    for (const answer of Object.values(parseAnswers(bytes.toString()))) {
      expect(['kvm', 'tcg']).toContain(answer);
    }
  },
);
