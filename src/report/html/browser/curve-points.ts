// SPDX-License-Identifier: Apache-2.0

/** The share of ascending `ends` that are at most each of the ascending `times`. */
export function sharesEnded(ends: readonly number[], times: readonly number[]): number[] {
  let ended = 0;
  return times.map((time) => {
    while (ended < ends.length && (ends[ended] as number) <= time) ended++;
    return ended / ends.length;
  });
}

/** 2^power microseconds: `1 µs`, `1 ms`, `4.2 s`. */
export function powerText(power: number): string {
  const micros = 2 ** power;
  if (micros < 1000) return `${Number(micros.toPrecision(2))} µs`;
  if (micros < 1e6) return `${Number((micros / 1e3).toPrecision(2))} ms`;
  return `${Number((micros / 1e6).toPrecision(2))} s`;
}
