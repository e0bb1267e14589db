// SPDX-License-Identifier: Apache-2.0
import { oneLine, significant } from '../../text.ts';
import type { ArmData, TimelineData } from '../report-data.ts';
import { element, named } from './dom.ts';
import { drawTimeline } from './draw-timeline.ts';
import { layOutLanes } from './lanes.ts';
import { type Model, modelOfBars, modelOfTrace } from './model.ts';
import { timelinePalette } from './palette.ts';
import { heightOf, type Picture } from './picture.ts';
import type { Shared } from './shared.ts';
import { taskTable } from './task-table.ts';
import { listenToCanvas } from './timeline-input.ts';
import { unpackTrace } from './unpack-trace.ts';
import { onWidth } from './when-near.ts';

export interface Panel {
  readonly root: HTMLElement;
  draw(): void;
}

const NARROW_PX = 560;

/** One scheduler's run, to be chosen among those that the page has. */
export function timelinePanel(arm: ArmData, shared: Shared, place: HTMLElement): Panel {
  const canvas = element('canvas', { tabindex: 0, role: 'img' });
  const about = element('span', { class: 'about' });
  const fallback = element('details', { class: 'tasks' }, [
    element('summary', {}, ['The tasks of this run as a table']),
  ]);
  const chooser = runChooser(arm);
  const swatch = element('span', { class: `swatch arm-${arm.colour % 7}` });
  const name = named(oneLine(arm.scheduler, 60));
  const head = element('div', { class: 'panel-head' }, [
    swatch,
    element('strong', {}, [name]),
    chooser,
    about,
  ]);
  const root = element('section', { class: 'panel' }, [head, canvas, fallback]);

  let run = arm.timelines[0] as TimelineData;
  let model: Model = modelOfBars(run.tasks);
  let lanes = layOutLanes(model);
  let width = 0;

  const picture = (): Picture => ({
    model,
    lanes,
    view: shared.view,
    marks: { bound: run.lower_bound_s, end: run.makespan_s },
    width,
    gutter: width < NARROW_PX ? 66 : 84,
    palette: timelinePalette(),
    chosen: model.tasks.findIndex((task) => task.id === shared.chosen),
  });
  const draw = () => {
    if (width === 0) return;
    const height = heightOf(lanes);
    const scale = devicePixelRatio || 1;
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(height * scale);
    canvas.style.height = `${height}px`;
    const context = canvas.getContext('2d');
    if (!context) return;
    context.scale(scale, scale);
    const shown = picture();
    drawTimeline(context, { ...shown, chosen: shown.chosen === -1 ? null : shown.chosen });
  };
  const choose = async (chosen: TimelineData) => {
    run = chosen;
    const show = (next: Model) => {
      model = next;
      lanes = layOutLanes(model);
      shared.redraw();
    };
    about.textContent = `makespan ${significant(run.makespan_s)} s, ${significant(run.makespan_s / run.lower_bound_s)} × the lower bound`;
    canvas.setAttribute('aria-label', label(arm, run));
    root.dataset.run = String(run.run);
    root.dataset.trace = run.trace ? 'loading' : 'none';
    fallback.open = false;
    shared.setMakespan(arm.scheduler, run.makespan_s);
    show(modelOfBars(run.tasks));
    if (!run.trace) return;
    const trace = await unpackTrace(run.trace);
    if (run !== chosen) return;
    show(modelOfTrace(run.tasks, trace));
    root.dataset.trace = 'shown';
  };
  fallback.addEventListener('toggle', () => {
    fallback.querySelector('.scroll')?.remove();
    if (fallback.open) fallback.append(taskTable(model));
  });
  chooser.addEventListener('change', () => {
    const chosen = arm.timelines.find((timeline) => String(timeline.run) === chooser.value);
    if (chosen) void choose(chosen);
  });
  listenToCanvas(canvas, place, shared, picture);
  onWidth(root, (wide) => {
    width = wide;
    draw();
  });
  void choose(run);
  return { root, draw };
}

function runChooser(arm: ArmData): HTMLSelectElement {
  const options = arm.timelines.map((timeline, place) =>
    element('option', { value: timeline.run }, [
      `run ${timeline.run}${place === 0 ? ', the median' : ''}, ${significant(timeline.makespan_s)} s${timeline.trace ? '' : ' (no trace)'}`,
    ]),
  );
  const made = element('select', { 'aria-label': `Run of ${oneLine(arm.scheduler, 60)}` }, options);
  made.disabled = options.length < 2;
  return made;
}

function label(arm: ArmData, run: TimelineData): string {
  const longs = run.tasks.filter((task) => task.class === 'long');
  const longText = longs
    .slice(0, 3)
    .map((task) => `${task.id} from ${task.start_s.toFixed(2)} to ${task.end_s.toFixed(2)} s`)
    .join(', ');
  const shorts = run.tasks.filter((task) => task.class === 'short').map((task) => task.end_s);
  const last =
    shorts.length > 0 ? `the last short task ends at ${Math.max(...shorts).toFixed(2)} s` : '';
  const parts = [longText, last, `the run ends at ${run.makespan_s.toFixed(2)} s`].filter(Boolean);
  return `Timeline of ${oneLine(arm.scheduler, 60)}, run ${run.run}: ${parts.join('; ')}. The table below has every task.`;
}
