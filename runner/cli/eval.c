/* gmrun eval: compiles and runs a piece of Groovy and prints its value, as text or as one JSON object.
 *
 * No build, no steps, no configuration: the language alone, which is what the tables of reference answers
 * are compared with. Options of builds are taken and ignored, so that scripts can pass the same ones
 * everywhere. */
#include "runner/cli/cli.h"
#include "runner/lang/vm.h"
#include "parser/refusals.h"
#include "base/buf.h"
#include "base/error.h"
#include <getopt.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

enum { SOURCE_MAX = 256 << 20 };

struct eval {
    bool json, failed;
    json_t *result;  /* with json */
    struct buf text; /* without */
};

/* With --json standard output holds the result alone. */
static void print_out(struct fiber *f, const char *text, size_t len)
{
    /* NULL while the fiber is being started. */
    struct eval *e = fiber_user(f);
    fwrite(text, 1, len, e && e->json ? stderr : stdout);
}

static json_t *json_of(struct fiber *f, struct value v, int depth);

static json_t *json_of_list(struct fiber *f, const struct list *l, int depth)
{
    json_t *array = json_array();
    for (uint32_t i = 0; i < l->len; i++)
        json_array_append_new(array, json_of(f, l->items[i], depth));
    return array;
}

static json_t *json_of_map(struct fiber *f, const struct map *m, int depth)
{
    json_t *object = json_object();
    struct map_slot *slot;
    for (size_t i = 0; map_next(m, &i, &slot);) {
        struct value hold = NULL_VALUE;
        /* Keys become texts, as JSON has no others. */
        json_object_set_new(object, value_text(f, slot->key, &hold), json_of(f, slot->value, depth));
        value_release(hold);
    }
    return object;
}

static json_t *json_of_text(struct fiber *f, struct value v)
{
    struct value hold = NULL_VALUE;
    json_t *text = json_string(value_text(f, v, &hold));
    value_release(hold);
    return text ? text : json_null();
}

static json_t *json_of(struct fiber *f, struct value v, int depth)
{
    /* A list may hold itself. */
    if (depth > 100)
        return json_null();
    switch (v.tag) {
    case VAL_NULL:
        return json_null();
    case VAL_BOOL:
        return json_boolean(v.u.b);
    case VAL_BYTE:
    case VAL_SHORT:
    case VAL_INT:
        return json_integer(v.u.i);
    case VAL_LONG:
        return json_integer(v.u.l);
    case VAL_OBJECT:
        if (value_is(v, OBJ_LIST))
            return json_of_list(f, AS_LIST(v), depth + 1);
        if (value_is(v, OBJ_MAP))
            return json_of_map(f, AS_MAP(v), depth + 1);
        return json_of_text(f, v);
    default:
        return json_of_text(f, v);
    }
}

static void report_exception(struct eval *e, struct fiber *f, struct value exception)
{
    const char *file = NULL;
    int line = 0, col = 0;
    exception_place(exception, &file, &line, &col);
    struct value message = NULL_VALUE;
    if (vm_invoke_sync(f, exception, "getMessage", 0, NULL, &message) != CALL_OK)
        value_release(fiber_take_exception(f));
    e->failed = true;
    if (e->json)
        e->result = json_pack("{s:s, s:o, s:i, s:i}", "throws",
                              class_simple_name(vm_class_of(fiber_vm(f), exception)), "message",
                              json_of(f, message, 0), "line", line, "column", col);
    else
        exception_print(fiber_vm(f), exception, &e->text, true);
    value_release(message);
}

static void report_value(struct eval *e, struct fiber *f, struct value v)
{
    struct buf text = {0};
    value_print(f, v, &text);
    if (fiber_throwing(f)) { /* its toString() threw */
        buf_release(&text);
        struct value thrown = fiber_take_exception(f);
        report_exception(e, f, thrown);
        value_release(thrown);
        return;
    }
    if (e->json) {
        e->result =
            json_pack("{s:o, s:s?, s:o}", "string", json_stringn(text.data ? text.data : "", text.len),
                      "class", value_is_null(v) ? NULL : class_simple_name(vm_class_of(fiber_vm(f), v)),
                      "value", json_of(f, v, 0));
        buf_release(&text);
    } else {
        e->text = text;
    }
}

