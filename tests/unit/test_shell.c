/* `sh` steps with real shells [JENKINS-FACTS 4.1] and operations on files, through the local agent and
 * through a far one: of that only the transport is near, everything goes by streams and the real helper
 * program. */
#include "agents/agent.h"
#include "agents/far.h"
#include "agents/launch_local.h"
#include "agents/worker.h"
#include "base/fs.h"
#include "base/proc.h"
#include "base/slots.h"
#include "base/util.h"
#include "agents/shell.h"
#include "tests/unit/check.h"
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

enum { PATIENCE_MS = 120000 }; /* how long a machine may be busy with other things */

struct fixture {
    struct loop loop;
    struct procs procs;
    struct agent *agent;
    struct local_launcher launcher; /* under the far agent */
    bool far;
    char *dir, *ws, *tmp;
    struct buf text, out;
    int done, chunks, status, signal, number, most;
    bool cancelled, failed;
    struct shell_options o;
};

static const char *const plain_env[] = {"PATH=/usr/bin:/bin", "FOO=bar", NULL};

static int setup(void **state)
{
    struct fixture *f = xcalloc(1, sizeof(*f));
    assert_int_equal(loop_init(&f->loop, NULL), 0);
    assert_int_equal(procs_init(&f->procs, &f->loop, true, NULL), 0);
    f->agent = agent_local_new(&f->procs, "built-in");
    f->dir = fs_tempdir("/tmp", "gmrun-test-", NULL);
    f->ws = path_join(f->dir, "ws with blank");
    f->tmp = path_join(f->dir, "ws with blank@tmp");
    f->o = (struct shell_options){.cwd = f->ws, .tmp = f->tmp, .env = plain_env};
    buf_addstr(&f->text, "");
    buf_addstr(&f->out, "");
    *state = f;
    return 0;
}

static int setup_far(void **state)
{
    setup(state);
    struct fixture *f = *state;
    _cleanup_free_ char *program = worker_program(NULL);
    f->agent->ops->free(f->agent);
    local_launcher_init(&f->launcher, &f->procs);
    f->agent = far_agent_new(
        &(struct far_options){"test", "far", &f->launcher.launcher, {&f->launcher.launcher, program}});
    f->far = true;
    return 0;
}

static void wait_while(struct fixture *f, const int *number, int is)
{
    int64_t first = loop_now(&f->loop);
    while (*number == is && loop_now(&f->loop) - first < PATIENCE_MS)
        loop_run_once(&f->loop, 1000, NULL);
}

static void on_end(void *data)
{
    ((struct fixture *)data)->done = -1;
}

static void end_far(struct fixture *f)
{
    f->done = 0;
    far_agent_end(f->agent, on_end, f);
    wait_while(f, &f->done, 0);
    assert_int_equal(f->done, -1);
}

/* Whatever a test did: no durable folder may be left. */
static int teardown(void **state)
{
    struct fixture *f = *state;
    if (f->far)
        end_far(f);
    f->agent->ops->free(f->agent);
    if (fs_exists(f->tmp))
        assert_int_equal(rmdir(f->tmp), 0);
    procs_release(&f->procs);
    loop_release(&f->loop);
    fs_rm_rf(f->dir, NULL);
    buf_release(&f->text);
    buf_release(&f->out);
    free(f->dir);
    free(f->ws);
    free(f->tmp);
    free(f);
    return 0;
}

static void on_output(void *data, const char *text, size_t n)
{
    struct fixture *f = data;
    f->chunks++;
    buf_add(&f->text, text, n);
}

static void on_done(void *data, const struct shell_result *r)
{
    struct fixture *f = data;
    f->done++;
    f->status = r->status;
    f->signal = r->signal;
    f->cancelled = r->cancelled;
    f->failed = r->err != NULL;
    buf_add(&f->out, r->out->data, r->out->len);
}

static const struct shell_callbacks callbacks = {on_output, on_done};

static struct shell_job *start(struct fixture *f, const char *script)
{
    struct error err = {0};
    f->o.script = script;
    struct shell_job *j = f->agent->ops->shell(f->agent, &f->o, &callbacks, f, &err);
    if (!j)
        fail_msg("%s", err.message);
    return j;
}

static void wait_done(struct fixture *f, int count)
{
    int64_t first = loop_now(&f->loop);
    while (f->done < count && loop_now(&f->loop) - first < PATIENCE_MS)
        loop_run_once(&f->loop, 1000, NULL);
    assert_int_equal(f->done, count);
}

