/* The prelude is compiled when one of its methods is first called: programs that only parse or print a
 * number must not pay for it. Registering scans the text for `class XMethods` and `static name(` at
 * the start of lines, which is all that lookup needs. */
#include "runner/lang/prelude.h"
#include "runner/lang/compile.h"
#include <string.h>

struct prelude {
    char *name;
    const char *text; /* borrowed: embedded in the program */
    size_t len;
    bool loaded;
    struct ast ast;
};

static bool word_at(const char *p, const char *end, const char *word)
{
    size_t n = strlen(word);
    return (size_t)(end - p) > n && memcmp(p, word, n) == 0;
}

static size_t name_len(const char *p, const char *end)
{
    const char *q = p;
    while (q < end &&
           (*q == '_' || *q == '$' || (*q >= '0' && *q <= '9') || ((*q | 32) >= 'a' && (*q | 32) <= 'z')))
        q++;
    return (size_t)(q - p);
}

/* Methods of objects, or of the class itself? 0: neither. */
static unsigned suffix_flags(const char *name, size_t n)
{
    size_t suffix = strlen("Methods"); /* as long as "Statics" */
    if (n <= suffix)
        return 0;
    name += n - suffix;
    return memcmp(name, "Methods", suffix) == 0   ? METHOD_SELF
           : memcmp(name, "Statics", suffix) == 0 ? METHOD_SELF | METHOD_STATIC
                                                  : 0;
}

/* "class ListMethods {": the class List, made if need be. */
static struct class *scan_class(struct vm *vm, const char *p, const char *end, unsigned *flags)
{
    size_t n = name_len(p, end), suffix = strlen("Methods");
    *flags = suffix_flags(p, n);
    if (!*flags)
        return NULL;
    char *name = xstrndup(p, n - suffix);
    struct class *c = class_mention(vm, name);
    free(name);
    return c;
}

/* "static [type] name(": the name stands before the first parenthesis. */
static void scan_method(struct prelude *prelude, struct class *c, unsigned flags, const char *p,
                        const char *end)
{
    const char *open = memchr(p, '(', (size_t)(end - p));
    const char *start = open;
    while (start && start > p && name_len(start - 1, open) == (size_t)(open - start + 1))
        start--;
    if (!open || start == open)
        return;
    struct string *name = vm_symbol(c->vm, start, (size_t)(open - start));
    for (struct method *m = ptr_map_get(&c->methods, name); m; m = m->next)
        if (m->prelude == prelude && m->flags == flags)
            return; /* overloads come with the first */
    struct method *m = xcalloc(1, sizeof(*m));
    m->name = name;
    m->flags = (uint8_t)flags;
    m->prelude = prelude;
    class_add_method(c, m);
}

int vm_prelude(struct vm *vm, const char *name, const char *text, size_t len, struct error *err)
{
    struct prelude *prelude = xcalloc(1, sizeof(*prelude));
    *prelude = (struct prelude){.name = xstrdup(name), .text = text, .len = len};
    vec_push(&vm->preludes, prelude);
    struct class *c = NULL;
    unsigned flags = 0;
    for (const char *p = text, *end = text + len, *nl; p < end; p = nl + 1) {
        nl = memchr(p, '\n', (size_t)(end - p));
        nl = nl ? nl : end;
        if (word_at(p, nl, "class "))
            c = scan_class(vm, p + 6, nl, &flags);
        while (p < nl && *p == ' ')
            p++;
        if (c && word_at(p, nl, "static "))
            scan_method(prelude, c, flags, p + 7, nl);
    }
    return 0;
}

/* The stub that registering made becomes the first of the overloads, so that who holds it finds the code. */
static void adopt(struct vm *vm, struct class *from, unsigned flags, struct prelude *prelude)
{
    char *name = xstrndup(from->simple->data, from->simple->len - strlen("Methods"));
    struct class *to = class_mention(vm, name);
    free(name);
    for (uint32_t i = 0; i < from->methods.cap; i++) {
        if (!from->methods.slots[i].key || from->methods.slots[i].key == vm->sym[SYM_INIT])
            continue;
        struct method *stub = ptr_map_get(&to->methods, from->methods.slots[i].key);
        while (stub && (stub->prelude != prelude || stub->flags != flags))
            stub = stub->next;
        for (struct method *m = from->methods.slots[i].value; m; m = m->next) {
            struct method *copy = stub ? stub : xcalloc(1, sizeof(*copy));
            copy->name = m->name;
            copy->flags = (uint8_t)flags;
            copy->fn = m->fn;
            if (!stub)
                class_add_method(to, copy);
            stub = NULL;
        }
    }
}

/* A second load means that the scan found a method that the compiler did not: a defect of the prelude's
 * text. */
int prelude_load(struct vm *vm, struct prelude *prelude, struct error *err)
{
    if (prelude->loaded)
        return error_set(err, ERROR_INVALID, "%s: a method is not where it was found", prelude->name);
    prelude->loaded = true;
    if (ast_parse(&prelude->ast, prelude->name, prelude->text, prelude->len, err) != 0)
        return -1;
    struct code *code = compile_unit(vm, &prelude->ast, prelude->name, true, err);
    if (!code)
        return -1;
    for (size_t i = 0; i < code->classes.len; i++) {
        struct string *simple = code->classes.items[i]->simple;
        unsigned flags = suffix_flags(simple->data, simple->len);
        if (flags)
            adopt(vm, code->classes.items[i], flags, prelude);
    }
    vm->epoch++;
    return 0;
}

void preludes_free(struct vm *vm)
{
    for (size_t i = 0; i < vm->preludes.len; i++) {
        struct prelude *p = vm->preludes.items[i];
        if (p->loaded)
            ast_release(&p->ast);
        free(p->name);
        free(p);
    }
    vec_release(&vm->preludes);
}
