// SPDX-License-Identifier: Apache-2.0
import { defineConfig } from 'vitest/config';

/** The script of report.html, which the tests read as the commands do: from dist/. */
const globalSetup = 'scripts/report-page.mjs';

/**
 * For what hangs, not for what is slow: on a busy day what takes a minute took more than three, and
 * what a test wants to be quick it says itself.
 */
const limits = { testTimeout: 900_000, hookTimeout: 900_000 };

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
          ...limits,
        },
      },
      {
        test: {
          name: 'browser',
          include: ['src/**/*.browser.test.ts'],
          globalSetup,
          maxWorkers: '100%',
          ...limits,
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
          ...limits,
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
          ...limits,
        },
      },
    ],
  },
});
