/* Leaving blocks: break, continue and return, which run the finally blocks between here and there, and try
 * itself. A finally block is compiled anew for each way out; the ranges that a handler covers leave those
 * copies out. */
#include "runner/lang/compile.h"
#include <string.h>

/* ---- leaving: break, continue and return run the finally blocks between here and there */

static void close_range(struct func *c, struct exit_scope *s)
{
    uint32_t end = (uint32_t)c->ins.len;
    if (end > s->cover_start) {
        struct handler h = {.start = s->cover_start, .end = end};
        vec_push(s->covers, h);
    }
}

/* Runs the finally blocks of the scopes from c->exits up to (not including) `end`. */
static void run_finally(struct func *c, struct exit_scope *end)
{
    struct exit_scope *inner = c->exits;
    for (struct exit_scope *s = inner; s != end; s = s->outer) {
        if (s->kind != EXIT_FINALLY)
            continue;
        close_range(c, s);
        c->exits = s->outer;
        size_t n_locals = c->locals.len;
        block(c, s->finally, false);
        c->locals.len = n_locals;
    }
    c->exits = inner;
    for (struct exit_scope *s = inner; s != end; s = s->outer)
        s->cover_start = (uint32_t)c->ins.len;
}

void emit_return(struct func *c, const struct node *value)
{
    unsigned saved = c->next_reg, reg;
    unsigned type = expr_any(c, value, &reg);
    const struct type *result = c->proto->result;
    bool finally = false;
    for (struct exit_scope *s = c->exits; s; s = s->outer)
        finally = finally || s->kind == EXIT_FINALLY;
    if (finally || result) {
        unsigned t = reg_new(c);
        emit(c, OP_MOVE, t, reg, 0);
        reg = t;
    }
    convert(c, result, type, reg);
    if (finally)
        run_finally(c, NULL);
    emit(c, OP_RETURN, reg, 0, 0);
    if (finally)
        for (struct exit_scope *s = c->exits; s; s = s->outer)
            s->cover_start = (uint32_t)c->ins.len;
    c->next_reg = saved;
}

void emit_return_null(struct func *c)
{
    run_finally(c, NULL);
    emit(c, OP_RETURN_NULL, 0, 0, 0);
    for (struct exit_scope *s = c->exits; s; s = s->outer)
        s->cover_start = (uint32_t)c->ins.len;
}

static struct exit_scope *find_exit(struct func *c, const char *label, bool is_continue)
{
    for (struct exit_scope *s = c->exits; s; s = s->outer) {
        if (s->kind == EXIT_FINALLY)
            continue;
        if (label ? (s->label && strcmp(s->label, label) == 0)
                  : s->kind == EXIT_LOOP || (s->kind == EXIT_SWITCH && !is_continue))
            return s;
    }
    return NULL;
}

void stmt_jump(struct func *c, const struct node *n, bool tail)
{
    bool is_continue = n->kind == NODE_CONTINUE;
    struct exit_scope *s = find_exit(c, n->u.name, is_continue);
    if (!s) {
        const char *what = is_continue ? "the continue statement is only allowed inside loops"
                                       : "the break statement is only allowed inside loops or switches";
        compile_error(c->unit, &n->span, "%s", what);
        return;
    }
    run_finally(c, s);
    uint32_t at = emit_jump(c, OP_JUMP, 0);
    if (is_continue)
        vec_push(&s->continues, at);
    else
        vec_push(&s->breaks, at);
    for (struct exit_scope *e = c->exits; e != s; e = e->outer)
        e->cover_start = (uint32_t)c->ins.len;
}

/* On the caller's stack; close_exit() gives its vectors back. */
void open_exit(struct func *c, struct exit_scope *s, int kind)
{
    *s = (struct exit_scope){.outer = c->exits, .kind = kind, .n_locals = c->locals.len};
    /* a label just outside names this loop */
    if (c->exits && c->exits->kind == EXIT_LABEL && kind == EXIT_LOOP)
        s->label = c->exits->label;
    c->exits = s;
}

void patch_list(struct func *c, uint32_t *at, size_t n, uint32_t target)
{
    for (size_t i = 0; i < n; i++)
        patch_to(c, at[i], target);
}

void close_exit(struct func *c, struct exit_scope *s, uint32_t continue_at)
{
    patch_list(c, s->continues.items, s->continues.len, continue_at);
    patch_list(c, s->breaks.items, s->breaks.len, here(c));
    vec_release(&s->breaks);
    vec_release(&s->continues);
    c->exits = s->outer;
}

