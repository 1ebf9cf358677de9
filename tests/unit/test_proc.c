/* Children: output, status, stubborn and escaped descendants, floods, orphans. All with real processes. */
#include "base/proc.h"
#include "base/buf.h"
#include "base/util.h"
#include "tests/unit/check.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* How long a machine may be busy with other things; and a grace that only a broken kill waits for. */
enum { PATIENCE_MS = 120000, GRACE_MS = 60000 };

struct run {
    struct loop loop;
    struct procs procs;
    struct buf out[3];
    size_t bytes;
    int done, stubborn;
    struct proc_exit ended;
};

static int setup(void **state)
{
    struct run *r = xcalloc(1, sizeof(*r));
    struct error err = {0};
    assert_int_equal(loop_init(&r->loop, &err), 0);
    assert_int_equal(procs_init(&r->procs, &r->loop, true, &err), 0);
    for (int i = 0; i < 3; i++)
        buf_addstr(&r->out[i], "");
    *state = r;
    return 0;
}

static int teardown(void **state)
{
    struct run *r = *state;
    procs_release(&r->procs);
    loop_release(&r->loop);
    for (int i = 0; i < 3; i++)
        buf_release(&r->out[i]);
    free(r);
    return 0;
}

static void on_output(void *data, int stream, const char *bytes, size_t n)
{
    struct run *r = data;
    r->bytes += n;
    if (r->bytes < 1 << 20)
        buf_add(&r->out[stream], bytes, n);
}

static void on_done(void *data, const struct proc_exit *ended)
{
    struct run *r = data;
    r->done++;
    r->ended = *ended;
}

static void on_stubborn(void *data)
{
    ((struct run *)data)->stubborn++;
}

static const struct proc_callbacks callbacks = {on_output, on_done, on_stubborn};

static struct proc *start_sh(struct run *r, const char *script, const char *cookie)
{
    const char *argv[] = {"sh", "-c", script, NULL};
    const char *env[] = {"PATH=/usr/bin:/bin", cookie, NULL};
    struct proc_options o = {
        .argv = argv, .env = env, .stdio = {PROC_NULL, PROC_PIPE, PROC_PIPE}, .cookie = cookie};
    struct error err = {0};
    struct proc *p = proc_start(&r->procs, &o, &callbacks, r, &err);
    if (!p)
        fail_msg("%s", err.message);
    return p;
}

static int64_t wait_done(struct run *r, int count)
{
    loop_run_once(&r->loop, 0, NULL);
    int64_t start = loop_now(&r->loop);
    while (r->done < count && loop_now(&r->loop) - start < PATIENCE_MS)
        loop_run_once(&r->loop, 1000, NULL);
    assert_int_equal(r->done, count);
    return loop_now(&r->loop) - start;
}

static void wait_output(struct run *r, const char *text)
{
    int64_t start = loop_now(&r->loop);
    while (!strstr(r->out[1].data, text) && loop_now(&r->loop) - start < PATIENCE_MS)
        loop_run_once(&r->loop, 100, NULL);
    assert_non_null(strstr(r->out[1].data, text));
}

static void output_and_status(void **state)
{
    struct run *r = *state;
    start_sh(r, "echo out; echo err >&2; cat; exit 7", NULL);
    wait_done(r, 1);
    assert_string_equal(r->out[1].data, "out\n");
    assert_string_equal(r->out[2].data, "err\n");
    assert_int_equal(r->ended.status, 7);
    assert_int_equal(r->ended.signal, 0);
    assert_false(r->ended.escaped);
    start_sh(r, "kill -SEGV $$", NULL);
    wait_done(r, 2);
    assert_int_equal(r->ended.status, 128 + SIGSEGV);
    assert_int_equal(r->ended.signal, SIGSEGV);
    assert_int_equal(r->procs.count, 0);
}

/* What a child inherits: nothing but 0-2, default signals, its own group. */
static void clean_child(void **state)
{
    struct run *r = *state;
    _cleanup_(close_fd) int leak = open("/dev/null", O_RDONLY); /* not close-on-exec, as a library may do */
    start_sh(r,
             "ls /proc/self/fd | wc -l; grep -E 'Sig(Blk|Ign)' /proc/self/status; "
             "test $(cut -d' ' -f5 /proc/$$/stat) = $$ && echo leader",
             NULL);
    wait_done(r, 1);
    assert_non_null(strstr(r->out[1].data, "4\n")); /* 0, 1, 2 and the listed folder */
    assert_non_null(strstr(r->out[1].data, "SigBlk:\t0000000000000000"));
    const char *ignored = strstr(r->out[1].data, "SigIgn:");
    assert_non_null(ignored);
    uint64_t internal = 3ull << 31; /* glibc's own 32 and 33, which its posix_spawn leaves ignored */
    assert_int_equal(strtoull(ignored + 8, NULL, 16) & ~internal, 0);
    assert_non_null(strstr(r->out[1].data, "leader"));
}

