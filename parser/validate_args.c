/* Arguments against the catalog: names, number and literal types, in the words of Jenkins'
 * ModelValidatorImpl. */
#include "parser/model_build.h"
#include <stdio.h>
#include <string.h>

/* Java's class of a literal; NULL: not a literal, so its type is only known at run time. */
static const char *literal_class(const struct node *n)
{
    switch (n->kind) {
    case NODE_STRING:
        return "class java.lang.String";
    case NODE_TRUE:
    case NODE_FALSE:
        return "class java.lang.Boolean";
    case NODE_INT:
        return "class java.lang.Integer";
    case NODE_LONG:
        return "class java.lang.Long";
    case NODE_DECIMAL:
        return "class java.math.BigDecimal";
    case NODE_DOUBLE:
        return "class java.lang.Double";
    case NODE_FLOAT:
        return "class java.lang.Float";
    default:
        return NULL;
    }
}

static bool is_number(const struct node *n)
{
    return n->kind >= NODE_INT && n->kind <= NODE_FLOAT;
}

static bool is_time_unit(const struct node *n)
{
    static const char *const units[] = {"NANOSECONDS", "MICROSECONDS", "MILLISECONDS", "SECONDS",
                                        "MINUTES",     "HOURS",        "DAYS"};
    for (size_t i = 0; n->kind == NODE_STRING && i < ARRAY_LEN(units); i++)
        if (strcmp(n->u.str.bytes, units[i]) == 0)
            return true;
    return false;
}

/* Jenkins lets Groovy cast the literal: a text of one character becomes a number that way. */
static bool literal_fits(enum catalog_type type, const struct node *n)
{
    switch (type) {
    case TYPE_STRING:
    case TYPE_RESULT:
        return n->kind == NODE_STRING;
    case TYPE_BOOL:
    case TYPE_BOOLEAN:
        return n->kind == NODE_TRUE || n->kind == NODE_FALSE;
    case TYPE_INT:
    case TYPE_LONG:
    case TYPE_INTEGER:
    case TYPE_LONG_OBJECT:
    case TYPE_DOUBLE:
        return is_number(n) || (n->kind == NODE_STRING && n->u.str.len == 1);
    case TYPE_TIME_UNIT:
        return is_time_unit(n);
    case TYPE_LIST:
    case TYPE_MAP:
    case TYPE_SCM:
        return false;
    default:
        return true;
    }
}

static const char *literal_display(struct builder *b, const struct node *n)
{
    if (n->kind == NODE_STRING)
        return literal_text(b, n);
    return n->kind == NODE_INT || n->kind == NODE_LONG
               ? arena_printf(&b->model->arena, "%lld", (long long)n->u.num)
               : source_text(b, n);
}

void check_literal(struct builder *b, enum catalog_type type, const char *param, const struct node *n)
{
    if (n->kind == NODE_BIGINT) {
        diag_error(
            b->d, n->span,
            "BigIntegers cannot be used as constants in Declarative. The maximum value for an integer is "
            "9,223,372,036,854,775,807 and the minimum value for an integer is -9,223,372,036,854,775,808.");
        return;
    }
    const char *class_name = literal_class(n);
    if (!class_name || literal_fits(type, n))
        return;
    const char *shown = literal_display(b, n), *type_name = catalog_type_name(type);
    if (param)
        diag_error(b->d, n->span, "Expecting \"%s\" for parameter \"%s\" but got \"%s\" of type %s instead",
                   type_name, param, shown, class_name);
    else
        diag_error(b->d, n->span, "Expecting \"%s\" but got \"%s\" of type %s instead", type_name, shown,
                   class_name);
}

static void invalid_parameter(struct builder *b, const struct catalog_step *row, const struct node *key)
{
    const char *name = key->u.str.bytes, *near = catalog_nearest_param(row, name);
    diag_error(b->d, key->span, "Invalid parameter \"%s\", did you mean \"%s\"?", name, near ? near : "");
}

static void check_named(struct builder *b, const struct catalog_step *row, const struct node *entry)
{
    const struct node *key = entry->u.entry.key;
    if (key->kind != NODE_STRING)
        return;
    const struct catalog_param *p = catalog_param(row, key->u.str.bytes);
    if (p)
        check_literal(b, p->type, p->name, entry->u.entry.value);
    else if (!(row->flags & ENTRY_OPEN))
        invalid_parameter(b, row, key);
}

