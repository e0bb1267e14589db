// SPDX-License-Identifier: Apache-2.0
import type { ExperimentRecord } from '../../results/experiment-record.ts';

type Outlier = NonNullable<ExperimentRecord['summaries'][number]['outliers']>[number];

/** The runs that are far from their arm's others, by index. */
export function outliersByRun({ summaries }: ExperimentRecord): Map<number, Outlier> {
  return new Map(
    summaries.flatMap((summary) =>
      (summary.outliers ?? []).map((outlier) => [outlier.run_index, outlier] as const),
    ),
  );
}
