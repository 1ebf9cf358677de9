/* sh, shell tasks of other steps, and bat/powershell which this platform refuses [workflow-durable-task-step;
 * JENKINS-FACTS 4.1].
 *
 * One struct for the life of a shell job: output goes from the agent through a stream of masks (secrets may
 * be cut at any byte between two reads) to the sinks; the end decides by the arguments. Other steps use the
 * same by shell_task_start() with an end of their own. */
#include "agents/agent.h"
#include "runner/cli/run_options.h"
#include "runner/engine/node.h"
#include "runner/steps/rescue.h"
#include "runner/steps/rows.h"
#include "runner/sinks/lines.h"
#include "runner/steps/shell_task.h"
#include "runner/steps/tools/maven_log.h"
#include "runner/steps/workspace.h"
#include <signal.h>
#include <string.h>

enum { TAIL_LIMIT = 64 << 10 };

struct shell_state {
    struct step_call *call;
    struct shell_job *job;
    struct agent *agent;
    struct mask_stream masked;
    struct buf tail;     /* of Maven's output, as shown; empty until something looks like Maven's */
    struct lease *lease; /* the node stays ours until the process is gone */
    int status, signal;  /* how it ended */
    struct shell_task task;
};

static void shell_state_free(void *data)
{
    struct shell_state *s = data;
    mask_stream_release(&s->masked);
    buf_release(&s->tail);
    lease_unref(s->lease);
    if (s->task.release)
        s->task.release(s->task.data);
    free(s);
}

/* The tail is kept from the first bytes that look like Maven's on: most scripts never pay for it. */
static void emit_masked(void *data, const char *bytes, size_t n)
{
    struct shell_state *s = data;
    run_log(s->call->run, s->call->branch, bytes, n);
    if (s->tail.len || maven_log_is_likely(bytes, n))
        tail_add(&s->tail, bytes, n, TAIL_LIMIT);
}

/* What Maven said of the failure goes with the end of the step, to the summary and the record. */
static void find_reasons(struct step_call *c)
{
    struct shell_state *s = c->state;
    _cleanup_(buf_release) struct buf findings = {0};
    struct maven_log log = {0};
    if (!s->tail.len)
        return;
    maven_log_feed(&log, s->tail.data, s->tail.len);
    maven_log_findings(&log, s->lease->workspace, &findings);
    maven_log_release(&log);
    if (findings.len)
        c->findings = buf_steal(&findings);
}

static void output(void *data, const char *text, size_t n)
{
    mask_stream_feed(&((struct shell_state *)data)->masked, text, n);
}

static void shell_failed(struct step_call *c, void *data)
{
    struct shell_state *s = c->state;
    find_reasons(c);
    if (s->signal)
        step_fail_text(c, "script returned exit code %d (killed by signal %d, %s)", s->status, s->signal,
                       strsignal(s->signal));
    else
        step_fail_text(c, "script returned exit code %d", s->status);
}

/* The flush comes first: a secret's last bytes may wait for what could follow them. A rescue shell ends by
 * shell_failed(). */
static void ended(void *data, const struct shell_result *r)
{
    struct shell_state *s = data;
    struct step_call *c = s->call;
    bool capture = step_bool(c, "returnStdout", false);
    mask_stream_flush(&s->masked);
    s->status = r->status;
    s->signal = r->signal;
    if (r->err)
        step_fail_text(c, "%s", r->err->message);
    else if (s->task.ended)
        s->task.ended(c, s->task.data, r);
    else if (step_bool(c, "returnStatus", false))
        step_done(c, value_int(r->status));
    else if (r->status != 0 && (!rescue_wanted(c->run) || rescue_open(c, shell_failed, NULL) < 0))
        shell_failed(c, NULL);
    else if (r->status == 0)
        step_done(c, capture ? string_new(r->out->data ? r->out->data : "", r->out->len) : NULL_VALUE);
}

/* The agent ends the processes and calls ended(), with what they came to. */
static void cancel_shell(struct step_call *c)
{
    struct shell_state *s = c->state;
    s->agent->ops->cancel(s->agent, s->job);
}

