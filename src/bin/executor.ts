// SPDX-License-Identifier: Apache-2.0
import { execute } from '../experiment/executor.ts';

await execute(process.stdin, process.stdout);
// Its input may stay open; there is nothing more to do.
process.exit(0);
