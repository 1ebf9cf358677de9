#!/bin/bash
# 10 million additions in a Groovy loop against groovy on the JVM, measured inside, without its start.
. "$(dirname "$0")/lib.sh"

cat >"$T/loop.groovy" <<'END'
long sum = 0
for (int i = 0; i < 10000000; i++) { sum += i }
sum
END
cat >"$T/judge.groovy" <<'END'
def loop() {
    long sum = 0
    for (int i = 0; i < 10000000; i++) { sum += i }
    sum
}
loop()
long a = System.nanoTime()
loop()
println((System.nanoTime() - a) / 1e9)
END
ours() { "$GMRUN" eval "$T/loop.groovy"; }
java=$(readlink -f "$(command -v javac || command -v java)" 2>/dev/null)
floor=n/a
if [ -n "$java" ] && command -v groovy >/dev/null; then
    floor=$(JAVA_HOME=$(dirname "$(dirname "$java")") groovy "$T/judge.groovy" 2>/dev/null | tail -1)
fi
: >"$T/figure"
for ((i = 0; i < RUNS; i++)); do seconds ours >>"$T/figure" || break; done
report "10 million additions" "$(median <"$T/figure")" "${floor:-n/a}" 1.5 s 1
