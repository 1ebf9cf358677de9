/* The parts of the engine that are Groovy, put into the program by the assembler (.incbin): no build step
 * writes a C array, and a debugger shows the text. Each is compiled when first needed and shares the
 * binding of the script, so that steps and globals mean the same in it. */
#include "runner/engine/embedded.h"

#define EMBED(name, file)                                                                                    \
    __asm__(".section .rodata\n" name "_begin:\n.incbin \"" file "\"\n" name "_end:\n.byte 0\n"              \
            ".global " name "_begin\n.global " name "_end\n.previous\n")
EMBED("declarative", "runner/engine/declarative.groovy");
EMBED("docker_dsl", "runner/engine/docker.groovy");
extern const char declarative_begin[], declarative_end[], docker_dsl_begin[], docker_dsl_end[];

static const struct {
    const char *file, *class_name, *begin, *end;
} scripts[] = {
    [EMBEDDED_DECLARATIVE] = {"declarative.groovy", "Declarative", declarative_begin, declarative_end},
    [EMBEDDED_DOCKER] = {"docker.groovy", "Docker", docker_dsl_begin, docker_dsl_end},
};

struct value embedded_object(struct run *run, enum embedded_script which, struct error *err)
{
    if (!value_is_null(run->embedded[which]))
        return run->embedded[which];
    struct ast *ast = xcalloc(1, sizeof(*ast));
    /* Before it is parsed: on failure too it is freed with the run. */
    vec_push(&run->asts, ast);
    const char *text = scripts[which].begin;
    if (ast_parse(ast, scripts[which].file, text, (size_t)(scripts[which].end - text), err) < 0)
        return NULL_VALUE;
    struct code *code = vm_compile_hidden(run->vm, ast, scripts[which].class_name, err);
    if (code)
        run->embedded[which] = script_new(run->vm, code, run->script);
    return run->embedded[which];
}
