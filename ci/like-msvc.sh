#!/bin/sh
# Compiles all that is for Windows about as strictly as Visual Studio does with /std:c11 /W4, which
# runs on Windows alone: clang takes mingw-w64's headers, Windows' sizes (long has 32 bits, every
# enum is an int), and a warning of its own for each of Visual Studio's that it has one for.
#
#   ci/like-msvc.sh BUILD_FOLDER      one that is configured with tests, for what CMake generates
#
# What it has none for is looked for by ci/includes.lua (assignments as conditions, "static" in array
# parameters, empty initialisers, what Visual Studio's library lacks), and formats are checked by the
# gcc of ci/windows.sh.
set -eu
# shellcheck source=ci/common.sh
. "$(dirname "$0")/common.sh"

headers=/usr/share/mingw-w64/include

# Visual Studio's numbers, and clang's names for them.
warnings='
    -Wall -Wextra -Wpedantic
    -Wconversion -Wsign-compare             C4018 C4242 C4244 C4245 C4267 C4305 C4389
    -Wenum-conversion                       C5286
    -Wshadow                                C4456 C4457 C4459
    -Wunused -Wunused-parameter             C4100 C4101 C4189 C4505
    -Wconditional-uninitialized             C4701 C4703
    -Wunreachable-code-aggressive           C4702
    -Wparentheses                           C4554 C4706
    -Wpointer-sign                          C4057
    -Wstrict-prototypes -Wmissing-prototypes -Wold-style-definition
    -Wvla -Wgnu -Wstatic-in-inline -Wtautological-compare'

# What CMake defines for tests: the names of programs that they start.
child_names() {
    grep -rhowE --include='*.c' 'CHILD_NAME|[A-Z]+_CHILD' tests | sort -u
}

# Options in a file, for clang itself to read.
write_options() {
    mkdir -p "$own"
    cat >"$own/options" <<END
--target=x86_64-pc-windows-msvc -fno-ms-compatibility -fms-extensions -fgnuc-version=4.2.1
-U_MSC_VER -D__MINGW32__ -D__MINGW64__ -D__USE_MINGW_ANSI_STDIO=1
"-D__declspec(a)=__attribute__((a))"
-isystem $headers -std=c11 -fsyntax-only -DUNICODE -D_UNICODE
$(child_names | sed 's/.*/-D&=\\"\\"/')
$(printf '%s\n' "$warnings" | sed 's/ C[0-9].*//')
END
}

# A fault of each kind must be found, or the check has come to nothing.
try_itself() {
    cat >"$own/faults.c" <<'END'
#include <stddef.h>
enum one { A, B };
enum two { C, D };
static int unused_function(void) { return 1; }
int fault(size_t size, enum one e, unsigned u, int unused);
int fault(size_t size, enum one e, unsigned u, int unused)
{
    int maybe, n = size;
    long l = size;
    unsigned char c = u;
    enum one other = D;
    int vla[u];
    if (u)
        maybe = 1;
    if (n) {
        int n = 2;
        l += n;
    }
    if (u = 3)
        l++;
    if (u < e)
        return other ?: c;
    if (l > 2)
        return maybe + (int)sizeof vla;
    return 1;
    return 2;
}
END
    clang "@$own/options" "$own/faults.c" >"$own/faults.log" 2>&1 || true
    for name in shorten-64-to-32 implicit-int-conversion enum-conversion vla shadow parentheses \
        sign-compare gnu-conditional-omitted-operand conditional-uninitialized \
        unreachable-code-return unused-function unused-parameter; do
        grep -q -e "-W$name\\]" "$own/faults.log" || fail "does not find what -W$name is about"
    done
}

sources() {
    find platform/common platform/windows src tests scripts -name '*.c' \
        ! -path '*/posix/*' ! -path '*/kqueue/*' ! -path '*/linux/*' -print0
}

# cached VARIABLE: what CMake found.
cached() {
    sed -n "s/^$1:[A-Z]*=//p" "$build/CMakeCache.txt"
}

[ $# -eq 1 ] || fail "usage: like-msvc.sh BUILD_FOLDER"
build=$1
own=$build/like-msvc
cd "$root"
if [ ! -d "$headers" ]; then
    echo "Left out: mingw-w64's headers are not in $headers"
    exit 0
fi
write_options
try_itself
# The system's folder of headers must not be looked into for others.
ln -sf "$(cached CMOCKA_INCLUDE)/cmocka.h" "$own/cmocka.h"
sources | xargs -0 -P "$jobs" -n 8 clang "@$own/options" -Werror -Iplatform/include \
    -Iplatform/windows -Isrc -I"$build/src/include" -Itests/unit -Itests/unit/plat \
    -isystem "$own" -isystem "$(cached LUA54_INCLUDE)"
