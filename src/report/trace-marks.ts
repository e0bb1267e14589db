// SPDX-License-Identifier: Apache-2.0
import type { Trace } from '../results/trace.ts';
import type { Mark } from './chart-spec.ts';
import { COLOUR, mix } from './chart-style.ts';
import type { Panel, TaskBar } from './timeline-panel.ts';
import { addStretch, type Cover, stretches } from './trace-cells.ts';

/** About one for two CSS pixels: what is finer shows as a shade. */
const CELLS = 580;
/** Shades between nothing and all. */
const LEVELS = 8;
/** The part of a row's height that is drawn. */
const CPU_HEIGHT = 0.86;
const TASK_HEIGHT = 0.74;

/** Rectangles of one colour, over all rows. */
type Sides = Map<string, number[]>;

/** What ran on each CPU, and when each task waited and ran, on an axis that ends at `endS`. */
export function traceMarks(panel: Panel, trace: Trace, endS: number): Mark[] {
  const sides: Sides = new Map();
  const cellS = endS / CELLS;
  addCpus(sides, panel, trace, cellS);
  addTasks(sides, panel, trace, cellS);
  const frames: Mark[] = panel.cpuRows.map(({ top, bottom }) => {
    const middle = (bottom - top) * (1 - CPU_HEIGHT) * 0.5;
    const y = bottom - middle;
    const corners = [0, y, panel.run?.makespan_s ?? 0, y];
    return { kind: 'path', axis: panel.axis, corners, width: 0.75, colour: COLOUR.faint };
  });
  const rects = [...sides].map(
    ([colour, list]): Mark => ({ kind: 'rects', axis: panel.axis, sides: list, colour }),
  );
  return [...rects, ...frames];
}

/** In each cell a CPU's time is stacked: long tasks, short ones, others; what is left is idle. */
function addCpus(sides: Sides, panel: Panel, trace: Trace, cellS: number): void {
  const classOf = taskClasses(panel, trace);
  const { slices, others } = trace;
  const covers = panel.cpuRows.map(() => ({ long: cover(), short: cover(), others: cover() }));
  for (let i = 0; i < slices.cpu.length; i++) {
    const own = covers[slices.cpu[i] as number]?.[classOf[slices.task[i] as number] ?? 'short'];
    if (own) addStretch(own, us(slices.start_us, i), us(slices.end_us, i), cellS);
  }
  for (let i = 0; i < others.cpu.length; i++) {
    const own = covers[others.cpu[i] as number]?.others;
    if (own) addStretch(own, us(others.start_us, i), us(others.end_us, i), cellS);
  }
  for (const [cpu, { top, bottom }] of panel.cpuRows.entries()) {
    const own = covers[cpu] as (typeof covers)[number];
    const height = (bottom - top) * CPU_HEIGHT;
    const floor = bottom - (bottom - top - height) / 2;
    const below = cover();
    for (const [kind, colour] of CPU_COLOURS) {
      // Two levels in one number, so that equal neighbours are found by comparing it.
      const found = stretches(CELLS, (cell) => {
        const from = level(below[cell]);
        below[cell] = (below[cell] as number) + (own[kind][cell] as number);
        const to = level(below[cell]);
        return to > from ? from * (LEVELS + 1) + to : null;
      });
      for (const { from, to, look } of found) {
        const [low, high] = [Math.floor(look / (LEVELS + 1)), look % (LEVELS + 1)];
        const y = [floor - (height * high) / LEVELS, floor - (height * low) / LEVELS];
        add(sides, colour, from * cellS, to * cellS, y[0] as number, y[1] as number);
      }
    }
  }
}

const CPU_COLOURS = [
  ['long', COLOUR.long],
  ['short', COLOUR.short],
  ['others', COLOUR.others],
] as const;

/** A task's cell is the darker the more of it the task ran, and light where it only waited. */
function addTasks(sides: Sides, panel: Panel, trace: Trace, cellS: number): void {
  const { slices, tasks } = trace;
  const placeOf = new Map(tasks.map((id, place) => [id, place]));
  const ran = tasks.map(cover);
  const waited = tasks.map(cover);
  for (let i = 0; i < slices.task.length; i++) {
    const task = slices.task[i] as number;
    const start = us(slices.start_us, i);
    addStretch(waited[task] as Cover, us(slices.runnable_us, i), start, cellS);
    addStretch(ran[task] as Cover, start, us(slices.end_us, i), cellS);
  }
  for (const bar of panel.bars) {
    const place = placeOf.get(bar.task.id);
    if (place === undefined) continue;
    const own = { ran: ran[place] as Cover, waited: waited[place] as Cover };
    const half = (bar.height * TASK_HEIGHT) / 2;
    const found = stretches(CELLS, (cell) => shade(bar, own.ran[cell], own.waited[cell]));
    for (const { from, to, look } of found) {
      add(sides, look, from * cellS, to * cellS, bar.y - half, bar.y + half);
    }
  }
}

function shade({ task }: TaskBar, ran: number | undefined, waited: number | undefined) {
  const [running, waiting] = [level(ran), level(waited)];
  if (running + waiting === 0) return null;
  return SHADES[task.class][running * (LEVELS + 1) + waiting] as string;
}

/** Of every pair of levels, running and waiting. */
const SHADES = {
  short: shades(COLOUR.short, COLOUR.shortWaits),
  long: shades(COLOUR.long, COLOUR.longWaits),
};

function shades(solid: string, light: string): string[] {
  return Array.from({ length: (LEVELS + 1) ** 2 }, (_, pair) => {
    const [running, waiting] = [Math.floor(pair / (LEVELS + 1)), pair % (LEVELS + 1)];
    const there = Math.min(1, (running + waiting) / LEVELS);
    // Not in proportion: a tenth of the time, the usual share among many tasks, must be seen.
    return mix(mix(COLOUR.paper, light, there), solid, (running / LEVELS) ** 0.7);
  });
}

function taskClasses(panel: Panel, { tasks }: Trace): ('short' | 'long')[] {
  const known = new Map(panel.bars.map(({ task }) => [task.id, task.class]));
  return tasks.map((id) => known.get(id) ?? 'short');
}

function add(sides: Sides, colour: string, x0: number, x1: number, y0: number, y1: number): void {
  const list = sides.get(colour);
  if (list) list.push(x0, x1, y0, y1);
  else sides.set(colour, [x0, x1, y0, y1]);
}

function cover(): Cover {
  return new Float64Array(CELLS);
}

function level(share: number | undefined): number {
  return Math.round(Math.min(1, share ?? 0) * LEVELS);
}

function us(column: readonly number[], place: number): number {
  return (column[place] as number) / 1e6;
}
