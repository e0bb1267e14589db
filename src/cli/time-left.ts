// SPDX-License-Identifier: Apache-2.0

/**
 * How long all parts of a sweep will still take, judging by what has been done: a run of a part
 * takes time in proportion to the part's weight, and parts to come have as many runs as the present
 * one is expected to have.
 */
export class TimeLeft {
  readonly #weights: readonly number[];
  readonly #runs: { planned: number; done: number }[];
  #present = 0;

  /** @param weights of the parts: what their runs take, in any unit */
  constructor(weights: readonly number[]) {
    this.#weights = weights;
    this.#runs = weights.map(() => ({ planned: 0, done: 0 }));
  }

  /** @param done of the planned runs, since the sweep went on; without those of before */
  update(part: number, planned: number, done: number): void {
    this.#present = part;
    this.#runs[part] = { planned, done };
  }

  /** Seconds; null until something has been done. */
  afterS(elapsedS: number): number | null {
    const present = this.#runs[this.#present]?.planned ?? 0;
    let done = 0;
    let all = 0;
    for (const [part, weight] of this.#weights.entries()) {
      const runs = this.#runs[part];
      done += (runs?.done ?? 0) * weight;
      all += (part > this.#present ? present : (runs?.planned ?? 0)) * weight;
    }
    return done > 0 ? (elapsedS * (all - done)) / done : null;
  }
}

/** `about 12 min`; never more exact than it is. */
export function aboutSo(seconds: number): string {
  if (seconds < 90) return `about ${Math.max(10, Math.round(seconds / 10) * 10)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 90) return `about ${minutes} min`;
  return `about ${(minutes / 60).toFixed(1)} h`;
}
