# shellcheck shell=bash disable=SC2034,SC2016
# What the testbed's scripts share: where state lies, how a command becomes root, how a daemon is started, watched
# and ended. Nothing is kept in the work tree: a clone may be deleted while its daemons run.

TESTBED=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
CACHE=${XDG_CACHE_HOME:-$HOME/.cache}/gmrun-testbed
RUN=${TESTBED_RUN:-$CACHE/run}
KUBERNETES_VERSION=1.20.2
KUBERNETES=$CACHE/kubernetes-$KUBERNETES_VERSION
KUBERNETES_BIN=$KUBERNETES/bin
KUBERNETES_REPOSITORY=registry.aliyuncs.com/google_containers

say() {
    printf '%s\n' "$*" >&2
}

die() {
    say "testbed: $*"
    exit 1
}

have() {
    command -v "$1" >/dev/null 2>&1 || [ -x "/usr/sbin/$1" ] || [ -x "/sbin/$1" ]
}

# Never asks for a password: a machine where sudo would, gets an error instead of a prompt that nobody answers.
as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif have sudo; then
        sudo -n "$@"
    else
        say "testbed: root or sudo is needed for: $*"
        return 1
    fi
}

# as_docker CMD...: CMD as the same user, with the group that may talk to Docker.
as_docker() {
    if [ "$(id -u)" = 0 ] || docker version >/dev/null 2>&1; then
        "$@"
    else
        sudo -n -u "$(id -un)" -g docker env "PATH=$PATH" "HOME=$HOME" "$@"
    fi
}

# copy_libraries ROOT PROGRAM...: what the dynamic linker loads for these, to the same places below ROOT.
copy_libraries() {
    local root=$1 library
    shift
    for library in $(ldd "$@" | sed -nE 's,^[[:space:]]+(.* => )?(/[^ ]+) \(.*,\2,p' | grep -v "^$root" | sort -u); do
        mkdir -p "$root$(dirname "$library")"
        cp -L "$library" "$root$library"
    done
}

# required NAME: whether GMRUN_REQUIRE ("docker", "docker,cluster") says that a test may not be skipped for want of it.
required() {
    [[ ",${GMRUN_REQUIRE:-}," == *",$1,"* ]]
}

# provided NAME CMD...: CMD brings up what a suite needs, and says why it cannot: then the suite ends here, skipped, or
# failed where NAME is required.
provided() {
    local name=$1 reason
    shift
    reason=$("$@" 2>&1) && return 0
    reason=$(tail -n 1 <<<"$reason")
    if required "$name"; then
        printf 'FAILED %s is required here: %s\n0 passed, 1 failed\n' "$name" "$reason"
        exit 1
    fi
    printf 'skip %s: %s\n0 passed, 0 failed, 1 skipped\n' "$name" "$reason"
    exit 0
}

# part CMD...: one of several runs of a suite. Its totals, on its last line, are added up; the rest is shown. One that ends
# badly without a failure in its totals is one.
passed=0 failed=0 skipped=0
part() {
    local p=0 f=0 s=0 rc=0 log
    log=$(mktemp)
    "$@" >"$log" 2>&1 || rc=$?
    if tail -n 1 "$log" | grep -qE '^[0-9]+ passed, [0-9]+ failed'; then
        read -r p _ f _ s _ <<<"$(tail -n 1 "$log")"
        sed -i '$d' "$log"
    fi
    [ "$rc" -eq 0 ] || [ "$f" -gt 0 ] || f=1
    cat "$log"
    rm -f "$log"
    passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + ${s:-0}))
}

# The last line and the status of such a suite.
all_parts() {
    echo "$passed passed, $failed failed, $skipped skipped"
    [ "$failed" -eq 0 ]
}

# wait_for SECONDS CMD...: polls CMD until it succeeds.
wait_for() {
    local end=$((SECONDS + $1))
    shift
    until "$@" >/dev/null 2>&1; do
        [ "$SECONDS" -lt "$end" ] || return 1
        sleep 0.1
    done
}

# locked NAME CMD...: CMD while no other process of the testbed is at NAME. The lock is descriptor 9, which daemons do not
# inherit (daemon_start), since it would be held for their life; likewise 8, which test_cluster.sh holds.
locked() {
    local name=$1
    shift
    mkdir -p "$RUN"
    exec 9>"$RUN/$name.lock"
    flock 9
    "$@"
    exec 9>&-
}

# A loopback port that nobody listens on, below those that the kernel and Kubernetes give away.
free_port() {
    local port
    while port=$((20000 + RANDOM % 9900)); do
        (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || break
    done
    echo "$port"
}

# A pid alone may have been given to another process since; its start time tells.
process_start() {
    sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | cut -d' ' -f20
}

daemon_alive() {
    local pid start
    [ -r "$RUN/$1.pid" ] && read -r pid start <"$RUN/$1.pid" && [ -n "$start" ] && [ "$(process_start "$pid")" = "$start" ]
}

# daemon_start NAME CMD...: runs CMD as root in a session of its own, output in $RUN/NAME.log.
daemon_start() {
    local name=$1 pid
    shift
    mkdir -p "$RUN"
    rm -f "$RUN/$name.pid"
    as_root setsid sh -c 'echo $$ >"$0.starting"; exec "$@" >"$0.log" 2>&1 </dev/null' "$RUN/$name" "$@" \
        >/dev/null 2>&1 </dev/null 8>&- 9>&- &
    wait_for 60 test -s "$RUN/$name.starting" || return 1
    read -r pid <"$RUN/$name.starting"
    as_root rm -f "$RUN/$name.starting"
    echo "$pid $(process_start "$pid")" >"$RUN/$name.pid"
}

# daemon_stop NAME: TERM, up to 15 s of patience, KILL. No error when it is not ours or already gone.
daemon_stop() {
    local pid
    if daemon_alive "$1"; then
        read -r pid _ <"$RUN/$1.pid"
        as_root kill "$pid"
        for _ in $(seq 150); do
            daemon_alive "$1" || break
            sleep 0.1
        done
        daemon_alive "$1" && as_root kill -KILL "$pid"
        say "stopped $1"
    fi
    rm -f "$RUN/$1.pid"
}

# The last error that a daemon wrote, as one line.
daemon_reason() {
    grep -aiE 'error|fail|denied|not permitted' "$RUN/$1.log" 2>/dev/null | tail -n 1 | cut -c1-300
}

# write_kubeconfig FILE SERVER CA_FILE NAMESPACE USER: USER is the inside of a flow map.
write_kubeconfig() {
    cat >"$1" <<END
apiVersion: v1
kind: Config
clusters:
- name: testbed
  cluster: {server: "$2", certificate-authority-data: $(base64 -w 0 "$3")}
users:
- name: tester
  user: {$5}
contexts:
- name: testbed
  context: {cluster: testbed, user: tester, namespace: $4}
current-context: testbed
END
}
