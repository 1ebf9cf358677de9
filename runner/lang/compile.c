/* From a tree to code: the script's class with its body as `run`, its methods and @Fields, and the
 * classes of the file. */
#include "runner/lang/compile.h"
#include <string.h>

static const struct node *statements(const struct ast *ast)
{
    const struct node *body = ast->body;
    return body && body->kind == NODE_BLOCK && !body->next ? body->u.list.items : body;
}

static struct class *script_class(struct unit *u, const char *name)
{
    struct class *c = class_new(u->vm, name);
    c->flags = CLASSF_SCRIPT | CLASSF_SOURCE | CLASSF_KNOWN;
    c->super = u->vm->core[CORE_SCRIPT];
    c->field_count = c->super->field_count;
    c->code = u->code;
    return c;
}

static bool has_class(const struct node *items, const char *simple)
{
    for (const struct node *n = items; n; n = n->next)
        if (n->kind == NODE_CLASS && strcmp(n->u.class_.name, simple) == 0)
            return true;
    return false;
}

static struct proto *compile_run(struct unit *u, const struct node *items)
{
    struct func c;
    func_begin(&c, u, NULL, "run");
    c.context = u->context;
    c.nested = ptr_map_get(&u->nested, u);
    block(&c, items, true);
    emit(&c, OP_RETURN_NULL, 0, 0, 0);
    return func_finish(&c);
}

/* Order: classes are known before imports name them; fields before any body uses them; `run` last, since
 * its closures see all of it. */
static void compile_body(struct unit *u, const struct node *items)
{
    declare_classes(u, items, NULL);
    for (const struct node *n = items; n; n = n->next)
        if (n->kind == NODE_IMPORT)
            compile_import(u, n);
    script_fields(u, items);
    compile_classes(u, items);
    for (const struct node *n = items; n && !u->failed; n = n->next)
        if (n->kind == NODE_METHOD)
            declare_method(u, u->context, n);
    if (u->failed)
        return;
    u->code->run = compile_run(u, items);
    script_init(u, items);
    struct method *run = xcalloc(1, sizeof(*run));
    run->name = u->vm->sym[SYM_RUN];
    run->fn = u->code->run;
    class_add_method(u->code->script, run);
}

static void unit_release(struct unit *u)
{
    for (uint32_t i = 0; i < u->nested.cap; i++)
        if (u->nested.slots[i].key) {
            ptr_map_release(u->nested.slots[i].value);
            free(u->nested.slots[i].value);
        }
    ptr_map_release(&u->nested);
    ptr_map_release(&u->class_nodes);
}

struct code *compile_unit(struct vm *vm, const struct ast *ast, const char *class_name, bool synthetic,
                          struct error *err)
{
    struct code *code = xcalloc(1, sizeof(*code));
    struct unit u = {.vm = vm, .code = code, .ast = ast, .err = err, .synthetic = synthetic};
    code->vm = vm;
    code->file = xstrdup(ast->source.name);
    vec_push(&vm->codes, code); /* also when it fails: classes of it may be known already */
    code->script = script_class(&u, class_name);
    if (strchr(class_name, '.') && !has_class(statements(ast), code->script->simple->data))
        ptr_map_set(&vm->by_name, code->script->name,
                    code->script); /* a library's script: `new org.foo.Name()` */
    struct class_context context = {.class = code->script, .is_script = true};
    u.context = &context;
    find_nested_names(&u, ast);
    compile_body(&u, statements(ast));
    unit_release(&u);
    return u.failed ? NULL : code;
}

struct code *vm_compile(struct vm *vm, const struct ast *ast, const char *class_name, struct error *err)
{
    return compile_unit(vm, ast, class_name, false, err);
}

struct code *vm_compile_hidden(struct vm *vm, const struct ast *ast, const char *class_name,
                               struct error *err)
{
    return compile_unit(vm, ast, class_name, true, err);
}

void code_free(struct code *code)
{
    for (size_t i = 0; i < code->consts.len; i++)
        value_release(code->consts.items[i]);
    vec_release(&code->consts);
    vec_release(&code->classes);
    arena_release(&code->arena);
    free(code->file);
    free(code);
}
