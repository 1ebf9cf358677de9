/* Names: which locals closures capture, where a name leads, which class a type means.
 *
 * A local is captured if a closure below its function uses its name, wherever that name leads: a variable
 * too many in a cell is slower, never wrong. */
#include "runner/lang/compile.h"
#include "base/buf.h"
#include "parser/walk.h"
#include <string.h>

/* ---- the walk that finds the names closures use */

struct walk {
    struct unit *u;
    const struct function *fn; /* innermost, NULL in the script's body */
    struct ptr_map *names;     /* of the function fn */
    struct walk *outer;
};

static bool has_param(const struct function *fn, const char *name)
{
    for (const struct param *p = fn ? fn->params : NULL; p; p = p->next)
        if (strcmp(p->name, name) == 0)
            return true;
    return fn && fn->implicit_it && !fn->params && strcmp(name, "it") == 0;
}

/* Up to the function that has it as a parameter: other declarations are not looked at, see the head. */
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

static bool visit(void *data, struct node *n);

static void visit_function(struct walk *w, const struct function *fn)
{
    struct walk inner = {w->u, fn, names_of(w->u, fn), w};
    for (const struct param *p = fn->params; p; p = p->next)
        walk_node(p->init, visit, &inner);
    walk_node(fn->body, visit, &inner);
}

/* A call without an object may call what a variable holds. */
static bool visit(void *data, struct node *n)
{
    struct walk *w = data;
    switch (n->kind) {
    case NODE_NAME:
        use_name(w, n->u.name);
        return false;
    case NODE_CLOSURE:
    case NODE_METHOD:
        visit_function(w, n->u.fn);
        return false;
    case NODE_CALL:
        if (!n->u.call.obj && n->u.call.method && n->u.call.method->kind == NODE_STRING)
            use_name(w, n->u.call.method->u.str.bytes);
        return true;
    default:
        return true;
    }
}

void find_nested_names(struct unit *u, const struct ast *ast)
{
    struct walk w = {u, NULL, names_of(u, u), NULL};
    walk_list(ast->body, visit, &w);
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

/* Locals, captured ones, hidden fields, fields, static imports, classes, and at last whatever is found at
 * run time. Only names with a capital are looked up as classes: a library would be asked for each variable
 * otherwise. */
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
    if (class && (import || class->flags & CLASSF_PRIMITIVE || (name[0] >= 'A' && name[0] <= 'Z')))
        return (struct name_ref){.kind = NAME_CLASS, .class = class};
    return (struct name_ref){.kind = NAME_DYNAMIC};
}

/* ---- classes */

/* By the nesting of classes from the inside out, then any of the file. */
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

static bool is_capital(const char *name)
{
    return name[0] >= 'A' && name[0] <= 'Z';
}

/* A class of a library: compiled when first named. */
static struct class *find_in_library(struct unit *u, const char *name)
{
    if (!u->vm->host.find_class || (!strchr(name, '.') && !is_capital(name)))
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

/* Of the file's own package, which needs no import. */
static struct class *package_class(struct unit *u, const char *name)
{
    const char *package = is_capital(name) && !strchr(name, '.') ? package_of(u) : NULL;
    if (!package)
        return NULL;
    char *full = xasprintf("%s.%s", package, name);
    struct class *c = vm_class(u->vm, full);
    c = c ? c : find_in_library(u, full);
    free(full);
    return c;
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
    c = package_class(u, name); /* before the default imports */
    if (!c)
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
    if (n->kind == NODE_INDEX && !n->u.index.args) { /* String[] */
        struct class *element = class_of_node(c, n->u.index.obj);
        return element ? class_array_of(element) : NULL;
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
