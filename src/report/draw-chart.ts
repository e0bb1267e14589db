// SPDX-License-Identifier: Apache-2.0
import { createRequire } from 'node:module';
import type { Chart, ChartConfiguration, Plugin } from 'chart.js';
import { LabError, messageOf } from '../core/errors.ts';
import { writeAtomically } from '../results/store.ts';
import type { ChartSpec } from './chart-spec.ts';
import { COLOUR } from './chart-style.ts';
import type { DrawJob } from './draw-charts.ts';
import { drawMarks } from './draw-marks.ts';
import { encodePng } from './encode-png.ts';

/** Our own name for the font that we bring: a machine may have none, or another. */
export const FONT = 'schedlab';

const FONT_FILES = ['DejaVuSans.ttf', 'DejaVuSans-Bold.ttf'];

/** The parts of @napi-rs/canvas that we call. */
interface CanvasModule {
  readonly GlobalFonts: {
    has(family: string): boolean;
    registerFromPath(file: string, family: string): object | null;
  };
}

interface CanvasElement {
  /** Red, green, blue and opacity of each pixel. */
  data(): Buffer;
}

type Canvas = import('chartjs-node-canvas').ChartJSNodeCanvas;
type Scales = NonNullable<NonNullable<ChartConfiguration['options']>['scales']>;

/** One for each size: each loads a copy of chart.js of its own. */
const canvases = new Map<string, Canvas>();

/**
 * Draws a chart as a PNG.
 * @param pixelRatio the picture's pixels for a CSS pixel
 * @throws LabError ENVIRONMENT when the drawing packages are missing or do not fit this machine
 */
export async function drawChart(spec: ChartSpec, pixelRatio = 2): Promise<Buffer> {
  const canvas = await canvasOf(spec.width, spec.height);
  const bands = spec.marks.filter((mark) => mark.kind === 'band');
  const others = spec.marks.filter((mark) => mark.kind !== 'band');
  let png: Buffer | undefined;
  const marks: Plugin = {
    id: 'marks',
    beforeDraw: ({ ctx, width, height }: Chart) => {
      ctx.fillStyle = COLOUR.paper;
      ctx.fillRect(0, 0, width, height);
    },
    beforeDatasetsDraw: (chart: Chart) => drawMarks(chart, bands, FONT),
    afterDatasetsDraw: (chart: Chart) => drawMarks(chart, others, FONT),
    afterRender: ({ canvas: drawnOn }: Chart) => {
      const pixels = (drawnOn as unknown as CanvasElement).data();
      // Many charts have fewer pixels each, and less time.
      png = encodePng(pixels, drawnOn.width, drawnOn.height, pixelRatio > 1 ? 6 : 3);
      // Nothing is left for the canvas's own, slow encoder. Nor does the collector know how large
      // what it would free is: a hundred pictures would pile up.
      drawnOn.width = drawnOn.height = 1;
    },
  };
  const config = spec.config as ChartConfiguration;
  const scales = withTicks(config.options?.scales, spec.ticks ?? {});
  // The callback form of renderToBuffer is node-canvas's own; @napi-rs/canvas has the other one.
  canvas.renderToBufferSync({
    ...config,
    options: { ...config.options, scales, devicePixelRatio: pixelRatio },
    plugins: [marks],
  });
  if (!png) throw new Error('the chart was not drawn');
  return png;
}

/** Draws a chart into a file; half of a picture is never there. */
export async function drawToFile({ spec, file, pixelRatio }: DrawJob): Promise<void> {
  await writeAtomically(file, await drawChart(spec, pixelRatio));
}

/** Puts the given ticks, and only these, on the scales that have some. */
function withTicks(scales: Scales = {}, ticks: NonNullable<ChartSpec['ticks']>): Scales {
  const given = Object.entries(ticks).map(([axis, list]) => {
    const labels = new Map(list.map(({ value, label }) => [value, label]));
    const scale = {
      ...scales[axis],
      afterBuildTicks: (built: { ticks: { value: number }[] }) => {
        built.ticks = list.map(({ value }) => ({ value }));
      },
      ticks: {
        autoSkip: false,
        ...scales[axis]?.ticks,
        callback: (value: string | number) => labels.get(Number(value)) ?? '',
      },
    };
    return [axis, scale];
  });
  return { ...scales, ...Object.fromEntries(given) };
}

async function canvasOf(width: number, height: number): Promise<Canvas> {
  const { ChartJSNodeCanvas } = await loadPackages();
  const size = `${width} × ${height}`;
  const known = canvases.get(size);
  if (known) return known;
  const canvas = new ChartJSNodeCanvas({
    width,
    height,
    // By name: the plugin has to extend the copy of chart.js that draws.
    plugins: { modern: ['chartjs-chart-error-bars'] },
    chartCallback: (chartJs) => {
      chartJs.defaults.font.family = FONT;
    },
  });
  canvases.set(size, canvas);
  return canvas;
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
