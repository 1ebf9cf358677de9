/* See workspace_ask.h. The files of a view are packed there into one archive, kept as a file of the build's
 * folder on this side, and unpacked here. A script is a job as `sh` has them. */
#include "runner/steps/workspace_ask.h"
#include "agents/worker.h"
#include "base/fs.h"
#include "base/util.h"
#include "runner/engine/node.h"
#include "runner/steps/shell_task.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

enum ask_kind { ASK_FILE, ASK_VIEW, ASK_SCRIPT };

/* Owned by step_files until it is begun, then by itself; ends in ask_end(), once. */
struct ws_ask {
    enum ask_kind kind;
    struct step_call *call; /* NULL: nobody waits */
    struct run *run;
    struct lease *lease; /* counted: the node stays ours until it has answered */
    ws_answered_fn *answered;
    struct agent_file op; /* FILE, and of a VIEW what is looked for */
    char *texts[4];       /* behind it, or script, folder and twin of a SCRIPT */
    char **env;           /* of a SCRIPT */
    struct ws_ask *undo;  /* of a SCRIPT, owned; NULL: none */
    struct shell_job *job;
    struct worker *worker;
    char *dir, *archive; /* of this side */
    int fd;
    bool second; /* it is being unpacked here */
    int failed;  /* errno of writing the archive */
};

/* ---- answers */

void ws_answer_take(struct ws_answer *a, struct agent_reply *reply, const struct error *err)
{
    struct agent_entry *entries = xcalloc(reply->count + 1, sizeof(*entries));
    *a = (struct ws_answer){.reply = {.found = reply->found, .entries = entries, .count = reply->count}};
    a->reply.data = reply->data;
    reply->data = (struct buf){0};
    for (size_t i = 0; i < reply->count; i++) {
        entries[i] = reply->entries[i];
        entries[i].path = xstrdup(reply->entries[i].path);
    }
    if (err)
        error_set(&a->err, err->kind, "%s", err->message);
}

void ws_answer_release(struct ws_answer *a)
{
    for (size_t i = 0; i < a->reply.count; i++)
        free((char *)(uintptr_t)a->reply.entries[i].path);
    free((void *)(uintptr_t)a->reply.entries);
    if (a->fresh)
        fs_rm_rf(a->reply.data.data, NULL);
    buf_release(&a->reply.data);
    error_release(&a->err);
    if (a->undo)
        ws_ask_free(a->undo);
    *a = (struct ws_answer){0};
}

/* ---- asks */

static struct ws_ask *ask_new(struct step_call *c, enum ask_kind kind)
{
    struct ws_ask *ask = xcalloc(1, sizeof(*ask));
    *ask = (struct ws_ask){.kind = kind, .call = c, .run = c->run, .fd = -1};
    ask->lease = lease_ref(scope_lease(c->branch->scope));
    return ask;
}

/* Copies: the step's function, whose texts these are, is left while the question is under way. */
static void ask_texts(struct ws_ask *ask, const struct agent_file *op)
{
    ask->op = *op;
    ask->op.path = ask->texts[0] = xstrdup(op->path);
    ask->op.includes = ask->texts[1] = xstrdup(op->includes);
    ask->op.excludes = ask->texts[2] = xstrdup(op->excludes);
    ask->op.data = ask->texts[3] = op->len ? xmalloc(op->len) : NULL;
    if (op->len)
        memcpy(ask->texts[3], op->data, op->len);
}

struct ws_ask *ws_ask_file(struct step_call *c, const struct agent_file *op)
{
    struct ws_ask *ask = ask_new(c, ASK_FILE);
    ask_texts(ask, op);
    return ask;
}

struct ws_ask *ws_ask_view(struct step_call *c, const struct ant_scan *scan)
{
    struct ws_ask *ask = ask_new(c, ASK_VIEW);
    ask_texts(ask, &(struct agent_file){.kind = AGENT_GLOB,
                                        .path = scan->root,
                                        .includes = scan->includes,
                                        .excludes = scan->excludes,
                                        .split = scan->split,
                                        .no_default_excludes = scan->no_default_excludes,
                                        .ignore_case = scan->ignore_case,
                                        .no_follow_symlinks = scan->no_follow_symlinks});
    return ask;
}

