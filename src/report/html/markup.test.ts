// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { embedJson } from './embed-json.ts';
import { html } from './markup.ts';

const HOSTILE = `</script><img src=x onerror='a("b")'>&\u2028`;

test('escapes every value, in texts, attributes, lists and templates within templates', () => {
  const escaped = '&lt;/script&gt;&lt;img src=x onerror=&#39;a(&quot;b&quot;)&#39;&gt;&amp;\u2028';
  const { text } = html`<p title="${HOSTILE}">${[HOSTILE, html`<b>${HOSTILE}</b>`]}</p>`;
  expect(text).toBe(`<p title="${escaped}">${escaped}<b>${escaped}</b></p>`);
});

test('leaves out what is not there, but not 0', () => {
  expect(html`<p>${null}${undefined}${false}${0}</p>`.text).toBe('<p>0</p>');
});

test('embeds JSON that cannot end its element and is read back as it was', () => {
  const text = embedJson({ [HOSTILE]: [HOSTILE] });
  expect(text).not.toMatch(/[<>&\u2028]/);
  expect(JSON.parse(text)).toEqual({ [HOSTILE]: [HOSTILE] });
});
