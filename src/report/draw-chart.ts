// SPDX-License-Identifier: Apache-2.0
import { createRequire } from 'node:module';
import type { Chart, ChartConfiguration, Plugin } from 'chart.js';
import { LabError, messageOf } from '../core/errors.ts';
import type { ChartSpec } from './chart-spec.ts';
import { drawMarks } from './draw-marks.ts';

/** Our own name for the font that we bring: a machine may have none, or another. */
export const FONT = 'schedlab';

const FONT_FILES = ['DejaVuSans.ttf', 'DejaVuSans-Bold.ttf'];
const PIXEL_RATIO = 2;

/** The part of @napi-rs/canvas that we call. */
interface CanvasModule {
  readonly GlobalFonts: {
    has(family: string): boolean;
    registerFromPath(file: string, family: string): object | null;
  };
}

/**
 * Draws a chart as a PNG.
 * @throws LabError ENVIRONMENT when the drawing packages are missing or do not fit this machine
 */
export async function drawChart(spec: ChartSpec): Promise<Buffer> {
  const { ChartJSNodeCanvas } = await loadPackages();
  const canvas = new ChartJSNodeCanvas({
    width: spec.width,
    height: spec.height,
    backgroundColour: '#ffffff',
    // By name: the plugin has to extend the copy of chart.js that draws.
    plugins: { modern: ['chartjs-chart-error-bars'] },
    chartCallback: (chartJs) => {
      chartJs.defaults.font.family = FONT;
    },
  });
  const bands = spec.marks.filter((mark) => mark.kind === 'band');
  const others = spec.marks.filter((mark) => mark.kind !== 'band');
  const marks: Plugin = {
    id: 'marks',
    beforeDatasetsDraw: (chart: Chart) => drawMarks(chart, bands, FONT),
    afterDatasetsDraw: (chart: Chart) => drawMarks(chart, others, FONT),
  };
  const config = spec.config as ChartConfiguration;
  // The callback form of renderToBuffer is node-canvas's own; @napi-rs/canvas has the other one.
  return canvas.renderToBufferSync({
    ...config,
    options: { ...config.options, devicePixelRatio: PIXEL_RATIO },
    plugins: [marks],
  });
}

async function loadPackages(): Promise<typeof import('chartjs-node-canvas')> {
  try {
    const module = await import('chartjs-node-canvas');
    registerFont();
    return module;
  } catch (error) {
    throw new LabError(
      'ENVIRONMENT',
      `Cannot draw charts: ${messageOf(error)}\nInstall the packages again with "npm ci".`,
      { cause: error },
    );
  }
}

function registerFont(): void {
  const ours = createRequire(import.meta.url);
  // "canvas" is @napi-rs/canvas (package.json, overrides); this copy is the one that draws.
  const theirs = createRequire(ours.resolve('chartjs-node-canvas'));
  const { GlobalFonts } = theirs('canvas') as CanvasModule;
  if (GlobalFonts.has(FONT)) return;
  for (const name of FONT_FILES) {
    const file = ours.resolve(`dejavu-fonts-ttf/ttf/${name}`);
    if (!GlobalFonts.registerFromPath(file, FONT)) throw new Error(`cannot use the font ${file}`);
  }
}