struct ws_ask *ws_ask_script(struct step_call *c, const char *script, const struct env *vars)
{
    struct ws_ask *ask = ask_new(c, ASK_SCRIPT);
    ask->texts[0] = xstrdup(script);
    ask->texts[1] = xstrdup(step_cwd(c));
    ask->texts[2] = xasprintf("%s@tmp", ask->lease->workspace);
    ask->env = shell_task_env(c, vars, false);
    return ask;
}

void ws_ask_undo(struct ws_ask *ask, struct ws_ask *undo)
{
    ask->undo = undo;
}

/* Secrets may stand in it. */
static void wipe_block(char **env)
{
    for (char **p = env; p && *p; p++)
        explicit_bzero(*p, strlen(*p));
    env_block_free(env);
}

/* texts[3] may be a file's content with a secret in it. */
void ws_ask_free(struct ws_ask *ask)
{
    wipe_block(ask->env);
    close_fd(&ask->fd);
    if (ask->archive)
        unlink(ask->archive);
    if (ask->dir)
        fs_rm_rf(ask->dir, NULL);
    free(ask->archive);
    free(ask->dir);
    if (ask->texts[3])
        explicit_bzero(ask->texts[3], ask->op.len);
    for (size_t i = 0; i < ARRAY_LEN(ask->texts); i++)
        free(ask->texts[i]);
    if (ask->undo)
        ws_ask_free(ask->undo);
    lease_unref(ask->lease);
    free(ask);
}

/* Abandoned asks drop their answer, and with it the folder of a view. */
static void ask_end(struct ws_ask *ask, struct ws_answer *answer)
{
    answer->undo = ask->undo;
    ask->undo = NULL;
    if (ask->call)
        ask->answered(ask->call, answer);
    else
        ws_answer_release(answer);
    ws_ask_free(ask);
}

static void ask_fail(struct ws_ask *ask, const char *why)
{
    struct ws_answer answer = {0};
    error_set(&answer.err, ERROR_REMOTE, "%s", why);
    ask_end(ask, &answer);
}

/* ---- files that cross */

static void copy_next(struct ws_ask *ask);

/* After a failed write the rest is swallowed: the worker is let to its end. */
static void copy_bytes(void *data, const char *bytes, size_t n)
{
    struct ws_ask *ask = data;
    while (n && !ask->failed) {
        ssize_t w = write(ask->fd, bytes, n);
        if (w < 0 && errno != EINTR)
            ask->failed = errno;
        bytes += w > 0 ? w : 0;
        n -= w > 0 ? (size_t)w : 0;
    }
}

static void copy_log(void *data, const char *text, size_t n)
{
    struct ws_ask *ask = data;
    if (ask->call)
        run_logf(ask->run, ask->call->branch, "%.*s", (int)n, text);
}

/* A view of nothing is an empty folder, not an error: the step says itself what that means. */
static void copy_done(void *data, const struct worker_end *end)
{
    struct ws_ask *ask = data;
    bool nothing = !ask->second && !end->result && end->fail == WORKER_EMPTY;
    ask->worker = NULL;
    close_fd(&ask->fd);
    ask->fd = -1;
    if (ask->failed)
        ask_fail(ask, strerror(ask->failed));
    else if (!end->result && !nothing)
        ask_fail(ask, end->message);
    else if (!ask->call)
        ask_fail(ask, "Interrupted");
    else if (!ask->second && !nothing)
        copy_next(ask);
    else {
        struct ws_answer answer = {.fresh = true};
        buf_addstr(&answer.reply.data, ask->dir);
        free(ask->dir);
        ask->dir = NULL;
        ask_end(ask, &answer);
    }
}

static const struct worker_callbacks copy_callbacks = {
    .log = copy_log, .done = copy_done, .bytes = copy_bytes};

static void put_text(json_t *o, const char *key, const char *text)
{
    if (text)
        json_object_set_new(o, key, json_string(text));
}

