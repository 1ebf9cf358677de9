#!/bin/bash
# usage: test_demo.sh [--gmrun PATH]   the main job on real Git, Maven, Docker and registry, seen from outside: what it
# prints, archives, pushes and leaves behind; then without Docker, and with a unit test that fails.
set -u
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../testbed/lib.sh"
gmrun=$here/../../build/gmrun
[ "${1:-}" = --gmrun ] && gmrun=$(realpath "$2")
work=$(mktemp -d)
passed=0 failed=0 skipped=0

expect() {
    local what=$1
    shift
    if "$@" >/dev/null 2>&1; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "FAILED $what: $*"
    fi
}

skip() {
    skipped=$((skipped + 1))
    echo "skip $1"
}

demo() {
    "$here/demo.sh" --gmrun "$gmrun" --work "$work/$1" "${@:2}" >"$work/$1.log" 2>&1 </dev/null
    echo $? >"$work/$1.status"
}

status_is() {
    [ "$(cat "$work/$1.status")" = "$2" ]
}

# The stages stand in the console in the order of the file.
stages_in_order() {
    grep -aoE '拉取代码|单元测试|项目打包|构建镜像 推送镜像|推送最新镜像' "$work/$1.log" | awk '!seen[$0]++' | paste -sd ' ' |
        grep -q "$2"
}

tests_recorded() {
    python3 - "$1" "$2" <<'EOF'
import json, sys
text = json.load(open(sys.argv[1]))
def find(node, key):
    if isinstance(node, dict):
        if isinstance(node.get(key), int): return node[key]
        node = list(node.values())
    if isinstance(node, list):
        return next((v for v in (find(n, key) for n in node) if v is not None), None)
sys.exit(find(text, 'total') != int(sys.argv[2]))
EOF
}

builds() {
    echo "$work/$1/home/jobs/mall/builds"
}

# absent PATTERN-OPTION PATTERN FILE...: grep finds nothing, and every file is there to be searched.
absent() {
    grep -rqF "$@"
    [ $? -eq 1 ]
}

# The pushed image runs and answers.
image_answers() {
    local name=gmrun-test-$$ answer=1
    as_docker docker run -d --name $name "$1" || return 1
    wait_for 120 as_docker docker exec $name wget -qO- http://127.0.0.1:8080/health && answer=0
    as_docker docker exec $name wget -qO- http://127.0.0.1:8080/product/2 | grep -q 书包 || answer=1
    as_docker docker rm -f $name
    return $answer
}

with_docker() {
    demo full
    expect 'the demo succeeds' status_is full 0
    expect 'all stages ran' stages_in_order full '拉取代码 单元测试 项目打包 构建镜像 推送镜像 推送最新镜像'
    expect 'the console has Maven'\''s tests' grep -q 'Tests run: 11, Failures: 0' "$(builds full)/1/log"
    expect 'two jars are archived' test -s "$(builds full)/1/archive/mall-product/target/mall-product.jar" -a \
        -s "$(builds full)/1/archive/mall-gateway/target/mall-gateway.jar"
    expect '18 test results' tests_recorded "$(builds full)/1/junit.json" 18
    eval "$("$TESTBED/registry" env)"
    expect 'the catalogue has the image' grep -q '"mall/mall-product"' "$work/full.log"
    expect 'both tags were pushed' grep -qE 'SNAPSHOT-master-1.*latest|latest.*SNAPSHOT-master-1' "$work/full.log"
    expect 'the image runs' image_answers "$REGISTRY/mall/mall-product:latest"
    expect 'the password stands nowhere' absent -f "$REGISTRY_PASSWORD_FILE" "$work/full/home" "$work/full.log"
    demo full
    expect 'a second build is number 2' test -d "$(builds full)/2"
    expect 'the second Jenkinsfile, by the docker variable' docker_variable
    expect 'the mall answered in its container' grep -q '"status":"UP"' "$work/variable.log"
    expect 'its image was pushed' grep -q 'docker-1: digest: sha256:' "$work/variable.log"
    as_docker docker image rm -f mall/mall-product:docker-1 "$REGISTRY"/mall/mall-product:docker-{1,latest} >/dev/null 2>&1
    as_docker docker image rm -f "$REGISTRY"/mall/mall-product:{latest,SNAPSHOT-master-1,SNAPSHOT-master-2} >/dev/null 2>&1
}

# The same mall by the docker variable and a container as agent.
docker_variable() {
    git -C "$work/full/mall.git" show master:Jenkinsfile.docker >"$work/full/Jenkinsfile.docker"
    as_docker "$gmrun" run "$work/full/Jenkinsfile.docker" --home "$work/full/home" --job mall-docker --console plain \
        --credentials "$work/full/credentials.yaml" --param "GIT_URL=file://$work/full/mall.git" \
        --param "REGISTRY_URL=http://$REGISTRY" >"$work/variable.log" 2>&1 </dev/null
}

without_docker() {
    NO_DOCKER=1 demo bare
    expect 'packaging works without Docker' status_is bare 0
    expect 'the jars are archived' test -s "$(builds bare)/1/archive/mall-product/target/mall-product.jar"
    expect 'the reason is given' grep -q 'NO_DOCKER is set' "$work/bare.log"
    expect 'no image stage ran' absent -e 'docker build' "$(builds bare)/1/log"
}

trap 'rm -rf "$work"' EXIT
if ! have mvn || [ ! -d /usr/share/maven-repo/org/apache/maven/plugins/maven-surefire-plugin ]; then
    skip 'everything: Maven or its Debian plugins are not installed'
else
    had_docker=$("$TESTBED/docker" status >/dev/null 2>&1 && echo yes)
    had_registry=$(daemon_alive registry && echo yes)
    if why=$("$TESTBED/docker" start 2>&1) && why=$("$TESTBED/registry" start 2>&1); then
        with_docker
    elif required docker; then
        failed=$((failed + 1))
        echo "FAILED Docker is required here: $why"
    else
        skip "image build and push: $why"
    fi
    without_docker
    [ -n "$had_registry" ] || "$TESTBED/registry" stop 2>/dev/null
    [ -n "$had_docker" ] || "$TESTBED/docker" stop 2>/dev/null
fi
[ "$failed" -eq 0 ] || tail -n 40 "$work"/*.log
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