static void wait_text(struct fixture *f, const char *text)
{
    int64_t first = loop_now(&f->loop);
    while (!strstr(f->text.data, text) && loop_now(&f->loop) - first < PATIENCE_MS)
        loop_run_once(&f->loop, 100, NULL);
    assert_non_null(strstr(f->text.data, text));
}

static void run(struct fixture *f, const char *script)
{
    buf_clear(&f->text);
    buf_clear(&f->out);
    f->done = 0;
    start(f, script);
    wait_done(f, 1);
}

static void xtrace_and_first_failure(void **state)
{
    struct fixture *f = *state;
    run(f, "echo $FOO\nfalse\necho never\n");
    assert_string_equal(f->text.data, "+ echo bar\nbar\n+ false\n");
    assert_int_equal(f->status, 1);
    run(f, "false | true; pwd");
    assert_non_null(strstr(f->text.data, "/ws with blank\n"));
    assert_int_equal(f->status, 0);
    run(f, "cat; exit 42");
    assert_int_equal(f->status, 42);
}

static void hash_bang(void **state)
{
    struct fixture *f = *state;
    run(f, "#!/bin/bash\necho \"$BASH_VERSION\" | cut -c1; false; echo on");
    assert_string_equal(f->text.data, "5\non\n");
    assert_int_equal(f->status, 0);
    run(f, "\n#!/bin/bash\necho x"); /* not the first two bytes */
    assert_string_equal(f->text.data, "+ echo x\nx\n");
    run(f, "#!/no/such/interpreter\n");
    assert_int_equal(f->status, 127);
    assert_non_null(strstr(f->text.data, "not found"));
    assert_false(f->failed);
}

static void configured_shell(void **state)
{
    struct fixture *f = *state;
    f->o.shell = "bash";
    run(f, "echo ${BASH_VERSION:+yes}");
    assert_string_equal(f->text.data, "+ echo yes\nyes\n");
    f->o.shell = "/no/such/shell";
    run(f, "echo x");
    assert_int_equal(f->status, 127);
}

static void return_stdout(void **state)
{
    struct fixture *f = *state;
    f->o.return_stdout = true;
    run(f, "echo out; echo err >&2");
    assert_string_equal(f->out.data, "out\n");
    assert_string_equal(f->text.data, "+ echo out\n+ echo err\nerr\n");
    run(f, "echo out; exit 3");
    assert_int_equal(f->status, 3);
    assert_string_equal(f->text.data, "+ echo out\n+ exit 3\nout\n");
    run(f, "printf '  x'");
    assert_string_equal(f->out.data, "  x");
}

static void empty_script_warns(void **state)
{
    struct fixture *f = *state;
    run(f, "");
    assert_string_equal(f->text.data, "Warning: was asked to run an empty script\n");
    assert_int_equal(f->status, 0);
}

static void last_line_gets_its_end(void **state)
{
    struct fixture *f = *state;
    run(f, "set +x; printf abc");
    assert_string_equal(f->text.data, "+ set +x\nabc\n");
    run(f, "#!/bin/sh\nprintf abc; sleep 0.3");
    assert_string_equal(f->text.data, "abc\n");
}

static void partial_lines_come_after_a_while(void **state)
{
    struct fixture *f = *state;
    buf_clear(&f->text);
    start(f, "#!/bin/sh\nprintf 'Password: '; until [ -e typed ]; do sleep 0.05; done; echo; echo done");
    wait_text(f, "Password: ");
    assert_int_equal(f->done, 0);
    _cleanup_free_ char *typed = path_join(f->ws, "typed");
    assert_int_equal(fs_write_file(typed, "", 0, 0644, NULL), 0);
    wait_done(f, 1);
    assert_string_equal(f->text.data, "Password: \ndone\n");
}

static void whole_lines_in_few_chunks(void **state)
{
    struct fixture *f = *state;
    run(f, "#!/bin/sh\nseq 1 200000");
    assert_true(f->chunks < 1000);
    size_t lines = 0;
    for (size_t i = 0; i < f->text.len; i++)
        lines += f->text.data[i] == '\n';
    assert_int_equal(lines, 200000);
    assert_non_null(strstr(f->text.data, "\n123456\n"));
}

