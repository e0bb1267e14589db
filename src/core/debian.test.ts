// SPDX-License-Identifier: Apache-2.0
/** A real archive with a real signature on this machine, and what comes of it when somebody meddles. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { DebianSuite } from './debian.ts';

const SUITE = 'meadow';

let keys: string;
let folder: string;
beforeAll(async () => {
  // Short, for the agent's socket is there.
  keys = await mkdtemp(join(tmpdir(), 'k-'));
  for (const name of ['archive', 'stranger']) {
    gpg(
      '--passphrase',
      '',
      '--quick-generate-key',
      `${name}@example.org`,
      'rsa3072',
      'sign',
      'never',
    );
    gpg('--output', join(keys, `${name}.gpg`), '--export', `${name}@example.org`);
  }
});
afterAll(async () => {
  execFileSync('gpgconf', ['--homedir', keys, '--kill', 'all']);
  await rm(keys, { recursive: true, force: true });
});
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'debian-'));
  vi.stubEnv('SCHEDLAB_CACHE', join(folder, 'cache'));
  await makeArchive();
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

function gpg(...args: string[]) {
  execFileSync('gpg', ['--homedir', keys, '--batch', '--yes', '--quiet', ...args], {
    stdio: 'pipe',
  });
}

const inArchive = (path: string) => join(folder, 'archive', path);
const PACKAGE = 'kernel.deb';
const INDEX = `dists/${SUITE}/main/binary-amd64/Packages`;
const SIGNED = `dists/${SUITE}/InRelease`;

/** One package, its index, and the release file that vouches for the index. */
async function makeArchive() {
  await mkdir(inArchive(`dists/${SUITE}/main/binary-amd64`), { recursive: true });
  const tree = join(folder, 'tree');
  await mkdir(join(tree, 'DEBIAN'), { recursive: true });
  await mkdir(join(tree, 'boot'));
  await writeFile(join(tree, 'boot/vmlinuz'), 'an image\n');
  const control = 'Package: kernel\nVersion: 1\nArchitecture: amd64\nMaintainer: nobody\n';
  await writeFile(join(tree, 'DEBIAN/control'), `${control}Description: for a test\n`);
  execFileSync('dpkg-deb', ['--root-owner-group', '-b', tree, inArchive(PACKAGE)], {
    stdio: 'pipe',
  });
  await writeIndex();
}

/** Describes the package as it is now, and signs that. */
async function writeIndex(signer = 'archive') {
  const facts = (path: string) => {
    const bytes = readFileSync(inArchive(path));
    return { size: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
  };
  const { size, sha256 } = facts(PACKAGE);
  await writeFile(
    inArchive(INDEX),
    'Package: kernel\nVersion: 1\nArchitecture: amd64\nMaintainer: nobody\nDepends: meadow-base\n' +
      `Filename: ${PACKAGE}\nSize: ${size}\nSHA256: ${sha256}\nDescription: for a test\n\n` +
      // Only to be depended on: there is no such file.
      `Package: meadow-base\nVersion: 1\nArchitecture: amd64\nFilename: none.deb\nSize: 1\nSHA256: ${sha256}\n`,
  );
  const index = facts(INDEX);
  const release = join(folder, 'Release');
  await writeFile(
    release,
    `Suite: ${SUITE}\nCodename: ${SUITE}\nDate: ${new Date().toUTCString()}\n` +
      'Architectures: amd64\nComponents: main\nSHA256:\n' +
      ` ${index.sha256} ${index.size} main/binary-amd64/Packages\n`,
  );
  const user = ['--local-user', `${signer}@example.org`, '--output', inArchive(SIGNED)];
  gpg(...user, '--clear-sign', release);
}

/** Changes one byte in the middle of a file. */
async function tamper(path: string) {
  const bytes = readFileSync(inArchive(path));
  const place = Math.floor(bytes.length / 2);
  bytes.writeUInt8(bytes.readUInt8(place) ^ 1, place);
  await writeFile(inArchive(path), bytes);
}

const suite = () =>
  new DebianSuite(SUITE, {
    mirror: `file:${join(folder, 'archive')}`,
    keyring: join(keys, 'archive.gpg'),
  });
const unpacked = () => join(folder, 'unpacked');

/** It is refused, and nothing is left of it. */
async function expectRefusal(attempt: Promise<unknown>, message: RegExp) {
  await expect(attempt).rejects.toMatchObject({
    code: 'ENVIRONMENT',
    message: expect.stringMatching(message),
  });
  expect(readdirSync(folder).filter((name) => name.startsWith('unpacked'))).toEqual([]);
}

test('what is as it was signed is unpacked', async () => {
  expect(await suite().dependencies('kernel')).toEqual(['meadow-base']);
  await suite().unpack(['kernel'], unpacked());
  expect(readFileSync(join(unpacked(), 'boot/vmlinuz'), 'utf8')).toBe('an image\n');
  expect(readdirSync(unpacked())).toEqual(['boot']);
});

test('a package with one byte changed is refused', async () => {
  await tamper(PACKAGE);
  await expectRefusal(
    suite().unpack(['kernel'], unpacked()),
    /Hash Sum mismatch[\s\S]*is not used/,
  );
});

test('a package that is changed after its index was read is refused', async () => {
  const reader = suite();
  await reader.dependencies('kernel');
  await tamper(PACKAGE);
  await expectRefusal(reader.unpack(['kernel'], unpacked()), /Hash Sum mismatch/);
});

test('an index that vouches for another package is refused', async () => {
  const signed = readFileSync(inArchive(SIGNED));
  await tamper(PACKAGE);
  await writeIndex();
  await writeFile(inArchive(SIGNED), signed);
  await expectRefusal(suite().unpack(['kernel'], unpacked()), /is not used/);
});

test.each([
  ['changed', () => tamper(SIGNED)],
  ["signed with a stranger's key", () => writeIndex('stranger')],
  [
    'not signed',
    async () => {
      await rm(inArchive(SIGNED));
      await writeFile(inArchive(`dists/${SUITE}/Release`), readFileSync(join(folder, 'Release')));
    },
  ],
])('a release file that is %s is refused', async (_what, meddle) => {
  await meddle();
  // A machine that allows it makes no difference.
  const lax = join(folder, 'lax.conf');
  await writeFile(
    lax,
    'Acquire::AllowInsecureRepositories "true";\nAPT::Get::AllowUnauthenticated "true";\n',
  );
  vi.stubEnv('APT_CONFIG', lax);
  await expectRefusal(suite().unpack(['kernel'], unpacked()), /is not used/);
});

test('without the keys nothing is fetched', async () => {
  const keyless = new DebianSuite(SUITE, { keyring: join(keys, 'none.gpg') });
  await expectRefusal(keyless.unpack(['kernel'], unpacked()), /none.gpg is missing/);
  expect(existsSync(join(folder, 'cache'))).toBe(false);
});
