// SPDX-License-Identifier: Apache-2.0
import { oneLine } from '../../text.ts';
import type { RunLine } from '../report-data.ts';
import { button, element, named } from './dom.ts';
import { type Choice, COLUMNS, type Column, chooseRuns, isOutlier } from './run-order.ts';

/** More rows than this are shown on demand. */
const ROWS_AT_FIRST = 100;

/** All runs, in any order, or some of them. */
export function showRuns(place: HTMLElement, runs: readonly RunLine[]): void {
  let choice: Choice = { column: 'run', descending: false, testId: null, which: 'all' };
  let most = ROWS_AT_FIRST;
  const body = element('tbody');
  const heads = COLUMNS.map((column) => head(column, () => order(column)));
  const shown = element('output');
  const more = button('Show all', 'Show all rows', () => {
    most = Number.POSITIVE_INFINITY;
    fill();
  });
  const fill = () => {
    const chosen = chooseRuns(runs, choice);
    body.replaceChildren(...chosen.slice(0, most).map(row));
    more.hidden = chosen.length <= most;
    more.textContent = `Show all ${chosen.length}`;
    shown.textContent = `${Math.min(most, chosen.length)} of ${runs.length} runs`;
    COLUMNS.forEach((column, at) => {
      const order = choice.descending ? 'descending' : 'ascending';
      heads[at]?.setAttribute('aria-sort', column.key === choice.column ? order : 'none');
    });
  };
  const change = (next: Partial<Choice>) => {
    choice = { ...choice, ...next };
    fill();
  };
  const order = ({ key }: Column) =>
    change({ column: key, descending: choice.column === key && !choice.descending });
  const cases = [...new Set(runs.map((run) => run.testId))];
  const filters = element('div', { class: 'bar' }, [
    cases.length > 1 &&
      select(
        'Case',
        [['', 'all cases'], ...cases.map((id) => [id, oneLine(id, 40)] as const)],
        (id) => change({ testId: id === '' ? null : id }),
      ),
    select(
      'Runs',
      [
        ['all', 'all runs'],
        ['valid', 'valid'],
        ['not_valid', 'not valid'],
        ['outliers', 'outliers'],
      ],
      (which) => change({ which: which as Choice['which'] }),
    ),
    shown,
  ]);
  const table = element('table', { class: 'runs' }, [
    element('thead', {}, [element('tr', {}, heads)]),
    body,
  ]);
  place.append(filters, element('div', { class: 'scroll' }, [table]), more);
  fill();
  addEventListener('beforeprint', () => {
    most = Number.POSITIVE_INFINITY;
    fill();
  });
}

function head(column: Column, sort: () => void): HTMLElement {
  const kind = column.isNumber ? 'number' : '';
  if (!column.isSorted) return element('th', { scope: 'col', class: kind }, [column.name]);
  const control = button(column.name, `Sort by ${column.name.toLowerCase()}`, sort);
  return element('th', { scope: 'col', class: kind }, [control]);
}

function row(run: RunLine): HTMLElement {
  const number = (text: string) => element('td', { class: 'number' }, [text]);
  const status = element('span', { class: `status ${run.status === 'success' ? 'ok' : 'bad'}` }, [
    run.status === 'success' ? 'valid' : run.status,
  ]);
  const odd = isOutlier(run)
    ? [element('span', { class: 'status odd' }, [`outlier, ${run.outlier?.toFixed(1)} deviations`])]
    : [];
  const notes = run.notes.map((note) => element('span', { class: 'note' }, [oneLine(note, 400)]));
  const trace = run.trace ? [element('a', { href: run.trace, download: '' }, ['trace'])] : ['–'];
  return element('tr', { class: run.status === 'success' ? '' : 'invalid' }, [
    number(String(run.run)),
    element('td', {}, [named(oneLine(run.testId, 40))]),
    element('td', {}, [named(oneLine(run.scheduler, 40))]),
    number(String(run.block)),
    number(run.makespan_s.toFixed(3)),
    number(run.lower_bound_s.toFixed(3)),
    number(run.ratio.toFixed(3)),
    element('td', { class: 'notes' }, [status, ...odd, ...notes]),
    element('td', {}, trace),
  ]);
}

function select(
  label: string,
  options: readonly (readonly [value: string, text: string])[],
  choose: (value: string) => void,
): HTMLElement {
  const list = element(
    'select',
    {},
    options.map(([value, text]) => element('option', { value }, [text])),
  );
  list.addEventListener('change', () => choose(list.value));
  return element('label', {}, [`${label} `, list]);
}
