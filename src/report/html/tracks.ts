// SPDX-License-Identifier: Apache-2.0
// Horizontal marks inside a table's cell: positions are per cent of its width, so that they fit any.
import { html, type Markup } from './markup.ts';

export interface Scale {
  readonly min: number;
  readonly max: number;
}

export interface Interval {
  readonly low: number;
  readonly value: number;
  readonly high: number;
  /** A mark of its own: what cannot be beaten. */
  readonly limit: number | null;
  /** Names the class that gives it its colour. */
  readonly kind: string;
}

const HEIGHT = 26;
const MIDDLE = HEIGHT / 2;

/** A point with its interval, the zero line, and the limit as a diamond-topped line. */
export function intervalTrack(scale: Scale, interval: Interval | null, label: string): Markup {
  const x = (value: number) => percentOf(scale, value);
  const zero = html`<line class="zero" x1="${x(0)}" x2="${x(0)}" y1="0" y2="${HEIGHT}"/>`;
  const marks = interval && [
    html`<line class="whisker ${interval.kind}" x1="${x(interval.low)}" x2="${x(interval.high)}" y1="${MIDDLE}" y2="${MIDDLE}"/>`,
    [interval.low, interval.high].map(
      (end) =>
        html`<line class="whisker ${interval.kind}" x1="${x(end)}" x2="${x(end)}" y1="${MIDDLE - 5}" y2="${MIDDLE + 5}"/>`,
    ),
    html`<circle class="point ${interval.kind}" cx="${x(interval.value)}" cy="${MIDDLE}" r="5.5"/>`,
    interval.limit !== null &&
      html`<line class="limit" x1="${x(interval.limit)}" x2="${x(interval.limit)}" y1="2" y2="${HEIGHT - 2}"/>`,
  ];
  return html`<svg class="track" width="100%" height="${HEIGHT}" role="img" aria-label="${label}">${zero}${marks}</svg>`;
}

export interface BarPart {
  readonly value: number;
  readonly kind: string;
}

/** Parts one behind the other, from 0; those below 0 are left out. */
export function stackedTrack(scale: Scale, parts: readonly BarPart[], label: string): Markup {
  let from = 0;
  const bars = parts.map(({ value, kind }) => {
    if (value <= 0) return null;
    const x = percentOf(scale, from);
    from += value;
    const width = `${round((100 * value) / (scale.max - scale.min))}%`;
    return html`<rect class="${kind}" x="${x}" y="4" width="${width}" height="${HEIGHT - 8}"/>`;
  });
  return html`<svg class="track" width="100%" height="${HEIGHT}" role="img" aria-label="${label}">${bars}</svg>`;
}

/** The numbers below a column of tracks. */
export function axisTrack(
  scale: Scale,
  ticks: readonly number[],
  text: (value: number) => string,
): Markup {
  const marks = ticks.map((tick) => {
    const place = (tick - scale.min) / (scale.max - scale.min);
    const anchor = place < 0.02 ? 'start' : place > 0.98 ? 'end' : 'middle';
    const x = percentOf(scale, tick);
    return html`<line class="tick" x1="${x}" x2="${x}" y1="0" y2="5"/><text x="${x}" y="18" text-anchor="${anchor}">${text(tick)}</text>`;
  });
  return html`<svg class="track axis" width="100%" height="22" aria-hidden="true">${marks}</svg>`;
}

function percentOf({ min, max }: Scale, value: number): string {
  const share = (value - min) / (max - min);
  // What is off the scale ends at its edge.
  return `${round(100 * Math.min(1, Math.max(0, share)))}%`;
}

function round(value: number): number {
  return Number(value.toFixed(3));
}
