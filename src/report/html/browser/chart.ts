// SPDX-License-Identifier: Apache-2.0
import uPlot from 'uplot';
import type { ArmData } from '../report-data.ts';
import { colourOf, onTheme } from './theme.ts';
import { onWidth } from './when-near.ts';

const FONT = '12px system-ui, sans-serif';
/** The style sheet has so many colours for schedulers, the baseline's included. */
export const ARM_COLOURS = 7;

/** Keeps a chart as wide as its place, and in the colours of the theme. */
export function mountChart(
  place: HTMLElement,
  make: (width: number) => [uPlot.Options, uPlot.AlignedData],
): void {
  let chart: uPlot | null = null;
  const draw = () => {
    if (place.clientWidth === 0) return;
    chart?.destroy();
    const [options, data] = make(place.clientWidth);
    chart = new uPlot(options, data, place);
  };
  onWidth(place, draw);
  onTheme(draw);
}

export function armColour({ colour }: ArmData, opacity = 1): string {
  const solid = colourOf(`--arm-${colour % ARM_COLOURS}`);
  return opacity === 1 ? solid : solid.replace(/rgb\((.*)\)/, `rgba($1, ${opacity})`);
}

/** Both axes, in the page's colours; `xSteps` where not all round steps will do. */
export function axes(
  xText: (value: number) => string,
  yText: (value: number) => string,
  xSteps?: number[],
): uPlot.Axis[] {
  const common = {
    stroke: colourOf('--faint'),
    grid: { stroke: colourOf('--grid'), width: 1 },
    ticks: { stroke: colourOf('--grid'), width: 1, size: 5 },
    font: FONT,
  };
  return [
    {
      ...common,
      ...(xSteps ? { incrs: xSteps } : {}),
      values: (_, values) => values.map(xText),
      space: 70,
      size: 34,
    },
    { ...common, values: (_, values) => values.map(yText), size: 54 },
  ];
}
