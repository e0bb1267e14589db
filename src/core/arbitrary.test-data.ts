// SPDX-License-Identifier: Apache-2.0
/** Inputs that nobody would write, for the tests of whatever reads text from outside. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type ErrorCode, LabError } from './errors.ts';

/** Inputs of each property: few in CI, `scripts/fuzz.sh N` asks for more. */
const RUNS = Number(process.env.SCHEDLAB_FUZZ_RUNS ?? 300);
/** Of CPU for one input; what needs more hangs. */
const MOST_CPU_US = 3_000_000;

/** A test that `check` holds for every input; on failure it prints the seed and the least input. */
export function property<T>(
  name: string,
  inputs: fc.Arbitrary<T>,
  check: (input: T) => void | Promise<void>,
): void {
  const timed = async (input: T) => {
    const before = process.cpuUsage();
    await check(input);
    const { user, system } = process.cpuUsage(before);
    if (user + system > MOST_CPU_US) throw new Error(`took ${(user + system) / 1e6} s of CPU`);
  };
  const holds = () => fc.assert(fc.asyncProperty(inputs, timed), { numRuns: RUNS });
  test(name, holds, 60_000 + 100 * RUNS);
}

/** What `read` gives; null when it refuses with one of `codes`. Any other exception is a defect. */
export async function valueOrRefusal<T>(
  read: () => T | Promise<T>,
  ...codes: ErrorCode[]
): Promise<T | null> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof LabError)) throw error;
    expect(codes).toContain(error.code);
    expect(error.message).not.toBe('');
    return null;
  }
}

/** Texts that some shell, page, file system, object or parser takes for more than a text. */
const TRICKS = [
  ...['', ' ', '\0', '\n', '\r\n', '\t', '\u2028', '\u202e', '\ufeff', '\ud800', '\ud83d\ude00'],
  ...['.', '..', '../x', '/etc/passwd', 'a/b', '~', '-', '--help', '-n', 'CON', 'x'.repeat(300)],
  ...['$(touch x)', '`x`', '$HOME', '; x', '| x', '&& x', '> x', '*', '"', "'", '\\', '%00', '%n'],
  ...['<script>alert(1)</script>', '</script', '<!--', '&lt;', '" onload="x', "javascript:'"],
  ...['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'length', 'then', 'toJSON'],
  ...['null', 'true', 'NaN', '-Infinity', '1e999', '0x10', '-0', '00', '1_000', '٣', '1,2', '1-2'],
  ...['0-4294967295', '18446744073709551616', '9007199254740993', '1e308', '5e-324', '\u001b[2J'],
];

export const anyText: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(...TRICKS),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ maxLength: 40 }),
  fc
    .array(fc.constantFrom(...TRICKS), { minLength: 2, maxLength: 5 })
    .map((parts) => parts.join('')),
);

export const anyNumber: fc.Arbitrary<number> = fc.oneof(
  fc.double(),
  fc.maxSafeInteger(),
  fc.integer({ min: -3, max: 3 }),
  fc.constantFrom(2 ** 31, 2 ** 32, 2 ** 53, 2 ** 64, 1e15, 1e21, 1e308, -1e308, 5e-324, -0, 0.5),
);

const anyLeaf: fc.Arbitrary<unknown> = fc.oneof(
  anyText,
  anyNumber,
  fc.constantFrom(null, true, false, [], {}),
);

/** Whatever JSON can hold. */
export const anyJson: fc.Arbitrary<unknown> = fc.oneof(
  anyLeaf,
  fc.jsonValue({ maxDepth: 3 }),
  fc.array(anyLeaf, { maxLength: 4 }),
  fc.dictionary(anyText, anyLeaf, { maxKeys: 4 }),
  fc.integer({ min: 2, max: 300 }).map(nested),
);

function nested(depth: number): unknown {
  let value: unknown = [];
  for (let level = 0; level < depth; level++) value = level % 2 ? [value] : { a: value };
  return value;
}

type Container = Record<string, unknown>;

/** A change of one place of a document; the place is counted round and round. */
type Change = (places: readonly (readonly [Container, string])[]) => void;

const anyPlace = fc.nat();

const atPlace = (to: (value: unknown) => unknown) => anyPlace.map((at) => change(at, to));

const anyChange: fc.Arbitrary<Change> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.tuple(anyPlace, anyJson).map(([at, value]) => change(at, () => value)),
  },
  atPlace((value) => [value]),
  atPlace((value) => ({ value })),
  atPlace((value) => (Array.isArray(value) ? [...value, ...value] : value)),
  atPlace((value) => (typeof value === 'string' ? value.length : JSON.stringify(value))),
  fc
    .tuple(anyPlace, anyNumber)
    .map(([at, factor]) =>
      change(at, (value) => (typeof value === 'number' ? value * factor : factor)),
    ),
  anyPlace.map(
    (at): Change =>
      (places) => {
        const [container, key] = placeAt(places, at);
        if (Array.isArray(container)) container.splice(Number(key), 1);
        else delete container[key];
      },
  ),
  fc.tuple(anyPlace, anyPlace).map(
    ([at, from]): Change =>
      (places) => {
        const [source, key] = placeAt(places, from);
        const copy = structuredClone(source[key]);
        change(at, () => copy)(places);
      },
  ),
  fc.tuple(anyPlace, anyText, anyLeaf).map(
    ([at, key, value]): Change =>
      (places) => {
        const [container] = placeAt(places, at);
        if (Array.isArray(container)) container.push(value);
        else put(container, key, value);
      },
  ),
);

