/* Classes: first all classes of a file are declared, then linked to their supers, then laid
 * out, and only then are bodies compiled, so that order in the text does not matter. */
#include "runner/lang/compile.h"
#include "runner/lang/dispatch.h"
#include <string.h>

static struct method *new_method(struct unit *u, const char *name, struct proto *p, unsigned flags)
{
    struct method *m = xcalloc(1, sizeof(*m));
    m->name = vm_symbol(u->vm, name, strlen(name));
    m->fn = p;
    m->flags = (uint8_t)flags;
    return m;
}

void declare_method(struct unit *u, struct class_context *context, const struct node *n)
{
    const struct function *fn = n->u.fn;
    if (!fn->body)
        return; /* abstract */
    unsigned flags =
        (fn->mods & MOD_STATIC ? METHOD_STATIC : 0) | (fn->mods & MOD_PRIVATE ? METHOD_PRIVATE : 0);
    struct proto *p = compile_function(u, NULL, context, fn);
    if (!fn->is_constructor && is_annotated(fn, "Memoized")) {
        _cleanup_free_ char *real =
            xasprintf("$memoized$%u$%s", fn->body ? fn->body->span.start : 0, fn->name);
        class_add_method(context->class, new_method(u, real, p, flags));
        p = compile_memoized(u, context, fn, real);
    }
    class_add_method(context->class, new_method(u, fn->is_constructor ? "<init>" : fn->name, p, flags));
}

/* ---- declaring */

static uint32_t kind_flags(const struct node *n)
{
    static const uint32_t flags[] = {[CLASS_CLASS] = 0,
                                     [CLASS_INTERFACE] = CLASSF_INTERFACE,
                                     [CLASS_ENUM] = CLASSF_ENUM,
                                     [CLASS_TRAIT] = CLASSF_INTERFACE | CLASSF_TRAIT,
                                     [CLASS_ANNOTATION] = CLASSF_INTERFACE};
    return flags[n->u.class_.kind] | (n->u.class_.mods & MOD_ABSTRACT ? CLASSF_ABSTRACT : 0) | CLASSF_SOURCE |
           CLASSF_KNOWN;
}

static uint32_t annotation_flags(const struct annotation *a)
{
    static const struct {
        const char *name;
        uint32_t flags;
    } known[] = {{"ToString", CLASSF_GEN_STRING},
                 {"EqualsAndHashCode", CLASSF_GEN_EQUALS},
                 {"TupleConstructor", CLASSF_GEN_TUPLE},
                 {"Canonical", CLASSF_GEN_STRING | CLASSF_GEN_EQUALS | CLASSF_GEN_TUPLE},
                 {"Immutable", CLASSF_GEN_STRING | CLASSF_GEN_EQUALS | CLASSF_GEN_TUPLE | CLASSF_IMMUTABLE},
                 {"InheritConstructors", CLASSF_GEN_INHERIT},
                 {"Sortable", CLASSF_GEN_SORTABLE},
                 {"AutoClone", CLASSF_GEN_CLONE},
                 {"Singleton", CLASSF_SINGLETON},
                 {"Category", CLASSF_CATEGORY}};
    uint32_t flags = 0;
    for (; a; a = a->next) {
        const char *dot = strrchr(a->name, '.');
        for (size_t i = 0; i < ARRAY_LEN(known); i++)
            if (strcmp(dot ? dot + 1 : a->name, known[i].name) == 0)
                flags |= known[i].flags;
        if (strcmp(dot ? dot + 1 : a->name, "Singleton") == 0)
            flags |= singleton_options(a);
    }
    return flags;
}

static const struct annotation *options_of(const struct annotation *a, const char *name)
{
    for (; a; a = a->next)
        if (str_has_suffix(a->name, name) || str_has_suffix(a->name, "Canonical"))
            return a;
    return NULL;
}

const char *package_of(const struct unit *u)
{
    for (const struct node *n = u->ast->body; n; n = n->kind == NODE_BLOCK ? n->u.list.items : n->next)
        if (n->kind == NODE_PACKAGE)
            return n->u.name;
    return NULL;
}

