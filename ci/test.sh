#!/bin/sh
# Installs what is missing, builds into build/, and runs the tests: all of them, or those with one of
# the labels that are given (unit, scenario).      ci/test.sh [LABEL...]
set -eu
# shellcheck source=ci/common.sh
. "$(dirname "$0")/common.sh"

"$root/ci/deps.sh"
find_lua
heading "Building"
configure_and_build "$root/build" -DBUILD_TESTING=ON
heading "Testing"
run_tests "$root/build" "$@"
