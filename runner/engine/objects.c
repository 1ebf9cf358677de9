/* The global objects of a pipeline script: env, params, currentBuild, and what `scm` stands for. */
#include "runner/engine/objects.h"
#include "base/buf.h"
#include "runner/cli/run_options.h"
#include "runner/engine/internals.h"
#include "runner/engine/library.h"
#include "runner/lib/json.h"
#include <ctype.h>
#include <string.h>
#include <strings.h>
#include <time.h>

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

/* ---- currentBuild and builds before it [workflow-support: RunWrapper] */

struct wrapper {
    struct run *run;
    json_t *past; /* build.json of an older build; NULL: the current one */
};

static void wrapper_release(void *data)
{
    struct wrapper *w = data;
    json_decref(w->past);
    free(w);
}

static struct value wrapper_new(struct run *run, json_t *past) /* takes past */
{
    struct wrapper *w = xcalloc(1, sizeof(*w));
    w->run = run;
    w->past = past;
    return native_new(run->vm, vm_class(run->vm, "RunWrapper"), w);
}

struct value run_wrapper(struct run *run, json_t *past)
{
    return wrapper_new(run, past);
}

static struct wrapper *wrapper_of(struct value self)
{
    return AS_NATIVE(self)->data;
}

static enum result wrapper_result(const struct wrapper *w)
{
    enum result r = RESULT_NONE;
    if (!w->past)
        return w->run->result;
    const char *name = json_string_value(json_object_get(w->past, "result"));
    return name && result_parse(name, &r) ? r : RESULT_NONE;
}

static struct value text_or_null(const char *s)
{
    return s ? string_from(s) : NULL_VALUE;
}

static struct value result_value(enum result r)
{
    return r == RESULT_NONE ? NULL_VALUE : string_from(result_name(r));
}

static int64_t now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static int wrapper_number(const struct wrapper *w)
{
    return w->past ? (int)json_integer_value(json_object_get(w->past, "number")) : w->run->record.number;
}

static json_t *record_of(const struct wrapper *w)
{
    return w->past ? w->past : w->run->record.json;
}

static const char *wrapper_job(const struct wrapper *w)
{
    const char *job = json_string_value(json_object_get(record_of(w), "job"));
    return job ? job : w->run->record.job;
}

static int64_t wrapper_start(const struct wrapper *w)
{
    return json_integer_value(json_object_get(record_of(w), "started_ms"));
}

static int64_t wrapper_duration(const struct wrapper *w)
{
    if (w->past)
        return json_integer_value(json_object_get(w->past, "duration_ms"));
    return now_ms() - w->run->started_ms;
}

static struct value duration_text(int64_t ms)
{
    if (ms < 60000)
        return string_printf("%.1f sec and counting", (double)ms / 1000);
    return string_printf("%d min %d sec and counting", (int)(ms / 60000), (int)(ms / 1000 % 60));
}

