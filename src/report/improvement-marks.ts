// SPDX-License-Identifier: Apache-2.0
import { assertNever } from '../core/assert-never.ts';
import type { Summary } from '../results/experiment-record.ts';
import { COLOUR, type Mark, textWidth } from './chart-spec.ts';
import { barEnd, boundIn, type Group, type Row, type Unit } from './improvement-layout.ts';
import { oneLine, seconds, significant } from './text.ts';
import { outcomeOf } from './verdict-sentence.ts';

const AXIS = 'y';
const LABEL_GAP = 9;

/** The lower bound, the case's name where there are several, and a label behind every bar. */
export function groupMarks(group: Group, unit: Unit, size: number): Mark[] {
  return [
    ...boundMarks(group, unit),
    ...(group.headed ? [heading(group, size)] : []),
    ...group.rows.map((row) => barLabel(row, unit, size)),
  ];
}

/** The end of an axis `plotWidth` wide on which every label fits to the right of its bar. */
export function axisEnd(
  groups: readonly Group[],
  unit: Unit,
  size: number,
  plotWidth: number,
): number {
  const needed = groups.flatMap((group) =>
    group.rows.map(({ summary }) => {
      const bold = summary.baseline ? 1 : 1.1;
      const label = textWidth(labelText(summary, unit), size) * bold + 2 * LABEL_GAP;
      const end = summary.makespan_s
        ? Math.max(barEnd(unit, summary), boundIn(unit, summary) ?? 0)
        : 0;
      return (end * plotWidth) / Math.max(plotWidth - label, plotWidth / 4);
    }),
  );
  const largest = Math.max(0, ...needed);
  return largest > 0 ? largest : 1;
}

/** `6.62 s   39.6 % less (38.6 to 40.7)` */
export function labelText(summary: Summary, unit: Unit): string {
  const { makespan_s: makespan, makespan_ratio: ratio, runs, invalid_runs: invalid } = summary;
  if (!makespan) return runs > 0 ? `no valid run (${invalid} of ${runs} invalid)` : 'no run';
  const measured =
    unit === 'bounds' && ratio
      ? `${significant(ratio.median)} × (${seconds(makespan.median)})`
      : seconds(makespan.median);
  return summary.baseline ? measured : `${measured}   ${outcomeText(summary)}`;
}

function outcomeText(summary: Summary): string {
  const outcome = outcomeOf(summary);
  switch (outcome.kind) {
    case 'less':
    case 'more':
      return `${outcome.perCent} % ${outcome.kind} (${outcome.interval})`;
    case 'same':
      return `no difference shown (${outcome.interval} % less)`;
    case 'unknown':
      return 'too few valid runs for a verdict';
    default:
      return assertNever(outcome);
  }
}

/** A line through each bar; the first of a single case says what it is. */
function boundMarks(group: Group, unit: Unit): Mark[] {
  const lines = group.rows.flatMap(({ summary, y }): Mark[] => {
    const x = boundIn(unit, summary);
    if (x === null) return [];
    const ends = [y - 0.48, y + 0.48] as const;
    const width = group.headed ? 3 : 4;
    return [{ kind: 'line', axis: AXIS, x, y: ends, width, colour: COLOUR.ink, edged: true }];
  });
  const first = group.rows[0]?.summary;
  const x = first ? boundIn(unit, first) : null;
  if (group.headed || !first || x === null) return lines;
  const text = `lower bound ${seconds(first.lower_bound_s ?? 0)}: no schedule of this work ends sooner`;
  const place = { axis: AXIS, x, y: group.top - 0.24, align: 'center', edged: true } as const;
  return [...lines, { kind: 'text', ...place, text, size: 17, bold: true }];
}

function heading(group: Group, size: number): Mark {
  const place = { axis: AXIS, x: 0, y: group.top - 0.42, dx: 4 } as const;
  const text = oneLine(group.testId, 60);
  return { kind: 'text', ...place, text, size, bold: true, edged: true };
}

function barLabel({ summary, y }: Row, unit: Unit, size: number): Mark {
  const x = summary.makespan_s ? Math.max(barEnd(unit, summary), boundIn(unit, summary) ?? 0) : 0;
  const place = { axis: AXIS, x, y, dx: LABEL_GAP } as const;
  const text = labelText(summary, unit);
  return { kind: 'text', ...place, text, size, bold: !summary.baseline, edged: true };
}
