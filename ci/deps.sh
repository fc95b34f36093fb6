#!/bin/sh
# Installs what is missing to build and test, on Debian, Ubuntu and macOS with Homebrew.
#
#   ci/deps.sh [GROUP...]          what building and testing need, and then the groups:
#       sanitize      clang with its sanitizers
#       lint          formatters and checkers
#       windows       cross compiler and Wine
#       portability   other C libraries and processors
#       package       what packages are made and tried with
#   ci/deps.sh --build-only        what building alone needs
#
# It says what it installs. It asks nothing: as root, or where sudo needs no password, it installs;
# otherwise it prints the command and exits with 1. Where nothing is missing it does nothing, and
# needs no network and no rights.
set -eu
# shellcheck source=ci/common.sh
. "$(dirname "$0")/common.sh"

missing= # packages

has() {
    command -v "$1" >/dev/null 2>&1
}

# want PACKAGE...: notes those that are not installed.
want() {
    for package in "$@"; do
        is_installed "$package" || missing="$missing $package"
    done
}

# want_command COMMAND... PACKAGE: any of the commands will do, wherever it came from.
want_command() {
    while [ $# -gt 1 ]; do
        if has "$1"; then
            return
        fi
        shift
    done
    missing="$missing $1"
}

# Debian and Ubuntu

compiles() { # COMPILER OPTION...
    echo '#include <stdio.h>
        int main(void) { return puts("") < 0; }' | "$@" -x c -o /dev/null - 2>/dev/null
}

debian_group() {
    case $1 in
    build)
        want_command cc gcc clang gcc
        want_command make ninja make
        want_command cmake cmake
        want libc6-dev libedit-dev libssl-dev
        ;;
    test)
        want libcmocka-dev liblua5.4-dev
        want_command lua5.4 lua5.4
        want lua-socket
        want_command zsh zsh
        ;;
    sanitize)
        want_command gcc gcc
        want_command llvm-symbolizer llvm
        compiles clang -fsanitize=address,undefined || missing="$missing clang @clang-runtime"
        ;;
    lint)
        want_command clang-format clang-format
        want_command clang-tidy clang-tidy
        want_command clang clang
        want mingw-w64-common
        want_command cppcheck cppcheck
        want_command luacheck lua-check
        want_command shellcheck shellcheck
        ;;
    windows)
        want_command x86_64-w64-mingw32-gcc-win32 gcc-mingw-w64-x86-64-win32
        want wine64 wine
        ;;
    portability)
        want_command musl-gcc musl-tools
        compiles gcc -m32 || missing="$missing @gcc-multilib"
        want_command qemu-s390x qemu-user
        want_command s390x-linux-gnu-gcc gcc-s390x-linux-gnu
        want_command aarch64-linux-gnu-gcc gcc-aarch64-linux-gnu
        want libc6-dev-s390x-cross libc6-dev-arm64-cross
        ;;
    package)
        want_command musl-gcc musl-tools
        want dpkg-dev file debootstrap
        ;;
    *) fail "no group of the name \"$1\"" ;;
    esac
}

# Some names carry a version, which only an updated apt knows. Older releases have no libclang-rt,
# there it is part of clang. gcc-multilib, without a version, would conflict with the cross
# compilers.
debian_packages() {
    for package in $missing; do
        case $package in
        @clang-runtime) package=libclang-rt-$(version_of clang)-dev ;;
        @gcc-multilib) package=gcc-$(version_of gcc)-multilib ;;
        esac
        case $package in
        libclang-rt-* | gcc-*-multilib) apt-cache show "$package" >/dev/null 2>&1 || continue ;;
        esac
        printf ' %s' "$package"
    done
}

version_of() {
    apt-cache depends "$1" 2>/dev/null | sed -n "s/.*Depends: $1-\([0-9][0-9]*\)\$/\1/p" | head -n 1
}

install_debian() {
    is_installed() {
        [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
    }
    for group in "$@"; do
        debian_group "$group"
    done
    [ -n "$missing" ] || return 0
    if [ "$(id -u)" -eq 0 ]; then
        as_root=
    elif has sudo && sudo -n true 2>/dev/null; then
        as_root='sudo -n'
    else
        fail "packages are missing, and installing them needs root. Please run this, and then
deps.sh again:
    sudo apt-get update && sudo apt-get install --no-install-recommends$(debian_packages)"
    fi
    apt="$as_root env DEBIAN_FRONTEND=noninteractive DEBCONF_NOWARNINGS=yes apt-get -qq
        -o Acquire::Retries=3 -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0"
    echo "Updating the list of packages"
    $apt update </dev/null
    packages=$(debian_packages)
    echo "Installing with apt-get:$packages"
    # shellcheck disable=SC2086 # a list of words
    $apt install -y --no-install-recommends $packages </dev/null >/dev/null
}

# macOS, whose compiler, libedit and CommonCrypto come with Apple's command line tools

macos_group() {
    case $1 in
    build)
        want_command cmake cmake
        want_command ninja make ninja
        ;;
    test) want cmocka lua@5.4 luarocks ;;
    sanitize) ;;
    lint)
        want_command clang-format clang-format
        want_command cppcheck cppcheck
        want_command luacheck luacheck
        want_command shellcheck shellcheck
        has clang-tidy || want llvm
        ;;
    windows | portability | package) fail "the group \"$1\" is for Debian and Ubuntu" ;;
    *) fail "no group of the name \"$1\"" ;;
    esac
}

install_luasocket() {
    find_lua
    if lua5.4 -e 'require("socket")' 2>/dev/null; then
        return
    fi
    echo "Installing with luarocks, into .rocks: luasocket"
    luarocks --lua-version=5.4 --lua-dir="$(brew --prefix)/opt/lua@5.4" \
        install --tree "$root/.rocks" luasocket </dev/null
}

install_macos() {
    xcode-select -p >/dev/null 2>&1 ||
        fail "Apple's command line tools are missing. Please run: xcode-select --install"
    has brew || fail "Homebrew is missing: https://brew.sh tells how to install it"
    is_installed() {
        [ -d "$(brew --prefix)/opt/$1" ]
    }
    for group in "$@"; do
        macos_group "$group"
    done
    if [ -n "$missing" ]; then
        echo "Installing with brew:$missing"
        # shellcheck disable=SC2086 # a list of words
        HOMEBREW_NO_AUTO_UPDATE=1 brew install --quiet $missing </dev/null
    fi
    case " $* " in
    *" test "*) install_luasocket ;;
    esac
}

# Elsewhere: only says what is not there.
check_other() {
    want_command cc gcc clang "a-C-compiler"
    want_command make ninja make
    want_command cmake cmake
    case " $* " in
    *" test "*)
        if ! has lua5.4 && ! has lua; then
            missing="$missing lua-5.4-with-headers luasocket cmocka"
        fi
        ;;
    esac
    [ -z "$missing" ] ||
        fail "this script installs on Debian, Ubuntu and macOS only; please install:$missing"
}

if [ "${1-}" = --build-only ]; then
    shift
    set -- build "$@"
else
    set -- build test "$@"
fi
if has apt-get && has dpkg-query; then
    install_debian "$@"
elif [ "$(uname -s)" = Darwin ]; then
    install_macos "$@"
else
    check_other "$@"
fi