static void cookies(void **state)
{
    struct fixture *f = *state;
    f->o.node_cookie = "node-1";
    const char *env[] = {"PATH=/usr/bin:/bin", "JENKINS_SERVER_COOKIE=mine", NULL};
    f->o.env = env;
    run(f, "#!/bin/sh\nenv | grep COOKIE | sort");
    assert_non_null(strstr(f->text.data, "JENKINS_NODE_COOKIE=node-1\nJENKINS_SERVER_COOKIE=durable-"));
    assert_null(strstr(f->text.data, "mine"));
    const char *own[] = {"PATH=/usr/bin:/bin", "JENKINS_NODE_COOKIE=dontKillMe", NULL};
    f->o.env = own;
    run(f, "#!/bin/sh\nenv | grep -c NODE_COOKIE; echo $JENKINS_NODE_COOKIE");
    assert_string_equal(f->text.data, "1\ndontKillMe\n");
}

static void signals_are_named(void **state)
{
    struct fixture *f = *state;
    run(f, "kill -KILL $$");
    assert_int_equal(f->status, 137);
    assert_int_equal(f->signal, f->far ? 0 : 9);
    run(f, "sh -c 'kill -TERM $$'");
    assert_int_equal(f->status, 143);
    assert_int_equal(f->signal, 0); /* the inner one died, the outer one told */
}

static void cancel(void **state)
{
    struct fixture *f = *state;
    f->o.kill_grace_ms = 1000;
    struct shell_job *j = start(f, "sleep 60");
    wait_text(f, "+ sleep 60\n");
    shell_cancel(j);
    shell_cancel(j);
    wait_done(f, 1);
    assert_true(f->cancelled);
    assert_string_equal(f->text.data, "+ sleep 60\nSending interrupt signal to process\n");
    j = start(f, "(setsid sh -c 'trap \"\" TERM; echo rea\"\"dy; sleep 60; sleep 60' &) ; sleep 60");
    wait_text(f, "ready\n");
    shell_cancel(j);
    wait_done(f, 2);
    assert_non_null(strstr(f->text.data, "After 1s process did not stop\n"));
    j = start(f, "echo never"); /* before it began */
    buf_clear(&f->text);
    shell_cancel(j);
    wait_done(f, 3);
    assert_true(f->cancelled);
    assert_string_equal(f->text.data, "");
}

static void encoding(void **state)
{
    struct fixture *f = *state;
    f->o.encoding = "GBK";
    run(f, "#!/bin/sh\nprintf '\\304\\343'; sleep 0.01; printf '\\272'; sleep 0.01; printf '\\303\\n\\304'");
    assert_string_equal(f->text.data, "\xe4\xbd\xa0\xe5\xa5\xbd\n\xef\xbf\xbd\n");
    f->o.return_stdout = true;
    run(f, "#!/bin/sh\nprintf '\\304\\343'");
    assert_string_equal(f->out.data, "\xe4\xbd\xa0");
    f->o.encoding = "no-such-charset";
    f->o.script = "x";
    struct error err = {0};
    assert_null(f->agent->ops->shell(f->agent, &f->o, &callbacks, f, &err));
    assert_int_equal(err.kind, ERROR_INVALID);
    error_release(&err);
}

/* Lines are numbers: the largest one. */
static void largest(void *data, const char *text, size_t n)
{
    struct fixture *f = data;
    for (size_t i = 0; i < n; i++) {
        f->most = f->number > f->most ? f->number : f->most;
        f->number = text[i] == '\n' ? 0 : f->number * 10 + text[i] - '0';
    }
}

/* Each tells how many run; the first waits for a second, by marks that stay. */
static void limit_of_processes(void **state)
{
    struct fixture *f = *state;
    struct slots slots;
    slots_init(&slots, &f->loop, 3);
    f->o.slots = &slots;
    f->o.script = "#!/bin/sh\n: >r.$$; : >m.$$; until set -- m.*; [ $# -ge 2 ]; do sleep 0.02; done\n"
                  "set -- r.*; echo $#; rm r.$$";
    struct shell_callbacks cb = {largest, on_done};
    struct shell_job *jobs[30];
    for (int i = 0; i < 30; i++)
        jobs[i] = f->agent->ops->shell(f->agent, &f->o, &cb, f, NULL);
    shell_cancel(jobs[20]); /* still queued */
    wait_done(f, 30);
    assert_true(f->most <= 3 && f->most >= 2);
    assert_int_equal(slots.used, 0);
}

/* Too few descriptors for all at once: the later ones wait for the earlier ones. */
static void scarce_descriptors(void **state)
{
    struct fixture *f = *state;
    struct rlimit old, few;
    getrlimit(RLIMIT_NOFILE, &old);
    few = (struct rlimit){24, old.rlim_max};
    setrlimit(RLIMIT_NOFILE, &few);
    buf_clear(&f->text);
    for (int i = 0; i < 40; i++)
        start(f, "#!/bin/sh\nsleep 0.1; echo x");
    wait_done(f, 40);
    setrlimit(RLIMIT_NOFILE, &old);
    assert_int_equal(f->text.len, 80);
    assert_false(f->failed);
}

