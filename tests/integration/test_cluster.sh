#!/bin/bash
# usage: test_cluster.sh [--gmrun PATH]   the cases of tests/kube/cluster with a real cluster of one node on the testbed's
# Docker, and the real pipelines of test_corpus_docker.py to their deployment. What runs already is used and left; what is
# started here ends here. With GMRUN_REQUIRE=cluster Kubernetes is built where it is not, else the cases are skipped.
set -u
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../testbed/lib.sh"
gmrun=$here/../../build/gmrun
[ "${1:-}" = --gmrun ] && gmrun=$(realpath "$2")

why() {
    local name
    if required cluster; then
        "$TESTBED/install" kubernetes cluster || return 1
        "$TESTBED/kubernetes" build || return 1
    fi
    "$TESTBED/docker" start || return 1
    "$TESTBED/registry" start || return 1
    for name in gmrun-test gmrun-web; do
        "$TESTBED/image" "$name" || return 1
    done
    "$here/../../agents/image/build" --build "$(dirname "$gmrun")" || return 1
    "$TESTBED/cluster" start
}

stop() {
    [ -n "$had_cluster" ] || "$TESTBED/cluster" stop 2>/dev/null
    [ -n "$had_registry" ] || "$TESTBED/registry" stop 2>/dev/null
    [ -n "$had_docker" ] || "$TESTBED/docker" stop 2>/dev/null
}

# One run at a time: the cases' namespaces have fixed names.
mkdir -p "$RUN"
exec 8>"$RUN/cluster-cases.lock"
flock 8
had_docker=$("$TESTBED/docker" status >/dev/null 2>&1 && echo yes)
had_registry=$("$TESTBED/registry" get /v2/ >/dev/null 2>&1 && echo yes)
had_cluster=$("$TESTBED/cluster" status && echo yes)
trap stop EXIT
trap 'exit 143' INT TERM HUP
provided cluster why
eval "$({ "$TESTBED/cluster" env && "$TESTBED/registry" env; } | sed 's/^/export TESTBED_/')"
export TESTBED_CACHE=${XDG_CACHE_HOME:-$HOME/.cache} TESTBED_KUBE=$here/../kube PATH=$KUBERNETES_BIN:$PATH

part as_docker "$here/../cli/run" --gmrun "$gmrun" -j 2 "$here"/../kube/cluster/*.case
# Alone: it takes the API server from all others.
part as_docker "$here/../cli/run" --gmrun "$gmrun" "$here"/../kube/cluster/restart/*.case
part "$here/test_corpus_docker.py" --gmrun "$gmrun" --cluster "$TESTBED_KUBECONFIG_ADMIN" --kubectl "$KUBERNETES_BIN/kubectl"
all_parts
