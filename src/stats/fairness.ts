// SPDX-License-Identifier: Apache-2.0

/**
 * Jain's fairness index (Σx)² / (n·Σx²): 1 when all have the same, 1/n when one has everything; 1
 * for no value. (Jain, Chiu, Hawe, DEC-TR-301, 1984.)
 */
export function jainIndex(values: readonly number[]): number {
  const sum = values.reduce((total, value) => total + value, 0);
  const squares = values.reduce((total, value) => total + value * value, 0);
  return squares > 0 ? (sum * sum) / (values.length * squares) : 1;
}
