// SPDX-License-Identifier: Apache-2.0
import { isUtf8 } from 'node:buffer';
import fc from 'fast-check';
import Type from 'typebox';
import { expect } from 'vitest';
import { anyDocument, anyText, property, textLike, valueOrRefusal } from './arbitrary.test-data.ts';
import { parseDependencies, parseMirror } from './debian.ts';
import { parseObject } from './json-lines-child.ts';
import { parseDocument } from './parse-document.ts';
import { textOf } from './read-text.ts';

const VALID = { list: [1, 2], union: 'b', map: { x: 1 }, text: 'Käse – 3 €, 漢字, 😀 and so on' };
const schema = Type.Object(
  {
    text: Type.String(),
    list: Type.Array(Type.Integer({ minimum: 0 })),
    union: Type.Union([Type.Literal('a'), Type.Literal('b'), Type.Null()]),
    map: Type.Record(Type.String(), Type.Integer(), { additionalProperties: false }),
  },
  { additionalProperties: false },
);

property('a document is what its schema says, or refused', anyDocument(VALID), async (bytes) => {
  const read = () => parseDocument(schema, textOf(bytes, 'x'), 'x');
  const value = await valueOrRefusal(read, 'INVALID_INPUT');
  if (value === null) return;
  expect(isUtf8(bytes)).toBe(true);
  expect(Object.keys(value).toSorted()).toEqual(['list', 'map', 'text', 'union']);
  for (const number of [...value.list, ...Object.values(value.map)]) {
    expect(Number.isInteger(number)).toBe(true);
  }
});

property("a child's line is an object, or refused", anyDocument({ event: 'x' }), async (bytes) => {
  const read = () => parseObject(bytes.toString(), 'program');
  const value = await valueOrRefusal(read, 'EXECUTOR');
  expect(value === null || (typeof value === 'object' && !Array.isArray(value))).toBe(true);
});

const DEPENDS =
  'linux-image-cloud-amd64\n  Depends: linux-image-6.12+x-amd64\n  Depends: <virtual>\n';
const anyDepends = fc.oneof(
  textLike(DEPENDS),
  anyText.map((name) => `p\n  Depends: ${name}\n`),
);

property("apt's dependencies are names of packages", anyDepends, (text) => {
  // They become arguments of apt-get, and parts of the paths of folders that are made and removed.
  for (const name of parseDependencies(text)) expect(name).toMatch(/^[a-z0-9][a-z0-9+.-]+$/);
});

const TARGETS =
  'Debian|trixie|http://mirror.example/debian\nDebian|trixie-security|http://s.example\n';
const anyTargets = fc.oneof(
  textLike(TARGETS),
  anyText.map((site) => `Debian|trixie|${site}\n`),
);

property("apt's mirror is one word", anyTargets, (text) => {
  const mirror = parseMirror(text);
  expect(mirror === null || /^[a-z+]+:[!-~]+$/.test(mirror)).toBe(true);
});
