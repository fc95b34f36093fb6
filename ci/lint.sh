#!/bin/sh
# Formatting, static checks and the layering; says everything it finds, and exits with 1 if that is
# anything.      ci/lint.sh
#
# The findings differ between the versions of these tools; Debian 12's are what counts: clang-format
# and clang-tidy 14, cppcheck 2.10, luacheck 1.1, shellcheck 0.9.
set -eu
# shellcheck source=ci/common.sh
. "$(dirname "$0")/common.sh"

failed=

# check NAME COMMAND...
check() {
    heading "$1"
    name=$1
    shift
    "$@" || failed="$failed $name"
}

sources() {
    find platform src tests scripts -name '*.[ch]' -print0
}

formatting() {
    sources | xargs -0 clang-format --dry-run -Werror
}

# Those that are compiled here; asserts are left in, for the analyser learns from them.
tidy() {
    sed -n 's/^ *"file": "\(.*\)",*$/\1/p' "$database" | grep -v "^$folder/" | sort -u |
        tr '\n' '\0' | xargs -0 -P "$jobs" -n 4 clang-tidy -p "$folder" --quiet >"$folder/tidy.log" 2>&1 ||
        tidy_failed=1
    grep -v 'warnings* generated\.$' "$folder/tidy.log" || true
    [ -z "${tidy_failed-}" ]
}

# What is not reported:
#   autoVariables    a wait for an answer gives the callback a struct of the waiting function
#   uninitvar        of buffer_put_number: the digits are filled in by the next argument
suspicious() {
    cppcheck --project="$database" --enable=warning,performance,portability --inline-suppr \
        --quiet -j "$jobs" --error-exitcode=1 --template=gcc -i"$folder" \
        --suppress=autoVariables --suppress='uninitvar:*/src/base/buffer.c' \
        --suppress='*:/usr/*'
}

shell_scripts() {
    shellcheck -x ci/*.sh scripts/*.sh tests/bench/*.sh .ci/run \
        platform/posix/completion/mcdn.bash
}

layers() {
    lua5.4 ci/includes_test.lua && lua5.4 ci/includes.lua
}

"$root/ci/deps.sh" lint
find_lua
cd "$root"
folder=$root/build-lint
database=$folder/compile_commands.json
configure "$folder" -DCMAKE_BUILD_TYPE=Debug -DCMAKE_EXPORT_COMPILE_COMMANDS=ON >/dev/null

check includes layers
check clang-format formatting
check "clang as Visual Studio" "$root/ci/like-msvc.sh" "$folder"
check clang-tidy tidy
check cppcheck suspicious
check luacheck luacheck --quiet scripts ci tests
check shellcheck shell_scripts
[ -z "$failed" ] || fail "found something:$failed"