static struct class *declare_class(struct unit *u, const struct node *n, struct class *outer)
{
    const char *package = package_of(u);
    char *full = outer     ? xasprintf("%s$%s", outer->name->data, n->u.class_.name)
                 : package ? xasprintf("%s.%s", package, n->u.class_.name)
                           : xstrdup(n->u.class_.name);
    struct class *c = class_new(u->vm, full);
    free(full);
    c->flags = kind_flags(n) | annotation_flags(n->u.class_.annotations);
    c->outer = outer;
    c->code = u->code;
    c->to_string = options_of(n->u.class_.annotations, "ToString");
    c->equality = options_of(n->u.class_.annotations, "EqualsAndHashCode");
    ptr_map_set(&u->vm->by_name, c->name, c);
    vec_push(&u->code->classes, c);
    ptr_map_set(&u->class_nodes, n, c);
    return c;
}

static void declare_in(struct unit *u, const struct node *items, struct class *outer)
{
    for (const struct node *n = items; n; n = n->next)
        if (n->kind == NODE_CLASS)
            declare_in(u, n->u.class_.members, declare_class(u, n, outer));
}

void declare_classes(struct unit *u, const struct node *items, struct class_context *outer)
{
    declare_in(u, items, outer ? outer->class : NULL);
}

/* ---- linking and layout */

static struct class *class_of(struct unit *u, const struct node *n)
{
    return ptr_map_get(&u->class_nodes, n);
}

static struct class *super_class(struct unit *u, const struct type_ref *ref)
{
    struct class *c = resolve_class(u, ref->name);
    if (!c)
        compile_error(u, &ref->span, "unable to resolve class %s", ref->name);
    return c;
}

static void link_class(struct unit *u, const struct node *n)
{
    struct class *c = class_of(u, n);
    c->super = u->vm->core[c->flags & CLASSF_ENUM ? CORE_ENUM : CORE_OBJECT];
    struct class_context here = {.class = c, .outer = NULL};
    struct class_context *saved = u->context;
    u->context = &here;
    if (n->u.class_.super && n->u.class_.kind != CLASS_INTERFACE) {
        struct class *super = super_class(u, n->u.class_.super);
        if (super && super->flags & CLASSF_INTERFACE)
            class_add_interface(c, super);
        else if (super)
            c->super = super;
    } else if (n->u.class_.super) {
        class_add_interface(c, super_class(u, n->u.class_.super));
    }
    for (const struct type_ref *i = n->u.class_.interfaces; i && !u->failed; i = i->next)
        class_add_interface(c, super_class(u, i));
    if (c->flags & CLASSF_GEN_SORTABLE)
        class_add_interface(c, vm_class(u->vm, "Comparable"));
    u->context = saved;
}

static struct field *add_field(struct unit *u, struct class *c, const char *name, const struct type *type,
                               unsigned mods)
{
    struct field *f = xcalloc(1, sizeof(*f));
    f->name = vm_symbol(u->vm, name, strlen(name));
    f->owner = c;
    f->type = type;
    f->mods = (uint16_t)mods;
    f->is_static = mods & MOD_STATIC;
    f->is_property = !(mods & (MOD_PRIVATE | MOD_PROTECTED | MOD_PUBLIC));
    if (f->is_static) {
        f->index = (uint32_t)c->statics.len;
        vec_push(&c->statics, ((struct value){.tag = type ? type->primitive : 0}));
    } else {
        f->index = c->field_count++;
    }
    vec_push(&c->own_fields, f);
    ptr_map_set(&c->fields, f->name, f);
    return f;
}

static void layout_members(struct unit *u, struct class *c, const struct node *members)
{
    for (const struct node *m = members; m; m = m->next) {
        if (m->kind == NODE_VARS)
            layout_members(u, c, m->u.list.items);
        if (m->kind != NODE_VAR)
            continue;
        unsigned mods =
            m->u.var.mods | (c->flags & CLASSF_INTERFACE && !(c->flags & CLASSF_TRAIT) ? MOD_STATIC : 0);
        if (c->flags & CLASSF_IMMUTABLE)
            mods |= MOD_FINAL;
        struct field *f = add_field(u, c, m->u.var.name, type_of_ref(u, m->u.var.type), mods);
        for (const struct annotation *a = m->u.var.annotations; a; a = a->next)
            if (str_has_suffix(a->name, "Delegate"))
                vec_push(&c->delegates, f);
    }
}

