#!/bin/bash
# usage: test_kube.sh [--gmrun PATH]   the cases of tests/kube with Kubernetes' own API server, one for this run alone.
# Where Kubernetes is not built, which takes minutes, they are skipped; with GMRUN_REQUIRE=cluster it is built.
set -u
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../testbed/lib.sh"
gmrun=$here/../../build/gmrun
[ "${1:-}" = --gmrun ] && gmrun=$(realpath "$2")

why() {
    if required cluster; then
        "$TESTBED/install" kubernetes && "$TESTBED/kubernetes" build || return 1
    fi
    "$TESTBED/apiserver" start
}

stop() {
    "$TESTBED/apiserver" stop 2>/dev/null
    rm -rf "$TESTBED_RUN"
}

TESTBED_RUN=$(mktemp -d)
export TESTBED_RUN
trap stop EXIT
trap 'exit 143' INT TERM HUP
provided cluster why
eval "$("$TESTBED/apiserver" env | sed 's/^/export TESTBED_/')"
export TESTBED_KUBE=$here/../kube PATH=$KUBERNETES_BIN:$PATH
cases=("$here"/../kube/*.case)
corpus=${GMRUN_CORPUS:-}
export TESTBED_CORPUS=${corpus%%:*}
[ ! -d "$TESTBED_CORPUS/projects" ] || cases+=("$here/../kube/corpus/real.case")
part "$here/../cli/run" --gmrun "$gmrun" -j 2 "${cases[@]}"
# By themselves: they stop what the others need.
part "$here/../cli/run" --gmrun "$gmrun" -j 1 "$here"/../kube/alone/*.case
all_parts
