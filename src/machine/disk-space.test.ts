// SPDX-License-Identifier: Apache-2.0
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { requireDiskSpace } from './disk-space.ts';

test('what has no room is not begun, and says how much it needs and where', async () => {
  const folder = join(tmpdir(), 'not', 'yet');
  await requireDiskSpace(folder, 1, 'This');
  const attempt = requireDiskSpace(folder, 1e18, 'This');
  await expect(attempt).rejects.toMatchObject({ code: 'ENVIRONMENT' });
  const message = new RegExp(`^This may need 1000000000000 MB, and ${tmpdir()} has \\d+ MB left`);
  await expect(requireDiskSpace(folder, 1e18, 'This')).rejects.toThrow(message);
});