/* ---- try */

static void add_handlers(struct func *c, const struct handler *ranges, size_t n, uint32_t target,
                         unsigned reg)
{
    for (size_t i = 0; i < n; i++) {
        struct handler h = ranges[i];
        h.target = target;
        h.reg = (uint16_t)reg;
        vec_push(&c->handlers, h);
    }
}

/* One catch: jumps over itself if the exception is of none of its types. */
static void stmt_catch(struct func *c, const struct node *n, unsigned exception, bool tail,
                       struct jump_list *done)
{
    struct jump_list match = {0};
    uint32_t next = 0;
    size_t n_locals = c->locals.len;
    unsigned saved = c->next_reg;
    c->span = n->span;
    static const struct type_ref any = {.name = "Exception"};
    const struct type_ref *types = n->u.catch_.types ? n->u.catch_.types : &any;
    for (const struct type_ref *t = types; t; t = t->next) {
        const struct type *type = type_of_ref(c->unit, t);
        unsigned is = reg_new(c);
        emit(c, OP_INSTANCEOF, is, exception, type_add(c, type));
        vec_push(&match.at, emit_jump(c, OP_JUMP_TRUE, is));
        c->next_reg--;
    }
    next = emit_jump(c, OP_JUMP, 0);
    patch_all(c, &match);
    struct local *l = local_add(c, n->u.catch_.name, NULL);
    unsigned reg = l->reg;
    bool captured = l->captured;
    emit(c, OP_MOVE, reg, exception, 0);
    if (captured)
        emit(c, OP_CELL_BOX, reg, 0, 0);
    block(c, n->u.catch_.body, tail);
    vec_push(&done->at, emit_jump(c, OP_JUMP, 0));
    patch_here(c, next);
    c->locals.len = n_locals;
    c->next_reg = saved;
}

static void try_and_catches(struct func *c, const struct node *n, bool tail)
{
    struct jump_list done = {0};
    unsigned exception = reg_new(c);
    handler_vec covers = {0};
    struct exit_scope s; /* only to learn the ranges: inlined finally blocks are not covered */
    open_exit(c, &s, EXIT_FINALLY);
    s.covers = (void *)&covers;
    s.cover_start = (uint32_t)c->ins.len;
    block(c, n->u.try_.body, tail);
    close_range(c, &s);
    c->exits = s.outer;
    vec_push(&done.at, emit_jump(c, OP_JUMP, 0));
    add_handlers(c, covers.items, covers.len, here(c), exception);
    vec_release(&covers);
    for (const struct node *k = n->u.try_.catches; k; k = k->next)
        stmt_catch(c, k, exception, tail, &done);
    c->span = n->span;
    emit(c, OP_THROW, exception, 0, 0);
    patch_all(c, &done);
}

/* The finally block stands twice at least: at the normal end, and behind the handler that catches
 * everything and throws it on. */
void stmt_try(struct func *c, const struct node *n, bool tail)
{
    size_t n_locals = c->locals.len;
    unsigned saved = c->next_reg;
    for (const struct node *r = n->u.try_.resources; r; r = r->next)
        stmt(c, r, false);
    if (!n->u.try_.finally) {
        try_and_catches(c, n, tail);
        c->locals.len = n_locals;
        c->next_reg = saved;
        return;
    }
    unsigned exception = reg_new(c);
    handler_vec covers = {0};
    struct exit_scope s;
    open_exit(c, &s, EXIT_FINALLY);
    s.finally = n->u.try_.finally;
    s.covers = (void *)&covers;
    s.cover_start = (uint32_t)c->ins.len;
    if (n->u.try_.catches)
        try_and_catches(c, n, tail);
    else
        block(c, n->u.try_.body, tail);
    close_range(c, &s);
    c->exits = s.outer;
    block(c, n->u.try_.finally, false);
    uint32_t end = emit_jump(c, OP_JUMP, 0);
    add_handlers(c, covers.items, covers.len, here(c), exception);
    vec_release(&covers);
    block(c, n->u.try_.finally, false);
    c->span = n->span;
    emit(c, OP_THROW, exception, 1, 0);
    patch_here(c, end);
    c->locals.len = n_locals;
    c->next_reg = saved;
    if (tail)
        emit_return_null(c);
}
