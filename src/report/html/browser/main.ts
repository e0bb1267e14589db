// SPDX-License-Identifier: Apache-2.0
// The script of report.html: what needs a pointer, a canvas or an order of the reader's own.
import type { ReportData } from '../report-data.ts';
import { showCurves } from './curves.ts';
import { showRuns } from './runs-table.ts';
import { startTheme } from './theme.ts';
import { showTimelines } from './timeline.ts';
import { whenNear } from './when-near.ts';

const text = document.getElementById('report-data')?.textContent ?? '{"cases":[],"runs":[]}';
const data = JSON.parse(text) as ReportData;

startTheme();
for (const place of document.querySelectorAll<HTMLDetailsElement>('details.case')) {
  const shown = data.cases[Number(place.dataset.case)];
  const timelines = place.querySelector<HTMLElement>('.timelines');
  const curves = place.querySelector<HTMLElement>('.curves');
  if (!shown || !timelines || !curves) continue;
  whenNear(timelines, () => showTimelines(timelines, shown));
  whenNear(curves, () => showCurves(curves, shown));
}
const runs = document.getElementById('runs-table');
if (runs) whenNear(runs, () => showRuns(runs, data.runs));
addEventListener('beforeprint', () => {
  for (const folded of document.querySelectorAll<HTMLDetailsElement>('details.case'))
    folded.open = true;
});
document.documentElement.dataset.ready = 'yes';
