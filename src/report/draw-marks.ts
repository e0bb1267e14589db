// SPDX-License-Identifier: Apache-2.0
import type { Chart, Scale } from 'chart.js';
import { assertNever } from '../core/assert-never.ts';
import type { Mark } from './chart-spec.ts';
import { COLOUR } from './chart-style.ts';

type Context = Chart['ctx'];
type Of<K extends Mark['kind']> = Extract<Mark, { kind: K }>;

/** Draws marks at values of the chart's scales. */
export function drawMarks(chart: Chart, marks: readonly Mark[], font: string): void {
  const { ctx } = chart;
  const x = chart.scales.x;
  for (const mark of marks) {
    const y = chart.scales[mark.axis];
    if (!x || !y) throw new Error(`a mark on the scale ${mark.axis}, which the chart lacks`);
    ctx.save();
    drawMark(ctx, mark, x, y, font);
    ctx.restore();
  }
}

function drawMark(ctx: Context, mark: Mark, x: Scale, y: Scale, font: string): void {
  switch (mark.kind) {
    case 'line':
      drawLine(ctx, mark, x, y);
      break;
    case 'band':
      drawBand(ctx, mark, x, y);
      break;
    case 'rects':
      drawRects(ctx, mark, x, y);
      break;
    case 'path':
      drawPath(ctx, mark, x, y);
      break;
    case 'dots':
      drawDots(ctx, mark, x, y);
      break;
    case 'text':
      drawText(ctx, mark, x, y, font);
      break;
    default:
      assertNever(mark);
  }
}

function drawLine(ctx: Context, mark: Of<'line'>, x: Scale, y: Scale): void {
  const at = x.getPixelForValue(mark.x);
  ctx.beginPath();
  ctx.moveTo(at, y.getPixelForValue(mark.y[0]));
  ctx.lineTo(at, y.getPixelForValue(mark.y[1]));
  if (mark.edged) {
    ctx.lineWidth = mark.width + 3;
    ctx.strokeStyle = COLOUR.paper;
    ctx.stroke();
  }
  ctx.lineWidth = mark.width;
  ctx.strokeStyle = mark.colour;
  ctx.setLineDash([...(mark.dash ?? [])]);
  ctx.stroke();
}

function drawBand(ctx: Context, mark: Of<'band'>, x: Scale, y: Scale): void {
  const [left, right] = mark.x.map((value) => x.getPixelForValue(value)) as [number, number];
  const [top, bottom] = mark.y.map((value) => y.getPixelForValue(value)) as [number, number];
  ctx.fillStyle = mark.colour;
  ctx.fillRect(left, top, right - left, bottom - top);
}

function drawRects(ctx: Context, { sides, colour }: Of<'rects'>, x: Scale, y: Scale): void {
  ctx.fillStyle = colour;
  for (let i = 0; i + 3 < sides.length; i += 4) {
    const left = x.getPixelForValue(sides[i] as number);
    const top = y.getPixelForValue(sides[i + 2] as number);
    const width = x.getPixelForValue(sides[i + 1] as number) - left;
    ctx.fillRect(left, top, width, y.getPixelForValue(sides[i + 3] as number) - top);
  }
}

function drawPath(ctx: Context, mark: Of<'path'>, x: Scale, y: Scale): void {
  const { corners } = mark;
  ctx.beginPath();
  for (let i = 0; i + 1 < corners.length; i += 2) {
    ctx.lineTo(
      x.getPixelForValue(corners[i] as number),
      y.getPixelForValue(corners[i + 1] as number),
    );
  }
  ctx.lineWidth = mark.width;
  ctx.lineJoin = 'round';
  ctx.strokeStyle = mark.colour;
  ctx.setLineDash([...(mark.dash ?? [])]);
  ctx.stroke();
}

function drawDots(ctx: Context, mark: Of<'dots'>, x: Scale, y: Scale): void {
  const { centres } = mark;
  ctx.fillStyle = mark.colour;
  ctx.lineWidth = 1.5;
  for (let i = 0; i + 1 < centres.length; i += 2) {
    const at = [
      x.getPixelForValue(centres[i] as number),
      y.getPixelForValue(centres[i + 1] as number),
    ] as const;
    ctx.beginPath();
    ctx.arc(...at, mark.radius, 0, 2 * Math.PI);
    ctx.fill();
    if (mark.edge === undefined) continue;
    ctx.strokeStyle = mark.edge;
    ctx.stroke();
  }
}

function drawText(ctx: Context, mark: Of<'text'>, x: Scale, y: Scale, font: string): void {
  ctx.font = `${mark.bold ? 'bold ' : ''}${mark.size}px ${font}`;
  ctx.textAlign = mark.align ?? 'left';
  ctx.textBaseline = 'middle';
  const at = [
    x.getPixelForValue(mark.x) + (mark.dx ?? 0),
    y.getPixelForValue(mark.y) + (mark.dy ?? 0),
  ] as const;
  if (mark.edged) {
    ctx.lineWidth = 4;
    ctx.lineJoin = 'round';
    ctx.strokeStyle = COLOUR.paper;
    ctx.strokeText(mark.text, ...at);
  }
  ctx.fillStyle = mark.colour ?? COLOUR.ink;
  ctx.fillText(mark.text, ...at);
}
