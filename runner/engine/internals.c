/* Calls of a script that no name of its own answers: the double-underscore functions by which
 * declarative.groovy and docker.groovy reach the engine, then library variables, steps, symbols. The
 * engine's functions are no steps: they have no number, no event and no check against the catalogue.
 *
 * An internal that calls Groovy returns what fiber_call() says and has its result in the continuation;
 * all others end at once. Arguments are the embedded scripts' own, so their number and kinds are not
 * checked here. */
#include "runner/engine/internals.h"
#include "runner/engine/embedded.h"
#include "base/buf.h"
#include "base/hash.h"
#include "parser/catalog.h"
#include "runner/cli/run_options.h"
#include "runner/engine/library.h"
#include "runner/engine/job_options.h"
#include "runner/engine/params_value.h"
#include "runner/engine/restart.h"
#include "runner/engine/run_life.h"
#include "runner/steps/arguments.h"
#include "runner/steps/step.h"
#include <string.h>

#define INTERNAL(fn)                                                                                         \
    static enum call_status fn(struct fiber *f, int argc, struct value *argv, struct value *out)

static struct value result_or_null(enum result r)
{
    return r == RESULT_NONE ? NULL_VALUE : string_from(result_name(r));
}

static enum result result_arg(struct fiber *f, struct value v)
{
    struct value hold = NULL_VALUE;
    enum result r = RESULT_SUCCESS;
    /* An unknown word is a failure [core: Result.fromString]. */
    if (!value_is_null(v) && !result_parse(value_text(f, v, &hold), &r))
        r = RESULT_FAILURE;
    value_release(hold);
    return r;
}

INTERNAL(x_pipeline)
{
    _cleanup_(error_release) struct error err = {0};
    struct run *run = run_of(f);
    struct value engine = embedded_object(run, EMBEDDED_DECLARATIVE, &err);
    if (value_is_null(engine))
        return vm_throw(f, "IllegalStateException", "%s", err.message);
    json_object_set_new(run->record.json, "declarative", json_true()); /* restart asks for it */
    struct value main = method_of(run->vm, engine, "pipelineMain");
    enum call_status status = fiber_call(f, main, 1, argv, NULL, NULL, NULL);
    value_release(main);
    return status;
}

INTERNAL(x_declare)
{
    struct value hold = NULL_VALUE;
    enum call_status status = params_declare(f, value_text(f, argv[0], &hold), AS_MAP(argv[1]));
    value_release(hold);
    return status;
}

INTERNAL(x_job_option)
{
    struct value hold = NULL_VALUE;
    job_option_set(f, value_text(f, argv[0], &hold), argv[1]);
    value_release(hold);
    return CALL_OK;
}

INTERNAL(x_trigger)
{
    struct value hold = NULL_VALUE;
    enum call_status status = job_trigger_add(f, value_text(f, argv[0], &hold), argv[1]);
    value_release(hold);
    return status;
}

INTERNAL(x_save_job)
{
    job_state_save(run_of(f));
    return CALL_OK;
}

INTERNAL(x_log)
{
    struct value hold = NULL_VALUE;
    run_logf(run_of(f), branch_of(f), "%s", value_text(f, argv[0], &hold));
    value_release(hold);
    return CALL_OK;
}

/* With class and frames whatever it is, as Jenkins prints what a post condition throws. */
INTERNAL(x_log_trace)
{
    _cleanup_(buf_release) struct buf text = {0}, masked = {0};
    exception_print(fiber_vm(f), argv[0], &text, true);
    while (text.len && text.data[text.len - 1] == '\n')
        text.data[--text.len] = 0;
    mask_text(run_of(f)->all_masks, text.data, text.len, &masked);
    run_logf(run_of(f), branch_of(f), "%s", masked.data);
    return CALL_OK;
}

/* An error of a stage becomes the build's result; the end of a branch by failFast does not: its cause already
 * did. */
