/* Whatever the script: compiling it and running it for a while ends, without a crash, and gives back its
 * memory. Each part of a file of tests/lang is a script; steps and classes of libraries do not exist here.
 * Files and clocks are out of reach: scripts that name what touches them are left out. */
#include "base/error.h"
#include "base/buf.h"
#include "runner/lang/vm.h"
#include "runner/lang/vmstate.h"
#include "runner/lib/lib.h"
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

enum { SLICES = 40, SLICE = 20000, DEPTH = 400 };

static bool out_of_bounds(const char *text)
{
    static const char *const words[] = {"File",   "URL",     "Socket",  "sleep",
                                        "System", "execute", "Process", "exit"};
    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        if (strstr(text, words[i]))
            return true;
    return false;
}

static void ended(struct fiber *f, bool thrown, struct value v, void *data)
{
    struct buf text = {0};
    if (thrown)
        exception_print(fiber_vm(f), v, &text, true);
    else
        value_print(f, v, &text);
    buf_release(&text);
}

static void run_script(struct vm *vm, const struct ast *ast)
{
    struct error err = {0};
    struct code *code = vm_compile(vm, ast, "Script1", &err);
    if (code) {
        struct value script = script_new(vm, code, NULL_VALUE), run = method_of(vm, script, "run");
        fiber_start(vm, run, 0, NULL, ended, NULL);
        value_release(run);
        value_release(script);
        for (int i = 0; i < SLICES && vm_run(vm, SLICE); i++)
            ;
    }
    error_release(&err);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct ast ast = {0};
    struct error err = {0};
    char *text = xstrndup((const char *)data, len);
    static const struct vm_host host = {0};
    if (!out_of_bounds(text) && ast_parse(&ast, "Script1.groovy", text, strlen(text), &err) == 0) {
        struct vm *vm = vm_new(&host);
        vm->depth_limit = DEPTH;
        vm->heap_limit = (size_t)1 << 30;
        run_script(vm, &ast);
        vm_free(vm);
    }
    ast_release(&ast);
    error_release(&err);
    free(text);
    return 0;
}
