/* Owns one `sh` step: its script file, its process, its end. The output goes through output.c.
 *
 * Made to cost little beside the shell itself: one file, one pipe, one spawn, one wake-up at its end.
 *
 * States: deferred or queued (no process), running (process), told (freed). Cancelling the first two ends
 * the job in the next turn with status 143; cancelling the third goes by the launcher. The cookies are
 * Jenkins': JENKINS_SERVER_COOKIE is of this job and finds its processes, JENKINS_NODE_COOKIE is of the
 * build and finds what escaped from all of them. */
#include "agents/shell.h"
#include "base/fs.h"
#include "base/hash.h"
#include "base/slots.h"
#include "base/util.h"
#include "agents/output.h"
#include "agents/scratch.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { COOKIE_BYTES = 16, RETRY_MS = 50 };

static const char server_cookie[] = "JENKINS_SERVER_COOKIE=", node_cookie[] = "JENKINS_NODE_COOKIE=";

struct shell_job {
    struct launcher *launcher;
    struct shell_callbacks cb;
    void *data;
    char *script, *cwd, *tmp, *shell;
    char *cookie; /* the whole entry NAME=value */
    char **env;   /* entries are borrowed from env_text */
    char *env_text;
    struct scratch *scratch;
    struct scratch_dir dir; /* zeroed before the start */
    /* ms between TERM and KILL */
    int kill_grace;
    bool cancelled;
    struct step_output output;
    struct loop_timer retry;
    struct loop_task begin;
    struct slot slot; /* of --max-procs; idle where there is no limit */
    struct launched *process;
};

static void on_output(void *data, int stream, const char *bytes, size_t n)
{
    step_output_feed(&((struct shell_job *)data)->output, stream, bytes, n);
}

/* ---- the end ---- */

static void job_free(struct shell_job *j)
{
    scratch_give(j->scratch, &j->dir);
    slot_give(&j->slot);
    loop_timer_stop(j->launcher->loop, &j->retry);
    loop_defer_cancel(j->launcher->loop, &j->begin);
    step_output_release(&j->output);
    free(j->script);
    free(j->cwd);
    free(j->tmp);
    free(j->shell);
    free(j->cookie);
    free(j->env);
    free(j->env_text);
    free(j);
}

/* The folder and the slot go before done(): whoever starts the next step finds the place free. */
static void job_end(struct shell_job *j, struct shell_result *r)
{
    /* [workflow-durable-task-step: DurableTaskStep]: a script that failed shows its captured output, as
     * its value is lost. */
    step_output_end(&j->output, r->status > 0 && !j->cancelled);
    scratch_give(j->scratch, &j->dir);
    slot_give(&j->slot);
    r->out = &j->output.captured;
    r->cancelled = j->cancelled;
    j->cb.done(j->data, r);
    job_free(j);
}

static void on_done(void *data, const struct launch_end *end)
{
    job_end(data, &(struct shell_result){.status = end->status, .signal = end->signal, .err = end->err});
}

static void on_stubborn(void *data)
{
    struct shell_job *j = data;
    char text[64];
    snprintf(text, sizeof(text), "After %ds process did not stop\n", j->kill_grace / 1000);
    step_output_message(&j->output, text);
}

/* ---- the beginning ---- */

/* path NULL: the launcher places the script. */
static struct launched *launch(struct shell_job *j, const char *path, struct error *err)
{
    static const struct launch_callbacks callbacks = {on_output, on_done, on_stubborn};
    /* [durable-task: BourneShellScript]: a first line #! decides; else sh -xe. */
    const char *with_shell[] = {j->shell, "-xe", path, NULL}, *alone[] = {path, NULL};
    const char *const *argv = str_has_prefix(j->script, "#!") ? alone : with_shell;
    struct launch what = {.argv = argv,
                          .env = (const char *const *)j->env,
                          .cwd = j->cwd,
                          .cookie = j->cookie,
                          .script = path ? NULL : j->script,
                          .tmp = j->tmp,
                          .split = j->output.capture};
    return j->launcher->ops->start(j->launcher, &what, &callbacks, j, err);
}

/* As a shell that starts a program reports it: 127 not found, 126 not executable. */
static bool interpreter_missing(struct shell_job *j, const char *program, const struct error *err)
{
    if (j->launcher->ops->places_scripts || !fs_is_dir(j->cwd) ||
        (err->code != ENOENT && err->code != EACCES && err->code != ENOEXEC))
        return false;
    _cleanup_free_ char *text =
        xasprintf("%s: %s\n", program, err->code == ENOENT ? "not found" : strerror(err->code));
    step_output_message(&j->output, text);
    job_end(j, &(struct shell_result){.status = err->code == ENOENT ? 127 : 126});
    return true;
}

