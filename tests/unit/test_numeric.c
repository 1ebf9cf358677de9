/* Which loops are code of their own (numeric.h), and that they stay interruptible. What they compute is in
 * tests/lang/loops.groovy. */
#include "tests/unit/check.h"
#include "base/buf.h"
#include "base/error.h"
#include "runner/lang/code.h"
#include "runner/lang/numeric.h"
#include "runner/lang/opcode.h"
#include "runner/lang/vm.h"
#include <string.h>

struct script {
    struct vm *vm;
    struct ast ast;
    struct code *code;
};

static void script_init(struct script *s, const char *text)
{
    struct vm_host host = {0};
    struct error err = {0};
    memset(s, 0, sizeof(*s));
    s->vm = vm_new(&host);
    assert_int_equal(ast_parse(&s->ast, "Script1.groovy", text, strlen(text), &err), 0);
    s->code = vm_compile(s->vm, &s->ast, "Script1", &err);
    assert_non_null(s->code);
}

static void script_release(struct script *s)
{
    vm_free(s->vm);
    ast_release(&s->ast);
}

static unsigned count_numeric(const struct proto *fn)
{
    unsigned n = 0;
    for (uint32_t i = 0; i < fn->n_ins; i++)
        n += fn->ins[i].op == OP_NUMERIC;
    return n;
}

static void assert_loops(const char *text, unsigned want)
{
    struct script s;
    script_init(&s, text);
    unsigned n = count_numeric(s.code->run);
    if (n != want)
        fail_msg("%u instead of %u: %s", n, want, text);
    script_release(&s);
}

static void loops_of_numbers_are_numeric(void **state)
{
    static const char *const texts[] = {
        "long n = 0; for (int i = 0; i < 9; i++) { n = n + i }",
        "int n = 5; while (n > 0) { n -= 2; if (n == 1) break }",
        "double d = 1; for (i in 1..4) { d *= 0.5; d += i }",
        "boolean b = true; int i = 0; while (b && i < 4) { i++; b = i % 3 != 0 }",
        "a: for (int i = 0; i < 3; i++) { for (int j = i;; j++) { if (j > 4) continue a; } }",
    };
    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        assert_loops(texts[i], 1);
}

static void anything_else_is_ordinary(void **state)
{
    static const char *const texts[] = {
        "def n = 0; for (int i = 0; i < 9; i++) { n = n + i }",                /* untyped */
        "n = 0; for (int i = 0; i < 9; i++) { n += i }",                       /* of the binding */
        "int n = 0; def c = { n }; for (int i = 0; i < 9; i++) { n += i }",    /* captured */
        "int n = 0; for (int i = 0; i < 9; i++) { n = n / 2 }",                /* a BigDecimal */
        "int n = 0; for (int i = 0; i < 9; i++) { println i }",                /* a call */
        "int n = 0; for (int i in [1, 2]) { n += i }",                         /* a list */
        "int n = 0; for (i in 1..3) { i = 'x' }",                              /* takes anything */
        "int n = 0; for (int i = 0; i < 3; i++) { n = 2.5 }",                  /* a decimal */
        "int n = 0; for (int i = 0; i < 3; i++) { byte b = 3; n += b }",       /* a narrow type */
        "int n = 0; while (n++ < 3) { }",                                      /* a side effect within */
        "a: for (x in []) { for (int i = 0; i < 3; i++) { if (i) break a } }", /* leaves an ordinary loop */
    };
    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        assert_loops(texts[i], 0);
}

static void inner_loops_count_alone(void **state)
{
    assert_loops("int n = 0; for (x in [1, 2]) { for (int i = 0; i < 3; i++) { n += i } }", 1);
}

/* Many slots, long bodies: beyond the bounds a loop is ordinary code. */
static void too_large_is_ordinary(void **state)
{
    struct buf text = {0};
    buf_addstr(&text, "int n = 0\nfor (int i = 0; i < 3; i++) {\n");
    for (int k = 0; k < 300; k++)
        buf_printf(&text, "n += i * %d\n", k);
    buf_addstr(&text, "}\n");
    assert_loops(text.data, 0);
    buf_release(&text);
}

static void on_done(struct fiber *f, bool thrown, struct value v, void *data)
{
    if (thrown)
        exception_print(fiber_vm(f), v, data, false);
    else
        value_print(f, v, data);
}

/* Slices are short enough to stop it in the middle of each turn; the variables go on from there. */
static void slices_and_interruption(void **state)
{
    struct script s;
    struct buf ended = {0};
    script_init(&s,
                "long n = 0\nint k = 0\nfor (int i = 0; i < 1000; i++) { for (int j in 3..1) { n += j } }\n"
                "try { while (true) { k++ } } catch (e) { }\n\"$n ${k > 100}\"");
    struct value object = script_new(s.vm, s.code, NULL_VALUE), run = method_of(s.vm, object, "run");
    struct fiber *f = fiber_start(s.vm, run, 0, NULL, on_done, &ended);
    for (int i = 0; i < 5000; i++)
        assert_true(vm_run(s.vm, 3));
    fiber_interrupt(f, exception_new(f, "FlowInterruptedException", "stop"));
    while (vm_run(s.vm, 0))
        ;
    assert_string_equal(ended.data, "6000 true");
    buf_release(&ended);
    value_release(run);
    value_release(object);
    script_release(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(loops_of_numbers_are_numeric), cmocka_unit_test(anything_else_is_ordinary),
        cmocka_unit_test(inner_loops_count_alone),      cmocka_unit_test(too_large_is_ordinary),
        cmocka_unit_test(slices_and_interruption),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
