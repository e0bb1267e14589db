// SPDX-License-Identifier: Apache-2.0
import { main } from '../cli/main.ts';

process.exitCode = await main('schedlab', 'umbrella', process.argv.slice(2));