static void finished(struct fiber *f, bool thrown, struct value v, void *data)
{
    if (thrown)
        report_exception(data, f, v);
    else
        report_value(data, f, v);
}

static void report_error(struct eval *e, const struct error *err)
{
    e->failed = true;
    if (e->json)
        e->result =
            json_pack("{s:s, s:s, s:i, s:i}", "throws", "MultipleCompilationErrorsException", "message",
                      err->message ? err->message : "", "line", err->line, "column", err->col);
    else
        buf_printf(&e->text, "%s:%d:%d: %s\n", err->file ? err->file : "", err->line, err->col,
                   err->message ? err->message : "");
}

/* "Script1.groovy" for the code of -e and for files named so; else the file's own name. */
static void eval_text(struct eval *e, const char *name, const char *text, size_t len)
{
    struct error err = {0};
    struct ast ast = {0};
    const struct vm_host host = {.print = print_out};
    struct vm *vm = vm_new(&host);
    struct code *code = NULL;
    if (ast_parse(&ast, name, text, len, &err) == 0 && refusals_error(&ast, &err) == 0)
        code = vm_compile(vm, &ast, "Script1", &err);
    if (code) {
        struct value script = script_new(vm, code, NULL_VALUE), run = method_of(vm, script, "run");
        struct fiber *f = fiber_start(vm, run, 0, NULL, finished, e);
        fiber_set_user(f, e);
        value_release(run);
        value_release(script);
        /* 0: no slice, until nothing can go on; nothing here can wait for an event. */
        while (vm_run(vm, 0))
            ;
    } else {
        report_error(e, &err);
    }
    vm_free(vm);
    ast_release(&ast);
    error_release(&err);
}

static int read_file(const char *path, struct buf *text)
{
    FILE *file = strcmp(path, "-") == 0 ? stdin : fopen(path, "re");
    if (!file)
        return -1;
    size_t n;
    do {
        buf_reserve(text, 65536);
        n = fread(text->data + text->len, 1, 65536, file);
        text->len += n;
        text->data[text->len] = 0;
    } while (n > 0 && text->len < SOURCE_MAX);
    int status = ferror(file) || text->len >= SOURCE_MAX ? -1 : 0;
    if (file != stdin)
        fclose(file);
    return status;
}

static int finish(struct eval *e)
{
    if (e->json) {
        char *line = e->result ? json_dumps(e->result, JSON_COMPACT) : NULL;
        puts(line ? line : "{}");
        free(line);
        json_decref(e->result);
    } else {
        FILE *to = e->failed ? stderr : stdout;
        fwrite(e->text.data ? e->text.data : "", 1, e->text.len, to);
        if (e->text.len && e->text.data[e->text.len - 1] != '\n')
            fputc('\n', to);
    }
    buf_release(&e->text);
    return e->failed ? 1 : 0;
}

static int usage(void)
{
    fputs("usage: gmrun eval [--json] [-e CODE | FILE]\n", stderr);
    return EXIT_USAGE;
}

int cli_eval(int argc, char **argv)
{
    static const struct option options[] = {{"json", no_argument, NULL, 'j'},
                                            {"home", required_argument, NULL, 'x'},
                                            {"config", required_argument, NULL, 'x'},
                                            {"credentials", required_argument, NULL, 'x'},
                                            {0}};
    struct eval e = {0};
    const char *code = NULL;
    for (int c; (c = getopt_long(argc, argv, "e:", options, NULL)) != -1;) {
        if (c == 'j')
            e.json = true;
        else if (c == 'e')
            code = optarg;
        else if (c != 'x')
            return usage();
    }
    if (code ? optind != argc : optind != argc - 1)
        return usage();
    struct buf text = {0};
    const char *name = code ? "Script1.groovy" : argv[optind];
    if (code)
        buf_addstr(&text, code);
    else if (read_file(name, &text) != 0) {
        fprintf(stderr, "gmrun: cannot read %s\n", name);
        buf_release(&text);
        return EXIT_USAGE;
    }
    const char *slash = strrchr(name, '/');
    eval_text(&e, slash ? slash + 1 : name, text.data ? text.data : "", text.len);
    buf_release(&text);
    return finish(&e);
}
