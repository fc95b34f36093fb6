#!/bin/sh
# Runs the four installed programs as a network on this machine, and downloads a file with them.
# ci/package.sh calls it in a system of its own; it needs nothing but the programs.
set -eu

work=$(mktemp -d)
processes=

stop() {
    status=$?
    trap - EXIT
    for process in $processes; do
        kill "$process" 2>/dev/null || true
    done
    for process in $processes; do
        wait "$process" || status=1 # an orderly end is 0
    done
    [ "$status" -eq 0 ] || tail -n 20 "$work"/*.log
    rm -rf "$work"
    exit "$status"
}

# start NAME COMMAND...
start() {
    log=$work/$1.log
    shift
    "$@" >"$log" 2>&1 </dev/null &
    processes="$! $processes"
}

# says NAME TEXT: waits for a line of its log that has the text, and prints what follows the text.
says() {
    tries=0
    until grep -q "$2" "$work/$1.log"; do
        tries=$((tries + 1))
        if [ "$tries" -gt 300 ]; then
            echo "$1 did not say \"$2\" within 30 seconds" >&2
            exit 1
        fi
        sleep 0.1
    done
    sed -n "s/.*$2 *//p" "$work/$1.log" | head -n 1
}

trap stop EXIT
mkdir "$work/files"
seq 1 100000 >"$work/files/numbers.txt"

start monitor mcdn-monitor --bind 127.0.0.1 --udp-port 0 --tcp-port 0
udp=$(says monitor 'UDP heartbeat listener started on port')
tcp=$(says monitor 'TCP server started on port')
start index mcdn-index --bind 127.0.0.1 --tcp-port 0 --notify-port 0 --monitor-port "$tcp"
index=$(says index 'TCP server started on port')
start content mcdn-content --bind 127.0.0.1 --id CS1 --tcp-port 0 --udp-port 0 \
    --files-dir "$work/files" --index-port "$index" --monitor-udp-port "$udp"
says index 'Added file: numbers.txt' >/dev/null
says monitor 'Heartbeat from CS1' >/dev/null
mcdn --index-port "$index" --list
mcdn --index-port "$index" --output-dir "$work/got" numbers.txt
cmp "$work/files/numbers.txt" "$work/got/numbers.txt"
