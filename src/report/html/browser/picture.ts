// SPDX-License-Identifier: Apache-2.0
import type { Marks } from './draw-marks.ts';
import { FOOT, type Lanes } from './lanes.ts';
import type { Model } from './model.ts';
import type { Palette } from './palette.ts';
import type { View } from './view.ts';

/** All that a picture depends on; sizes in CSS pixels. */
export interface Picture {
  readonly model: Model;
  readonly lanes: Lanes;
  readonly view: View;
  readonly marks: Marks;
  readonly width: number;
  /** Room for the rows' names. */
  readonly gutter: number;
  readonly palette: Palette;
  /** The task that stands out; a place in the tasks. */
  readonly chosen: number | null;
}

/** Where a time is, in CSS pixels. */
export function xOf({ view, width, gutter }: Picture, time: number): number {
  return gutter + ((time - view.from) / (view.to - view.from)) * (width - gutter);
}

export function timeAt({ view, width, gutter }: Picture, x: number): number {
  return view.from + ((x - gutter) / (width - gutter)) * (view.to - view.from);
}

export function heightOf(lanes: Lanes): number {
  return Math.ceil(lanes.bottom + FOOT);
}
