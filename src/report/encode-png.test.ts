// SPDX-License-Identifier: Apache-2.0
import { createRequire } from 'node:module';
import { expect, test } from 'vitest';
import { encodePng } from './encode-png.ts';

/** The part of @napi-rs/canvas that reads pictures; an error in any of a PNG's checksums is one. */
interface Canvas {
  createCanvas(width: number, height: number): { getContext(kind: '2d'): Context };
  loadImage(png: Buffer): Promise<{ width: number; height: number }>;
}
interface Context {
  drawImage(image: unknown, x: number, y: number): void;
  getImageData(x: number, y: number, w: number, h: number): { data: Uint8ClampedArray };
}
const ours = createRequire(import.meta.url);
const { createCanvas, loadImage } = createRequire(ours.resolve('chartjs-node-canvas'))(
  'canvas',
) as Canvas;

async function decode(png: Buffer) {
  const image = await loadImage(png);
  const { width, height } = image;
  const context = createCanvas(width, height).getContext('2d');
  context.drawImage(image, 0, 0);
  return { width, height, data: context.getImageData(0, 0, width, height).data };
}

test('another program reads the same pixels from it', async () => {
  const [width, height] = [37, 19];
  // No byte is like its neighbours, in no direction.
  const rgba = Uint8ClampedArray.from({ length: 4 * width * height }, (_, i) =>
    i % 4 === 3 ? 255 : (i * i * 31) % 251,
  );
  const read = await decode(encodePng(Uint8Array.from(rgba), width, height));
  expect([read.width, read.height]).toEqual([width, height]);
  expect(read.data).toEqual(rgba);
});

test('a flat area takes no room', () => {
  const png = encodePng(new Uint8Array(4 * 1000 * 1000).fill(255), 1000, 1000);
  expect(png.length).toBeLessThan(20_000);
});
