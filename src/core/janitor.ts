// SPDX-License-Identifier: Apache-2.0
import { type ChildProcess, spawn } from 'node:child_process';

/**
 * What it does when the process that started it is gone, however that ended. Of a control group it
 * kills the processes; a folder may still be in use by some that end a moment later.
 */
const SCRIPT = `
trap '' INT TERM HUP
paths=$(cat)
IFS='
'
set -f
tries=0
while [ $tries -lt 40 ]; do
  left=
  for path in $paths; do
    [ -e "$path" ] || continue
    case $path in
    /sys/fs/cgroup/*)
      for procs in $(find "$path" -depth -name cgroup.procs); do
        for pid in $(cat "$procs" 2>/dev/null); do kill -KILL "$pid"; done
      done
      find "$path" -depth -type d -exec rmdir {} + ;;
    *) rm -rf -- "$path" ;;
    esac
    [ -e "$path" ] && left=1
  done
  [ -n "$left" ] || exit 0
  tries=$((tries + 1))
  sleep 0.1
done 2>/dev/null
`;

let janitor: ChildProcess | undefined;

/**
 * Has `path`, a folder or a control group, removed within seconds when this process ends and has not
 * done so itself, also when it is killed. What is below it goes with it, and so do the processes in a
 * control group.
 */
export function removeAfterUs(path: string): void {
  if (!path.startsWith('/') || path.includes('\n')) throw new Error(`cannot look after ${path}`);
  janitor ??= start();
  janitor.stdin?.write(`${path}\n`);
}

function start(): ChildProcess {
  // Of a session of its own: what ends a terminal's or a parent's processes does not end it.
  const child = spawn('/bin/sh', ['-c', SCRIPT], {
    cwd: '/',
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  // Without it things are as they were before: the next experiment cleans up.
  child.on('error', () => {});
  child.stdin?.on('error', () => {});
  child.unref();
  (child.stdin as unknown as { unref?: () => void } | null)?.unref?.();
  return child;
}
