/* currentBuild and builds before it [workflow-support: RunWrapper]: properties read from the running build,
 * or from an older one's build.json. Getters and setters are the properties behind their prefixes.
 *
 * A wrapper of an older build is a copy of its record as it was when it was asked for: a build that still
 * runs does not change in it. */
#include "runner/engine/run_wrapper.h"
#include "base/buf.h"
#include "base/fs.h"
#include "runner/engine/causes.h"
#include "runner/engine/change_log.h"
#include "runner/engine/objects.h"
#include "runner/engine/time_span.h"
#include "runner/lib/json.h"
#include <ctype.h>
#include <string.h>

#define WRAPPER_CLASS "org.jenkinsci.plugins.workflow.support.steps.build.RunWrapper"

enum { UPSTREAM_LIMIT = 32 }; /* as many builds as may start each other: runner/steps/build.c */

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

static bool wrapper_runs(const struct wrapper *w)
{
    return !json_is_string(json_object_get(record_of(w), "result"));
}

static int64_t wrapper_duration(const struct wrapper *w)
{
    if (!wrapper_runs(w))
        return json_integer_value(json_object_get(record_of(w), "duration_ms"));
    return wall_ms() - wrapper_start(w);
}

/* [core: Run.getDurationString adds the tail while it runs] */
static struct value duration_text(int64_t ms, bool running)
{
    char text[TIME_SPAN_MAX];
    time_span_text(ms, text);
    return string_printf("%s%s", text, running ? " and counting" : "");
}

/* Which of the older builds: each as its condition in core's Run (getPreviousSuccessfulBuild() and its kin).
 */
enum wanted {
    ANY_BUILD,
    COMPLETED_BUILD,
    BUILT_BUILD,
    GOOD_BUILD,
    FAILED_BUILD,
    NOT_FAILED_BUILD,
    RUNNING_BUILD
};

/* A build that was killed has neither a result nor a process: it is passed over by all of them, since
 * Jenkins would have given it one. */
static bool is_wanted(const struct wrapper *w, int number, const json_t *past, enum wanted wanted)
{
    enum result r = RESULT_NONE;
    const char *name = json_string_value(json_object_get(past, "result"));
    bool ended = name && result_parse(name, &r),
         running = !ended && build_running(&w->run->home, wrapper_job(w), number, NULL);
    switch (wanted) {
    case RUNNING_BUILD:
        return running;
    case GOOD_BUILD:
        return r == RESULT_SUCCESS;
    case FAILED_BUILD:
        return r == RESULT_FAILURE;
    case BUILT_BUILD:
        return ended && r != RESULT_NOT_BUILT;
    case COMPLETED_BUILD:
        return ended;
    case NOT_FAILED_BUILD:
        return (ended || running) && r != RESULT_FAILURE;
    case ANY_BUILD:
        break;
    }
    return ended || running;
}

/* The nearest older build of the kind. */
static struct value older(const struct wrapper *w, enum wanted wanted)
{
    /* By numbers, which may have gaps: a file that is not there costs one look. */
    for (int n = wrapper_number(w) - 1; n > 0; n--) {
        json_t *past = build_load(&w->run->home, wrapper_job(w), n, NULL);
        if (past && is_wanted(w, n, past, wanted))
            return wrapper_new(w->run, past);
        json_decref(past);
    }
    return NULL_VALUE;
}

static struct value change_sets(const struct wrapper *w)
{
    return change_log_value(w->run, w->past ? json_object_get(w->past, "changes") : w->run->changes);
}

static struct value newer(const struct wrapper *w)
{
    int n = wrapper_number(w) + 1;
    if (!w->past)
        return NULL_VALUE;
    /* The next of the build before this is this one, which is no copy. */
    if (n == w->run->record.number && str_eq(wrapper_job(w), w->run->record.job))
        return wrapper_new(w->run, NULL);
    json_t *next = build_load(&w->run->home, wrapper_job(w), n, NULL);
    return next ? wrapper_new(w->run, next) : NULL_VALUE;
}

