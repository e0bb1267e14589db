// SPDX-License-Identifier: Apache-2.0
import { niceTicks } from '../nice-ticks.ts';
import { HEAD, type Lane } from './lanes.ts';
import type { Model } from './model.ts';
import { type Picture, xOf } from './picture.ts';

/** The time axis with its lines. */
export function drawGrid(context: CanvasRenderingContext2D, picture: Picture): void {
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
    context.fillText(text, Math.min(Math.max(x, half), width - half - 1), lanes.bottom + 15);
  }
}

/** The CPUs and the long tasks by name, the short ones together. */
export function drawNames(context: CanvasRenderingContext2D, picture: Picture): void {
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
