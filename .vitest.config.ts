// SPDX-License-Identifier: Apache-2.0
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: [
      { test: { name: 'unit', include: ['src/**/*.test.ts'], exclude: ['src/**/*.vm.test.ts'] } },
      {
        test: {
          name: 'vm',
          include: ['src/**/*.vm.test.ts'],
          // One guest at a time: two would disturb each other's measurements.
          fileParallelism: false,
          testTimeout: 300_000,
          hookTimeout: 300_000,
        },
      },
    ],
  },
});
