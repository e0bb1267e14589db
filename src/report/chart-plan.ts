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
  /** Made when it is drawn: all at once would need tens of megabytes. */
  readonly spec: () => ChartSpec;
}

interface Kind<Spec> {
  readonly kind: string;
  readonly title: string;
  readonly chart: (view: CaseView) => Spec;
}

const OF_EVERY_CASE: readonly Kind<ChartSpec>[] = [
  { kind: 'timeline', title: 'Timeline', chart: timelineChart },
  { kind: 'makespan', title: 'Makespans', chart: makespanChart },
  { kind: 'completion', title: 'Completion of the tasks', chart: completionChart },
];

/** null where a case has nothing to show. */
const WHERE_SEEN: readonly Kind<ChartSpec | null>[] = [
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
    ...(isCompared ? [{ ...overview, spec: () => improvementChart(experiment) }] : []),
    ...cases.flatMap((view) => [
      ...OF_EVERY_CASE.map((kind) => ({ ...linkTo(kind, view), spec: () => kind.chart(view) })),
      ...WHERE_SEEN.flatMap((kind) => {
        const spec = kind.chart(view);
        return spec ? [{ ...linkTo(kind, view), spec: () => spec }] : [];
      }),
    ]),
  ];
}

function linkTo({ kind, title }: Kind<unknown>, { testId, fileName }: CaseView): ChartLink {
  return { title: `${title} of ${testId}`, path: `charts/${kind}-${fileName}.png` };
}