INTERNAL(x_fail)
{
    /* parallel(failFast: true) marks the exception that it ends the others with. */
    struct value fail_fast;
    if (!exception_get_field(argv[0], "failFast", &fail_fast))
        run_show_error(run_of(f), result_of_exception(run_of(f), argv[0]));
    return CALL_OK;
}

INTERNAL(x_retry)
{
    run_retry(run_of(f), scope_stage(branch_of(f)->scope));
    return CALL_OK;
}

INTERNAL(x_result_of)
{
    *out = string_from(result_name(result_of_exception(run_of(f), argv[0])));
    return CALL_OK;
}

INTERNAL(x_result)
{
    *out = result_or_null(run_of(f)->result);
    return CALL_OK;
}

INTERNAL(x_stage_result)
{
    struct stage *s = scope_stage(branch_of(f)->scope);
    enum result r = s ? s->result : RESULT_SUCCESS;
    /* What scripts set currentBuild.result to within the stage counts for its post conditions. */
    if (s && s->before > r && s->before != RESULT_NONE)
        r = s->before;
    *out = string_from(result_name(r));
    return CALL_OK;
}

/* Only the stage itself: those around it are marked by the error that reaches them, which may be another
 * one's of a parallel, or none. */
INTERNAL(x_mark_stage)
{
    struct stage *s = scope_stage(branch_of(f)->scope);
    enum result r = result_arg(f, argv[0]);
    if (s && s->result < r)
        s->result = r;
    return CALL_OK;
}

INTERNAL(x_worst)
{
    enum result a = result_arg(f, argv[0]), b = result_arg(f, argv[1]);
    *out = string_from(result_name(a > b ? a : b));
    return CALL_OK;
}

/* Reasons live as long as the run: the known ones are constants. */
static const char *reason_text(struct run *run, struct value v, struct fiber *f)
{
    struct value hold = NULL_VALUE;
    const char *text = value_text(f, v, &hold);
    /* The event is told at once, but sinks keep the pointer for the summary. */
    const char *kept = arena_strdup(&run->ast->arena, text);
    value_release(hold);
    return kept;
}

INTERNAL(x_skip)
{
    struct stage *s = scope_stage(branch_of(f)->scope);
    if (s && !s->skipped) {
        s->skipped = reason_text(run_of(f), argv[0], f);
        s->result = s->result == RESULT_SUCCESS ? RESULT_NOT_BUILT : s->result;
    }
    return CALL_OK;
}

INTERNAL(x_restart_reason)
{
    struct run *run = run_of(f);
    const struct stage *s = scope_stage(branch_of(f)->scope);
    if (s && restart_skips(run, &s->info))
        *out = string_printf("this build restarting at stage \"%s\"", run->restart_from);
    return CALL_OK;
}

static bool list_names(const text_list *list, const struct stage_info *s)
{
    for (size_t i = 0; i < list->len; i++)
        if (strcmp(list->items[i], s->name) == 0 || strcmp(list->items[i], s->path) == 0)
            return true;
    return false;
}

static bool is_above(const struct stage_info *s, const char *path)
{
    size_t n = strlen(s->path);
    return strncmp(path, s->path, n) == 0 && path[n] == '/';
}

/* A stage is chosen by --only when it, a parent or a child of it is named. Children are not known here yet,
 * so a path that begins with this stage's counts. */
static bool chosen(const text_list *only, const struct stage_info *s)
{
    for (const struct stage_info *p = s; p; p = p->parent)
        if (list_names(only, p))
            return true;
    for (size_t i = 0; i < only->len; i++)
        if (is_above(s, only->items[i]))
            return true;
    return false;
}

