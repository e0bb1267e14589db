// SPDX-License-Identifier: Apache-2.0
import jstat from 'jstat';
import { sampleStandardDeviation } from 'simple-statistics';

/**
 * The mean difference that a two-sided test at 5 % finds in 4 of 5 samples with as many values and
 * as much scatter as these: (t(0.975) + t(0.8)) · s / √n.
 * @param differences at least two
 */
export function smallestDetectable(differences: readonly number[]): number {
  const n = differences.length;
  const quantiles = jstat.studentt.inv(0.975, n - 1) + jstat.studentt.inv(0.8, n - 1);
  return (quantiles * sampleStandardDeviation([...differences])) / Math.sqrt(n);
}
