#!/bin/sh
# Builds with all warnings as errors, and runs every test under the sanitizers.
#
#   ci/sanitize.sh [warnings] [address] [thread]      all three by default
#       warnings   gcc's build
#       address    clang with AddressSanitizer and UndefinedBehaviorSanitizer
#       thread     clang with ThreadSanitizer
set -eu
# shellcheck source=ci/common.sh
. "$(dirname "$0")/common.sh"

# A server that finds something must end at once, so that its scenario fails and shows the report.
export ASAN_OPTIONS="${ASAN_OPTIONS-strict_string_checks=1:detect_stack_use_after_return=1}"
export LSAN_OPTIONS="${LSAN_OPTIONS-suppressions=$root/ci/leaks.supp:print_suppressions=0}"
export UBSAN_OPTIONS="${UBSAN_OPTIONS-print_stacktrace=1:halt_on_error=1}"
export TSAN_OPTIONS="${TSAN_OPTIONS-halt_on_error=1:second_deadlock_stack=1}"

warnings() {
    heading "gcc, warnings as errors"
    configure_and_build "$root/build-gcc" -DCMAKE_C_COMPILER=gcc -DMCDN_WERROR=ON -DBUILD_TESTING=ON
}

# sanitized FOLDER SANITIZERS
sanitized() {
    heading "clang -fsanitize=$2"
    configure_and_build "$1" -DCMAKE_C_COMPILER=clang -DMCDN_WERROR=ON -DBUILD_TESTING=ON \
        -DMCDN_SANITIZE="$2"
    run_tests "$1"
}

address() {
    sanitized "$root/build-asan" address,undefined
}

# ThreadSanitizer needs addresses that newer kernels' randomisation may have taken.
thread() {
    test_launcher=$(fixed_addresses)
    sanitized "$root/build-tsan" thread
    test_launcher=
}

"$root/ci/deps.sh" sanitize
find_lua
[ $# -gt 0 ] || set -- warnings address thread
for what in "$@"; do
    case $what in
    warnings | address | thread) "$what" ;;
    *) fail "no such check: $what" ;;
    esac
done
