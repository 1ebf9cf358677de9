/* The global objects of a pipeline script: env, params, currentBuild, and what `scm` stands for. */
#include "runner/engine/objects.h"
#include "base/buf.h"
#include "runner/cli/run_options.h"
#include "runner/engine/change_log.h"
#include "runner/engine/internals.h"
#include "runner/engine/library.h"
#include "runner/engine/run_wrapper.h"
#include "runner/lib/json.h"
#include <string.h>

/* ---- env [workflow-cps: EnvActionImpl] */

static enum call_status env_read(struct fiber *f, struct value self, const char *name, struct value *out)
{
    struct branch *b = branch_of(f);
    char *value = run_getenv(b->run, b->scope, name);
    *out = value ? string_from(value) : NULL_VALUE;
    free(value);
    return CALL_OK;
}

static enum call_status env_write(struct fiber *f, struct value self, const char *name, struct value v)
{
    struct run *run = run_of(f);
    struct value hold = NULL_VALUE;
    if (value_is_null(v))
        env_unset(&run->global_env, name);
    else
        env_set(&run->global_env, name, value_text(f, v, &hold));
    value_release(hold);
    return CALL_OK;
}

static enum call_status env_get_environment(struct fiber *f, struct value self, int argc, struct value *argv,
                                            struct value *out)
{
    struct branch *b = branch_of(f);
    struct env all = {0};
    run_environment(b->run, b->scope, &all);
    *out = map_new(fiber_vm(f));
    for (size_t i = 0; i < all.len; i++) {
        struct value v = string_from(all.items[i].value);
        map_set_str(AS_MAP(*out), all.items[i].name, v);
        value_release(v);
    }
    env_release(&all);
    return CALL_OK;
}

static enum call_status env_get_property(struct fiber *f, struct value self, int argc, struct value *argv,
                                         struct value *out)
{
    struct value hold = NULL_VALUE;
    enum call_status status = env_read(f, self, value_text(f, argv[0], &hold), out);
    value_release(hold);
    return status;
}

static enum call_status env_set_property(struct fiber *f, struct value self, int argc, struct value *argv,
                                         struct value *out)
{
    struct value hold = NULL_VALUE;
    enum call_status status = env_write(f, self, value_text(f, argv[0], &hold), argv[1]);
    value_release(hold);
    return status;
}

struct value json_value(struct run *run, const json_t *json)
{
    struct value v = NULL_VALUE;
    char *text = json ? json_dumps(json, JSON_ENCODE_ANY) : NULL;
    if (text)
        json_to_value(run->vm, text, strlen(text), &v, NULL);
    free(text);
    return v;
}

static const struct {
    enum cause_kind kind;
    const char *class, *text;
} causes[] = {
    {CAUSE_USER, "hudson.model.Cause$UserIdCause", "Started by user "},
    {CAUSE_TIMER, "hudson.triggers.TimerTrigger$TimerTriggerCause", "Started by timer"},
    {CAUSE_SCM, "hudson.triggers.SCMTrigger$SCMTriggerCause", "Started by an SCM change"},
    {CAUSE_UPSTREAM, "hudson.model.Cause$UpstreamCause", "Started by upstream project"},
};

const char *run_cause_class(const struct run *run)
{
    return causes[run->options->cause].class;
}

const char *run_upstream(const struct run *run, int *number)
{
    const char *text = run->options->cause == CAUSE_UPSTREAM ? getenv("GMRUN_UPSTREAM") : NULL;
    const char *hash = text ? strrchr(text, '#') : NULL;
    *number = hash ? (int)strtol(hash + 1, NULL, 10) : 0;
    return hash ? text : NULL;
}

char *run_cause_text(const struct run *run)
{
    int number;
    const char *by = run_upstream(run, &number);
    if (by)
        return xasprintf("Started by upstream project \"%.*s\" build number %d", (int)(strrchr(by, '#') - by),
                         by, number);
    return xasprintf("%s%s", causes[run->options->cause].text,
                     run->options->cause == CAUSE_USER ? run->options->user : "");
}

/* steps.sh('x'): the steps as methods of an object, for shared libraries [workflow-cps: DSL]. */
static enum call_status steps_invoke(struct fiber *f, struct value self, const char *name, int argc,
                                     struct value *argv, struct value *out)
{
    return internals_call(f, name, argc, argv, out);
}

