/* Selectors are functions over the records of a job's builds, newest first. Each reads build.json files
 * until one fits; nothing is indexed, as a copyArtifacts per build looks at one or two. */
#include "runner/steps/report/build_selector.h"
#include "base/fs.h"
#include "runner/engine/objects.h"
#include "runner/steps/report/described.h"
#include <string.h>

/* Results that a build may have, worst first named. */
enum wanted {
    WANT_SUCCESSFUL = 1 << RESULT_SUCCESS | 1 << RESULT_UNSTABLE,
    WANT_STABLE = 1 << RESULT_SUCCESS,
    WANT_UNSTABLE = 1 << RESULT_UNSTABLE,
    WANT_FAILED = 1 << RESULT_FAILURE,
    WANT_COMPLETED = (1 << RESULT_NONE) - 1,
    WANT_UNSUCCESSFUL = WANT_COMPLETED & ~WANT_STABLE,
};

static const struct {
    const char *id;
    unsigned wanted;
} permalinks[] = {
    {"lastBuild", WANT_COMPLETED},
    {"lastCompletedBuild", WANT_COMPLETED},
    {"lastFailedBuild", WANT_FAILED},
    {"lastStableBuild", WANT_STABLE},
    {"lastSuccessfulBuild", WANT_SUCCESSFUL},
    {"lastUnstableBuild", WANT_UNSTABLE},
    {"lastUnsuccessfulBuild", WANT_UNSUCCESSFUL},
};

/* What a selector function gets: the call, the job, and the described object with its own members. */
struct choice {
    struct step_call *call;
    const char *job, *filter;
    struct value selector;
    bool workspace;
};

/* A job is known by its builds: there are no others here. */
static bool job_exists(struct run *run, const char *job)
{
    _cleanup_free_ char *dir = job_name_check(job, NULL) ? NULL : build_dir(&run->home, job, 0);
    _cleanup_free_ char *builds = dir ? path_join(dir, "builds") : NULL;
    return builds && fs_is_dir(builds);
}

/* [Jenkins.getItem(name, context)]: in the folder of this job, then from the root. */
char *selector_job(struct run *run, const char *name)
{
    _cleanup_free_ char *slash = xasprintf("/%s", run->record.job), *folder = path_dirname(slash);
    _cleanup_free_ char *joined = xasprintf("%s/%s", *name == '/' ? "" : folder, name);
    const char *forms[] = {path_normalise(joined), *name == '/' ? NULL : xasprintf("/%s", name)};
    char *found = NULL;
    for (size_t i = 0; i < ARRAY_LEN(forms); i++) {
        if (!found && forms[i] && job_exists(run, forms[i] + 1))
            found = xstrdup(forms[i] + 1);
        free((char *)forms[i]);
    }
    return found;
}

/* "A=1,B=2": each is a parameter of the build with that value [ParametersBuildFilter]. */
static bool parameters_match(const json_t *build, const char *filter)
{
    while (filter && *filter) {
        size_t n = strcspn(filter, ","), name = strcspn(filter, "=,");
        _cleanup_free_ char *key = xstrndup(filter, name),
                            *want = xstrndup(filter + name + (name < n), n - name - (name < n));
        const json_t *value = json_object_get(json_object_get(build, "params"), key + strspn(key, " "));
        _cleanup_free_ char *other =
            json_is_string(value) || !value ? NULL : json_dumps(value, JSON_ENCODE_ANY);
        const char *is = json_is_string(value) ? json_string_value(value) : other;
        if (name < n && !str_eq(is, want))
            return false;
        filter += n + (filter[n] == ',');
    }
    return true;
}

/* A running build has no result yet and fits nothing. */
static bool build_fits(const struct choice *o, const json_t *build, unsigned wanted)
{
    enum result r = RESULT_NONE;
    const char *name = json_string_value(json_object_get(build, "result"));
    if (!name || !result_parse(name, &r) || !(wanted & 1U << r))
        return false;
    return parameters_match(build, o->filter);
}

/* Numbers come newest first. */
static int newest(const struct choice *o, unsigned wanted, bool (*also)(const json_t *))
{
    struct home *home = &o->call->run->home;
    int *numbers, found = 0;
    size_t n = build_numbers(home, o->job, &numbers);
    for (size_t i = 0; i < n && !found; i++) {
        json_t *build = build_load(home, o->job, numbers[i], NULL);
        if (build && build_fits(o, build, wanted) && (!also || also(build)))
            found = numbers[i];
        json_decref(build);
    }
    free(numbers);
    return found;
}

static int by_permalink(const struct choice *o, const char *id)
{
    for (size_t i = 0; i < ARRAY_LEN(permalinks); i++)
        if (strcmp(permalinks[i].id, id) == 0)
            return newest(o, permalinks[i].wanted, NULL);
    return 0;
}

/* A number, "#5", a permalink, or a build's display name.
 * Display names are compared only when the text is neither a number nor a permalink that found something. */
