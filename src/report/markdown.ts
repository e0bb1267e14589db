// SPDX-License-Identifier: Apache-2.0
import { oneLine } from './text.ts';

/** Text from outside, as text: no markup, no HTML, no new line or cell. */
export function escapeMarkdown(text: string): string {
  return (
    oneLine(text)
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replaceAll(/[\\`*[\]|~#$]/g, '\\$&')
      .replace(/^[-+=]/, '\\$&')
      .replace(/^(\d+)([.)])(?=\s|$)/, '$1\\$2')
      // Inside a word an underscore is just that.
      .replaceAll(/(?<![\p{L}\p{N}_])_|_(?![\p{L}\p{N}_])/gu, '\\_')
      // Neither an address nor a mention becomes a link.
      .replaceAll('://', ':&#47;/')
      .replaceAll('@', '&#64;')
      .replaceAll(/\bwww\./gi, (match) => match.replace('.', '&#46;'))
  );
}

/** A table from cells that are Markdown already; `numeric` columns are aligned to the right. */
export function markdownTable(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  numeric: ReadonlySet<number> = new Set(),
): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const rule = header.map((_, column) => (numeric.has(column) ? '---:' : '---'));
  return [line(header), line(rule), ...rows.map(line)].join('\n');
}

/** Text from outside as it is, in a block that it cannot end; of longer ones the first lines. */
export function fencedText(text: string, mostLines: number): string {
  const lines = text
    .replaceAll(/[^\P{C}\n\t]/gu, ' ')
    .trim()
    .split('\n');
  const shown = lines.slice(0, mostLines).map((line) => line.slice(0, 200));
  const left = lines.length - shown.length;
  const body = [...shown, ...(left > 0 ? [`… ${left} more lines`] : [])].join('\n');
  const longest = Math.max(2, ...Array.from(body.matchAll(/`+/g), ([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}text\n${body}\n${fence}`;
}
