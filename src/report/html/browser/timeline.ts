// SPDX-License-Identifier: Apache-2.0
import { oneLine } from '../../text.ts';
import type { ArmData, CaseData } from '../report-data.ts';
import { button, element } from './dom.ts';
import { onTheme } from './theme.ts';
import { type Panel, timelinePanel } from './timeline-panel.ts';
import { pan, timeText, type View, zoom } from './view.ts';

/** What all panels of a case have in common: the stretch of time, and the task that stands out. */
export interface Shared {
  readonly whole: View;
  view: View;
  /** By its id, which is the same under every scheduler. */
  chosen: string | null;
  /** Draws all panels anew, once, before the next picture. */
  redraw(): void;
  /** Says it beside the pointer and to who cannot see it; null: nothing is there. */
  tell(lines: readonly string[] | null, at: { x: number; y: number }): void;
}

/** The time axis goes on behind the longest makespan, for its label. */
const ROOM_FOR_LABEL = 1.1;
const STEP = 1.6;

/** The timelines of a case: one panel for each scheduler, all on one time axis. */
export function showTimelines(place: HTMLElement, { arms }: CaseData): void {
  const shown = arms.filter((arm) => arm.timelines.length > 0);
  const ends = shown.flatMap((arm) => arm.timelines.map((run) => run.makespan_s));
  if (ends.length === 0) {
    place.append(
      element('p', { class: 'hint' }, ['No run of this case is valid: nothing to show.']),
    );
    return;
  }
  const whole = { from: 0, to: Math.max(...ends) * ROOM_FOR_LABEL };
  const range = element('output', { class: 'range' });
  const tip = element('div', { class: 'tip', hidden: '' });
  const spoken = element('p', { class: 'unseen', 'aria-live': 'polite' });
  const panels: Panel[] = [];
  let isAsked = false;
  const shared: Shared = {
    whole,
    view: whole,
    chosen: null,
    redraw() {
      if (isAsked) return;
      isAsked = true;
      requestAnimationFrame(() => {
        isAsked = false;
        const { from, to } = shared.view;
        range.textContent = `${timeText(from, shared.view)} – ${timeText(to, shared.view)}`;
        for (const panel of panels) panel.draw();
      });
    },
    tell(lines, at) {
      tip.hidden = lines === null;
      if (lines === null) return;
      tip.replaceChildren(
        ...lines.map((line, row) =>
          element(row === 0 ? 'strong' : 'span', {}, [oneLine(line, 90)]),
        ),
      );
      spoken.textContent = lines.join('; ');
      const room = place.clientWidth - tip.offsetWidth - 4;
      tip.style.left = `${Math.max(0, Math.min(room, at.x + 14))}px`;
      tip.style.top = `${at.y + 18}px`;
    },
  };
  const act = (change: (view: View) => View) => () => {
    shared.view = change(shared.view);
    shared.redraw();
  };
  const middle = (view: View) => (view.from + view.to) / 2;
  const quarter = (view: View) => (view.to - view.from) / 4;
  const controls = element(
    'div',
    { class: 'controls', role: 'group', 'aria-label': 'Time shown' },
    [
      button(
        '+',
        'Zoom in',
        act((view) => zoom(view, whole, middle(view), STEP)),
      ),
      button(
        '−',
        'Zoom out',
        act((view) => zoom(view, whole, middle(view), 1 / STEP)),
      ),
      button(
        '←',
        'Earlier',
        act((view) => pan(view, whole, -quarter(view))),
      ),
      button(
        '→',
        'Later',
        act((view) => pan(view, whole, quarter(view))),
      ),
      button(
        'All',
        'Show all of the time',
        act(() => whole),
      ),
      range,
    ],
  );
  place.append(
    element('h4', {}, ['Timeline of one run under each scheduler']),
    element('div', { class: 'bar' }, [controls, legend()]),
    ...shown.map((arm) => {
      const panel = timelinePanel(arm, shared, place);
      panels.push(panel);
      return panel.root;
    }),
    tip,
    spoken,
    hints(),
    missing(arms),
  );
  onTheme(() => shared.redraw());
  shared.redraw();
}

function hints(): HTMLElement {
  const keys = (...names: string[]) => names.flatMap((name) => [element('kbd', {}, [name]), ' ']);
  return element('p', { class: 'hint keys' }, [
    'Drag to move. Ctrl and the wheel zoom; after a click the wheel alone. Keys: ',
    ...keys('+', '−', '←', '→', '0'),
    'the time shown, ',
    ...keys('↑', '↓'),
    'choose a row, ',
    ...keys(',', '.'),
    'the slice before and after. A slice narrower than a pixel is drawn fainter.',
  ]);
}

function legend(): HTMLElement {
  const key = (kind: string, text: string) =>
    element('span', { class: 'entry' }, [element('span', { class: `key ${kind}` }), text]);
  return element('div', { class: 'legend' }, [
    key('long', 'long task runs'),
    key('short', 'short task runs'),
    key('waiting', 'ready, but waits'),
    key('others', 'others'),
    key('idle', 'idle CPU'),
  ]);
}

function missing(arms: readonly ArmData[]): HTMLElement | string {
  const names = arms.filter((arm) => arm.timelines.length === 0).map((arm) => arm.scheduler);
  if (names.length === 0) return '';
  const list = names.map((name) => oneLine(name, 60)).join(', ');
  return element('p', { class: 'hint' }, [`No valid run of ${list} to show.`]);
}
