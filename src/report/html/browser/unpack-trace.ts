// SPDX-License-Identifier: Apache-2.0
import type { TraceColumns } from '../report-data.ts';

/** The way back from what `packTrace` makes. */
export async function unpackTrace(text: string): Promise<TraceColumns> {
  const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
  return JSON.parse(await new Response(stream).text()) as TraceColumns;
}
