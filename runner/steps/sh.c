/* sh, and bat/powershell which this platform refuses [workflow-durable-task-step; JENKINS-FACTS 4.1]. */
#include "agents/agent.h"
#include "runner/cli/run_options.h"
#include "runner/engine/node.h"
#include "runner/steps/rescue.h"
#include "runner/steps/rows.h"
#include <signal.h>
#include <string.h>

struct shell_state {
    struct step_call *call;
    struct shell_job *job;
    struct agent *agent;
    struct mask_stream masked;
    struct lease *lease; /* the node stays ours until the process is gone */
    int status, signal;  /* how it ended */
};

static void shell_state_free(void *data)
{
    struct shell_state *s = data;
    mask_stream_release(&s->masked);
    lease_unref(s->lease);
    free(s);
}

static void emit_masked(void *data, const char *bytes, size_t n)
{
    struct shell_state *s = data;
    run_log(s->call->run, s->call->branch, bytes, n);
}

static void output(void *data, const char *text, size_t n)
{
    mask_stream_feed(&((struct shell_state *)data)->masked, text, n);
}

static void shell_failed(struct step_call *c, void *data)
{
    struct shell_state *s = c->state;
    if (s->signal)
        step_fail_text(c, "script returned exit code %d (killed by signal %d, %s)", s->status, s->signal,
                       strsignal(s->signal));
    else
        step_fail_text(c, "script returned exit code %d", s->status);
}

static void ended(void *data, const struct shell_result *r)
{
    struct shell_state *s = data;
    struct step_call *c = s->call;
    bool capture = step_bool(c, "returnStdout", false);
    if (capture && r->status != 0 && r->out->len)
        mask_stream_feed(&s->masked, r->out->data, r->out->len);
    mask_stream_flush(&s->masked);
    s->status = r->status;
    s->signal = r->signal;
    if (r->err)
        step_fail_text(c, "%s", r->err->message);
    else if (step_bool(c, "returnStatus", false))
        step_done(c, value_int(r->status));
    else if (r->status != 0 && (!rescue_wanted(c->run) || rescue_open(c, shell_failed, NULL) < 0))
        shell_failed(c, NULL);
    else if (r->status == 0)
        step_done(c, capture ? string_new(r->out->data ? r->out->data : "", r->out->len) : NULL_VALUE);
}

static void cancel_shell(struct step_call *c)
{
    struct shell_state *s = c->state;
    s->agent->ops->cancel(s->agent, s->job);
}

static const struct shell_callbacks callbacks = {output, ended};

static enum call_status shell_run(struct step_call *c, const char *script)
{
    _cleanup_(error_release) struct error err = {0};
    struct lease *lease = scope_lease(c->branch->scope);
    struct shell_state *s = xcalloc(1, sizeof(*s));
    *s = (struct shell_state){.call = c, .agent = lease->agent, .lease = lease_ref(lease)};
    s->masked = (struct mask_stream){.set = c->run->masks, .emit = emit_masked, .data = s};
    c->state = s;
    c->state_release = shell_state_free;
    struct env env = {0};
    run_environment(c->run, c->branch->scope, &env);
    char **block = env_block(&env);
    env_release(&env);
    _cleanup_free_ char *tmp = xasprintf("%s@tmp", lease->workspace);
    struct shell_options o = {
        .script = script,
        .cwd = step_cwd(c),
        .tmp = tmp,
        .env = (const char *const *)block,
        .node_cookie = c->run->cookie,
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
    const char *script = step_str(c, "script", "");
    if (!*script)
        step_log(c, "Warning: was asked to run an empty script");
    return shell_run(c, script);
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
    return shell_run(c, script);
}
