/* Jenkins' rules for step arguments [workflow-cps: DSL.parseArgs, NamedArgsAndClosure].
 *
 * Order of checks is DSL.parseArgs': the closure at the end first, then a map of names, then a single value
 * for the sole required parameter. Types were coerced by structs in Jenkins; here the readers below convert
 * when a step asks. */
#include "runner/steps/arguments.h"
#include "base/buf.h"
#include "runner/engine/unknown.h"
#include "runner/lib/ops.h"
#include <ctype.h>
#include <math.h>
#include <string.h>
#include <strings.h>

static const struct catalog_step *row_of(const struct step_impl *impl)
{
    return catalog_step(impl->name, strlen(impl->name));
}

/* A map whose keys are all strings is a list of named arguments, unless it describes an object by $class. */
static bool is_named(const struct step_impl *impl, struct value v)
{
    struct value ignored;
    if (!value_is(v, OBJ_MAP) || (impl->flags & STEP_TAKES_MAP))
        return false;
    if (map_get_str(AS_MAP(v), "$class", &ignored))
        return false;
    return true;
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Where the class is another one than org.jenkinsci.plugins.workflow.steps.NameStep. */
static const char *const classes[][2] = {
    {"archiveArtifacts", "hudson.tasks.ArtifactArchiver"},
    {"bat", "org.jenkinsci.plugins.workflow.steps.durable_task.BatchScriptStep"},
    {"build", "org.jenkinsci.plugins.workflow.support.steps.build.BuildTriggerStep"},
    {"checkout", "org.jenkinsci.plugins.workflow.steps.scm.GenericSCMStep"},
    {"dir", "org.jenkinsci.plugins.workflow.steps.PushdStep"},
    {"git", "jenkins.plugins.git.GitStep"},
    {"input", "org.jenkinsci.plugins.workflow.support.steps.input.InputStep"},
    {"junit", "hudson.tasks.junit.pipeline.JUnitResultsStep"},
    {"library", "org.jenkinsci.plugins.workflow.libs.LibraryStep"},
    {"libraryResource", "org.jenkinsci.plugins.workflow.libs.ResourceStep"},
    {"load", "org.jenkinsci.plugins.workflow.cps.steps.LoadStep"},
    {"lock", "org.jenkins.plugins.lockableresources.LockStep"},
    {"milestone", "org.jenkinsci.plugins.pipeline.milestone.MilestoneStep"},
    {"node", "org.jenkinsci.plugins.workflow.support.steps.ExecutorStep"},
    {"powershell", "org.jenkinsci.plugins.workflow.steps.durable_task.PowershellScriptStep"},
    {"properties", "org.jenkinsci.plugins.workflow.multibranch.JobPropertyStep"},
    {"pwsh", "org.jenkinsci.plugins.workflow.steps.durable_task.PowerShellCoreScriptStep"},
    {"readTrusted", "org.jenkinsci.plugins.workflow.multibranch.ReadTrustedStep"},
    {"sh", "org.jenkinsci.plugins.workflow.steps.durable_task.ShellStep"},
    {"stage", "org.jenkinsci.plugins.workflow.support.steps.StageStep"},
    {"stash", "org.jenkinsci.plugins.workflow.support.steps.stash.StashStep"},
    {"unstash", "org.jenkinsci.plugins.workflow.support.steps.stash.UnstashStep"},
    {"waitUntil", "org.jenkinsci.plugins.workflow.steps.WaitForConditionStep"},
    {"withCredentials", "org.jenkinsci.plugins.credentialsbinding.impl.BindingStep"},
    {"ws", "org.jenkinsci.plugins.workflow.support.steps.WorkspaceStep"},
};

/* In messages only: scripts grep for these class names. */
static void add_class(const char *step, struct buf *out)
{
    for (size_t i = 0; i < ARRAY_LEN(classes); i++)
        if (strcmp(classes[i][0], step) == 0) {
            buf_addstr(out, classes[i][1]);
            return;
        }
    buf_printf(out, "org.jenkinsci.plugins.workflow.steps.%c%sStep", toupper((unsigned char)step[0]),
               step + 1);
}

/* Every unknown name, sorted, in the words of structs' DescribableModel; and what was meant.
 * The nearest name is that of the last unknown one, as DescribableModel prints it. */
static enum call_status refuse_names(struct fiber *f, const struct step_impl *impl, const char **names,
                                     size_t n)
{
    _cleanup_(buf_release) struct buf text = {0}, class = {0};
    const struct catalog_step *row = row_of(impl);
    qsort(names, n, sizeof(*names), by_text);
    for (size_t i = 0; i < n; i++)
        buf_printf(&text, "%s%s", i ? "," : "", names[i]);
    const char *near = row->params ? catalog_nearest_param(row, names[n - 1]) : NULL;
    add_class(impl->name, &class);
    return vm_throw(f, "IllegalArgumentException",
                    "WARNING: Unknown parameter(s) found for class type '%s': %s%s%s", class.data, text.data,
                    near ? "; nearest name: " : "", near ? near : "");
}

/* Steps whose row is ENTRY_OPEN take any name (symbols with parameters of their own). */
static enum call_status check_names(struct fiber *f, const struct step_impl *impl, struct map *args)
{
    const struct catalog_step *row = row_of(impl);
    struct map_slot *slot;
    VEC(const char *) unknown = {0};
    enum call_status status = CALL_OK;
    if (!row || (row->flags & ENTRY_OPEN))
        return CALL_OK;
    for (size_t i = 0; map_next(args, &i, &slot);) {
        if (!value_is(slot->key, OBJ_STRING))
            continue;
        const char *name = AS_STRING(slot->key)->data;
        if (*name && strcmp(name, "$class") && !catalog_param(row, name))
            vec_push(&unknown, name);
    }
    if (unknown.len)
        status = refuse_names(f, impl, unknown.items, unknown.len);
    vec_release(&unknown);
    return status;
}

static bool is_integer(const char *s)
{
    s += *s == '-' || *s == '+';
    const char *end = s + strspn(s, "0123456789");
    return end > s && !*end;
}

/* Texts where a number or a unit of time is wanted; a number in a text will do, as in DescribableModel. Units
 * in small letters are taken too. */
static enum call_status check_type(struct fiber *f, const struct step_impl *impl,
                                   const struct catalog_param *p, const char *text)
{
    static const char *const units[] = {"NANOSECONDS", "MICROSECONDS", "MILLISECONDS", "SECONDS",
                                        "MINUTES",     "HOURS",        "DAYS"};
    if (p->type == TYPE_TIME_UNIT) {
        for (size_t i = 0; i < ARRAY_LEN(units); i++)
            if (strcasecmp(units[i], text) == 0)
                return CALL_OK;
        return vm_throw(f, "IllegalArgumentException", "No enum constant java.util.concurrent.TimeUnit.%s",
                        text);
    }
    if (is_integer(text))
        return CALL_OK;
    _cleanup_(buf_release) struct buf class = {0};
    add_class(impl->name, &class);
    return vm_throw(f, "ClassCastException", "%s.%s expects %s but received class java.lang.String",
                    class.data, p->name, catalog_type_name(p->type));
}

static enum call_status check_types(struct fiber *f, const struct step_impl *impl, struct map *args)
{
    const struct catalog_step *row = row_of(impl);
    enum call_status status = CALL_OK;
    for (const struct catalog_param *p = row ? row->params : NULL; p && p->name && status == CALL_OK; p++) {
        struct value v, hold = NULL_VALUE;
        if (p->type != TYPE_INT && p->type != TYPE_LONG && p->type != TYPE_TIME_UNIT)
            continue;
        if (!map_get_str(args, p->name, &v) || !value_is_text(v))
            continue;
        status = check_type(f, impl, p, value_text(f, v, &hold));
        value_release(hold);
    }
    return status;
}

/* A lone null is no argument: `error(null)`. */
static enum call_status put_positional(struct fiber *f, const struct step_impl *impl, struct map *args,
                                       int argc, struct value *argv)
{
    const struct catalog_step *row = row_of(impl);
    const struct catalog_param *sole = row ? catalog_sole_param(row) : NULL;
    if (argc == 1 && sole) {
        map_set_str(args, sole->name, argv[0]);
        return CALL_OK;
    }
    if (argc == 1 && (impl->flags & (STEP_TAKES_MAP | STEP_TAKES_ANY))) {
        map_set_str(args, "", argv[0]);
        return CALL_OK;
    }
    if (argc == 1 && value_is_null(argv[0]))
        return CALL_OK;
    _cleanup_(buf_release) struct buf text = {0};
    for (int i = 0; i < argc; i++) {
        buf_addstr(&text, i ? ", " : "");
        value_print(f, argv[i], &text);
    }
    return vm_throw(f, "IllegalArgumentException", "Expected named arguments but got [%s]", text.data);
}

/* The caller's map is copied: steps keep converted texts in theirs, and a script may use its own again. */
enum call_status arguments_fold(struct fiber *f, const struct step_impl *impl, int argc, struct value *argv,
                                struct value *args, struct value *body)
{
    enum call_status status = CALL_OK;
    *args = map_new(fiber_vm(f));
    if (argc && value_is(argv[argc - 1], OBJ_CLOSURE) && (impl->flags & STEP_HAS_BODY))
        *body = value_retain(argv[--argc]);
    struct map *map = AS_MAP(*args);
    if (argc && is_named(impl, argv[0])) {
        struct map_slot *slot;
        for (size_t i = 0; map_next(AS_MAP(argv[0]), &i, &slot);)
            map_set(map, slot->key, slot->value);
        argv++;
        argc--;
        status = check_names(f, impl, map);
    }
    if (status == CALL_OK && argc)
        status = put_positional(f, impl, map, argc, argv);
    if (status == CALL_OK)
        status = check_types(f, impl, map);
    if (status == CALL_OK && value_is_null(*body) && (impl->flags & STEP_HAS_BODY) &&
        !(impl->flags & STEP_BODY_OPTIONAL))
        status = vm_throw(f, "IllegalStateException", "%s step must be called with a body", impl->name);
    if (status != CALL_OK) {
        value_release(*args);
        value_release(*body);
    }
    return status;
}

/* Once, and before anything asks for a text: parts of a GString may run script code, whose error is the
 * step's [workflow-cps: DSL.flattenGString]. */
enum call_status arguments_flatten(struct step_call *c)
{
    struct map_slot *slot;
    for (size_t i = 0; map_next(AS_MAP(c->args), &i, &slot);) {
        struct value text = NULL_VALUE, old = slot->value;
        if (!value_is(old, OBJ_GSTRING))
            continue;
        if (value_to_string(c->fiber, old, &text) != CALL_OK)
            return CALL_THROW;
        slot->value = text;
        value_release(old);
    }
    return CALL_OK;
}

/* ---- reading */

bool step_has(const struct step_call *c, const char *name)
{
    return !value_is_null(step_arg(c, name));
}

struct value step_arg(const struct step_call *c, const char *name)
{
    struct value v;
    return map_get_str(AS_MAP(c->args), name, &v) ? v : NULL_VALUE;
}

/* The String of a GString replaces it in the map, so that the text lives as long as the call and is made
 * once. */
const char *step_str(struct step_call *c, const char *name, const char *dflt)
{
    struct value v = step_arg(c, name), hold = NULL_VALUE;
    if (value_is_null(v))
        return dflt;
    const char *s = value_text(c->fiber, v, &hold);
    if (value_is_null(hold))
        return s;
    map_set_str(AS_MAP(c->args), name, hold); /* keeps the text as long as the call */
    value_release(hold);
    return s;
}

bool step_bool(struct step_call *c, const char *name, bool dflt)
{
    struct value v = step_arg(c, name);
    if (value_is_null(v))
        return dflt;
    if (v.tag == VAL_BOOL)
        return v.u.b;
    return strcmp(step_str(c, name, ""), "true") == 0;
}

/* BigDecimal and texts go by their text, as Jenkins' conversion of a String to a number does. */
double step_num(struct step_call *c, const char *name, double dflt)
{
    struct value v = step_arg(c, name);
    if (value_is_null(v))
        return dflt;
    switch (v.tag) {
    case VAL_BYTE:
    case VAL_SHORT:
    case VAL_INT:
        return v.u.i;
    case VAL_LONG:
        return (double)v.u.l;
    case VAL_FLOAT:
    case VAL_DOUBLE:
        return v.u.d;
    default:
        break;
    }
    const char *s = step_str(c, name, "");
    char *end;
    double d = strtod(s, &end);
    return *s && !*end ? d : dflt;
}

int64_t step_int(struct step_call *c, const char *name, int64_t dflt)
{
    double d = step_num(c, name, NAN);
    if (isnan(d))
        return dflt;
    return d >= 0x1p63 ? INT64_MAX : d < -0x1p63 ? INT64_MIN : (int64_t)d; /* as Java's own cast */
}

/* By the order of telling, not of the call: a step's script says more than its label. */
const char *argument_summary(struct step_call *c)
{
    static const char *const telling[] = {
        "script", "message", "path",  "name", "url",  "file",        "artifacts", "id",      "credentialsId",
        "text",   "job",     "label", "time", "glob", "testResults", "includes",  "configs", "image"};
    for (size_t i = 0; i < ARRAY_LEN(telling); i++)
        if (step_has(c, telling[i]) && !value_is(step_arg(c, telling[i]), OBJ_LIST))
            return step_str(c, telling[i], NULL);
    return NULL;
}

struct value dry_checkout(struct run *run, const struct scope *scope, const char *url)
{
    struct value map = map_new(run->vm);
    _cleanup_free_ char *branch = run_getenv(run, scope, "BRANCH_NAME");
    const char *const rows[][2] = {{"GIT_COMMIT", "0000000000000000000000000000000000000000"},
                                   {"GIT_BRANCH", branch ? branch : "origin/master"},
                                   {"GIT_URL", url ? url : "https://git.example.com/team/project.git"}};
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        _cleanup_(value_release_ptr) struct value text = string_from(rows[i][1]);
        map_set_str(AS_MAP(map), rows[i][0], text);
    }
    return map;
}

