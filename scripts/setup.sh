#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# setup.sh: installs what schedlab needs (system packages, npm packages) and
# builds it. Does nothing where nothing is to be done. quickstart.sh and
# test.sh call it.
#
# Needs: bash; root or sudo for the system packages only.
# Usage: scripts/setup.sh [--cases] [--tests]     and what all the workload cases, or the tests, need
set -euo pipefail
cd "$(dirname "$0")/.."

scripts/install-deps.sh "$@" >&2

# npm leaves its own copy of the lock file; older than ours means out of date.
if [ ! -e node_modules/.package-lock.json ] ||
	[ package-lock.json -nt node_modules/.package-lock.json ]; then
	echo 'installing npm packages' >&2
	npm ci --ignore-scripts --no-progress >&2
fi
if [ ! -e dist/executor.js ] ||
	[ -n "$(find src package.json scripts/{build,report-page}.mjs -newer dist/executor.js -print -quit)" ]; then
	npm run --silent build >&2
fi
