// SPDX-License-Identifier: Apache-2.0
import type { Summary } from '../../results/experiment-record.ts';
import { oneLine, perCent } from '../text.ts';
import { html, type Markup } from './markup.ts';
import { duration, nameOf, orDash } from './words.ts';

const HEADS = [
  'Idle while tasks waited',
  "Busiest CPU's part of the work",
  'Spread between CPUs',
] as const;

/** How each arm used the CPUs, and what sched_ext counted; null where nothing was observed. */
export function cpuTable(summaries: readonly Summary[]): Markup | null {
  const observed = summaries.filter((summary) => summary.cpu_use || summary.scheduler_events);
  if (observed.length === 0) return null;
  const heads = HEADS.map((name) => html`<th scope="col" class="number">${name}</th>`);
  return html`<figure class="cpus"><figcaption><strong>How it used the CPUs.</strong> Medians over the valid runs; sched_ext's own counters are sums.</figcaption>
<div class="scroll"><table><thead><tr><th scope="col">Scheduler</th>${heads}<th scope="col">sched_ext counted</th></tr></thead><tbody>${observed.map(row)}</tbody></table></div></figure>`;
}

function row({ scheduler, cpu_use: use, scheduler_events: events }: Summary): Markup {
  const counted = Object.entries(events ?? {}).filter(([, count]) => count > 0);
  const list = counted.map(([name, count]) => `${oneLine(name, 60)} ${count}`).join(', ');
  return html`<tr><th scope="row">${nameOf(scheduler, 40)}</th>
<td class="number">${orDash(use?.idle_while_waiting_s, duration)}</td>
<td class="number">${orDash(use?.busiest_share, (share) => `${perCent(share)} %`)}</td>
<td class="number">${orDash(use?.variation, (share) => `${perCent(share)} %`)}</td>
<td class="counted">${list || (events ? 'nothing unusual' : '–')}</td></tr>`;
}
