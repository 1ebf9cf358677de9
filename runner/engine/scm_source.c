/* Where the pipeline file comes from: a work tree around it (asked of the helper program, which links
 * libgit2), or --scm. A local work tree is checked out by its own path at its commit, which is why
 * uncommitted changes are not seen and are told about.
 *
 * The helper is asked once: it tells work tree, commit, branch, tag and whether there are changes.  */
#include "runner/engine/scm_source.h"
#include "agents/worker.h"
#include "base/fs.h"
#include "base/json.h"
#include "runner/cli/run_options.h"
#include <string.h>

enum { LOOK_BACK = 100 }; /* builds */

struct inquiry {
    struct scm_source *scm;
    bool done, dirty;
    char *message;
};

static void answered(void *data, const struct worker_end *end)
{
    struct inquiry *q = data;
    q->done = true;
    if (!end->result) {
        q->message = xstrdup(end->message);
        return;
    }
    if (!json_is_true(json_object_get(end->result, "inside")))
        return;
    q->scm->root = xstrdup(json_text(end->result, "root"));
    q->scm->path = xstrdup(json_text(end->result, "path"));
    q->scm->commit = xstrdup(json_text(end->result, "commit"));
    q->scm->branch = xstrdup(json_text(end->result, "branch"));
    q->scm->tag = xstrdup(json_text(end->result, "tag"));
    q->scm->tag_ms = json_integer_value(json_object_get(end->result, "tagTime"));
    q->scm->remote_url = xstrdup(json_text(end->result, "url"));
    q->dirty = json_is_true(json_object_get(end->result, "dirty"));
}

/* Whether a .git stands in the folder or above it: only then the helper is worth its start. */
static bool maybe_repository(const char *file)
{
    _cleanup_free_ char *dir = path_dirname(file);
    for (;;) {
        _cleanup_free_ char *git = path_join(dir, ".git");
        if (fs_exists(git))
            return true;
        char *slash = strrchr(dir, '/');
        if (!slash || slash == dir)
            return false;
        *slash = 0;
    }
}

/* Runs the loop by itself: this is before the script exists, and nothing else can happen meanwhile but a
 * signal. */
static int ask(struct run *run, struct inquiry *q, struct error *err)
{
    static const struct worker_callbacks callbacks = {.done = answered};
    json_t *request = json_pack("{s:s,s:s,s:b}", "op", "scm-info", "path", run->file_path, "status", 1);
    struct worker *w = worker_start(&run->procs, NULL, request, &callbacks, q, err);
    json_decref(request);
    if (!w)
        return -1;
    while (!q->done)
        if (loop_run_once(run->loop, -1, err) < 0)
            return -1;
    if (!q->message)
        return 0;
    error_set(err, ERROR_REMOTE, "%s", q->message);
    free(q->message);
    return -1;
}

/* --scm URL[#REF] */
static void from_option(struct scm_source *s, const char *given)
{
    /* The last: a URL may hold one of its own, a branch seldom does. */
    const char *hash = strrchr(given, '#');
    s->url = hash ? xstrndup(given, (size_t)(hash - given)) : xstrdup(given);
    s->ref = xstrdup(hash ? hash + 1 : NULL);
}

int scm_source_find(struct run *run, struct error *err)
{
    const struct run_options *o = run->options;
    struct scm_source *s = &run->scm;
    struct inquiry q = {.scm = s};
    s->dirty = o->dirty;
    s->in_place = o->in_place;
    if (maybe_repository(run->file_path) && ask(run, &q, err) < 0)
        return -1;
    if (o->scm) {
        from_option(s, o->scm);
        return 0;
    }
    if (!s->root || !s->commit)
        return 0;
    s->url = xstrdup(s->root);
    s->local = true;
    s->ref = xstrdup(o->commit ? o->commit : s->commit);
    run->scm_dirty = q.dirty && !o->dirty && !o->in_place;
    return 0;
}

/* GIT_PREVIOUS_COMMIT and, with `good`, GIT_PREVIOUS_SUCCESSFUL_COMMIT: by URL, since a build may check
 * out several. */
char *scm_commit_before(struct run *run, const char *url, bool good)
{
    int oldest = run->record.number - LOOK_BACK;
    for (int n = run->record.number - 1; n > 0 && n >= oldest; n--) {
        json_t *build = build_load(&run->home, run->record.job, n, NULL);
        const char *result = json_string_value(json_object_get(build, "result"));
        char *commit = xstrdup(json_text(json_object_get(build, "commits"), url));
        bool wanted = commit && (!good || str_eq(result, "SUCCESS"));
        json_decref(build);
        if (wanted)
            return commit;
        free(commit);
    }
    return NULL;
}

void scm_source_release(struct scm_source *s)
{
    char **const owned[] = {&s->root,   &s->url, &s->ref,  &s->commit,
                            &s->branch, &s->tag, &s->path, &s->remote_url};
    for (size_t i = 0; i < ARRAY_LEN(owned); i++)
        free(*owned[i]);
    memset(s, 0, sizeof(*s));
}

json_t *scm_credentials(const struct credential *cred)
{
    const struct {
        const char *key, *text;
    } parts[] = {
        {"id", cred->id},
        {"username", cred->username},
        {"password", cred->type == CRED_STRING ? cred->secret : cred->password},
        {"privateKey", cred->private_key},
        {"passphrase", cred->passphrase},
    };
    json_t *o = json_object();
    for (size_t i = 0; i < ARRAY_LEN(parts); i++)
        if (parts[i].text && *parts[i].text)
            json_object_set_new(o, parts[i].key, json_string(parts[i].text));
    return o;
}
