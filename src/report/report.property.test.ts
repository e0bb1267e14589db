// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { expect } from 'vitest';
import { anyJson, anyText, property } from '../core/arbitrary.test-data.ts';
import { distinctFileNames } from './file-names.ts';
import { embedJson } from './html/embed-json.ts';
import { html } from './html/markup.ts';
import { escapeMarkdown, markdownTable } from './markdown.ts';
import { oneLine, wrap } from './text.ts';

const anyTexts = fc.array(anyText, { maxLength: 5 });

property('a text in a page makes no element and leaves no attribute', anyText, (text) => {
  const page = html`<p title="${text}">${text}</p>`.text;
  expect(page.replaceAll(/[^<>"']/g, '')).toBe('<"">' + '<>');
  const entities = { '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#39;': "'", '&amp;': '&' };
  const [, shown = ''] = /^<p title="(.*)">\1<\/p>$/s.exec(page) ?? [];
  const back = shown.replaceAll(
    /&\w+;|&#39;/g,
    (entity) => entities[entity as keyof typeof entities],
  );
  expect(back).toBe(text);
});

property('data in a page is read as it was written, and ends no script', anyJson, (value) => {
  const text = embedJson(value);
  expect(text).not.toMatch(/[<>&\u2028\u2029]/);
  expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
});

property('a text in a table of Markdown is one cell, without HTML', anyTexts, (texts) => {
  const table = markdownTable(
    ['a'],
    texts.map((text) => [escapeMarkdown(text)]),
  );
  expect(table.split('\n')).toHaveLength(texts.length + 2);
  for (const line of table.split('\n').slice(2)) {
    expect(line.slice(2, -2).replaceAll(/\\[\\`*_[\]|~#$=+-]/g, '')).not.toMatch(/[<>|`[\]*$]/);
  }
});

property('one line is one line', anyText, (text) => {
  expect(oneLine(text)).not.toMatch(/[\p{Cc}\u2028\u202e]/u);
  for (const line of wrap(text, 20)) expect([...line].length).toBeLessThanOrEqual(20);
});

property('names of files are distinct, and names', anyTexts, (texts) => {
  const names = distinctFileNames(texts);
  expect(new Set(names.map((name) => name.toLowerCase())).size).toBe(texts.length);
  for (const name of names) expect(name).toMatch(/^[A-Za-z0-9._-]*$/);
});
