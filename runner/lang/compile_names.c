/* Names: which locals closures capture, where a name leads, which class a type means.
 *
 * A local is captured if a closure below its function uses its name, wherever that name leads: a variable
 * too many in a cell is slower, never wrong. */
#include "runner/lang/compile.h"
#include "base/buf.h"
#include <string.h>

/* ---- the walk that finds the names closures use */

struct walk {
    struct unit *u;
    const struct function *fn; /* innermost, NULL in the script's body */
    struct ptr_map *names;     /* of the function fn */
    struct walk *outer;
};

static void visit(struct walk *w, const struct node *n);

static void visit_list(struct walk *w, const struct node *n)
{
    for (; n; n = n->next)
        visit(w, n);
}

static bool has_param(const struct function *fn, const char *name)
{
    for (const struct param *p = fn ? fn->params : NULL; p; p = p->next)
        if (strcmp(p->name, name) == 0)
            return true;
    return fn && fn->implicit_it && !fn->params && strcmp(name, "it") == 0;
}

static void use_name(struct walk *w, const char *name)
{
    for (; w->outer && !has_param(w->fn, name); w = w->outer)
        ptr_map_set(w->outer->names, vm_symbol(w->u->vm, name, strlen(name)), w);
}

static struct ptr_map *names_of(struct unit *u, const void *key)
{
    struct ptr_map *names = ptr_map_get(&u->nested, key);
    if (!names) {
        names = xcalloc(1, sizeof(*names));
        ptr_map_set(&u->nested, key, names);
    }
    return names;
}

static void visit_function(struct walk *w, const struct function *fn)
{
    struct walk inner = {w->u, fn, names_of(w->u, fn), w};
    for (const struct param *p = fn->params; p; p = p->next)
        visit(&inner, p->init);
    visit(&inner, fn->body);
}

static void visit_args(struct walk *w, const struct node *n)
{
    visit(w, n->u.call.obj);
    visit(w, n->u.call.method);
    visit_list(w, n->u.call.args);
    if (!n->u.call.obj && n->u.call.method && n->u.call.method->kind == NODE_STRING)
        use_name(w, n->u.call.method->u.str.bytes);
}

static void visit_class(struct walk *w, const struct node *n)
{
    visit_list(w, n->u.class_.constants);
    visit_list(w, n->u.class_.members);
}

static void visit_new(struct walk *w, const struct node *n)
{
    visit_list(w, n->u.new_.args);
    visit_list(w, n->u.new_.dims);
    visit(w, n->u.new_.init);
    visit(w, n->u.new_.body);
}

static void visit_loop(struct walk *w, const struct node *n)
{
    visit_list(w, n->u.loop.init);
    visit(w, n->u.loop.cond);
    visit_list(w, n->u.loop.step);
    visit_list(w, n->u.loop.body);
}

