/* How the builder reads the tree: what counts as a call, a block, a literal in a declarative pipeline. */
#include "parser/model_build.h"
#include <string.h>

/* `call.method` that is no plain string (`"$x"()`) is not a call for a declarative pipeline. */
struct node *match_call(struct node *statement)
{
    struct node *n = statement;
    if (n && n->kind == NODE_EXPR)
        n = n->u.unary.operand;
    return n && n->kind == NODE_CALL && n->u.call.method && n->u.call.method->kind == NODE_STRING ? n : NULL;
}

const char *call_name(const struct node *call)
{
    return call ? call->u.call.method->u.str.bytes : NULL;
}

bool call_is(const struct node *call, const char *name)
{
    return call && strcmp(call_name(call), name) == 0;
}

struct node *call_block(const struct node *call)
{
    struct node *last = call->u.call.args;
    while (last && last->next)
        last = last->next;
    return last && last->kind == NODE_CLOSURE ? last : NULL;
}

struct node *block_statements(const struct node *closure)
{
    return closure->u.fn->body ? closure->u.fn->body->u.list.items : NULL;
}

size_t list_len(const struct node *list)
{
    size_t n = 0;
    for (; list; list = list->next)
        n++;
    return n;
}

struct node *statement_first(struct node *n)
{
    while (n && n->kind == NODE_EMPTY)
        n = n->next;
    return n;
}

const char *literal_text(struct builder *b, const struct node *n)
{
    if (!n || n->kind != NODE_STRING)
        return NULL;
    return arena_strndup(&b->model->arena, n->u.str.bytes, n->u.str.len);
}

const char *expect_literal(struct builder *b, const struct node *n)
{
    const char *text = n->kind == NODE_NAME ? n->u.name : literal_text(b, n);
    if (!text)
        diag_error(b->d, node_place(b->ast, n), "Expected string literal");
    return text ? text : "";
}

/* The tree keeps no place for `?` and `?:`: the first question mark behind the condition is it. */
static struct span ternary_place(const struct ast *ast, const struct node *n)
{
    const struct node *test = n->u.cond.test;
    struct span at = {test->span.end, 0, test->span.end_line, test->span.end_col, 0, 0};
    const char *text = ast->source.text;
    while (at.start < n->span.end && text[at.start] != '?') {
        at.col = text[at.start] == '\n' ? 1 : at.col + 1;
        at.line += text[at.start] == '\n';
        at.start++;
    }
    return at;
}

struct span node_place(const struct ast *ast, const struct node *n)
{
    if (n->quote == '(')
        return n->span;
    if (n->kind == NODE_BINARY)
        return n->u.binary.op_span;
    return n->kind == NODE_TERNARY ? ternary_place(ast, n) : n->span;
}

const char *source_text(struct builder *b, const struct node *n)
{
    size_t len;
    const char *text = ast_text(b->ast, n, &len);
    while (len && (unsigned char)text[len - 1] <= ' ')
        len--;
    return arena_strndup(&b->model->arena, text, len);
}

struct node *expect_block(struct builder *b, struct node *statement, const char *name)
{
    struct node *call = match_call(statement), *block = call ? call_block(call) : NULL;
    if (!block)
        diag_error(b->d, statement->span, "Expected a block for %s", name);
    return block;
}

bool expect_boolean(struct builder *b, const struct node *call)
{
    const struct node *arg = call->u.call.args;
    if (arg && !arg->next && (arg->kind == NODE_TRUE || arg->kind == NODE_FALSE))
        return arg->kind == NODE_TRUE;
    diag_error(b->d, call->span, "Expected a boolean with %s", call_name(call));
    return false;
}

void refuse_repeated(struct builder *b, struct name_set *seen, struct node *statement)
{
    const char *name = call_name(match_call(statement));
    if (name && !name_set_add(seen, name, strlen(name)))
        diag_error(b->d, statement->span, "Multiple occurrences of the %s section", name);
}

void refuse_chain(struct builder *b, struct node *statement)
{
    const struct node *call = match_call(statement);
    if (call && call->u.call.obj && call->u.call.obj->kind == NODE_CALL)
        diag_error(b->d, call->u.call.method->span,
                   "Expected a new line before \"%s\": on one line it is a method of what stands before it",
                   call_name(call));
}