static const struct shell_callbacks callbacks = {output, ended};

char **shell_task_env(struct step_call *c, const struct env *vars, bool programs)
{
    const struct lease *lease = scope_lease(c->branch->scope);
    struct env env = {0};
    run_environment(c->run, c->branch->scope, &env);
    if (vars)
        env_copy(&env, vars);
    if (programs && lease->programs)
        env_override(&env, "PATH+PROGRAMS", lease->programs);
    char **block = env_block(&env);
    env_release(&env);
    return block;
}

/* A far node's variables are those of other folders and programs. */
static char **near_env(struct step_call *c, const struct env *vars)
{
    struct env env = {0};
    env_copy(&env, &c->run->host_env);
    env_copy(&env, vars);
    char **block = env_block(&env);
    env_release(&env);
    return block;
}

/* vars win over the scope's variables; the block of texts is handed over before the job runs, so both are
 * freed here. */
enum call_status shell_task_start(struct step_call *c, const char *script, const struct shell_task *task)
{
    _cleanup_(error_release) struct error err = {0};
    struct lease *lease = scope_lease(c->branch->scope);
    if (ws_waits(c)) {
        if (task->release)
            task->release(task->data);
        return CALL_WAIT;
    }
    struct shell_state *s = xcalloc(1, sizeof(*s));
    *s = (struct shell_state){.call = c,
                              .agent = task->here ? lease_near_agent(lease) : lease->agent,
                              .lease = lease_ref(lease),
                              .task = *task};
    s->masked = (struct mask_stream){.set = c->run->masks, .emit = emit_masked, .data = s};
    c->state = s;
    c->state_release = shell_state_free;
    char **block = task->here ? near_env(c, &task->vars) : shell_task_env(c, &task->vars, true);
    _cleanup_free_ char *tmp = task->here ? xstrdup(task->here) : xasprintf("%s@tmp", lease->workspace);
    struct shell_options o = {
        .script = script,
        .cwd = task->here ? task->here : step_cwd(c),
        .tmp = tmp,
        .env = (const char *const *)block,
        .node_cookie = c->run->cookie,
        .shell = task->here ? NULL : lease->shell,
        .encoding = step_str(c, "encoding", NULL),
        .return_stdout = step_bool(c, "returnStdout", false),
        .slots = &c->run->slots,
    };
    s->job = s->agent->ops->shell(s->agent, &o, &callbacks, s, &err);
    env_block_free(block);
    if (!s->job)
        return step_abort(c, "%s", err.message);
    step_on_cancel(c, cancel_shell);
    return CALL_WAIT;
}

enum call_status step_sh(struct step_call *c, struct value *out)
{
    if (step_bool(c, "returnStdout", false) && step_bool(c, "returnStatus", false))
        return vm_throw(c->fiber, "IllegalArgumentException",
                        "Cannot provide both returnStdout and returnStatus");
    return shell_task_start(c, step_str(c, "script", ""), &(struct shell_task){0});
}

enum call_status step_bat(struct step_call *c, struct value *out)
{
    return step_abort(c, "Batch scripts can only be run on Windows nodes");
}

enum call_status step_powershell(struct step_call *c, struct value *out)
{
    return step_abort(c, "Windows PowerShell scripts can only be run on Windows nodes; pwsh runs everywhere");
}

/* PowerShell Core reads a script file as other interpreters do. An error of a command ends the script, and
 * the exit status of the last program becomes its own, as Jenkins' wrapper has it. */
enum call_status step_pwsh(struct step_call *c, struct value *out)
{
    if (step_bool(c, "returnStdout", false) && step_bool(c, "returnStatus", false))
        return vm_throw(c->fiber, "IllegalArgumentException",
                        "Cannot provide both returnStdout and returnStatus");
    _cleanup_free_ char *script = xasprintf("#!/usr/bin/env pwsh\n"
                                            "$ErrorActionPreference = 'Stop'\n"
                                            "%s\nexit $LASTEXITCODE\n",
                                            step_str(c, "script", ""));
    return shell_task_start(c, script, &(struct shell_task){0});
}
