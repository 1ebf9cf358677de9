/* Telling: everything that leaves the build goes through run_emit(), in one order for all sinks.
 *
 * Masking: output of steps comes masked; run_logf() and its kin mask with the secrets of open blocks, as
 * Jenkins does; what is kept (names, records, errors) goes through run_masked(), which knows those of all
 * blocks so far. */
#include "runner/engine/node.h"
#include "runner/engine/run.h"
#include "base/buf.h"
#include <stdarg.h>
#include <string.h>
#include <strings.h>

struct run *run_of(struct fiber *f)
{
    return branch_of(f)->run;
}

/* Two branches that print without newlines would mix their lines: the open one is ended for the other's
 * sake, and `cut_line` remembers whose, so that its own newline, when it comes, makes no empty line. */
void run_close_line(struct run *run)
{
    const struct branch *b = run->open_line;
    struct event e = {.kind = EVENT_LOG, .text = "\n", .len = 1};
    run->open_line = NULL;
    run->cut_line = b;
    if (b)
        run_emit(run, b, &e);
}

static bool is_stamped(const struct scope *s)
{
    while (s && !s->stamped)
        s = s->parent;
    return s != NULL;
}

/* The branch gives what the event does not say. The order of events is that of these calls; no sink may
 * call back. */
void run_emit(struct run *run, const struct branch *b, struct event *e)
{
    /* Sinks rely on it: nothing comes between the parts of a line. */
    if (run->open_line && (e->kind != EVENT_LOG || run->open_line != b))
        run_close_line(run);
    if (e->kind == EVENT_LOG)
        run->open_line = e->text[e->len - 1] == '\n' ? NULL : b;
    e->time_ms = wall_ms();
    e->build = &run->info;
    if (b) {
        struct stage *stage = scope_stage(b->scope);
        if (!e->stage && stage)
            e->stage = &stage->info;
        if (!e->branch)
            e->branch = scope_branch(b->scope);
        if (e->kind == EVENT_LOG)
            e->stamped = is_stamped(b->scope);
        if (!e->parent_step)
            e->parent_step = scope_step(b->scope);
    }
    for (size_t i = 0; i < run->sinks.len; i++)
        run->sinks.items[i]->event(run->sinks.items[i], e);
}

void run_flush(struct run *run)
{
    int64_t now = wall_ms();
    for (size_t i = 0; i < run->sinks.len; i++)
        if (run->sinks.items[i]->tick)
            run->sinks.items[i]->tick(run->sinks.items[i], now);
}

/* What the blocks around a step do with its output: timeout(activity: true), tee, withMaven. */
static void blocks_hear(struct run *run, const struct scope *s, const char *text, size_t len)
{
    for (; s; s = s->parent) {
        /* Every block around that has such a timeout starts anew. */
        if (s->quiet_timer)
            loop_timer_start(run->loop, s->quiet_timer, s->quiet_ms);
        if (s->hear)
            s->hear(s->data, text, len);
    }
}

void run_log(struct run *run, const struct branch *b, const char *text, size_t len)
{
    if (b && b == run->cut_line && len) {
        run->cut_line = NULL;
        /* The line was ended for another's sake already. */
        size_t skip = *text == '\n';
        text += skip;
        len -= skip;
    }
    if (!len)
        return;
    struct event e = {.kind = EVENT_LOG, .text = text, .len = len};
    blocks_hear(run, b ? b->scope : NULL, e.text, e.len);
    run_emit(run, b, &e);
}

char *run_masked(struct run *run, const char *text)
{
    struct buf out = {0};
    if (!text)
        return NULL;
    mask_text(run->all_masks, text, strlen(text), &out);
    return buf_steal(&out);
}

char *run_shown_name(struct run *run, const char *name)
{
    char *shown = run_masked(run, name);
    for (char *p = shown; p && *p; p++)
        if ((unsigned char)*p < ' ' || *p == 127)
            *p = '?';
    return shown;
}

static void masked_vprintf(struct run *run, struct buf *out, const char *fmt, va_list ap)
{
    _cleanup_(buf_release) struct buf plain = {0};
    buf_vprintf(&plain, fmt, ap);
    mask_text(run->masks, plain.data, plain.len, out);
}

void run_logf(struct run *run, const struct branch *b, const char *fmt, ...)
{
    _cleanup_(buf_release) struct buf text = {0};
    va_list ap;
    va_start(ap, fmt);
    masked_vprintf(run, &text, fmt, ap);
    va_end(ap);
    buf_addch(&text, '\n');
    run_log(run, b, text.data, text.len);
}

void run_notice(struct run *run, const char *fmt, ...)
{
    _cleanup_(buf_release) struct buf text = {0};
    va_list ap;
    va_start(ap, fmt);
    masked_vprintf(run, &text, fmt, ap);
    va_end(ap);
    struct event e = {.kind = EVENT_NOTICE, .text = text.data, .len = text.len};
    run_emit(run, NULL, &e);
}

