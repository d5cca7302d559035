#!/bin/sh
# Throws hostile bytes at everything that reads what it is given.
#
#   packaging/fuzz.sh MINUTES [TARGET…]   that many minutes for each target
#   packaging/fuzz.sh short [TARGET…]     five seconds for each, as `make test` does:
#                                         the agent's targets only, not optimized
#   packaging/fuzz.sh build               builds those
#
# What a run learns is kept in fuzz/corpus/, and the next one begins there. An
# input that breaks something is kept in fuzz/artifacts/.
set -eu
cd "$(dirname "$0")/.."

# Without a sanitizer the stable compiler will do. There is no unsafe code of
# ours in what is searched; overflows and debug assertions are on.
host=$(rustc -vV | sed -n 's/^host: //p')
agent="content edid edid_decode elsewhere hid_report logind lolrmm lsusb macos_tables neighbors networks recording rpm setting settings signature usb_descriptors utmp windows_tables"
mode=${1:-}
case $mode in
short | build)
    seconds=5 programs=fuzz/target/$host/debug targets=$agent
    # The collector alone would take as long to build as all the rest.
    build="-s none --target $host -D --no-default-features"
    ;;
'' | *[!0-9]*)
    echo "usage: packaging/fuzz.sh MINUTES|short|build [TARGET…]" >&2
    exit 2
    ;;
*)
    seconds=$(($1 * 60)) programs=fuzz/target/$host/release targets="$agent assets lists mmdb origin ranges report syn"
    build="-s none --target $host --codegen-units 16"
    ;;
esac
shift
targets=${*:-$targets}

echo "Building the targets, with coverage (the first time takes minutes) …"
# shellcheck disable=SC2086
CARGO_TERM_QUIET=true cargo fuzz build $build
[ "$mode" != build ] || exit 0

# Where good inputs lie, besides those a target brings and earlier runs found.
seeds() {
    case "$1" in
    signature) echo config/signatures ;;
    recording) echo fuzz/seeds/recording tests/hosts ;;
    mmdb) echo collector/src/place/geo/fixtures ;;
    *) [ ! -d "fuzz/seeds/$1" ] || echo "fuzz/seeds/$1" ;;
    esac
}

# Says what a target went through; false where an input broke it.
attack() {
    corpus=fuzz/corpus/$1 artifacts=fuzz/artifacts/$1
    log=$artifacts/log
    mkdir -p "$corpus" "$artifacts"
    # shellcheck disable=SC2046
    if "$programs/$1" "$corpus" $(seeds "$1") \
        -artifact_prefix="$artifacts/" -max_total_time="$seconds" -timeout=10 \
        -rss_limit_mb=1024 -print_final_stats=1 >"$log" 2>&1; then
        runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
        reached=$(sed -n 's/.* cov: \([0-9]*\) ft: .*/\1/p' "$log" | tail -n 1)
        echo "$1: $runs inputs in $seconds s, $reached places of the program reached, none broke it"
        return
    fi
    grep -A 3 'panicked at' "$log" >&2 || tail -n 20 "$log" >&2
    input=$(sed -n 's/.*Test unit written to //p' "$log" | tail -n 1)
    echo "$1 BROKE; all it said is in $log. The input is kept; to see it again:" >&2
    echo "    cargo fuzz run $build $1 ${input:-ARTIFACT}" >&2
    false
}

# One target after another on each processor: of all targets every lanes-th.
lane() {
    whole=true number=0
    for target in $targets; do
        number=$((number + 1))
        [ $((number % lanes)) != "$1" ] || attack "$target" || whole=false
    done
    $whole
}

lanes=$(nproc) running=
for number in $(seq 0 $((lanes - 1))); do
    lane "$number" &
    running="$running $!"
done
whole=true
for job in $running; do
    wait "$job" || whole=false
done
$whole
