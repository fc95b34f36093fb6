#!/bin/sh
# Builds with Visual Studio 2022 into build-msvc/, and runs the tests: all of them, or those with
# one of the labels that are given (unit, scenario). For Git's bash on Windows.
#
#   ci/msvc.sh [LABEL...]
set -eu
# shellcheck source=ci/common.sh
. "$(dirname "$0")/common.sh"

use_msvc
folder=$root/build-msvc
kit=$root/build-testkit/msvc

heading "Building what the tests need"
"$root/ci/testkit.sh" "$kit"
heading "Building"
configure_and_build "$folder" -DBUILD_TESTING=ON -DCMAKE_PREFIX_PATH="$kit"
heading "Testing"
run_tests "$folder" "$@"
