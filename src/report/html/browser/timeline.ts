// SPDX-License-Identifier: Apache-2.0
import { oneLine } from '../../text.ts';
import type { ArmData, CaseData } from '../report-data.ts';
import { button, element } from './dom.ts';
import { type Shared, sharedBy } from './shared.ts';
import { onTheme } from './theme.ts';
import { type Panel, timelinePanel } from './timeline-panel.ts';
import { pan, type View, zoom } from './view.ts';

const STEP = 1.6;

/** The timelines of a case: one panel for each scheduler, all on one time axis. */
export function showTimelines(place: HTMLElement, { arms }: CaseData): void {
  const shown = arms.filter((arm) => arm.timelines.length > 0);
  if (shown.length === 0) {
    const text = 'No run of this case is valid: nothing to show.';
    place.append(element('p', { class: 'hint' }, [text]));
    return;
  }
  const isTraced = shown.some((arm) => arm.timelines.some(({ trace }) => trace !== null));
  const range = element('output', { class: 'range' });
  const panels: Panel[] = [];
  const drawPanels = () => {
    for (const panel of panels) panel.draw();
  };
  const shared = sharedBy({ place, range, drawPanels });
  panels.push(...shown.map((arm) => timelinePanel(arm, shared, place)));
  place.append(
    element('h4', {}, ['Timeline of one run under each scheduler']),
    element('div', { class: 'bar' }, [controls(shared, range), legend(isTraced)]),
    ...panels.map(({ root }) => root),
    hints(isTraced),
    missing(arms),
  );
  onTheme(() => shared.redraw());
  shared.redraw();
}

function controls(shared: Shared, range: HTMLElement): HTMLElement {
  const to = (change: (view: View, whole: View) => View) => () =>
    shared.show(change(shared.view, shared.whole));
  const scaled = (factor: number) =>
    to((view, whole) => zoom(view, whole, (view.from + view.to) / 2, factor));
  const moved = (part: number) =>
    to((view, whole) => pan(view, whole, part * (view.to - view.from)));
  return element('div', { class: 'controls', role: 'group', 'aria-label': 'Time shown' }, [
    button('+', 'Zoom in', scaled(STEP)),
    button('−', 'Zoom out', scaled(1 / STEP)),
    button('←', 'Earlier', moved(-0.25)),
    button('→', 'Later', moved(0.25)),
    button(
      'All',
      'Show all of the time',
      to((_, whole) => whole),
    ),
    range,
  ]);
}

function hints(isTraced: boolean): HTMLElement {
  const keys = (...names: string[]) => names.flatMap((name) => [element('kbd', {}, [name]), ' ']);
  return element('p', { class: 'hint keys' }, [
    'Drag to move. Ctrl and the wheel zoom; after a click the wheel alone. Keys: ',
    ...keys('+', '−', '←', '→', '0'),
    'the time shown, ',
    ...keys('↑', '↓'),
    ...(isTraced
      ? [
          'choose a row, ',
          ...keys(',', '.'),
          'the slice before and after. A slice narrower than a pixel is drawn fainter.',
        ]
      : ['choose a row.']),
  ]);
}

/** Without a trace a bar says no more than when its task began and ended. */
function legend(isTraced: boolean): HTMLElement {
  const key = (kind: string, text: string) =>
    element('span', { class: 'entry' }, [element('span', { class: `key ${kind}` }), text]);
  const entries = isTraced
    ? [
        key('long', 'long task runs'),
        key('short', 'short task runs'),
        key('waiting', 'ready, but waits'),
        key('others', 'others'),
        key('idle', 'idle CPU'),
      ]
    : [key('long', 'long task, start to end'), key('short', 'short task, start to end')];
  return element('div', { class: 'legend' }, entries);
}

function missing(arms: readonly ArmData[]): HTMLElement | string {
  const names = arms.filter((arm) => arm.timelines.length === 0).map((arm) => arm.scheduler);
  if (names.length === 0) return '';
  const list = names.map((name) => oneLine(name, 60)).join(', ');
  return element('p', { class: 'hint' }, [`No valid run of ${list} to show.`]);
}
