/* Library classes in Groovy, and other text that is compiled while a script runs. A file of classes costs
 * nothing until a script names one of them; what fails to compile is a defect of this program and is told
 * on standard error by the first use. */
#include "runner/lang/source_class.h"
#include "runner/lang/compile.h"
#include <stdio.h>
#include <string.h>

void vm_class_sources(struct vm *vm, const struct class_source *rows, size_t n)
{
    vm->sources = rows;
    vm->n_sources = n;
}

struct code *vm_compile_text(struct vm *vm, const char *file, const char *text, size_t len,
                             const char *class_name, bool hidden, struct error *err)
{
    struct ast *ast = xcalloc(1, sizeof(*ast));
    vec_push(&vm->trees, ast);
    if (ast_parse(ast, file, text, len, err) != 0)
        return NULL;
    return compile_unit(vm, ast, class_name, hidden, err);
}

void vm_trees_free(struct vm *vm)
{
    for (size_t i = 0; i < vm->trees.len; i++) {
        ast_release(vm->trees.items[i]);
        free(vm->trees.items[i]);
    }
    vec_release(&vm->trees);
}

static const struct class_source *find(const struct vm *vm, const char *name, const char **simple)
{
    const char *dot = strrchr(name, '.');
    *simple = dot ? dot + 1 : name;
    for (size_t i = 0; i < vm->n_sources; i++) {
        const struct class_source *row = &vm->sources[i];
        size_t n = strlen(row->package);
        bool package = dot ? (size_t)(dot - name) == n && memcmp(name, row->package, n) == 0 : row->imported;
        if (package && str_in_words(row->names, *simple))
            return row;
    }
    return NULL;
}

/* Only a class made by source counts: a table may hold methods of one whose class is still to be compiled. */
static struct class *known(struct vm *vm, const struct class_source *row, const char *simple)
{
    char *full = xasprintf("%s.%s", row->package, simple);
    struct class *c = ptr_map_get(&vm->by_name, vm_symbol(vm, full, strlen(full)));
    free(full);
    return c && c->flags & CLASSF_SOURCE ? c : NULL;
}

struct class *class_from_source(struct vm *vm, const char *name)
{
    const char *simple;
    const struct class_source *row = find(vm, name, &simple);
    if (!row)
        return NULL;
    struct class *c = known(vm, row, simple);
    if (c)
        return c;
    struct error err = {0};
    if (!vm_compile_text(vm, row->file, row->text, (size_t)(row->end - row->text), "$Library", true, &err))
        fprintf(stderr, "%s:%d:%d: %s\n", err.file ? err.file : row->file, err.line, err.col, err.message);
    error_release(&err);
    return known(vm, row, simple);
}
