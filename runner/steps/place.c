/* Steps that say where the steps inside them run: node, ws, dir, stage, withEnv. */
#include "base/buf.h"
#include "base/fs.h"
#include "runner/engine/node.h"
#include "runner/engine/params_value.h"
#include "runner/steps/docker/inside.h"
#include "runner/steps/far.h"
#include "runner/steps/pod/condition.h"
#include "runner/steps/rows.h"
#include "runner/steps/tools/maven_shim.h"
#include "runner/steps/workspace.h"
#include <ctype.h>
#include <string.h>

/* ---- node */

/* The request for a node on its way; the lease moves on to the scope of the block. */
struct allocation {
    struct node_request *request; /* while waiting */
    struct lease *lease;
    char *error;
    bool lost; /* a place was there, and went before it could be given */
    bool parked, told;
    struct loop_timer patience; /* "Still waiting" after a while */
    struct step_call *call;
};

static void allocation_free(void *data)
{
    struct allocation *a = data;
    loop_timer_stop(a->call->run->loop, &a->patience);
    lease_unref(a->lease);
    free(a->error);
    free(a);
}

/* From the node table, maybe at once: then the fiber has not parked, and allocated() is called by
 * step_await(). */
static void granted(void *data, struct lease *lease, struct error *err)
{
    struct allocation *a = data;
    a->request = NULL;
    a->lease = lease;
    a->error = lease ? NULL : xstrdup(err->message);
    a->lost = !lease && err->kind == ERROR_LOST;
    loop_timer_stop(a->call->run->loop, &a->patience);
    if (a->parked)
        step_wake(a->call);
}

/* Fifteen seconds, as Jenkins' ExecutorStepExecution. */
static void still_waiting(struct loop_timer *t)
{
    struct allocation *a = t->data;
    step_log(a->call, "Still waiting to schedule task");
    const char *label = step_str(a->call, "label", "");
    step_log(a->call,
             *label ? "Waiting for next available executor on ‘%s’" : "Waiting for next available executor",
             label);
}

static void cancel_allocation(struct step_call *c)
{
    struct allocation *a = c->state;
    if (a->request)
        node_request_cancel(a->request);
    a->request = NULL;
    step_wake(c);
}

static void allocation_log(void *data, const char *line)
{
    step_log(((struct allocation *)data)->call, "%s", line);
}

static enum call_status allocate(struct step_call *c)
{
    struct allocation *a = c->state;
    const char *label = step_str(c, "label", NULL);
    struct node_request *r = node_request(c->run->nodes, label, NULL, granted, allocation_log, a);
    if (!r)
        return CALL_OK;
    a->request = r;
    a->parked = true;
    a->patience = (struct loop_timer){.fn = still_waiting, .data = a};
    loop_timer_start(c->run->loop, &a->patience, 15000);
    step_on_cancel(c, cancel_allocation);
    return CALL_WAIT;
}

static enum call_status enter_lease(struct step_call *c, struct lease *lease) /* takes */
{
    struct scope *scope = scope_new(c->branch->scope);
    scope->lease = lease;
    scope->cwd = xstrdup(lease->workspace);
    return step_body(c, scope, NULL, 0, NULL, step_after_plain);
}

/* A node of kind docker is a container on this machine. */
static enum call_status enter_node(struct step_call *c, struct lease *lease) /* takes */
{
    const struct agent_config *agent = lease_config(lease);
    if (!agent || strcmp(agent->kind, "docker") || c->run->dry_run)
        return enter_lease(c, lease);
    return inside_node(c, lease, agent);
}

/* File parameters and Maven's shim are put into the workspace before the block; pods and far nodes have ways
 * of their own. */
