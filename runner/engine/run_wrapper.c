/* currentBuild and builds before it [workflow-support: RunWrapper]: properties read from the running build,
 * or from an older one's build.json. Getters and setters are the properties behind their prefixes. */
#include "runner/engine/run_wrapper.h"
#include "base/buf.h"
#include "runner/cli/run_options.h"
#include "runner/engine/change_log.h"
#include "runner/engine/objects.h"
#include <ctype.h>
#include <string.h>
#include <time.h>

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

/* [core: Util.getTimeSpanString; Run.getDurationString adds the tail while it runs] */
static struct value duration_text(int64_t ms, bool running)
{
    const char *tail = running ? " and counting" : "";
    int64_t s = ms / 1000, h = s / 3600;
    if (h)
        return string_printf("%d hr %d min%s", (int)h, (int)(s / 60 % 60), tail);
    if (s >= 60)
        return string_printf("%d min %d sec%s", (int)(s / 60), (int)(s % 60), tail);
    if (s >= 10)
        return string_printf("%d sec%s", (int)s, tail);
    if (s >= 1)
        return string_printf("%.1f sec%s", (double)(ms / 100) / 10, tail);
    return string_printf("%d ms%s", (int)ms, tail);
}

enum wanted { ANY_BUILD, GOOD_BUILD, RUNNING_BUILD, FAILED_BUILD };

static bool is_wanted(const struct wrapper *w, int number, const json_t *past, enum wanted wanted)
{
    enum result r = RESULT_NONE;
    const char *name = json_string_value(json_object_get(past, "result"));
    bool running = !name && build_running(&w->run->home, wrapper_job(w), number, NULL);
    if (wanted == RUNNING_BUILD)
        return running;
    if (!name || !result_parse(name, &r))
        return running && wanted == ANY_BUILD;
    return wanted == ANY_BUILD || (wanted == GOOD_BUILD ? r <= RESULT_UNSTABLE : r == RESULT_FAILURE);
}

/* The nearest older build of the kind. */
static struct value older(const struct wrapper *w, enum wanted wanted)
{
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

static const struct wrapper_property {
    const char *name;
    struct value (*read)(const struct wrapper *w);
} wrapper_properties[];

static struct value newer(const struct wrapper *w)
{
    int n = wrapper_number(w) + 1;
    if (!w->past)
        return NULL_VALUE;
    if (n == w->run->record.number && str_eq(wrapper_job(w), w->run->record.job))
        return wrapper_new(w->run, NULL);
    json_t *next = build_load(&w->run->home, wrapper_job(w), n, NULL);
    return next ? wrapper_new(w->run, next) : NULL_VALUE;
}

static struct value build_url(const struct wrapper *w)
{
    _cleanup_free_ char *dir = build_dir(&w->run->home, wrapper_job(w), wrapper_number(w));
    return string_printf("file://%s/", dir);
}

/* What the build was given and what its scripts assigned to env [RunWrapper.getBuildVariables]: all texts. */
static struct value variables(const struct wrapper *w)
{
    struct value map = map_new(w->run->vm);
    const char *key;
    json_t *v;
    json_object_foreach(json_object_get(record_of(w), "params"), key, v)
    {
        struct value text = json_is_boolean(v) ? string_from(json_is_true(v) ? "true" : "false")
                                               : string_from(json_is_string(v) ? json_string_value(v) : "");
        map_set_str(AS_MAP(map), key, text);
        value_release(text);
    }
    for (size_t i = 0; !w->past && i < w->run->global_env.len; i++) {
        struct value text = string_from(w->run->global_env.items[i].value);
        map_set_str(AS_MAP(map), w->run->global_env.items[i].name, text);
        value_release(text);
    }
    return map;
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
PROPERTY(p_full_display_name, string_printf("%s %s", wrapper_job(w),
                                            json_string_value(json_object_get(record_of(w), "displayName"))))
PROPERTY(p_project, string_from(wrapper_job(w)))
PROPERTY(p_description, text_or_null(json_string_value(json_object_get(record_of(w), "description"))))
PROPERTY(p_start, value_long(wrapper_start(w)))
PROPERTY(p_duration, value_long(wrapper_duration(w)))
PROPERTY(p_duration_text, duration_text(wrapper_duration(w), !w->past))
PROPERTY(p_previous, older(w, ANY_BUILD))
PROPERTY(p_previous_good, older(w, GOOD_BUILD))
PROPERTY(p_previous_failed, older(w, FAILED_BUILD))
PROPERTY(p_previous_running, older(w, RUNNING_BUILD))
PROPERTY(p_next, newer(w))
PROPERTY(p_empty_list, list_new(w->run->vm, 0))
PROPERTY(p_change_sets, change_sets(w))
PROPERTY(p_variables, variables(w))
PROPERTY(p_url, build_url(w))
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
    {"previousFailedBuild", p_previous_failed},
    {"previousBuildInProgress", p_previous_running},
    {"nextBuild", p_next},
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
        return vm_throw(
            f, "RejectedAccessException",
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

/* The name is also what BUILD_DISPLAY_NAME and the sinks tell from now on; null gives "#N" back. */
static void set_label(struct run *run, const char *name, const char *text)
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
        set_label(w->run, name, value_is_null(v) ? NULL : text);
    else if (strcmp(name, "keepLog") == 0)
        json_object_set_new(w->run->record.json, name, json_boolean(v.tag == VAL_BOOL && v.u.b));
    else
        status = CALL_NONE;
    value_release(hold);
    return status;
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
        const char *by = run_upstream(run, &number);
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
        {.name = "org.jenkinsci.plugins.workflow.support.steps.build.RunWrapper",
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