/* --only, --skip, --from. */
INTERNAL(x_selection_reason)
{
    struct run *run = run_of(f);
    const struct stage *s = scope_stage(branch_of(f)->scope);
    const struct run_options *o = run->options;
    if (!s)
        return CALL_OK;
    if (o->skip.len && list_names(&o->skip, &s->info))
        *out = string_from("option --skip");
    else if (o->only.len && !chosen(&o->only, &s->info))
        *out = string_from("option --only");
    /* --from of `run`: nothing is taken over, unlike a restart, which has restart_skips(). */
    else if (o->from && !run->restart_from && !run->restart_reached) {
        run->restart_reached = strcmp(o->from, s->info.name) == 0 || strcmp(o->from, s->info.path) == 0;
        if (!run->restart_reached && !is_above(&s->info, o->from))
            *out = string_from("option --from");
    }
    return CALL_OK;
}

INTERNAL(x_post_matches)
{
    struct value hold = NULL_VALUE;
    enum result own = value_is_null(argv[1]) ? RESULT_NONE : result_arg(f, argv[1]);
    *out = value_bool(post_matches(run_of(f), value_text(f, argv[0], &hold), own));
    value_release(hold);
    return CALL_OK;
}

INTERNAL(x_when)
{
    struct value hold = NULL_VALUE;
    bool holds = false;
    enum call_status status = when_evaluate(f, value_text(f, argv[0], &hold), AS_MAP(argv[1]), &holds);
    value_release(hold);
    *out = value_bool(holds);
    return status;
}

/* __invoke(step, arguments, closure): a step by name, as the options that are blocks need it. */
INTERNAL(x_invoke)
{
    struct value hold = NULL_VALUE, sole, call[2];
    int n = 0;
    const char *name = value_text(f, argv[0], &hold);
    /* The sole unnamed argument stands under '' (lower.c). */
    if (map_get_str(AS_MAP(argv[1]), "", &sole))
        call[n++] = sole;
    else if (AS_MAP(argv[1])->len)
        call[n++] = argv[1];
    call[n++] = argv[2];
    enum call_status status = step_invoke(f, name, n, call, out);
    value_release(hold);
    return status;
}

/* The parameter that a symbol's single unnamed argument is for; "" when no table knows. */
static const char *sole_name(const char *symbol)
{
    const struct catalog_table *tables[] = {&catalog_symbols, &catalog_options, &catalog_triggers};
    for (size_t i = 0; i < ARRAY_LEN(tables); i++) {
        const struct catalog_step *row = catalog_find(tables[i], symbol, strlen(symbol));
        const struct catalog_param *sole = row ? catalog_sole_param(row) : NULL;
        if (sole)
            return sole->name;
    }
    return "";
}

/* A described object: the arguments of a symbol with its name under $class. */
static struct value described(struct fiber *f, const char *symbol, int argc, struct value *argv)
{
    struct value map = map_new(fiber_vm(f)), name = string_from(symbol);
    map_set_str(AS_MAP(map), "$class", name);
    value_release(name);
    struct value inner;
    bool named = argc && value_is(argv[0], OBJ_MAP) && !map_get_str(AS_MAP(argv[0]), "$class", &inner);
    struct map_slot *slot;
    for (size_t i = 0; named && map_next(AS_MAP(argv[0]), &i, &slot);)
        map_set(AS_MAP(map), slot->key, slot->value);
    if (argc && !named)
        map_set_str(AS_MAP(map), sole_name(symbol), argv[0]);
    return map;
}

INTERNAL(x_parameter)
{
    struct value hold = NULL_VALUE;
    *out = described(f, value_text(f, argv[0], &hold), argc - 1, argv + 1);
    value_release(hold);
    return CALL_OK;
}

/* __digest(kind, text): hex */
INTERNAL(x_digest)
{
    struct value hold[2] = {NULL_VALUE, NULL_VALUE};
    char hex[HASH_HEX_MAX];
    int kind = hash_by_name(value_text(f, argv[0], &hold[0]));
    const char *text = value_text(f, argv[1], &hold[1]);
    hash_hex((enum hash_kind)kind, text, strlen(text), hex);
    *out = string_from(hex);
    value_release(hold[0]);
    value_release(hold[1]);
    return CALL_OK;
}

