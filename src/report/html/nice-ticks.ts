// SPDX-License-Identifier: Apache-2.0

/** Round values from `from` to `to`, about as many as asked for, or a few more; steps of 1, 2 or 5 × 10^n. */
export function niceTicks(from: number, to: number, about: number): number[] {
  const step = niceStep((to - from) / Math.max(1, about));
  if (!(step > 0) || !Number.isFinite(step)) return [];
  const first = Math.ceil(from / step - 1e-9);
  const count = Math.floor(to / step + 1e-9) - first + 1;
  return Array.from({ length: Math.max(0, count) }, (_, place) =>
    Number(((first + place) * step).toPrecision(12)),
  );
}

function niceStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  const factor = [1, 2, 5].find((candidate) => candidate * power >= 0.75 * least) ?? 10;
  return factor * power;
}