static enum call_status allocated(struct step_call *c, struct outcome o, struct value *out)
{
    struct allocation *a = c->state;
    if (o.thrown)
        return vm_throw_value(c->fiber, value_retain(o.v));
    if (!a->lease)
        return vm_throw_value(c->fiber, node_failure(c, a->error ? a->error : "no executor", a->lost));
    struct lease *lease = a->lease;
    if (lease->pod && !c->run->dry_run && (c->run->files || c->run->config->maven.given))
        return far_block(c, lease, step_after_plain);
    a->lease = NULL;
    if (lease_remote(lease) && !c->run->dry_run)
        return far_enter(c, lease);
    step_log(c, "Running on %s in %s", lease_display(lease), lease->workspace);
    _cleanup_(error_release) struct error err = {0};
    if (!c->run->dry_run && !lease->pod &&
        (params_place_files(c->run, lease->workspace, &err) < 0 || maven_shim_for_node(c, lease, &err) < 0)) {
        lease_unref(lease);
        return step_abort(c, "%s", err.message);
    }
    return enter_node(c, lease);
}

enum call_status step_node(struct step_call *c, struct value *out)
{
    struct allocation *a = xcalloc(1, sizeof(*a));
    a->call = c;
    c->state = a;
    c->state_release = allocation_free;
    return step_await(c, allocate, allocated);
}

/* ---- ws: another workspace on the same node */

/* On a docker node a second container starts, as the workspace is mounted at its own path. */
enum call_status step_ws(struct step_call *c, struct value *out)
{
    _cleanup_(error_release) struct error err = {0};
    struct lease *outer = scope_lease(c->branch->scope);
    struct lease *lease = lease_relocate(outer, step_str(c, "dir", ""), &err);
    if (!lease)
        return step_abort(c, "%s", err.message);
    if (ws_far(c) && ws_mkdir_p(c, lease->workspace, 0777, &err) < 0) {
        lease_unref(lease);
        return step_abort(c, "%s", err.message);
    }
    step_log(c, "Running in %s", lease->workspace);
    const struct agent_config *agent = lease_config(lease);
    if (!agent || strcmp(agent->kind, "docker") || c->run->dry_run)
        return enter_lease(c, lease);
    return inside_node(c, lease, agent);
}

/* ---- dir */

/* The path is normalised but not confined: Jenkins allows `dir('..')` and absolute ones. */
enum call_status step_dir(struct step_call *c, struct value *out)
{
    _cleanup_(error_release) struct error err = {0};
    _cleanup_free_ char *joined = step_path(c, step_str(c, "path", "."));
    struct scope *scope = scope_new(c->branch->scope);
    scope->cwd = path_normalise(joined);
    if (!c->run->dry_run && ws_mkdir_p(c, scope->cwd, 0777, &err) < 0) {
        scope_unref(scope);
        return step_abort(c, "%s", err.message);
    }
    step_log(c, "Running in %s", scope->cwd);
    return step_body(c, scope, NULL, 0, NULL, step_after_plain);
}

enum call_status step_pwd(struct step_call *c, struct value *out)
{
    _cleanup_(error_release) struct error err = {0};
    if (!step_bool(c, "tmp", false)) {
        *out = string_from(step_cwd(c));
        return CALL_OK;
    }
    _cleanup_free_ char *temp = step_temp(c, &err);
    if (!temp)
        return step_abort(c, "%s", err.message);
    *out = string_from(temp);
    return CALL_OK;
}

char *step_temp(struct step_call *c, struct error *err)
{
    char *path = xasprintf("%s@tmp", scope_lease(c->branch->scope)->workspace);
    if (ws_mkdir_p(c, path, 0700, err) == 0)
        return path;
    free(path);
    return NULL;
}

/* The workspace of --in-place is the user's own folder.
 * The workspace itself stays as an empty folder, since steps go on to work in it. */
enum call_status step_delete_dir(struct step_call *c, struct value *out)
{
    _cleanup_(error_release) struct error err = {0};
    struct lease *lease = scope_lease(c->branch->scope);
    const char *cwd = step_cwd(c);
    if (lease->keep && strcmp(cwd, lease->workspace) == 0)
        return step_abort(c, "refusing to delete %s: it is your own folder (--in-place)", cwd);
    bool whole = strcmp(cwd, lease->workspace) == 0;
    if ((whole ? ws_empty_dir(c, cwd, &err) : ws_rm_rf(c, cwd, &err)) < 0)
        return step_abort(c, "%s", err.message);
    return CALL_OK;
}

