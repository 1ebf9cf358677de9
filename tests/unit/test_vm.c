/* Fibers seen from a host: steps that park, resume, throw and cancel; continuations; slices; the prelude. */
#include "tests/unit/check.h"
#include "base/buf.h"
#include "base/error.h"
#include "runner/lang/vm.h"
#include <stdio.h>
#include <string.h>

struct world {
    struct vm *vm;
    struct ast ast;
    struct buf printed, ended;
    struct fiber *parked[2000];
    int n_parked, cancelled;
    bool thrown;
};
static struct world *world_of(struct fiber *f)
{
    return vm_host(fiber_vm(f))->data;
}

static void print_text(struct fiber *f, const char *text, size_t len)
{
    buf_add(&world_of(f)->printed, text, len);
}

static void on_cancel(struct fiber *f, void *data)
{
    ((struct world *)data)->cancelled++;
    fiber_resume(f, NULL_VALUE);
}

static enum call_status repeat_done(struct fiber *f, struct outcome result, void *data, struct value *out)
{
    int *left = data;
    if (result.thrown)
        return vm_throw_value(f, value_retain(result.v));
    if (--*left > 0) {
        struct value v = value_retain(*(struct value *)(left + 2));
        enum call_status status = fiber_call(f, v, 0, NULL, repeat_done, data, free);
        value_release(v);
        return status;
    }
    *out = value_retain(result.v);
    return CALL_OK;
}

struct repeat {
    int left, pad;
    struct value closure;
};

static enum call_status host_call(struct fiber *f, const char *name, int argc, struct value *argv,
                                  struct value *out)
{
    struct world *w = world_of(f);
    if (strcmp(name, "park") == 0) {
        w->parked[w->n_parked++] = f;
        fiber_set_cancel(f, on_cancel, w);
        return CALL_WAIT;
    }
    if (strcmp(name, "now") == 0) { /* resumed before it returns */
        fiber_resume(f, value_retain(argv[0]));
        return CALL_WAIT;
    }
    if (strcmp(name, "repeat") == 0) {
        struct repeat *r = malloc(sizeof(*r));
        *r = (struct repeat){argv[0].u.i, 0, argv[1]};
        return fiber_call(f, argv[1], 0, NULL, repeat_done, r, free);
    }
    return CALL_NONE;
}

static void on_done(struct fiber *f, bool thrown, struct value v, void *data)
{
    struct world *w = data;
    w->thrown = thrown;
    if (thrown)
        exception_print(fiber_vm(f), v, &w->ended, false);
    else
        value_print(f, v, &w->ended);
    buf_addch(&w->ended, ';');
}

static void world_init(struct world *w, const char *text)
{
    memset(w, 0, sizeof(*w));
    struct vm_host host = {.data = w, .call = host_call, .print = print_text};
    struct error err = {0};
    w->vm = vm_new(&host);
    assert_int_equal(ast_parse(&w->ast, "Script1.groovy", text, strlen(text), &err), 0);
    struct code *code = vm_compile(w->vm, &w->ast, "Script1", &err);
    assert_non_null(code);
    struct value script = script_new(w->vm, code, NULL_VALUE), run = method_of(w->vm, script, "run");
    fiber_start(w->vm, run, 0, NULL, on_done, w);
    value_release(run);
    value_release(script);
}

static void world_release(struct world *w)
{
    vm_free(w->vm);
    ast_release(&w->ast);
    buf_release(&w->printed);
    buf_release(&w->ended);
}

static void run_all(struct world *w)
{
    while (vm_run(w->vm, 0))
        ;
}

static void test_park_and_resume(void **state)
{
    struct world w;
    world_init(&w, "def x = [1, 2].collect { it + park() }\nx");
    run_all(&w);
    assert_int_equal(w.n_parked, 1);
    assert_true(fiber_parked(w.parked[0]));
    fiber_resume(w.parked[0], value_int(10));
    run_all(&w);
    fiber_resume(w.parked[1], value_int(20));
    run_all(&w);
    assert_string_equal(w.ended.data, "[11, 22];");
    world_release(&w);
}

static void test_resume_inside_the_call(void **state)
{
    struct world w;
    world_init(&w, "def s = 0\nfor (i in 1..100) s += now(i)\ns");
    run_all(&w);
    assert_string_equal(w.ended.data, "5050;");
    world_release(&w);
}

static void test_resume_with_an_exception(void **state)
{
    struct world w;
    world_init(&w,
               "try { park() } catch (IOException e) { println e.message } finally { println 'fin' }\n'end'");
    run_all(&w);
    fiber_resume_throw(w.parked[0], exception_new(w.parked[0], "IOException", "disk %d", 7));
    run_all(&w);
    assert_string_equal(w.printed.data, "disk 7\nfin\n");
    assert_string_equal(w.ended.data, "end;");
    world_release(&w);
}

