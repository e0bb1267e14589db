// SPDX-License-Identifier: Apache-2.0
import type { ClassFigures } from '../../results/experiment-record.ts';
import type { ArmView } from '../case-view.ts';
import { significant } from '../text.ts';
import { classFigures } from './class-figures.ts';
import { html, type Markup } from './markup.ts';
import type { TaskClass } from './report-data.ts';
import { duration, nameOf, orDash } from './words.ts';

const GROUPS = [
  { name: 'End of a task, seconds', columns: ['median', '95 %', '99 %', 'last'] },
  { name: 'Wait of a task, in all', columns: ['median', '95 %', '99 %', 'longest'] },
  { name: 'Fairness', columns: ['1 = equal'] },
  { name: 'Switches per task', columns: ['by itself', 'against its will'] },
  { name: 'Per task', columns: ['preemptions', 'migrations'] },
];

/** What each arm of a case did to the short and to the long tasks. */
export function classTable(arms: readonly ArmView[]): Markup {
  const heads = GROUPS.map(
    ({ name, columns }) =>
      html`<th scope="colgroup" colspan="${columns.length}" class="first">${name}</th>`,
  );
  const columns = GROUPS.flatMap(({ columns }) =>
    columns.map(
      (name, place) => html`<th scope="col" class="number ${place === 0 && 'first'}">${name}</th>`,
    ),
  );
  const rows = (['short', 'long'] as const).map((taskClass) =>
    arms.map((arm, place) => row(taskClass, arm, place === 0)),
  );
  return html`<figure class="classes"><figcaption><strong>What it did to short and to long tasks.</strong> Over all tasks of the class in the valid runs.</figcaption>
<div class="scroll"><table><thead><tr><th rowspan="2" scope="col">Class</th><th rowspan="2" scope="col">Scheduler</th>${heads}</tr><tr>${columns}</tr></thead><tbody>${rows}</tbody></table></div></figure>`;
}

function row(taskClass: TaskClass, arm: ArmView, isFirst: boolean): Markup {
  const figures = classFigures(arm.summary, arm.valid, taskClass);
  const cells = GROUPS.map(({ columns }, group) => {
    const texts = cellsOf(figures)[group] as string[];
    return columns.map(
      (_, place) => html`<td class="number ${place === 0 && 'first'}">${texts[place]}</td>`,
    );
  });
  const name = html`<span class="key ${taskClass}"></span>${taskClass}`;
  return html`<tr class="${isFirst && 'group'}"><th scope="row">${isFirst ? name : html`<span class="unseen">${taskClass}</span>`}</th><td>${nameOf(arm.scheduler, 40)}</td>${cells}</tr>`;
}

function cellsOf(figures: ClassFigures | null): string[][] {
  const quantiles = (
    values: ClassFigures['wait_s'] | undefined,
    text: (value: number) => string,
  ) => [
    orDash(values?.median, text),
    orDash(values?.p95, text),
    orDash(values?.p99, text),
    orDash(values?.last, text),
  ];
  return [
    quantiles(figures?.completion_s, significant),
    quantiles(figures?.wait_s, duration),
    [orDash(figures?.fairness, (value) => value.toFixed(3))],
    [
      orDash(figures?.voluntary_switches, significant),
      orDash(figures?.involuntary_switches, significant),
    ],
    [orDash(figures?.preemptions, significant), orDash(figures?.migrations, significant)],
  ];
}