/* ---- __collectEnvironment { … }: values evaluated inside see those before them; gives the list NAME=value
 */

static enum call_status collected(struct fiber *f, struct outcome o, void *data, struct value *out)
{
    struct branch *b = branch_of(f);
    struct scope *mine = b->scope;
    *out = list_new(b->run->vm, mine->vars.len);
    for (size_t i = 0; i < mine->vars.len; i++) {
        struct value v = string_printf("%s=%s", mine->vars.items[i].name, mine->vars.items[i].value);
        list_push(AS_LIST(*out), v);
        value_release(v);
    }
    /* Back to what was, whether the closure ended well or not. */
    b->scope = scope_ref(mine->parent);
    scope_unref(mine);
    if (!o.thrown)
        return CALL_OK;
    value_release(*out);
    *out = NULL_VALUE;
    return vm_throw_value(f, value_retain(o.v));
}

/* The scope is lenient and collects what __addEnvironment sets: values see those before them as they will
 * in the block itself. Its end is in collected(), whatever the closure does. */
INTERNAL(x_collect_environment)
{
    struct branch *b = branch_of(f);
    struct scope *mine = scope_new(b->scope);
    mine->lenient = true;
    scope_unref(b->scope);
    b->scope = mine;
    return fiber_call(f, argv[0], 0, NULL, collected, NULL, NULL);
}

INTERNAL(x_add_environment)
{
    struct value name = NULL_VALUE, value = NULL_VALUE;
    /* The innermost scope is the one of __collectEnvironment. */
    env_set(&branch_of(f)->scope->vars, value_text(f, argv[0], &name), value_text(f, argv[1], &value));
    value_release(name);
    value_release(value);
    return CALL_OK;
}

INTERNAL(x_has_node)
{
    *out = value_bool(scope_lease(branch_of(f)->scope) != NULL);
    return CALL_OK;
}

INTERNAL(x_has_scm)
{
    *out = value_bool(run_of(f)->scm.url != NULL);
    return CALL_OK;
}

/* Where there is nothing to check out, a dry run tells GIT_COMMIT and its like all the same. */
INTERNAL(x_dry_checkout)
{
    struct run *run = run_of(f);
    if (run->dry_run && !run->scm.url)
        *out = dry_checkout(run, branch_of(f)->scope, NULL);
    return CALL_OK;
}

static const struct {
    const char *name;
    enum call_status (*fn)(struct fiber *f, int argc, struct value *argv, struct value *out);
} internals[] = {
    {"__addEnvironment", x_add_environment},
    {"__collectEnvironment", x_collect_environment},
    {"__declare", x_declare},
    {"__digest", x_digest},
    {"__fail", x_fail},
    {"__hasNode", x_has_node},
    {"__hasScm", x_has_scm},
    {"__dryCheckout", x_dry_checkout},
    {"__invoke", x_invoke},
    {"__jobOption", x_job_option},
    {"__log", x_log},
    {"__logTrace", x_log_trace},
    {"__markStage", x_mark_stage},
    {"__parameter", x_parameter},
    {"__pipeline", x_pipeline},
    {"__postMatches", x_post_matches},
    {"__restartReason", x_restart_reason},
    {"__result", x_result},
    {"__resultOf", x_result_of},
    {"__retry", x_retry},
    {"__saveJob", x_save_job},
    {"__selectionReason", x_selection_reason},
    {"__skip", x_skip},
    {"__stageResult", x_stage_result},
    {"__trigger", x_trigger},
    {"__when", x_when},
    {"__worst", x_worst},
};

