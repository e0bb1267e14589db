// SPDX-License-Identifier: Apache-2.0
import { oneLine } from '../../text.ts';
import { element, named } from './dom.ts';
import type { Model } from './model.ts';

/** What the timeline shows of each task, in numbers. */
export function taskTable({ tasks, byTask, cpus }: Model): HTMLElement {
  const heads = ['Task', 'Class', 'First ran, s', 'Ended, s', 'CPU time, s', 'Waited, s'];
  if (cpus > 0) heads.push('Slices');
  const rows = tasks.map((task, place) => {
    const numbers = [task.start_s, task.end_s, task.cpu_s, task.wait_s].map((value) =>
      value.toFixed(3),
    );
    if (cpus > 0) numbers.push(String(byTask[place]?.places.length ?? 0));
    return element('tr', {}, [
      element('th', { scope: 'row' }, [named(oneLine(task.id, 60))]),
      element('td', {}, [task.class]),
      ...numbers.map((number) => element('td', { class: 'number' }, [number])),
    ]);
  });
  const head = element(
    'tr',
    {},
    heads.map((name) => element('th', { scope: 'col' }, [name])),
  );
  return element('div', { class: 'scroll' }, [
    element('table', {}, [element('thead', {}, [head]), element('tbody', {}, rows)]),
  ]);
}