/* The nearest older build, or (good) the nearest that succeeded. */
static struct value older(const struct wrapper *w, bool good)
{
    for (int n = wrapper_number(w) - 1; n > 0; n--) {
        json_t *past = build_load(&w->run->home, wrapper_job(w), n, NULL);
        enum result r = RESULT_NONE;
        const char *name = past ? json_string_value(json_object_get(past, "result")) : NULL;
        if (name && result_parse(name, &r) && (!good || r <= RESULT_UNSTABLE))
            return wrapper_new(w->run, past);
        json_decref(past);
    }
    return NULL_VALUE;
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

/* One change set of kind git whose items are the commits; none without changes. */
static struct value change_sets(const struct wrapper *w)
{
    struct value sets = list_new(w->run->vm, 1);
    json_t *commits = w->past ? json_object_get(w->past, "changes") : w->run->changes;
    if (!json_array_size(commits))
        return sets;
    struct value set = map_new(w->run->vm), items = json_value(w->run, commits), kind = string_from("git");
    map_set_str(AS_MAP(set), "kind", kind);
    map_set_str(AS_MAP(set), "items", items);
    list_push(AS_LIST(sets), set);
    value_release(set);
    value_release(items);
    value_release(kind);
    return sets;
}

static struct value folder_url(const struct wrapper *w)
{
    _cleanup_free_ char *dir = build_dir(&w->run->home, wrapper_job(w), wrapper_number(w));
    return string_printf("file://%s/", dir);
}

static const struct wrapper_property {
    const char *name;
    struct value (*read)(const struct wrapper *w);
} wrapper_properties[];

#define PROPERTY(fn, expression)                                                                             \
    static struct value fn(const struct wrapper *w)                                                          \
    {                                                                                                        \
        return expression;                                                                                   \
    }
PROPERTY(p_number, value_int(wrapper_number(w)))
PROPERTY(p_id, string_printf("%d", wrapper_number(w)))
PROPERTY(p_result, result_value(wrapper_result(w)))
PROPERTY(p_current_result, string_from(result_name(wrapper_result(w) == RESULT_NONE ? RESULT_SUCCESS : wrapper_result(w))))
PROPERTY(p_display_name, text_or_null(json_string_value(json_object_get(record_of(w), "displayName"))))
PROPERTY(p_full_display_name,
         string_printf("%s %s", wrapper_job(w), json_string_value(json_object_get(record_of(w), "displayName"))))
PROPERTY(p_project, string_from(wrapper_job(w)))
PROPERTY(p_description, text_or_null(json_string_value(json_object_get(record_of(w), "description"))))
PROPERTY(p_start, value_long(wrapper_start(w)))
PROPERTY(p_duration, value_long(wrapper_duration(w)))
PROPERTY(p_duration_text, duration_text(wrapper_duration(w)))
PROPERTY(p_previous, older(w, false))
PROPERTY(p_previous_good, older(w, true))
PROPERTY(p_null, NULL_VALUE)
PROPERTY(p_empty_list, list_new(w->run->vm, 0))
PROPERTY(p_change_sets, change_sets(w))
PROPERTY(p_variables, json_value(w->run, json_object_get(record_of(w), "params")))
PROPERTY(p_url, folder_url(w))
PROPERTY(p_keep, value_bool(json_is_true(json_object_get(record_of(w), "keepLog"))))

static const struct wrapper_property wrapper_properties[] = {
    {"number", p_number},
    {"id", p_id},
    {"result", p_result},
    {"currentResult", p_current_result},
    {"displayName", p_display_name},
    {"fullDisplayName", p_full_display_name},
    {"projectName", p_project},
    {"fullProjectName", p_project},
    {"description", p_description},
    {"timeInMillis", p_start},
    {"startTimeInMillis", p_start},
    {"duration", p_duration},
    {"durationString", p_duration_text},
    {"previousBuild", p_previous},
    {"previousCompletedBuild", p_previous},
    {"previousBuiltBuild", p_previous},
    {"previousSuccessfulBuild", p_previous_good},
    {"previousBuildInProgress", p_null},
    {"nextBuild", p_null},
    {"absoluteUrl", p_url},
    {"changeSets", p_change_sets},
    {"buildVariables", p_variables},
    {"upstreamBuilds", p_empty_list},
    {"keepLog", p_keep},
};

static enum call_status wrapper_read(struct fiber *f, struct value self, const char *name, struct value *out)
{
    for (size_t i = 0; i < ARRAY_LEN(wrapper_properties); i++)
        if (strcmp(name, wrapper_properties[i].name) == 0) {
            *out = wrapper_properties[i].read(wrapper_of(self));
            return CALL_OK;
        }
    if (strcmp(name, "rawBuild") == 0)
        return vm_throw(f, "RejectedAccessException",
                        "currentBuild.rawBuild is an object inside Jenkins; use the properties of currentBuild");
    return CALL_NONE;
}

/* Any case; an unknown name is FAILURE [core: Result.fromString]. */
static enum result result_from(const char *name)
{
    enum result r;
    _cleanup_free_ char *upper = xstrdup(name);
    for (char *p = upper; *p; p++)
        *p = (char)toupper((unsigned char)*p);
    return result_parse(upper, &r) ? r : RESULT_FAILURE;
}

static void set_result(struct fiber *f, const char *name)
{
    enum result r = result_from(name);
    run_set_result(run_of(f), r);
    for (struct scope *s = branch_of(f)->scope; s; s = s->parent)
        if (s->stage && (s->stage->before == RESULT_NONE || s->stage->before < r))
            s->stage->before = r;
}

static enum call_status wrapper_write(struct fiber *f, struct value self, const char *name, struct value v)
{
    struct wrapper *w = wrapper_of(self);
    if (w->past)
        return vm_throw(f, "SecurityException", "can only set properties of the current build");
    struct value hold = NULL_VALUE;
    const char *text = value_text(f, v, &hold);
    enum call_status status = CALL_OK;
    if (strcmp(name, "result") == 0 && !value_is_null(v))
        set_result(f, text);
    else if (strcmp(name, "result") == 0)
        status = CALL_OK;
    else if (strcmp(name, "displayName") == 0 || strcmp(name, "description") == 0)
        json_object_set_new(w->run->record.json, name, value_is_null(v) ? json_null() : json_string(text));
    else if (strcmp(name, "keepLog") == 0)
        json_object_set_new(w->run->record.json, name, json_boolean(v.tag == VAL_BOOL && v.u.b));
    else
        status = CALL_NONE;
    value_release(hold);
    return status;
}

static enum call_status compare_result(struct fiber *f, struct value self, struct value other, bool better, struct value *out)
{
    struct value hold = NULL_VALUE;
    enum result mine = wrapper_result(wrapper_of(self)), r = result_from(value_text(f, other, &hold));
    if (mine == RESULT_NONE)
        mine = RESULT_SUCCESS;
    *out = value_bool(better ? mine <= r : mine >= r);
    value_release(hold);
    return CALL_OK;
}

static enum call_status better_or_equal(struct fiber *f, struct value self, int argc, struct value *argv, struct value *out)
{
    return compare_result(f, self, argv[0], true, out);
}

static enum call_status worse_or_equal(struct fiber *f, struct value self, int argc, struct value *argv, struct value *out)
{
    return compare_result(f, self, argv[0], false, out);
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

/* The build whose `build` step started this one, as runner/steps/build.c tells it: "JOB#NUMBER". */
static const char *upstream(const struct run *run, int *number)
{
    const char *text = run->options->cause == CAUSE_UPSTREAM ? getenv("GMRUN_UPSTREAM") : NULL;
    const char *hash = text ? strrchr(text, '#') : NULL;
    *number = hash ? (int)strtol(hash + 1, NULL, 10) : 0;
    return hash ? text : NULL;
}

char *run_cause_text(const struct run *run)
{
    int number;
    const char *by = upstream(run, &number);
    if (by)
        return xasprintf("Started by upstream project \"%.*s\" build number %d", (int)(strrchr(by, '#') - by), by, number);
    return xasprintf("%s%s", causes[run->options->cause].text,
                     run->options->cause == CAUSE_USER ? run->options->user : "");
}

static enum call_status build_causes(struct fiber *f, struct value self, int argc, struct value *argv, struct value *out)
{
    struct run *run = wrapper_of(self)->run;
    struct value hold = NULL_VALUE;
    const char *wanted = argc ? value_text(f, argv[0], &hold) : NULL;
    _cleanup_free_ char *text = run_cause_text(run);
    json_t *list = json_array();
    if (!wanted || strcmp(wanted, run_cause_class(run)) == 0) {
        json_t *cause = json_pack("{s:s,s:s}", "_class", run_cause_class(run), "shortDescription", text);
        if (run->options->cause == CAUSE_USER) {
            json_object_set_new(cause, "userId", json_string(run->options->user));
            json_object_set_new(cause, "userName", json_string(run->options->user));
        }
        int number;
        const char *by = upstream(run, &number);
        if (by) {
            json_object_set_new(cause, "upstreamProject", json_stringn(by, (size_t)(strrchr(by, '#') - by)));
            json_object_set_new(cause, "upstreamBuild", json_integer(number));
        }
        json_array_append_new(list, cause);
    }
    *out = json_value(run, list);
    json_decref(list);
    value_release(hold);
    return CALL_OK;
}

/* steps.sh('x'): the steps as methods of an object, for shared libraries [workflow-cps: DSL]. */
static enum call_status steps_invoke(struct fiber *f, struct value self, const char *name, int argc, struct value *argv,
                                     struct value *out)
{
    return internals_call(f, name, argc, argv, out);
}

static const struct native_class classes[] = {
    {.name = "org.jenkinsci.plugins.workflow.cps.DSL", .invoke = steps_invoke},
    {.name = "org.jenkinsci.plugins.workflow.cps.EnvActionImpl", .get = env_read, .set = env_write},
    {.name = "org.jenkinsci.plugins.workflow.support.steps.build.RunWrapper",
     .release = wrapper_release,
     .get = wrapper_read,
     .set = wrapper_write},
    {.name = "org.jenkinsci.plugins.workflow.steps.MissingContextVariableException", .super = "Exception"},
    {.name = "org.jenkinsci.plugins.scriptsecurity.sandbox.RejectedAccessException", .super = "SecurityException"},
};

static const struct native_method methods[] = {
    {"EnvActionImpl", "getEnvironment", 0, 0, 0, env_get_environment},
    {"EnvActionImpl", "getProperty", 1, 1, 0, env_get_property},
    {"EnvActionImpl", "getAt", 1, 1, 0, env_get_property},
    {"EnvActionImpl", "get", 1, 1, 0, env_get_property},
    {"EnvActionImpl", "putAt", 2, 2, 0, env_set_property},
    {"EnvActionImpl", "setProperty", 2, 2, 0, env_set_property},
    {"RunWrapper", "getBuildCauses", 0, 1, 0, build_causes},
    {"RunWrapper", "resultIsBetterOrEqualTo", 1, 1, 0, better_or_equal},
    {"RunWrapper", "resultIsWorseOrEqualTo", 1, 1, 0, worse_or_equal},
};

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
    run->objects[OBJECT_ENV] = native_new(run->vm, vm_class(run->vm, "EnvActionImpl"), run);
    run->objects[OBJECT_CURRENT_BUILD] = wrapper_new(run, NULL);
    run->objects[OBJECT_SCM] = scm_object(run);
    run->objects[OBJECT_STEPS] = native_new(run->vm, vm_class(run->vm, "DSL"), run);
}

static const struct {
    const char *name;
    enum run_object object;
} globals[] = {{"env", OBJECT_ENV}, {"currentBuild", OBJECT_CURRENT_BUILD}, {"scm", OBJECT_SCM}, {"steps", OBJECT_STEPS}};

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