/* follow: links are packed as what they lead to, as the copy has no surroundings. */
static json_t *view_request(const struct ws_ask *ask)
{
    const struct agent_file *op = &ask->op;
    json_t *r = json_pack("{s:s, s:s, s:b, s:b, s:b, s:b, s:b}", "op", "stash", "dir", op->path, "stream", 1,
                          "follow", 1, "defaultExcludes", !op->no_default_excludes, "caseSensitive",
                          !op->ignore_case, "followSymlinks", !op->no_follow_symlinks);
    put_text(r, "includes", op->includes);
    put_text(r, "excludes", op->excludes);
    put_text(r, "split", op->split == GLOB_BLANKS ? "blanks" : NULL);
    return r;
}

/* Packing is done by the helper beside the far files, unpacking by ours. */
static int copy_start(struct ws_ask *ask, struct error *err)
{
    const struct agent_helper *h = ask->lease->agent->ops->helper(ask->lease->agent);
    json_t *request = ask->second
                          ? json_pack("{s:s, s:s, s:s}", "op", "untar", "file", ask->archive, "dir", ask->dir)
                          : view_request(ask);
    ask->worker = ask->second
                      ? worker_start(&ask->run->procs, NULL, request, &copy_callbacks, ask, err)
                      : worker_start_at(h->launcher, h->program, request, -1, &copy_callbacks, ask, err);
    json_decref(request);
    return ask->worker ? 0 : -1;
}

static void copy_next(struct ws_ask *ask)
{
    _cleanup_(error_release) struct error err = {0};
    ask->second = true;
    if (copy_start(ask, &err) < 0)
        ask_fail(ask, err.message);
}

/* The folder is made first, for its name. */
static int copy_begin(struct ws_ask *ask, struct error *err)
{
    _cleanup_free_ char *dir = fs_tempdir(ask->run->record.dir, "far-", err);
    if (!dir)
        return -1;
    ask->archive = xasprintf("%s.tar", dir);
    ask->dir = xstrdup(dir);
    ask->fd = open(ask->archive, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    return ask->fd < 0 ? error_errno(err, "cannot make %s", ask->archive) : copy_start(ask, err);
}

/* ---- a script */

static void script_said(void *data, const char *text, size_t n)
{
}

static void script_done(void *data, const struct shell_result *r)
{
    struct ws_ask *ask = data;
    struct ws_answer answer = {.status = r->status};
    ask->job = NULL;
    if (r->err)
        error_set(&answer.err, r->err->kind, "%s", r->err->message);
    answer.reply.data = *r->out;
    *r->out = (struct buf){0};
    ask_end(ask, &answer);
}

static int script_begin(struct ws_ask *ask, struct error *err)
{
    static const struct shell_callbacks callbacks = {script_said, script_done};
    struct shell_options o = {.script = ask->texts[0],
                              .cwd = ask->texts[1],
                              .tmp = ask->texts[2],
                              .env = (const char *const *)ask->env,
                              .node_cookie = ask->run->cookie,
                              .return_stdout = true};
    struct agent *a = ask->lease->agent;
    ask->job = a->ops->shell(a, &o, &callbacks, ask, err);
    return ask->job ? 0 : -1;
}

/* ---- the beginning */

static void file_done(void *arg, struct agent_reply *reply, const struct error *err)
{
    struct ws_answer answer;
    ws_answer_take(&answer, reply, err);
    ask_end(arg, &answer);
}

static int begin(struct ws_ask *ask, struct error *err)
{
    struct agent *a = ask->lease->agent;
    if (ask->kind == ASK_FILE)
        return a->ops->file(a, &ask->op, file_done, ask, err);
    return ask->kind == ASK_SCRIPT ? script_begin(ask, err) : copy_begin(ask, err);
}

void ws_ask_begin(struct ws_ask *ask, ws_answered_fn *answered)
{
    _cleanup_(error_release) struct error err = {0};
    ask->answered = answered;
    if (begin(ask, &err) < 0)
        ask_fail(ask, err.message ? err.message : "the agent refused");
}

bool ws_ask_cancel(struct ws_ask *ask)
{
    if (ask->job) {
        ask->lease->agent->ops->cancel(ask->lease->agent, ask->job);
        return true;
    }
    ask->call = NULL;
    if (ask->worker)
        worker_cancel(ask->worker);
    return false;
}