static void visit(struct walk *w, const struct node *n)
{
    if (!n)
        return;
    switch (n->kind) {
    case NODE_NAME:
        use_name(w, n->u.name);
        return;
    case NODE_CLOSURE:
    case NODE_METHOD:
        visit_function(w, n->u.fn);
        return;
    case NODE_GSTRING:
        visit_list(w, n->u.gstr.parts);
        return;
    case NODE_LIST:
    case NODE_BLOCK:
    case NODE_VARS:
        visit_list(w, n->u.list.items);
        visit(w, n->u.list.destructure);
        return;
    case NODE_MAP:
        visit_list(w, n->u.map.entries);
        return;
    case NODE_ENTRY:
        visit(w, n->u.entry.key);
        visit(w, n->u.entry.value);
        return;
    case NODE_RANGE:
    case NODE_BINARY:
    case NODE_ASSIGN:
        visit(w, n->u.binary.left);
        visit(w, n->u.binary.right);
        return;
    case NODE_PROPERTY:
    case NODE_POINTER:
        visit(w, n->u.prop.obj);
        visit(w, n->u.prop.name);
        return;
    case NODE_INDEX:
        visit(w, n->u.index.obj);
        visit_list(w, n->u.index.args);
        return;
    case NODE_CALL:
        visit_args(w, n);
        return;
    case NODE_NEW:
        visit_new(w, n);
        return;
    case NODE_UNARY:
    case NODE_POSTFIX:
    case NODE_SPREAD:
    case NODE_SPREAD_MAP:
    case NODE_EXPR:
    case NODE_THROW:
    case NODE_RETURN:
        visit(w, n->u.unary.operand);
        return;
    case NODE_TERNARY:
    case NODE_IF:
        visit(w, n->u.cond.test);
        visit_list(w, n->u.cond.then);
        visit_list(w, n->u.cond.other);
        return;
    case NODE_CAST:
    case NODE_INSTANCEOF:
        visit(w, n->u.cast.operand);
        return;
    case NODE_VAR:
        visit(w, n->u.var.init);
        return;
    case NODE_WHILE:
    case NODE_DO:
    case NODE_FOR:
    case NODE_FOR_IN:
        visit_loop(w, n);
        return;
    case NODE_SWITCH:
        visit(w, n->u.switch_.value);
        visit_list(w, n->u.switch_.cases);
        return;
    case NODE_CASE:
        visit(w, n->u.case_.value);
        visit_list(w, n->u.case_.body);
        return;
    case NODE_TRY:
        visit_list(w, n->u.try_.resources);
        visit_list(w, n->u.try_.body);
        visit_list(w, n->u.try_.catches);
        visit_list(w, n->u.try_.finally);
        return;
    case NODE_CATCH:
        visit_list(w, n->u.catch_.body);
        return;
    case NODE_ASSERT:
        visit(w, n->u.assert_.test);
        visit(w, n->u.assert_.message);
        return;
    case NODE_LABELED:
        visit_list(w, n->u.labeled.body);
        return;
    case NODE_CLASS:
        visit_class(w, n);
        return;
    default:
        return;
    }
}

void find_nested_names(struct unit *u, const struct ast *ast)
{
    struct walk w = {u, NULL, names_of(u, u), NULL};
    visit(&w, ast->body);
    for (const struct node *n = ast->body ? ast->body->next : NULL; n; n = n->next)
        visit(&w, n);
}

/* ---- locals */

bool is_captured(struct func *c, const char *name)
{
    return c->nested && ptr_map_get(c->nested, name_symbol(c, name));
}

struct local *local_add(struct func *c, const char *name, const struct type *type)
{
    struct local l = {
        .name = name, .reg = (uint16_t)reg_new(c), .captured = is_captured(c, name), .type = type};
    vec_push(&c->locals, l);
    return &c->locals.items[c->locals.len - 1];
}

static struct local *find_local(struct func *c, const char *name)
{
    for (size_t i = c->locals.len; i-- > 0;)
        if (strcmp(c->locals.items[i].name, name) == 0)
            return &c->locals.items[i];
    return NULL;
}

static unsigned capture_add(struct func *c, const char *name, unsigned index, bool from_closure)
{
    struct capture cap = {(uint16_t)index, from_closure};
    vec_push(&c->captures, cap);
    vec_push(&c->capture_names, name);
    return (unsigned)c->captures.len - 1;
}

/* The cell of an enclosing function's local, as an index into c's closure; -1 if there is none. */
static int find_up(struct func *c, const char *name, const struct type **type)
{
    if (!c->is_closure || !c->outer)
        return -1;
    struct local *l = find_local(c->outer, name);
    int above = l ? -1 : find_up(c->outer, name, type);
    if (!l && above < 0)
        return -1;
    if (l)
        *type = l->type;
    for (size_t i = 0; i < c->capture_names.len; i++)
        if (strcmp(c->capture_names.items[i], name) == 0)
            return (int)i;
    return (int)capture_add(c, name, l ? l->reg : (unsigned)above, !l);
}

/* A local of the function that creates the anonymous class we are in: a hidden field. */
static int find_hidden(struct func *c, const char *name)
{
    struct class_context *k = c->context;
    if (!k || !k->site)
        return -1;
    for (size_t i = 0; i < k->captured.len; i++)
        if (strcmp(k->captured.items[i], name) == 0)
            return (int)(k->base_captured + i);
    struct name_ref r = resolve_name(k->site, name);
    if (r.kind != NAME_CELL && r.kind != NAME_UP && r.kind != NAME_THIS_CELL)
        return -1;
    vec_push(&k->captured, name);
    return (int)(k->base_captured + k->captured.len - 1);
}

static struct code_name *find_import(struct unit *u, const char *name)
{
    for (struct code_name *i = u->code->names; i; i = i->next)
        if (strcmp(i->alias, name) == 0)
            return i;
    return NULL;
}