static bool has_key(const struct node *args, const struct node *until, const char *name)
{
    for (; args && args != until; args = args->next)
        if (args->kind == NODE_ENTRY && args->u.entry.key->kind == NODE_STRING &&
            strcmp(args->u.entry.key->u.str.bytes, name) == 0)
            return true;
    return false;
}

static void check_missing(struct builder *b, const struct catalog_step *row, struct span at,
                          const struct node *args, const struct node *until)
{
    for (const struct catalog_param *p = row->params; p && p->name; p++)
        if ((p->flags & PARAM_REQUIRED) && !has_key(args, until, p->name))
            diag_error(b->d, at, "Missing required parameter: \"%s\"", p->name);
}

/* One argument goes to the sole required parameter; several are taken in the order of the required ones,
 * which is how Declarative (unlike scripted Pipeline) lets `f('a', 'b')` pass. */
static void check_positional(struct builder *b, const struct catalog_step *row, struct span at,
                             const struct node *args, size_t count)
{
    const struct catalog_param *sole = catalog_sole_param(row);
    if (count == 1 && sole) {
        check_literal(b, sole->type, NULL, args);
        return;
    }
    size_t required = catalog_required_count(row);
    if (count == 1 && !(row->flags & ENTRY_OPEN))
        diag_error(b->d, at, "Step does not take a single required parameter - use named parameters instead");
    else if (count != required && !(row->flags & ENTRY_OPEN))
        diag_error(b->d, at, "\"%s\" should have %zu arguments but has %zu arguments instead.", row->name,
                   required, count);
    for (const struct catalog_param *p = row->params; count == required && args && p && p->name; p++)
        if (p->flags & PARAM_REQUIRED) {
            check_literal(b, p->type, NULL, args);
            args = args->next;
        }
}

/* `f([a: 1])` is `f(a: 1)`, unless the map describes an object by its class. */
static const struct node *unwrap_map(const struct node *args, const struct node *until)
{
    if (!args || args->next != until || args->kind != NODE_MAP ||
        has_key(args->u.map.entries, NULL, "$class"))
        return args;
    return args->u.map.entries;
}

/* A spread hides how many arguments there are, and `$class` makes an object of another class: both end the
 * check without a finding. */
void check_args(struct builder *b, const struct catalog_step *row, struct span at, struct node *list,
                const struct node *until, bool missing)
{
    const struct node *args = unwrap_map(list, until);
    if (args != list)
        until = NULL;
    if (has_key(args, until, "$class"))
        return;
    size_t named = 0, positional = 0;
    for (const struct node *n = args; n && n != until; n = n->next) {
        bool is_named = n->kind == NODE_ENTRY || n->kind == NODE_SPREAD_MAP;
        *(is_named ? &named : &positional) += 1;
        if (n->kind == NODE_SPREAD || n->kind == NODE_SPREAD_MAP)
            return;
    }
    if (named && positional) {
        diag_error(b->d, at, "Cannot mix named and unnamed arguments");
        return;
    }
    for (const struct node *n = args; named && n && n != until; n = n->next)
        check_named(b, row, n);
    if (positional)
        check_positional(b, row, at, args, positional);
    else if (missing)
        check_missing(b, row, at, args, until);
}

void refuse_closure(struct builder *b, const struct node *at)
{
    diag_error(b->d, at->span, "Method call arguments cannot use closures");
}

static void check_nested(struct builder *b, const struct node *value, const struct node *at)
{
    const struct node *call = match_call((struct node *)value);
    if (value->kind == NODE_CLOSURE)
        refuse_closure(b, at);
    if (!call || call->u.call.obj)
        return;
    const char *name = call_name(call), *blocked = step_blocked(name);
    if (blocked)
        diag_error(b->d, call->span, "Invalid step \"%s\" used - not allowed in this context - %s", name,
                   blocked);
    const struct catalog_step *row = catalog_find(&catalog_symbols, name, strlen(name));
    check_definition(b, row, call, false);
}

void check_definition(struct builder *b, const struct catalog_step *row, const struct node *call,
                      bool missing)
{
    struct node *args = call->u.call.args;
    for (const struct node *n = args; n; n = n->next)
        check_nested(b, n->kind == NODE_ENTRY ? n->u.entry.value : n, call);
    if (!row)
        return;
    size_t required = catalog_required_count(row);
    if (!args && required && !(row->flags & ENTRY_OPEN))
        diag_error(b->d, call->span, "\"%s\" should have %zu arguments but has 0 arguments instead.",
                   row->name, required);
    else
        check_args(b, row, call->span, args, NULL, missing && args);
}
