// SPDX-License-Identifier: Apache-2.0

/** The stretch of time that is shown, seconds since the release. */
export interface View {
  readonly from: number;
  readonly to: number;
}

/** The shortest stretch that can be shown; the observer's times are microseconds. */
const NARROWEST_S = 50e-6;

/** The time axis goes on behind the longest makespan, for its label. */
const ROOM_FOR_LABEL = 1.1;

/** All of the runs with these makespans. */
export function wholeOf(makespans: readonly number[]): View {
  const longest = Math.max(0, ...makespans);
  return { from: 0, to: longest > 0 ? longest * ROOM_FOR_LABEL : 1 };
}

/** Shows 1 / factor of the time, with `at` staying where it is. */
export function zoom(view: View, whole: View, at: number, factor: number): View {
  const span = Math.min(
    whole.to - whole.from,
    Math.max(NARROWEST_S, (view.to - view.from) / factor),
  );
  const share = (at - view.from) / (view.to - view.from);
  return within(whole, at - share * span, span);
}

export function pan(view: View, whole: View, by: number): View {
  return within(whole, view.from + by, view.to - view.from);
}

function within(whole: View, from: number, span: number): View {
  const start = Math.max(whole.from, Math.min(whole.to - span, from));
  return { from: start, to: Math.min(whole.to, start + span) };
}

/** A time with as many digits as the shown stretch gives a meaning to. */
export function timeText(value: number, view: View): string {
  const digits = Math.ceil(-Math.log10(Math.max(1e-9, view.to - view.from))) + 4;
  return `${value.toFixed(Math.min(6, Math.max(2, digits)))} s`;
}
