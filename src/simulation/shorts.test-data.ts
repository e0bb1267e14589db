// SPDX-License-Identifier: Apache-2.0
import type { SimulatedTask } from './simulate.ts';

export function shorts(...cpuTimesNs: number[]): SimulatedTask[] {
  return cpuTimesNs.map((cpuTimeNs) => ({ cpuTimeNs, isLong: false }));
}
