/* Calls, object creation and closures. */
#include "runner/lang/compile.h"
#include <string.h>

static bool has_spread(const struct node *args)
{
    for (; args; args = args->next)
        if (args->kind == NODE_SPREAD)
            return true;
    return false;
}

static bool is_named(const struct node *arg)
{
    return arg->kind == NODE_ENTRY || arg->kind == NODE_SPREAD_MAP;
}

/* Named arguments become one map in front of the others. */
static bool named_args(struct func *c, const struct node *args, unsigned reg)
{
    unsigned saved = c->next_reg, key = reg_new_n(c, 2);
    bool any = false;
    for (const struct node *a = args; a; a = a->next) {
        if (!is_named(a))
            continue;
        if (!any)
            emit(c, OP_MAP, reg, 0, 0);
        any = true;
        if (a->kind == NODE_SPREAD_MAP) {
            expr(c, a->u.unary.operand, key);
            emit(c, OP_MAP_SPREAD, reg, key, 0);
            continue;
        }
        expr(c, a->u.entry.key, key);
        expr(c, a->u.entry.value, key + 1);
        emit(c, OP_MAP_PUT, reg, key, key + 1);
    }
    c->next_reg = saved;
    return any;
}

static unsigned spread_args(struct func *c, const struct node *args, unsigned first, unsigned *flags)
{
    unsigned saved = c->next_reg, item = reg_new(c);
    *flags |= SITE_LIST;
    emit(c, OP_LIST, first, 0, 0);
    if (named_args(c, args, item)) {
        *flags |= SITE_NAMED;
        emit(c, OP_LIST_ADD, first, item, 0);
    }
    for (; args; args = args->next) {
        if (is_named(args))
            continue;
        bool spread = args->kind == NODE_SPREAD;
        expr(c, spread ? args->u.unary.operand : args, item);
        emit(c, spread ? OP_LIST_SPREAD : OP_LIST_ADD, first, item, 0);
    }
    c->next_reg = saved;
    return 1;
}

unsigned compile_args(struct func *c, const struct node *args, unsigned first, unsigned *flags)
{
    if (has_spread(args)) {
        if (c->next_reg == first)
            reg_new(c);
        return spread_args(c, args, first, flags);
    }
    unsigned at = c->next_reg, argc = 0;
    for (const struct node *a = args; a; a = a->next) {
        if (is_named(a)) {
            reg_new(c);
            named_args(c, args, at++);
            *flags |= SITE_NAMED;
            argc = 1;
            break;
        }
    }
    for (; args; args = args->next) {
        if (is_named(args))
            continue;
        at = reg_new(c);
        expr(c, args, at);
        argc++;
    }
    return argc;
}

/* (Object) x says that x is to be taken as an object: remove((Object) 1). */
static const struct type *cast_type(struct unit *u, const struct type_ref *ref)
{
    if (ref->dims || strcmp(ref->name, "Object") != 0)
        return type_of_ref(u, ref);
    struct type *t = arena_new(&u->code->arena, struct type);
    t->class = u->vm->core[CORE_OBJECT];
    t->name = "Object";
    return t;
}

static const struct type **cast_types(struct func *c, const struct node *args, unsigned argc)
{
    bool any = false;
    for (const struct node *a = args; a; a = a->next) {
        if (is_named(a) || a->kind == NODE_SPREAD)
            return NULL;
        any = any || (a->kind == NODE_CAST && !a->u.cast.coerce);
    }
    if (!any)
        return NULL;
    const struct type **types = arena_alloc(&c->unit->code->arena, argc * sizeof(*types));
    for (unsigned i = 0; args; args = args->next, i++)
        if (args->kind == NODE_CAST && !args->u.cast.coerce)
            types[i] = cast_type(c->unit, args->u.cast.type);
    return types;
}

/* Emits the call; the receiver (or a free place) is in `base`, arguments follow. */
static void call(struct func *c, enum opcode op, unsigned base, const char *name, const struct node *args,
                 unsigned flags, const struct span *span)
{
    unsigned argc = compile_args(c, args, c->next_reg, &flags);
    c->span = *span;
    uint32_t site = site_add(c, name, argc, flags);
    c->sites.items[site].casts = cast_types(c, args, argc);
    emit_x(c, op, base, (int32_t)site);
}

static void finish(struct func *c, unsigned dst, unsigned base)
{
    if (dst != base)
        emit(c, OP_MOVE, dst, base, 0);
    c->next_reg = base;
}

/* this(...) and super(...) in a constructor. */
static void constructor_call(struct func *c, const struct node *n, unsigned base, bool is_super)
{
    emit(c, OP_THIS, base, 0, 0);
    unsigned flags = 0, argc = compile_args(c, n->u.call.args, base + 1, &flags);
    uint32_t site = site_add(c, "<init>", argc, flags);
    struct class *class = c->context ? c->context->class : NULL;
    c->sites.items[site].class = is_super && class ? class->super : class;
    emit_x(c, OP_CONSTRUCT, base, (int32_t)site);
    if (is_super)
        emit(c, OP_INIT, base, 0, 0);
}