/* What started it, what started that, …: all builds up to the first [RunWrapper.getUpstreamBuilds]. */
static struct value upstream_builds(const struct wrapper *w)
{
    struct value list = list_new(w->run->vm, 1);
    json_t *record = json_incref(record_of(w));
    for (int depth = 0; depth < UPSTREAM_LIMIT && record; depth++) {
        json_t *cause = json_array_get(json_object_get(record, "causes"), 0);
        const char *job = json_string_value(json_object_get(cause, "upstreamProject"));
        int number = (int)json_integer_value(json_object_get(cause, "upstreamBuild"));
        json_t *next = job ? build_load(&w->run->home, job, number, NULL) : NULL;
        json_decref(record);
        record = next;
        if (!next)
            break;
        struct value v = wrapper_new(w->run, json_incref(next));
        list_push(AS_LIST(list), v);
        value_release(v);
    }
    json_decref(record);
    return list;
}

json_t *run_wrapper_env(struct run *run)
{
    json_t *all = json_object();
    for (size_t i = 0; i < run->global_env.len; i++) {
        _cleanup_free_ char *shown = run_masked(run, run->global_env.items[i].value);
        json_object_set_new(all, run->global_env.items[i].name, json_string(shown));
    }
    return all;
}

static void add_texts(struct value map, const json_t *texts)
{
    const char *key;
    json_t *v;
    json_object_foreach((json_t *)texts, key, v)
    {
        struct value text = string_from(json_is_boolean(v)  ? json_is_true(v) ? "true" : "false"
                                        : json_is_string(v) ? json_string_value(v)
                                                            : "");
        map_set_str(AS_MAP(map), key, text);
        value_release(text);
    }
}

/* What the build was given and what its scripts assigned to env [RunWrapper.getBuildVariables]: all texts. */
static struct value variables(const struct wrapper *w)
{
    struct value map = map_new(w->run->vm);
    json_t *own = w->past ? json_incref(json_object_get(w->past, "env")) : run_wrapper_env(w->run);
    add_texts(map, json_object_get(record_of(w), "params"));
    add_texts(map, own);
    json_decref(own);
    return map;
}

/* The names of a job's folders and its own, as Jenkins shows them: "team » app". */
static struct value full_display_name(const struct wrapper *w)
{
    _cleanup_(buf_release) struct buf text = {0};
    for (const char *p = wrapper_job(w); *p; p++)
        buf_addstr(&text, *p == '/' ? " » " : (char[]){*p, 0});
    return string_printf("%s %s", text.data, json_string_value(json_object_get(record_of(w), "displayName")));
}

#define PROPERTY(fn, expression)                                                                             \
    static struct value fn(const struct wrapper *w)                                                          \
    {                                                                                                        \
        return expression;                                                                                   \
    }
PROPERTY(p_number, value_int(wrapper_number(w)))
PROPERTY(p_id, string_printf("%d", wrapper_number(w)))
PROPERTY(p_result, result_value(wrapper_result(w)))
PROPERTY(p_current_result,
         string_from(result_name(wrapper_result(w) == RESULT_NONE ? RESULT_SUCCESS : wrapper_result(w))))
PROPERTY(p_display_name, text_or_null(json_string_value(json_object_get(record_of(w), "displayName"))))
PROPERTY(p_full_display_name, full_display_name(w))
PROPERTY(p_project, string_from(path_basename(wrapper_job(w))))
PROPERTY(p_full_project, string_from(wrapper_job(w)))
PROPERTY(p_external_id, string_printf("%s#%d", wrapper_job(w), wrapper_number(w)))
PROPERTY(p_description, text_or_null(json_string_value(json_object_get(record_of(w), "description"))))
PROPERTY(p_start, value_long(wrapper_start(w)))
PROPERTY(p_duration, value_long(wrapper_duration(w)))
PROPERTY(p_duration_text, duration_text(wrapper_duration(w), wrapper_runs(w)))
PROPERTY(p_previous, older(w, ANY_BUILD))
PROPERTY(p_previous_completed, older(w, COMPLETED_BUILD))
PROPERTY(p_previous_built, older(w, BUILT_BUILD))
PROPERTY(p_previous_not_failed, older(w, NOT_FAILED_BUILD))
PROPERTY(p_previous_good, older(w, GOOD_BUILD))
PROPERTY(p_previous_failed, older(w, FAILED_BUILD))
PROPERTY(p_previous_running, older(w, RUNNING_BUILD))
PROPERTY(p_next, newer(w))
PROPERTY(p_upstream, upstream_builds(w))
PROPERTY(p_change_sets, change_sets(w))
PROPERTY(p_variables, variables(w))
PROPERTY(p_causes, json_value(w->run, json_object_get(record_of(w), "causes")))
PROPERTY(p_keep, value_bool(json_is_true(json_object_get(record_of(w), "keepLog"))))