static void terminal_means_own_session(void **state)
{
    struct run *r = *state;
    r->procs.sessions = true;
    struct proc *p =
        start_sh(r, "test $(cut -d' ' -f6 /proc/$$/stat) = $$ && echo leader; set -m; sleep 60 & wait", NULL);
    wait_output(r, "leader");
    usleep(20000);
    proc_kill(p, GRACE_MS); /* the job has a group of its own, but not a session */
    assert_true(wait_done(r, 1) < GRACE_MS);
    assert_int_equal(r->stubborn, 0);
}

static void start_errors(void **state)
{
    struct run *r = *state;
    const char *argv[] = {"/no/such/program", NULL};
    struct proc_options o = {.argv = argv};
    struct error err = {0};
    assert_null(proc_start(&r->procs, &o, &callbacks, r, &err));
    assert_int_equal(err.code, ENOENT);
    assert_non_null(strstr(err.message, "/no/such/program"));
    error_release(&err);
    const char *sh[] = {"sh", NULL};
    o = (struct proc_options){.argv = sh, .cwd = "/no/such/folder"};
    assert_null(proc_start(&r->procs, &o, &callbacks, r, &err));
    assert_int_equal(err.code, ENOENT);
    error_release(&err);
    assert_int_equal(r->procs.count, 0);
}

static void standard_input(void **state)
{
    struct run *r = *state;
    const char *argv[] = {"wc", "-c", NULL};
    struct proc_options o = {.argv = argv, .stdio = {PROC_PIPE, PROC_PIPE, PROC_MERGE}};
    struct proc *p = proc_start(&r->procs, &o, &callbacks, r, NULL);
    assert_non_null(p);
    _cleanup_free_ char *data = xcalloc(1, 1000000);
    proc_write(p, data, 1000000, false); /* more than a pipe holds */
    proc_write(p, data, 5, true);
    wait_done(r, 1);
    assert_string_equal(r->out[1].data, "1000005\n");
    const char *quick[] = {"true", NULL};
    o.argv = quick;
    p = proc_start(&r->procs, &o, &callbacks, r, NULL);
    proc_write(p, data, 1000000, true); /* nobody reads: no SIGPIPE for us */
    wait_done(r, 2);
    assert_int_equal(r->ended.status, 0);
}

static void large_output_is_whole(void **state)
{
    struct run *r = *state;
    start_sh(r, "head -c 50000000 /dev/zero", NULL);
    wait_done(r, 1);
    assert_int_equal(r->bytes, 50000000);
}

static void kill_reaches_grandchild_that_ignores_term(void **state)
{
    struct run *r = *state;
    struct proc *p = start_sh(r, "(trap '' TERM; echo ready; while :; do sleep 0.05; done) & wait", NULL);
    wait_output(r, "ready");
    pid_t sid = proc_pid(p);
    assert_true(proc_signal_all(NULL, sid, 0) >= 2);
    proc_kill(p, 300);
    int64_t took = wait_done(r, 1);
    assert_true(took >= 250);
    assert_int_equal(r->stubborn, 1);
    assert_true(r->ended.killed);
    assert_int_equal(r->ended.signal, SIGTERM);
    assert_int_equal(proc_signal_all(NULL, sid, 0), 0);
}

static void kill_reaches_escaped_session_by_cookie(void **state)
{
    struct run *r = *state;
    const char *cookie = "JENKINS_SERVER_COOKIE=durable-test-1";
    struct proc *p =
        start_sh(r, "setsid sh -c 'trap \"\" TERM; echo ready; sleep 60; sleep 60' & wait", cookie);
    wait_output(r, "ready");
    assert_true(proc_signal_all(cookie, 0, 0) >= 2);
    assert_int_equal(proc_signal_all("JENKINS_SERVER_COOKIE=durable-test-", 0, 0),
                     0); /* whole entries only */
    proc_kill(p, 100);
    wait_done(r, 1);
    assert_int_equal(proc_signal_all(cookie, 0, 0), 0);
}

