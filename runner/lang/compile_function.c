/* Functions: parameters with their types and defaults, what a constructor does before its own body, the body.
 * Methods, closures and constructors are all compiled here; what holds them calls compile_function(). */
#include "runner/lang/compile.h"
#include <string.h>

static bool is_void(const struct type_ref *t)
{
    return t && !t->dims && strcmp(t->name, "void") == 0;
}

static void add_param(struct func *c, const struct param *p, struct parameter *out)
{
    struct type_ref array;
    const struct type_ref *ref = p->type;
    if (p->varargs) {
        array = ref ? *ref : (struct type_ref){.name = "Object"};
        array.dims++;
        ref = &array;
    }
    out->name = name_symbol(c, p->name);
    out->type = type_of_ref(c->unit, ref);
    out->optional = p->init != NULL;
    c->proto->typed = c->proto->typed || out->type;
    c->proto->n_required += !p->init;
    if (!p->next)
        c->proto->varargs = out->type && out->type->class && out->type->class->element;
}

/* In order, so that a default may use the parameters before it. A captured one moves into its cell behind
 * that. */
static void param_prologue(struct func *c, const struct param *p, struct local *l)
{
    unsigned reg = l->reg;
    bool captured = l->captured;
    if (p->init) {
        uint32_t given = emit_jump(c, OP_JUMP_SET, reg);
        const struct type *type = l->type;
        unsigned t = expr(c, p->init, reg);
        convert(c, type, t, reg);
        patch_here(c, given);
    }
    if (captured)
        emit(c, OP_CELL_BOX, reg, 0, 0);
}

static void params(struct func *c, const struct function *fn)
{
    unsigned n = 0;
    for (const struct param *p = fn->params; p; p = p->next)
        n++;
    bool implicit = fn->implicit_it && !n;
    struct parameter *out = arena_alloc(&c->unit->code->arena, (n + 1) * sizeof(*out));
    c->proto->params = out;
    c->proto->n_params = (uint16_t)(n + implicit);
    c->proto->implicit_it = implicit;
    if (implicit) {
        out->name = c->unit->vm->sym[SYM_IT];
        out->optional = true;
        struct local *l = local_add(c, "it", NULL);
        if (l->captured)
            emit(c, OP_CELL_BOX, l->reg, 0, 0);
        return;
    }
    for (const struct param *p = fn->params; p; p = p->next, out++) {
        add_param(c, p, out);
        local_add(c, p->name, out->type);
    }
    size_t i = 0;
    for (const struct param *p = fn->params; p; p = p->next)
        param_prologue(c, p, &c->locals.items[i++]);
}

static bool calls_constructor(const struct node *body, const char *word)
{
    const struct node *first = body && body->kind == NODE_BLOCK ? body->u.list.items : body;
    const struct node *e = first && first->kind == NODE_EXPR ? first->u.unary.operand : first;
    if (!e || e->kind != NODE_CALL || (e->u.call.obj && e->u.call.method))
        return false;
    const struct node *callee = e->u.call.method ? e->u.call.method : e->u.call.obj;
    return (callee->kind == NODE_NAME && strcmp(callee->u.name, word) == 0) ||
           (callee->kind == NODE_STRING && strcmp(callee->u.str.bytes, word) == 0);
}

static void constructor_prologue(struct func *c, const struct node *body)
{
    struct class *super = c->context->class->super;
    if (calls_constructor(body, "this") || calls_constructor(body, "super"))
        return;
    unsigned base = reg_new_n(c, 2);
    if (super && super->flags & CLASSF_SOURCE && !c->context->site) {
        uint32_t site = site_add(c, "<init>", 0, 0);
        c->sites.items[site].class = super;
        emit(c, OP_THIS, base, 0, 0);
        emit_x(c, OP_CONSTRUCT, base, (int32_t)site);
    }
    emit(c, OP_INIT, base, 0, 0);
    c->next_reg = base;
}

bool is_annotated(const struct function *fn, const char *name)
{
    for (const struct annotation *a = fn->annotations; a; a = a->next)
        if (str_has_suffix(a->name, name))
            return true;
    return false;
}

/* Up to the body. */
static void function_begin(struct func *c, struct unit *u, struct func *outer, struct class_context *context,
                           const struct function *fn)
{
    func_begin(c, u, outer, fn->name ? fn->name : "doCall");
    c->context = context;
    c->tree = fn;
    c->nested = ptr_map_get(&u->nested, fn);
    c->is_closure = fn->name == NULL;
    c->is_static = fn->mods & MOD_STATIC;
    c->is_void = is_void(fn->type);
    c->proto->noncps |= is_annotated(fn, "NonCPS");
    if (fn->type && !c->is_void && !fn->is_constructor)
        c->proto->result = type_of_ref(u, fn->type);
    if (fn->body)
        c->span = fn->body->span;
    params(c, fn);
}

/* The parameters as a list, behind `this` if it is asked for. */
static void param_list(struct func *c, const struct function *fn, unsigned list, unsigned item,
                       bool with_this)
{
    emit(c, OP_LIST, list, 0, 0);
    if (with_this) {
        emit(c, OP_THIS, item, 0, 0);
        emit(c, OP_LIST_ADD, list, item, 0);
    }
    for (const struct param *p = fn->params; p; p = p->next) {
        load_name(c, p->name, item);
        emit(c, OP_LIST_ADD, list, item, 0);
    }
}

struct proto *compile_memoized(struct unit *u, struct class_context *context, const struct function *fn,
                               const char *real)
{
    struct func c;
    struct class_context *saved = u->context;
    u->context = context;
    function_begin(&c, u, NULL, context, fn);
    unsigned base = reg_new_n(&c, 6);
    if (c.is_static)
        emit_x(&c, OP_CONST, base, (int32_t)const_add(&c, value_retain(value_object(context->class))));
    else
        emit(&c, OP_THIS, base, 0, 0);
    emit_x(&c, OP_CONST, base + 1, (int32_t)const_add(&c, map_new(u->vm)));
    emit_x(&c, OP_CONST, base + 2, (int32_t)const_add(&c, string_from(real)));
    param_list(&c, fn, base + 3, base + 5, false);
    param_list(&c, fn, base + 4, base + 5, !c.is_static);
    emit_x(&c, OP_CALL, base, (int32_t)site_add(&c, "$memoized", 4, 0));
    emit(&c, OP_RETURN, base, 0, 0);
    u->context = saved;
    return func_finish(&c);
}

struct proto *compile_function(struct unit *u, struct func *outer, struct class_context *context,
                               const struct function *fn)
{
    struct func c;
    struct class_context *saved = u->context;
    u->context = context;
    function_begin(&c, u, outer, context, fn);
    if (fn->is_constructor)
        constructor_prologue(&c, fn->body);
    block(&c, fn->body, !c.is_void && !fn->is_constructor);
    emit(&c, OP_RETURN_NULL, 0, 0, 0);
    u->context = saved;
    return func_finish(&c);
}