static const struct {
    const char *name;
    struct value (*read)(const struct wrapper *w);
} wrapper_properties[] = {
    {"number", p_number},
    {"id", p_id},
    {"result", p_result},
    {"currentResult", p_current_result},
    {"displayName", p_display_name},
    {"fullDisplayName", p_full_display_name},
    {"projectName", p_project},
    {"fullProjectName", p_full_project},
    {"description", p_description},
    {"timeInMillis", p_start},
    {"startTimeInMillis", p_start},
    {"duration", p_duration},
    {"durationString", p_duration_text},
    {"previousBuild", p_previous},
    {"previousCompletedBuild", p_previous_completed},
    {"previousBuiltBuild", p_previous_built},
    {"previousSuccessfulBuild", p_previous_good},
    {"previousFailedBuild", p_previous_failed},
    {"previousNotFailedBuild", p_previous_not_failed},
    {"previousBuildInProgress", p_previous_running},
    {"nextBuild", p_next},
    {"changeSets", p_change_sets},
    {"buildVariables", p_variables},
    {"upstreamBuilds", p_upstream},
    {"keepLog", p_keep},
    {"buildCauses", p_causes},
    {"externalizableId", p_external_id},
};

/* [core: Run.getAbsoluteUrl]: JENKINS_URL is what gmrun.yaml (env:) or --env says. */
static enum call_status absolute_url(struct fiber *f, const struct wrapper *w, struct value *out)
{
    _cleanup_free_ char *root = run_getenv(w->run, branch_of(f)->scope, "JENKINS_URL");
    if (!root || !*root)
        return vm_throw(f, "IllegalStateException",
                        "Root URL isn't configured yet. Cannot compute absolute URL. (env JENKINS_URL)");
    _cleanup_free_ char *job = job_url(wrapper_job(w));
    *out = string_printf("%s%s%s%d/", root, root[strlen(root) - 1] == '/' ? "" : "/", job, wrapper_number(w));
    return CALL_OK;
}

static enum call_status wrapper_read(struct fiber *f, struct value self, const char *name, struct value *out)
{
    for (size_t i = 0; i < ARRAY_LEN(wrapper_properties); i++)
        if (strcmp(name, wrapper_properties[i].name) == 0) {
            *out = wrapper_properties[i].read(wrapper_of(self));
            return CALL_OK;
        }
    if (strcmp(name, "absoluteUrl") == 0)
        return absolute_url(f, wrapper_of(self), out);
    if (strcmp(name, "rawBuild") == 0)
        return vm_throw(f, "RejectedAccessException",
                        "Scripts not permitted to use method %s getRawBuild: it is an object inside Jenkins; "
                        "use the properties of currentBuild (getBuildCauses(), changeSets, previousBuild, "
                        "buildVariables, …)",
                        WRAPPER_CLASS);
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
    /* Only worse, never better [core: Run.setResult]. */
    build_mark(run_of(f), branch_of(f)->scope, r);
}

/* The name is also what BUILD_DISPLAY_NAME and the sinks tell from now on; null gives "#N" back. */
void run_wrapper_label(struct run *run, const char *name, const char *text)
{
    bool display = strcmp(name, "displayName") == 0;
    _cleanup_free_ char *shown =
        run_masked(run, text); /* a record outlives the block whose secret it may hold */
    text = shown;
    _cleanup_free_ char *number = display && (!text || !*text) ? xasprintf("#%d", run->record.number) : NULL;
    json_object_set_new(run->record.json, name,
                        number ? json_string(number)
                        : text ? json_string(text)
                               : json_null());
    if (!display)
        return;
    run->info.display_name = json_string_value(json_object_get(run->record.json, name));
    env_set(&run->build_env, "BUILD_DISPLAY_NAME", run->info.display_name);
}

