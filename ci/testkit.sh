#!/bin/sh
# Builds what the tests need on Windows, where no package manager has all of it, from its authors'
# archives (ci/testkit/CMakeLists.txt), and installs it: ci/testkit.sh PREFIX
#
# Does nothing where PREFIX has it already. The compiler is CMake's default, or CMAKE_GENERATOR's.
set -eu
# shellcheck source=ci/common.sh
. "$(dirname "$0")/common.sh"

[ $# -eq 1 ] || fail "usage: testkit.sh PREFIX"
[ ! -f "$1/bin/socket.lua" ] || exit 0

cmake -S "$root/ci/testkit" -B "$1/build" -DCMAKE_INSTALL_PREFIX="$1" -DCMAKE_BUILD_TYPE=Release
cmake --build "$1/build" --config Release --parallel "$jobs"
cmake --install "$1/build" --config Release
