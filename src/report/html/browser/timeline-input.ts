// SPDX-License-Identifier: Apache-2.0

import { describe, type Found, findSlice, neighbour } from './find-slice.ts';
import { laneAt } from './lanes.ts';
import { type Picture, timeAt, xOf } from './picture.ts';
import type { Shared } from './shared.ts';
import { pan, timeText, type View, zoom } from './view.ts';

/** Within so many pixels the pointer means a slice. */
const REACH_PX = 3;
const WHEEL_STEP = 1.25;
const KEY_STEP = 1.6;

/** Pointer, wheel and keys of one panel. */
export function listenToCanvas(
  canvas: HTMLCanvasElement,
  place: HTMLElement,
  shared: Shared,
  picture: () => Picture,
): void {
  listenToPointer(canvas, place, shared, picture);
  listenToWheel(canvas, shared, picture);
  listenToKeys(canvas, place, shared, picture);
}

function listenToPointer(
  canvas: HTMLCanvasElement,
  place: HTMLElement,
  shared: Shared,
  picture: () => Picture,
): void {
  let drag: { x: number; view: View } | null = null;
  canvas.addEventListener('pointerdown', (event) => {
    canvas.setPointerCapture(event.pointerId);
    canvas.focus({ preventScroll: true });
    drag = { x: event.offsetX, view: shared.view };
    // A finger points without having moved.
    point(canvas, place, shared, picture(), event.offsetX, event.offsetY);
  });
  const drop = () => {
    drag = null;
    canvas.classList.remove('dragged');
  };
  canvas.addEventListener('pointerup', drop);
  canvas.addEventListener('pointercancel', drop);
  canvas.addEventListener('pointermove', (event) => {
    const now = picture();
    if (drag && Math.abs(event.offsetX - drag.x) > REACH_PX) {
      canvas.classList.add('dragged');
      const perPixel = (drag.view.to - drag.view.from) / (now.width - now.gutter);
      shared.show(pan(drag.view, shared.whole, (drag.x - event.offsetX) * perPixel));
      shared.tell(null);
      return;
    }
    point(canvas, place, shared, now, event.offsetX, event.offsetY);
  });
  canvas.addEventListener('pointerleave', (event) => {
    // A finger that is lifted leaves what it pointed at to be read.
    if (event.pointerType === 'touch') return;
    if (!drag) shared.choose(null);
    shared.tell(null);
  });
}

function point(
  canvas: HTMLCanvasElement,
  place: HTMLElement,
  shared: Shared,
  now: Picture,
  x: number,
  y: number,
): void {
  const lane = now.lanes.list[laneAt(now.lanes, y) ?? -1];
  if (!lane || x < now.gutter) {
    shared.choose(null);
    shared.tell(null);
    return;
  }
  const reach = (REACH_PX * (now.view.to - now.view.from)) / (now.width - now.gutter);
  tell(canvas, place, shared, now, findSlice(now.model, lane, timeAt(now, x), reach), x, y);
}

function tell(
  canvas: HTMLCanvasElement,
  place: HTMLElement,
  shared: Shared,
  now: Picture,
  found: Found,
  x: number,
  y: number,
): void {
  shared.choose(found.task === null ? null : (now.model.tasks[found.task]?.id ?? null));
  const from = place.getBoundingClientRect();
  const own = canvas.getBoundingClientRect();
  const lines = describe(now.model, found, (value) => timeText(value, now.view));
  shared.tell(lines, { x: own.left - from.left + x, y: own.top - from.top + y });
}

function listenToWheel(canvas: HTMLCanvasElement, shared: Shared, picture: () => Picture): void {
  canvas.addEventListener(
    'wheel',
    (event) => {
      // Otherwise nobody could scroll past.
      if (!event.ctrlKey && !event.metaKey && document.activeElement !== canvas) return;
      event.preventDefault();
      const now = picture();
      const span = now.view.to - now.view.from;
      if (Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
        shared.show(pan(now.view, shared.whole, (event.deltaX / now.width) * span));
        return;
      }
      const factor = event.deltaY < 0 ? WHEEL_STEP : 1 / WHEEL_STEP;
      shared.show(zoom(now.view, shared.whole, timeAt(now, event.offsetX), factor));
    },
    { passive: false },
  );
}

function listenToKeys(
  canvas: HTMLCanvasElement,
  place: HTMLElement,
  shared: Shared,
  picture: () => Picture,
): void {
  let row = -1;
  let time = 0;
  const say = (now: Picture) => {
    const lane = now.lanes.list[row];
    if (!lane) return;
    const x = Math.min(now.width, Math.max(now.gutter, xOf(now, time)));
    tell(canvas, place, shared, now, findSlice(now.model, lane, time, 0), x, lane.top);
  };
  const step = (direction: 1 | -1) => {
    const now = picture();
    const lane = now.lanes.list[row];
    const next = lane ? neighbour(now.model, lane, time, direction) : null;
    if (next === null) return;
    time = now.model.slices.start[next] as number;
    const span = shared.view.to - shared.view.from;
    if (time < shared.view.from || time > shared.view.to) {
      shared.show(pan(shared.view, shared.whole, time - shared.view.from - span / 2));
    }
    say({ ...now, view: shared.view });
  };
  canvas.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { view, whole } = shared;
    const span = view.to - view.from;
    const middle = (view.from + view.to) / 2;
    const chooseRow = (by: number) => {
      const now = picture();
      row = Math.min(now.lanes.list.length - 1, Math.max(0, row + by));
      if (time < view.from || time > view.to) time = middle;
      say(now);
    };
    const actions: Record<string, () => void> = {
      '+': () => shared.show(zoom(view, whole, middle, KEY_STEP)),
      '=': () => shared.show(zoom(view, whole, middle, KEY_STEP)),
      '-': () => shared.show(zoom(view, whole, middle, 1 / KEY_STEP)),
      '0': () => shared.show(whole),
      Home: () => shared.show(pan(view, whole, -whole.to)),
      End: () => shared.show(pan(view, whole, whole.to)),
      ArrowLeft: () => shared.show(pan(view, whole, -span / 10)),
      ArrowRight: () => shared.show(pan(view, whole, span / 10)),
      ArrowUp: () => chooseRow(-1),
      ArrowDown: () => chooseRow(1),
      ',': () => step(-1),
      '.': () => step(1),
      Escape: () => {
        shared.choose(null);
        shared.tell(null);
      },
    };
    const action = actions[event.key];
    if (!action) return;
    event.preventDefault();
    action();
  });
}