static struct value dry_gate(struct step_call *c)
{
    struct value map = map_new(c->run->vm);
    _cleanup_(value_release_ptr) struct value ok = string_from("OK");
    map_set_str(AS_MAP(map), "status", ok);
    return map;
}

/* One file, as what follows a build expects. */
static struct value dry_files(struct step_call *c)
{
    struct value files = array_new(c->run->vm, "FileWrapper", 0);
    _cleanup_(value_release_ptr) struct value file = unknown_new(c->run, c->step->name);
    list_push(AS_LIST(files), file);
    return files;
}

/* Something of the type that the pipeline goes on with, so that a dry run gets further; what is unknown
 * prints as a name ($port). */
struct value argument_dry_value(struct step_call *c)
{
    if (step_bool(c, "returnStdout", false))
        return string_from("");
    if (step_bool(c, "returnStatus", false))
        return value_int(0);
    static const struct {
        const char *step, *text;
    } texts[] = {{"containerLog", ""},        {"k8sLogs", ""}, {"dockerPort", "$port"},
                 {"dockerRun", "$container"}, {"pwd", "/"},    {"readFile", ""},
                 {"libraryResource", ""},     {"tool", ""},    {"emailextrecipients", ""}};
    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        if (strcmp(c->step->name, texts[i].step) == 0)
            return string_from(texts[i].text);
    if (strcmp(c->step->name, "checkout") == 0 || strcmp(c->step->name, "git") == 0)
        return dry_checkout(c->run, c->branch->scope, step_str(c, "url", NULL));
    if (strcmp(c->step->name, "waitForQualityGate") == 0)
        return dry_gate(c);
    static const char *const parts[] = {"readMavenPom", "readManifest", "build", "dockerInspect"};
    for (size_t i = 0; i < ARRAY_LEN(parts); i++)
        if (strcmp(c->step->name, parts[i]) == 0)
            return unknown_new(c->run, c->step->name);
    static const char *const maps[] = {"readJSON",    "readTOML",  "readYaml", "readProperties",
                                       "httpRequest", "slackSend", "k8sGet"};
    for (size_t i = 0; i < ARRAY_LEN(maps); i++)
        if (strcmp(c->step->name, maps[i]) == 0)
            return map_new(c->run->vm);
    if (strcmp(c->step->name, "findFiles") == 0)
        return dry_files(c);
    if (strcmp(c->step->name, "fileExists") == 0 || strcmp(c->step->name, "isUnix") == 0)
        return value_bool(true);
    return NULL_VALUE;
}
