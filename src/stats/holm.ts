// SPDX-License-Identifier: Apache-2.0

/**
 * p values corrected for being judged together, in the order given: the chance of any false verdict
 * among all of them stays below the level that each is then held against.
 * (Holm, A Simple Sequentially Rejective Multiple Test Procedure, Scand. J. Statist. 6, 1979.)
 */
export function holm(pValues: readonly number[]): number[] {
  const order = pValues.map((_, place) => place);
  order.sort((a, b) => (pValues[a] as number) - (pValues[b] as number));
  const adjusted = new Array<number>(pValues.length);
  let greatest = 0;
  order.forEach((place, rank) => {
    greatest = Math.max(greatest, (pValues.length - rank) * (pValues[place] as number));
    adjusted[place] = Math.min(1, greatest);
  });
  return adjusted;
}
