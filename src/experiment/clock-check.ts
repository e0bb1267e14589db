// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';

/** What two messages from the place say of the clocks between them. */
export interface ClockReading {
  /** Elapsed there / elapsed here. */
  readonly ratio: number;
  /** For how long this machine was suspended, which neither of these clocks shows. */
  readonly suspendedS: number;
}

/** Compares the clock of the place with ours between two of its messages. */
export class ClockCheck {
  reading: ClockReading | null = null;
  readonly #uptimeS: () => number;
  #thereS = 0;
  #hereS = 0;
  #upS = 0;

  constructor(uptimeS = readUptimeS) {
    this.#uptimeS = uptimeS;
  }

  start(thereS: number): void {
    this.#thereS = thereS;
    this.#hereS = performance.now() / 1000;
    this.#upS = this.#uptimeS();
    this.reading = null;
  }

  stop(thereS: number): void {
    const elapsedS = performance.now() / 1000 - this.#hereS;
    this.reading = {
      ratio: (thereS - this.#thereS) / elapsedS,
      suspendedS: this.#uptimeS() - this.#upS - elapsedS,
    };
  }
}

/** CLOCK_BOOTTIME, which goes on while the machine is suspended; CLOCK_MONOTONIC stands still. */
function readUptimeS(): number {
  return Number.parseFloat(readFileSync('/proc/uptime', 'utf8'));
}
