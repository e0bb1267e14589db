// SPDX-License-Identifier: Apache-2.0
import type { StoredExperiment } from '../../results/read.ts';
import { type Finding, findings, runsInWords } from '../findings.ts';
import { oneLine } from '../text.ts';
import { html, type Markup } from './markup.ts';
import { nameOf } from './words.ts';

/** What was wrong with the schedulers, or seen of them; null where there is nothing to say. */
export function findingsSection({ runs }: StoredExperiment): Markup | null {
  const found = findings(runs);
  if (found.length === 0) return null;
  return html`<section id="findings" aria-labelledby="findings-title"><h2 id="findings-title">What was found of the schedulers</h2>
<ul class="findings">${found.map(finding)}</ul>
</section>`;
}

function finding({ scheduler, diagnosis, runs, dump }: Finding): Markup {
  const { code, words, advice } = diagnosis;
  return html`<li><p><strong>${nameOf(scheduler)}</strong> <code>${code}</code> <small>${runsInWords(runs)}</small></p>
<p><bdi>${oneLine(words)}</bdi></p>
<p class="hint">${oneLine(advice)}</p>
${dump !== null && html`<details><summary>What the kernel wrote when it ended it</summary><pre>${printable(dump)}</pre></details>`}</li>`;
}

/** Lines stay lines; nothing else that controls. */
function printable(text: string): string {
  return text.replaceAll(/[^\P{C}\n\t]/gu, ' ').trim();
}
