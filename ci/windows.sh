#!/bin/sh
# Builds for Windows on Debian or Ubuntu, and runs every test under Wine: the unit and conformance
# tests, the scenarios with the Windows programs, and networks of Windows and native programs.
#
#   ci/windows.sh [LABEL...]      only the tests with one of the labels (unit, scenario)
#
# Everything lies in build-windows/, Wine's own folder among it; the report for machines is
# build-windows/junit.xml. What could not be tested, for a defect of Wine's, is listed
# at the end.
set -eu
# shellcheck source=ci/common.sh
. "$(dirname "$0")/common.sh"

windows=$root/build-windows
native=$root/build
toolchain=$root/ci/mingw-w64-x86_64.cmake
# Where the toolchain file looks for libraries, too.
export MINGW_SYSROOT="$windows/sysroot"

# No display, no messages of Wine's own, no questions about Mono and Gecko, no menu entries in the
# user's folders.
unset DISPLAY WAYLAND_DISPLAY
export WINEPREFIX="$windows/wine" WINEARCH=win64 WINEDEBUG=-all
export WINEDLLOVERRIDES='mscoree,mshtml,winemenubuilder.exe='
# Wine takes the names of files for UTF-8 where the locale is of it.
export LC_ALL=C.UTF-8
# The scenarios' folders, which a killed one cannot remove.
export TMPDIR="$windows/tmp"
# Wine needs the page at 0x7ffe0000 for itself. At random addresses its own heap is in the way once in
# some thousand starts, and it ends at once with exit code 1.
test_launcher=$(fixed_addresses)
# The tests skip what Wine is known to do wrong where this is set (tests/unit/plat/wine.h).
export MCDN_UNDER_WINE=1

# The scenarios need the Lua module of this machine, and the mixed networks its programs.
build_native() {
    configure "$native" -DBUILD_TESTING=ON
    cmake --build "$native" --parallel "$jobs" \
        --target lua_process mcdn-monitor mcdn-index mcdn-content mcdn
}

build_for_windows() {
    configure_and_build "$windows" -DBUILD_TESTING=ON -DMCDN_WERROR=ON \
        -DCMAKE_TOOLCHAIN_FILE="$toolchain" \
        -DMCDN_LUA_MODULES="$native/lua" -DMCDN_OTHER_BUILD="$native"
}

# Starting Wine takes seconds, so its server stays for all tests. It ends by itself a minute after
# the last of its programs, for the case that this script is killed with no chance to stop it.
start_wine() {
    stop_wine # of a run that was killed
    mkdir -p "$WINEPREFIX"
    wineserver -p60 2>"$windows/wineserver.log" # at its end it lists what was still open
    $test_launcher wineboot -i </dev/null >"$windows/wine.log" 2>&1
    $test_launcher wine winecfg -v win10 </dev/null >>"$windows/wine.log" 2>&1
}

# Kills what was started with our prefix and whose program is none of Wine's; or, with "all", Wine's
# programs as well.
kill_ours() {
    for process in /proc/[0-9]*; do
        if [ "${process#/proc/}" = $$ ] ||
            ! tr '\0' '\n' 2>/dev/null <"$process/environ" | grep -qxF "WINEPREFIX=$WINEPREFIX"; then
            continue
        fi
        case $1,$(readlink "$process/exe" 2>/dev/null || true) in
        tests,*/wine*) ;;
        *) kill -9 "${process#/proc/}" 2>/dev/null || true ;;
        esac
    done
}

# Ends all that runs in our prefix, and nothing else. CTest must not start the next test meanwhile,
# nor does every program of Wine's end with a server that has crashed.
stop_wine() {
    [ -d "$WINEPREFIX" ] || return 0
    kill_ours tests
    wineserver -k 2>/dev/null || true
    wineserver -w 2>/dev/null || true
    kill_ours all
}

has_crashed() {
    grep -v '^0x' "$windows/wineserver.log" | grep 'Assertion'
}

# Those that failed last.
# shellcheck disable=SC2317 # in_background calls it
test_again() {
    (cd "$windows" && $test_launcher ctest --build-config Release --rerun-failed --output-on-failure \
        --output-junit junit-again.xml)
}

# The shell hears a signal while it waits, but not while it runs something.
in_background() {
    "$@" &
    wait $!
}

note_skips() {
    tr -d '\r' <"$windows/Testing/Temporary/LastTest.log" |
        sed -n 's/^ *\([^ ].*: skipped .*\)/\1/p' >>"$windows/skips"
}

# shellcheck disable=SC2317 # traps call it
end_with() {
    trap - EXIT HUP INT TERM
    stop_wine
    exit "$1"
}

"$root/ci/deps.sh" windows
find_lua
rm -rf "$TMPDIR"
mkdir -p "$TMPDIR"
heading "Building cmocka for Windows"
"$root/ci/cmocka.sh" "$MINGW_SYSROOT" -DCMAKE_TOOLCHAIN_FILE="$toolchain"
heading "Building for this machine"
build_native
heading "Building for Windows"
build_for_windows
heading "Testing under Wine"
trap 'end_with $?' EXIT
trap 'end_with 129' HUP
trap 'end_with 130' INT
trap 'end_with 143' TERM
start_wine
rm -f "$windows/skips"
status=0
in_background run_tests "$windows" "$@" || status=$?
note_skips
# Wine 8.0's server may end with an assertion of its own when a program is killed, and takes all the
# others along. Then, and only then, what failed runs again.
crashes=0
while [ "$status" -ne 0 ] && has_crashed && [ "$crashes" -lt 3 ]; do
    crashes=$((crashes + 1))
    heading "Wine's server has crashed: testing again what failed with it"
    start_wine
    status=0
    in_background test_again || status=$?
    note_skips
done
heading "Not tested under Wine"
sort -u "$windows/skips"
exit "$status"
