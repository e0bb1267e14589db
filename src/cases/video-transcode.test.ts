// SPDX-License-Identifier: Apache-2.0
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { packageRoot } from '../core/paths.ts';
import { ourselves } from '../core/privileges.ts';
import { runCommand } from '../core/run-command.ts';
import { readCaseFile, selectCases } from './case-file.ts';
import { prepareCase } from './prepare.ts';

const FRAMES = '120';
/** Makes of a program one that uses none of the CPU's SIMD extensions. */
const PLAIN_CPU = `
extern "C" void av_force_cpu_flags(int flags);
__attribute__((constructor)) static void plain_cpu() { av_force_cpu_flags(0); }
`;

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'video-'));
  vi.stubEnv('SCHEDLAB_CACHE', root);
});
afterAll(() => {
  vi.unstubAllEnvs();
  return rm(root, { recursive: true });
});

// A guest's CPU may lack what the host's has, and the host says what the guest's tasks must print.
test('encodes the same bits whatever the CPU can do', async () => {
  const file = await readCaseFile(join(packageRoot, 'test_cases_parallel.json'));
  const [video] = selectCases(file, ['video_transcode']);
  if (!video) throw new Error('no such case');
  const [short] = await prepareCase(video, {
    originalCwd: packageRoot,
    fresh: false,
    user: ourselves(),
  });
  if (!short) throw new Error('not prepared');
  const run = async (program: string) =>
    (await runCommand(program, [FRAMES], { cwd: short.folder })).stdout;

  const plainCpu = join(root, 'plain-cpu.cpp');
  await writeFile(plainCpu, PLAIN_CPU);
  const lines = video.groups[0]?.setup ?? [];
  const compileLine = lines.find((line) => line.includes('transcode.cpp')) as string;
  const compiled = await runCommand(
    'sh',
    ['-c', compileLine.replace('-o encode_preview', `-o plain ${plainCpu}`)],
    { cwd: short.folder, env: { ORIGINAL_CWD: packageRoot } },
  );
  expect(compiled).toMatchObject({ failed: false });

  const plain = await run('./plain');
  expect(plain).toMatch(/^120 frames/);
  expect(await run('./encode_preview')).toBe(plain);
});
