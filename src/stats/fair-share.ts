// SPDX-License-Identifier: Apache-2.0

export interface Job {
  readonly cpuTimeS: number;
  readonly releaseS: number;
}

/**
 * Makespan of ideal fair sharing: every one of n that are released and still run gets
 * min(1, CPUs / n) of a CPU (generalised processor sharing with a limit of one CPU a task).
 */
export function fairMakespan(jobs: readonly Job[], cpus: number): number {
  const coming = jobs.toSorted((a, b) => b.releaseS - a.releaseS);
  /** What each that runs still lacks, when `sharedS` has been given to everyone; the least last. */
  const lacking: number[] = [];
  let sharedS = 0;
  let nowS = 0;
  while (coming.length > 0 || lacking.length > 0) {
    const stretch = Math.max(1, lacking.length / cpus);
    const nextEndS = nowS + ((lacking.at(-1) ?? Infinity) - sharedS) * stretch;
    const next = coming.at(-1);
    if (next && next.releaseS < nextEndS) {
      sharedS += Math.max(0, next.releaseS - nowS) / stretch;
      nowS = Math.max(nowS, next.releaseS);
      coming.pop();
      const endsAt = sharedS + next.cpuTimeS;
      const place = lacking.findLastIndex((other) => other >= endsAt);
      lacking.splice(place + 1, 0, endsAt);
    } else {
      nowS = nextEndS;
      sharedS = lacking.pop() as number;
    }
  }
  return nowS;
}
