// SPDX-License-Identifier: Apache-2.0
import type { Summary } from '../../results/experiment-record.ts';
import type { Gap } from '../../results/run-record.ts';
import { perCent, significant } from '../text.ts';
import { html, type Markup } from './markup.ts';
import { niceTicks } from './nice-ticks.ts';
import { axisTrack, stackedTrack } from './tracks.ts';
import { NOTHING, nameOf, orDash } from './words.ts';

interface PartOfGap {
  readonly key: keyof Gap;
  readonly kind: string;
  readonly name: string;
}

const PARTS: readonly PartOfGap[] = [
  { key: 'late_start_s', kind: 'gap-late', name: 'The long task started late' },
  { key: 'long_wait_s', kind: 'gap-wait', name: 'The long task waited' },
  { key: 'idle_while_waiting_s', kind: 'gap-idle', name: 'CPUs idle while tasks waited' },
  { key: 'rest_s', kind: 'gap-rest', name: 'The rest' },
];

/** Where an arm's time beyond the lower bound went: a bar and a row for each arm of a case. */
export function gapFigure(summaries: readonly Summary[]): Markup {
  const gaps = summaries.map((summary) => summary.gap ?? null);
  const total = (summary: Summary) =>
    summary.makespan_s && summary.lower_bound_s !== null
      ? Math.max(0, summary.makespan_s.median - summary.lower_bound_s)
      : 0;
  const longest = summaries.map((summary, place) => Math.max(total(summary), width(gaps[place])));
  const scale = { min: 0, max: Math.max(1e-9, ...longest) * 1.02 };
  const isKnown = gaps.some((gap) => gap !== null);
  const parts = isKnown ? PARTS : [];
  const rows = summaries.map((summary, place) => {
    const gap = gaps[place];
    const bars = gap
      ? PARTS.map(({ key, kind }) => ({ value: gap[key], kind }))
      : [{ value: total(summary), kind: 'gap-unknown' }];
    const label = `${significant(total(summary))} seconds beyond the lower bound`;
    const share = summary.lower_bound_s ? perCent(total(summary) / summary.lower_bound_s) : null;
    return html`<tr><th scope="row">${nameOf(summary.scheduler, 40)}</th><td class="plot">${stackedTrack(scale, bars, label)}</td>
${parts.map(({ key }) => html`<td class="number">${gap ? inSeconds(gap[key]) : NOTHING}</td>`)}
<td class="number"><strong>${summary.makespan_s ? inSeconds(total(summary)) : NOTHING}</strong> <small>${share && `${share} %`}</small></td><td class="number">${orDash(summary.lower_bound_s, inSeconds)}</td></tr>`;
  });
  const heads = parts.map(
    ({ kind, name }) =>
      html`<th scope="col" class="number"><span class="key ${kind}"></span>${name}</th>`,
  );
  const note = isKnown
    ? 'Medians over the valid runs, so the parts need not add up to the last digit. Below 0: parts overlap.'
    : 'What it consists of is not known: the observer did not run.';
  return html`<figure class="gap"><figcaption><strong>Where the time beyond the lower bound went.</strong> ${note}</figcaption>
<div class="scroll"><table class="tracks"><thead><tr><th scope="col">Scheduler</th><th scope="col"><span class="unseen">Bar, seconds</span></th>${heads}<th scope="col" class="number">Makespan − bound</th><th scope="col" class="number">Bound</th></tr></thead>
<tbody>${rows}</tbody><tfoot><tr><td></td><td>${axisTrack(scale, niceTicks(0, scale.max, 4), (value) => `${value} s`)}</td></tr></tfoot></table></div></figure>`;
}

function width(gap: Gap | null | undefined): number {
  return gap ? PARTS.reduce((sum, { key }) => sum + Math.max(0, gap[key]), 0) : 0;
}

/** With the same digits everywhere, so that a column can be compared. */
function inSeconds(value: number): string {
  return `${value.toFixed(3).replace('-', '−').replace('−0.000', '0.000')} s`;
}
