// SPDX-License-Identifier: Apache-2.0
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** Numbers from 0 to below 1, the same ones for the same seed. */
export type Random = () => number;

export function seededRandom(seed: number): Random {
  const generator = xoroshiro128plus(seed);
  // The first numbers of seeds that are alike are alike.
  for (let skipped = 0; skipped < 64; skipped++) uniformFloat64(generator);
  return () => uniformFloat64(generator);
}
