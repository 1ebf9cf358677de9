#!/bin/bash
# 1,000 parallel branches of one sh each, two at a time, against GNU make -j2 with 1,000 targets.
. "$(dirname "$0")/lib.sh"

{
    echo "pipeline { agent any"
    echo "  stages { stage('all') { parallel {"
    for i in $(seq 1000); do echo "    stage('b$i') { steps { sh 'echo hello' } }"; done
    echo "  } } } }"
} >"$T/Jenkinsfile"
{
    echo "all: $(seq -f 't%g' -s ' ' 1000)"
    seq -f 't%g:' 1000 | sed "s/\$/\n\t@sh -xe -c 'echo hello'/"
} >"$T/Makefile"

pipeline() { run_pipeline "$T/Jenkinsfile" --max-procs 2; }
layer() { "$SHELL_JOBS" branches 1000 2; }
floor() { make -s -j2 -f "$T/Makefile"; }

RUNS=${RUNS_LONG:-3}
compare "1,000 branches" 1.3 s 1 pipeline floor
compare "  shell jobs alone" 1.3 s 1 layer floor
report "  resident memory" "$(resident run_pipeline "$T/Jenkinsfile" --max-procs 2)" - 32 MiB 1
