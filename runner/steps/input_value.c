/* What an answered input gives back [pipeline-input-step: InputStepExecution.parseValue]: nothing: null; one
 * value: itself; more: a map by name. Values are checked as those of --param are; Jenkins' page cannot send
 * wrong ones. */
#include "runner/steps/input_value.h"
#include "base/buf.h"
#include "runner/cli/run_options.h"
#include "runner/engine/params_value.h"
#include "runner/engine/question.h"
#include <string.h>

struct asked { /* the parameters that the step declares, as params_resolve() takes them */
    struct param_decl *decls;
    size_t len;
    struct value *holds; /* what the declarations borrow from: name, default, list of choices */
    size_t n_holds;
};

static void asked_release(struct asked *a)
{
    for (size_t i = 0; i < a->len; i++)
        free((void *)a->decls[i].choices);
    for (size_t i = 0; i < a->n_holds; i++)
        value_release(a->holds[i]);
    free(a->decls);
    free(a->holds);
}

/* Each text that had to be made is held for as long as the declarations are used. */
static const char *text_at(struct step_call *c, struct asked *a, struct map *p, const char *name)
{
    struct value v;
    if (!map_get_str(p, name, &v) || value_is_null(v))
        return NULL;
    return value_text(c->fiber, v, &a->holds[a->n_holds++]);
}

static void read_choices(struct step_call *c, struct asked *a, struct map *p, struct param_decl *d)
{
    struct value list = a->holds[a->n_holds++] = params_choices(c->fiber, p);
    d->n_choices = AS_LIST(list)->len;
    const char **texts = xcalloc(d->n_choices + 1, sizeof(*texts));
    for (size_t i = 0; i < d->n_choices; i++)
        texts[i] = AS_STRING(AS_LIST(list)->items[i])->data;
    d->choices = texts;
}

/* Entries without a name are no parameters; unknown kinds are taken for texts. */
static void read_declared(struct step_call *c, struct asked *a)
{
    enum { HOLDS = 4 };
    struct value list = step_arg(c, "parameters");
    size_t n = value_is(list, OBJ_LIST) ? AS_LIST(list)->len : 0;
    a->decls = xcalloc(n + 1, sizeof(*a->decls));
    a->holds = xcalloc(n * HOLDS + 1, sizeof(*a->holds));
    for (size_t i = 0; i < n; i++) {
        struct value item = AS_LIST(list)->items[i];
        struct param_decl *d = &a->decls[a->len];
        const char *name = value_is(item, OBJ_MAP) ? text_at(c, a, AS_MAP(item), "name") : NULL;
        if (!name)
            continue;
        const char *class = text_at(c, a, AS_MAP(item), "$class");
        d->name = name;
        if (!param_kind_parse(params_kind_of_class(class ? class : ""), &d->kind))
            d->kind = PARAM_STRING;
        d->default_value = text_at(c, a, AS_MAP(item), "defaultValue");
        if (d->kind == PARAM_CHOICE)
            read_choices(c, a, AS_MAP(item), d);
        a->len++;
    }
}

/* Passwords that were typed are masked from then on; defaults stand in the file anyway. */
static void put_values(struct step_call *c, const struct param_values *values, struct map *map)
{
    for (size_t i = 0; i < values->len; i++) {
        const struct param_value *p = &values->items[i];
        const char *text = p->text ? p->text : "";
        struct value v = p->kind == PARAM_BOOLEAN ? value_bool(p->truth) : string_from(text);
        map_set_str(map, p->name, v);
        value_release(v);
        if (p->kind == PARAM_PASSWORD && p->given && *text)
            mask_set_add(c->run->masks, text, strlen(text));
    }
}

static struct value sole_or_map(struct value map) /* takes */
{
    size_t at = 0;
    struct map_slot *slot;
    if (AS_MAP(map)->len > 1)
        return map;
    struct value sole = map_next(AS_MAP(map), &at, &slot) ? value_retain(slot->value) : NULL_VALUE;
    value_release(map);
    return sole;
}

static int resolve(struct step_call *c, const struct asked *a, const char *pairs, struct param_values *values,
                   struct error *err)
{
    struct name_value *given = NULL;
    size_t n = 0;
    int status = question_pairs(pairs, &given, &n, err);
    if (status == 0 && n && !a->len)
        status = error_set(err, ERROR_USAGE, "the input takes no parameters, not '%.100s'", pairs);
    if (status == 0)
        status = params_resolve(a->decls, a->len, given, n, values, err);
    name_values_free(given, n);
    return status;
}

int input_value(struct step_call *c, const char *pairs, struct value *out, struct error *err)
{
    struct asked a = {0};
    struct param_values values = {0};
    const char *submitter = step_str(c, "submitterParameter", NULL);
    read_declared(c, &a);
    int status = resolve(c, &a, pairs, &values, err);
    if (status == 0) {
        struct value map = map_new(c->run->vm);
        put_values(c, &values, AS_MAP(map));
        if (submitter && *submitter) {
            struct value user = string_from(c->run->options->user);
            map_set_str(AS_MAP(map), submitter, user);
            value_release(user);
        }
        *out = sole_or_map(map);
    }
    param_values_release(&values);
    asked_release(&a);
    return status;
}

void input_describe(struct step_call *c, struct buf *out)
{
    struct asked a = {0};
    read_declared(c, &a);
    for (size_t i = 0; i < a.len; i++) {
        const struct param_decl *d = &a.decls[i];
        buf_printf(out, "%s%s", i ? ", " : "", d->name);
        for (size_t k = 0; k < d->n_choices; k++)
            buf_printf(out, "%s%s", k ? "|" : " (", d->choices[k]);
        if (d->kind == PARAM_BOOLEAN)
            buf_addstr(out, " (true|false");
        if (d->n_choices || d->kind == PARAM_BOOLEAN)
            buf_addch(out, ')');
    }
    asked_release(&a);
}
