/* Names declared twice and jumps that lead nowhere: messages and places of Groovy 2.4.21, seen there. */
#include "base/buf.h"
#include "base/error.h"
#include "parser/rule.h"
#include "parser/duplicate_check.h"
#include "parser/scope_check.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

/* "LINE:COLUMN message" of each finding, in the order of the places. */
static char *findings(const char *text, void (*find)(const struct ast *ast, struct diagnostics *d))
{
    struct ast ast = {0};
    struct error err = {0};
    struct diagnostics d = {0};
    struct buf out = {0};
    assert_int_equal(ast_parse(&ast, "Jenkinsfile", text, strlen(text), &err), 0);
    find(&ast, &d);
    diag_sort(&d);
    buf_addstr(&out, "");
    for (size_t i = 0; i < d.list.len; i++) {
        const struct diagnostic *item = &d.list.items[i];
        assert_string_equal(rule_of(item)->id, find == scope_check ? "scope" : "duplicate");
        buf_printf(&out, "%d:%d %s", item->line, item->col, item->message);
    }
    diag_release(&d);
    ast_release(&ast);
    error_release(&err);
    return out.data;
}

static void check_with(void (*find)(const struct ast *ast, struct diagnostics *d), const char *text,
                       const char *wanted)
{
    char *got _cleanup_free_ = findings(text, find);
    if (strcmp(got ? got : "", wanted) != 0)
        fail_msg("%s\n  wanted %s\n  got %s", text, wanted, got ? got : "");
}

static void check(const char *text, const char *wanted)
{
    check_with(scope_check, text, wanted);
}

#define TWICE "The current scope already contains a variable of the name "

static void test_twice(void **state)
{
    check("def x = 1; def x = 2", "1:16 " TWICE "x\n");
    check("def z, z", "1:8 " TWICE "z\n");
    check("def (a, b) = [1, 2]; int a = 3", "1:26 " TWICE "a\n");
    check("def x = 1\nfor (x in [1]) { }", "2:1 " TWICE "x\n");
    check("def x = 1\nfor (int x = 0; x < 1; x++) { }", "2:10 " TWICE "x\n");
    check("for (int i = 0; i < 1; i++) { def i = 2 }", "1:35 " TWICE "i\n");
    check("for (k in [1]) { def k = 2 }", "1:22 " TWICE "k\n");
    check("def x\ntry { } catch (x) { }", "2:9 " TWICE "x\n");
    check("def x\nif (x) { def x = 3 }", "2:14 " TWICE "x\n");
    check("while (false) def x = 4\nfoo: def x = 5", "2:10 " TWICE "x\n");
    check("def g(int a, String a) { }", "1:1 " TWICE "a\n");
    check("class A { def x; def m() { def x = 5; def c = { x -> 1 } } }", "1:47 " TWICE "x\n");
}

static void test_closures(void **state)
{
    check("def x = 1; def f = { x -> x }", "1:20 " TWICE "x\n");
    check("def f = { a, a -> a }", "1:9 " TWICE "a\n");
    check("[1].each { it -> [2].each { it -> println it } }", "1:27 " TWICE "it\n");
    check("node { [1].each { it -> println it } }", "1:17 " TWICE "it\n");
    check("[1].each { def it = 3 }", "1:16 " TWICE "it\n");
    check("pipeline { agent any\nstages { stage('x') { steps { script { def x = 1; def x = 2 } } } } }",
          "2:55 " TWICE "x\n");
}

static void test_apart(void **state)
{
    check("def x = { x -> 1 }; def (u, v) = [{ u -> 1 }, 2]", "");
    check("if (true) { def x } else { def x }\nif (true) def x = 1\nif (true) def x = 2; else def x = 3", "");
    check("switch (1) { case 1: def q = 1; break; case 2: def q = 2 }", "");
    check("def f = { def u = 1 }; def u = 3; def h() { def u }; class A { def u; def u() { def u } }", "");
    check("for (j in [1]) { }\nfor (int j = 0; j < 1; j++) { }\ndef j\ntry { def l } finally { def l }", "");
    check("[1].each { [2].each { it } }; def c = { -> it = 3; def it = 5 }", "");
}

static void test_jumps(void **state)
{
    check("break", "1:1 the break statement is only allowed inside loops or switches\n");
    check("if (true) { continue }", "1:13 the continue statement is only allowed inside loops\n");
    check("switch (1) { case 1: continue }", "1:22 the continue statement is only allowed inside loops\n");
    check("foo: while (true) { break bar }", "1:21 break to missing label\n");
    check("foo: while (true) { }\nbreak foo",
          "2:1 the break statement with named label is only allowed inside loops\n");
    check("def f() { while (true) { continue foo } }", "1:26 continue to missing label\n");
    check("while (true) { [1].each { break } }\nswitch (1) { case 1: break }\nfoo: for (x in y) { continue "
          "foo }",
          "");
}

static void test_duplicates(void **state)
{
#define REPEATED(signature, in)                                                                              \
    "Repetitive method name/signature for method '" signature "' in class '" in "'.\n"
    check_with(duplicate_check, "def f(a) { }\ndef f(b) { }",
               "1:1 " REPEATED("java.lang.Object f(java.lang.Object)", "WorkflowScript") "2:1 " REPEATED(
                   "java.lang.Object f(java.lang.Object)", "WorkflowScript"));
    check_with(duplicate_check, "void k(List<String> l, int[] m) { }\nvoid k(List l, int... m) { }",
               "1:1 " REPEATED("void k(java.util.List, int[])", "WorkflowScript") "2:1 " REPEATED(
                   "void k(java.util.List, int[])", "WorkflowScript"));
    check_with(duplicate_check, "class A { def m() { }\n def m() { } }",
               "1:11 " REPEATED("java.lang.Object m()", "A") "2:2 " REPEATED("java.lang.Object m()", "A"));
    check_with(
        duplicate_check, "class A { }\nclass A { }",
        "2:1 Invalid duplicate class definition of class A : The source WorkflowScript contains at least two "
        "definitions of the class A.\n");
    check_with(duplicate_check,
               "def f() { }\ndef f(a) { }\ndef f(int a) { }\nString f(int a) { }\nclass B { B() { }\nB(x) { "
               "}\ndef f() { } }",
               "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_twice), cmocka_unit_test(test_closures),   cmocka_unit_test(test_apart),
        cmocka_unit_test(test_jumps), cmocka_unit_test(test_duplicates),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
