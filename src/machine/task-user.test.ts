// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { findTaskUser } from './task-user.ts';

const ROOT = { uid: 0, gid: 0 };
const SOMEBODY = { uid: 1234, gid: 1235 };
const SUDO = { SUDO_UID: '1234', SUDO_GID: '1235' };

test('by default, tasks run as who called sudo, or as who we are', async () => {
  expect(await findTaskUser(undefined, SUDO, ROOT)).toEqual(SOMEBODY);
  expect(await findTaskUser(undefined, {}, ROOT)).toEqual(ROOT);
  // Whoever is not root was not made so by sudo, whatever the variables say.
  expect(await findTaskUser(undefined, { SUDO_UID: '0', SUDO_GID: '0' }, SOMEBODY)).toEqual(
    SOMEBODY,
  );
  for (const SUDO_UID of ['', '-1', '0x1', '1e3', '99999999999', '1 2']) {
    expect(await findTaskUser(undefined, { SUDO_UID, SUDO_GID: '1' }, ROOT)).toEqual(ROOT);
  }
});

test('a named user is looked up', async () => {
  expect(await findTaskUser('root', SUDO, ROOT)).toEqual(ROOT);
  expect(await findTaskUser('0', SUDO, ROOT)).toEqual(ROOT);
  expect((await findTaskUser('nobody', SUDO, ROOT)).uid).toBeGreaterThan(0);
  for (const name of ['no-such-user', '', '--help', 'root:x', '$(id)', '123456789']) {
    await expect(findTaskUser(name, SUDO, ROOT)).rejects.toMatchObject({ code: 'USAGE' });
  }
});

test('only root can have tasks run as somebody else', async () => {
  const attempt = findTaskUser('root', {}, SOMEBODY);
  await expect(attempt).rejects.toMatchObject({ code: 'ENVIRONMENT' });
  await expect(findTaskUser('root', {}, SOMEBODY)).rejects.toThrow(/use sudo/);
});
