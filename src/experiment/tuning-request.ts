// SPDX-License-Identifier: Apache-2.0
import type { RoundSizes } from './halving.ts';
import type { ExperimentRequest } from './request.ts';
import type { ValuesToTry } from './tuning-grid.ts';

/** What `schedlab tune` asks for. */
export interface TuningRequest {
  /** The case, its size and its place; the arms and the rules are the rounds'. */
  readonly common: Omit<
    ExperimentRequest,
    'baseline' | 'schedulers' | 'rule' | 'warmUps' | 'out' | 'folderName' | 'resume' | 'against'
  >;
  /** As it is written: with the values that are to be beaten. */
  readonly scheduler: string;
  /** Empty: the ladder. */
  readonly wanted: readonly ValuesToTry[];
  readonly sizes: RoundSizes;
  /** Of the experiment that decides; as a case of a comparison has it. */
  readonly finalBlocks: { readonly fewest: number; readonly most: number };
  /** Half the width of the final interval at which it is narrow enough; a fraction. */
  readonly precision: number;
  readonly seed: number;
  readonly warmUps: number;
  /** For all experiments together. */
  readonly maxTimeS: number;
  readonly out: string;
}
