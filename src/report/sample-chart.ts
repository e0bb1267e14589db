// SPDX-License-Identifier: Apache-2.0
import type { Sample } from '../results/run-record.ts';
import type { ArmView, CaseView } from './case-view.ts';
import {
  frame,
  gapAxis,
  LAYOUT,
  LINE_LEGEND,
  legendEntry,
  upwardAxis,
  valueAxis,
} from './chart-frame.ts';
import { type ChartSpec, type Mark, SLIDE } from './chart-spec.ts';
import { armLine, COLOUR, mix } from './chart-style.ts';
import { oneLine, significant } from './text.ts';
import { armInWords } from './verdict-sentence.ts';

type TaskClass = 'short' | 'long';

interface Series {
  readonly arm: ArmView;
  readonly place: number;
  readonly taskClass: TaskClass;
  readonly points: readonly Point[];
}

/** Means over the tasks of a class in one sample. */
interface Point {
  readonly atS: number;
  readonly cpuPercent: number;
  readonly memoryMib: number;
}

/** Memory and CPU of the sampled tasks over time; null where there are no samples. */
export function sampleChart({ testId, arms }: CaseView): ChartSpec | null {
  const series = arms.flatMap((arm, place) =>
    (['short', 'long'] as const).flatMap((taskClass): Series[] => {
      const points = pointsOf(arm, taskClass);
      return points.length > 0 ? [{ arm, place, taskClass, points }] : [];
    }),
  );
  if (series.length === 0) return null;
  const most = (value: (point: Point) => number) =>
    Math.max(...series.flatMap(({ points }) => points.map(value))) * 1.15 || 100;
  const last = Math.max(
    ...arms.map(({ shown }) => shown?.makespan_s ?? 0),
    most(({ atS }) => atS) / 1.15,
  );
  return {
    width: SLIDE.width,
    height: SLIDE.height,
    config: {
      type: 'line',
      data: {
        datasets: series.map(({ arm, place, taskClass }) =>
          legendEntry(
            `${oneLine(arm.scheduler, 24)}, ${taskClass}`,
            styleOf(place, taskClass),
            'cpu',
          ),
        ),
      },
      options: {
        layout: LAYOUT,
        scales: {
          x: valueAxis('Seconds since the first task was released', last * 1.03),
          // chart.js stacks from the bottom.
          memory: upwardAxis(
            'Memory (MiB)',
            most(({ memoryMib }) => memoryMib),
            'what',
          ),
          gap: gapAxis('what'),
          cpu: upwardAxis(
            'CPU (per cent of one)',
            most(({ cpuPercent }) => cpuPercent),
            'what',
          ),
        },
        plugins: {
          ...frame(titleOf(testId, series), [
            'A point: the mean over the tasks of its class that this sample of pidusage took in. Thick: long tasks. Thin: short ones.',
          ]),
          legend: LINE_LEGEND,
        },
      },
    },
    marks: series.flatMap((own) => [
      ...curve(own, 'cpu', ({ cpuPercent }) => cpuPercent),
      ...curve(own, 'memory', ({ memoryMib }) => memoryMib),
    ]),
  };
}

function pointsOf({ shown, samples }: ArmView, taskClass: TaskClass): Point[] {
  const ids = new Set(shown?.tasks.flatMap((task) => (task.class === taskClass ? [task.id] : [])));
  return samples.flatMap(({ at_s: atS, tasks }: Sample) => {
    const own = tasks.filter((task) => ids.has(task.id));
    if (own.length === 0) return [];
    const mean = (value: (task: (typeof own)[number]) => number) =>
      own.reduce((all, task) => all + value(task), 0) / own.length;
    const memoryMib = mean((task) => task.rss_bytes) / 1_048_576;
    return [{ atS, cpuPercent: mean((task) => task.cpu_percent), memoryMib }];
  });
}

function styleOf(place: number, taskClass: TaskClass) {
  const { colour, dash } = armLine(place);
  return taskClass === 'long'
    ? { colour, dash, width: 4 }
    : { colour: mix(COLOUR.paper, colour, 0.75), dash, width: 1.5 };
}

function curve(own: Series, axis: 'cpu' | 'memory', value: (point: Point) => number): Mark[] {
  const style = styleOf(own.place, own.taskClass);
  const corners = own.points.flatMap((point) => [point.atS, value(point)]);
  // Smaller for the later arms, so that equal points do not hide each other.
  const radius = Math.max(3, (own.taskClass === 'long' ? 8 : 5) - 1.5 * own.place);
  return [
    { kind: 'path', axis, corners, ...style },
    { kind: 'dots', axis, centres: corners, radius, colour: style.colour, edge: COLOUR.paper },
  ];
}

function titleOf(testId: string, series: readonly Series[]): string {
  const long = series.filter(({ taskClass }) => taskClass === 'long');
  const compared = (long.length > 0 ? long : series).slice(0, 2);
  const taskClass = compared[0]?.taskClass ?? 'long';
  const name = oneLine(testId, 40);
  // One instant is no answer: pidusage knows the CPU time from the second one on.
  if (compared.some(({ points }) => points.length < 2)) {
    return `${name}: CPU and memory of the sampled tasks`;
  }
  const inWords = compared.map(({ arm, points }) => {
    const cpu = points.reduce((all, point) => all + point.cpuPercent, 0) / points.length;
    const memory = Math.max(...points.map((point) => point.memoryMib));
    return `${significant(cpu)} % and ${significant(memory)} MiB under ${armInWords(arm.scheduler)}`;
  });
  return `${name}: CPU and memory of a ${taskClass} task: ${inWords.join(', ')}`;
}
