// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path';
import Table from 'cli-table3';
import { comparisonSentence, evidencePhrase } from '../report/verdict-sentence.ts';
import type { StoredExperiment } from '../results/read.ts';
import type { TuningAnswer, TuningRecord, TuningRound } from '../results/tuning-record.ts';
import { colors, percent } from './io.ts';

type Candidate = TuningRound['candidates'][number];

/**
 * The answer for people: a table for each round, where all is stored, and last what to use.
 * @param final the experiment that decides, where there was one
 */
export function tuningText(
  tuning: TuningRecord,
  folder: string,
  final: StoredExperiment | null,
): string {
  return [
    ...tuning.rounds.map((round, place) => roundText(round, place + 1, tuning)),
    ...(final ? [`The finalist and ${tuning.incumbent.scheduler} anew: ${final.folder}`] : []),
    `Stored in ${join(folder, 'tuning.json')}`,
    ...answerLines(tuning, final),
  ].join('\n');
}

function roundText(round: TuningRound, number: number, { incumbent }: TuningRecord): string {
  const table = new Table({
    head: ['scheduler', 'blocks', 'improvement', ''],
    style: { head: [], border: [] },
  });
  for (const candidate of bestFirst(round.candidates)) {
    const { scheduler, blocks, outcome } = candidate;
    table.push([scheduler, String(blocks), improvementText(candidate), outcome]);
  }
  const faults = round.candidates
    .filter((candidate) => candidate.faults.length > 0)
    .map(({ scheduler, faults }) => `${scheduler} is out: ${faults.join('; ')}`);
  return [
    `Round ${number}, ${round.planned_blocks} blocks, against ${incumbent.scheduler}:`,
    table.toString(),
    ...faults,
  ].join('\n');
}

function bestFirst(candidates: readonly Candidate[]): Candidate[] {
  const rank = ({ improvement }: Candidate) => improvement ?? Number.NEGATIVE_INFINITY;
  return candidates.toSorted((a, b) => rank(b) - rank(a));
}

function improvementText({ improvement, improvement_ci95 }: Candidate): string {
  if (improvement === null) return '–';
  const [low, high] = improvement_ci95 ?? [];
  if (low === undefined || high === undefined) return percent(improvement);
  return `${percent(improvement)} [${percent(low)}, ${percent(high)}]`;
}

function answerLines(tuning: TuningRecord, final: StoredExperiment | null): string[] {
  if (!tuning.answer) return [];
  const summary = final?.experiment.summaries.find(({ baseline }) => !baseline);
  const evidence = summary
    ? [comparisonSentence(summary, tuning.incumbent.scheduler, true), evidencePhrase(summary)]
    : [];
  const sentence = `${[advice(tuning, tuning.answer), ...evidence.filter(Boolean)].join('; ')}.`;
  return [tuning.answer.better ? colors.green(sentence) : colors.yellow(sentence)];
}

function advice({ incumbent, tunables, final }: TuningRecord, answer: TuningAnswer): string {
  if (answer.better) return `Use ${answer.use}`;
  const isDefault = tunables.every((tunable) => tunable.value === tunable.default);
  const keep = isDefault
    ? `Keep the defaults of ${incumbent.written}`
    : `Keep ${incumbent.written}`;
  switch (answer.reason) {
    case 'finalist_failed':
      return `${keep}: ${final?.scheduler} is out, ${final?.faults.join('; ')}`;
    case 'no_candidate_left':
      return `${keep}: no candidate had valid runs to be chosen by`;
    case 'out_of_time':
      return `${keep}: the time was over before a finalist could be measured anew`;
    default:
      return keep;
  }
}
