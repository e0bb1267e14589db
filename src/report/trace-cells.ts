// SPDX-License-Identifier: Apache-2.0

/** How much of each of the cells of a time axis something took: 0 to 1. */
export type Cover = Float64Array;

/** Adds the stretch from `fromS` to `toS` to the cells, each `cellS` wide, that it touches. */
export function addStretch(cover: Cover, fromS: number, toS: number, cellS: number): void {
  const from = Math.max(0, fromS / cellS);
  const to = Math.min(cover.length, toS / cellS);
  for (let cell = Math.floor(from); cell < to; cell++) {
    const part = Math.min(cell + 1, to) - Math.max(cell, from);
    cover[cell] = (cover[cell] as number) + part;
  }
}

/**
 * The neighbouring cells that look the same as one stretch each, so that thousands of slices
 * become a few rectangles; cells that look like nothing (null) are left out.
 */
export function stretches<Look extends string | number>(
  cells: number,
  lookOf: (cell: number) => Look | null,
): { readonly from: number; readonly to: number; readonly look: Look }[] {
  const found: { from: number; to: number; look: Look }[] = [];
  for (let cell = 0; cell < cells; cell++) {
    const look = lookOf(cell);
    if (look === null) continue;
    const last = found.at(-1);
    if (last && last.to === cell && last.look === look) last.to = cell + 1;
    else found.push({ from: cell, to: cell + 1, look });
  }
  return found;
}
