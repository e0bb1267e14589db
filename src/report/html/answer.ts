// SPDX-License-Identifier: Apache-2.0
import type { Summary } from '../../results/experiment-record.ts';
import type { StoredExperiment } from '../../results/read.ts';
import { perCent, seconds, significant } from '../text.ts';
import { comparisonSentence, headline } from '../verdict-sentence.ts';
import { againstTable } from './against.ts';
import { doubtsAbout, doubtsAboutAll, pOf } from './doubts.ts';
import { html, type Markup } from './markup.ts';
import { nameOf, orDash, pInWords, rangeInWords, VERDICTS, verdictOf } from './words.ts';

/** More comparisons than this are rows of a table instead of blocks with big figures. */
const MOST_BLOCKS = 4;

/** The answer: a verdict for each comparison, its figures, and what makes it suspect. */
export function answerSection(stored: StoredExperiment): Markup {
  const { experiment } = stored;
  const comparisons = experiment.summaries.filter((summary) => !summary.baseline);
  const isOne = comparisons.length === 1;
  // What holds for all stands beside the verdict, where there is only one.
  const all = doubtsAboutAll(stored);
  const body =
    comparisons.length === 0
      ? experiment.summaries.map((arm) => armBlock(arm, stored))
      : comparisons.length <= MOST_BLOCKS
        ? comparisons.map((summary) => comparisonBlock(summary, stored, isOne ? all : null))
        : comparisonTable(comparisons, stored);
  return html`<section id="answer" aria-label="The answer">
<h1>${headline(experiment)}.</h1>
${!isOne && all.length > 0 && doubtList(all)}
${body}
${againstTable(experiment)}
</section>`;
}

/** `ofAll` are the doubts about the whole experiment; null where they stand above. */
function comparisonBlock(
  summary: Summary,
  stored: StoredExperiment,
  ofAll: readonly string[] | null,
): Markup {
  const { plan } = stored.experiment;
  const verdict = verdictOf(summary);
  const doubts = [...doubtsAbout(summary, stored), ...(ofAll ?? [])];
  const sentence =
    ofAll === null && html`<h2>${comparisonSentence(summary, plan.baseline, true)}</h2>`;
  return html`<article class="comparison ${verdict}">
${sentence}
<div class="verdict-row"><p class="badge ${verdict}">${VERDICTS[verdict]}</p>
<p class="who">${nameOf(summary.scheduler)} against ${nameOf(plan.baseline)}, case ${nameOf(summary.test_id)}</p></div>
<div class="answer-grid"><dl class="figures">${comparisonFigures(summary, baselineOf(summary, stored))}</dl>
${doubts.length > 0 ? doubtList(doubts) : ofAll && NO_DOUBTS}</div>
</article>`;
}

function comparisonFigures(summary: Summary, baseline: Summary | undefined): Markup[] {
  const before = (text: string) => html`<small>${text} →</small> `;
  const p = pOf(summary);
  const ratio = summary.makespan_ratio?.median;
  return [
    figure(
      'Less makespan',
      inPerCent(summary.improvement),
      summary.improvement_ci95
        ? `95 % interval ${rangeInWords(summary.improvement_ci95)}`
        : 'no interval',
      'first',
    ),
    figure(
      'The limit',
      inPerCent(summary.expected_improvement),
      "less: what the ideal schedule of the baseline's own work would give",
    ),
    figure(
      'Makespan, median',
      html`${baseline?.makespan_s && before(significant(baseline.makespan_s.median))}${orDash(summary.makespan_s, (value) => significant(value.median))}<small> s</small>`,
      `no schedule of this work ends before ${orDash(summary.lower_bound_s, seconds)}`,
    ),
    figure(
      'Makespan ratio',
      html`${baseline?.makespan_ratio && before(significant(baseline.makespan_ratio.median))}${orDash(ratio, significant)}`,
      ratio === undefined
        ? '1 is the limit'
        : `1 is the limit: ${perCent(ratio - 1)} % above it${baseline?.makespan_ratio ? `, the baseline ${perCent(baseline.makespan_ratio.median - 1)} %` : ''}`,
    ),
    figure(
      summary.p_value_adjusted == null ? 'p' : 'p, adjusted',
      html`${orDash(p, pInWords)}`,
      pExplained(summary),
    ),
  ];
}

function inPerCent(value: number | null | undefined): Markup {
  return value == null ? html`–` : html`${perCent(value)}<small> %</small>`;
}

