#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# audit.sh: asks the npm registry whether it knows of a vulnerability in what
# package-lock.json names.
#
# Needs: npm, and a registry that answers such questions; many mirrors do not.
# Usage: scripts/audit.sh
# Exit: 0 none, or no answer, and then it says so; 1 some, and which.
set -euo pipefail
cd "$(dirname "$0")/.."

answer=$(npm audit --package-lock-only --json --fetch-retries=0 --fetch-timeout=20000 2>/dev/null) || :
# shellcheck disable=SC2016 # JavaScript, not shell
exec node --input-type=module -e '
	const answer = JSON.parse(process.argv[1] || "{}");
	const total = answer.metadata?.vulnerabilities?.total;
	if (total === undefined) {
		console.error(`audit.sh: NOT CHECKED: the registry does not answer (${answer.message ?? "no reason given"})`);
	} else if (total > 0) {
		for (const { name, severity, range } of Object.values(answer.vulnerabilities)) {
			console.error(`audit.sh: ${name} ${range}: ${severity}`);
		}
		console.error(`audit.sh: ${total} vulnerable packages; "npm audit" says more, "npm audit fix" helps`);
		process.exitCode = 1;
	} else {
		console.error("audit.sh: no known vulnerability");
	}
' "$answer"