struct name_ref resolve_name(struct func *c, const char *name)
{
    struct local *l = find_local(c, name);
    if (l)
        return (struct name_ref){
            .kind = l->captured ? NAME_CELL : NAME_LOCAL, .index = l->reg, .type = l->type};
    struct name_ref r = {.kind = NAME_UP};
    int index = find_up(c, name, &r.type);
    if (index >= 0) {
        r.index = (unsigned)index;
        return r;
    }
    index = find_hidden(c, name);
    if (index >= 0)
        return (struct name_ref){.kind = NAME_THIS_CELL, .index = (unsigned)index};
    struct string *symbol = name_symbol(c, name);
    struct field *field = c->context ? ptr_map_get(&c->context->class->fields, symbol) : NULL;
    if (field && (!c->is_closure || c->context->is_script))
        return (struct name_ref){.kind = NAME_FIELD, .type = field->type};
    struct code_name *import = find_import(c->unit, name);
    if (import && import->member)
        return (struct name_ref){.kind = NAME_MEMBER, .class = import->class, .member = import->member};
    struct class *class = resolve_class(c->unit, name);
    if (class && (import || (name[0] >= 'A' && name[0] <= 'Z')))
        return (struct name_ref){.kind = NAME_CLASS, .class = class};
    return (struct name_ref){.kind = NAME_DYNAMIC};
}

/* ---- classes */

static struct class *declared(struct unit *u, const char *name)
{
    for (struct class_context *k = u->context; k; k = k->outer)
        for (size_t i = 0; i < u->code->classes.len; i++) {
            struct class *c = u->code->classes.items[i];
            if (c->outer == k->class && strcmp(c->simple->data, name) == 0)
                return c;
        }
    for (size_t i = 0; i < u->code->classes.len; i++)
        if (strcmp(u->code->classes.items[i]->simple->data, name) == 0)
            return u->code->classes.items[i];
    return NULL;
}

/* A class of a library: compiled when first named. */
static struct class *find_in_library(struct unit *u, const char *name)
{
    if (!u->vm->host.find_class || !strchr(name, '.'))
        return NULL;
    struct ast *ast = u->vm->host.find_class(u->vm->host.data, name);
    if (!ast)
        return NULL;
    struct code *code = vm_compile(u->vm, ast, name, u->err);
    if (!code)
        u->failed = true;
    return code ? vm_class(u->vm, name) : NULL;
}

static struct class *star_import(struct unit *u, const char *name)
{
    for (struct code_name *i = u->code->names; i; i = i->next) {
        if (i->class || !i->member)
            continue;
        char *full = xasprintf("%s.%s", i->member, name);
        struct class *c = vm_class(u->vm, full);
        c = c ? c : find_in_library(u, full);
        free(full);
        if (c)
            return c;
    }
    return NULL;
}

static struct class *nested_class(struct unit *u, const char *name)
{
    const char *dot = strrchr(name, '.');
    if (!dot)
        return NULL;
    char *outer = xstrndup(name, (size_t)(dot - name));
    struct class *o = resolve_class(u, outer), *c = NULL;
    free(outer);
    if (o) {
        char *full = xasprintf("%s$%s", o->name->data, dot + 1);
        c = vm_class(u->vm, full);
        free(full);
    }
    return c;
}

struct class *resolve_class(struct unit *u, const char *name)
{
    struct class *c = declared(u, name);
    if (c)
        return c;
    struct code_name *import = find_import(u, name);
    if (import && !import->member)
        return import->class;
    c = vm_class(u->vm, name);
    if (!c)
        c = star_import(u, name);
    if (!c)
        c = find_in_library(u, name);
    return c ? c : nested_class(u, name);
}

static bool dotted(const struct node *n, struct buf *text)
{
    if (n->kind == NODE_NAME) {
        buf_addstr(text, n->u.name);
        return true;
    }
    if (n->kind != NODE_PROPERTY || n->u.prop.safe || n->u.prop.spread || !constant_name(n->u.prop.name))
        return false;
    if (!dotted(n->u.prop.obj, text))
        return false;
    buf_addch(text, '.');
    buf_addstr(text, constant_name(n->u.prop.name));
    return true;
}

