#!/bin/sh
# A whole network on this machine: installs what is missing, builds, starts a monitor, an index and
# two content servers on their default ports, and uses it. Then the network goes on running, its log
# on the screen, until Ctrl-C; with --once it is stopped at once.      scripts/demo.sh [--once]
set -eu
# shellcheck source=ci/common.sh
. "$(dirname "$0")/../ci/common.sh"

once=
case "$#:${1-}" in
0:) ;;
1:--once) once=yes ;;
*)
    echo "usage: demo.sh [--once]" >&2
    exit 2
    ;;
esac

programs= # "name:process" of each that was started, the last one first

is_running() {
    kill -0 "$1" 2>/dev/null
}

# stop NAME PROCESS: one that was asked to stop ends within a few seconds, with 0. Ctrl-C has asked
# already, and asking again while it ends may give 143.
stop() {
    tries=0
    while is_running "$2" && [ "$tries" -lt 100 ]; do
        tries=$((tries + 1))
        sleep 0.1
    done
    kill -KILL "$2" 2>/dev/null || true
    wait "$2" || {
        code=$?
        if [ "$status" -eq 0 ] && [ "$once$code" != 143 ]; then
            echo "demo.sh: $1 ended with $code" >&2
            status=1
        fi
    }
}

# Every way out leads here.
stop_all() {
    status=$?
    trap - EXIT
    trap '' HUP INT TERM PIPE
    for program in $programs; do
        kill "${program#*:}" 2>/dev/null || true
    done
    for program in $programs; do
        stop "${program%:*}" "${program#*:}"
    done
    wait # for the last log lines
    rm -rf "$work"
    exit "$status"
}

# start NAME COMMAND...: its log goes to the screen and to a file. The reader of the log outlives
# Ctrl-C, so that the server's last lines are seen.
start() {
    name=$1
    shift
    mkfifo "$work/$name.pipe"
    (
        trap '' HUP INT TERM
        exec tee "$work/$name.log" <"$work/$name.pipe"
    ) &
    "$@" >"$work/$name.pipe" 2>&1 </dev/null &
    programs="$name:$! $programs"
}

# gone NAME: ends the demo with what it said beside its log, which names a port in use.
gone() {
    fail "$1 has ended:
$(grep -v '^\[' "$work/$1.log")"
}

# until_says NAME TEXT: waits for a line of its log that has the text.
until_says() {
    process=$(echo "$programs" | tr ' ' '\n' | sed -n "s/^$1://p")
    tries=0
    until grep -qF -- "$2" "$work/$1.log" 2>/dev/null; do
        is_running "$process" || gone "$1"
        tries=$((tries + 1))
        [ "$tries" -lt 300 ] || fail "$1 did not say \"$2\" within 30 seconds"
        sleep 0.1
    done
}

show() {
    printf '\n$ %s\n' "$*"
    "$@"
}

heading "Installing what is missing"
"$root/ci/deps.sh" --build-only
heading "Building"
if [ -f "$root/build/CMakeCache.txt" ]; then
    configure "$root/build"
else
    configure "$root/build" -DBUILD_TESTING=OFF # which needs less
fi
cmake --build "$root/build" --parallel "$jobs" --target mcdn-monitor mcdn-index mcdn-content mcdn

work=$(mktemp -d "${TMPDIR:-/tmp}/micro-cdn.XXXXXX") # logs and downloads
trap stop_all EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP PIPE
cd "$root" # where the content servers find files_CS1 and files_CS2
PATH="$root/build/bin:$PATH"

heading "Starting the network"
start monitor mcdn-monitor
until_says monitor "TCP server started on port"
start index mcdn-index
until_says index "TCP server started on port"
start content-CS1 mcdn-content --id CS1 --tcp-port 7001 --udp-port 7002
start content-CS2 mcdn-content --id CS2 --tcp-port 7101 --udp-port 7102
until_says content-CS1 "TCP server started on port"
until_says content-CS2 "TCP server started on port"
until_says index "Added file: large_file.bin"
until_says index "Added file: sample_cs2.txt"
until_says monitor "Heartbeat from CS1"
until_says monitor "Heartbeat from CS2"

heading "Using it"
show mcdn --list
show mcdn --output-dir "$work/downloads" shared_document.txt large_file.bin
for name in shared_document.txt large_file.bin; do
    cmp "files_CS1/$name" "$work/downloads/$name"
done
show mcdn --servers

if [ -n "$once" ]; then
    heading "Stopping it"
    exit 0
fi
heading "The network is running; Ctrl-C stops it. In another terminal, try: build/bin/mcdn"
trap 'exit 0' INT
while :; do
    for program in $programs; do
        is_running "${program#*:}" || gone "${program%:*}"
    done
    sleep 1 &
    wait $!
done
