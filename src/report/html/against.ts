// SPDX-License-Identifier: Apache-2.0
import type { Against, ExperimentRecord } from '../../results/experiment-record.ts';
import { oneLine, perCent } from '../text.ts';
import { html, type Markup } from './markup.ts';
import { nameOf, pInWords, rangeInWords, VERDICTS } from './words.ts';

/** What has changed since the stored experiment that this one was compared with. */
export function againstTable({ against }: ExperimentRecord): Markup | null {
  if (!against) return null;
  const heads = [
    html`<th scope="col"><span class="unseen">Verdict</span></th><th scope="col">Case</th><th scope="col">Scheduler</th>`,
    ['Less makespan then', 'now', 'Change', 'p, adjusted'].map(
      (name) => html`<th scope="col" class="number">${name}</th>`,
    ),
  ];
  return html`<div class="against"><h2>Against the experiment of ${oneLine(against.created_at, 40)}</h2>
<p class="hint">Each held against the baseline of its own day. Stored in <bdi>${oneLine(against.folder, 200)}</bdi>.</p>
<div class="scroll"><table><thead><tr>${heads}</tr></thead><tbody>${against.comparisons.map(row)}</tbody></table></div></div>`;
}

function row(comparison: Against['comparisons'][number]): Markup {
  const { verdict } = comparison;
  return html`<tr><td><span class="badge ${verdict}">${VERDICTS[verdict]}</span></td>
<th scope="row">${nameOf(comparison.test_id, 40)}</th><td>${nameOf(comparison.scheduler, 40)}</td>
<td class="number">${perCent(comparison.improvement_then)} %</td><td class="number">${perCent(comparison.improvement_now)} %</td>
<td class="number"><strong>${perCent(comparison.change)} %</strong> <small>${rangeInWords(comparison.change_ci95)}</small></td>
<td class="number">${pInWords(comparison.p_value_adjusted)}</td></tr>`;
}
