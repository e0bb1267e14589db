// SPDX-License-Identifier: Apache-2.0
import { niceTicks } from '../nice-ticks.ts';
import { cover, coverageOf, stretches } from './coverage.ts';
import { drawMarks, type Marks } from './draw-marks.ts';
import { FOOT, HEAD, type Lane, type Lanes } from './lanes.ts';
import { firstNear, type Model, type RowIndex } from './model.ts';
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

export const FONT = '12px system-ui, sans-serif';
const SMALL_FONT = '10.5px system-ui, sans-serif';
/** The room that a pixel of small text takes, about. */
const SMALL_CHARACTER = 6;
/** Below 1: a task's row stays visible where it runs for little of the time. */
const SPARSE_STRENGTH = 0.6;
/** How strong the other tasks are when one stands out. */
const DIMMED = 0.3;

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

export function drawTimeline(context: CanvasRenderingContext2D, picture: Picture): void {
  const { lanes, width, gutter, palette } = picture;
  context.fillStyle = palette.paper;
  context.fillRect(0, 0, width, heightOf(lanes));
  context.font = FONT;
  context.textBaseline = 'middle';
  drawGrid(context, picture);
  context.save();
  context.beginPath();
  context.rect(gutter, 0, width - gutter, lanes.bottom);
  context.clip();
  for (const lane of lanes.list) drawLane(context, picture, lane);
  context.restore();
  drawNames(context, picture);
  drawMarks(context, picture, (time) => xOf(picture, time));
}

function drawGrid(context: CanvasRenderingContext2D, picture: Picture): void {
  const { view, lanes, width, gutter, palette } = picture;
  const ticks = niceTicks(view.from, view.to, (width - gutter) / 110);
  const step = (ticks[1] ?? 1) - (ticks[0] ?? 0);
  const digits = Math.max(0, Math.ceil(-Math.log10(step) - 1e-9));
  context.textAlign = 'center';
  for (const tick of ticks) {
    const x = Math.round(xOf(picture, tick)) + 0.5;
    context.fillStyle = palette.grid;
    context.fillRect(x - 0.5, HEAD, 1, lanes.bottom - HEAD + 4);
    const text = `${tick.toFixed(Math.min(6, digits))} s`;
    const half = context.measureText(text).width / 2;
    context.fillStyle = palette.faint;
    context.fillText(
      text,
      Math.min(Math.max(x, gutter + half), width - half - 1),
      lanes.bottom + 15,
    );
  }
}

function drawLane(context: CanvasRenderingContext2D, picture: Picture, lane: Lane): void {
  const { model, palette, chosen, width, gutter } = picture;
  const { top, height } = lane;
  const isCpu = lane.kind === 'cpu';
  const isChosen = !isCpu && lane.place === chosen;
  if (isCpu || isChosen) {
    context.fillStyle = isChosen ? palette.chosen : palette.lane;
    context.fillRect(gutter, top, width - gutter, height);
  }
  const row = (isCpu ? model.byCpu : model.byTask)[lane.place];
  if (!row) return;
  const stage = stageOf(context, picture);
  if (isCpu) {
    paint(stage, othersOn(picture, lane, stage.columns), palette.others, [
      top + height / 4,
      height / 2,
    ]);
  }
  const all = coverageOf(model, row, picture.view, stage.columns);
  if (!isCpu) {
    // Thinner than the slices: what happens to the task while it does not run.
    paint(stage, all.waiting, palette.waiting, [top + 0.3 * height, 0.4 * height]);
  }
  const rows = [top, height] as const;
  const strength = isCpu ? 1 : SPARSE_STRENGTH;
  const dimmed = isCpu && chosen !== null ? DIMMED : 1;
  paint(stage, all.short, palette.short, rows, strength, dimmed);
  paint(stage, all.long, palette.long, rows, strength, dimmed);
  if (dimmed < 1) {
    const own = coverageOf(model, row, picture.view, stage.columns, chosen);
    paint(stage, own.short, palette.short, rows);
    paint(stage, own.long, palette.long, rows);
  }
  if (isCpu) drawIds(context, picture, lane, row);
}

