#!/bin/bash
# usage: test_docker.sh [--gmrun PATH]   the cases of tests/docker with a real Docker Engine and a real registry, which are
# started where none runs. Without Docker they are skipped; with GMRUN_REQUIRE=docker that is a failure.
set -u
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../testbed/lib.sh"
gmrun=$here/../../build/gmrun
[ "${1:-}" = --gmrun ] && gmrun=$(realpath "$2")

why() {
    "$TESTBED/docker" start && "$TESTBED/registry" start && "$TESTBED/image" gmrun-test
}

had_docker=$("$TESTBED/docker" status >/dev/null 2>&1 && echo yes)
provided docker why
eval "$("$TESTBED/registry" env)"
export TESTBED_REGISTRY=$REGISTRY TESTBED_REGISTRY_USER=$REGISTRY_USER TESTBED_REGISTRY_PASSWORD_FILE=$REGISTRY_PASSWORD_FILE
export TESTBED_DOCKER=$here/../docker
cases=("$here"/../docker/*.case)
if grep -qa __asan_init "$gmrun"; then
    cases=("${cases[@]/*\/context.case/}")
    echo 'skip context.case: the sanitizer keeps freed memory, which the cases measure'
fi
mapfile -t cases < <(printf '%s\n' "${cases[@]}" | grep .)
as_docker "$here/../cli/run" --gmrun "$gmrun" -j 2 "${cases[@]}"
status=$?
[ -n "$had_docker" ] || "$TESTBED/docker" stop 2>/dev/null
exit $status
