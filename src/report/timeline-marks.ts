// SPDX-License-Identifier: Apache-2.0
import type { StoredRun } from '../results/read.ts';
import { type Mark, SLIDE } from './chart-spec.ts';
import { COLOUR, textWidth } from './chart-style.ts';
import { oneLine, seconds, significant } from './text.ts';
import { LONG_ROWS, type Panel, TEXT_HEIGHT } from './timeline-panel.ts';
import { armInWords } from './verdict-sentence.ts';

const LABEL_SIZE = 15;
const TAIL_LABEL_SIZE = 16;
/** Narrower tails are not worth a mark. */
const NARROWEST_TAIL_PX = 6;
const PADDING_BESIDE_PLOT = 75;

/** Heading, lower bound, makespan, the baseline's makespan and the tail of one panel. */
export function panelMarks(panel: Panel, baseline: StoredRun | null, end: number): Mark[] {
  const { run } = panel;
  const heading = headingMark(panel);
  if (!run) return [heading];
  const others =
    baseline === null || baseline === run ? [] : baselineMarks(panel, baseline, run, end);
  // The tail's text last: it may lie across the line of the lower bound.
  return [heading, ...others, ...runMarks(panel, run, end), ...tailMarks(panel, run, end)];
}

/** Seconds to pixels, about; the plot's exact width is chart.js's to decide. */
function pixels(duration: number, end: number): number {
  return (duration / end) * (SLIDE.width - PADDING_BESIDE_PLOT);
}

function headingMark(panel: Panel): Mark {
  const place = { axis: panel.axis, x: 0, y: textRow(panel, 0), dx: 8 } as const;
  return { kind: 'text', ...place, text: headingText(panel), size: 17, bold: true, edged: true };
}

function headingText({ scheduler, run, runs, validRuns }: Panel): string {
  const name = armInWords(scheduler).replace(/^the/, 'The');
  if (!run) {
    const why = runs > 0 ? `0 of ${runs} were valid` : 'none was made';
    return `${name}: no valid run to show (${why})`;
  }
  const which = validRuns === 1 ? 'the only valid one' : `the median of ${validRuns} valid ones`;
  return `${name}: run ${run.index}, ${which}, ${significant(run.makespan_ratio)} × the lower bound`;
}

function runMarks(panel: Panel, run: StoredRun, end: number): Mark[] {
  const makespan = `makespan ${seconds(run.makespan_s)}`;
  const bound = `lower bound ${seconds(run.lower_bound_s)}`;
  // To the left of its line, unless that is the plot's edge.
  const fits = pixels(run.lower_bound_s, end) > textWidth(bound, LABEL_SIZE) + 15;
  const boundLabel = label(panel, run.lower_bound_s, bound, fits ? 'right' : 'left', COLOUR.ink);
  return [
    line(panel, run.makespan_s, { width: 3, colour: COLOUR.long }),
    line(panel, run.lower_bound_s, { width: 3, colour: COLOUR.ink, dash: [8, 5] }),
    label(panel, run.makespan_s, makespan, 'left', COLOUR.longText),
    boundLabel,
  ];
}

/** Where the baseline ended, to be compared by eye; with a label if there is room. */
function baselineMarks(panel: Panel, baseline: StoredRun, run: StoredRun, end: number): Mark[] {
  const { makespan_s: at } = baseline;
  const text = `${oneLine(baseline.scheduler.name, 30)}: ${seconds(at)}`;
  const needed = textWidth(text, LABEL_SIZE) + textWidth('makespan 00.0 s', LABEL_SIZE) + 30;
  const dotted = line(panel, at, { width: 2, colour: COLOUR.faint, dash: [2, 4] });
  return pixels(at - run.makespan_s, end) > needed
    ? [dotted, label(panel, at, text, 'right', COLOUR.faint)]
    : [dotted];
}

/** The time when only long tasks are left. */
function tailMarks(panel: Panel, run: StoredRun, end: number): Mark[] {
  const shortEnds = run.tasks.filter((task) => task.class === 'short').map((task) => task.end_s);
  const longs = run.tasks.length - shortEnds.length;
  if (shortEnds.length === 0 || longs === 0) return [];
  const from = Math.max(...shortEnds);
  const tail = run.makespan_s - from;
  if (pixels(tail, end) < NARROWEST_TAIL_PX) return [];
  const { axis, rows, tasksTop } = panel;
  const x = [from, run.makespan_s] as const;
  const band: Mark = { kind: 'band', axis, x, y: [0, rows], colour: COLOUR.tail };
  const text = `only the long task${longs > 1 ? 's are' : ' is'} left: ${seconds(tail)}`;
  const needed = textWidth(text, TAIL_LABEL_SIZE) + 10;
  // Beside the line of the lower bound rather than across it.
  const clear = Math.max(from, run.lower_bound_s);
  const left = pixels(run.makespan_s - clear, end) > needed ? clear : from;
  if (pixels(run.makespan_s - left, end) < needed) return [band];
  const place = {
    axis,
    x: (left + run.makespan_s) / 2,
    y: (tasksTop + longs * LONG_ROWS + rows) / 2,
  };
  const style = { size: TAIL_LABEL_SIZE, align: 'center', colour: COLOUR.longText } as const;
  return [band, { kind: 'text', ...place, text, ...style, edged: true }];
}

function line(
  { axis, rows, rowHeight }: Panel,
  x: number,
  style: { width: number; colour: string; dash?: readonly number[] },
): Mark {
  return { kind: 'line', axis, x, y: [-TEXT_HEIGHT / rowHeight, rows], ...style };
}

function label(
  panel: Panel,
  x: number,
  text: string,
  align: 'left' | 'right',
  colour: string,
): Mark {
  const place = { axis: panel.axis, x, y: textRow(panel, 1), dx: align === 'left' ? 7 : -7 };
  return { kind: 'text', ...place, text, size: LABEL_SIZE, align, colour, edged: true };
}

/** The middle of the first or second line of text above the bars. */
function textRow(panel: Panel, index: 0 | 1): number {
  return ((index - 1.5) * TEXT_HEIGHT) / panel.rowHeight;
}
