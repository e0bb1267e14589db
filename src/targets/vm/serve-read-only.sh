#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# serve-read-only.sh: runs a command that sees this machine's files and can
# change none of them but those in FOLDER, not even as root: whoever has taken
# over a guest has its file server, and no more.
#
# Needs: root.
# Usage: serve-read-only.sh FOLDER COMMAND...
set -eu

if [ "$1" != --in-namespace ]; then
	exec unshare --mount --propagation private -- "$0" --in-namespace "$@"
fi
folder=$2
shift 2
mount --bind "$folder" "$folder"
# QEMU's own virtiofsd writes a file there, and leaves it behind.
scratch=/run/virtiofsd
mkdir -p "$scratch"
mount -t tmpfs tmpfs "$scratch"
while read -r _ point _; do
	# The kernel writes a blank in a path as \040.
	point=$(printf '%b' "$(printf %s "$point" | sed 's/\\\([0-7]\{3\}\)/\\0\1/g')")
	case $point in "$folder" | "$scratch") continue ;; esac
	# What cannot be made so, such as a user's own mount that root may not enter, is left out.
	mount -o remount,bind,ro "$point" 2>/dev/null || umount --lazy "$point" || {
		echo "serve-read-only.sh: cannot make $point read-only" >&2
		exit 1
	}
done </proc/self/mounts
exec "$@"