static bool is_word(const struct node *n, const char *word)
{
    if (!n)
        return false;
    return (n->kind == NODE_NAME && strcmp(n->u.name, word) == 0) ||
           (n->kind == NODE_STRING && strcmp(n->u.str.bytes, word) == 0);
}

static unsigned bare_call(struct func *c, const struct node *n, unsigned dst)
{
    const char *name = constant_name(n->u.call.method);
    unsigned base = reg_new(c);
    if (!name) { /* "$name"(…) */
        emit(c, OP_THIS, base, 0, 0);
        expr(c, n->u.call.method ? n->u.call.method : n->u.call.obj, reg_new(c));
        call(c, OP_CALL_SELF, base, NULL, n->u.call.args, SITE_DYNAMIC, &n->span);
        finish(c, dst, base);
        return 0;
    }
    struct name_ref r = resolve_name(c, name);
    if (r.kind <= NAME_THIS_CELL) {
        load_name(c, name, base);
        call(c, OP_CALL_VALUE, base, "call", n->u.call.args, 0, &n->u.call.method->span);
    } else if (r.kind == NAME_MEMBER) {
        emit_x(c, OP_CONST, base, (int32_t)const_add(c, value_retain(value_object(r.class))));
        call(c, OP_CALL, base, r.member, n->u.call.args, 0, &n->u.call.method->span);
    } else {
        call(c, OP_CALL_SELF, base, name, n->u.call.args, 0, &n->u.call.method->span);
    }
    finish(c, dst, base);
    return 0;
}

/* `Trait.super` of `Trait.super.name(…)`, else NULL. */
static struct class *trait_super(struct func *c, const struct node *obj)
{
    if (obj->kind != NODE_PROPERTY || !constant_name(obj->u.prop.name) ||
        strcmp(constant_name(obj->u.prop.name), "super") != 0)
        return NULL;
    return class_of_node(c, obj->u.prop.obj);
}

static void super_call(struct func *c, const struct node *n, unsigned base)
{
    struct class *class = c->context ? c->context->class : NULL;
    unsigned flags = 0;
    emit(c, OP_THIS, base, 0, 0);
    unsigned argc = compile_args(c, n->u.call.args, base + 1, &flags);
    uint32_t site = site_add(c, constant_name(n->u.call.method), argc, flags);
    struct class *trait = trait_super(c, n->u.call.obj);
    c->sites.items[site].class = trait ? trait : class ? class->super : NULL;
    c->span = n->u.call.method->span;
    emit_x(c, OP_CALL_SUPER, base, (int32_t)site);
}

/* list*.name(args): a loop over the list; the arguments are evaluated once. */
static unsigned spread_call(struct func *c, const struct node *n, unsigned dst)
{
    unsigned saved = c->next_reg, list = reg_new_n(c, 4), result = list + 3, flags = SITE_SAFE;
    expr(c, n->u.call.obj, list);
    emit(c, OP_NULL, result, 0, 0);
    uint32_t null = emit_jump(c, OP_JUMP_NULL, list);
    unsigned args = c->next_reg, argc = compile_args(c, n->u.call.args, args, &flags);
    c->next_reg = args + argc;
    unsigned base = reg_new_n(c, argc + 1);
    emit(c, OP_LIST, result, 0, 0);
    c->span = n->u.call.method->span;
    emit(c, OP_ITERATE, list, 0, 0);
    uint32_t top = here(c), done = emit_jump(c, OP_ITERATE_NEXT, list);
    emit(c, OP_MOVE, base, list + 2, 0);
    for (unsigned i = 0; i < argc; i++)
        emit(c, OP_MOVE, base + 1 + i, args + i, 0);
    emit_x(c, OP_CALL, base, (int32_t)site_add(c, constant_name(n->u.call.method), argc, flags));
    emit(c, OP_LIST_ADD, result, base, 0);
    emit_back(c, top);
    patch_here(c, done);
    patch_here(c, null);
    emit(c, OP_MOVE, dst, result, 0);
    c->next_reg = saved;
    return 0;
}

static unsigned method_call(struct func *c, const struct node *n, unsigned dst)
{
    const struct node *obj = n->u.call.obj;
    const char *name = constant_name(n->u.call.method);
    unsigned base = reg_new(c), flags = n->u.call.safe ? SITE_SAFE : 0;
    struct class *class = class_of_node(c, obj);
    if (class)
        emit_x(c, OP_CONST, base, (int32_t)const_add(c, value_retain(value_object(class))));
    else
        expr(c, obj, base);
    uint32_t skip = n->u.call.safe ? emit_jump(c, OP_JUMP_NULL, base) : 0;
    if (!name) {
        expr(c, n->u.call.method, reg_new(c));
        flags |= SITE_DYNAMIC;
    }
    call(c, OP_CALL, base, name, n->u.call.args, flags, &n->u.call.method->span);
    if (n->u.call.safe)
        patch_here(c, skip);
    finish(c, dst, base);
    return 0;
}

