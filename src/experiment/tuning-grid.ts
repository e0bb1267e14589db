// SPDX-License-Identifier: Apache-2.0
import { LabError } from '../core/errors.ts';
import type { Tunable } from '../results/tuning-record.ts';

/** The values that a user wants tried for one tunable. */
export interface ValuesToTry {
  readonly name: string;
  readonly values: readonly number[];
}

/** A value for each tunable that differs from the incumbent's. */
export type Setting = ReadonlyMap<string, number>;

/** From one rung of the ladder to the next. */
const STEP = 4;
/** With more tunables than this the ladder has one rung each way instead of two. */
const MOST_WITH_TWO_RUNGS = 4;
/** Each is an arm of the first round. */
const MOST_CANDIDATES = 100;

/**
 * Parses `slice_us=5000,20000,80000`.
 * @throws LabError USAGE
 */
export function parseValuesToTry(text: string): ValuesToTry {
  const [, name, list] = /^([A-Za-z_]\w*)=(.+)$/.exec(text) ?? [];
  if (name === undefined || list === undefined) {
    throw new LabError('USAGE', `"${text}" is not understood: it is NAME=VALUE,VALUE,…`);
  }
  return { name, values: list.split(',').map((value) => parseValue(value, text)) };
}

/**
 * Every combination of the given values, but for that which the incumbent has.
 * @throws LabError USAGE for what the scheduler does not have, and when nothing is left to try
 */
export function gridOf(wanted: readonly ValuesToTry[], tunables: readonly Tunable[]): Setting[] {
  for (const { name, values } of wanted) {
    const tunable = tunables.find((known) => known.name === name);
    if (!tunable) throw new LabError('USAGE', `There is no tunable "${name}". ${listOf(tunables)}`);
    const wrong = values.find((value) => value < tunable.min || value > tunable.max);
    if (wrong !== undefined) {
      throw new LabError('USAGE', `${name}=${wrong} is out of range. ${listOf(tunables)}`);
    }
    if (wanted.filter((other) => other.name === name).length > 1) {
      throw new LabError('USAGE', `Give all values of ${name} in one --set.`);
    }
  }
  // One of them may be what the incumbent has. Multiplied first: all of them may not fit into memory.
  const count = wanted.reduce((product, { values }) => product * new Set(values).size, 1);
  if (count > MOST_CANDIDATES + 1) throw tooMany(count);
  let settings: Setting[] = [new Map()];
  for (const { name, values } of wanted) {
    const own = tunables.find((tunable) => tunable.name === name)?.value;
    settings = [...new Set(values)].flatMap((value) =>
      settings.map((setting) => (value === own ? setting : new Map([...setting, [name, value]]))),
    );
  }
  return requireSome(settings, tunables);
}

/**
 * Without values from the user: a geometric ladder about the incumbent's value of each tunable, one
 * tunable at a time. The rungs are a quarter and four times the value; with up to four tunables also
 * a sixteenth and sixteen times. A rung outside of the range is its end; a switch has its other
 * position; a number that is 0 has no ladder.
 * @throws LabError USAGE when no tunable has one
 */
export function ladderGrid(tunables: readonly Tunable[]): Setting[] {
  const rungs = tunables.length > MOST_WITH_TWO_RUNGS ? 1 : 2;
  const settings = tunables.flatMap((tunable) =>
    ladder(tunable, rungs).map((value) => new Map([[tunable.name, value]])),
  );
  return requireSome(settings, tunables);
}

function ladder({ type, value, min, max }: Tunable, rungs: number): number[] {
  if (type === 'bool') return [1 - value];
  const steps = Array.from({ length: rungs }, (_, rung) => STEP ** (rung + 1));
  const wanted = [
    ...steps.toReversed().map((step) => value / step),
    ...steps.map((s) => value * s),
  ];
  const inRange = wanted.map((rung) => Math.min(max, Math.max(min, Math.round(rung))));
  return [...new Set(inRange)].filter((rung) => rung !== value && Number.isSafeInteger(rung));
}

function requireSome(settings: readonly Setting[], tunables: readonly Tunable[]): Setting[] {
  const others = settings.filter((setting) => setting.size > 0);
  if (others.length === 0) {
    throw new LabError('USAGE', `There is nothing to try but what it has. ${listOf(tunables)}`);
  }
  if (others.length > MOST_CANDIDATES) throw tooMany(others.length);
  return others;
}

function tooMany(count: number): LabError {
  const message = `${count} candidates are more than the ${MOST_CANDIDATES} that can be tried: give fewer values.`;
  return new LabError('USAGE', message);
}

function parseValue(text: string, where: string): number {
  if (text === 'true' || text === 'false') return text === 'true' ? 1 : 0;
  const value = /^-?(0x[0-9a-f]+|\d+)$/i.test(text)
    ? Number(text.replace('-', '')) * (text.startsWith('-') ? -1 : 1)
    : Number.NaN;
  if (Number.isSafeInteger(value)) return value;
  throw new LabError('USAGE', `"${text}" in "${where}" is no whole number.`);
}

function listOf(tunables: readonly Tunable[]): string {
  if (tunables.length === 0) return 'The scheduler has no tunables.';
  const lines = tunables.map(
    ({ name, type, value, min, max }) => `  ${name} (${type}, ${value}, ${min} to ${max})`,
  );
  return `There are:\n${lines.join('\n')}`;
}
