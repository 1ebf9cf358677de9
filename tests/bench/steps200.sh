#!/bin/bash
# 200 sh steps in one stage against a bash loop that writes each script to a file and runs sh -xe on it.
. "$(dirname "$0")/lib.sh"

for i in $(seq 200); do echo "    sh 'echo hello $i'"; done | one_stage >"$T/Jenkinsfile"
mkdir "$T/scripts"

pipeline() { run_pipeline "$T/Jenkinsfile"; }
layer() { "$SHELL_JOBS" steps 200; }
floor() {
    local i
    for ((i = 1; i <= 200; i++)); do
        printf 'echo hello %d' "$i" >"$T/scripts/script.$i.sh"
        sh -xe "$T/scripts/script.$i.sh"
    done
}

compare "200 sh steps" 1.2 s 1 pipeline floor
compare "  shell jobs alone" 1.2 s 1 layer floor
report "  resident memory" "$(resident run_pipeline "$T/Jenkinsfile")" - 8 MiB 1
