// SPDX-License-Identifier: Apache-2.0
import type { ExperimentRecord, Summary } from '../../results/experiment-record.ts';
import type { StoredExperiment } from '../../results/read.ts';
import { findings } from '../findings.ts';
import { oneLine, perCent, significant } from '../text.ts';
import { hasTooFewBlocks } from '../verdict-sentence.ts';

const SIGNIFICANT = 0.05;

/** What makes the whole experiment suspect. */
export function doubtsAboutAll({ experiment }: StoredExperiment): string[] {
  const cut = {
    running: 'The experiment had not ended: this is what was measured until then.',
    interrupted: 'The experiment was interrupted: this is what was measured until then.',
    failed: 'The experiment failed: this is what was measured until then.',
    complete: null,
  }[experiment.status];
  const general = experiment.warnings.filter((warning) => warning.run_index === undefined);
  return [...(cut ? [cut] : []), ...grouped(general)];
}

/** What makes one arm's result suspect, the baseline's runs that it rests on included. */
export function doubtsAbout(summary: Summary, stored: StoredExperiment): string[] {
  const { experiment, runs } = stored;
  const arms = new Set([summary.scheduler, experiment.plan.baseline]);
  const sides = experiment.summaries.filter(
    (side) => side.test_id === summary.test_id && arms.has(side.scheduler),
  );
  const indexes = new Set(
    runs
      .filter((run) => run.test_id === summary.test_id && arms.has(run.scheduler.name))
      .map((run) => run.index),
  );
  const lost = runs.filter(
    (run) => indexes.has(run.index) && (run.observation?.lost_events ?? 0) > 0,
  ).length;
  return [
    ...sides.flatMap(invalidRuns),
    ...findings(runs.filter((run) => indexes.has(run.index))).map(
      ({ scheduler, diagnosis: { code, words } }) =>
        `${oneLine(scheduler, 60)}: ${oneLine(words)} (${code}).`,
    ),
    ...tooFew(summary),
    ...chance(summary),
    ...cutShort(summary, experiment),
    ...sides.flatMap(outliers),
    ...(lost > 0
      ? [`In ${runsInWords(lost)} the observer lost events: waits and gaps are not complete.`]
      : []),
    ...grouped(experiment.warnings.filter(({ run_index: index }) => indexes.has(index ?? -1))),
  ];
}

function invalidRuns({ scheduler, runs, invalid_runs: invalid }: Summary): string[] {
  if (invalid === 0) return [];
  const name = oneLine(scheduler, 60);
  return [
    `${invalid} of ${runs} runs of ${name} are invalid and not counted; the reasons are below.`,
  ];
}

function tooFew({ verdict, blocks }: Summary): string[] {
  if (verdict !== 'not_enough_valid_runs') return [];
  const found = blocks === undefined ? '' : `; there ${blocks === 1 ? 'is' : 'are'} ${blocks}`;
  return [`A verdict needs 3 blocks in which the runs of both are valid${found}.`];
}

/** What p says beside a verdict, where it could say nothing else or says little. */
function chance(summary: Summary): string[] {
  const { blocks, verdict } = summary;
  const p = pOf(summary);
  if (hasTooFewBlocks(summary)) {
    const { least_p_value: least } = summary;
    return [
      `${blocks ?? 'So few'} blocks cannot show a difference between this many schedulers and cases: p is at least ${significant(least)}. More runs could.`,
    ];
  }
  if (p === null || p <= SIGNIFICANT) return [];
  if (verdict !== 'faster' && verdict !== 'slower') return [];
  // Older results were judged by the interval alone.
  return [
    `p is ${significant(p)}: chance alone gives as much in ${significant(100 * p)} of 100 experiments.`,
  ];
}

/** The p value that the verdict goes by: adjusted for all comparisons where that is stored. */
export function pOf(summary: Summary): number | null {
  return summary.p_value_adjusted ?? summary.p_value ?? null;
}

function cutShort(summary: Summary, { case_ends: ends, plan }: ExperimentRecord): string[] {
  const end = ends?.find((entry) => entry.test_id === summary.test_id);
  const wanted = plan.rule ? ` to ± ${perCent(plan.rule.precision)} %` : '';
  switch (end?.reason) {
    case 'max_time':
      return [`The time was up before the interval was narrow enough${wanted}.`];
    case 'most_blocks':
      // A number that was asked for is no failure.
      if (plan.rule?.fewest_blocks === plan.rule?.most_blocks) return [];
      return [`All ${end.blocks} blocks did not make the interval narrow enough${wanted}.`];
    case 'too_few_valid':
      return ['It was given up because fewer than half of the blocks were valid.'];
    default:
      return [];
  }
}

function outliers({ scheduler, outliers: found = [] }: Summary): string[] {
  if (found.length === 0) return [];
  const list = found.map(({ run_index: index }) => index).slice(0, 5);
  const more = found.length > list.length ? ', …' : '';
  const which = `${found.length > 1 ? 'runs' : 'run'} ${list.join(', ')}${more} ${found.length > 1 ? 'are' : 'is'}`;
  return [`${oneLine(scheduler, 60)}: ${which} far from the others; counted all the same.`];
}

/** One line for each code: the first message, and how often. */
function grouped(warnings: ExperimentRecord['warnings']): string[] {
  const byCode = new Map<string, typeof warnings>();
  for (const warning of warnings) {
    const same = byCode.get(warning.code);
    if (same) same.push(warning);
    else byCode.set(warning.code, [warning]);
  }
  return [...byCode.values()].map((same) => {
    const { code = '', message = '', run_index: index } = same[0] ?? {};
    const isNamed = index === undefined || new RegExp(`\\brun ${index}\\b`).test(message);
    const parts = [isNamed ? '' : `run ${index}`, same.length > 1 ? `${same.length - 1} more` : ''];
    const where = parts.filter(Boolean).join(', and ');
    const text = oneLine(message).replace(/\.$/, '');
    return `${oneLine(code, 60)}: ${text}${where && ` (${where})`}`;
  });
}

function runsInWords(count: number): string {
  return count === 1 ? 'one run' : `${count} runs`;
}
