// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { LabError } from '../core/errors.ts';
import { statusOfError } from './exit-status.ts';

test('what the machine lacks is no defect of ours, and says what to do', () => {
  const full = Object.assign(new Error('ENOSPC: no space left on device, write'), {
    code: 'ENOSPC',
  });
  expect(statusOfError(full)).toEqual({
    status: 3,
    message: expect.stringMatching(
      /^ENOSPC: no space left on device, write: make room\. .*--resume/,
    ),
  });
});

test('a typed error says what it says, and any other is a defect with its trace', () => {
  expect(statusOfError(new LabError('USAGE', 'Say what.'))).toEqual({
    status: 2,
    message: 'Say what.',
  });
  for (const error of [
    new TypeError('x is not a function'),
    Object.assign(new Error('x'), { code: 'constructor' }),
  ]) {
    const { status, message } = statusOfError(error);
    expect(status).toBe(1);
    expect(message).toMatch(/^This is a defect in schedlab: .*Error: x.*\n +at /s);
  }
  for (const thrown of [null, undefined, 'text', 3]) {
    expect(statusOfError(thrown)).toEqual({
      status: 1,
      message: `This is a defect in schedlab: ${thrown}`,
    });
  }
});