/** The device's columns of pixels beside the rows' names. */
interface Stage {
  readonly context: CanvasRenderingContext2D;
  readonly left: number;
  readonly columns: number;
  /** Of a column, in CSS pixels. */
  readonly step: number;
}

function stageOf(context: CanvasRenderingContext2D, { width, gutter }: Picture): Stage {
  const step = 1 / context.getTransform().a;
  return { context, left: gutter, columns: Math.round((width - gutter) / step), step };
}

function paint(
  { context, left, step }: Stage,
  columns: Float32Array,
  colour: string,
  [top, height]: readonly [number, number],
  strength = 1,
  opacity = 1,
): void {
  context.fillStyle = colour;
  for (const { from, to, share } of stretches(columns)) {
    context.globalAlpha = opacity * share ** strength;
    context.fillRect(left + from * step, top, (to - from) * step, height);
  }
  context.globalAlpha = 1;
}

function othersOn({ model, view }: Picture, lane: Lane, columns: number): Float32Array {
  const covered = new Float32Array(columns);
  const scale = columns / (view.to - view.from);
  for (const [start, end] of model.others[lane.place] ?? []) {
    if (start > view.to) break;
    cover(covered, (start - view.from) * scale, (end - view.from) * scale);
  }
  return covered;
}

/** The tasks' names on a CPU's row, where slices are wide enough for them. */
function drawIds(
  context: CanvasRenderingContext2D,
  picture: Picture,
  lane: Lane,
  row: RowIndex,
): void {
  const { model, view, palette, gutter, width } = picture;
  const { slices, tasks } = model;
  context.font = SMALL_FONT;
  context.textAlign = 'center';
  for (let at = firstNear(slices, row, view.from); at < row.places.length; at++) {
    const place = row.places[at] as number;
    const start = slices.start[place] as number;
    if (start > view.to) break;
    const left = Math.max(gutter, xOf(picture, start));
    const right = Math.min(width, xOf(picture, slices.end[place] as number));
    const task = tasks[slices.task[place] as number];
    if (!task || right - left < task.id.length * SMALL_CHARACTER + 8) continue;
    context.fillStyle = task.class === 'long' ? palette.onLong : palette.onShort;
    context.fillText(task.id, (left + right) / 2, lane.top + lane.height / 2 + 0.5);
  }
  context.font = FONT;
}

/** The CPUs and the long tasks by name, the short ones together. */
function drawNames(context: CanvasRenderingContext2D, picture: Picture): void {
  const { model, lanes, gutter, palette } = picture;
  context.textAlign = 'right';
  const name = (text: string, top: number, bottom: number, colour: string) => {
    context.fillStyle = colour;
    context.fillText(fitted(context, text, gutter - 10), gutter - 8, (top + bottom) / 2 + 0.5);
  };
  const shorts = lanes.list.filter((lane) => isShort(model, lane));
  for (const lane of lanes.list) {
    if (isShort(model, lane)) continue;
    const text = lane.kind === 'cpu' ? `CPU ${lane.place}` : (model.tasks[lane.place]?.id ?? '');
    name(text, lane.top, lane.top + lane.height, lane.kind === 'cpu' ? palette.faint : palette.ink);
  }
  const [first] = shorts;
  if (!first) return;
  const middle = (first.top + lanes.bottom) / 2;
  name(`${shorts.length} short`, middle - 8, middle + 8, palette.ink);
}

function isShort(model: Model, lane: Lane): boolean {
  return lane.kind === 'task' && model.tasks[lane.place]?.class === 'short';
}

/** As much of a text as there is room for. */
function fitted(context: CanvasRenderingContext2D, text: string, room: number): string {
  const characters = [...text];
  if (context.measureText(text).width <= room) return text;
  for (let count = Math.min(characters.length, 40); count > 0; count--) {
    const cut = `${characters.slice(0, count).join('')}…`;
    if (context.measureText(cut).width <= room) return cut;
  }
  return '';
}
