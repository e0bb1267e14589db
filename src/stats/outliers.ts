// SPDX-License-Identifier: Apache-2.0
import { median, medianAbsoluteDeviation } from 'simple-statistics';

/** Makes the median absolute deviation of normal values their standard deviation. */
const MAD_TO_SIGMA = 1.4826;
const FEWEST_VALUES = 5;
/** Iglewicz and Hoaglin, How to Detect and Handle Outliers, 1993, recommend 3.5. */
const FAR = 3.5;

/**
 * Which values are far from the others, with their distance from the median in robust standard
 * deviations. Of fewer than 5 values none is.
 * @param least a deviation below this, in the values' unit, is never far: values that are nearly
 *   all the same make the smallest difference look large
 */
export function outliers(
  values: readonly number[],
  least: number,
): { place: number; deviations: number }[] {
  if (values.length < FEWEST_VALUES) return [];
  const list = [...values];
  const centre = median(list);
  const sigma = Math.max(medianAbsoluteDeviation(list) * MAD_TO_SIGMA, least / FAR);
  return values.flatMap((value, place) => {
    const deviations = (value - centre) / sigma;
    return Math.abs(deviations) > FAR ? [{ place, deviations }] : [];
  });
}
