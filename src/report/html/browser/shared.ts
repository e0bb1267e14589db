// SPDX-License-Identifier: Apache-2.0
import { oneLine } from '../../text.ts';
import { element } from './dom.ts';
import { timeText, type View, wholeOf } from './view.ts';

/** What all panels of a case have in common: the stretch of time, and the task that stands out. */
export interface Shared {
  readonly view: View;
  /** From the release to behind the longest of the runs that are shown. */
  readonly whole: View;
  /** By its id, which is the same under every scheduler. */
  readonly chosen: string | null;
  show(view: View): void;
  choose(id: string | null): void;
  /** A panel shows a run of this length now. */
  setMakespan(scheduler: string, seconds: number): void;
  /** Draws all panels anew, once, before the next picture. */
  redraw(): void;
  /** Says it beside the pointer and to who cannot see it; null: nothing is there. */
  tell(lines: readonly string[] | null, at?: { x: number; y: number }): void;
}

export interface Parts {
  /** The texts beside the pointer are placed within it. */
  readonly place: HTMLElement;
  /** Says which stretch of time is shown. */
  readonly range: HTMLElement;
  drawPanels(): void;
}

export function sharedBy({ place, range, drawPanels }: Parts): Shared {
  const tip = element('div', { class: 'tip', hidden: '' });
  const spoken = element('p', { class: 'unseen', 'aria-live': 'polite' });
  place.append(tip, spoken);
  const makespans = new Map<string, number>();
  let whole = wholeOf([]);
  let view = whole;
  let chosen: string | null = null;
  let isAsked = false;
  const redraw = () => {
    if (isAsked) return;
    isAsked = true;
    requestAnimationFrame(() => {
      isAsked = false;
      range.textContent = `${timeText(view.from, view)} – ${timeText(view.to, view)}`;
      drawPanels();
    });
  };
  return {
    get view() {
      return view;
    },
    get whole() {
      return whole;
    },
    get chosen() {
      return chosen;
    },
    show(next) {
      view = next;
      redraw();
    },
    choose(id) {
      if (id === chosen) return;
      chosen = id;
      redraw();
    },
    setMakespan(scheduler, seconds) {
      makespans.set(scheduler, seconds);
      const wasAll = view === whole;
      whole = wholeOf([...makespans.values()]);
      if (wasAll || view.to > whole.to) view = whole;
      redraw();
    },
    redraw,
    tell(lines, at = { x: 0, y: 0 }) {
      tip.hidden = lines === null;
      if (lines === null) return;
      const texts = lines.map((line) => oneLine(line, 90));
      tip.replaceChildren(
        ...texts.map((text, row) => element(row === 0 ? 'strong' : 'span', {}, [text])),
      );
      spoken.textContent = texts.join('; ');
      const room = place.clientWidth - tip.offsetWidth - 4;
      tip.style.left = `${Math.max(0, Math.min(room, at.x + 14))}px`;
      tip.style.top = `${at.y + 18}px`;
    },
  };
}
