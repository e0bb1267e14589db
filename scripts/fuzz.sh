#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# fuzz.sh: gives every reader of text from outside many inputs, of which each
# must be read or refused, quickly. A failure prints its seed and least input.
#
# Needs: what the unit tests need.
# Usage: scripts/fuzz.sh [N [PATH]]     N inputs for each property (100000); of those in PATH only
set -euo pipefail
cd "$(dirname "$0")/.."

export SCHEDLAB_FUZZ_RUNS=${1:-100000}
shift || true
# Of what a filter finds, the properties only.
mapfile -t files < <(find src -name '*.property.test.ts' | sort | grep -F "${1:-src/}")
if [ ${#files[@]} -eq 0 ]; then
	echo "fuzz.sh: no properties in $1" >&2
	exit 2
fi
exec node node_modules/vitest/vitest.mjs run --config .vitest.config.ts --project unit \
	--reporter=verbose "${files[@]}"
