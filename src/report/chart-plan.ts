// SPDX-License-Identifier: Apache-2.0
import type { StoredExperiment } from '../results/read.ts';
import type { ChartSpec } from './chart-spec.ts';
import { improvementChart } from './improvement-chart.ts';
import type { ChartLink } from './markdown-report.ts';
import { timelineChart } from './timeline-chart.ts';
import { headline } from './verdict-sentence.ts';

export interface PlannedChart extends ChartLink {
  readonly spec: ChartSpec;
}

/** The charts that the stored results allow: the makespans, and a timeline for every case run. */
export function planCharts(stored: StoredExperiment): PlannedChart[] {
  const { experiment, runs } = stored;
  const charts: PlannedChart[] = [];
  if (experiment.summaries.length > 0) {
    const title = headline(experiment);
    charts.push({ title, path: 'charts/improvement.png', spec: improvementChart(stored) });
  }
  const cases = [...new Set(runs.map((run) => run.test_id))];
  const names = distinctFileNames(cases);
  cases.forEach((testId, place) => {
    charts.push({
      title: `Timeline of ${testId}`,
      path: `charts/timeline-${names[place]}.png`,
      spec: timelineChart(stored, testId),
    });
  });
  return charts;
}

/** Names that are safe in every file system; a number tells apart what became the same. */
export function distinctFileNames(names: readonly string[]): string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    const safe = name.replaceAll(/[^A-Za-z0-9._-]+/g, '_').slice(0, 80);
    let candidate = safe;
    // Without regard to case, because some file systems have none.
    for (let copy = 2; taken.has(candidate.toLowerCase()); copy++) candidate = `${safe}-${copy}`;
    taken.add(candidate.toLowerCase());
    return candidate;
  });
}