function change(at: number, to: (value: unknown) => unknown): Change {
  return (places) => {
    const [container, key] = placeAt(places, at);
    put(container, key, to(container[key]));
  };
}

/** As JSON.parse would: a key `__proto__` is one like any other. */
function put(container: Container, key: string, value: unknown): void {
  const plain = { enumerable: true, configurable: true, writable: true };
  Object.defineProperty(container, key, { value, ...plain });
}

function placeAt(places: readonly (readonly [Container, string])[], at: number) {
  return places[at % places.length] as readonly [Container, string];
}

function placesIn(value: unknown, places: [Container, string][] = []): [Container, string][] {
  if (typeof value !== 'object' || value === null) return places;
  const container = value as Container;
  for (const key of Object.keys(container)) {
    places.push([container, key]);
    placesIn(container[key], places);
  }
  return places;
}

/** One of `documents` with some of its places changed, removed, doubled, nested or mistyped. */
export function mutated(...documents: readonly object[]): fc.Arbitrary<unknown> {
  return fc
    .tuple(fc.constantFrom(...documents), fc.array(anyChange, { minLength: 1, maxLength: 4 }))
    .map(([document, changes]) => {
      const root = { document: structuredClone(document) };
      for (const change of changes) {
        const places = placesIn(root);
        if (places.length > 0) change(places);
      }
      return root.document;
    });
}

/** Put into a text, it is no longer what it was. */
const TOKENS = [
  ...['1e999', '-1e999', 'NaN', 'Infinity', '1e-400', '0x1', '{', ']', ',', ':', '"', '\\u0000'],
  ...['[{"":'.repeat(2000), '['.repeat(50_000), '9'.repeat(400), ' '.repeat(1000), '"\\ud800"'],
];

/** A text, cut, doubled or spoilt in some places, as bytes: perhaps in the middle of a character. */
export function spoilt(text: fc.Arbitrary<string>): fc.Arbitrary<Buffer> {
  // Not fc.double, of whose values nearly all lie beside 0.
  const at = fc.nat(1_000_000).map((millionths) => millionths / 1e6);
  const anySpoiling = fc.oneof(
    fc.record({ from: at, to: at }).map(
      ({ from, to }) =>
        (bytes: Buffer) =>
          Buffer.concat([
            bytes.subarray(0, from * bytes.length),
            bytes.subarray(to * bytes.length),
          ]),
    ),
    at.map((end) => (bytes: Buffer) => bytes.subarray(0, end * bytes.length)),
    fc
      .record({ at, with: fc.oneof(anyText, fc.constantFrom(...TOKENS)) })
      .map(
        (put) => (bytes: Buffer) =>
          Buffer.concat([
            bytes.subarray(0, put.at * bytes.length),
            Buffer.from(put.with),
            bytes.subarray(put.at * bytes.length),
          ]),
      ),
    fc.record({ at, byte: fc.nat(255) }).map(({ at, byte }) => (bytes: Buffer) => {
      const copy = Buffer.from(bytes);
      if (copy.length > 0) copy[Math.floor(at * (copy.length - 1))] = byte;
      return copy;
    }),
    // The first number from here on becomes another.
    fc.record({ at, with: fc.constantFrom(...TOKENS) }).map((put) => (bytes: Buffer) => {
      const whole = bytes.toString('latin1');
      const place = Math.floor(put.at * whole.length);
      const rest = whole.slice(place).replace(/-?\d[\d.e+-]*/, () => put.with);
      return Buffer.from(whole.slice(0, place) + rest, 'latin1');
    }),
  );
  return fc
    .tuple(text, fc.array(anySpoiling, { maxLength: 3 }))
    .map(([valid, spoilings]) =>
      spoilings.reduce((bytes, spoil) => spoil(bytes), Buffer.from(valid) as Buffer),
    );
}

/** Bytes of any kind, of something like a JSON document and of something like one of `documents`. */
export function anyDocument(...documents: readonly object[]): fc.Arbitrary<Buffer> {
  const toText = (value: unknown) => JSON.stringify(value) ?? '';
  return fc.oneof(
    { arbitrary: mutated(...documents).map((value) => Buffer.from(toText(value))), weight: 6 },
    { arbitrary: spoilt(mutated(...documents).map(toText)), weight: 3 },
    { arbitrary: spoilt(fc.constantFrom(...documents).map(toText)), weight: 3 },
    { arbitrary: anyJson.map((value) => Buffer.from(toText(value))), weight: 1 },
    { arbitrary: anyText.map((text) => Buffer.from(text)), weight: 1 },
    { arbitrary: fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes)), weight: 1 },
  );
}

/** Something like `text`, and any other text. */
export function textLike(...texts: readonly string[]): fc.Arbitrary<string> {
  return fc.oneof(
    { arbitrary: spoilt(fc.constantFrom(...texts)).map((bytes) => bytes.toString()), weight: 4 },
    { arbitrary: anyText, weight: 1 },
  );
}
