// SPDX-License-Identifier: Apache-2.0

/**
 * The program and arguments that shell lines come to. A single `exec` of plain words needs no
 * shell: the task is then its program from the first instant, and 40 shells that start at once do
 * not stand in each other's way. Everything else goes to /bin/sh as it is.
 */
export function commandOf(
  shellLines: string,
  environment: Readonly<Record<string, string>>,
): string[] {
  const words = shellLines.split(/[ \t]+/);
  const plain = words.map((word) => {
    const variable = /^\$(\w+)$/.exec(word)?.[1];
    const value = variable === undefined ? word : environment[variable];
    return value !== undefined && /^[\w./:,@%+=-]+$/.test(value) ? value : null;
  });
  if (words[0] !== 'exec' || words.length < 2 || words[1]?.startsWith('-'))
    return shell(shellLines);
  return plain.includes(null) ? shell(shellLines) : (plain.slice(1) as string[]);
}

function shell(shellLines: string): string[] {
  return ['/bin/sh', '-e', '-c', shellLines];
}
