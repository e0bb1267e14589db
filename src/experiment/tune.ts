// SPDX-License-Identifier: Apache-2.0
import { basename } from 'node:path';
import { experimentFolderName, makeNewFolder } from '../results/store.ts';
import { saveTuning, type TuningRecord } from '../results/tuning-record.ts';
import { fileStem } from '../scheduler/spec.ts';
import { type Round, type RoundResult, roundsAhead, successiveHalving } from './halving.ts';
import { compiledSpec, newTuning } from './new-tuning.ts';
import { asPartOf } from './overall-progress.ts';
import { chooseTarget, tunablesOf } from './prepare.ts';
import type { ExperimentRequest, Report } from './request.ts';
import { type ExperimentResult, runExperiment } from './run-experiment.ts';
import { runnableCases } from './runnable-cases.ts';
import { tuningAnswer } from './tuning-answer.ts';
import { gridOf, ladderGrid } from './tuning-grid.ts';
import type { TuningRequest } from './tuning-request.ts';
import { candidateFigures, roundCandidates, storedFigures } from './tuning-round.ts';

/**
 * Looks for better values of a scheduler's tunables: rounds of successive halving, each an ordinary
 * experiment of the incumbent and the candidates that are left, and then one more of the incumbent
 * and the finalist, which alone decides. All of them are in one folder, with a tuning.json that is
 * saved after each.
 * @returns that folder
 * @throws LabError USAGE when there is nothing to tune, and what an experiment throws
 */
export async function tune(
  request: TuningRequest,
  report: Report,
  signal: AbortSignal,
): Promise<string> {
  const spec = compiledSpec(request.scheduler);
  await runnableCases(request.common.cases);
  const target = chooseTarget(request.common, [request.scheduler]);
  report({ kind: 'stage', text: `looking for the tunables of ${fileStem(spec)}` });
  const tunables = await tunablesOf(spec, request.common, target);
  const settings =
    request.wanted.length > 0 ? gridOf(request.wanted, tunables) : ladderGrid(tunables);
  const record = newTuning(request, spec, tunables, settings);
  const name = experimentFolderName(new Date(record.created_at), `tune-${request.common.name}`);
  const folder = await makeNewFolder(request.out, name);
  const tuning = new Tuning(request, record, folder, report, signal);
  try {
    await saveTuning(folder, record);
    record.status = await tuning.untilDone();
  } catch (error) {
    record.status = signal.aborted ? 'interrupted' : 'failed';
    throw error;
  } finally {
    await saveTuning(folder, record);
  }
  return folder;
}

/** One tuning on its way through its experiments. */
class Tuning {
  readonly #request: TuningRequest;
  readonly #record: TuningRecord;
  readonly #folder: string;
  readonly #report: Report;
  readonly #signal: AbortSignal;
  readonly #begunMs = performance.now();
  #isOutOfTime = false;
  #runsMade = 0;
  #experiments = 0;

  constructor(
    request: TuningRequest,
    record: TuningRecord,
    folder: string,
    report: Report,
    signal: AbortSignal,
  ) {
    this.#request = request;
    this.#record = record;
    this.#folder = folder;
    this.#report = report;
    this.#signal = signal;
  }

