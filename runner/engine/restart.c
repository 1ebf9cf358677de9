/* Which stage it goes on from is a path as the build's record tells it ("Build/Unit", "M/Matrix - A = '1'"):
 * Jenkins knows top-level stages only [RestartDeclarativePipelineAction], where path and name are the same.

 *
 * A restart is a new build with a new number: it takes over what the skipped stages left (stashes,
 * artifacts, assignments to env) by copying, so that the old build can be discarded. */
#include "runner/engine/restart.h"
#include "base/fs.h"
#include "parser/model.h"
#include "runner/cli/run_options.h"
#include <string.h>

/* ---- choosing the stage */

struct choice {
    VEC(char *) paths; /* of all stages, as far as they are known; owned */
    const char *wanted;
};

static void choice_release(struct choice *c)
{
    for (size_t i = 0; i < c->paths.len; i++)
        free(c->paths.items[i]);
    vec_release(&c->paths);
}

static void add_path(struct choice *c, char *path) /* takes */
{
    for (size_t i = 0; i < c->paths.len; i++)
        if (strcmp(c->paths.items[i], path) == 0) {
            free(path);
            return;
        }
    vec_push(&c->paths, path);
}

static void add_model(struct choice *c, const struct model_stage *s, const char *parent)
{
    for (; s; s = s->next) {
        char *path = parent ? xasprintf("%s/%s", parent, s->name) : xstrdup(s->name);
        _cleanup_free_ char *copy = xstrdup(path);
        add_path(c, path);
        add_model(c, s->children, copy);
    }
}

/* The record has the cells of a matrix, too, and the stages of a pipeline that a library defines. */
static void add_recorded(struct choice *c, const json_t *stages)
{
    size_t i;
    json_t *s;
    json_array_foreach(stages, i, s)
    {
        const char *path = json_string_value(json_object_get(s, "path"));
        if (path && !json_is_true(json_object_get(s, "synthetic")))
            add_path(c, xstrdup(path));
    }
}

static bool ends_with(const char *path, const char *wanted)
{
    size_t n = strlen(path), m = strlen(wanted);
    return n > m && path[n - m - 1] == '/' && strcmp(path + n - m, wanted) == 0;
}

static int list_paths(const struct choice *c, bool matching, const char *why, struct error *err)
{
    _cleanup_(buf_release) struct buf names = {0};
    for (size_t i = 0; i < c->paths.len; i++)
        if (!matching || ends_with(c->paths.items[i], c->wanted))
            buf_printf(&names, "%s\"%s\"", names.len ? ", " : "", c->paths.items[i]);
    return error_set(err, ERROR_USAGE, why, c->wanted, names.data ? names.data : "none");
}

/* A whole path, or the end of one when it is the only such. */
static const char *choose(const struct choice *c, struct error *err)
{
    const char *found = NULL;
    for (size_t i = 0; i < c->paths.len; i++)
        if (strcmp(c->paths.items[i], c->wanted) == 0)
            return c->paths.items[i];
    for (size_t i = 0; i < c->paths.len; i++) {
        if (!ends_with(c->paths.items[i], c->wanted))
            continue;
        if (found) {
            list_paths(c, true, "more than one stage is named \"%s\": %s", err);
            return NULL;
        }
        found = c->paths.items[i];
    }
    if (!found)
        list_paths(c, false, "no stage \"%s\" to restart from; there are: %s", err);
    return found;
}

static int check_allowed(const struct run *run, const json_t *old, struct error *err)
{
    const char *job = json_string_value(json_object_get(old, "job"));
    int number = (int)json_integer_value(json_object_get(old, "number"));
    struct home home = run->options->home;
    for (const struct model_item *o = run->model ? run->model->root.options : NULL; o; o = o->next)
        if (strcmp(o->name, "disableRestartFromStage") == 0)
            return error_set(err, ERROR_USAGE,
                             "the pipeline forbids restarts (option disableRestartFromStage)");
    if (!run->model && !json_is_true(json_object_get(old, "declarative")))
        return error_set(err, ERROR_USAGE,
                         "%s/%d has a scripted pipeline: only declarative ones restart from a stage; `gmrun "
                         "replay` runs it again as a whole",
                         job, number);
    /* A killed build has no result and does not run: it may be restarted. */
    if (!json_is_string(json_object_get(old, "result")) && build_running(&home, job, number, NULL))
        return error_set(err, ERROR_USAGE, "%s/%d is still running", job, number);
    return 0;
}

int restart_check(struct run *run, struct error *err)
{
    const json_t *old = run->options->replayed;
    struct choice c = {.wanted = run->restart_from};
    if (check_allowed(run, old, err) < 0)
        return -1;
    add_model(&c, run->model ? run->model->stages : NULL, NULL);
    add_recorded(&c, json_object_get(old, "stages"));
    const char *path = choose(&c, err);
    if (path)
        run->restart_from = arena_strdup(&run->ast->arena, path);
    choice_release(&c);
    return path ? 0 : -1;
}

/* ---- skipping the others */

static bool is_above(const char *path, const char *other)
{
    size_t n = strlen(path);
    return strncmp(path, other, n) == 0 && other[n] == '/';
}

/* Of branches at the same time only the one that holds the stage runs: the others have no part in going on.
 */
static bool is_other_branch(const struct stage_info *s, const char *from)
{
    return s->parallel && s->parent && is_above(s->parent->path, from);
}

/* Told for each stage in the order of the text; from the chosen one on nothing is skipped. */
bool restart_skips(struct run *run, const struct stage_info *s)
{
    const char *from = run->restart_from;
    /* Stages around the chosen one are entered, those within it run. */
    if (!from || is_above(s->path, from) || is_above(from, s->path))
        return false;
    if (strcmp(s->path, from) == 0) {
        run->restart_reached = true;
        return false;
    }
    return !run->restart_reached || is_other_branch(s, from);
}

/* ---- taking over */

struct copying {
    const char *from, *to;
};

static int copy_one(void *data, const char *path, const struct stat *st, struct error *err)
{
    const struct copying *c = data;
    _cleanup_free_ char *from = path_join(c->from, path), *to = path_join(c->to, path);
    /* Links are left out: archives hold none that lead anywhere. */
    if (S_ISDIR(st->st_mode))
        return fs_mkdir_p(to, 0755, err);
    return S_ISREG(st->st_mode) ? fs_copy_file(from, to, 0, err) : 0;
}

static int copy_folder(struct run *run, const char *old, const char *name, mode_t mode, struct error *err)
{
    _cleanup_free_ char *from = path_join(old, name), *to = path_join(run->record.dir, name);
    struct copying c = {from, to};
    if (!fs_is_dir(from))
        return 0;
    return fs_mkdir_p(to, mode, err) < 0 ? -1 : fs_walk(from, copy_one, &c, err);
}

/* What the skipped stages had assigned to env; a value that held a secret is in no record. */
static void take_env(struct run *run, const json_t *env)
{
    const char *name;
    json_t *value;
    json_object_foreach((json_t *)env, name, value)
    {
        const char *text = json_string_value(value);
        if (text && !strstr(text, "****"))
            env_set(&run->global_env, name, text);
    }
}

int restart_take_over(struct run *run, struct error *err)
{
    const json_t *replayed = run->options->replayed;
    _cleanup_free_ char *old =
        build_dir(&run->home, run->record.job, (int)json_integer_value(json_object_get(replayed, "number")));
    take_env(run, json_object_get(replayed, "env"));
    return copy_folder(run, old, "stashes", 0700, err) < 0 ? -1 : copy_folder(run, old, "archive", 0755, err);
}
