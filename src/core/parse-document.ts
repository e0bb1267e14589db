// SPDX-License-Identifier: Apache-2.0
import { Ajv, type AnySchema, type ErrorObject, type ValidateFunction } from 'ajv';
import type { Static, TSchema } from 'typebox';
import { LabError, messageOf } from './errors.ts';

// Optimising the validators takes longer than it saves.
const options = { strict: true, code: { optimize: false } };
const ajv = new Ajv(options);
/** Its errors have what a message needs; with that, a document that is right takes much longer. */
const explainer = new Ajv({ ...options, verbose: true });
const validators = new WeakMap<object, ValidateFunction>();

/**
 * Parses `text` as JSON and checks it against `schema`.
 * @param where what the reader should look at: a file, or a file and line
 * @throws LabError INVALID_INPUT naming `where`, the path inside and what was expected
 */
export function parseDocument<S extends TSchema>(
  schema: S,
  text: string,
  where: string,
): Static<S> {
  return checkDocument(schema, parseJson(text, where), where);
}

/** @throws LabError INVALID_INPUT naming `where` and what is wrong there */
export function parseJson(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new LabError('INVALID_INPUT', `${where}: not valid JSON: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

/** Like `parseDocument`, for a value that is already parsed. */
export function checkDocument<S extends TSchema>(
  schema: S,
  value: unknown,
  where: string,
): Static<S> {
  let validate = validators.get(schema);
  if (!validate) {
    validate = ajv.compile(schema as AnySchema);
    validators.set(schema, validate);
  }
  if (validate(value)) return value as Static<S>;
  explainer.validate(schema, value);
  const wrong = mostSpecific(explainer.errors ?? []);
  throw new LabError('INVALID_INPUT', `${where}: ${describe(wrong)}`);
}

/** Of the errors that a union's branches gave, the one deepest in the document says most. */
function mostSpecific(errors: readonly ErrorObject[]): ErrorObject | undefined {
  return errors.reduce<ErrorObject | undefined>(
    (best, error) => (!best || error.instancePath.length > best.instancePath.length ? error : best),
    undefined,
  );
}

function describe(error: ErrorObject | undefined): string {
  if (!error) return 'does not match its schema';
  const place = error.instancePath || '/';
  const expectation = (error.parentSchema as { description?: string } | undefined)?.description;
  switch (error.keyword) {
    case 'additionalProperties':
      return `${place} has the unknown key "${error.params.additionalProperty}"`;
    case 'const':
      return `${place} must be ${JSON.stringify(error.params.allowedValue)}`;
    default:
      return `${place} ${expectation ? `must be ${expectation}` : error.message}`;
  }
}
