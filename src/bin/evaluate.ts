// SPDX-License-Identifier: Apache-2.0
import { main } from '../cli/main.ts';

process.exitCode = await main('evaluate', 'evaluate', process.argv.slice(2));
