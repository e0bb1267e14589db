// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import type { ClockS } from './protocol.ts';

/** What the messages around a run say of the place's clock. */
export interface ClockReading {
  /** Elapsed there / elapsed here: at least this much, and at most. */
  readonly least: number;
  readonly most: number;
  /** For how long this machine was suspended, which neither of these clocks shows. */
  readonly suspendedS: number;
}

/**
 * Compares the clock of the place with ours over a run, by a message and its answer at either end.
 * A message may take any time and never less than none, so what passed here from our `go` until
 * their `ended` is at least what passed between the same two there, and from their `hold` until our
 * answer to `ended` at most: the clock is wrong only when one of these cannot be.
 */
export class ClockCheck {
  readonly #uptimeS: () => number;
  readonly #nowS: () => number;
  #heldS = 0;
  #upS = 0;
  #hereS = 0;
  #suspendedS = 0;

  constructor(uptimeS = readUptimeS, nowS = () => performance.now() / 1000) {
    this.#uptimeS = uptimeS;
    this.#nowS = nowS;
  }

  /** Their `hold` is here, and our `go` has not been sent. */
  held(): void {
    this.#heldS = this.#nowS();
    this.#upS = this.#uptimeS();
  }

  /** Their `ended` is here, and our answer has not been sent. */
  ended(): void {
    this.#hereS = this.#nowS() - this.#heldS;
    this.#suspendedS = this.#uptimeS() - this.#upS - this.#hereS;
  }

  /** Once they have told their times. */
  reading({ held, went, ended, noted }: ClockS): ClockReading {
    return {
      least: (ended - went) / this.#hereS,
      most: (noted - held) / this.#hereS,
      suspendedS: this.#suspendedS,
    };
  }
}

/** CLOCK_BOOTTIME, which goes on while the machine is suspended; CLOCK_MONOTONIC stands still. */
function readUptimeS(): number {
  return Number.parseFloat(readFileSync('/proc/uptime', 'utf8'));
}
