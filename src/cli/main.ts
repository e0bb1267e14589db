// SPDX-License-Identifier: Apache-2.0
import { Command } from 'commander';
import { packageVersion } from '../core/paths.ts';
import { defineAnalyze } from './analyze.ts';
import { defineCompare } from './compare.ts';
import { defineDoctor } from './doctor.ts';
import { defineEvaluate } from './evaluate.ts';
import { EXIT, type ExitStatus, statusOfError } from './exit-status.ts';
import { defineHistory } from './history.ts';
import { type CliIo, note } from './io.ts';
import { definePredict } from './predict.ts';
import { defineSelftest } from './selftest.ts';
import { defineTune } from './tune.ts';

type Define = (command: Command, io: CliIo, done: (status: ExitStatus) => void) => void;

const COMMANDS: Record<string, Define> = {
  evaluate: defineEvaluate,
  compare: defineCompare,
  analyze: defineAnalyze,
  doctor: defineDoctor,
  history: defineHistory,
  predict: definePredict,
  selftest: defineSelftest,
  tune: defineTune,
};

/**
 * Runs one of the commands, or with `umbrella` the one that the first argument names.
 * @param name as the user typed it
 */
export async function main(
  name: string,
  which: keyof typeof COMMANDS | 'umbrella',
  args: readonly string[],
): Promise<ExitStatus> {
  const interruption = new AbortController();
  const io: CliIo = { stdout: process.stdout, stderr: process.stderr, signal: interruption.signal };
  const stopListening = onInterruption(io, interruption);
  // Whoever read us may be gone; what is measured is stored all the same.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
  let status: ExitStatus = EXIT.ok;
  const done = (result: ExitStatus) => {
    status = result;
  };
  try {
    await program(name, which, io, done).parseAsync([...args], { from: 'user' });
    return status;
  } catch (error) {
    const { status, message } = statusOfError(error);
    if (message) note(io, `${name}: ${message}`);
    return status;
  } finally {
    stopListening();
  }
}

function program(
  name: string,
  which: string,
  io: CliIo,
  done: (status: ExitStatus) => void,
): Command {
  const command = new Command(name).exitOverride().version(packageVersion());
  if (which !== 'umbrella') {
    COMMANDS[which]?.(command, io, done);
    return command;
  }
  for (const [subcommand, define] of Object.entries(COMMANDS)) {
    define(command.command(subcommand).exitOverride(), io, done);
  }
  return command;
}

/** The first signal asks politely; the second ends the process where it stands. */
function onInterruption(io: CliIo, interruption: AbortController): () => void {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  const handler = () => {
    if (interruption.signal.aborted) process.exit(EXIT.interrupted);
    note(io, 'stopping; once more to give up waiting …');
    interruption.abort();
  };
  for (const signal of signals) process.on(signal, handler);
  return () => {
    for (const signal of signals) process.off(signal, handler);
  };
}
