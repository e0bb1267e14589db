// SPDX-License-Identifier: Apache-2.0
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { packageRoot } from '../../core/paths.ts';

test.runIf(process.getuid?.() === 0)(
  "what serves the guest can read this machine's files, and change none but its folder's",
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'serve read-only-'));
    const other = mkdtempSync(join(tmpdir(), 'other-'));
    writeFileSync(join(other, 'file'), 'as it was');
    const served = join(packageRoot, 'src/targets/vm/serve-read-only.sh');
    const lines = `
      cat "$2/file" >"$1/copy"
      for file in "$2/file" "$2/new" /new /dev/shm/new /proc/sys/kernel/hostname; do
        if (echo changed >"$file") 2>/dev/null; then echo "$file"; fi
      done`;
    const changed = execFileSync(served, [folder, 'sh', '-c', lines, 'sh', folder, other], {
      encoding: 'utf8',
    });
    expect(changed).toBe('');
    expect(readFileSync(join(folder, 'copy'), 'utf8')).toBe('as it was');
    expect(readFileSync(join(other, 'file'), 'utf8')).toBe('as it was');
    expect(existsSync(join(other, 'new'))).toBe(false);
    rmSync(folder, { recursive: true });
    rmSync(other, { recursive: true });
  },
);
