// SPDX-License-Identifier: Apache-2.0
import { defineConfig } from 'vitest/config';

/** The script of report.html, which the tests read as the commands do: from dist/. */
const globalSetup = 'scripts/report-page.mjs';

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['src/**/*.test.ts'],
          exclude: ['src/**/*.vm.test.ts', 'src/**/*.browser.test.ts'],
          globalSetup,
          maxWorkers: '100%',
        },
      },
      {
        test: {
          name: 'browser',
          include: ['src/**/*.browser.test.ts'],
          globalSetup,
          maxWorkers: '100%',
          // Starting a browser takes seconds on a busy machine.
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'vm',
          include: ['src/**/*.vm.test.ts'],
          exclude: ['src/**/*.timed.vm.test.ts'],
          globalSetup,
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
          testTimeout: 300_000,
          hookTimeout: 300_000,
        },
      },
      {
        test: {
          name: 'timed',
          include: ['src/**/*.timed.vm.test.ts'],
          globalSetup,
          // What they look at are times, which another guest beside theirs would change.
          fileParallelism: false,
          sequence: { groupOrder: 2 },
          testTimeout: 300_000,
          hookTimeout: 300_000,
        },
      },
    ],
  },
});
