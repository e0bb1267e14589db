// SPDX-License-Identifier: Apache-2.0
import type { CaseEnd, Summary } from '../results/experiment-record.ts';
import { perCent, significant } from './text.ts';
import { hasTooFewBlocks } from './verdict-sentence.ts';

/** What a comparison's verdict rests on, and what it could not have shown; in Markdown. */
export function evidence(summary: Summary): string {
  const { expected_improvement: possible } = summary;
  const sentences = [pValues(summary), tooFewBlocks(summary), detectable(summary)];
  if (possible != null) {
    sentences.push(`An ideal schedule of the same work would give ${perCent(possible)} % less.`);
  }
  return sentences.filter(Boolean).join(' ');
}

function pValues({ p_value: p, p_value_adjusted: adjusted, blocks }: Summary): string {
  if (p == null) return '';
  const over = blocks === undefined ? '' : ` over ${blocks} blocks`;
  const corrected =
    adjusted == null || adjusted === p
      ? ''
      : `; ${pInWords(adjusted)} corrected for the number of comparisons (Holm)`;
  return `${pInWords(p)} by the sign-flip test${over}${corrected}.`;
}

function tooFewBlocks(summary: Summary): string {
  if (!hasTooFewBlocks(summary)) return '';
  const { least_p_value: least, blocks } = summary;
  const so = blocks === undefined ? 'So few blocks' : `${blocks} blocks`;
  return `${so} cannot give a p below ${significant(least)}: too few to show any difference.`;
}

function detectable({ verdict, smallest_detectable: least }: Summary): string {
  if (verdict !== 'no_difference_shown' || least == null) return '';
  return `A difference of ${perCent(least)} % would have been shown in 4 of 5 such experiments.`;
}

/** `p = 0.0123`, in Markdown */
export function pInWords(p: number): string {
  return p < 0.001 ? 'p &lt; 0.001' : `p = ${significant(p)}`;
}

const END = {
  precise: 'the interval was narrow enough',
  most_blocks: 'that was the most allowed',
  max_time: 'the time was up',
  too_few_valid: 'too few were valid',
} as const;

/** `12 blocks, then the interval was narrow enough` */
export function caseEnd({ blocks, reason }: CaseEnd): string {
  return `${blocks} blocks, then ${END[reason]}`;
}
