// SPDX-License-Identifier: Apache-2.0
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type BrowserContext, chromium, type Page } from 'playwright-core';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser'];
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** A page, and all that went wrong in it. */
export interface OpenPage {
  readonly page: Page;
  /** Errors and warnings of the console, exceptions, dialogs, and requests for anything but the file. */
  readonly complaints: string[];
}

/** The system's browser, without a window, with a profile of its own. */
export class BrowserSession {
  readonly #context: BrowserContext;
  readonly #profile: string;

  private constructor(context: BrowserContext, profile: string) {
    this.#context = context;
    this.#profile = profile;
  }

  static async start(): Promise<BrowserSession> {
    const executablePath = PLACES.find((place) => existsSync(place));
    if (!executablePath) throw new Error('No chromium: run scripts/install-deps.sh --tests');
    const profile = await mkdtemp(join(tmpdir(), 'schedlab-browser-'));
    const options = { executablePath, headless: true, hasTouch: true, args: FLAGS };
    const context = await chromium
      .launchPersistentContext(profile, options)
      .catch(async (error) => {
        await rm(profile, { recursive: true, force: true });
        throw error;
      });
    return new BrowserSession(context, profile);
  }

  async open(
    file: string,
    { width = 1280, colourScheme = 'light' as 'light' | 'dark' } = {},
  ): Promise<OpenPage> {
    const page = await this.#context.newPage();
    const complaints: string[] = [];
    const url = pathToFileURL(file).href;
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('dialog', async (dialog) => {
      complaints.push(`dialog: ${dialog.message()}`);
      await dialog.dismiss();
    });
    page.on('request', (request) => {
      if (request.url().split('#')[0] !== url && request.url() !== 'data:,') {
        complaints.push(`request: ${request.url()}`);
      }
    });
    await page.setViewportSize({ width, height: 900 });
    await page.emulateMedia({ colorScheme: colourScheme });
    await page.goto(url);
    await page.waitForSelector('html[data-ready]');
    return { page, complaints };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#context.close();
    await rm(this.#profile, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Scrolls through all of it, so that all of it is drawn, and back. */
export async function seeAll(page: Page): Promise<void> {
  await page.evaluate(async () => {
    for (let y = 0; y < document.body.scrollHeight; y += 600) {
      scrollTo({ top: y, behavior: 'instant' });
      await new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn, 0)));
    }
    scrollTo({ top: 0, behavior: 'instant' });
  });
}
