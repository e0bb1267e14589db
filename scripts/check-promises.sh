#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# check-promises.sh: says what experiments have left behind on this machine, by
# looking at it and at nothing of schedlab's: processes, mounts, control groups,
# temporary folders, a scheduler in the kernel. Waits for up to SECONDS (5).
# Exit status 0: nothing is left.
#
# Usage: check-promises.sh FOLDER [SECONDS]
#   FOLDER: the TMPDIR of the experiments
set -u
folder=${1:?usage: check-promises.sh FOLDER [SECONDS]}
seconds=${2:-5}
cache=${SCHEDLAB_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/schedlab}

leftovers() {
	local pid line group state
	for pid in /proc/[0-9]*; do
		line=$(tr '\0\n' '  ' 2>/dev/null <"$pid/cmdline") || continue
		# Of ours if it names the folder, in its arguments or as its TMPDIR.
		case $line in
		*check-promises* | *inject-faults* | *vitest*) continue ;;
		*"$folder"*) echo "process ${pid#/proc/}: $line" ;;
		*)
			tr '\0' '\n' 2>/dev/null <"$pid/environ" | grep -qxF "TMPDIR=$folder" &&
				echo "process ${pid#/proc/}: $line"
			;;
		esac
	done
	grep -F " $folder/" /proc/mounts | sed 's/^/mount: /'
	find "$folder" -mindepth 1 -maxdepth 1 -name 'schedlab-*' -printf 'folder: %p\n'
	# These are named after the process that made them, or for which they were made: what
	# belongs to one that lives is another experiment's.
	find /sys/fs/cgroup -maxdepth 6 -type d -name 'schedlab-*' 2>/dev/null |
		while read -r group; do
			pid=${group##*-}
			[ -e "/proc/$pid" ] || echo "control group: $group"
		done
	find "$cache/work" -mindepth 1 -maxdepth 1 2>/dev/null |
		while read -r work; do
			pid=${work##*.}
			[ -e "/proc/${pid%-*}" ] || echo "folder: $work"
		done
	state=$(cat /sys/kernel/sched_ext/state 2>/dev/null) || return 0
	[ "$state" = disabled ] || echo "scheduler: $(cat /sys/kernel/sched_ext/root/ops) ($state)"
}

for ((tenths = 0; tenths <= seconds * 10; tenths += 2)); do
	left=$(leftovers)
	[ -n "$left" ] || exit 0
	sleep 0.2
done
echo "$left"
exit 1