static const struct node *node_of(struct unit *u, const struct class *c)
{
    for (uint32_t i = 0; i < u->class_nodes.cap; i++)
        if (u->class_nodes.slots[i].key && u->class_nodes.slots[i].value == c)
            return u->class_nodes.slots[i].key;
    return NULL;
}

enum { CLASSF_LAID_OUT = 1u << 30 };

/* A super class of the same file first: fields are numbered on from its count. */
static void layout_class(struct unit *u, const struct node *n, struct class_context *outer)
{
    struct class *c = class_of(u, n);
    if (c->flags & CLASSF_LAID_OUT)
        return;
    c->flags |= CLASSF_LAID_OUT;
    const struct node *super = c->super ? node_of(u, c->super) : NULL;
    if (super)
        layout_class(u, super, outer);
    struct class_context here = {.class = c, .outer = outer};
    struct class_context *saved = u->context;
    u->context = &here;
    c->field_count = c->super ? c->super->field_count : 0;
    if (c->super && c->super->flags & CLASSF_THROWABLE)
        c->flags |= CLASSF_THROWABLE;
    for (uint32_t i = 0; i < c->n_interfaces; i++) {
        const struct node *trait =
            c->interfaces[i]->flags & CLASSF_TRAIT ? node_of(u, c->interfaces[i]) : NULL;
        if (trait)
            layout_members(u, c, trait->u.class_.members);
    }
    for (const struct node *k = n->u.class_.constants; k; k = k->next)
        add_field(u, c, constant_name(k->u.call.method), NULL, MOD_STATIC | MOD_FINAL | MOD_PUBLIC);
    if (n->u.class_.kind == CLASS_ENUM)
        add_field(u, c, "$VALUES", NULL, MOD_STATIC | MOD_PRIVATE);
    if (c->outer && !(n->u.class_.mods & MOD_STATIC) && n->u.class_.kind == CLASS_CLASS)
        add_field(u, c, "this$0", NULL, MOD_PRIVATE);
    layout_members(u, c, n->u.class_.members);
    u->context = saved;
}

/* ---- members */

static void init_field(struct func *c, const struct node *m, bool is_static)
{
    struct class *class = c->context->class;
    struct field *f = ptr_map_get(&class->fields, name_symbol(c, m->u.var.name));
    if (!f || f->is_static != is_static || (!m->u.var.init && (!f->type || !f->type->primitive || is_static)))
        return;
    unsigned saved = c->next_reg, base = reg_new_n(c, 2), type = 0;
    if (m->u.var.init)
        type = expr(c, m->u.var.init, base + 1);
    else
        emit_x(c, OP_CONST, base + 1, (int32_t)const_add(c, (struct value){.tag = f->type->primitive}));
    if (m->u.var.init)
        convert(c, f->type, type, base + 1);
    if (is_static)
        emit_x(c, OP_CONST, base, (int32_t)const_add(c, value_retain(value_object(class))));
    else
        emit(c, OP_THIS, base, 0, 0);
    emit_x(c, OP_PROP_SET, base, (int32_t)site_add(c, m->u.var.name, 0, SITE_FIELD));
    c->next_reg = saved;
}

static void init_members(struct func *c, const struct node *members, bool is_static)
{
    for (const struct node *m = members; m; m = m->next) {
        c->span = m->span;
        if (m->kind == NODE_VARS)
            init_members(c, m->u.list.items, is_static);
        else if (m->kind == NODE_VAR)
            init_field(c, m, is_static);
        else if (m->kind == NODE_BLOCK && (m->quote == 's') == is_static)
            block(c, m->u.list.items, false);
    }
}

/* A constant with a body is of a class of its own, which extends the enum's. */
static struct class *constant_class(struct func *c, const struct node *k)
{
    struct type_ref type = {.name = c->context->class->simple->data, .span = k->span};
    struct node new = {.kind = NODE_NEW, .span = k->span};
    struct class_context context = {0};
    new.u.new_.type = &type;
    new.u.new_.body = k->u.call.obj;
    struct class *class = compile_anonymous(c, &new, &context);
    vec_release(&context.captured);
    return class;
}