static void polite_kill_is_quick(void **state)
{
    struct run *r = *state;
    struct proc *p = start_sh(r, "echo ready; sleep 60", NULL);
    wait_output(r, "ready");
    proc_kill(p, GRACE_MS);
    assert_true(wait_done(r, 1) < GRACE_MS);
    assert_int_equal(r->stubborn, 0);
    p = start_sh(r, "trap 'echo cleaned; exit 3' TERM; echo again; while :; do sleep 0.02; done", NULL);
    wait_output(r, "again");
    proc_kill(p, GRACE_MS);
    wait_done(r, 2);
    assert_int_equal(r->ended.status, 3);
    assert_non_null(strstr(r->out[1].data, "cleaned"));
}

static void escaped_writer_does_not_hold_us(void **state)
{
    struct run *r = *state;
    const char *cookie = "T=escaped-writer";
    start_sh(r, "setsid sh -c 'while :; do echo tick; sleep 0.01; done' & sleep 0.1; echo end; exit 4",
             cookie);
    int64_t took = wait_done(r, 1);
    assert_true(took >= 500);
    assert_true(r->ended.escaped);
    assert_int_equal(r->ended.status, 4);
    assert_non_null(strstr(r->out[1].data, "end\n"));
    proc_sweep(cookie, 0);
    assert_int_equal(proc_signal_all(cookie, 0, 0), 0);
}

static void background_without_pipe_does_not_wait(void **state)
{
    struct run *r = *state;
    start_sh(r, "sleep 60 >/dev/null 2>&1 & echo $!", "T=bg");
    wait_done(r, 1);
    assert_false(r->ended.escaped);
    assert_int_equal(proc_signal_all("T=bg", 0, 0), 1);
    assert_int_equal(proc_sweep("T=bg", 1000), 0);
}

static void orphans_are_reaped(void **state)
{
    struct run *r = *state;
    start_sh(r, "(sleep 0.2; exit 1) >/dev/null 2>&1 & (sleep 0.3 & ) >/dev/null 2>&1; exit 0", NULL);
    wait_done(r, 1);
    siginfo_t info;
    for (int i = 0; i < 1200 && waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0; i++)
        loop_run_once(&r->loop, 50, NULL);
    assert_int_equal(waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT), -1);
    assert_int_equal(errno, ECHILD);
}

static void start_next(void *data, const struct proc_exit *ended)
{
    struct run *r = data;
    static const char *const argv[] = {"/bin/true", NULL};
    r->done++;
    assert_int_equal(ended->status, 0);
    if (r->done + (int)r->procs.count - 1 >= 2000)
        return;
    struct proc_callbacks cb = {.done = start_next};
    struct proc_options o = {.argv = argv, .stdio = {PROC_NULL, PROC_PIPE, PROC_MERGE}};
    assert_non_null(proc_start(&r->procs, &o, &cb, r, NULL));
}

static void two_thousand_children(void **state)
{
    struct run *r = *state;
    for (int i = 0; i < 50; i++)
        start_next(r, &(struct proc_exit){0});
    r->done = 0;
    while (r->procs.count)
        assert_true(loop_run_once(&r->loop, 10000, NULL) > 0);
    assert_true(r->done >= 1950);
}

static int count_fds(void)
{
    int n = 0;
    for (int fd = 0; fd < 256; fd++)
        n += fcntl(fd, F_GETFD) >= 0;
    return n;
}

static void nothing_leaks(void **state)
{
    struct run *r = *state;
    int before = count_fds();
    for (int i = 0; i < 20; i++)
        start_sh(r, "echo x", NULL);
    wait_done(r, 20);
    assert_int_equal(count_fds(), before);
}

static void release_kills_what_runs(void **state)
{
    struct run *r = *state;
    struct proc *p = start_sh(r, "echo ready; sleep 60 & sleep 60", NULL);
    wait_output(r, "ready");
    pid_t sid = proc_pid(p);
    procs_release(&r->procs);
    for (int i = 0; i < 3000 && proc_signal_all(NULL, sid, 0); i++)
        usleep(20000);
    assert_int_equal(proc_signal_all(NULL, sid, 0), 0);
    assert_int_equal(procs_init(&r->procs, &r->loop, true, NULL), 0);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
    const struct CMUnitTest tests[] = {
        T(output_and_status),
        T(clean_child),
        T(terminal_means_own_session),
        T(start_errors),
        T(standard_input),
        T(large_output_is_whole),
        T(kill_reaches_grandchild_that_ignores_term),
        T(kill_reaches_escaped_session_by_cookie),
        T(polite_kill_is_quick),
        T(escaped_writer_does_not_hold_us),
        T(background_without_pipe_does_not_wait),
        T(orphans_are_reaped),
        T(two_thousand_children),
        T(nothing_leaks),
        T(release_kills_what_runs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
