// SPDX-License-Identifier: Apache-2.0
import { LabError } from '../core/errors.ts';
import type { Calibration } from '../results/experiment-record.ts';
import type { PlannedTask, Units } from './protocol.ts';

type Tasks = readonly Pick<PlannedTask, 'id' | 'class'>[];

/** As they are stored: a number for each class where all of its tasks do the same, else for each task. */
export function toStoredUnits(
  tasks: Tasks,
  units: Units,
): Pick<Calibration, 'short_units' | 'long_units' | 'task_units'> {
  const [short, long] = (['short', 'long'] as const).map(
    (taskClass) =>
      new Set(tasks.filter((task) => task.class === taskClass).map(({ id }) => units[id])),
  );
  const [[shortUnits, ...otherShort], [longUnits, ...otherLong]] = [
    [...(short ?? [])],
    [...(long ?? [])],
  ];
  const isUniform = otherShort.length === 0 && otherLong.length === 0;
  return isUniform && shortUnits !== undefined && longUnits !== undefined
    ? { short_units: shortUnits, long_units: longUnits }
    : { task_units: { ...units } };
}

/** @throws LabError INVALID_INPUT when it does not say how much work a task gets */
export function fromStoredUnits(tasks: Tasks, stored: Calibration): Units {
  return Object.fromEntries(
    tasks.map(({ id, class: taskClass }) => {
      const units = stored.task_units?.[id] ?? stored[`${taskClass}_units`];
      if (units !== undefined) return [id, units];
      const message = `The stored sizes of ${stored.test_id} do not say how much work ${id} gets.`;
      throw new LabError('INVALID_INPUT', message);
    }),
  );
}
