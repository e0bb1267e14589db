// SPDX-License-Identifier: Apache-2.0

/** Ends a `switch` over a union: a new member then breaks the build. */
export function assertNever(value: never): never {
  throw new TypeError(`unexpected value: ${JSON.stringify(value)}`);
}