struct class *class_of_node(struct func *c, const struct node *n)
{
    if (n->kind == NODE_NAME) {
        struct name_ref r = resolve_name(c, n->u.name);
        return r.kind == NAME_CLASS ? r.class : NULL;
    }
    const struct node *first = n;
    while (first->kind == NODE_PROPERTY)
        first = first->u.prop.obj;
    const char *last = n->kind == NODE_PROPERTY ? constant_name(n->u.prop.name) : NULL;
    if (!last || first->kind != NODE_NAME || last[0] < 'A' || last[0] > 'Z')
        return NULL;
    struct name_ref r = resolve_name(c, first->u.name);
    if (r.kind != NAME_DYNAMIC && r.kind != NAME_CLASS)
        return NULL;
    struct buf text = {0};
    struct class *class = dotted(n, &text) ? resolve_class(c->unit, text.data) : NULL;
    buf_release(&text);
    return class;
}

static const struct {
    const char *name;
    uint8_t tag;
} primitives[] = {{"int", VAL_INT},     {"long", VAL_LONG}, {"boolean", VAL_BOOL}, {"double", VAL_DOUBLE},
                  {"float", VAL_FLOAT}, {"char", VAL_CHAR}, {"byte", VAL_BYTE},    {"short", VAL_SHORT}};

const struct type *type_of_ref(struct unit *u, const struct type_ref *ref)
{
    if (!ref ||
        (!ref->dims && (strcmp(ref->name, "Object") == 0 || strcmp(ref->name, "java.lang.Object") == 0 ||
                        strcmp(ref->name, "void") == 0 || strcmp(ref->name, "def") == 0)))
        return NULL;
    struct type *t = arena_new(&u->code->arena, struct type);
    for (size_t i = 0; i < ARRAY_LEN(primitives) && !ref->dims; i++)
        if (strcmp(primitives[i].name, ref->name) == 0)
            t->primitive = primitives[i].tag;
    struct class *class = resolve_class(u, ref->name);
    if (!class && ref->name[0] && !ref->name[1]) /* a type variable: T */
        return NULL;
    if (!class) {
        compile_error(u, &ref->span, "unable to resolve class %s", ref->name);
        return NULL;
    }
    for (unsigned i = 0; i < ref->dims; i++)
        class = class_array_of(class);
    t->class = class;
    t->name = class->simple->data;
    return t;
}

/* Packages of Java and of Jenkins and its plugins, where a class may well exist that is not known here: it
 * fails when it is used. Any other unknown class is refused, as Jenkins' compiler does. */
static bool trusted_package(const char *name)
{
    static const char *const packages[] = {
        "hudson.",      "jenkins.",  "org.jenkinsci.", "com.cloudbees.", "groovy.",
        "java.",        "javax.",    "io.jenkins.",    "org.codehaus.",  "org.apache.",
        "net.sf.json.", "org.yaml.", "org.kohsuke.",   "org.w3c.",       "org.xml.",
    };
    for (size_t i = 0; i < ARRAY_LEN(packages); i++)
        if (strncmp(name, packages[i], strlen(packages[i])) == 0)
            return true;
    return false;
}

static struct class *imported(struct unit *u, const struct node *n, const char *name)
{
    struct class *c = resolve_class(u, name);
    if (c || u->failed)
        return c;
    if (trusted_package(name) ||
        !strchr(name, '.')) /* no package: a script of a library's vars/, known when called */
        return class_mention(u->vm, name);
    compile_error(u, &n->span, "unable to resolve class %s", name);
    return NULL;
}

void compile_import(struct unit *u, const struct node *n)
{
    const char *name = n->u.import.name, *last = strrchr(name, '.');
    struct code_name *i = arena_new(&u->code->arena, struct code_name);
    if (n->u.import.is_static && n->u.import.star) {
        i->alias = "*static";
        i->class = resolve_class(u, name);
        i->member = "";
    } else if (n->u.import.is_static && last) {
        char *outer = xstrndup(name, (size_t)(last - name));
        i->class = imported(u, n, outer);
        i->member = arena_strdup(&u->code->arena, last + 1);
        free(outer);
        i->alias = n->u.import.alias ? n->u.import.alias : i->member;
    } else if (n->u.import.star) {
        i->alias = "*";
        i->member = arena_strdup(&u->code->arena, name);
    } else {
        i->class = imported(u, n, name);
        i->alias = n->u.import.alias ? n->u.import.alias : last ? last + 1 : name;
    }
    i->next = u->code->names;
    u->code->names = i;
}
