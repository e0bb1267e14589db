// SPDX-License-Identifier: Apache-2.0

/** Names that are safe in every file system; a number tells apart what became the same. */
export function distinctFileNames(names: readonly string[], longest = 80): string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    const safe = name.replaceAll(/[^A-Za-z0-9._-]+/g, '_').slice(0, longest);
    let candidate = safe;
    // Without regard to case, because some file systems have none.
    for (let copy = 2; taken.has(candidate.toLowerCase()); copy++) candidate = `${safe}-${copy}`;
    taken.add(candidate.toLowerCase());
    return candidate;
  });
}