/* Out of descriptors or processes while other steps hold some: they will end. */
static bool wait_for_others(struct shell_job *j, const struct error *err)
{
    if (!j->launcher->ops->busy(j->launcher) ||
        (err->code != EMFILE && err->code != ENFILE && err->code != EAGAIN && err->code != ENOMEM))
        return false;
    scratch_give(j->scratch, &j->dir);
    loop_timer_start(j->launcher->loop, &j->retry, RETRY_MS);
    return true;
}

/* Where the script lies: 0, its path in j->dir, or NULL when that is the launcher's business. */
static int place_script(struct shell_job *j, struct error *err)
{
    if (j->launcher->ops->places_scripts)
        return 0;
    return scratch_take(j->scratch, j->tmp, j->script, strlen(j->script), &j->dir, err);
}

static void job_begin(struct shell_job *j)
{
    _cleanup_(error_release) struct error err = {0};
    loop_timer_stop(j->launcher->loop, &j->retry);
    if (j->cancelled) {
        job_end(j, &(struct shell_result){.status = 143, .signal = 15});
        return;
    }
    if (place_script(j, &err) == 0) {
        j->process = launch(j, j->dir.script, &err);
        /* [durable-task: BourneShellScript] */
        if (j->process && !j->script[0])
            step_output_message(&j->output, "Warning: was asked to run an empty script\n");
        if (j->process ||
            interpreter_missing(j, str_has_prefix(j->script, "#!") ? j->dir.script : j->shell, &err))
            return;
    }
    if (!wait_for_others(j, &err))
        job_end(j, &(struct shell_result){.status = -1, .err = &err});
}

static void begin_again(struct loop_timer *t)
{
    job_begin(t->data);
}

static void begin_deferred(struct loop_task *t)
{
    job_begin(t->data);
}

static void begin_granted(struct slot *s)
{
    job_begin(CONTAINER_OF(s, struct shell_job, slot));
}

static bool has_name(const char *const *env, const char *name)
{
    for (; env && *env; env++) {
        if (str_has_prefix(*env, name))
            return true;
    }
    return false;
}

/* One block for all entries: a step has some hundred of them. */
static void copy_env(struct shell_job *j, const struct shell_options *o)
{
    size_t count = 0;
    struct buf text = {0};
    for (const char *const *e = o->env; e && *e; e++) {
        /* Of a step around this gmrun: its end must not take ours. */
        if (str_has_prefix(*e, server_cookie))
            continue;
        buf_add(&text, *e, strlen(*e) + 1);
        count++;
    }
    if (o->node_cookie && !has_name(o->env, node_cookie)) {
        buf_printf(&text, "%s%s", node_cookie, o->node_cookie);
        buf_addch(&text, 0);
        count++;
    }
    j->env = xcalloc(count + 2, sizeof(j->env[0]));
    j->env_text = buf_steal(&text);
    char *p = j->env_text;
    for (size_t i = 0; i < count; i++, p += strlen(p) + 1)
        j->env[i] = p;
    j->env[count] = j->cookie;
}

struct shell_job *shell_start(struct launcher *l, struct scratch *scratch, const struct shell_options *o,
                              const struct shell_callbacks *cb, void *data, struct error *err)
{
    struct shell_job *j = xcalloc(1, sizeof(*j));
    char hex[2 * COOKIE_BYTES + 1];
    random_hex(hex, COOKIE_BYTES);
    j->launcher = l;
    j->scratch = scratch;
    j->cb = *cb;
    j->data = data;
    if (step_output_init(&j->output, l->loop, o, cb, data, err) < 0) {
        job_free(j);
        return NULL;
    }
    j->script = xstrdup(o->script);
    j->cwd = xstrdup(o->cwd);
    j->tmp = xstrdup(o->tmp);
    j->shell = xstrdup(o->shell && o->shell[0] ? o->shell : "sh");
    j->cookie = xasprintf("%sdurable-%s", server_cookie, hex);
    j->kill_grace = o->kill_grace_ms ? o->kill_grace_ms : PROC_KILL_GRACE;
    j->retry = (struct loop_timer){.fn = begin_again, .data = j};
    j->begin = (struct loop_task){.fn = begin_deferred, .data = j};
    copy_env(j, o);
    if (!o->slots || slot_take(o->slots, &j->slot, begin_granted))
        loop_defer(l->loop, &j->begin);
    return j;
}

void shell_cancel(struct shell_job *j)
{
    if (j->cancelled)
        return;
    j->cancelled = true;
    if (!j->process) {
        slot_give(&j->slot);
        loop_defer(j->launcher->loop, &j->begin);
        return;
    }
    step_output_message(&j->output, "Sending interrupt signal to process\n");
    j->launcher->ops->kill(j->launcher, j->process, j->kill_grace);
}
