// SPDX-License-Identifier: Apache-2.0

/** JSON for a `<script type="application/json">`: nothing in it can end the element. */
export function embedJson(value: unknown): string {
  return JSON.stringify(value).replaceAll(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
