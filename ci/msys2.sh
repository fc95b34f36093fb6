#!/bin/sh
# Installs the compiler, builds into build-msys2/, and runs the tests: all of them, or those with
# one of the labels that are given (unit, scenario). For MSYS2's UCRT64 shell.
#
#   ci/msys2.sh [LABEL...]
set -eu
# shellcheck source=ci/common.sh
. "$(dirname "$0")/common.sh"

[ "${MSYSTEM-}" = UCRT64 ] || fail "this is for MSYS2's UCRT64 shell"
export CMAKE_GENERATOR=Ninja
folder=$root/build-msys2
kit=$root/build-testkit/msys2

heading "Installing what is missing"
pacman -S --needed --noconfirm mingw-w64-ucrt-x86_64-gcc mingw-w64-ucrt-x86_64-cmake \
    mingw-w64-ucrt-x86_64-ninja
"$root/ci/testkit.sh" "$kit"
heading "Building"
configure_and_build "$folder" -DBUILD_TESTING=ON -DCMAKE_PREFIX_PATH="$kit"
heading "Testing"
run_tests "$folder" "$@"
