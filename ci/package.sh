#!/bin/sh
# Packages the programs into build-package/packages, and tries the .deb.
#
#   ci/package.sh                   builds the packages; on Debian and Ubuntu tries the .deb as
#                                   well, in a fresh system in a folder, which needs root
#   ci/package.sh --build-only      does not try
#
# Linux gets a .tar.gz of static programs, which run on any distribution, and where Debian's tools
# are a .deb as well; macOS a .tar.gz for both its processors; Windows a .zip, by Visual Studio.
set -eu
# shellcheck source=ci/common.sh
. "$(dirname "$0")/common.sh"

all=$root/build-package
packages=$all/packages

# build NAME CMAKE_OPTION...: programs alone, as users get them.
build() {
    name=$1
    shift
    heading "Building for the $name"
    configure_and_build "$all/$name" -DCMAKE_BUILD_TYPE=Release -DBUILD_TESTING=OFF "$@"
}

# pack NAME FORMAT, by the cpack beside cmake: on Windows another program may have the name.
pack() {
    cpack=$(dirname "$(command -v cmake)")/cpack
    (cd "$all/$1" && "$cpack" -C Release -G "$2" -B "$packages")
    rm -rf "$packages/_CPack_Packages"
}

build_archive() {
    format=TGZ
    set --
    case "$(uname -s)" in
    Darwin) set -- '-DCMAKE_OSX_ARCHITECTURES=arm64;x86_64' ;;
    MINGW* | MSYS*)
        use_msvc
        format=ZIP
        ;;
    *)
        if command -v musl-gcc >/dev/null; then
            set -- -DCMAKE_TOOLCHAIN_FILE="$root/ci/toolchains/musl.cmake"
        fi
        ;;
    esac
    build archive "$@"
    pack archive "$format"
}

# With what Debian hardens its own programs by.
build_deb() {
    build deb -DCMAKE_INSTALL_PREFIX=/usr \
        -DCMAKE_C_FLAGS="$(dpkg-buildflags --get CFLAGS) $(dpkg-buildflags --get CPPFLAGS)" \
        -DCMAKE_EXE_LINKER_FLAGS="$(dpkg-buildflags --get LDFLAGS) -Wl,-z,now"
    pack deb DEB
}

# A system without the package: made once, copied for each try. /proc and the like are not there,
# so there is nothing to unmount. systemd is for its units, which ours refer to; it does not run.
fresh_system() {
    # shellcheck source=/dev/null
    suite=$(. /etc/os-release && echo "$VERSION_CODENAME")
    if [ ! -d "$all/$suite" ]; then
        heading "Fetching a minimal system: $suite"
        $as_root rm -rf "$all/$suite.new"
        $as_root debootstrap --variant=minbase --include=systemd "$suite" "$all/$suite.new" \
            >"$all/debootstrap.log" || fail "see $all/debootstrap.log"
        $as_root mv "$all/$suite.new" "$all/$suite"
    fi
    $as_root rm -rf "$all/system"
    $as_root cp -a "$all/$suite" "$all/system"
}

in_system() {
    $as_root env LC_ALL=C DEBIAN_FRONTEND=noninteractive DEBCONF_NOWARNINGS=yes \
        chroot "$all/system" "$@"
}

apt() {
    in_system apt-get -qq -y -o Acquire::Retries=3 -o Dpkg::Use-Pty=0 "$@"
}

# What is there but for the package manager's own notes.
list_system() {
    in_system find / -xdev \( -path /dev -o -path /proc -o -path /sys -o -path /run -o -path /tmp \
        -o -path /var/cache -o -path /var/log -o -path /var/lib/apt -o -path /var/lib/dpkg \) \
        -prune -o -print | sort
}

# Where systemd's own checker is, which names a mistake and yet ends with 0. At most 2 of 10 points
# of exposure.
check_units() {
    command -v systemd-analyze >/dev/null || return 0
    for unit in mcdn-monitor.service mcdn-index.service mcdn-content@CS1.service; do
        echo "Checking $unit"
        $as_root systemd-analyze --root="$all/system" --man=no verify "$unit" >"$all/units" 2>&1 ||
            fail "$(cat "$all/units")"
        ! grep mcdn- "$all/units" || fail "see above"
        $as_root systemd-analyze --root="$all/system" --offline=yes --threshold=20 \
            security "$unit" >"$all/units" || fail "$(cat "$all/units")"
    done
}

try_deb() {
    fresh_system
    heading "Installing the .deb"
    apt update
    list_system >"$all/before"
    $as_root cp "$root/ci/package-try.sh" "$all/system/tmp/"
    $as_root cp "$packages"/*.deb "$all/system/tmp/micro-cdn.deb"
    apt install --no-install-recommends /tmp/micro-cdn.deb
    check_units
    in_system ls /usr/share/bash-completion/completions/mcdn \
        /usr/share/zsh/vendor-completions/_mcdn
    heading "Running what it installed"
    in_system sh /tmp/package-try.sh
    heading "Removing it"
    apt autoremove --purge micro-cdn
    list_system >"$all/after"
    diff "$all/before" "$all/after" || fail "the package left files behind, or took some along"
    $as_root rm -rf "$all/system"
}

try=yes
case "$#:${1-}" in
0:) ;;
1:--build-only) try= ;;
*) fail "usage: package.sh [--build-only]" ;;
esac
as_root=
if [ "$(id -u)" -ne 0 ]; then
    as_root='sudo -n'
fi

rm -rf "$packages"
if command -v apt-get >/dev/null; then
    "$root/ci/deps.sh" --build-only package
    build_archive
    build_deb
    [ -z "$try" ] || try_deb
else
    build_archive
fi
heading "Packages"
ls -l "$packages"