enum call_status step_is_unix(struct step_call *c, struct value *out)
{
    *out = value_bool(true);
    return CALL_OK;
}

/* ---- withEnv */

struct override {
    char *name, *value;
    bool done;
};

/* $NAME or ${NAME}, but not $NAMEX. */
static bool refers(const char *value, const char *name)
{
    size_t n = strlen(name);
    for (const char *p = strchr(value, '$'); p; p = strchr(p + 1, '$')) {
        const char *at = p[1] == '{' ? p + 2 : p + 1;
        if (strncmp(at, name, n) == 0 && !isalnum((unsigned char)at[n]) && at[n] != '_')
            return true;
    }
    return false;
}

static bool is_ready(const struct override *all, size_t len, const struct override *one)
{
    for (size_t i = 0; i < len; i++)
        if (&all[i] != one && !all[i].done && refers(one->value, all[i].name))
            return false;
    return true;
}

/* Entries see each other in whatever order they stand [core: EnvVars.overrideExpandingAll]; a circle is
 * broken at its first entry.
 * In a circle the names see the values from outside of the block. */
static void expand_overrides(struct step_call *c, struct scope *scope, struct override *all, size_t len)
{
    for (size_t left = len; left;) {
        size_t before = left;
        for (size_t i = 0; i < len; i++) {
            if (all[i].done || !is_ready(all, len, &all[i]))
                continue;
            _cleanup_free_ char *value = run_expand(c->run, scope, all[i].value);
            env_set(&scope->vars, all[i].name, value);
            all[i].done = true;
            left--;
        }
        for (size_t i = 0; left == before && i < len; i++)
            if (!all[i].done) {
                _cleanup_free_ char *value = run_expand(c->run, c->branch->scope, all[i].value);
                env_set(&scope->vars, all[i].name, value);
                all[i].done = true;
                left--;
            }
    }
}

static int read_override(struct step_call *c, struct override *o, struct value item)
{
    struct value hold = NULL_VALUE;
    const char *text = value_text(c->fiber, item, &hold), *equals = strchr(text, '=');
    if (equals) {
        o->name = xstrndup(text, (size_t)(equals - text));
        o->value = xstrdup(equals + 1);
    }
    value_release(hold);
    return equals ? 0 : -1;
}

/* withEnv(a: 1, b: 2), or overrides: [a: 1]: as the list NAME=value [EnvStep.DescriptorImpl.newInstance].
 * A null value gives an empty text. */
static struct value overrides_of_map(struct step_call *c, struct map *map)
{
    struct value list = list_new(c->run->vm, map->len);
    struct map_slot *slot;
    for (size_t i = 0; map_next(map, &i, &slot);) {
        _cleanup_(buf_release) struct buf pair = {0};
        value_print(c->fiber, slot->key, &pair);
        buf_addch(&pair, '=');
        if (!value_is_null(slot->value))
            value_print(c->fiber, slot->value, &pair);
        struct value v = string_from(pair.data);
        list_push(AS_LIST(list), v);
        value_release(v);
    }
    return list;
}

static int read_overrides(struct step_call *c, struct scope *scope, struct value list)
{
    size_t len = value_is(list, OBJ_LIST) ? AS_LIST(list)->len : 0;
    struct override *all = xcalloc(len + 1, sizeof(*all));
    int status = value_is(list, OBJ_LIST) ? 0 : -1;
    for (size_t i = 0; status == 0 && i < len; i++)
        status = read_override(c, &all[i], AS_LIST(list)->items[i]);
    if (status == 0)
        expand_overrides(c, scope, all, len);
    for (size_t i = 0; i < len; i++) {
        free(all[i].name);
        free(all[i].value);
    }
    free(all);
    return status;
}

