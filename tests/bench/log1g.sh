#!/bin/bash
# 1 GB of log from one sh, 10 secrets masked, into the log file, against cat through a pipe to a file.
. "$(dirname "$0")/lib.sh"

SIZE_MB=${SIZE_MB:-1024}
awk 'BEGIN {
    srand(1)
    n = split("INFO DEBUG Downloading from central repo maven apache org example service controller build target test jar", w, " ")
    while (bytes < 64 * 1048576) {
        line = "[INFO]"
        for (k = 4 + int(rand() * 10); k > 0; k--)
            line = line " " w[1 + int(rand() * n)]
        line = line " " int(rand() * 1e9)
        if (rand() < 0.001)
            line = "token S3cret-0-9e3779b9 used"
        print line
        bytes += length(line) + 1
    }
}' >"$T/part"
times=$((SIZE_MB / 64))
{
    echo "credentials:"
    for i in $(seq 0 9); do printf -- '  - {id: c%d, type: string, secret: "S3cret-%d-%x"}\n' "$i" "$i" $((0x9e3779b9 * (i + 1) & 0xffffffff)); done
} >"$T/credentials.yaml"
chmod 600 "$T/credentials.yaml"
{
    echo "withCredentials(["
    for i in $(seq 0 9); do echo "  string(credentialsId: 'c$i', variable: 'V$i'),"; done
    echo "]) { sh 'set +x; for i in \$(seq $times); do cat $T/part; done' }"
} | one_stage >"$T/Jenkinsfile"

produce() { for ((k = 0; k < times; k++)); do cat "$T/part"; done; }
pipeline() { run_pipeline "$T/Jenkinsfile" --credentials "$T/credentials.yaml" --quiet; }
layer() { "$SHELL_JOBS" log "set +x; for i in \$(seq $times); do cat $T/part; done" >"$T/log"; }
floor() { produce | cat >"$T/log"; }

RUNS=${RUNS_LONG:-3}
compare "1 GB log, 10 secrets" 2 s 1 pipeline floor
if [ -d "$T/home" ] && grep -rqs 'token S3cret' "$T/home"; then echo "log1g: a secret is in the log" >&2; fi
compare "  shell job alone" 2 s 1 layer floor
