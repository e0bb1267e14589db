// SPDX-License-Identifier: Apache-2.0
import type { Summary } from '../../results/experiment-record.ts';
import type { StoredExperiment } from '../../results/read.ts';
import { perCent } from '../text.ts';
import { html, type Markup } from './markup.ts';
import { niceTicks } from './nice-ticks.ts';
import { axisTrack, type Interval, intervalTrack, type Scale } from './tracks.ts';
import { nameOf, orDash, rangeInWords, VERDICTS, verdictOf } from './words.ts';

/** Wider intervals end at the chart's edge. */
const LEAST = -1;

/** Improvement of every comparison with its interval and what an ideal schedule would give. */
export function improvementFigure({ experiment }: StoredExperiment): Markup | null {
  const comparisons = experiment.summaries.filter((summary) => !summary.baseline);
  if (comparisons.length === 0) return null;
  const scale = scaleOf(comparisons);
  const percent = (value: number) => `${Math.round(100 * value)} %`;
  return html`<figure class="improvements">
<figcaption><strong>Less makespan than ${nameOf(experiment.plan.baseline)}.</strong> Point and line: improvement with its 95 % interval. <span class="limit-key">Upright line: the limit</span>, what the ideal schedule of the baseline's work would give. Right of 0 is faster.</figcaption>
<div class="scroll"><table class="tracks"><thead class="unseen"><tr><th>Case</th><th>Scheduler</th><th>Improvement</th><th>95 % interval</th></tr></thead>
<tbody>${comparisons.map((summary, place) => row(summary, comparisons[place - 1], scale))}</tbody>
<tfoot><tr><td></td><td></td><td>${axisTrack(scale, niceTicks(scale.min, scale.max, 6), percent)}</td><td></td></tr></tfoot></table></div></figure>`;
}

function row(summary: Summary, above: Summary | undefined, scale: Scale): Markup {
  const isNewCase = summary.test_id !== above?.test_id;
  const text = `${orDash(summary.improvement, (value) => `${perCent(value)} %`)}`;
  const range = summary.improvement_ci95 ? rangeInWords(summary.improvement_ci95) : '';
  const label = `${text}, 95 % interval ${range || 'unknown'}, limit ${orDash(summary.expected_improvement, (value) => `${perCent(value)} %`)}`;
  return html`<tr class="${isNewCase ? 'group' : ''}"><th scope="row">${isNewCase && nameOf(summary.test_id, 40)}</th><td>${nameOf(summary.scheduler, 40)}</td>
<td class="plot">${intervalTrack(scale, intervalOf(summary), label)}</td><td class="number"><strong>${text}</strong> <small>${range || VERDICTS[verdictOf(summary)]}</small></td></tr>`;
}

function intervalOf(summary: Summary): Interval | null {
  const { improvement, improvement_ci95: interval } = summary;
  const [low, high] = interval ?? [];
  if (improvement == null || low === undefined || high === undefined) return null;
  const limit = summary.expected_improvement ?? null;
  return { low, value: improvement, high, limit, kind: verdictOf(summary) };
}

function scaleOf(comparisons: readonly Summary[]): Scale {
  const values = comparisons.flatMap((summary) => [
    summary.improvement ?? 0,
    ...(summary.improvement_ci95 ?? []),
    summary.expected_improvement ?? 0,
  ]);
  const low = Math.max(LEAST, Math.min(0, ...values));
  const high = Math.min(1, Math.max(0.1, ...values));
  const room = 0.055 * (high - low);
  return { min: low < 0 ? low - room : -room, max: high + room };
}
