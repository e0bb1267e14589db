// SPDX-License-Identifier: Apache-2.0
import { createRequire } from 'node:module';
import { expect, test, vi } from 'vitest';
import type { ChartSpec, Mark } from './chart-spec.ts';
import { drawChart, FONT } from './draw-chart.ts';

// Loading the drawing packages takes seconds on a busy machine.
vi.setConfig({ testTimeout: 60_000 });
// A machine without fonts; read when the canvas is loaded.
process.env.DISABLE_SYSTEM_FONTS_LOAD = '1';

interface Canvas {
  createCanvas(width: number, height: number): { getContext(kind: '2d'): Context };
  loadImage(png: Buffer): Promise<{ width: number; height: number }>;
  GlobalFonts: { families: { family: string }[] };
}
interface Context {
  drawImage(image: unknown, x: number, y: number): void;
  getImageData(x: number, y: number, w: number, h: number): { data: Uint8ClampedArray };
}

function canvas(): Canvas {
  const ours = createRequire(import.meta.url);
  return createRequire(ours.resolve('chartjs-node-canvas'))('canvas') as Canvas;
}

function specWith(...marks: Mark[]): ChartSpec {
  const bare = { display: false, min: 0, max: 10 };
  return {
    width: 400,
    height: 200,
    config: {
      type: 'bar',
      data: { datasets: [] },
      options: {
        indexAxis: 'y',
        plugins: { legend: { display: false } },
        scales: { x: { ...bare, type: 'linear' }, y: { ...bare, type: 'linear' } },
      },
    },
    marks,
  };
}

const textMark = (text: string, bold = false): Mark => ({
  kind: 'text',
  axis: 'y',
  x: 1,
  y: 5,
  text,
  size: 40,
  bold,
});

async function pixelsOf(
  png: Buffer,
): Promise<{ width: number; height: number; dark: number; white: number }> {
  const { createCanvas, loadImage } = canvas();
  const image = await loadImage(png);
  const { width, height } = image;
  const context = createCanvas(width, height).getContext('2d');
  context.drawImage(image, 0, 0);
  const { data } = context.getImageData(0, 0, width, height);
  let dark = 0;
  let white = 0;
  for (let i = 0; i < data.length; i += 4) {
    if ((data[i] as number) < 100) dark++;
    if (data[i] === 255 && data[i + 3] === 255) white++;
  }
  return { width, height, dark, white };
}

test('draws text on a machine without fonts, regular and bold', async () => {
  expect(canvas().GlobalFonts.families).toEqual([]);
  const draw = async (text: string, bold = false) =>
    pixelsOf(await drawChart(specWith(textMark(text, bold))));
  const [nothing, thin, wide, bold] = [
    await draw(' '),
    await draw('iiii'),
    await draw('MMMM'),
    await draw('MMMM', true),
  ];
  expect(canvas().GlobalFonts.families.map(({ family }) => family)).toContain(FONT);
  expect(nothing.dark).toBe(0);
  expect(thin.dark).toBeGreaterThan(200);
  // Boxes for missing glyphs would all be the same.
  expect(wide.dark).toBeGreaterThan(2 * thin.dark);
  expect(bold.dark).toBeGreaterThan(1.1 * wide.dark);
});

test('draws on white, with two pixels for one', async () => {
  const { width, height, white } = await pixelsOf(await drawChart(specWith()));
  expect([width, height]).toEqual([800, 400]);
  expect(white).toBe(800 * 400);
});

test('draws lines over and bands on the plot', async () => {
  const place = { axis: 'y', y: [0, 10] } as const;
  const line: Mark = { kind: 'line', ...place, x: 5, width: 4, colour: '#000000' };
  const band: Mark = { kind: 'band', ...place, x: [0, 5], colour: '#000000' };
  const [thin, wide] = [
    await pixelsOf(await drawChart(specWith(line))),
    await pixelsOf(await drawChart(specWith(band))),
  ];
  expect(thin.dark).toBeGreaterThan(0.9 * 8 * 400);
  expect(wide.dark).toBeGreaterThan(0.45 * 800 * 400);
});

test('draws rectangles, paths and dots at their values', async () => {
  const on = { axis: 'y', colour: '#000000' } as const;
  const [rects, path, dots] = [
    await pixelsOf(
      await drawChart(specWith({ kind: 'rects', ...on, sides: [0, 5, 0, 5, 5, 10, 5, 10] })),
    ),
    await pixelsOf(
      await drawChart(specWith({ kind: 'path', ...on, corners: [0, 5, 5, 5, 10, 5], width: 4 })),
    ),
    await pixelsOf(
      await drawChart(specWith({ kind: 'dots', ...on, centres: [2, 5, 8, 5], radius: 10 })),
    ),
  ];
  expect(rects.dark / (800 * 400)).toBeCloseTo(0.5, 1);
  expect(path.dark / (800 * 8)).toBeCloseTo(1, 1);
  expect(dots.dark / (2 * Math.PI * 20 ** 2)).toBeCloseTo(1, 1);
});

test('draws fewer pixels when asked to, again on the same canvas', async () => {
  const sizes = [];
  for (const ratio of [1, 2, 1]) {
    const { width, height } = await pixelsOf(await drawChart(specWith(), ratio));
    sizes.push([width, height]);
  }
  expect(sizes).toEqual([
    [400, 200],
    [800, 400],
    [400, 200],
  ]);
});

test('names the places of a scale that are given', async () => {
  const spec = specWith();
  const scales = {
    x: { min: 0, max: 10 },
    y: { type: 'linear', min: 0, max: 10, ticks: { color: '#000000' } },
  };
  const config = {
    ...spec.config,
    options: { ...spec.config.options, scales },
  } as typeof spec.config;
  const draw = async (label: string) =>
    pixelsOf(await drawChart({ ...spec, config, ticks: { y: [{ value: 5, label }] } }));
  expect((await draw('MMMM')).dark).toBeGreaterThan((await draw('i')).dark);
});

test('refuses a mark on a scale that the chart lacks', async () => {
  await expect(drawChart(specWith({ ...textMark('x'), axis: 'y9' }))).rejects.toThrow('y9');
});
