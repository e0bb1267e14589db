// SPDX-License-Identifier: Apache-2.0
import { messageOf } from '../core/errors.ts';
import { JsonLinesChild } from '../core/json-lines-child.ts';
import type { Observed } from './observed.ts';

/** A run that is looked at. Unless what was seen is taken, it is thrown away. */
export interface Watch extends AsyncDisposable {
  /** Stops; null when the observer has failed. */
  take(): Promise<Observed | null>;
}

/**
 * The program that sees which task runs where and when. It is loaded once and attached only while a
 * run is looked at. A run is worth having without it, so its failures are not thrown.
 */
export class Observer {
  /** Why it does not observe any more; null while it does. */
  failure: string | null = null;
  readonly #child: JsonLinesChild;

  private constructor(child: JsonLinesChild) {
    this.#child = child;
  }

  static async start(program: string, object: string): Promise<Observer> {
    const observer = new Observer(await JsonLinesChild.start(program, [object]));
    await observer.#answer('loaded');
    return observer;
  }

  /** Looks at these processes, their threads and all that they fork. Null when it cannot. */
  async watch(pids: readonly number[]): Promise<Watch | null> {
    if (!(await this.#ask(`observe ${pids.join(' ')}`, 'observing'))) return null;
    let taken: Promise<Observed | null> | undefined;
    const take = () => {
      taken ??= this.#ask('take', 'observed').then((answer) => {
        if (!answer) return null;
        const { event: _, ...observed } = answer;
        return observed as unknown as Observed;
      });
      return taken;
    };
    return {
      take,
      async [Symbol.asyncDispose]() {
        await take();
      },
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.stdin.end();
    await this.#child.ended;
  }

  async #ask(command: string, event: string): Promise<Record<string, unknown> | null> {
    if (this.failure !== null) return null;
    this.#child.stdin.write(`${command}\n`);
    return this.#answer(event);
  }

  async #answer(event: string): Promise<Record<string, unknown> | null> {
    let misunderstood = '';
    const answer = await this.#child.next().catch((error: unknown) => {
      misunderstood = messageOf(error);
      return null;
    });
    if (answer?.event === event) return answer;
    this.#child.stdin.end();
    const { signal, exitCode } = await this.#child.ended;
    this.failure =
      misunderstood || this.#child.stderr.trim() || `the observer ended with ${signal ?? exitCode}`;
    return null;
  }
}
