// SPDX-License-Identifier: Apache-2.0
/** Real sources, the real Makefile and loader, and no guest. */
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildLoader, buildScheduler, listSchedulers, type Toolchain } from '../scheduler/build.ts';
import { armName, type CompiledSpec, parseScheduler } from '../scheduler/spec.ts';
import { statusOfError } from './exit-status.ts';
import { buildTestSchedulers, guestToolchain } from './test-kit.ts';

const HEAD = '#include <scx/common.bpf.h>\nchar _license[] SEC("license") = "GPL";\n';

let toolchain: Toolchain;
let loader: string;
let folder: string;
beforeAll(async () => {
  toolchain = await guestToolchain();
  loader = await buildLoader(toolchain);
  folder = await mkdtemp(join(tmpdir(), 'schedlab-test-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Builds what a user wrote for an arm. */
async function buildSpec(written: string, into: string) {
  const spec = parseScheduler(written) as CompiledSpec;
  const built = await buildScheduler(spec, loader, toolchain, into);
  return { ...built, name: armName(spec, written), tunables: spec.tunables };
}

/** Writes `text` into a folder of its own and builds it, with `tunables` behind its path. */
async function buildSource(file: string, text: string, tunables = '') {
  const theirs = await mkdtemp(join(folder, "it's theirs $HOME "));
  const made = await mkdtemp(join(folder, 'made-'));
  await writeFile(join(theirs, file), text);
  const built = buildSpec(join(theirs, file) + tunables, made);
  await built.catch(() => {});
  expect(await readdir(theirs)).toEqual([file]);
  return built;
}

async function refusal(attempt: Promise<unknown>): Promise<string> {
  const error = await attempt.then(() => expect.fail('it was taken')).catch((e: unknown) => e);
  expect(statusOfError(error).status).toBe(2);
  return String(error);
}

test('there is a scheduler for each case, two that need no names, and two plain ones', async () => {
  expect(await listSchedulers(toolchain.schedulersFolder)).toEqual([
    ...['default', 'compression', 'ctest_suite', 'ddos_log_analysis', 'fifo', 'file_checksum'],
    ...['git_add_different', 'hotkey_aggregation', 'learned', 'log_processing', 'longtail'],
    ...['video_transcode', 'viral_product_analytics', 'vruntime'],
  ]);
});

test('all of ours, and sources in the spellings of other kernels, compile without a warning', async () => {
  const names = (await listSchedulers(toolchain.schedulersFolder)).slice(1);
  for (const name of names) {
    const built = await buildSpec(name, folder);
    expect(built.sha256).toMatch(/^[0-9a-f]{64}$/);
  }
  // The Makefile has -Werror.
  const objects = (await readdir(await buildTestSchedulers('compat-tests'))).toSorted();
  expect(objects.filter((file) => file.endsWith('.o'))).toEqual([
    'constants_and_tracing.bpf.o',
    ...['spelling_6_12.bpf.o', 'spelling_6_13.bpf.o', 'spelling_7_1.bpf.o'],
  ]);
});

test('the same scheduler twice, with other tunables, is two arms of one object', async () => {
  const plain = await buildSpec('fifo', folder);
  const text = 'fifo:slice_us=0x1000';
  const tuned = await buildSpec(text, folder);
  expect(plain).toMatchObject({ name: 'fifo', tunables: [] });
  expect(tuned).toMatchObject({ name: text, tunables: ['slice_us=0x1000'] });
  expect(tuned.sha256).toBe(plain.sha256);
  expect(tuned.object).not.toBe(plain.object);
});

test.each([
  ['slice=5000', 'slice=5000: no such tunable'],
  ['slice_us=99', 'slice_us=99: out of range'],
  ['slice_us=-1', 'slice_us=-1: out of range'],
  ['slice_us=4294967296', 'out of range'],
  ['slice_us=99999999999999999999999', 'no whole number'],
  ['slice_us=1.5', 'no whole number'],
  ['slice_us=12ms', 'no whole number'],
])('fifo:%s is refused, and what there is is listed', async (tunable, problem) => {
  const message = await refusal(buildSpec(`fifo:${tunable}`, folder));
  expect(message).toContain(problem);
  expect(message).toContain('slice_us (u32, default 20000, 100 to 1000000)');
});

test("a source from elsewhere takes all that its tunables' types can hold", async () => {
  const text = `${HEAD}
const volatile s8 tiny = -3;
const volatile u64 huge = 7;
const volatile bool on;
const u32 fixed = 1;
static const volatile u32 hidden = 1;
s32 BPF_STRUCT_OPS(theirs_init) { return tiny + huge + on + fixed + hidden; }
SCX_OPS_DEFINE(theirs, .init = (void *)theirs_init, .name = "theirs");`;
  const all = ':tiny=-128:huge=18446744073709551615:on=true';
  const built = await buildSource('theirs.bpf.c', text, all);
  expect(built).toMatchObject({ name: `theirs${all}` });
  const message = await refusal(buildSource('theirs.bpf.c', text, ':tiny=128'));
  expect(message.split('There are:\n')[1]?.split('\n')).toEqual([
    '  tiny (s8, default -3, -128 to 127)',
    '  huge (u64, default 7, 0 to 18446744073709551615)',
    '  on (bool, default 0, 0 to 1)',
  ]);
});

test('headers come from the folders that are named', async () => {
  const include = join(folder, 'headers of theirs');
  await mkdir(include);
  await writeFile(join(include, 'theirs.h'), '#define THEIRS "theirs"\n');
  const text = `${HEAD}#include "theirs.h"\nSCX_OPS_DEFINE(theirs, .name = THEIRS);\n`;
  expect(await refusal(buildSource('theirs.bpf.c', text))).toMatch(
    /theirs\.bpf\.c:3:10: fatal error: 'theirs\.h' file not found[\s\S]*--include/,
  );
  toolchain = { ...toolchain, includeFolders: ['/nowhere', include] };
  expect(await buildSource('theirs.bpf.c', text)).toMatchObject({ name: 'theirs' });
});

test.each([
  ['no scheduler', 'x.bpf.c', HEAD, /no scheduler in it/],
  [
    'two schedulers',
    'x.bpf.c',
    `${HEAD}SCX_OPS_DEFINE(a, .name = "a");\nSCX_OPS_DEFINE(b, .name = "b");`,
    /2 struct_ops tables in it/,
  ],
  ['no C', 'x.bpf.c', 'Dear reader,\nall is well.\n', /x\.bpf\.c:1:1: error: unknown type name/],
  ['no object', 'x.bpf.o', 'Dear reader,\nall is well.\n', /not a proper ELF object/],
])('a file with %s in it is refused', async (_, file, text, message) => {
  expect(await refusal(buildSource(file, text))).toMatch(message);
});

test('a file that is not there is refused', async () => {
  for (const path of ['nowhere/x.bpf.c', 'nowhere/x.bpf.o']) {
    const attempt = buildSpec(path, folder);
    expect(await refusal(attempt)).toMatch(/no such file/);
  }
});
