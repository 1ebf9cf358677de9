/* Conditions of `when` and `post`. Sources: pipeline-model-definition, when/impl (the …Conditional classes)
 * and buildcondition; the table in JENKINS-FACTS 4.17. */
#include "base/glob.h"
#include "runner/engine/internals.h"
#include "runner/engine/objects.h"
#include "runner/cli/run_options.h"
#include "runner/engine/match.h"
#include <string.h>
#include <strings.h>

struct condition {
    struct fiber *f;
    struct run *run;
    struct branch *branch;
    struct map *args;
    struct value holds[12]; /* temporaries of text(), as many as the arguments of any condition */
    int held;
};

/* Text of the argument, or NULL. The sole argument stands for `sole`. */
static const char *text(struct condition *c, const char *name, bool sole)
{
    struct value v;
    if (!map_get_str(c->args, name, &v) && !(sole && map_get_str(c->args, "", &v)))
        return NULL;
    if (value_is_null(v))
        return NULL;
    return value_text(c->f, v, &c->holds[c->held++]);
}

static bool flag(struct condition *c, const char *name)
{
    struct value v;
    return map_get_str(c->args, name, &v) && v.tag == VAL_BOOL && v.u.b;
}

enum comparator { EQUALS, GLOB, REGEXP };

static bool compare(enum comparator how, const char *pattern, const char *actual, bool case_sensitive)
{
    /* [Comparator: StringUtils.defaultString] */
    actual = actual ? actual : "";
    switch (how) {
    case EQUALS:
        return strcmp(pattern, actual) == 0;
    case GLOB:
        return glob_match_one(pattern, actual, case_sensitive);
    default:
        return regex_matches(pattern, actual);
    }
}

static enum comparator comparator(struct condition *c, enum comparator dflt)
{
    const char *name = text(c, "comparator", false);
    if (!name)
        return dflt;
    return strcasecmp(name, "EQUALS") == 0 ? EQUALS : strcasecmp(name, "GLOB") == 0 ? GLOB : REGEXP;
}

static char *variable(struct condition *c, const char *name)
{
    return run_getenv(c->run, c->branch->scope, name);
}

static bool on_branch(struct condition *c)
{
    _cleanup_free_ char *name = variable(c, "BRANCH_NAME");
    if (!name)
        name = variable(c, "GIT_LOCAL_BRANCH");
    const char *pattern = text(c, "pattern", true);
    return name && pattern && compare(comparator(c, GLOB), pattern, name, false);
}

/* Without a pattern any tag will do. */
static bool on_tag(struct condition *c)
{
    _cleanup_free_ char *name = variable(c, "TAG_NAME");
    const char *pattern = text(c, "pattern", true);
    if (!name || !*name)
        return false;
    return !pattern || !*pattern || compare(comparator(c, GLOB), pattern, name, false);
}

static bool on_any_tag(struct condition *c)
{
    _cleanup_free_ char *name = variable(c, "TAG_NAME");
    return name && *name;
}

static bool on_change_request(struct condition *c)
{
    static const struct {
        const char *arg, *variable;
    } fields[] = {{"id", "CHANGE_ID"},
                  {"target", "CHANGE_TARGET"},
                  {"branch", "CHANGE_BRANCH"},
                  {"fork", "CHANGE_FORK"},
                  {"title", "CHANGE_TITLE"},
                  {"author", "CHANGE_AUTHOR"},
                  {"authorDisplayName", "CHANGE_AUTHOR_DISPLAY_NAME"},
                  {"authorEmail", "CHANGE_AUTHOR_EMAIL"}};
    _cleanup_free_ char *id = variable(c, "CHANGE_ID");
    if (!id || !*id)
        return false;
    enum comparator how = comparator(c, EQUALS);
    for (size_t i = 0; i < ARRAY_LEN(fields); i++) {
        const char *pattern = text(c, fields[i].arg, false);
        _cleanup_free_ char *actual = pattern ? variable(c, fields[i].variable) : NULL;
        if (pattern && !compare(how, pattern, actual, false))
            return false;
    }
    return true;
}

/* Without a change log Jenkins warns and says no. */
static json_t *change_log(struct condition *c)
{
    if (!json_array_size(c->run->changes))
        /* [pipeline-model-definition: when/impl, of changelog and changeset alike]. */
        run_logf(c->run, c->branch, "Warning, empty changelog. Probably because this is the first build.");
    return c->run->changes;
}

static bool in_changelog(struct condition *c)
{
    const char *pattern = text(c, "pattern", true);
    size_t i;
    json_t *commit;
    json_array_foreach(change_log(c), i, commit)
    {
        const char *title = json_string_value(json_object_get(commit, "msg"));
        const char *all = json_string_value(json_object_get(commit, "comment"));
        /* [ChangeLogConditional]: the title as a whole, or a part of the message. */
        if (pattern &&
            ((title && regex_matches(pattern, title)) || (all && regex_finds_multiline(pattern, all))))
            return true;
    }
    return false;
}

