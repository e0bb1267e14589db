// SPDX-License-Identifier: Apache-2.0
import type { StoredExperiment } from '../../results/read.ts';
import type { CaseView } from '../case-view.ts';
import { placeRows } from '../place-rows.ts';
import { oneLine } from '../text.ts';
import { headline } from '../verdict-sentence.ts';
import { answerSection } from './answer.ts';
import { classTable } from './class-table.ts';
import { cpuTable } from './cpu-table.ts';
import { embedJson } from './embed-json.ts';
import { findingsSection } from './findings-section.ts';
import { gapFigure } from './gap-figure.ts';
import { improvementFigure } from './improvement-figure.ts';
import { html, type Markup, trusted } from './markup.ts';
import { methodSection } from './method.ts';
import { type PageAssets, sourceHash } from './page-assets.ts';
import type { ReportData } from './report-data.ts';
import { nameOf } from './words.ts';

/** Cases beyond these are folded up at first. */
const OPEN_CASES = 2;

export interface PageContent {
  readonly stored: StoredExperiment;
  readonly cases: readonly CaseView[];
  readonly data: ReportData;
  /** What is not in the page, and why. */
  readonly missing: readonly string[];
}

/** The whole report as one HTML document that asks the network for nothing. */
export function page(content: PageContent, { script, style }: PageAssets): string {
  const { stored, cases, data } = content;
  const policy = [
    "default-src 'none'",
    `script-src ${sourceHash(script)}`,
    `style-src ${sourceHash(style)}`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${headline(stored.experiment)}</title>
<link rel="icon" href="data:,">
<style>${trusted(style)}</style>
</head>
<body>
${header(stored)}
<main>
${answerSection(stored)}
${findingsSection(stored)}
${whySection(content)}
${methodSection(stored, cases)}
${placeSection(stored)}
${runsSection(stored)}
</main>
<script type="application/json" id="report-data">${trusted(embedJson(data))}</script>
<script>${trusted(script)}</script>
</body>
</html>
`.text;
}

function header({ experiment }: StoredExperiment): Markup {
  const { place } = experiment;
  const where = place
    ? `${place.target === 'vm' ? 'guest' : 'host'}, ${place.cpus} CPUs, kernel ${oneLine(place.kernel_release, 60)}`
    : 'place unknown';
  const date = oneLine(
    experiment.created_at.replace('T', ' ').replace(/(:\d\d)(\.\d+)?Z$/, '$1 UTC'),
    40,
  );
  return html`<header class="top"><p><strong>schedlab</strong> <span>${nameOf(experiment.name, 80)}</span> <span>${date}</span> <span>${where}</span></p>
<nav aria-label="Sections"><a href="#answer">Answer</a><a href="#why">Why</a><a href="#method">Method</a><a href="#place">Machine</a><a href="#runs">Runs</a></nav>
<button type="button" id="theme" hidden>Dark</button></header>`;
}

function whySection({ stored, cases, missing }: PageContent): Markup {
  return html`<section id="why" aria-labelledby="why-title"><h2 id="why-title">Why</h2>
<noscript><p class="hint">Timelines, curves and the table of all runs need JavaScript. The figures do not.</p></noscript>
${improvementFigure(stored)}
${missing.map((text) => html`<p class="hint missing">${text}</p>`)}
${cases.map((view, place) => caseSection(view, place, stored))}
</section>`;
}

function caseSection(
  { testId, arms }: CaseView,
  place: number,
  { experiment }: StoredExperiment,
): Markup {
  const names = arms.map((arm) => arm.scheduler);
  const summaries = experiment.summaries
    .filter((summary) => summary.test_id === testId)
    .toSorted((a, b) => names.indexOf(a.scheduler) - names.indexOf(b.scheduler));
  const title = experiment.plan.cases.find((entry) => entry.test_id === testId)?.name ?? '';
  return html`<details class="case" data-case="${place}" ${trusted(place < OPEN_CASES ? 'open' : '')}><summary><h3>${nameOf(testId)} <small><bdi>${oneLine(title, 120)}</bdi></small></h3></summary>
<div class="timelines"></div>
<div class="curves"></div>
${gapFigure(summaries)}
${classTable(arms)}
${cpuTable(summaries)}
</details>`;
}

function placeSection({ experiment }: StoredExperiment): Markup {
  const rows = placeRows(experiment);
  return html`<section id="place" aria-labelledby="place-title"><h2 id="place-title">The machine and the place</h2>
<dl class="facts">${rows.map(([name, value]) => html`<div><dt>${oneLine(name, 80)}</dt><dd><bdi>${oneLine(value, 2000)}</bdi></dd></div>`)}</dl></section>`;
}

function runsSection({ runs }: StoredExperiment): Markup {
  return html`<section id="runs" aria-labelledby="runs-title"><h2 id="runs-title">All ${runs.length} runs</h2>
<p class="hint">As they are stored in <code>runs.ndjson</code>. A trace is a file beside this one.</p>
<div id="runs-table"></div></section>`;
}
