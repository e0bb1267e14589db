// SPDX-License-Identifier: Apache-2.0
import type { StoredExperiment } from '../results/read.ts';
import { frame, frameHeight, LAYOUT, valueAxis } from './chart-frame.ts';
import { type BarChart, type ChartSpec, COLOUR, SLIDE } from './chart-spec.ts';
import { oneLine, seconds } from './text.ts';
import { panelMarks } from './timeline-marks.ts';
import {
  armsOf,
  GAP_HEIGHT,
  LONG_ROWS,
  type Panel,
  panelOf,
  TEXT_HEIGHT,
} from './timeline-panel.ts';
import { armInWords } from './verdict-sentence.ts';

const LEAST_PANEL_HEIGHT = 225;
/** The time axis goes on behind the longest makespan, for its label. */
const ROOM_FOR_LABEL = 1.16;

/** One run of each arm of a case, one above the other on the same time axis. */
export function timelineChart(stored: StoredExperiment, testId: string): ChartSpec {
  const arms = armsOf(stored, testId);
  // Two lines of title, two of explanation.
  const around = frameHeight('', ['', '']) + 15;
  const height = Math.max(SLIDE.height, around + arms.length * LEAST_PANEL_HEIGHT);
  const panelHeight = (height - around) / arms.length;
  const panels = arms.map((arm, place) => panelOf(stored, testId, arm, place, panelHeight));
  const longest = Math.max(0, ...panels.map(({ run }) => run?.makespan_s ?? 0));
  const end = longest > 0 ? longest * ROOM_FOR_LABEL : 1;
  // chart.js stacks from the bottom.
  const axes = panels.toReversed().map((panel) => [panel.axis, panelAxis(panel)]);
  return {
    width: SLIDE.width,
    height: Math.round(height),
    config: {
      type: 'bar',
      data: { datasets: panels.flatMap(panelBars) },
      options: {
        indexAxis: 'y',
        layout: LAYOUT,
        scales: {
          x: valueAxis('Seconds since all tasks were released', end),
          ...Object.fromEntries(axes),
        },
        plugins: frame(title(testId, panels), explanation(panels)),
      },
    },
    marks: panels.flatMap((panel) => panelMarks(panel, panels[0]?.run ?? null, end)),
  };
}

function panelAxis({ rowHeight, rows, scheduler }: Panel) {
  return {
    type: 'linear' as const,
    axis: 'y' as const,
    stack: 'panels',
    offset: false,
    reverse: true,
    min: (-2 * TEXT_HEIGHT) / rowHeight,
    max: Math.max(1, rows) + GAP_HEIGHT / rowHeight,
    ticks: { display: false },
    grid: { display: false },
    border: { color: COLOUR.faint },
    title: {
      display: true,
      text: oneLine(scheduler, 22),
      color: COLOUR.ink,
      font: { size: 16, weight: 'bold' as const },
    },
  };
}

function panelBars(panel: Panel): BarChart['data']['datasets'] {
  return (['short', 'long'] as const).map((taskClass) => ({
    label: `${panel.scheduler} ${taskClass}`,
    yAxisID: panel.axis,
    grouped: false,
    data: panel.bars
      .filter(({ task }) => task.class === taskClass)
      .map(({ task, y }) => ({ x: [task.start_s, task.end_s] as [number, number], y })),
    backgroundColor: COLOUR[taskClass],
    barThickness: Math.max(1, panel.rowHeight * (taskClass === 'long' ? LONG_ROWS * 0.85 : 0.7)),
  }));
}

function title(testId: string, panels: readonly Panel[]): string {
  const name = oneLine(testId, 40);
  const shown = panels.flatMap(({ scheduler, run }) => (run ? [{ scheduler, run }] : []));
  const [first, ...others] = shown;
  if (!first) return `${name}: no valid run`;
  const [best] = others.toSorted((a, b) => a.run.makespan_s - b.run.makespan_s);
  const under = (arm: typeof first) =>
    `${seconds(arm.run.makespan_s)} under ${armInWords(arm.scheduler)}`;
  const sentence = `${name}: done after ${under(first)}`;
  return best ? `${sentence}, ${under(best)}` : sentence;
}

function explanation(panels: readonly Panel[]): string[] {
  const run = panels.find((panel) => panel.run)?.run;
  if (!run) return ['Only valid runs are drawn.'];
  const short = run.tasks.filter((task) => task.class === 'short').length;
  const long = run.tasks.length - short;
  return [
    `Each bar is a task, from its first instant on a CPU to its end. Thick and orange: ${long} long. Thin and blue: ${short} short.`,
    `Dashed: lower bound, no schedule can beat it. Solid: makespan.${panels.length > 1 ? ' Dotted: makespan of the uppermost panel.' : ''}`,
  ];
}