  async untilDone(): Promise<'complete' | 'interrupted'> {
    const names = this.#record.candidates.map(({ scheduler }) => scheduler);
    const finalist = await successiveHalving(names, this.#request.sizes, (round) =>
      this.#measureRound(round),
    );
    if (finalist !== null && this.#mayGoOn()) await this.#measureFinal(finalist);
    if (this.#signal.aborted) return 'interrupted';
    this.#record.answer = tuningAnswer(this.#record, this.#isOutOfTime);
    return 'complete';
  }

  async #measureRound({ number, candidates, blocks }: Round): Promise<RoundResult[] | null> {
    if (!this.#mayGoOn()) return null;
    const { sizes, finalBlocks } = this.#request;
    const ahead = roundsAhead(candidates.length, number, sizes);
    const [own = 0, ...later] = ahead.map((round) => this.#runsOf(round.candidates, round.blocks));
    const laterRuns = later.reduce((sum, runs) => sum + runs, 0);
    // The final experiment may need all of its blocks: time is kept for them.
    const share = own / (own + laterRuns + this.#runsOf(1, finalBlocks.most));
    const text = `round ${number} of ${number + ahead.length - 1}: ${candidates.length} candidates, ${blocks} blocks`;
    this.#report({ kind: 'stage', text });
    const result = await this.#measure(
      `round-${number}`,
      candidates,
      {
        fewest_blocks: blocks,
        most_blocks: blocks,
        precision: 1,
        max_time_s: this.#timeLeftS() * share,
      },
      laterRuns + this.#runsOf(1, finalBlocks.fewest),
    );
    const figures = candidates.map((candidate) =>
      candidateFigures(result.runs, this.#record.incumbent.scheduler, candidate),
    );
    this.#record.rounds.push({
      folder: basename(result.folder),
      planned_blocks: blocks,
      invalid_runs: invalidRuns(result),
      candidates: roundCandidates(figures, this.#signal.aborted),
    });
    await saveTuning(this.#folder, this.#record);
    return this.#signal.aborted ? null : figures;
  }

  async #measureFinal(finalist: string): Promise<void> {
    const { finalBlocks, precision } = this.#request;
    this.#report({ kind: 'stage', text: `the finalist ${finalist} and the incumbent anew` });
    const result = await this.#measure(
      'final',
      [finalist],
      {
        fewest_blocks: finalBlocks.fewest,
        most_blocks: finalBlocks.most,
        precision,
        max_time_s: this.#timeLeftS(),
      },
      0,
    );
    const incumbent = this.#record.incumbent.scheduler;
    const { summaries } = result.experiment;
    const summary = summaries.find(({ scheduler }) => scheduler === finalist);
    this.#record.final = {
      folder: basename(result.folder),
      invalid_runs: invalidRuns(result),
      ...storedFigures(candidateFigures(result.runs, incumbent, finalist)),
      p_value: summary?.p_value_adjusted ?? null,
      smallest_detectable: summary?.smallest_detectable ?? null,
      verdict: summary?.verdict ?? 'not_enough_valid_runs',
    };
  }

  async #measure(
    name: string,
    candidates: readonly string[],
    rule: Omit<ExperimentRequest['rule'], 'seed'>,
    laterRuns: number,
  ): Promise<ExperimentResult> {
    const { common, seed, warmUps } = this.#request;
    const { incumbent, candidates: all } = this.#record;
    const written = all.filter(({ scheduler }) => candidates.includes(scheduler));
    const result = await runExperiment(
      {
        ...common,
        name: `${common.name}-${name}`,
        folderName: name,
        // The first experiment has sized the tasks anew.
        fresh: common.fresh && this.#experiments === 0,
        baseline: incumbent.written,
        schedulers: written.map((candidate) => candidate.written),
        rule: { ...rule, seed: seed + this.#experiments },
        warmUps,
        out: this.#folder,
      },
      asPartOf(this.#report, this.#runsMade, laterRuns),
      this.#signal,
    );
    this.#experiments++;
    this.#runsMade += result.runs.length;
    return result;
  }

  /** Of an experiment with so many candidates and blocks. */
  #runsOf(candidates: number, blocks: number): number {
    return this.#request.warmUps + (candidates + 1) * blocks;
  }

  #mayGoOn(): boolean {
    this.#isOutOfTime = this.#timeLeftS() <= 0;
    return !this.#isOutOfTime && !this.#signal.aborted;
  }

  #timeLeftS(): number {
    return this.#request.maxTimeS - (performance.now() - this.#begunMs) / 1000;
  }
}

function invalidRuns({ runs }: ExperimentResult): number {
  return runs.filter(({ status }) => status !== 'success').length;
}