/* Symbols that are sections of a declarative pipeline and that `properties([…])` takes, too. */
static bool is_symbol(const char *name)
{
    static const char *const names[] = {"parameters", "pipelineTriggers"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (strcmp(names[i], name) == 0)
            return true;
    return false;
}

/* "found among steps […] or symbols […] or globals […]" [workflow-cps: DSL.reportNoSuchMethod] */
static enum call_status no_such_method(struct fiber *f, const char *name)
{
    _cleanup_(buf_release) struct buf known = {0};
    const struct catalog_step *row = catalog_step(name, strlen(name));
    catalog_names(&catalog_steps, 0, &known);
    buf_addstr(&known, " or symbols ");
    catalog_names(&catalog_symbols, 0, &known);
    buf_addstr(&known, " or globals [currentBuild, docker, env, params, pipeline, scm]");
    return vm_throw(f, "NoSuchMethodError", "No such DSL method '%s' found among steps %s%s%s%s", name,
                    known.data, row && row->unsupported ? " (" : "",
                    row && row->unsupported ? row->unsupported : "", row && row->unsupported ? ")" : "");
}

/* A dry run prints a step that exists but is not carried out here, and enters its block. */
static enum call_status pretend_step(struct fiber *f, const char *name, int argc, struct value *argv,
                                     struct value *out)
{
    struct run *run = run_of(f);
    const struct catalog_step *row = run->dry_run ? catalog_step(name, strlen(name)) : NULL;
    if (!row)
        return CALL_NONE;
    struct step_impl *impl = arena_new(&run->ast->arena, struct step_impl);
    struct value args = NULL_VALUE, body = NULL_VALUE;
    *impl = (struct step_impl){row->name, step_pretend,
                               STEP_HAS_BODY | STEP_BODY_OPTIONAL | STEP_DRY | STEP_TAKES_ANY};
    enum call_status status = arguments_fold(f, impl, argc, argv, &args, &body);
    return status == CALL_OK ? step_start(f, impl, args, body, out) : status;
}

/* A name that is both: zip(credentialsId: …, variable: …) is a credentials binding, zip(zipFile: …) the step.
 */
static bool means_symbol(const char *name, int argc, struct value *argv)
{
    size_t n = strlen(name), known = 0;
    const struct catalog_step *symbol = catalog_find(&catalog_symbols, name, n),
                              *step = catalog_step(name, n);
    struct map_slot *slot;
    if (!symbol || !step || argc != 1 || !value_is(argv[0], OBJ_MAP))
        return false;
    for (size_t i = 0; map_next(AS_MAP(argv[0]), &i, &slot);) {
        const char *key = value_is(slot->key, OBJ_STRING) ? AS_STRING(slot->key)->data : "";
        if (catalog_param(step, key) || !catalog_param(symbol, key))
            return false;
        known++;
    }
    return known > 0;
}

/* A step, a symbol, or what only a dry run knows. */
enum call_status internals_step(struct fiber *f, const char *name, int argc, struct value *argv,
                                struct value *out)
{
    if (means_symbol(name, argc, argv)) {
        *out = described(f, name, argc, argv);
        return CALL_OK;
    }
    enum call_status status = step_invoke(f, name, argc, argv, out);
    if (status == CALL_NONE)
        status = pretend_step(f, name, argc, argv, out);
    if (status != CALL_NONE)
        return status;
    size_t n = strlen(name);
    if (is_symbol(name) || catalog_find(&catalog_symbols, name, n) ||
        catalog_find(&catalog_parameters, name, n) || catalog_find(&catalog_triggers, name, n) ||
        catalog_find(&catalog_options, name, n)) {
        *out = described(f, name, argc, argv);
        return CALL_OK;
    }
    return no_such_method(f, name);
}

/* A library's variable comes before a step of the same name [workflow-cps: CpsScript.invokeMethod]. */
enum call_status internals_call(struct fiber *f, const char *name, int argc, struct value *argv,
                                struct value *out)
{
    if (name[0] == '_' && name[1] == '_')
        for (size_t i = 0; i < ARRAY_LEN(internals); i++)
            if (strcmp(internals[i].name, name) == 0)
                return internals[i].fn(f, argc, argv, out);
    enum call_status status = library_call(f, name, argc, argv, out);
    return status == CALL_NONE ? internals_step(f, name, argc, argv, out) : status;
}
