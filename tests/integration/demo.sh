#!/bin/bash
# usage: demo.sh [--gmrun PATH] [--keep] [--work DIR] [--deploy] [-- GMRUN-OPTION...]
#
# The main job on real parts: the example mall as a bare git repository, its Jenkinsfile run unchanged by gmrun, the
# image pushed to a registry. Docker and the registry are started where none runs and stopped at the end, unless
# --keep. Without a usable Docker the pipeline runs through packaging. With --deploy also through its roll-out to the
# testbed's cluster, which has to run (make cluster), and the Service is asked.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
. "$root/tests/testbed/lib.sh"
gmrun=$root/build/gmrun keep=${KEEP:-} work=${XDG_STATE_HOME:-$HOME/.local/state}/gmrun-demo module=mall-product deploy=false
while [ $# -gt 0 ]; do
    case $1 in
    --gmrun) gmrun=$(realpath "$2") && shift ;;
    --work) work=$2 && shift ;;
    --keep) keep=1 ;;
    --deploy) deploy=true ;;
    --) shift && break ;;
    *) die "usage: demo.sh [--gmrun PATH] [--keep] [--work DIR] [--deploy] [-- GMRUN-OPTION...]" ;;
    esac
    shift
done

title() {
    printf '\n\033[1m== %s\033[0m\n' "$*" | if [ -t 1 ]; then cat; else sed 's/\x1b\[[0-9;]*m//g'; fi
}

# A repository as a forge would hold it: bare, branch master, one commit with a fixed author.
make_repository() {
    local tree
    tree=$(mktemp -d)
    cp -r "$root/pipelines/examples/mall/." "$tree"
    rm -rf "$tree"/*/target "$work/mall.git"
    git -C "$tree" init -q -b master
    git -C "$tree" add -A
    git -C "$tree" -c user.name=mall -c user.email=mall@example.com commit -q -m 'The mall: gateway and product'
    git clone -q --bare "$tree" "$work/mall.git"
    rm -rf "$tree"
}

# Prints why Docker or the registry cannot be used; silent when both are ready.
start_docker() {
    if [ -n "${NO_DOCKER:-}" ]; then
        echo "NO_DOCKER is set"
    elif ! { "$TESTBED/docker" start && "$TESTBED/registry" start && "$TESTBED/image" mall-jre; } 2>"$work/docker.err"; then
        tail -n 1 "$work/docker.err"
    fi
}

stop_what_we_started() {
    local part
    [ -n "$keep" ] && return
    for part in registry docker; do
        case " $running " in
        *" $part "*) ;;
        *) "$TESTBED/$part" stop 2>/dev/null || true ;;
        esac
    done
}

# What ran before stays as it is.
running=
daemon_alive registry && running+=" registry"
daemon_alive dockerd && running+=" docker"
trap stop_what_we_started EXIT

mkdir -p "$work"
make_repository
why_not=$(start_docker)
options=(--home "$work/home" --job mall --credentials "$work/credentials.yaml" --env "DOCKER_CONFIG=$work/docker-config"
    --param "PROJECT_NAME=$module" --param "PROJECT_VERSION=v1.0.0" --param "GIT_URL=file://$work/mall.git" --param "DEPLOY=$deploy")
user=nobody password_file=/dev/null
if [ -z "$why_not" ]; then
    eval "$("$TESTBED/registry" env)"
    user=$REGISTRY_USER password_file=$REGISTRY_PASSWORD_FILE
    options+=(--param "REGISTRY=$REGISTRY")
else
    options+=(--skip '构建镜像 推送镜像' --skip '推送最新镜像')
fi
kubeconfig=/dev/null
if [ $deploy = true ]; then
    [ -z "$why_not" ] || die "the roll-out needs Docker: $why_not"
    "$TESTBED/cluster" status || die "the cluster does not run: make cluster"
    eval "$("$TESTBED/cluster" env)"
    kubeconfig=$KUBECONFIG_ADMIN
    options+=(--answer "deploy-to-dev-$module" --answer release-image-with-tag)
fi
(
    umask 077
    cat >"$work/credentials.yaml" <<EOF
credentials:
  - {id: aliyun-docker, type: usernamePassword, username: $user, password: "$(cat "$password_file")"}
  - {id: gitee-id, type: usernamePassword, username: git, password: unused}
  - {id: demo-kubeconfig, type: kubeconfig, path: $kubeconfig}
EOF
)
git -C "$work/mall.git" show master:Jenkinsfile >"$work/Jenkinsfile"

title "gmrun runs the mall's Jenkinsfile, unchanged"
printf '%s\n' "repository  file://$work/mall.git" "parameters  PROJECT_NAME=$module REGISTRY=${REGISTRY:-none} DEPLOY=$deploy"
status=0
run=("$gmrun" run "$work/Jenkinsfile" "${options[@]}" "$@")
if [ -z "$why_not" ]; then
    as_docker "${run[@]}" || status=$?
else
    "${run[@]}" || status=$?
fi

build=$(printf '%s\n' "$work"/home/jobs/mall/builds/[0-9]* | sort -V | tail -n 1)
[ -d "$build" ] || die "no build came about (exit status $status)"
title "What the build left"
printf '%-12s %s\n' "console" "$build/log" "artifacts" "$build/archive" "test results" "$build/junit.json"
[ ! -d "$build/archive" ] || (cd "$build/archive" && find . -type f -printf '             %P  %s bytes\n')
if [ -n "$why_not" ]; then
    printf '%-12s %s\n' "skipped" "image build and push: $why_not"
elif [ $status -eq 0 ]; then
    printf '%-12s %s' "catalogue" "$("$TESTBED/registry" get /v2/_catalog)"
    printf '\n%-12s %s' "tags" "$("$TESTBED/registry" get "/v2/mall/$module/tags/list")"
    printf '\n%-12s %s\n' "image" "$REGISTRY/mall/$module:latest"
fi
if [ $deploy = true ] && [ $status -eq 0 ]; then
    kubectl() {
        "$KUBERNETES_BIN/kubectl" --kubeconfig "$kubeconfig" --namespace mall "$@"
    }
    title "The Service answers"
    kubectl get deployment,pod,service
    address=http://$(kubectl get service $module -o 'jsonpath={.spec.clusterIP}'):8080/health
    wait_for 60 curl -fsS --max-time 5 "$address" || true # its rules come a moment after its pods
    curl -fsS --max-time 5 "$address" && echo
fi
[ $status -eq 0 ] || say "the pipeline ended with exit status $status"
exit $status
