/* Emitting instructions, with their places, constants and sites, and closing a function. */
#include "runner/lang/compile.h"
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int compile_error(struct unit *u, const struct span *at, const char *fmt, ...)
{
    if (u->failed)
        return -1;
    u->failed = true;
    char *text = NULL;
    va_list ap;
    va_start(ap, fmt);
    if (vasprintf(&text, fmt, ap) < 0)
        text = NULL;
    va_end(ap);
    error_at(u->err, ERROR_SYNTAX, u->ast->source.name, (int)at->line, (int)at->col, "%s", text ? text : "");
    free(text);
    return -1;
}

/* One entry for a run of instructions of the same place. */
static void mark_place(struct func *c)
{
    if (!c->span.line)
        return;
    if (c->places.len) {
        struct place *last = &c->places.items[c->places.len - 1];
        if (last->line == c->span.line && last->col == c->span.col)
            return;
    }
    struct place p = {(uint32_t)c->ins.len, c->span.line, c->span.col};
    vec_push(&c->places, p);
}

uint32_t emit(struct func *c, enum opcode op, unsigned a, unsigned b, unsigned operand)
{
    mark_place(c);
    struct ins i = {.op = (uint16_t)op, .a = (uint16_t)a};
    i.b = (uint16_t)b;
    i.c = (uint16_t)operand;
    vec_push(&c->ins, i);
    return (uint32_t)c->ins.len - 1;
}

uint32_t emit_x(struct func *c, enum opcode op, unsigned a, int32_t bx)
{
    mark_place(c);
    struct ins i = {.op = (uint16_t)op, .a = (uint16_t)a};
    i.bx = bx;
    vec_push(&c->ins, i);
    return (uint32_t)c->ins.len - 1;
}

uint32_t emit_jump(struct func *c, enum opcode op, unsigned a)
{
    return emit_x(c, op, a, 0);
}

void patch_to(struct func *c, uint32_t at, uint32_t target)
{
    c->ins.items[at].bx = (int32_t)target - (int32_t)at - 1;
}

/* Marks a jump's target: an optimisation must not merge across it. */
uint32_t here(struct func *c)
{
    c->last_target = (uint32_t)c->ins.len;
    return c->last_target;
}

void patch_here(struct func *c, uint32_t at)
{
    patch_to(c, at, here(c));
}

void patch_all(struct func *c, struct jump_list *list)
{
    for (size_t i = 0; i < list->at.len; i++)
        patch_here(c, list->at.items[i]);
    vec_release(&list->at);
}

void emit_back(struct func *c, uint32_t target)
{
    patch_to(c, emit_jump(c, OP_JUMP, 0), target);
}

unsigned reg_new_n(struct func *c, unsigned n)
{
    unsigned reg = c->next_reg;
    c->next_reg += n;
    if (c->next_reg > 60000) {
        compile_error(c->unit, &c->span, "the method is too large");
        c->next_reg = reg;
    }
    if (c->next_reg > c->max_reg)
        c->max_reg = c->next_reg;
    return reg;
}

unsigned reg_new(struct func *c)
{
    return reg_new_n(c, 1);
}

/* Owned by the code as a whole; the function's array only borrows. */
uint32_t const_add(struct func *c, struct value v)
{
    vec_push(&c->unit->code->consts, v);
    vec_push(&c->consts, v);
    return (uint32_t)c->consts.len - 1;
}

struct string *name_symbol(struct func *c, const char *name)
{
    return vm_symbol(c->unit->vm, name, strlen(name));
}

uint32_t site_add(struct func *c, const char *name, unsigned argc, unsigned flags)
{
    struct site s = {.argc = (uint16_t)argc, .flags = (uint8_t)flags};
    s.name = name ? name_symbol(c, name) : NULL;
    vec_push(&c->sites, s);
    return (uint32_t)c->sites.len - 1;
}

uint32_t type_add(struct func *c, const struct type *t)
{
    for (size_t i = 0; i < c->types.len; i++)
        if (c->types.items[i] == t)
            return (uint32_t)i;
    vec_push(&c->types, t);
    return (uint32_t)c->types.len - 1;
}

void func_begin(struct func *c, struct unit *u, struct func *outer, const char *name)
{
    memset(c, 0, sizeof(*c));
    c->outer = outer;
    c->unit = u;
    c->context = outer ? outer->context : u->context;
    c->proto = arena_new(&u->code->arena, struct proto);
    c->proto->name = vm_symbol(u->vm, name, strlen(name));
    c->proto->method = outer ? outer->proto->method : c->proto->name;
    c->proto->code = u->code;
    c->proto->class = c->context ? c->context->class : NULL;
    c->proto->synthetic = u->synthetic;
    c->proto->noncps = outer && outer->proto->noncps;
}

static void *keep(struct arena *a, const void *items, size_t n, size_t size)
{
    if (!n)
        return NULL;
    void *copy = arena_alloc(a, n * size);
    memcpy(copy, items, n * size);
    return copy;
}

#define KEEP(field, vec)                                                                                     \
    do {                                                                                                     \
        p->field = keep(a, (vec).items, (vec).len, sizeof(*(vec).items));                                    \
        vec_release(&(vec));                                                                                 \
    } while (0)

struct proto *func_finish(struct func *c)
{
    struct proto *p = c->proto;
    struct arena *a = &c->unit->code->arena;
    p->n_ins = (uint32_t)c->ins.len;
    p->n_places = (uint32_t)c->places.len;
    p->n_handlers = (uint32_t)c->handlers.len;
    p->n_captures = (uint16_t)c->captures.len;
    p->n_regs = (uint16_t)c->max_reg;
    p->is_static = c->is_static;
    p->is_closure = c->is_closure;
    KEEP(ins, c->ins);
    KEEP(consts, c->consts);
    KEEP(sites, c->sites);
    KEEP(functions, c->functions);
    KEEP(types, c->types);
    KEEP(numerics, c->numerics);
    KEEP(places, c->places);
    KEEP(handlers, c->handlers);
    KEEP(captures, c->captures);
    vec_release(&c->capture_names);
    vec_release(&c->locals);
    return p;
}
