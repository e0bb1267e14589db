// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { expect } from 'vitest';
import { anyText, property, textLike } from '../core/arbitrary.test-data.ts';
import { POLICIES } from '../simulation/policies.ts';
import { modelOf, turnsOf } from './arm-model.ts';

const anyTunable = fc.oneof(
  textLike('slice_us=5000', 'short_slice_us=1'),
  anyText.map((value) => `slice_us=${value}`),
  fc.double().map((value) => `long_slice_us=${value}`),
);

property('turns are long enough to come to an end', fc.array(anyTunable), (tunables) => {
  for (const ns of Object.values(turnsOf(tunables))) {
    expect(Number.isSafeInteger(ns) && ns >= 1000).toBe(true);
  }
});

property('any arm has a model or none', fc.tuple(anyText, anyText), ([arm, testId]) => {
  const model = modelOf(arm, testId, new Map());
  expect([null, ...POLICIES]).toContain(model);
});
