// SPDX-License-Identifier: Apache-2.0
import type { ExperimentRecord } from '../results/experiment-record.ts';
import type { CaseView } from './case-view.ts';
import type { ChartSpec } from './chart-spec.ts';
import { completionChart } from './completion-chart.ts';
import { improvementChart } from './improvement-chart.ts';
import { makespanChart } from './makespan-chart.ts';
import type { ChartLink } from './markdown-report.ts';
import { sampleChart } from './sample-chart.ts';
import { timelineChart } from './timeline-chart.ts';
import { headline } from './verdict-sentence.ts';
import { waitChart } from './wait-chart.ts';

export interface PlannedChart extends ChartLink {
  readonly spec: ChartSpec;
}

/** A kind of chart that there is one of for each case; null where a case has nothing to show. */
const OF_A_CASE: readonly {
  readonly kind: string;
  readonly title: string;
  readonly chart: (view: CaseView) => ChartSpec | null;
}[] = [
  { kind: 'timeline', title: 'Timeline', chart: timelineChart },
  { kind: 'makespan', title: 'Makespans', chart: makespanChart },
  { kind: 'completion', title: 'Completion of the tasks', chart: completionChart },
  { kind: 'waits', title: 'Waits for a CPU', chart: waitChart },
  { kind: 'samples', title: 'Memory and CPU', chart: sampleChart },
];

/** The charts that the stored results allow. */
export function planCharts(
  experiment: ExperimentRecord,
  cases: readonly CaseView[],
): PlannedChart[] {
  const isCompared = experiment.summaries.some((summary) => !summary.baseline);
  const title = headline(experiment);
  const overview = { title, path: 'charts/improvement.png' };
  return [
    ...(isCompared ? [{ ...overview, spec: improvementChart(experiment) }] : []),
    ...cases.flatMap((view) =>
      OF_A_CASE.flatMap(({ kind, title, chart }) => {
        const spec = chart(view);
        const path = `charts/${kind}-${view.fileName}.png`;
        return spec ? [{ title: `${title} of ${view.testId}`, path, spec }] : [];
      }),
    ),
  ];
}
