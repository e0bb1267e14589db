// SPDX-License-Identifier: Apache-2.0
import { mean, quantileSorted, sampleStandardDeviation } from 'simple-statistics';
import { halfWidth95, type Interval } from './estimate.ts';
import { seededRandom } from './random.ts';

const RESAMPLES = 4000;
/** Fewer values than this have too few different resamples. */
const FEWEST_VALUES = 6;

/**
 * 95 % interval of the mean by the bootstrap-t: the distribution of (mean* − mean) / (s* / √n) over
 * resamples takes the place of Student's. (Efron and Tibshirani, An Introduction to the Bootstrap,
 * 1993, section 12.5. The plain percentile interval is too narrow for as few values as we have.)
 * With fewer than 6 values it is Student's interval. The same values give the same interval.
 * @param values at least two
 */
export function bootstrapInterval(values: readonly number[]): Interval {
  const list = [...values];
  const n = list.length;
  const centre = mean(list);
  const stddev = sampleStandardDeviation(list);
  if (n < FEWEST_VALUES || stddev === 0) {
    const half = halfWidth95(stddev, n);
    return [centre - half, centre + half];
  }
  const random = seededRandom(1);
  const pivots = new Float64Array(RESAMPLES);
  for (let resample = 0; resample < RESAMPLES; resample++) {
    let sum = 0;
    let squares = 0;
    for (let i = 0; i < n; i++) {
      // About the centre, where the sum of squares loses no digits.
      const value = (list[Math.floor(random() * n)] as number) - centre;
      sum += value;
      squares += value * value;
    }
    const shift = sum / n;
    const variance = Math.max(0, (squares - n * shift * shift) / (n - 1));
    // All values the same one: as far out as can be.
    pivots[resample] = variance > 0 ? shift / Math.sqrt(variance / n) : shift * Infinity || 0;
  }
  const sorted = pivots.sort() as unknown as number[];
  const error = stddev / Math.sqrt(n);
  return [
    centre - quantileSorted(sorted, 0.975) * error,
    centre - quantileSorted(sorted, 0.025) * error,
  ];
}