static void test_interrupt_parked(void **state)
{
    struct world w;
    world_init(&w, "try { park() } finally { println 'post' }");
    run_all(&w);
    fiber_interrupt(w.parked[0], exception_new(w.parked[0], "FlowInterruptedException", NULL));
    run_all(&w);
    assert_int_equal(w.cancelled, 1);
    assert_true(w.thrown);
    assert_string_equal(w.printed.data, "post\n");
    world_release(&w);
}

static void test_interrupt_endless_loop(void **state)
{
    struct world w;
    world_init(&w, "park()\nint i = 0\nwhile (true) { i++ }");
    run_all(&w);
    struct fiber *f = w.parked[0];
    fiber_resume(f, NULL_VALUE);
    for (int i = 0; i < 3; i++)
        assert_true(vm_run(w.vm, 10000)); /* the slice ends, the loop does not */
    fiber_interrupt(f, exception_new(f, "FlowInterruptedException", "stop"));
    run_all(&w);
    assert_true(w.thrown);
    world_release(&w);
}

static void test_continuation_runs_again(void **state)
{
    struct world w;
    world_init(
        &w,
        "int n = 0\ndef r = repeat(5) { n++; park(); n }\nprintln r\nrepeat(3) { throw new Exception('x') }");
    run_all(&w);
    for (int i = 0; i < 5; i++) {
        fiber_resume(w.parked[i], NULL_VALUE);
        run_all(&w);
    }
    assert_string_equal(w.printed.data, "5\n");
    assert_string_equal(w.ended.data, "java.lang.Exception: x;");
    world_release(&w);
}

static void test_cannot_park_in_sync_calls(void **state)
{
    struct world w;
    world_init(&w, "class A implements Comparable { def s; int compareTo(o) { s.call() } }\n"
                   "def a = new A(s: { park() }), b = new A()\n"
                   "println a.compareTo(b)\ntry { a < b } catch (IllegalStateException e) { 'no' }");
    run_all(&w);
    fiber_resume(w.parked[0], value_int(5)); /* as an ordinary call it may wait */
    run_all(&w);
    assert_string_equal(w.printed.data, "5\n");
    assert_string_equal(w.ended.data, "no;");
    world_release(&w);
}

static void test_many_fibers(void **state)
{
    struct world w;
    world_init(&w, "{ -> park() }");
    run_all(&w);
    buf_clear(&w.ended);
    struct ast ast = {0};
    struct error err = {0};
    static const char text[] = "def x = 1\npark() + x";
    assert_int_equal(ast_parse(&ast, "Many.groovy", text, strlen(text), &err), 0);
    struct code *code = vm_compile(w.vm, &ast, "Many", &err);
    struct value script = script_new(w.vm, code, NULL_VALUE), run = method_of(w.vm, script, "run");
    for (int i = 0; i < 1500; i++)
        fiber_start(w.vm, run, 0, NULL, on_done, &w);
    run_all(&w);
    assert_int_equal(w.n_parked, 1500);
    for (int i = 0; i < 1500; i++)
        fiber_resume(w.parked[i], value_int(i));
    run_all(&w);
    assert_int_equal(memcmp(w.ended.data, "1;2;3;", 6), 0);
    value_release(run);
    value_release(script);
    world_release(&w);
    ast_release(&ast);
}

static void test_freed_while_parked(void **state)
{
    struct world w;
    world_init(&w, "def m = [:]; m.self = m\ntry { repeat(2) { park() } } finally { println 'never' }");
    run_all(&w);
    world_release(&w);
}

static void test_prelude(void **state)
{
    struct world w;
    world_init(&w, "println 5.twiceOf { it + 1 }\n'abc'.twiceOf { it }");
    static const char text[] =
        "class IntegerMethods {\n    static twiceOf(self, Closure c) { c.call(self) * 2 }\n}\n";
    struct error err = {0};
    assert_int_equal(vm_prelude(w.vm, "test.groovy", text, strlen(text), &err), 0);
    run_all(&w);
    assert_string_equal(w.printed.data, "12\n");
    assert_true(w.thrown);
    assert_non_null(strstr(w.ended.data, "MissingMethodException"));
    world_release(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_park_and_resume),           cmocka_unit_test(test_resume_inside_the_call),
        cmocka_unit_test(test_resume_with_an_exception),  cmocka_unit_test(test_interrupt_parked),
        cmocka_unit_test(test_interrupt_endless_loop),    cmocka_unit_test(test_continuation_runs_again),
        cmocka_unit_test(test_cannot_park_in_sync_calls), cmocka_unit_test(test_many_fibers),
        cmocka_unit_test(test_freed_while_parked),        cmocka_unit_test(test_prelude),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