static const struct native_class classes[] = {
    {.name = "org.jenkinsci.plugins.workflow.cps.DSL", .invoke = steps_invoke},
    {.name = "org.jenkinsci.plugins.workflow.cps.EnvActionImpl", .get = env_read, .set = env_write},
    {.name = "org.jenkinsci.plugins.workflow.steps.MissingContextVariableException", .super = "Exception"},
    {.name = "org.jenkinsci.plugins.scriptsecurity.sandbox.RejectedAccessException",
     .super = "SecurityException"},
};

static const struct native_method methods[] = {
    {"EnvActionImpl", "getEnvironment", 0, 0, 0, env_get_environment},
    {"EnvActionImpl", "getProperty", 1, 1, 0, env_get_property},
    {"EnvActionImpl", "getAt", 1, 1, 0, env_get_property},
    {"EnvActionImpl", "get", 1, 1, 0, env_get_property},
    {"EnvActionImpl", "putAt", 2, 2, 0, env_set_property},
    {"EnvActionImpl", "setProperty", 2, 2, 0, env_set_property},
};

static struct value text_or_null(const char *s)
{
    return s ? string_from(s) : NULL_VALUE;
}

/* A list of one map of one entry, as GitSCM has its remotes and branches. */
static struct value only(struct run *run, const char *key, const char *text)
{
    struct value list = list_new(run->vm, 1), map = map_new(run->vm), v = text_or_null(text);
    map_set_str(AS_MAP(map), key, v);
    list_push(AS_LIST(list), map);
    value_release(v);
    value_release(map);
    return list;
}

static struct value scm_object(struct run *run)
{
    const struct scm_source *s = &run->scm;
    struct value map = map_new(run->vm), class = string_from("GitSCM");
    struct value remotes = only(run, "url", s->local && s->remote_url ? s->remote_url : s->url);
    struct value branches = only(run, "name", s->branch ? s->branch : s->ref);
    map_set_str(AS_MAP(map), "$class", class);
    map_set_str(AS_MAP(map), "userRemoteConfigs", remotes);
    map_set_str(AS_MAP(map), "branches", branches);
    value_release(class);
    value_release(remotes);
    value_release(branches);
    return map;
}

void objects_register(struct run *run)
{
    vm_register(run->vm, classes, ARRAY_LEN(classes), methods, ARRAY_LEN(methods));
    run_wrapper_register(run);
    change_log_register(run);
    run->objects[OBJECT_ENV] = native_new(run->vm, vm_class(run->vm, "EnvActionImpl"), run);
    run->objects[OBJECT_CURRENT_BUILD] = run_wrapper_new(run, NULL);
    run->objects[OBJECT_SCM] = scm_object(run);
    run->objects[OBJECT_STEPS] = native_new(run->vm, vm_class(run->vm, "DSL"), run);
}

static const struct {
    const char *name;
    enum run_object object;
} globals[] = {{"env", OBJECT_ENV},
               {"currentBuild", OBJECT_CURRENT_BUILD},
               {"scm", OBJECT_SCM},
               {"steps", OBJECT_STEPS}};

/* Upper case as environment variables are. */
static bool is_constant_name(const char *name)
{
    return name[strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789")] == 0;
}

enum call_status objects_get(struct fiber *f, const char *name, struct value *out)
{
    struct run *run = run_of(f);
    for (size_t i = 0; i < ARRAY_LEN(globals); i++)
        if (strcmp(name, globals[i].name) == 0) {
            *out = value_retain(run->objects[globals[i].object]);
            return CALL_OK;
        }
    if (strcmp(name, "params") == 0) {
        *out = value_retain(run->params);
        return CALL_OK;
    }
    char *value = run_getenv(run, branch_of(f)->scope, name);
    if (value) {
        *out = string_from(value);
        free(value);
        return CALL_OK;
    }
    struct value param;
    if (map_get_str(AS_MAP(run->params), name, &param)) {
        *out = value_retain(param);
        return CALL_OK;
    }
    enum call_status status = library_get(f, name, out);
    for (const struct scope *s = status == CALL_NONE ? branch_of(f)->scope : NULL; s; s = s->parent)
        if (s->lenient)
            return CALL_OK; /* null */
    if (status == CALL_NONE && run->dry_run && is_constant_name(name)) {
        run_notice(run, "%s is not known before the run", name);
        *out = string_printf("$%s", name);
        return CALL_OK;
    }
    return status;
}
