#!/bin/sh
# Measures Micro-CDN beside what users would pick instead, on this machine, in one run.
#
#   tests/bench/bench.sh [OPTION...] [ROW...]          (--help lists the options, `list` the rows)
#
# It installs the peers where they are missing (Debian and Ubuntu: nginx-light, redis-server, curl, aria2;
# as root, or where sudo needs no password), and says so; builds Release into build-bench; and runs
# the rows. Nothing that it starts outlives it. The figures are worth something only on a machine
# that does nothing else meanwhile.
set -eu
# shellcheck source=ci/common.sh
. "$(dirname "$0")/../../ci/common.sh"
root=$(cd "$(dirname "$0")/../.." && pwd) # which common.sh takes for the folder above

folder=$root/build-bench
here=$root/tests/bench

want() { # COMMAND PACKAGE
    PATH=$PATH:/usr/sbin command -v "$1" >/dev/null || packages="$packages $2"
}

install_peers() {
    packages=
    want nginx nginx-light
    want redis-server redis-server
    want curl curl
    want aria2c aria2
    [ -n "$packages" ] || return 0
    echo "bench.sh: installs$packages"
    [ "$(id -u)" = 0 ] && sudo= || sudo="sudo -n"
    # The packages would start services, which would only be in the way.
    # shellcheck disable=SC2086
    $sudo env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 apt-get install -y \
        --no-install-recommends $packages >/dev/null || fail "cannot install$packages"
}

[ "$(uname -s)" = Linux ] || fail "for Linux only: the peers and /proc"
case " $* " in
*" --help "* | *" list "*) ;;
*)
    "$root/ci/deps.sh"
    case " $* " in
    *" --without-peers "*) ;;
    *) install_peers ;;
    esac
    heading "build"
    mkdir -p "$folder"
    configure_and_build "$folder" -DCMAKE_BUILD_TYPE=Release -DBUILD_TESTING=ON \
        >"$folder/build.log" 2>&1 || {
        tail -n 30 "$folder/build.log" >&2
        fail "the build failed"
    }
    ;;
esac
find_lua
PATH=$PATH:/usr/sbin
export PATH
exec lua5.4 "$here/bench.lua" --build "$folder" "$@"