static void init_constant(struct func *c, const struct node *k, int32_t ordinal, unsigned values)
{
    struct class *class = c->context->class;
    unsigned saved = c->next_reg, base = reg_new(c), flags = 0;
    uint32_t site = site_add(c, "<init>", 0, 0);
    struct class *body = k->u.call.obj ? constant_class(c, k) : class;
    if (!body)
        return;
    c->sites.items[site].class = body;
    emit_x(c, OP_NEW, base, (int32_t)site);
    unsigned t = reg_new_n(c, 2);
    emit(c, OP_MOVE, t, base, 0);
    emit_x(c, OP_CONST, t + 1, (int32_t)const_add(c, string_from(constant_name(k->u.call.method))));
    emit_x(c, OP_PROP_SET, t, (int32_t)site_add(c, "$name", 0, SITE_FIELD));
    emit_x(c, OP_INT, t + 1, ordinal);
    emit_x(c, OP_PROP_SET, t, (int32_t)site_add(c, "$ordinal", 0, SITE_FIELD));
    c->next_reg = t;
    unsigned argc = compile_args(c, k->u.call.args, base + 1, &flags);
    c->sites.items[site].argc = (uint16_t)argc;
    c->sites.items[site].flags = (uint8_t)flags;
    emit_construct(c, base, site, body != class);
    emit(c, OP_LIST_ADD, values, base, 0);
    emit_x(c, OP_CONST, t, (int32_t)const_add(c, value_retain(value_object(class))));
    c->next_reg = t + 2;
    if (c->max_reg < c->next_reg)
        c->max_reg = c->next_reg;
    emit(c, OP_MOVE, t + 1, base, 0);
    emit_x(c, OP_PROP_SET, t, (int32_t)site_add(c, constant_name(k->u.call.method), 0, SITE_FIELD));
    c->next_reg = saved;
}

static void init_constants(struct func *c, const struct node *constants)
{
    unsigned base = reg_new_n(c, 2);
    int32_t ordinal = 0;
    emit(c, OP_LIST, base + 1, 0, 0);
    for (const struct node *k = constants; k; k = k->next)
        init_constant(c, k, ordinal++, base + 1);
    emit_x(c, OP_CONST, base, (int32_t)const_add(c, value_retain(value_object(c->context->class))));
    emit_x(c, OP_PROP_SET, base, (int32_t)site_add(c, "$VALUES", 0, SITE_FIELD));
    c->next_reg = base;
}

/* NULL when there is nothing to do, which is what most classes have. */
static struct proto *compile_init(struct unit *u, struct class_context *context, const struct node *members,
                                  const struct node *constants, bool is_static, struct func *site)
{
    struct func c;
    u->context = context;
    func_begin(&c, u, NULL, is_static ? "<clinit>" : "<init>");
    c.context = context;
    c.is_static = is_static;
    c.nested = ptr_map_get(&u->nested, u);
    if (is_static && context->class->flags & CLASSF_ENUM)
        init_constants(&c, constants);
    for (uint32_t i = 0; !is_static && i < context->class->n_interfaces; i++) {
        struct class *trait = context->class->interfaces[i];
        const struct node *n = trait->flags & CLASSF_TRAIT ? node_of(u, trait) : NULL;
        if (n)
            init_members(&c, n->u.class_.members, false);
    }
    init_members(&c, members, is_static);
    bool empty = c.ins.len == 0;
    emit(&c, OP_RETURN_NULL, 0, 0, 0);
    struct proto *p = func_finish(&c);
    return empty ? NULL : p;
}

static void default_constructor(struct unit *u, struct class_context *context)
{
    struct class *c = context->class;
    if (c->flags & CLASSF_INTERFACE || ptr_map_get(&c->methods, u->vm->sym[SYM_INIT]))
        return;
    struct function fn = {.name = c->simple->data, .is_constructor = true};
    class_add_method(c, new_method(u, "<init>", compile_function(u, NULL, context, &fn), 0));
}