static enum call_status refuse_write(struct fiber *f, const char *name)
{
    for (size_t i = 0; i < ARRAY_LEN(wrapper_properties); i++)
        if (strcmp(name, wrapper_properties[i].name) == 0)
            return vm_throw(f, "ReadOnlyPropertyException", "Cannot set readonly property: %s for class: %s",
                            name, WRAPPER_CLASS);
    return CALL_NONE;
}

static bool is_writable(const char *name)
{
    static const char *const names[] = {"result", "displayName", "description", "keepLog"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (strcmp(name, names[i]) == 0)
            return true;
    return false;
}

static enum call_status wrapper_write(struct fiber *f, struct value self, const char *name, struct value v)
{
    struct wrapper *w = wrapper_of(self);
    struct value hold = NULL_VALUE;
    if (!is_writable(name))
        return refuse_write(f, name);
    if (w->past)
        return vm_throw(f, "SecurityException", "can only set the %s property on the current build", name);
    const char *text = value_is_null(v) ? NULL : value_text(f, v, &hold);
    if (strcmp(name, "keepLog") == 0)
        json_object_set_new(w->run->record.json, name, json_boolean(v.tag == VAL_BOOL && v.u.b));
    else if (strcmp(name, "result"))
        run_wrapper_label(w->run, name, text);
    else if (text)
        set_result(f, text);
    value_release(hold);
    return CALL_OK;
}

static enum call_status compare_result(struct fiber *f, struct value self, struct value other, bool better,
                                       struct value *out)
{
    struct value hold = NULL_VALUE;
    enum result mine = wrapper_result(wrapper_of(self)), r = result_from(value_text(f, other, &hold));
    if (mine == RESULT_NONE)
        mine = RESULT_SUCCESS;
    *out = value_bool(better ? mine <= r : mine >= r);
    value_release(hold);
    return CALL_OK;
}

static enum call_status better_or_equal(struct fiber *f, struct value self, int argc, struct value *argv,
                                        struct value *out)
{
    return compare_result(f, self, argv[0], true, out);
}

static enum call_status worse_or_equal(struct fiber *f, struct value self, int argc, struct value *argv,
                                       struct value *out)
{
    return compare_result(f, self, argv[0], false, out);
}

static enum call_status build_causes(struct fiber *f, struct value self, int argc, struct value *argv,
                                     struct value *out)
{
    const struct wrapper *w = wrapper_of(self);
    struct value hold = NULL_VALUE;
    const char *wanted = argc ? value_text(f, argv[0], &hold) : "hudson.model.Cause";
    if (str_has_prefix(wanted, "class ")) /* a Class object */
        wanted += strlen("class ");
    json_t *list = causes_of_class(json_object_get(record_of(w), "causes"), wanted);
    *out = json_value(w->run, list);
    value_mark_json(*out);
    json_decref(list);
    value_release(hold);
    return CALL_OK;
}

/* getNumber(), setResult(x): the property behind the prefix. */
static enum call_status accessor(struct fiber *f, struct value self, const char *name, int argc,
                                 struct value *argv, struct value *out)
{
    bool getter = str_has_prefix(name, "get") && argc == 0, setter = str_has_prefix(name, "set") && argc == 1;
    size_t prefix = getter || setter ? 3 : str_has_prefix(name, "is") && argc == 0 ? 2 : 0;
    if (!prefix || !name[prefix])
        return CALL_NONE;
    _cleanup_free_ char *property = xstrdup(name + prefix);
    property[0] = (char)tolower((unsigned char)property[0]);
    return setter ? wrapper_write(f, self, property, argv[0]) : wrapper_read(f, self, property, out);
}

struct value run_wrapper_new(struct run *run, json_t *past)
{
    return wrapper_new(run, past);
}

void run_wrapper_register(struct run *run)
{
    static const struct native_class classes[] = {
        {.name = WRAPPER_CLASS,
         .release = wrapper_release,
         .get = wrapper_read,
         .set = wrapper_write,
         .invoke = accessor},
    };
    static const struct native_method methods[] = {
        {"RunWrapper", "getBuildCauses", 0, 1, 0, build_causes},
        {"RunWrapper", "resultIsBetterOrEqualTo", 1, 1, 0, better_or_equal},
        {"RunWrapper", "resultIsWorseOrEqualTo", 1, 1, 0, worse_or_equal},
    };
    vm_register(run->vm, classes, ARRAY_LEN(classes), methods, ARRAY_LEN(methods));
}
