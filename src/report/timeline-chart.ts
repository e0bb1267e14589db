// SPDX-License-Identifier: Apache-2.0
import type { CaseView } from './case-view.ts';
import { frame, frameHeight, LAYOUT, valueAxis } from './chart-frame.ts';
import { type BarChart, type ChartSpec, SLIDE, type Tick } from './chart-spec.ts';
import { COLOUR } from './chart-style.ts';
import { oneLine, seconds } from './text.ts';
import { panelMarks } from './timeline-marks.ts';
import { GAP_HEIGHT, LONG_ROWS, type Panel, panelOf, TEXT_HEIGHT } from './timeline-panel.ts';
import { traceMarks } from './trace-marks.ts';
import { armInWords } from './verdict-sentence.ts';

const LEAST_PANEL_HEIGHT = 225;
const LEAST_TRACED_PANEL_HEIGHT = 260;
/** The time axis goes on behind the longest makespan, for its label. */
const ROOM_FOR_LABEL = 1.16;
/** More CPUs than this are not named one by one. */
const MOST_NAMED_CPUS = 8;

/** One run of each arm of a case, one above the other on the same time axis. */
export function timelineChart({ testId, arms }: CaseView): ChartSpec {
  const isTraced = arms.some((arm) => arm.trace !== null);
  const least = isTraced ? LEAST_TRACED_PANEL_HEIGHT : LEAST_PANEL_HEIGHT;
  // Two lines of title, two of explanation.
  const around = frameHeight('', ['', '']) + 15;
  const height = Math.max(SLIDE.height, around + arms.length * least);
  const panelHeight = (height - around) / Math.max(1, arms.length);
  const panels = arms.map((arm, place) => panelOf(arm, place, panelHeight));
  const longest = Math.max(0, ...panels.map(({ run }) => run?.makespan_s ?? 0));
  const end = longest > 0 ? longest * ROOM_FOR_LABEL : 1;
  // chart.js stacks from the bottom.
  const axes = panels.toReversed().map((panel) => [panel.axis, panelAxis(panel)]);
  const traced = panels.filter((panel) => panel.trace !== null);
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
          x: valueAxis('Seconds since the first task was released', end),
          ...Object.fromEntries(axes),
        },
        plugins: frame(title(testId, panels), explanation(panels)),
      },
    },
    marks: panels.flatMap((panel) => [
      ...(panel.trace ? traceMarks(panel, panel.trace, end) : []),
      ...panelMarks(panel, panels[0]?.run ?? null, end),
    ]),
    ticks: Object.fromEntries(traced.map((panel) => [panel.axis, rowNames(panel)])),
  };
}

function panelAxis({ rowHeight, rows, scheduler, trace }: Panel) {
  return {
    type: 'linear' as const,
    axis: 'y' as const,
    stack: 'panels',
    offset: false,
    reverse: true,
    min: (-2 * TEXT_HEIGHT) / rowHeight,
    max: Math.max(1, rows) + GAP_HEIGHT / rowHeight,
    ticks: { display: trace !== null, color: COLOUR.faint, font: { size: 11 }, padding: 2 },
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

function rowNames({ cpuRows, bars, rows }: Panel): Tick[] {
  const longs = bars.filter(({ task }) => task.class === 'long');
  const shortsTop = longs.reduce((top, bar) => Math.max(top, bar.y + bar.height / 2), 0);
  const cpus = cpuRows.flatMap(({ top, bottom }, cpu): Tick[] => {
    const isNamed = cpuRows.length <= MOST_NAMED_CPUS || cpu === 0 || cpu === cpuRows.length - 1;
    return isNamed ? [{ value: (top + bottom) / 2, label: `CPU ${cpu}` }] : [];
  });
  const [first] = longs;
  return [
    ...cpus,
    ...(first ? [{ value: first.y, label: 'long' }] : []),
    ...(bars.length > longs.length ? [{ value: (shortsTop + rows) / 2, label: 'short' }] : []),
  ];
}

/** From start to end, where there is no trace of what was between. */
function panelBars(panel: Panel): BarChart['data']['datasets'] {
  if (panel.trace) return [];
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
  const lines = `Dashed: lower bound, no schedule can beat it. Solid: makespan.${panels.length > 1 ? ' Dotted: makespan of the uppermost panel.' : ''}`;
  if (panels.some((panel) => panel.trace)) {
    return [
      `Orange: long. Blue: short. On top what each CPU ran, grey others, white idle. Below the ${run.tasks.length} tasks: the darker, the more a task ran; light: it waited.`,
      lines,
    ];
  }
  return [
    `Each bar is a task, from its first instant on a CPU to its end. Thick and orange: ${long} long. Thin and blue: ${short} short.`,
    lines,
  ];
}