void run_warning(struct run *run, const char *file, int line, int col, const char *fmt, ...)
{
    _cleanup_(buf_release) struct buf text = {0};
    va_list ap;
    va_start(ap, fmt);
    masked_vprintf(run, &text, fmt, ap);
    va_end(ap);
    struct event e = {
        .kind = EVENT_WARNING, .text = text.data, .len = text.len, .file = file, .line = line, .col = col};
    run_emit(run, NULL, &e);
}

/* The result gets worse, never better, as in Jenkins' Run.setResult. */
void run_show_error(struct run *run, enum result r)
{
    if (run->result != RESULT_NONE && r <= run->result)
        return;
    run->result = r;
    struct event e = {.kind = EVENT_RESULT, .result = r};
    run_emit(run, NULL, &e);
}

void run_set_result(struct run *run, enum result r)
{
    if (run->lasting == RESULT_NONE || r > run->lasting)
        run->lasting = r;
    run_show_error(run, r);
}

/* Errors that the attempt before had shown are taken back; what was set for good (`lasting`) stays. */
void run_retry(struct run *run, struct stage *stage)
{
    run->result = run->lasting;
    if (stage)
        stage->result = stage->lasting;
}

void build_mark(struct run *run, struct scope *scope, enum result r)
{
    run_set_result(run, r);
    for (struct scope *s = scope; s; s = s->parent)
        if (s->stage && (s->stage->before == RESULT_NONE || s->stage->before < r))
            s->stage->before = r;
}

void stage_mark(struct run *run, struct scope *scope, enum result r)
{
    for (struct scope *s = scope; s; s = s->parent)
        if (s->stage && s->stage->lasting < r) {
            s->stage->lasting = r;
            s->stage->result = r > s->stage->result ? r : s->stage->result;
        }
}

void run_environment(struct run *run, const struct scope *scope, struct env *out)
{
    /* Overlays apply from the outermost inwards; the chain runs the other way. */
    VEC(const struct scope *) chain = {0};
    const struct lease *lease = scope_lease(scope);
    /* In a container or far away this process's own variables mean nothing. */
    env_copy(out, lease && lease->image ? lease->image : &run->host_env);
    env_copy(out, &run->base_env);
    if (lease)
        env_override_all(out, &lease->vars);
    env_copy(out, &run->build_env);
    env_copy(out, &run->global_env);
    for (const struct scope *s = scope; s; s = s->parent)
        if (s->vars.len)
            vec_push(&chain, s);
    /* From the outermost inwards, as blocks were entered. */
    while (chain.len)
        env_override_all(out, &chain.items[--chain.len]->vars);
    vec_release(&chain);
}

static bool prepends(const struct env *e, const char *name)
{
    size_t n = strlen(name);
    for (size_t i = 0; i < e->len; i++)
        if (strncasecmp(e->items[i].name, name, n) == 0 && e->items[i].name[n] == '+')
            return true;
    return false;
}

/* Whether the node or some block around has NAME+ANYTHING: then the value is made of several. */
static bool is_composed(const struct scope *scope, const struct lease *lease, const char *name)
{
    bool composed = lease && prepends(&lease->vars, name);
    for (const struct scope *s = scope; s && !composed; s = s->parent)
        composed = prepends(&s->vars, name);
    return composed;
}

/* The innermost layer that has the name decides; scripts ask often, so no whole environment is made for them.
 */
char *run_getenv(struct run *run, const struct scope *scope, const char *name)
{
    const struct lease *lease = scope_lease(scope);
    const char *value = NULL;
    if (is_composed(scope, lease, name)) {
        struct env all = {0};
        run_environment(run, scope, &all);
        char *copy = xstrdup(env_get(&all, name));
        env_release(&all);
        return copy;
    }
    for (const struct scope *s = scope; s && !value; s = s->parent)
        value = env_get(&s->vars, name);
    if (value)
        return *value ? xstrdup(value) : NULL; /* an empty one unsets */
    const struct env *const layers[] = {&run->global_env, &run->build_env, lease ? &lease->vars : NULL,
                                        &run->base_env,
                                        lease && lease->image ? lease->image : &run->host_env};
    for (size_t i = 0; i < ARRAY_LEN(layers) && !value; i++)
        value = layers[i] ? env_get(layers[i], name) : NULL;
    return xstrdup(value);
}

char *run_expand(struct run *run, const struct scope *scope, const char *text)
{
    if (!strchr(text, '$'))
        return xstrdup(text);
    struct env all = {0};
    run_environment(run, scope, &all);
    char *out = env_expand(&all, text);
    env_release(&all);
    return out;
}