static void start_that_cannot_work(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(fs_write_file(f->ws, "", 0, 0644, NULL), 0); /* a file where the workspace should be */
    run(f, "echo x");
    assert_true(f->failed);
    assert_int_equal(f->status, -1);
}

static void litter_in_the_folder_goes_too(void **state)
{
    struct fixture *f = *state;
    run(f, "mkdir \"$(dirname \"$0\")\"/more");
    assert_int_equal(f->status, 0);
}

static void folder_is_used_again(void **state)
{
    struct fixture *f = *state;
    run(f, "#!/bin/sh\necho $0; # a long text that the next script must not show the end of");
    _cleanup_free_ char *first = xstrdup(f->text.data);
    assert_non_null(strstr(first, "@tmp/durable-"));
    run(f, "#!/bin/sh\necho $0");
    assert_string_equal(f->text.data, first);
    run(f, "rm -r \"$(dirname \"$0\")\"");
    run(f, "echo x");
    assert_string_equal(f->text.data, "+ echo x\nx\n");
    run(f, "");
    assert_int_equal(f->status, 0);
}

/* ---- the agent's file operations ---- */

struct got {
    struct buf text;
    bool found, bad, done;
};

static void on_file(void *arg, struct agent_reply *reply, const struct error *err)
{
    struct got *g = arg;
    g->done = true;
    g->bad = err != NULL;
    g->found = reply->found;
    buf_clear(&g->text);
    buf_add(&g->text, reply->data.data, reply->data.len);
    for (size_t i = 0; i < reply->count; i++)
        buf_printf(&g->text, "%s%s:%d ", reply->entries[i].path, reply->entries[i].is_dir ? "/" : "",
                   reply->entries[i].is_dir ? 0 : (int)reply->entries[i].size);
}

static void do_file(struct fixture *f, const struct agent_file *op, struct got *g)
{
    g->done = false;
    assert_int_equal(f->agent->ops->file(f->agent, op, on_file, g, NULL), 0);
    assert_true(g->done || f->far);
    int64_t first = loop_now(&f->loop);
    while (!g->done && loop_now(&f->loop) - first < PATIENCE_MS)
        loop_run_once(&f->loop, 1000, NULL);
    assert_true(g->done);
}

static void file_operations(void **state)
{
    struct fixture *f = *state;
    struct got g = {0};
    _cleanup_free_ char *file = path_join(f->ws, "a/b.txt");
#define DO(...) do_file(f, &(struct agent_file){__VA_ARGS__}, &g)
    DO(.kind = AGENT_STAT, .path = file);
    assert_true(!g.bad && !g.found);
    DO(.kind = AGENT_WRITE, .path = file, .data = "hello", .len = 5);
    assert_false(g.bad);
    DO(.kind = AGENT_READ, .path = file);
    assert_string_equal(g.text.data, "hello");
    DO(.kind = AGENT_READ, .path = file, .limit = 3);
    assert_true(g.bad);
    DO(.kind = AGENT_DIGEST, .path = file, .digest = HASH_MD5);
    assert_string_equal(g.text.data, "5d41402abc4b2a76b9719d911017c592");
    DO(.kind = AGENT_TOUCH, .path = file, .mtime_ms = 1000);
    struct stat st;
    assert_int_equal(stat(file, &st), 0);
    assert_int_equal(st.st_mtim.tv_sec, 1);
    DO(.kind = AGENT_LIST, .path = f->ws);
    assert_string_equal(g.text.data, "a/:0 ");
    DO(.kind = AGENT_GLOB, .path = f->ws, .includes = "**/*.txt");
    assert_string_equal(g.text.data, "a/b.txt:5 ");
    DO(.kind = AGENT_TEMP, .path = f->ws);
    assert_true(fs_is_dir(g.text.data));
    DO(.kind = AGENT_EMPTY, .path = f->ws);
    DO(.kind = AGENT_LIST, .path = f->ws);
    assert_string_equal(g.text.data, "");
    DO(.kind = AGENT_MKDIR, .path = file);
    DO(.kind = AGENT_STAT, .path = file);
    assert_true(g.found);
    DO(.kind = AGENT_READ, .path = file);
    assert_true(g.bad);
    DO(.kind = AGENT_DELETE, .path = f->ws);
    assert_false(fs_exists(f->ws));
    buf_release(&g.text);
}

