#include "runner/steps/kube/manifests.h"
#include "agents/agent.h"
#include "base/fs.h"
#include "runner/engine/node.h"
#include <string.h>

enum { MANIFEST_LIMIT = 32 << 20 };

struct manifest_reading {
    struct step_call *call;
    struct agent *agent;
    char *folder, *patterns;
    bool substitute;
    VEC(char *) files; /* relative */
    size_t next;
    bool asking;  /* an operation of the agent is under way: it cannot be called back */
    bool looping; /* its answer came before its start returned, if asking is false then */
    bool dropped;
    struct error failure;
    struct loop_task task;
    kube_objects objects;
    manifests_fn *fn;
    void *data;
};

static void reading_free(struct manifest_reading *r)
{
    for (size_t i = 0; i < r->files.len; i++)
        free(r->files.items[i]);
    vec_release(&r->files);
    kube_objects_release(&r->objects);
    error_release(&r->failure);
    free(r->folder);
    free(r->patterns);
    free(r);
}

void manifests_drop(struct manifest_reading *r)
{
    if (!r)
        return;
    r->dropped = true;
    loop_defer_cancel(r->call->run->loop, &r->task);
    if (!r->asking)
        reading_free(r);
}

static void finish(struct manifest_reading *r)
{
    if (!r->dropped)
        r->fn(r->data, &r->objects, r->failure.message ? &r->failure : NULL);
    reading_free(r);
}

int manifests_parse(struct step_call *c, const char *name, const char *text, bool substitute,
                    kube_objects *objects, struct error *err)
{
    _cleanup_(buf_release) struct buf filled = {0};
    if (!substitute)
        return kube_manifest_parse(objects, name, text, strlen(text), err);
    struct env env = {0};
    run_environment(c->run, c->branch->scope, &env);
    buf_add(&filled, "", 0);
    env_substitute(&env, text, strlen(text), &filled);
    env_release(&env);
    return kube_manifest_parse(objects, name, filled.data, filled.len, err);
}

/* ---- one file after the other; a near agent answers at once, which must not nest */

static void read_files(struct manifest_reading *r);

static void keep_failure(struct manifest_reading *r, const struct error *err)
{
    error_at(&r->failure, err->kind, err->file, err->line, err->col, "%s", err->message);
}

static void take_file(struct manifest_reading *r, const char *file, struct buf *text)
{
    _cleanup_free_ char *path = path_join(r->folder, file);
    step_log(r->call, "Loading configuration: %s", path);
    buf_add(text, "", 0);
    manifests_parse(r->call, file, text->data, r->substitute, &r->objects, &r->failure);
}

static void file_read(void *arg, struct agent_reply *reply, const struct error *err)
{
    struct manifest_reading *r = arg;
    const char *file = r->files.items[r->next++];
    r->asking = false;
    if (err)
        keep_failure(r, err);
    else if (!r->dropped)
        take_file(r, file, &reply->data);
    if (!r->looping)
        read_files(r);
}

static bool is_over(const struct manifest_reading *r)
{
    return r->failure.message || r->dropped || r->next == r->files.len;
}

static void read_files(struct manifest_reading *r)
{
    r->looping = true;
    while (!r->asking && !is_over(r)) {
        _cleanup_free_ char *path = path_join(r->folder, r->files.items[r->next]);
        struct agent_file op = {.kind = AGENT_READ, .path = path, .limit = MANIFEST_LIMIT};
        r->asking = true;
        if (r->agent->ops->file(r->agent, &op, file_read, r, &r->failure) < 0)
            r->asking = false;
    }
    r->looping = false;
    if (!r->asking)
        finish(r);
}

/* ---- which files */

/* What a pattern for a whole folder also finds: a README, a script. A name that is given stands. */
static bool is_manifest(const struct manifest_reading *r, const char *file)
{
    const char *name = path_basename(file), *dot = strrchr(name, '.');
    static const char known[] = ".yaml .yml .json";
    return !dot || str_in_words_any_case(known, dot) || strstr(r->patterns, name);
}

static void found(void *arg, struct agent_reply *reply, const struct error *err)
{
    struct manifest_reading *r = arg;
    r->asking = false;
    if (err)
        keep_failure(r, err);
    for (size_t i = 0; !err && i < reply->count; i++) {
        const char *file = reply->entries[i].path;
        if (is_manifest(r, file))
            vec_push(&r->files, xstrdup(file));
        else
            step_log(r->call, "Skipped %s: neither YAML nor JSON", file);
    }
    if (!err && !r->files.len)
        error_set(&r->failure, ERROR_INVALID, "No matching configuration files found for %s", r->patterns);
    read_files(r);
}

static void look_for_files(struct loop_task *task)
{
    struct manifest_reading *r = task->data;
    struct agent_file op = {
        .kind = AGENT_GLOB, .path = r->folder, .includes = r->patterns, .split = GLOB_COMMA};
    r->asking = true;
    if (r->agent->ops->file(r->agent, &op, found, r, &r->failure) < 0) {
        r->asking = false;
        finish(r);
    }
}

struct manifest_reading *manifests_read(struct step_call *c, const char *patterns, bool substitute,
                                        manifests_fn *fn, void *data)
{
    struct manifest_reading *r = xcalloc(1, sizeof(*r));
    *r = (struct manifest_reading){.call = c,
                                   .agent = scope_lease(c->branch->scope)->agent,
                                   .folder = xstrdup(step_cwd(c)),
                                   .patterns = run_expand(c->run, c->branch->scope, patterns),
                                   .substitute = substitute,
                                   .fn = fn,
                                   .data = data};
    r->task = (struct loop_task){.fn = look_for_files, .data = r};
    loop_defer(c->run->loop, &r->task);
    return r;
}
