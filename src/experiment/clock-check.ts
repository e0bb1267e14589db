// SPDX-License-Identifier: Apache-2.0

/** Compares the clock of the place with ours between two of its messages. */
export class ClockCheck {
  #there = 0;
  #hereMs = 0;
  ratio: number | null = null;

  start(thereS: number): void {
    this.#there = thereS;
    this.#hereMs = performance.now();
    this.ratio = null;
  }

  stop(thereS: number): void {
    const elapsedHereS = (performance.now() - this.#hereMs) / 1000;
    this.ratio = (thereS - this.#there) / elapsedHereS;
  }
}
