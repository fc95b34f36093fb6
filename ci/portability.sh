#!/bin/sh
# Builds on Debian or Ubuntu for other C libraries and processors, and runs there the unit and
# conformance tests and some scenarios.
#
#   ci/portability.sh [TARGET...]      all by default
#       musl       static programs, each of less than 1 MB
#       i686       32-bit x86
#       aarch64    64-bit ARM, emulated
#       s390x      big endian, emulated
#
# Everything lies in build-portability/, a folder for each, with the reports for machines.
set -eu
# shellcheck source=ci/common.sh
. "$(dirname "$0")/common.sh"

all=$root/build-portability
native=$root/build
scenarios='test1|test2|test3'

# The scenarios are run by this machine's Lua, which needs the module of this machine.
build_native() {
    configure "$native" -DBUILD_TESTING=ON
    cmake --build "$native" --parallel "$jobs" --target lua_process
}

build_target() {
    toolchain=$root/ci/toolchains/$1.cmake
    cmocka=$all/cmocka/$1
    "$root/ci/cmocka.sh" "$cmocka" -DCMAKE_TOOLCHAIN_FILE="$toolchain"
    configure_and_build "$all/$1" -DCMAKE_TOOLCHAIN_FILE="$toolchain" -DBUILD_TESTING=ON \
        -DMCDN_WERROR=ON -DCMAKE_BUILD_TYPE=Release -DMCDN_LUA_MODULES="$native/lua" \
        -DCMOCKA_INCLUDE="$cmocka/include" -DCMOCKA_LIBRARY="$cmocka/lib/libcmocka-static.a"
}

# The programs as they would be handed out.
check_static() {
    cmake --install "$1" --strip --prefix "$1/stripped" >/dev/null
    for program in mcdn-monitor mcdn-index mcdn-content mcdn; do
        path=$1/stripped/bin/$program
        size=$(wc -c <"$path")
        echo "$program: $size bytes"
        [ "$size" -lt 1000000 ] || fail "$program is larger than 1 MB"
        readelf -l "$path" | grep -q INTERP && fail "$program is not static"
    done
    return 0
}

run_scenarios() {
    (
        cd "$1"
        ctest --output-on-failure --parallel "$jobs" --no-tests=error \
            --output-junit scenarios.xml --tests-regex "^scenario\.($scenarios)\$"
    )
}

check_target() {
    heading "$1: building"
    build_target "$1"
    if [ "$1" = musl ]; then
        check_static "$all/$1"
    fi
    heading "$1: testing"
    run_tests "$all/$1" unit
    run_scenarios "$all/$1"
}

[ $# -gt 0 ] || set -- musl i686 aarch64 s390x
for target in "$@"; do
    [ -f "$root/ci/toolchains/$target.cmake" ] || fail "no target of the name \"$target\""
done
"$root/ci/deps.sh" portability
find_lua
build_native
for target in "$@"; do
    check_target "$target"
done
