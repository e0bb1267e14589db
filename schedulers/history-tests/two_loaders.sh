#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# two_loaders.sh: while one loader has a history open, another one saves to the
# file. What both have learned must be in it afterwards.
#
# Needs: a kernel with sched_ext, root.
# Usage: two_loaders.sh LOADER OBJECT
set -eu
loader=$1 object=$2
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
shared=$folder/shared.history

die() {
	echo "two_loaders.sh: $1" >&2
	cat "$shared" >&2 || :
	exit 1
}

# Loads the scheduler with the history $1 while "$2" runs, and until its end.
learn() {
	"$loader" --history "$1" "$object" >"$folder/events" &
	pid=$!
	until grep -q '"event":"attached"' "$folder/events"; do sleep 0.1; done
	eval "$2"
	sleep 0.5
	kill -INT "$pid"
	wait "$pid" || die "a loader ended with $?"
}

# shellcheck disable=SC2016 # for the shell that it starts
burn='sh -c "i=0; while [ \$i -lt \$0 ]; do i=\$((i+1)); done"'
entries() {
	tail -n +2 "$1" | cut -d' ' -f1 | sort
}

# What the other one learns, in a file of its own.
learn "$folder/other.history" "$burn 20000"
# The first has the shared file open; the other one's lines get there meanwhile.
learn "$shared" "$burn 30001; cp '$folder/other.history' '$shared'"

entries "$folder/other.history" >"$folder/theirs"
entries "$shared" >"$folder/all"
[ -z "$(comm -23 "$folder/theirs" "$folder/all")" ] || die "lost what the other one knew"
[ -n "$(comm -13 "$folder/theirs" "$folder/all")" ] || die "lost what it learned itself"
