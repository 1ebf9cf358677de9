/* See stage_choice.h. The stages are few and the names fewer, so that a walk for each name is enough.
 *
 * Before the build, so that a name that is mistyped costs nothing. Stages of a library's pipeline are not
 * known here: with a scripted main file the names are taken as they are. */
#include "runner/cli/stage_choice.h"
#include "base/util.h"
#include <string.h>

struct search {
    struct run_options *o; /* the arena of the paths */
    const char *wanted;
    text_list found; /* paths */
    text_list names; /* of all stages, for the suggestion */
};

static bool search_stages(struct search *s, const struct model_stage *stage, const char *parent,
                          bool in_matrix);

/* Inside of a matrix the path is not known before the cells are, so the wanted word itself is kept and
 * compared with each cell's stages at run time. */
static bool search_stage(struct search *s, const struct model_stage *stage, const char *parent,
                         bool in_matrix)
{
    const char *path = stage->name;
    if (parent) {
        _cleanup_free_ char *joined = xasprintf("%s/%s", parent, stage->name);
        path = arena_strdup(&s->o->arena, joined);
    }
    vec_push(&s->names, stage->name);
    bool hit = str_eq(s->wanted, stage->name) || str_eq(s->wanted, path);
    if (hit)
        vec_push(&s->found, in_matrix ? s->wanted : path);
    bool below = search_stages(s, stage->children, path, in_matrix);
    if (stage->matrix)
        below |= search_stages(s, stage->matrix->stages, path, true);
    return hit || below;
}

static bool search_stages(struct search *s, const struct model_stage *stage, const char *parent,
                          bool in_matrix)
{
    bool hit = false;
    for (; stage; stage = stage->next)
        hit |= search_stage(s, stage, parent, in_matrix);
    return hit;
}

/* Cells are named by their values, which are not worked out here. */
static bool names_a_cell(const char *wanted)
{
    return strstr(wanted, "Matrix - ") || strchr(wanted, '\'');
}

static int unknown(const struct search *s, const char *option, struct error *err)
{
    const char *near = nearest_name(s->wanted, s->names.items, s->names.len);
    if (near)
        return error_set(err, ERROR_INVALID, "%s: no stage is named \"%s\"; did you mean \"%s\"?", option,
                         s->wanted, near);
    return error_set(err, ERROR_INVALID, "%s: no stage is named \"%s\"; `gmrun graph` draws them", option,
                     s->wanted);
}

/* Adds the paths of `wanted` to list. */
static int resolve(struct run_options *o, const struct model *m, const char *option, const char *wanted,
                   text_list *list, struct error *err)
{
    struct search s = {.o = o, .wanted = wanted};
    int rc = 0;
    if (names_a_cell(wanted))
        vec_push(list, wanted);
    else if (!search_stages(&s, m->stages, NULL, false))
        rc = unknown(&s, option, err);
    for (size_t i = 0; i < s.found.len; i++)
        vec_push(list, s.found.items[i]);
    vec_release(&s.found);
    vec_release(&s.names);
    return rc;
}

static int resolve_list(struct run_options *o, const struct model *m, const char *option, text_list *given,
                        struct error *err)
{
    text_list paths = {0};
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < given->len; i++)
        rc = resolve(o, m, option, given->items[i], &paths, err);
    vec_release(given);
    *given = paths;
    return rc;
}

int stage_choice_resolve(struct run_options *o, const struct model *m, struct error *err)
{
    text_list from = {0};
    if (resolve_list(o, m, "--only", &o->only, err) < 0 || resolve_list(o, m, "--skip", &o->skip, err) < 0)
        return -1;
    int rc = o->from && !o->restart ? resolve(o, m, "--from", o->from, &from, err) : 0;
    if (from.len)
        o->from = from.items[0];
    vec_release(&from);
    return rc;
}
