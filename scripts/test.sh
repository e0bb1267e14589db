#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# test.sh: all checks and all tests, those in a real guest too. Ends with the
# number of tests, `N passed, N failed`.
#
# Needs: what quickstart.sh needs; root (or sudo) for the guest.
# Usage: scripts/test.sh [unit]     unit: without those in the guest
set -euo pipefail
cd "$(dirname "$0")/.."

scripts/setup.sh --cases --tests
npm run --silent check
scripts/audit.sh
shellcheck scripts/*.sh src/targets/vm/*.sh schedulers/*/*.sh .ci/run

report=$(mktemp)
trap 'rm -f "$report"' EXIT
projects=(--project unit --project browser)
[ "${1:-}" = unit ] || projects+=(--project vm --project timed)
as_root=()
[ "$(id -u)" -eq 0 ] || as_root=(sudo --)

status=0
"${as_root[@]}" "$(command -v node)" node_modules/vitest/vitest.mjs run --config .vitest.config.ts \
	"${projects[@]}" --reporter=default --reporter=json --outputFile.json="$report" || status=$?
# shellcheck disable=SC2016 # JavaScript, not shell
node --input-type=module -e '
	import { readFileSync } from "node:fs";
	const { numPassedTests, numFailedTests } = JSON.parse(readFileSync(process.argv[1], "utf8"));
	console.log(`${numPassedTests} passed, ${numFailedTests} failed`);
' "$report"
exit "$status"
