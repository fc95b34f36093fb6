#!/bin/sh
# Builds cmocka for another system or processor, where Debian has no package of it, from Debian's
# source package:
#
#   ci/cmocka.sh PREFIX [CMAKE_OPTION...]      e.g. -DCMAKE_TOOLCHAIN_FILE=ci/toolchains/musl.cmake
#
# Does nothing where PREFIX has it already. The sources are fetched once, into build-cmocka/.
set -eu
# shellcheck source=ci/common.sh
. "$(dirname "$0")/common.sh"

# A folder with apt's configured sources as source packages' sources; the system's own stay as they
# are.
apt_sources() {
    mkdir -p "$1"
    for file in /etc/apt/sources.list /etc/apt/sources.list.d/*; do
        [ -f "$file" ] || continue
        case $file in
        *.list) sed -n 's/^[[:space:]]*deb[[:space:]]/deb-src /p' "$file" ;;
        *.sources) sed 's/^Types:.*/Types: deb-src/' "$file" ;;
        *) continue ;;
        esac >"$1/${file##*/}"
    done
}

# fetch_source PACKAGE FOLDER: the upstream archive of a Debian source package.
fetch_source() {
    mkdir -p "$2/lists/partial"
    apt_sources "$2/sources"
    set -- "$1" "$2" -qq -o Acquire::Retries=3 -o Dir::Etc::sourcelist=/dev/null \
        -o "Dir::Etc::sourceparts=$2/sources" -o "Dir::State::lists=$2/lists" \
        -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache= -o APT::Sandbox::User=root
    (
        package=$1
        cd "$2"
        shift 2
        # Some of the sources may have no source packages.
        apt-get "$@" update || true
        apt-get "$@" source --download-only --tar-only "$package"
    )
}

# Unpacked under another name first, so that what is there is whole.
unpack_source() {
    [ ! -d "$source" ] || return 0
    rm -rf "$cache"
    fetch_source cmocka "$cache/apt"
    mkdir "$cache/unpacked"
    (cd "$cache/unpacked" && cmake -E tar xf "$cache"/apt/cmocka_*.orig.tar.*)
    mv "$cache"/unpacked/cmocka-* "$source"
}

[ $# -gt 0 ] || fail "where to install it is missing"
prefix=$1
shift
cache=$root/build-cmocka
source=$cache/source
[ ! -f "$prefix/include/cmocka.h" ] || exit 0

unpack_source
rm -rf "$prefix"
mkdir -p "$prefix"
cmake -S "$source" -B "$prefix/build" -DCMAKE_INSTALL_PREFIX="$prefix" "$@" \
    -DWITH_STATIC_LIB=ON -DWITH_EXAMPLES=OFF -DUNIT_TESTING=OFF >"$prefix/log"
cmake --build "$prefix/build" --parallel "$jobs" >>"$prefix/log"
cmake --install "$prefix/build" >>"$prefix/log"
