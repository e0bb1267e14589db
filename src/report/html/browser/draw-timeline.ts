// SPDX-License-Identifier: Apache-2.0
import { cover, coverageOf, stretches } from './coverage.ts';
import { drawGrid, drawNames } from './draw-frame.ts';
import { drawMarks } from './draw-marks.ts';
import type { Lane } from './lanes.ts';
import { firstNear, type RowIndex } from './model.ts';
import { heightOf, type Picture, xOf } from './picture.ts';

const FONT = '12px system-ui, sans-serif';
const SMALL_FONT = '10.5px system-ui, sans-serif';
/** The room that a pixel of small text takes, about. */
const SMALL_CHARACTER = 6;
/** Below 1: a task's row stays visible where it runs for little of the time. */
const SPARSE_STRENGTH = 0.6;
/** How strong the other tasks are when one stands out. */
const DIMMED = 0.3;

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
