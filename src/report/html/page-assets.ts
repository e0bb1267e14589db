// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LabError, messageOf } from '../../core/errors.ts';
import { packageRoot } from '../../core/paths.ts';

/** The page's script and style sheet, as scripts/report-page.mjs bundles them. */
export interface PageAssets {
  readonly script: string;
  readonly style: string;
}

/** @throws LabError ENVIRONMENT when they have not been built */
export async function readPageAssets(): Promise<PageAssets> {
  const read = (file: string) => readFile(join(packageRoot, 'dist', file), 'utf8');
  try {
    const [script, style] = await Promise.all([read('report-page.js'), read('report-page.css')]);
    return { script: script.trim(), style: style.trim() };
  } catch (error) {
    throw new LabError(
      'ENVIRONMENT',
      `Cannot read a part of the HTML report: ${messageOf(error)}\nBuild it again with "npm run build".`,
      { cause: error },
    );
  }
}

/** Allows what has exactly this text, and nothing else, in a Content-Security-Policy. */
export function sourceHash(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}