/* More than one request, or one frame, holds. */
static void large_files(void **state)
{
    enum { SIZE = 9 << 20 };
    struct fixture *f = *state;
    struct got g = {0};
    _cleanup_free_ char *file = path_join(f->ws, "big"), *data = xmalloc(SIZE);
    for (size_t i = 0; i < SIZE; i++)
        data[i] = (char)(i * 2654435761u >> 24);
    DO(.kind = AGENT_WRITE, .path = file, .data = data, .len = SIZE);
    assert_false(g.bad);
    DO(.kind = AGENT_READ, .path = file);
    assert_int_equal(g.text.len, SIZE);
    assert_memory_equal(g.text.data, data, SIZE);
    buf_release(&g.text);
}

/* The helper is killed: what was under way fails, what comes later gets a new one. */
static void lost_helper(void **state)
{
    struct fixture *f = *state;
    struct got g = {0};
    DO(.kind = AGENT_STAT, .path = "/");
    assert_true(g.found);
    kill(proc_pid(f->procs.head), SIGKILL); /* no other child is there */
    DO(.kind = AGENT_STAT, .path = "/");
    DO(.kind = AGENT_STAT, .path = "/");
    assert_true(g.found);
    buf_release(&g.text);
}

static void far_environment(void *data, const char *const *env, const struct error *err)
{
    struct fixture *f = data;
    f->done++;
    for (; env && *env; env++)
        buf_printf(&f->text, "%s|", *env);
}

static void environment(void **state)
{
    struct fixture *f = *state;
    setenv("GMRUN_TEST_FAR", "a\nb", 1);
    far_env(&f->launcher.launcher, far_environment, f);
    wait_done(f, 1);
    unsetenv("GMRUN_TEST_FAR");
    assert_non_null(strstr(f->text.data, "GMRUN_TEST_FAR=a\nb|"));
}

/* Neither script nor environment stand where others see them; names that no shell takes do no harm. */
static void nothing_in_arguments(void **state)
{
    struct fixture *f = *state;
    const char *env[] = {"PATH=/usr/bin:/bin",      "SECRET=s3cr3t'x",  "UID=7", "a.b=c",
                         "BASH_FUNC_x%%=() { :; }", "GMRUN_LINES=a\nb", NULL};
    f->o.env = env;
    run(f,
        "#!/bin/sh\ncat /proc/$PPID/cmdline /proc/$$/cmdline | tr '\\0' ' ' | grep -c s3cr3t; echo $SECRET; "
        "echo \"$GMRUN_LINES\"");
    assert_string_equal(f->text.data, "0\ns3cr3t'x\na\nb\n");
}

static void sweep(void **state)
{
    struct fixture *f = *state;
    f->o.node_cookie = "far-7";
    run(f, "(setsid sleep 60 >/dev/null 2>&1 &); echo started");
    assert_int_equal(proc_signal_all("JENKINS_NODE_COOKIE=far-7", 0, 0), 1);
    f->done = 0;
    f->agent->ops->sweep(f->agent, "JENKINS_NODE_COOKIE=far-7", 100, on_end, f);
    wait_while(f, &f->done, 0);
    assert_int_equal(proc_signal_all("JENKINS_NODE_COOKIE=far-7", 0, 0), 0);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
#define F(f)                                                                                                 \
    {                                                                                                        \
        "far_" #f, f, setup_far, teardown, NULL                                                              \
    }
    const struct CMUnitTest tests[] = {
        T(xtrace_and_first_failure),
        T(hash_bang),
        T(configured_shell),
        T(return_stdout),
        T(empty_script_warns),
        T(last_line_gets_its_end),
        T(partial_lines_come_after_a_while),
        T(whole_lines_in_few_chunks),
        T(cookies),
        T(signals_are_named),
        T(cancel),
        T(encoding),
        T(limit_of_processes),
        T(scarce_descriptors),
        T(start_that_cannot_work),
        T(litter_in_the_folder_goes_too),
        T(folder_is_used_again),
        T(file_operations),
        T(large_files),
        F(xtrace_and_first_failure),
        F(hash_bang),
        F(configured_shell),
        F(return_stdout),
        F(empty_script_warns),
        F(last_line_gets_its_end),
        F(partial_lines_come_after_a_while),
        F(whole_lines_in_few_chunks),
        F(cookies),
        F(signals_are_named),
        F(cancel),
        F(encoding),
        F(limit_of_processes),
        F(litter_in_the_folder_goes_too),
        F(file_operations),
        F(large_files),
        F(lost_helper),
        F(environment),
        F(nothing_in_arguments),
        F(sweep),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
