// SPDX-License-Identifier: Apache-2.0
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { storeSyntheticExperiment } from '../../synthetic-experiment.test-data.ts';
import type { SyntheticPlan } from '../../synthetic-runs.test-data.ts';
import { writeHtmlReport } from '../html-report.ts';
import { addTraces } from '../synthetic-trace.test-data.ts';
import { BrowserSession, seeAll } from './browser-session.test-data.ts';

const ARMS = [
  { name: 'default', goodness: 0 },
  { name: 'long_first', goodness: 1 },
];

let folder: string;
let session: BrowserSession;
let report: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'schedlab-html-'));
  session = await BrowserSession.start();
  report = await reportOf('traced', {
    testIds: ['ctest_suite'],
    arms: ARMS,
    blocks: 6,
    invalid: ({ scheduler, block }) => scheduler !== 'default' && block === 2,
  });
});

afterAll(async () => {
  await session[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

async function reportOf(name: string, plan: SyntheticPlan, sliceUs = 20_000): Promise<string> {
  const stored = await storeSyntheticExperiment(join(folder, name), plan);
  return writeHtmlReport(await addTraces(stored, { sliceUs }));
}

/** The first timeline, drawn from its trace. */
async function timeline(page: Page) {
  const panel = page.locator('.panel[data-trace="shown"]').first();
  await panel.waitFor();
  const canvas = panel.locator('canvas');
  await canvas.scrollIntoViewIfNeeded();
  const box = await canvas.boundingBox();
  if (!box) throw new Error('the timeline is not visible');
  return { panel, canvas, box };
}

test.each(['light', 'dark'] as const)(
  'renders in %s colours without a complaint and without a request',
  async (colourScheme) => {
    const { page, complaints } = await session.open(report, { colourScheme });
    await seeAll(page);
    await page.locator('.panel[data-trace="shown"]').nth(1).waitFor();
    await page.locator('.uplot').nth(2).waitFor();
    const back = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    expect(back).toBe(colourScheme === 'light' ? 'rgb(255, 255, 255)' : 'rgb(20, 23, 27)');
    await page.locator('#theme').click();
    const changed = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    expect(changed).not.toBe(back);
    expect(complaints).toEqual([]);
    await page.close();
  },
);

test('shows the answer with its limit and its warnings without scrolling', async () => {
  const { page } = await session.open(report);
  for (const text of ['less makespan than', 'The limit', 'Makespan ratio', 'p, adjusted']) {
    const box = await page.getByText(text).first().boundingBox();
    expect(box?.y).toBeLessThan(500);
  }
  const [figures, doubts] = await Promise.all(
    ['.figures', '.doubts'].map((part) => page.locator(part).first().boundingBox()),
  );
  expect(Math.abs((figures?.y ?? 0) - (doubts?.y ?? 1000))).toBeLessThan(10);
  await page.close();
});

test('names the task under the pointer: id, class, CPU, from when to when, and the wait', async () => {
  const { page, complaints } = await session.open(report);
  const { box } = await timeline(page);
  // On the row of the first CPU, early enough for tasks of both classes.
  await page.mouse.move(box.x + 200, box.y + 28);
  const tip = page.locator('.tip');
  await tip.waitFor();
  const text = await tip.innerText();
  expect(text).toMatch(/^(short|long)-\d+ \((short|long)\)\n/);
  expect(text).toMatch(/CPU 0: \d+\.\d+ s – \d+\.\d+ s \(\d+\.\d+ ms\)/);
  expect(text).toMatch(/waited \d+\.\d+ (ms|s) before it/);
  await page.mouse.move(box.x + 200, box.y - 200);
  await tip.waitFor({ state: 'hidden' });
  await page.touchscreen.tap(box.x + 300, box.y + 28);
  await tip.waitFor();
  expect(complaints).toEqual([]);
  await page.close();
});

test('zooms and pans by button, wheel, key and dragging, all schedulers at once', async () => {
  const { page } = await session.open(report);
  const { canvas, box } = await timeline(page);
  const range = page.locator('.range');
  const shown = async () => {
    const [from = Number.NaN, to = Number.NaN] = (await range.innerText())
      .split('–')
      .map(Number.parseFloat);
    return { from, to, span: to - from };
  };
  const whole = await shown();
  const settled = (wanted: (now: { from: number; span: number }) => boolean) =>
    expect.poll(async () => wanted(await shown())).toBe(true);

  await page.getByRole('button', { name: 'Zoom in' }).click();
  await settled((now) => now.span < whole.span * 0.7);
  await page.getByRole('button', { name: 'Show all' }).click();
  await settled((now) => now.span === whole.span);

  await page.mouse.move(box.x + 300, box.y + 60);
  await page.mouse.wheel(0, -200);
  expect((await shown()).span).toBe(whole.span); // the page scrolls instead
  await canvas.scrollIntoViewIfNeeded();
  const now = await canvas.boundingBox();
  await page.mouse.click((now?.x ?? 0) + 300, (now?.y ?? 0) + 60);
  await page.mouse.wheel(0, -200);
  await settled(({ span }) => span < whole.span);

  const beforeKeys = await shown();
  await page.keyboard.press('+');
  await settled(({ span }) => span < beforeKeys.span);
  const zoomed = await shown();
  await page.keyboard.press('ArrowRight');
  await settled(({ from }) => from > zoomed.from);
  await page.keyboard.press('ArrowDown');
  await page.locator('.tip').waitFor();

  const beforeDrag = await shown();
  await page.mouse.down();
  await page.mouse.move((now?.x ?? 0) + 400, (now?.y ?? 0) + 60, { steps: 4 });
  await page.mouse.up();
  await settled(({ from }) => from < beforeDrag.from);
  await page.keyboard.press('0');
  await settled(({ span }) => span === whole.span);
  await page.close();
});

test('shows another run, and the tasks of it as a table', async () => {
  const { page, complaints } = await session.open(report);
  const { panel } = await timeline(page);
  const first = await panel.getAttribute('data-run');
  const other = await panel.locator('select option').nth(1).getAttribute('value');
  await panel.locator('select').selectOption(other);
  await expect.poll(() => panel.getAttribute('data-run')).toBe(other);
  expect(other).not.toBe(first);
  await panel.locator('summary').click();
  await expect.poll(() => panel.locator('tbody tr').count()).toBe(40);
  expect(complaints).toEqual([]);
  await page.close();
});

test('loads 100 runs of 40 tasks', async () => {
  const plan = { testIds: ['ctest_suite'], arms: ARMS, blocks: 50 };
  const file = await reportOf('hundred', plan, 4000);
  const started = performance.now();
  const { page, complaints } = await session.open(file);
  await page.locator('.panel[data-trace="shown"]').nth(1).waitFor();
  const took = performance.now() - started;
  await page.locator('#runs').scrollIntoViewIfNeeded();
  await expect.poll(() => page.locator('table.runs tbody tr').count()).toBe(100);
  console.log(
    `100 runs of 40 tasks: ${((await stat(file)).size / 1e6).toFixed(2)} MB, both timelines after ${took.toFixed(0)} ms`,
  );
  await page.getByRole('button', { name: 'Sort by makespan' }).click();
  const makespans = await page.locator('table.runs tbody td:nth-child(5)').allInnerTexts();
  const numbers = makespans.map(Number);
  expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
  expect(complaints).toEqual([]);
  await page.close();
});

test('shows hostile names as text and runs nothing', async () => {
  const hostile = [
    '</script><script>alert(1)</script>',
    '"><img src=x onerror=alert(2)>',
    "'; alert(3); '\u2028\u2029",
    '\u202Eslanigiro eht\u202C \u05E9\u05DC\u05D5\u05DD',
    'x'.repeat(500),
  ];
  const file = await reportOf('hostile', {
    name: hostile.join(' '),
    testIds: hostile.slice(0, 3),
    arms: [{ name: 'default', goodness: 0 }, ...hostile.map((name) => ({ name, goodness: 1 }))],
    blocks: 3,
    invalid: ({ block }) => block === 2,
  });
  const { page, complaints } = await session.open(file, { width: 390 });
  await seeAll(page);
  await page.locator('.panel[data-trace="shown"]').first().waitFor();
  expect(await page.locator('img').count()).toBe(0);
  expect(await page.locator('script').count()).toBe(2);
  expect(await page.locator('.case h3').first().innerText()).toContain('<script>alert(1)</script>');
  expect(complaints).toEqual([]);
  expect(await overflow(page)).toBe(0);
  await page.close();
});

test('says of bars without a trace no more than they show', async () => {
  const plan = { testIds: ['a'], arms: ARMS, blocks: 3 };
  const bare = await storeSyntheticExperiment(join(folder, 'bare'), plan);
  const { page, complaints } = await session.open(await writeHtmlReport(bare));
  const timelines = page.locator('.timelines').first();
  expect(await timelines.locator('.legend .entry').allTextContents()).toEqual([
    'long task, start to end',
    'short task, start to end',
  ]);
  expect(await timelines.locator('.keys').textContent()).not.toContain('slice');
  expect(complaints).toEqual([]);
  await page.close();
});

test('shows the figures of many comparisons on a phone', async () => {
  const arms = ['default', 'b', 'c', 'd', 'e', 'f'].map((name, i) => ({ name, goodness: i / 5 }));
  const plan = { testIds: ['a'], arms, blocks: 5 };
  const many = await storeSyntheticExperiment(join(folder, 'many'), plan);
  const { page } = await session.open(await writeHtmlReport(many), { width: 390 });
  const cells = page.locator('.comparisons .number').filter({ visible: true });
  const boxes = await Promise.all((await cells.all()).map((cell) => cell.boundingBox()));
  expect(boxes.filter(Boolean)).toHaveLength(5 * 3);
  for (const box of boxes) expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual(390);
  await page.close();
});

test.each([1600, 1280, 768, 390, 320])('does not scroll sideways at %d pixels', async (width) => {
  const { page } = await session.open(report, { width });
  await seeAll(page);
  expect(await overflow(page)).toBe(0);
  await page.close();
});

function overflow(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
}