static int by_name(const struct choice *o, const char *name)
{
    struct home *home = &o->call->run->home;
    int *numbers, found = 0, number = (int)strtol(name + (*name == '#'), NULL, 10);
    if (strspn(name + (*name == '#'), "0123456789") != strlen(name + (*name == '#')))
        number = by_permalink(o, name);
    size_t n = build_numbers(home, o->job, &numbers);
    for (size_t i = 0; i < n && !found; i++) {
        json_t *build = build_load(home, o->job, numbers[i], NULL);
        const char *display = json_string_value(json_object_get(build, "displayName"));
        if (build && (numbers[i] == number || (!number && str_eq(display, name))) &&
            parameters_match(build, o->filter))
            found = numbers[i];
        json_decref(build);
    }
    free(numbers);
    return found;
}

/* The named member, or the single unnamed value: specific('5'). */
static const char *text_of(struct choice *o, const char *key)
{
    struct map *m = described_at(o->selector, 0);
    const char *text = m ? described_str(o->call, m, key, NULL) : NULL;
    return text ? text : m ? described_str(o->call, m, "", "") : "";
}

static int select_status(struct choice *o)
{
    return newest(o, strcmp(text_of(o, "stable"), "true") ? WANT_SUCCESSFUL : WANT_STABLE, NULL);
}

static int select_specific(struct choice *o)
{
    _cleanup_free_ char *name = run_expand(o->call->run, o->call->branch->scope, text_of(o, "buildNumber"));
    return by_name(o, name);
}

static int select_completed(struct choice *o)
{
    return newest(o, WANT_COMPLETED, NULL);
}

static int select_permalink(struct choice *o)
{
    return by_permalink(o, text_of(o, "id"));
}

static bool is_kept(const json_t *build)
{
    return json_is_true(json_object_get(build, "keepLog"));
}

static int select_saved(struct choice *o)
{
    return newest(o, WANT_COMPLETED, is_kept);
}

/* The build that started this one, if it is of that job [TriggeredBuildSelector]. */
static int select_upstream(struct choice *o)
{
    int number = 0;
    _cleanup_free_ char *job = run_upstream(o->call->run, &number);
    if (job && strcmp(job, o->job) == 0)
        return number;
    return strcmp(text_of(o, "fallbackToLastSuccessful"), "true") ? 0 : newest(o, WANT_SUCCESSFUL, NULL);
}

/* The parameter's value: as Jenkins gives it to a job ("<StatusBuildSelector/>"), or a build's name.
 * Jenkins' BuildSelectorParameter gives a piece of XML; only the two members that hold a text are looked for
 * in it. */
static int select_parameter(struct choice *o)
{
    const char *name = text_of(o, "parameterName");
    _cleanup_free_ char *value = run_getenv(o->call->run, o->call->branch->scope,
                                            strspn(name, "${") ? name + strspn(name, "${") : name);
    static const char number[] = "<buildNumber>", id[] = "<id>";
    const char *inner = value ? strstr(value, number) : NULL, *link = value ? strstr(value, id) : NULL;
    if (!value)
        return 0;
    if (inner || link) {
        const char *from = inner ? inner + sizeof(number) - 1 : link + sizeof(id) - 1;
        _cleanup_free_ char *text = xstrndup(from, strcspn(from, "<"));
        return by_name(o, text);
    }
    if (*value == '<')
        return newest(o, strstr(value, "<stable>true") ? WANT_STABLE : WANT_SUCCESSFUL, NULL);
    return by_name(o, value);
}

static int select_workspace(struct choice *o)
{
    o->workspace = true;
    return newest(o, WANT_COMPLETED, NULL);
}

static const struct {
    const char *names[2];
    int (*select)(struct choice *o);
} selectors[] = {
    {{"lastSuccessful", "StatusBuildSelector"}, select_status},
    {{"specific", "SpecificBuildSelector"}, select_specific},
    {{"lastCompleted", "LastCompletedBuildSelector"}, select_completed},
    {{"permalink", "PermalinkBuildSelector"}, select_permalink},
    {{"latestSavedBuild", "SavedBuildSelector"}, select_saved},
    {{"upstream", "TriggeredBuildSelector"}, select_upstream},
    {{"buildParameter", "ParameterizedBuildSelector"}, select_parameter},
    {{"workspace", "WorkspaceSelector"}, select_workspace},
};

int selector_build(struct step_call *c, const char *job, struct value selector, const char *filter,
                   bool *workspace)
{
    struct choice o = {c, job, filter, selector, false};
    struct map *m = described_at(selector, 0);
    const char *class = m ? described_class(c, m) : "StatusBuildSelector";
    int number = 0;
    for (size_t i = 0; i < ARRAY_LEN(selectors); i++)
        if (!strcmp(selectors[i].names[0], class) || !strcmp(selectors[i].names[1], class))
            number = selectors[i].select(&o);
    *workspace = o.workspace;
    return number;
}