static bool in_changeset(struct condition *c)
{
    const char *pattern = text(c, "pattern", true);
    enum comparator how = comparator(c, GLOB);
    bool sensitive = flag(c, "caseSensitive");
    size_t i, k;
    json_t *commit, *file;
    if (!pattern)
        return false;
    json_array_foreach(change_log(c), i, commit)
    {
        json_array_foreach(json_object_get(commit, "affectedFiles"), k, file)
        {
            const char *path = json_string_value(json_object_get(file, "path"));
            if (path && compare(how, pattern, path, sensitive))
                return true;
        }
    }
    return false;
}

static bool environment_is(struct condition *c)
{
    const char *name = text(c, "name", false), *value = text(c, "value", false);
    _cleanup_free_ char *actual = name ? variable(c, name) : NULL;
    if (!value)
        return !actual || !*actual;
    const char *is = actual ? actual : "";
    return flag(c, "ignoreCase") ? strcasecmp(value, is) == 0 : strcmp(value, is) == 0;
}

/* Matches the class' simple or full name as a prefix of its end, as the plugin does: "UserIdCause",
 * "Cause$UserIdCause". */
static bool class_begins(const char *class, const char *wanted)
{
    const char *dollar = strrchr(class, '$'), *dot = strrchr(class, '.');
    const char *simple = dollar ? dollar + 1 : class, *outer = dot ? dot + 1 : class;
    size_t n = strlen(wanted);
    return !strncasecmp(simple, wanted, n) || !strncasecmp(outer, wanted, n) ||
           !strncasecmp(class, wanted, n);
}

/* What the `build` step starts has a cause of its own class, which extends that of upstream projects; here it
 * is not told apart. */
static bool is_cause(const char *class, const char *wanted)
{
    if (class_begins(class, wanted))
        return true;
    return strstr(class, "UpstreamCause") &&
           (class_begins("BuildUpstreamCause", wanted) || class_begins("UpstreamCause", wanted));
}

static bool triggered_by(struct condition *c)
{
    const char *wanted = text(c, "cause", true), *detail = text(c, "detail", false);
    size_t i;
    json_t *cause;
    json_array_foreach(json_object_get(c->run->record.json, "causes"), i, cause)
    {
        const char *class = json_string_value(json_object_get(cause, "_class"));
        bool by_user = class && strstr(class, "UserIdCause");
        if (wanted && class && is_cause(class, wanted) &&
            (!detail || (by_user && strcasecmp(detail, c->run->options->user) == 0)))
            return true;
    }
    return false;
}

static bool is_restarted(struct condition *c)
{
    return c->run->restart_from != NULL;
}

static const struct {
    const char *kind;
    bool (*holds)(struct condition *c);
} conditions[] = {
    {"branch", on_branch},
    {"tag", on_tag},
    {"buildingTag", on_any_tag},
    {"changeRequest", on_change_request},
    {"changelog", in_changelog},
    {"changeset", in_changeset},
    {"environment", environment_is},
    {"triggeredBy", triggered_by},
    {"isRestartedRun", is_restarted},
};

enum call_status when_evaluate(struct fiber *f, const char *kind, struct map *args, bool *holds)
{
    struct branch *b = branch_of(f);
    struct condition c = {.f = f, .run = b->run, .branch = b, .args = args};
    for (size_t i = 0; i < ARRAY_LEN(conditions); i++) {
        if (strcmp(conditions[i].kind, kind))
            continue;
        *holds = conditions[i].holds(&c);
        for (size_t k = 0; k < ARRAY_LEN(c.holds); k++)
            value_release(c.holds[k]);
        return CALL_OK;
    }
    return vm_throw(f, "IllegalStateException", "when condition %s is not known", kind);
}

/* ---- post */

bool post_matches(struct run *run, const char *kind, enum result own)
{
    enum result now = run->result == RESULT_NONE ? RESULT_SUCCESS : run->result, before;
    if (own != RESULT_NONE)
        now = own;
    if (strcmp(kind, "always") == 0 || strcmp(kind, "cleanup") == 0)
        return true;
    if (strcmp(kind, "changed") == 0)
        return (before = run_result_before(run)) == RESULT_NONE || before != now;
    if (strcmp(kind, "fixed") == 0)
        return now == RESULT_SUCCESS &&
               ((before = run_result_before(run)) == RESULT_FAILURE || before == RESULT_UNSTABLE);
    if (strcmp(kind, "regression") == 0)
        return (before = run_result_before(run)) != RESULT_NONE && now > before;
    if (strcmp(kind, "unsuccessful") == 0)
        return now != RESULT_SUCCESS;
    static const struct {
        const char *kind;
        enum result result;
    } exact[] = {{"aborted", RESULT_ABORTED},
                 {"success", RESULT_SUCCESS},
                 {"unstable", RESULT_UNSTABLE},
                 {"failure", RESULT_FAILURE},
                 {"notBuilt", RESULT_NOT_BUILT}};
    for (size_t i = 0; i < ARRAY_LEN(exact); i++)
        if (strcmp(exact[i].kind, kind) == 0)
            return now == exact[i].result;
    return false;
}