function pExplained(summary: Summary): string {
  const parts = [
    summary.p_value_adjusted == null
      ? 'sign-flip test'
      : 'sign-flip test, by Holm for all comparisons',
    summary.least_p_value != null && `least possible ${pInWords(summary.least_p_value)}`,
    summary.smallest_detectable != null &&
      `would have shown ${perCent(summary.smallest_detectable)} % or more`,
  ];
  return parts.filter(Boolean).join('; ');
}

function figure(name: string, value: Markup, note: string, more = ''): Markup {
  return html`<div class="figure ${more}"><dt>${name}</dt><dd class="value">${value}</dd><dd class="note">${note}</dd></div>`;
}

function armBlock(summary: Summary, stored: StoredExperiment): Markup {
  const { makespan_s: makespan, makespan_ratio: ratio } = summary;
  const doubts = doubtsAbout(summary, stored);
  return html`<article class="comparison">
<div class="verdict-row"><p class="who">${nameOf(summary.scheduler)}, case ${nameOf(summary.test_id)}, ${summary.runs - summary.invalid_runs} of ${summary.runs} runs valid</p></div>
<div class="answer-grid"><dl class="figures">
${figure('Makespan, median', html`${orDash(makespan, (value) => significant(value.median))}<small> s</small>`, makespan ? `95 % interval of the mean ${makespan.ci95.map(significant).join(' to ')} s` : 'no valid run', 'first')}
${figure('The limit', html`${orDash(summary.lower_bound_s, significant)}<small> s</small>`, 'no schedule of this work on these CPUs ends sooner')}
${figure('Makespan ratio', html`${orDash(ratio, (value) => significant(value.median))}`, ratio ? `${perCent(ratio.median - 1)} % above the limit, which is 1` : '1 is the limit')}
</dl>${doubts.length > 0 && doubtList(doubts)}</div></article>`;
}

const NO_DOUBTS = html`<aside class="doubts none"><h3>No warnings</h3><p>Every run is valid and nothing makes the result suspect.</p></aside>`;

function doubtList(doubts: readonly string[], title = 'Keep in mind'): Markup {
  return html`<aside class="doubts"><h3>${title}</h3><ul>${doubts.map((doubt) => html`<li>${doubt}</li>`)}</ul></aside>`;
}

function comparisonTable(comparisons: readonly Summary[], stored: StoredExperiment): Markup {
  const all = comparisons.map((summary) => doubtsAbout(summary, stored));
  const common = (all[0] ?? []).filter((doubt) => all.every((doubts) => doubts.includes(doubt)));
  const heads = [
    html`<th scope="col"><span class="unseen">Verdict</span></th><th scope="col">In one sentence</th>`,
    ['Limit', 'Makespan ratio', 'p'].map(
      (name) => html`<th scope="col" class="number">${name}</th>`,
    ),
  ];
  const rows = comparisons.map((summary, place) => {
    const own = all[place]?.filter((doubt) => !common.includes(doubt)) ?? [];
    return comparisonRow(summary, stored, own);
  });
  return html`${common.length > 0 && doubtList(common, 'Keep in mind, of every comparison')}
<div class="scroll"><table class="comparisons"><thead><tr>${heads}</tr></thead><tbody>${rows}</tbody></table></div>`;
}

function comparisonRow(
  summary: Summary,
  stored: StoredExperiment,
  doubts: readonly string[],
): Markup {
  const verdict = verdictOf(summary);
  const before = orDash(baselineOf(summary, stored)?.makespan_ratio, (value) =>
    significant(value.median),
  );
  return html`<tr><td><span class="badge ${verdict}">${VERDICTS[verdict]}</span></td>
<th scope="row">${comparisonSentence(summary, stored.experiment.plan.baseline, true)}
${doubts.length > 0 && html`<ul class="row-doubts">${doubts.map((doubt) => html`<li>${doubt}</li>`)}</ul>`}</th>
<td class="number">${orDash(summary.expected_improvement, (value) => `${perCent(value)} %`)}</td>
<td class="number">${before} → ${orDash(summary.makespan_ratio, (value) => significant(value.median))}</td>
<td class="number">${orDash(pOf(summary), pInWords)}</td></tr>`;
}

function baselineOf(summary: Summary, { experiment }: StoredExperiment): Summary | undefined {
  return experiment.summaries.find((other) => other.baseline && other.test_id === summary.test_id);
}