unsigned expr_call(struct func *c, const struct node *n, unsigned dst)
{
    const struct node *obj = n->u.call.obj, *method = n->u.call.method;
    const struct node *callee = method ? method : obj;
    if (!(obj && method) && (is_word(callee, "this") || is_word(callee, "super"))) {
        unsigned base = reg_new(c);
        constructor_call(c, n, base, is_word(callee, "super"));
        finish(c, dst, base);
        return 0;
    }
    if (obj && method && (is_word(obj, "super") || trait_super(c, obj))) {
        unsigned base = reg_new(c);
        super_call(c, n, base);
        finish(c, dst, base);
        return 0;
    }
    if (obj && method && n->u.call.spread)
        return spread_call(c, n, dst);
    if (obj && method)
        return method_call(c, n, dst);
    if (!obj || (!method && obj->kind == NODE_GSTRING && obj->quote != '('))
        return bare_call(c, n, dst);
    unsigned base = reg_new(c);
    expr(c, obj, base);
    call(c, OP_CALL_VALUE, base, "call", n->u.call.args, 0, &n->span);
    finish(c, dst, base);
    return 0;
}

/* ---- new */

static unsigned new_array(struct func *c, const struct node *n, unsigned dst)
{
    struct type_ref element = *n->u.new_.type;
    unsigned base = c->next_reg, dims = 0;
    if (n->u.new_.init) {
        if (!element.dims)
            element.dims = 1;
        expr(c, n->u.new_.init, dst);
        emit(c, OP_CAST, dst, dst, type_add(c, type_of_ref(c->unit, &element)));
        return 0;
    }
    for (const struct node *d = n->u.new_.dims; d; d = d->next, dims++)
        expr(c, d, reg_new(c));
    if (element.dims < dims)
        element.dims = (uint8_t)dims;
    emit(c, OP_ARRAY, base, dims, type_add(c, type_of_ref(c->unit, &element)));
    finish(c, dst, base);
    return 0;
}

/* Captured locals of the creator go along as cells behind the arguments' place. */
static void hand_over_cells(struct func *c, struct class_context *k, unsigned object)
{
    for (size_t i = 0; i < k->captured.len; i++) {
        struct name_ref r = resolve_name(c, k->captured.items[i]);
        unsigned saved = c->next_reg, cell = reg_new(c);
        if (r.kind == NAME_CELL)
            emit(c, OP_MOVE, cell, r.index, 0);
        else if (r.kind == NAME_UP)
            emit_x(c, OP_UP_CELL, cell, (int32_t)r.index);
        else
            emit_x(c, OP_THIS_CELL, cell, (int32_t)r.index);
        emit(c, OP_INIT, object, (unsigned)(k->base_captured + i + 1), cell);
        c->next_reg = saved;
    }
}

/* The arguments of an anonymous class are for its super's constructor. */
void emit_construct(struct func *c, unsigned base, uint32_t site, bool is_anonymous)
{
    struct class *class = c->sites.items[site].class;
    if (is_anonymous) {
        uint32_t up = site_add(c, "<init>", c->sites.items[site].argc, c->sites.items[site].flags);
        c->sites.items[up].class = class->super;
        emit_x(c, OP_CONSTRUCT, base, (int32_t)up);
        c->sites.items[site].argc = 0;
        c->sites.items[site].flags = 0;
    }
    emit_x(c, OP_CONSTRUCT, base, (int32_t)site);
}

unsigned expr_new(struct func *c, const struct node *n, unsigned dst)
{
    if (n->u.new_.dims || n->u.new_.init)
        return new_array(c, n, dst);
    struct class_context anonymous = {0};
    struct class *class = NULL;
    if (n->u.new_.body)
        class = compile_anonymous(c, n, &anonymous);
    else
        class = resolve_class(c->unit, n->u.new_.type->name);
    if (!class) {
        compile_error(c->unit, &n->u.new_.type->span, "unable to resolve class %s", n->u.new_.type->name);
        return 0;
    }
    if (class->flags & CLASSF_SOURCE && class->flags & (CLASSF_ABSTRACT | CLASSF_INTERFACE))
        compile_error(c->unit, &n->span, "You cannot create an instance from the abstract %s '%s'.",
                      class->flags & CLASSF_INTERFACE ? "interface" : "class", class->name->data);
    unsigned base = reg_new(c), flags = 0;
    unsigned argc = compile_args(c, n->u.new_.args, base + 1, &flags);
    c->span = n->span;
    uint32_t site = site_add(c, "<init>", argc, flags);
    c->sites.items[site].class = class;
    /* the object is in base before its constructor runs */
    emit_x(c, OP_NEW, base, (int32_t)site);
    hand_over_cells(c, &anonymous, base);
    emit_construct(c, base, site, n->u.new_.body != NULL);
    vec_release(&anonymous.captured);
    finish(c, dst, base);
    return 0;
}

/* ---- closures */

unsigned expr_closure(struct func *c, const struct node *n, unsigned dst)
{
    struct proto *p = compile_function(c->unit, c, c->context, n->u.fn);
    vec_push(&c->functions, p);
    c->span = n->span;
    emit_x(c, OP_CLOSURE, dst, (int32_t)c->functions.len - 1);
    return 0;
}