static void compile_members(struct unit *u, struct class_context *context, const struct node *members,
                            const struct node *constants)
{
    struct class_context *saved = u->context;
    for (const struct node *m = members; m && !u->failed; m = m->next)
        if (m->kind == NODE_METHOD)
            declare_method(u, context, m);
    default_constructor(u, context);
    context->class->init = compile_init(u, context, members, NULL, false, NULL);
    context->class->clinit = compile_init(u, context, members, constants, true, NULL);
    u->context = saved;
}

static void compile_in(struct unit *u, const struct node *items, struct class_context *outer)
{
    for (const struct node *n = items; n && !u->failed; n = n->next) {
        if (n->kind != NODE_CLASS)
            continue;
        struct class_context *context = arena_new(&u->code->arena, struct class_context);
        context->class = class_of(u, n);
        context->outer = outer;
        compile_members(u, context, n->u.class_.members, n->u.class_.constants);
        compile_in(u, n->u.class_.members, context);
    }
}

static void each_class(struct unit *u, const struct node *items, struct class_context *outer,
                       void (*fn)(struct unit *u, const struct node *n, struct class_context *outer))
{
    for (const struct node *n = items; n && !u->failed; n = n->next) {
        if (n->kind != NODE_CLASS)
            continue;
        fn(u, n, outer);
        struct class_context here = {.class = class_of(u, n), .outer = outer};
        each_class(u, n->u.class_.members, &here, fn);
    }
}

static void link_one(struct unit *u, const struct node *n, struct class_context *outer)
{
    link_class(u, n);
}

void compile_classes(struct unit *u, const struct node *items)
{
    each_class(u, items, NULL, link_one);
    each_class(u, items, NULL, layout_class);
    compile_in(u, items, NULL);
}

/* ---- @Field variables of a script */

static void each_field(const struct node *items, void (*fn)(void *data, const struct node *var), void *data)
{
    for (const struct node *n = items; n; n = n->next) {
        if (n->kind == NODE_VARS)
            each_field(n->u.list.items, fn, data);
        else if (n->kind == NODE_VAR && has_field_annotation(n))
            fn(data, n);
    }
}

static void declare_field(void *data, const struct node *n)
{
    struct unit *u = data;
    add_field(u, u->code->script, n->u.var.name, type_of_ref(u, n->u.var.type), n->u.var.mods & MOD_STATIC);
}

static void compile_field(void *data, const struct node *n)
{
    init_field(data, n, false);
    init_field(data, n, true);
}

void script_fields(struct unit *u, const struct node *items)
{
    each_field(items, declare_field, u);
}

void script_init(struct unit *u, const struct node *items)
{
    struct func c;
    func_begin(&c, u, NULL, "<init>");
    c.context = u->context;
    c.nested = ptr_map_get(&u->nested, u);
    each_field(items, compile_field, &c);
    bool empty = c.ins.len == 0;
    emit(&c, OP_RETURN_NULL, 0, 0, 0);
    struct proto *p = func_finish(&c);
    u->code->script->init = empty ? NULL : p;
}

/* The names that its methods take from around are found while they are compiled, so the hidden fields come
 * last. */
struct class *compile_anonymous(struct func *c, const struct node *n, struct class_context *context)
{
    struct unit *u = c->unit;
    struct class *super = resolve_class(u, n->u.new_.type->name);
    const struct node *body = n->u.new_.body;
    const struct node *members = body->kind == NODE_CLASS ? body->u.class_.members : body->u.list.items;
    if (!super)
        return NULL;
    char *full = xasprintf("%s$%u", c->context ? c->context->class->name->data : "Script", ++u->anonymous);
    struct class *class = class_new(u->vm, full);
    free(full);
    class->flags = CLASSF_SOURCE | CLASSF_KNOWN | (super->flags & CLASSF_THROWABLE);
    class->super = super->flags & CLASSF_INTERFACE ? u->vm->core[CORE_OBJECT] : super;
    if (class->super != super)
        class_add_interface(class, super);
    class->field_count = class->super->field_count;
    class->code = u->code;
    *context = (struct class_context){.class = class, .outer = c->context, .site = c};
    add_field(u, class, "this$0", NULL, MOD_PRIVATE);
    layout_members(u, class, members);
    context->base_captured = class->field_count;
    compile_members(u, context, members, NULL);
    class->field_count += (uint32_t)context->captured.len;
    return class;
}
