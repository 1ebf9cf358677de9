/* The steps of a declarative pipeline: what may stand there, and their arguments. Code in script { } and in
 * arguments is ordinary Groovy: validate_script.c looks at it. */
#include "parser/model_build.h"
#include <string.h>

const char *step_blocked(const char *name)
{
    static const struct {
        const char *name, *why;
    } blocked[] = {
        {"stage", "The stage step cannot be used in Declarative Pipelines"},
        {"properties", "The properties step cannot be used in Declarative Pipelines"},
        {"parallel", "The parallel step can only be used as the only top-level step in a stages step block"},
    };
    for (size_t i = 0; i < ARRAY_LEN(blocked); i++)
        if (strcmp(name, blocked[i].name) == 0)
            return blocked[i].why;
    return NULL;
}

static void check_known_step(struct builder *b, const struct catalog_step *row, struct node *call,
                             struct span at)
{
    struct node *block = call_block(call);
    check_args(b, row, at, call->u.call.args, block, true);
    if (!block && (row->flags & ENTRY_BLOCK))
        diag_error(b->d, at, "%s step must be called with a body", row->name);
    else if (block && !(row->flags & (ENTRY_BLOCK | ENTRY_MAY_BLOCK | ENTRY_OPEN)))
        diag_error(b->d, at, "%s step does not take a body", row->name);
}

static void check_steps_in(struct builder *b, struct node *statements);

/* An unknown name is no finding here: it may be a library's step, and validate_script.c knows what is
 * declared. */
static void check_step(struct builder *b, struct node *s)
{
    struct node *call = match_call(s);
    const char *name = call_name(call);
    bool on_object = call && call->u.call.obj && call->u.call.obj->kind != NODE_NAME;
    if (call && call->u.call.obj && !on_object)
        on_object = strcmp(call->u.call.obj->u.name, "this") != 0;
    if (!call || on_object) {
        diag_error(b->d, s->span, "%s",
                   call ? "Method calls on objects not allowed outside \"script\" blocks."
                        : "Expected a step");
        return;
    }
    const char *blocked = step_blocked(name);
    const struct catalog_step *row = catalog_step(name, strlen(name));
    if (blocked)
        diag_error(b->d, s->span, "Invalid step \"%s\" used - not allowed in this context - %s", name,
                   blocked);
    else if (row)
        check_known_step(b, row, call, s->span);
    struct node *block = call_block(call);
    if (block && !blocked && strcmp(name, "script") != 0)
        check_steps_in(b, block_statements(block));
}

static void check_steps_in(struct builder *b, struct node *statements)
{
    FOR_STATEMENTS(s, statements)
    check_step(b, s);
}

void check_steps(struct builder *b, struct node *closure, struct span at)
{
    struct node *statements = block_statements(closure);
    if (!statement_first(statements))
        diag_error(b->d, at, "No steps specified for branch");
    check_steps_in(b, statements);
}

static void check_branch(struct builder *b, const struct node *entry)
{
    const struct node *key = entry->u.entry.key;
    struct node *value = entry->u.entry.value;
    if (key->kind == NODE_STRING && strcmp(key->u.str.bytes, "failFast") == 0) {
        if (value->kind != NODE_TRUE && value->kind != NODE_FALSE)
            diag_error(b->d, value->span, "Expected a boolean with failFast");
    } else if (value->kind != NODE_CLOSURE) {
        diag_error(b->d, value->span, "Expected closure or failFast");
    } else {
        check_steps(b, value, value->span);
    }
}

static struct node *branch_entries(const struct node *call)
{
    struct node *args = call->u.call.args;
    return args && !args->next && args->kind == NODE_MAP ? args->u.map.entries : args;
}

bool has_branches(const struct node *call)
{
    for (const struct node *n = branch_entries(call); n; n = n->next)
        if (n->kind != NODE_ENTRY || n->u.entry.key->kind != NODE_STRING ||
            strcmp(n->u.entry.key->u.str.bytes, "failFast") != 0)
            return true;
    return false;
}

void check_branches(struct builder *b, struct node *call)
{
    struct name_set seen _cleanup_(name_set_release) = {0};
    for (struct node *n = branch_entries(call); n; n = n->next) {
        if (n->kind != NODE_ENTRY) {
            diag_error(b->d, n->span, "Expected closure or failFast");
            continue;
        }
        const struct node *key = n->u.entry.key;
        if (key->kind == NODE_STRING && !name_set_add(&seen, key->u.str.bytes, key->u.str.len))
            diag_error(b->d, call->span, "Duplicate parallel branch name: \"%s\"", key->u.str.bytes);
        check_branch(b, n);
    }
}
