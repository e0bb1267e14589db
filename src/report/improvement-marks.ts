// SPDX-License-Identifier: Apache-2.0
import { assertNever } from '../core/assert-never.ts';
import type { Summary } from '../results/experiment-record.ts';
import type { Mark } from './chart-spec.ts';
import { COLOUR, textWidth } from './chart-style.ts';
import { type Group, type Range, type Row, rowEnd } from './improvement-layout.ts';
import { oneLine, perCent } from './text.ts';
import { outcomeOf } from './verdict-sentence.ts';

const AXIS = 'y';
const LABEL_GAP = 10;

/** The limits, the case's name where there are several, and a label behind every bar. */
export function groupMarks(group: Group, range: Range, size: number): Mark[] {
  return [
    ...group.rows.flatMap(limitMark),
    ...(group.headed ? [heading(group, range, size)] : caption(group)),
    ...group.rows.map((row) => barLabel(row, size)),
  ];
}

/** The end of an axis `plotWidth` wide on which every label fits to the right of its bar. */
export function axisEnd(
  groups: readonly Group[],
  { min, max }: Range,
  size: number,
  plotWidth: number,
): number {
  const needed = groups.flatMap((group) =>
    group.rows.map(({ summary }) => {
      const label = textWidth(labelText(summary), size) * 1.1 + 2 * LABEL_GAP;
      return (
        min + ((rowEnd(summary) - min) * plotWidth) / Math.max(plotWidth - label, plotWidth / 5)
      );
    }),
  );
  return Math.max(max * 1.02, ...needed);
}

/** `40.4 % less (30.6 to 48.8)` */
export function labelText(summary: Summary): string {
  const { runs, invalid_runs: invalid } = summary;
  if (!summary.makespan_s) {
    return runs > 0 ? `no valid run (${invalid} of ${runs} invalid)` : 'no run';
  }
  const outcome = outcomeOf(summary);
  switch (outcome.kind) {
    case 'less':
    case 'more':
      return `${outcome.perCent} % ${outcome.kind} (${outcome.interval})`;
    case 'same':
      return `no difference shown (${outcome.interval})`;
    case 'too_few_blocks':
      return `too few blocks for a verdict (${outcome.interval})`;
    case 'unknown':
      return 'too few valid runs for a verdict';
    default:
      return assertNever(outcome);
  }
}

/** A line through the bar. */
function limitMark({ summary, y }: Row): Mark[] {
  const limit = summary.expected_improvement;
  if (limit == null) return [];
  const ends = [y - 0.48, y + 0.48] as const;
  const line = { width: 4, colour: COLOUR.ink, edged: true };
  return [{ kind: 'line', axis: AXIS, x: 100 * limit, y: ends, ...line }];
}

/** The first bar of a single case says what its line is. */
function caption({ rows }: Group): Mark[] {
  const [first] = rows;
  const limit = first?.summary.expected_improvement;
  if (!first || limit == null) return [];
  const text = `possible: ${perCent(limit)} %`;
  const place = {
    axis: AXIS,
    x: 100 * limit,
    y: first.y - 0.48,
    dy: -14,
    align: 'center',
    edged: true,
  } as const;
  return [{ kind: 'text', ...place, text, size: 17, bold: true, edged: true }];
}

function heading(group: Group, range: Range, size: number): Mark {
  const place = { axis: AXIS, x: 100 * range.min, y: group.top - 0.42, dx: 4 } as const;
  const text = oneLine(group.testId, 60);
  return { kind: 'text', ...place, text, size, bold: true, edged: true };
}

function barLabel({ summary, y }: Row, size: number): Mark {
  const place = { axis: AXIS, x: 100 * rowEnd(summary), y, dx: LABEL_GAP } as const;
  return { kind: 'text', ...place, text: labelText(summary), size, bold: true, edged: true };
}
