# shellcheck shell=sh
# What the scripts of this folder share; each reads it with "." first thing.
#
# From outside: MCDN_JOBS says how many compilers and tests may run at once.

root=$(cd "$(dirname "$0")/.." && pwd)
if command -v cygpath >/dev/null; then # a Windows path, for Windows' programs
    root=$(cygpath -m "$root")
fi
jobs=${MCDN_JOBS:-$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)}

heading() {
    printf '\n== %s\n' "$*"
}

fail() {
    printf '%s: %s\n' "$(basename "$0")" "$*" >&2
    exit 1
}

# Homebrew keeps Lua 5.4 out of the PATH, and ci/deps.sh puts luasocket into .rocks: to be called
# after it.
find_lua() {
    if [ "$(uname -s)" = Darwin ] && command -v brew >/dev/null; then
        PATH="$(brew --prefix)/opt/lua@5.4/bin:$PATH"
        export PATH
    fi
    if [ -d "$root/.rocks" ]; then
        LUA_PATH="$root/.rocks/share/lua/5.4/?.lua;$root/.rocks/share/lua/5.4/?/init.lua;;"
        LUA_CPATH="$root/.rocks/lib/lua/5.4/?.so;;"
        export LUA_PATH LUA_CPATH
    fi
}

# configure FOLDER [CMAKE_OPTION...]
configure() {
    folder=$1
    shift
    if [ ! -f "$folder/CMakeCache.txt" ] && [ -z "${CMAKE_GENERATOR-}" ] &&
        ! command -v make >/dev/null; then
        set -- -G Ninja "$@"
    fi
    cmake -S "$root" -B "$folder" "$@"
}

# configure_and_build FOLDER [CMAKE_OPTION...]
configure_and_build() {
    configure "$@"
    cmake --build "$1" --parallel "$jobs"
}

# Visual Studio need not be in the PATH; what it builds is for x86-64.
use_msvc() {
    export CMAKE_GENERATOR="Visual Studio 17 2022" CMAKE_GENERATOR_PLATFORM=x64
    export CMAKE_CONFIG_TYPE=Release
}

# Prints the words that start a command without random addresses, or nothing where that is not
# allowed, as in some containers.
fixed_addresses() {
    if setarch -R true 2>/dev/null; then
        echo setarch -R
    fi
}

# run_tests FOLDER [LABEL...]: all tests, or those with one of the labels. The report for machines
# goes to FOLDER/junit.xml. $test_launcher, if any, is put before ctest.
run_tests() {
    (
        cd "$1" || exit
        shift
        if ctest -N --build-config Release --label-regex '^scenario$' |
            grep -q '^Total Tests: 0$'; then
            fail "the scenarios are missing; CMake's warning tells why"
        fi
        labels=$(printf '|%s' "$@")
        set -- --build-config Release --output-on-failure --parallel "$jobs" --no-tests=error
        if [ "$labels" != '|' ]; then
            set -- "$@" --label-regex "^(${labels#|})\$"
        fi
        if ctest --help | grep -q -- --output-junit; then # since CMake 3.21
            set -- "$@" --output-junit junit.xml
        fi
        ${test_launcher-} ctest "$@"
    )
}
