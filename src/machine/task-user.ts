// SPDX-License-Identifier: Apache-2.0
import { LabError } from '../core/errors.ts';
import { ourselves, type TaskUser } from '../core/privileges.ts';
import { runCommand } from '../core/run-command.ts';

/**
 * The user of that name or number; without one, who called sudo, or else who we are.
 * @throws LabError USAGE when there is no such user, ENVIRONMENT when we may not become that one
 */
export async function findTaskUser(
  name: string | undefined,
  env: NodeJS.ProcessEnv = process.env,
  own = ourselves(),
): Promise<TaskUser> {
  const user = name === undefined ? (own.uid === 0 && callerOfSudo(env)) || own : await look(name);
  if (own.uid === 0 || user.uid === own.uid) return user;
  throw new LabError('ENVIRONMENT', `Tasks can run as ${name} only when root asks: use sudo.`);
}

function callerOfSudo({ SUDO_UID, SUDO_GID }: NodeJS.ProcessEnv): TaskUser | null {
  const isId = (text = '') => /^\d{1,9}$/.test(text);
  return isId(SUDO_UID) && isId(SUDO_GID) ? { uid: Number(SUDO_UID), gid: Number(SUDO_GID) } : null;
}

async function look(name: string): Promise<TaskUser> {
  // Whatever the machine's users are kept in; a line as in /etc/passwd.
  const { failed, stdout } = await runCommand('getent', ['passwd', '--', name]);
  const [, , uid, gid] = stdout.split(':').map(Number);
  if (!failed && Number.isInteger(uid) && Number.isInteger(gid)) {
    return { uid: uid as number, gid: gid as number };
  }
  throw new LabError('USAGE', `There is no user "${name}" here, for the tasks to run as.`);
}
