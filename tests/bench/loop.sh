#!/bin/bash
# Ten million additions in several ways: gmrun (whole process) beside groovy on the JVM (the loop alone, without
# the JVM's start, first run). usage: tests/bench/loop.sh [GMRUN]
gmrun=${1:-build/gmrun}
: "${JAVA_HOME:=$(dirname "$(dirname "$(readlink -f "$(command -v javac)")")")}"
export JAVA_HOME
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT

names=(def-for long-for int-while def-while each for-in call)
bodies=(
    'def s = 0; for (int i = 0; i < 10000000; i++) { s += i }; s'
    'long s = 0; for (int i = 0; i < 10000000; i++) { s += i }; s'
    'int s = 0; int i = 0; while (i < 10000000) { s = s + i; i = i + 1 }; s'
    'def s = 0; def i = 0; while (i < 10000000) { s = s + i; i++ }; s'
    'def s = 0; (0..<10000000).each { s += it }; s'
    'def s = 0; for (i in 0..<10000000) { s += i }; s'
    'def s = 0; for (int i = 0; i < 10000000; i++) { s = add(s, i) }; s'
)
printf '%-10s %10s %10s %7s\n' loop 'gmrun ms' 'groovy ms' ratio
for k in "${!names[@]}"; do
    printf 'def add(x, y) { x + y }\ndef f() { %s }\nf()\n' "${bodies[k]}" >"$dir/a.groovy"
    printf 'def add(x, y) { x + y }\ndef f() { %s }\nlong t = System.nanoTime()\nf()\nprint((System.nanoTime() - t).intdiv(1000))\n' \
        "${bodies[k]}" >"$dir/b.groovy"
    start=$(date +%s%N)
    "$gmrun" eval "$dir/a.groovy" >/dev/null || exit 1
    ours=$((($(date +%s%N) - start) / 1000))
    theirs=$(if [ -n "$NO_GROOVY" ]; then echo 1; else groovy "$dir/b.groovy"; fi)
    awk -v n="${names[k]}" -v a="$ours" -v b="$theirs" 'BEGIN { printf "%-10s %10.1f %10.1f %7.2f\n", n, a / 1000, b / 1000, a / b }'
done
