// SPDX-License-Identifier: Apache-2.0
import type { Static, TProperties, TSchema } from 'typebox';
import { LabError } from '../core/errors.ts';
import { checkDocument, parseJson } from '../core/parse-document.ts';

/** `schedlab.run/1`: a document's kind and version. */
const SCHEMA_NAME = /^(schedlab\.[a-z]+)\/([1-9]\d*)$/;

/**
 * Like `parseDocument`, for what an earlier or later schedlab may have stored: a newer version is
 * named as that, rather than by the first thing in it that this one does not know.
 * @throws LabError INVALID_INPUT naming `where`, the path inside and what was expected
 */
export function parseStored<S extends TSchema & { properties: TProperties }>(
  schema: S,
  text: string,
  where: string,
): Static<S> {
  const value = parseJson(text, where);
  const known = (schema.properties.schema as { const?: unknown } | undefined)?.const;
  const [, kind, version] = SCHEMA_NAME.exec(String(known)) ?? [];
  const [, itsKind, itsVersion] = SCHEMA_NAME.exec(schemaOf(value)) ?? [];
  if (kind !== undefined && kind === itsKind && Number(itsVersion) > Number(version)) {
    throw new LabError(
      'INVALID_INPUT',
      `${where}: /schema is "${schemaOf(value)}", from a newer schedlab; this one reads "${known}". Use the newer one.`,
    );
  }
  return checkDocument(schema, value, where);
}

function schemaOf(value: unknown): string {
  const named = value as { schema?: unknown } | null;
  return typeof named?.schema === 'string' ? named.schema : '';
}
