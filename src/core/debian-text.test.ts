// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { parseDependencies, parseMirror } from './debian.ts';

test('takes from apt what is the name of a package, and nothing else', () => {
  const text = [
    ...['linux-image-cloud-amd64', '  Depends: linux-image-6.12.9+bpo-cloud-amd64'],
    ...['  Depends: <virtual>', '  Depends: libc6:amd64', '  Depends: linux-image-6/../../x'],
  ].join('\n');
  expect(parseDependencies(text)).toEqual(['linux-image-6.12.9+bpo-cloud-amd64', 'libc6']);
});

test("takes from apt a mirror of Debian's that is one word", () => {
  const lines = [
    ...['Other|trixie|http://other.example', 'Debian|trixie-security|http://s.example'],
    ...['Debian|trixie|http://two.example words', 'Debian|trixie|http://deb.example/debian'],
  ];
  expect(parseMirror(lines.join('\n'))).toBe('http://deb.example/debian');
  expect(parseMirror('')).toBeNull();
});
