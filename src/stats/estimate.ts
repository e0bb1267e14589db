// SPDX-License-Identifier: Apache-2.0
import jstat from 'jstat';
import { mean, median, sampleStandardDeviation } from 'simple-statistics';

export type Interval = [low: number, high: number];

export interface EstimateOfMean {
  readonly median: number;
  readonly mean: number;
  readonly stddev: number;
  /** Of the mean, by Student's t; both ends are the mean when there is one value only. */
  readonly ci95: Interval;
}

/** Location and spread of at least one value. */
export function estimate(values: readonly number[]): EstimateOfMean {
  const list = [...values];
  const centre = mean(list);
  const stddev = list.length > 1 ? sampleStandardDeviation(list) : 0;
  const half = list.length > 1 ? halfWidth95(stddev, list.length) : 0;
  return { median: median(list), mean: centre, stddev, ci95: [centre - half, centre + half] };
}

/** t(0.975, n − 1) · s / √n */
export function halfWidth95(stddev: number, n: number): number {
  return (jstat.studentt.inv(0.975, n - 1) * stddev) / Math.sqrt(n);
}
