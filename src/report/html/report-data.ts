// SPDX-License-Identifier: Apache-2.0
// What the page's script is given. Both sides import these types, and nothing else of each other's.

export type TaskClass = 'short' | 'long';

export interface ReportData {
  readonly cases: readonly CaseData[];
  readonly runs: readonly RunLine[];
}

export interface CaseData {
  readonly testId: string;
  /** The baseline first. */
  readonly arms: readonly ArmData[];
}

export interface ArmData {
  readonly scheduler: string;
  /** Its colour: 0 is the baseline's. */
  readonly colour: number;
  /** Ascending ends of the class's tasks over the valid runs, thinned out evenly; seconds. */
  readonly completion: Readonly<Record<TaskClass, readonly number[]>>;
  /** Element i counts waits below 2^i microseconds; null where the observer did not run. */
  readonly waits: Readonly<Record<TaskClass, readonly number[] | null>>;
  /** The representative run first; empty where no run is valid. */
  readonly timelines: readonly TimelineData[];
}

/** A run that can be shown on the timeline. */
export interface TimelineData {
  readonly run: number;
  readonly makespan_s: number;
  readonly lower_bound_s: number;
  /** The long tasks first, then by end. */
  readonly tasks: readonly TaskBar[];
  /** What `packTrace` made of its trace; null: the bars are all there is. */
  readonly trace: string | null;
}

export interface TaskBar {
  readonly id: string;
  readonly class: TaskClass;
  /** Absent where it is 0. */
  readonly release_s?: number;
  readonly start_s: number;
  readonly end_s: number;
  readonly cpu_s: number;
  readonly wait_s: number;
}

/** A row of the table of all runs. */
export interface RunLine {
  readonly run: number;
  readonly testId: string;
  readonly scheduler: string;
  readonly block: number;
  readonly status: string;
  readonly makespan_s: number;
  readonly lower_bound_s: number;
  readonly ratio: number;
  /** Distance from the arm's median in deviations; null: not an outlier. */
  readonly outlier: number | null;
  /** Why it is invalid, odd or suspect. */
  readonly notes: readonly string[];
  /** The trace's place in the experiment's folder. */
  readonly trace: string | null;
}

/** A trace in fewer characters: columns of differences in microseconds, most of them small. */
export interface TraceColumns {
  readonly cpus: number;
  readonly tasks: readonly string[];
  readonly task: readonly number[];
  readonly cpu: readonly number[];
  /** start − the last end on the same CPU. */
  readonly idle: readonly number[];
  /** end − start. */
  readonly length: readonly number[];
  /** runnable − the last end of the same task. */
  readonly asleep: readonly number[];
  readonly preempted: readonly number[];
  readonly others: {
    readonly cpu: readonly number[];
    readonly idle: readonly number[];
    readonly length: readonly number[];
  };
}