enum call_status step_with_env(struct step_call *c, struct value *out)
{
    struct scope *scope = scope_new(c->branch->scope);
    struct value given = step_arg(c, "overrides"), ignored;
    bool named = !map_get_str(AS_MAP(c->args), "overrides", &ignored);
    struct value list = named                      ? overrides_of_map(c, AS_MAP(c->args))
                        : value_is(given, OBJ_MAP) ? overrides_of_map(c, AS_MAP(given))
                                                   : value_retain(given);
    int status = read_overrides(c, scope, list);
    value_release(list);
    if (status == 0)
        return step_body(c, scope, NULL, 0, NULL, step_after_plain);
    scope_unref(scope);
    return vm_throw(c->fiber, "IllegalArgumentException", "withEnv takes a list of NAME=value");
}

/* ---- stage */

/* What happened before, as the stage's post conditions see it: for a branch of a parallel, what its parent
 * found; else also what the stages before it in the same group came to. */
static enum result result_before(const struct run *run, const struct stage *parent, const struct branch *b)
{
    if (!parent)
        return run->result;
    bool first_of_branch = b->scope->branch != NULL;
    enum result r = parent->before == RESULT_NONE ? RESULT_SUCCESS : parent->before;
    return !first_of_branch && parent->result > r ? parent->result : r;
}

/* Stages live in the arena of the syntax tree, to the end of the run: sinks and the summary point to them. */
static struct stage *stage_begin(struct step_call *c, const char *given)
{
    struct run *run = c->run;
    _cleanup_free_ char *name = run_shown_name(run, given);
    struct arena *arena = &run->ast->arena;
    struct stage *s = arena_new(arena, struct stage), *parent = scope_stage(c->branch->scope);
    s->info.id = (int)run->stages.len + 1;
    s->info.name = arena_strdup(arena, name);
    s->info.parent = parent ? &parent->info : NULL;
    s->info.depth = parent ? parent->info.depth + 1 : 0;
    s->info.path = parent ? arena_printf(arena, "%s/%s", parent->info.path, name) : s->info.name;
    s->info.synthetic = str_has_prefix(name, "Declarative: ");
    const char *branch = scope_branch(c->branch->scope);
    s->info.parallel = branch && str_eq(branch, name);
    s->started_ms = loop_now(run->loop);
    s->before = result_before(run, parent, c->branch);
    vec_push(&run->stages, s);
    struct event e = {.kind = EVENT_STAGE_START, .stage = &s->info, .step = c->id};
    run_emit(run, c->branch, &e);
    return s;
}

static enum call_status after_stage(struct step_call *c, struct outcome o, struct value *out)
{
    struct stage *s = c->state;
    s->duration_ms = loop_now(c->run->loop) - s->started_ms;
    s->done = true;
    if (o.thrown) {
        enum result r = result_of_exception(c->run, o.v);
        if (s->result < r)
            s->result = r;
    }
    struct event e = {.kind = EVENT_STAGE_END, .stage = &s->info, .step = c->id};
    e.result = s->result;
    e.skipped = s->skipped;
    e.duration_ms = s->duration_ms;
    run_emit(c->run, c->branch, &e);
    return step_after_plain(c, o, out);
}

/* The old form without a block only tells its name: there is no stage to hang results on. */
enum call_status step_stage(struct step_call *c, struct value *out)
{
    const char *name = step_str(c, "name", NULL);
    if (!name || !*name)
        return vm_throw(c->fiber, "IllegalArgumentException", "must specify name");
    if (value_is_null(c->body)) { /* the old form: a stage that lasts until the next one */
        step_log(c, "Using the ‘stage’ step without a block argument is deprecated");
        step_log(c, "Entering stage %s", name);
        step_log(c, "Proceeding");
        return CALL_OK;
    }
    if (step_has(c, "concurrency"))
        return step_abort(
            c, "The ‘concurrency’ argument of ‘stage’ is not supported in block mode: use ‘lock’ or "
               "‘milestone’");
    struct stage *s = stage_begin(c, name);
    struct scope *scope = scope_new(c->branch->scope);
    c->state = s;
    scope->stage = s;
    env_set(&scope->vars, "STAGE_NAME", name);
    return step_body(c, scope, name, 0, NULL, after_stage);
}
