// SPDX-License-Identifier: Apache-2.0
import uPlot from 'uplot';
import { oneLine } from '../../text.ts';
import type { ArmData, CaseData, TaskClass } from '../report-data.ts';
import { armColour, axes, mountChart } from './chart.ts';
import { powerText, sharesEnded } from './curve-points.ts';
import { element } from './dom.ts';

const LONG_DASH = [7, 4];
const WHOLE_POWERS = [1, 2, 5, 10];
const LEGEND: uPlot.Legend = {
  live: true,
  markers: { width: 2, dash: (chart, series) => (chart.series[series]?.dash ? 'dashed' : 'solid') },
};

/** When the tasks of each scheduler had ended, and how long they waited for a CPU. */
export function showCurves(place: HTMLElement, { arms }: CaseData): void {
  const measured = arms.filter((arm) => arm.timelines.length > 0);
  if (measured.length === 0) return;
  const completion = figure(
    'Share of tasks that have ended.',
    'Over all valid runs. Unbroken: short tasks; broken: long ones. Further left is sooner.',
  );
  place.append(completion.root);
  mountChart(completion.plot, (width) => completionChart(measured, width));
  for (const taskClass of ['short', 'long'] as const) {
    const observed = measured.filter((arm) => sum(arm.waits[taskClass]) > 0);
    if (observed.length === 0) continue;
    const waits = figure(
      `Waits of ${taskClass} tasks for a CPU.`,
      'How many of all waits were that long, by powers of two.',
    );
    place.append(waits.root);
    mountChart(waits.plot, (width) => waitChart(observed, taskClass, width));
  }
}

function figure(title: string, note: string): { root: HTMLElement; plot: HTMLElement } {
  const plot = element('div', { class: 'plot-area' });
  const caption = element('figcaption', {}, [element('strong', {}, [title]), ` ${note}`]);
  return { root: element('figure', { class: 'curve' }, [caption, plot]), plot };
}

function completionChart(
  arms: readonly ArmData[],
  width: number,
): [uPlot.Options, uPlot.AlignedData] {
  const lines = arms.flatMap((arm) =>
    (['short', 'long'] as const)
      .filter((taskClass) => arm.completion[taskClass].length > 0)
      .map((taskClass) => ({ arm, taskClass, ends: arm.completion[taskClass] })),
  );
  const times = [...new Set([0, ...lines.flatMap(({ ends }) => ends)])].toSorted((a, b) => a - b);
  const options: uPlot.Options = {
    width,
    height: 280,
    scales: { x: { time: false }, y: { range: [0, 1] } },
    axes: axes(
      (value) => `${Number(value.toPrecision(6))} s`,
      (value) => `${Math.round(100 * value)} %`,
    ),
    cursor: { y: false, drag: { x: true, y: false } },
    legend: LEGEND,
    series: [
      { label: 'time', value: (_, value) => (value == null ? '–' : `${value.toFixed(2)} s`) },
      ...lines.map(
        ({ arm, taskClass }): uPlot.Series => ({
          label: `${oneLine(arm.scheduler, 24)}, ${taskClass}`,
          stroke: armColour(arm),
          width: 2,
          ...(taskClass === 'long' ? { dash: LONG_DASH } : {}),
          paths: stepped,
          points: { show: false },
          value: (_, value) => (value == null ? '' : `${Math.round(100 * value)} %`),
        }),
      ),
    ],
  };
  return [options, [times, ...lines.map(({ ends }) => sharesEnded(ends, times))]];
}

const stepped: uPlot.Series.PathBuilder = (...given) =>
  uPlot.paths.stepped?.({ align: 1 })(...given) ?? null;

function waitChart(
  arms: readonly ArmData[],
  taskClass: TaskClass,
  width: number,
): [uPlot.Options, uPlot.AlignedData] {
  const histograms = arms.map((arm) => arm.waits[taskClass] ?? []);
  const buckets = Math.max(...histograms.map((counts) => counts.findLastIndex((n) => n > 0) + 1));
  // Element i covers 2^(i−1) to 2^i microseconds.
  const edges = Array.from({ length: buckets + 1 }, (_, bucket) => bucket - 1);
  const options: uPlot.Options = {
    width,
    height: 240,
    scales: {
      x: { time: false, range: [-1, Math.max(1, buckets)] },
      y: { range: (_, __, max) => [0, max * 1.08] },
    },
    axes: axes(powerText, (value) => `${Math.round(100 * value)} %`, WHOLE_POWERS),
    cursor: { y: false, drag: { x: false, y: false } },
    legend: LEGEND,
    series: [
      {
        label: 'wait',
        value: (_, value) =>
          value == null ? '' : `${value < 0 ? '0' : powerText(value)} to ${powerText(value + 1)}`,
      },
      ...arms.map(
        (arm): uPlot.Series => ({
          label: oneLine(arm.scheduler, 24),
          stroke: armColour(arm),
          fill: armColour(arm, 0.12),
          width: 2,
          paths: stepped,
          points: { show: false },
          value: (_, value) => (value == null ? '' : `${(100 * value).toFixed(1)} %`),
        }),
      ),
    ],
  };
  const shares = histograms.map((counts) => {
    const all = sum(counts);
    return edges.map((_, bucket) => (counts[bucket] ?? 0) / all);
  });
  return [options, [edges, ...shares]];
}

function sum(counts: readonly number[] | null): number {
  return (counts ?? []).reduce((total, count) => total + count, 0);
}
