// SPDX-License-Identifier: Apache-2.0

import { HEAD } from './lanes.ts';
import type { Picture } from './picture.ts';

/** The upright lines of a run, seconds. */
export interface Marks {
  readonly bound: number;
  readonly end: number;
}

interface Label {
  readonly text: string;
  readonly x: number;
  readonly align: 'left' | 'right';
}

/** The lower bound, broken, and the end of the last task, with as many labels as have room. */
export function drawMarks(
  context: CanvasRenderingContext2D,
  picture: Picture,
  xOf: (time: number) => number,
): void {
  const { marks, palette, width, gutter, lanes } = picture;
  const lines = [
    { at: marks.end, text: `end ${marks.end.toFixed(2)} s`, dash: [], prefers: 'left' as const },
    {
      at: marks.bound,
      text: `lower bound ${marks.bound.toFixed(2)} s`,
      dash: [5, 4],
      prefers: 'right' as const,
    },
  ];
  const taken: [number, number][] = [];
  for (const { at, text, dash, prefers } of lines) {
    const x = xOf(at);
    if (x < gutter || x > width) continue;
    context.strokeStyle = palette.ink;
    context.lineWidth = 1.75;
    context.setLineDash(dash);
    context.beginPath();
    context.moveTo(x, HEAD - 4);
    context.lineTo(x, lanes.bottom);
    context.stroke();
    context.setLineDash([]);
    const room = context.measureText(text).width;
    const label = (['left', 'right'] as const)
      .toSorted((a) => (a === prefers ? -1 : 1))
      .map((align): Label => ({ text, align, x: align === 'left' ? x + 4 : x - 4 }))
      .find((candidate) => fits(spanOf(candidate, room), [gutter, width], taken));
    if (!label) continue;
    taken.push(spanOf(label, room));
    context.textAlign = label.align;
    context.fillStyle = palette.ink;
    context.fillText(label.text, label.x, HEAD - 11);
  }
}

function spanOf({ x, align }: Label, room: number): [number, number] {
  return align === 'left' ? [x, x + room] : [x - room, x];
}

function fits(
  [from, to]: readonly [number, number],
  [left, right]: readonly [number, number],
  taken: readonly (readonly [number, number])[],
): boolean {
  return from >= left && to <= right && taken.every((other) => to < other[0] || from > other[1]);
}
