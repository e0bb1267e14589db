// SPDX-License-Identifier: Apache-2.0

/** Whom the tasks and their setup run as. */
export interface TaskUser {
  readonly uid: number;
  readonly gid: number;
}

export function ourselves(): TaskUser {
  return { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
}

/**
 * Program and arguments that run `command` as the tasks run: that user in no other group, without
 * capabilities, and without a way to get some.
 */
export function commandAs({ uid, gid }: TaskUser, command: readonly string[]): string[] {
  const asRoot = ['--bounding-set=-all', '--inh-caps=-all', `--reuid=${uid}`, `--regid=${gid}`];
  return [
    'setpriv',
    ...(process.getuid?.() === 0 ? [...asRoot, '--clear-groups'] : []),
    ...['--no-new-privs', '--', ...command],
  ];
}

/** All that a task or its setup finds in its environment, but for what is said of its work. */
export function taskEnvironment(
  home: string,
  env: NodeJS.ProcessEnv = process.env,
): Record<string, string> {
  const kept = ['PATH', 'CC', 'CXX', 'PKG_CONFIG_PATH'].flatMap((name) => {
    const value = env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return { ...Object.fromEntries(kept), HOME: home, LANG: 'C.UTF-8' };
}
