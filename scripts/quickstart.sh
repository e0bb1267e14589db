#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# quickstart.sh: from a fresh machine to a measured verdict and a chart. Sets
# everything up and compares a scheduler for a parallel test suite with the
# kernel's own, in a disposable guest where this kernel has no sched_ext: as many
# runs as can show a difference, a few minutes.
#
# Needs: Debian 12 or 13 (others: see scripts/install-deps.sh), the network the
# first time; root or sudo for system packages and for the guest.
# Usage: scripts/quickstart.sh [options of run-scheduler-tests]
set -euo pipefail
cd "$(dirname "$0")/.."

scripts/setup.sh

as_root=()
if [ "$(id -u)" -ne 0 ]; then
	echo 'using sudo: the guest and loading a scheduler need root' >&2
	as_root=(sudo --)
fi
"${as_root[@]}" "$(command -v node)" dist/run-scheduler-tests.js --test ctest_suite --runs 6 "$@"
