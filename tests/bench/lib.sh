# Sourced by the benchmarks: timing, and one line of result each.
#
# A figure is the median of $RUNS runs; figure and floor take turns, so that what else the machine does
# falls on both. Nothing here passes or fails: `over` is for people to look at.

set -u
export LC_ALL=C
GMRUN=${GMRUN:-$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)/build/gmrun}
SHELL_JOBS=${SHELL_JOBS:-$(dirname "$GMRUN")/tests/bench/shell_jobs}
RUNS=${RUNS:-5}
T=$(mktemp -d "${TMPDIR:-/tmp}/gmrun-bench-XXXXXX")
trap 'rm -rf "$T"' EXIT

# seconds of a command; its output goes to $T/out
seconds() {
    local a=$EPOCHREALTIME
    "$@" >"$T/out" 2>&1 || { echo "failed: $*" >&2; tail -3 "$T/out" >&2; return 1; }
    local b=$EPOCHREALTIME
    echo "scale=6; $b - $a" | bc
}

median() {
    sort -n | awk '{v[NR] = $1} END {print NR ? v[int((NR + 1) / 2)] : "n/a"}'
}

# compare NAME BUDGET UNIT FACTOR FIGURE-FUNCTION FLOOR-FUNCTION: budget is a ratio to the floor
compare() {
    local name=$1 budget=$2 unit=$3 factor=$4 figure=$5 floor=$6 i
    : >"$T/figure" >"$T/floor"
    for ((i = 0; i < RUNS; i++)); do
        seconds "$figure" >>"$T/figure" || break
        seconds "$floor" >>"$T/floor" || break
    done
    report "$name" "$(median <"$T/figure")" "$(median <"$T/floor")" "$budget" "$unit" "$factor"
}

# report NAME FIGURE FLOOR BUDGET UNIT FACTOR: floor "-" makes the budget an absolute one of FIGURE * FACTOR;
# a budget with a leading + is a least value
report() {
    awk -v name="$1" -v figure="$2" -v floor="$3" -v budget="$4" -v unit="$5" -v factor="$6" 'BEGIN {
        if (figure == "n/a" || floor == "n/a") {
            printf "%-28s %12s %12s %8s %10s  %s\n", name, figure, floor, "-", budget, "n/a"
            exit
        }
        least = sub(/^\+/, "", budget)
        ratio = floor == "-" ? figure * factor : figure / floor
        ok = least ? ratio >= budget : ratio <= budget
        shown = floor == "-" ? "-" : sprintf("%.3f %s", floor * factor, unit)
        printf "%-28s %12s %12s %8s %10s  %s\n", name, sprintf("%.3f %s", figure * factor, unit), shown,
            floor == "-" ? "-" : sprintf("%.2f", ratio), (least ? ">= " : "<= ") budget (floor == "-" ? "" : " x"),
            ok ? "ok" : "over"
    }'
}

# run a pipeline file in a fresh home
run_pipeline() {
    rm -rf "$T/home"
    "$GMRUN" run "$1" --home "$T/home" --console plain --no-input "${@:2}"
}

# a declarative pipeline with the given steps in one stage, read from standard input
one_stage() {
    echo "pipeline { agent any"
    echo "  stages { stage('bench') { steps {"
    cat
    echo "  } } } }"
}

# resident memory of a command in MiB
resident() {
    /usr/bin/time -f %M -o "$T/rss" "$@" >"$T/out" 2>&1 || { echo n/a; return; }
    awk 'END {print $1 / 1024}' "$T/rss"
}
