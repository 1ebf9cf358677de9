/* The parser by its trees and by its errors. Trees are compared as one line: a node and its children
 * in parentheses. Messages and places were taken from Groovy 2.4.21. */
#include "tests/unit/check.h"
#include "parser/ast.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/util.h"
#include <stdio.h>
#include <string.h>

struct sample {
    const char *text, *tree;
};

/* The dump's lines with parentheses in place of indentation. */
static char *on_one_line(const char *dump)
{
    struct buf out = {0};
    int open = 0;
    while (*dump) {
        int depth = (int)strspn(dump, " ") / 2;
        const char *line = dump + depth * 2;
        size_t len = strcspn(line, "\n");
        for (; open > depth; open--)
            buf_addch(&out, ')');
        buf_addstr(&out, out.len ? " (" : "(");
        buf_add(&out, line, len);
        open = depth + 1;
        dump = line + len + 1;
    }
    for (; open > 0; open--)
        buf_addch(&out, ')');
    return buf_steal(&out);
}

static void check_samples(const struct sample *samples, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct ast ast;
        struct error err = {0};
        char *dump = NULL;
        size_t len;
        int rc = ast_parse(&ast, "Jenkinsfile", samples[i].text, strlen(samples[i].text), &err);
        if (rc)
            fail_msg("%s: %s", samples[i].text, err.message);
        FILE *out = open_memstream(&dump, &len);
        ast_dump(&ast, out);
        fclose(out);
        char *line = on_one_line(dump);
        assert_string_equal(line, samples[i].tree);
        free(line);
        free(dump);
        ast_release(&ast);
    }
}

static const struct sample literals[] = {
    {"x = [1, 2L, 3G, 4.50, 5d, 0xFF, 0b11, 017, 1_000, 1e3]",
     "(expr (assign = (name x) (list (int 1) (long 2) (bigint 3) (decimal 4.50) (double 5) (int "
     "255) (int 3) (int 15) (int 1000) (decimal 1e3))))"},
    {"x = [2147483647, 2147483648, 9223372036854775808, -2147483648, -9223372036854775808]",
     "(expr (assign = (name x) (list (int 2147483647) (long 2147483648) (bigint "
     "9223372036854775808) (int -2147483648) (long -9223372036854775808))))"},
    {"x = 'a\\n\\u00e9\\101\\'' + '''b\nc''' + \"d\\$\" + \"\"\"e\"f\"\"\"",
     "(expr (assign = (name x) (binary + (binary + (binary + (string \"a\\néA'\") (string "
     "\"b\\nc\")) (string \"d$\")) (string \"e\\\"f\"))))"},
    {"x = /a\\/b$c/ + $/d$$e$/f/$",
     "(expr (assign = (name x) (binary + (gstring (string \"a/b\") (name c) (string \"\")) "
     "(string \"d$e/f\"))))"},
    {"\"$a.b.c and ${d + 1} and ${-> e}${}${f; g}.\"",
     "(expr (gstring (string \"\") (property (property (name a) (string \"b\")) (string \"c\")) "
     "(string \" and \") (binary + (name d) (int 1)) (string \" and \") (closure (expr (name e))) "
     "(string \"\") (null) (string \"\") (call parens (on: closure (expr (name f)) (expr (name "
     "g)))) (string \".\")))"},
    {"[true, false, null]", "(expr (list (true) (false) (null)))"},
    {"[a: 1, 'b': 2, \"c$d\": 3, (e): 4, if: 5, *: f]",
     "(expr (map (entry (string \"a\") (int 1)) (entry (string \"b\") (int 2)) (entry (gstring "
     "(string \"c\") (name d) (string \"\")) (int 3)) (entry (name e) (int 4)) (entry (string "
     "\"if\") (int 5)) (spread-map (name f))))"},
    {"[:]", "(expr (map))"},
    {"[1, *x,]", "(expr (list (int 1) (spread (name x))))"},
};

static const struct sample operators[] = {
    {"a + b * c ** d - e",
     "(expr (binary - (binary + (name a) (binary * (name b) (binary ** (name c) (name d)))) (name "
     "e)))"},
    {"-a ** b", "(expr (unary - (binary ** (name a) (name b))))"},
    {"-a * b", "(expr (binary * (unary - (name a)) (name b)))"},
    {"!a == b", "(expr (binary == (unary ! (name a)) (name b)))"},
    {"a ? b : c ?: d", "(expr (ternary (name a) (then: name b) (else: ternary (name c) (else: name d))))"},
    {"a == b && c != d || e <=> f",
     "(expr (binary || (binary && (binary == (name a) (name b)) (binary != (name c) (name d))) "
     "(binary <=> (name e) (name f))))"},
    {"a =~ b == c", "(expr (binary =~ (name a) (binary == (name b) (name c))))"},
    {"a as B == b instanceof c.C", "(expr (binary == (cast as B (name a)) (instanceof c.C (name b))))"},
    {"a in b && (c as D[]) << e",
     "(expr (binary && (binary in (name a) (name b)) (binary << (cast as D[] (name c)) (name e))))"},
    {"a..b..<c", "(expr (range ..< (range .. (name a) (name b)) (name c)))"},
    {"a = b += c", "(expr (assign = (name a) (assign += (name b) (name c))))"},
    {"(a, b) = [1, 2]", "(expr (assign = (list (name a) (name b)) (list (int 1) (int 2))))"},
    {"(A) b + (int) -c", "(expr (binary + (cast A (name b)) (cast int (unary - (name c)))))"},
    {"a[1][2, 3].b?.c*.d.@e.&f",
     "(expr (pointer (property field (property spread (property safe (property (index (index "
     "(name a) (int 1)) (int 2) (int 3)) (string \"b\")) (string \"c\")) (string \"d\")) (string "
     "\"e\")) (string \"f\")))"},
    {"a++ + --b", "(expr (binary + (postfix ++ (name a)) (unary -- (name b))))"},
};

static const struct sample calls[] = {
    {"f()", "(expr (call parens (method: string \"f\")))"},
    {"f(1, a: 2, *b)",
     "(expr (call parens (method: string \"f\") (int 1) (entry (string \"a\") (int 2)) (spread "
     "(name b))))"},
    {"f(1) { x } { y }",
     "(expr (call parens block (method: string \"f\") (int 1) (closure it (expr (name x))) "
     "(closure it (expr (name y)))))"},
    {"f { x -> x }", "(expr (call block (method: string \"f\") (closure (param x) (expr (name x)))))"},
    {"a.b(c).d 'e', f: 1",
     "(expr (call (on: call parens (on: name a) (method: string \"b\") (name c)) (method: string "
     "\"d\") (string \"e\") (entry (string \"f\") (int 1))))"},
    {"a b c d", "(expr (call (on: call (method: string \"a\") (name b)) (method: string \"c\") (name d)))"},
    {"a b, { c }", "(expr (call (method: string \"a\") (name b) (closure it (expr (name c)))))"},
    {"a 'x' { y }", "(expr (call (method: string \"a\") (call block (method: string \"x\") (closure it (expr "
                    "(name y))))))"},
    {"x = a b", "(expr (assign = (name x) (call (method: string \"a\") (name b))))"},
    {"a.'b c'(1).\"$d\"(2)",
     "(expr (call parens (on: call parens (on: name a) (method: string \"b c\") (int 1)) (method: "
     "gstring (string \"\") (name d) (string \"\")) (int 2)))"},
    {"a(1)(2)", "(expr (call parens (on: call parens (method: string \"a\") (int 1)) (int 2)))"},
    {"({ a })(1)", "(expr (call parens (on: closure it (expr (name a))) (int 1)))"},
    {"new A(1, b: 2).c", "(expr (property (new A (int 1) (entry (string \"b\") (int 2))) (string \"c\")))"},
    {"new int[3][a]", "(expr (new int[][] (size: int 3) (size: name a)))"},
    {"new A() { int b }", "(expr (new A (class class anonymous extends A (var b : int))))"},
    {"stage('x')\n{\n  sh 'y'\n}",
     "(expr (call parens block (method: string \"stage\") (string \"x\") (closure it (expr (call "
     "(method: string \"sh\") (string \"y\"))))))"},
    {"a\n  .b()\n  ?.c",
     "(expr (property safe (call parens (on: name a) (method: string \"b\")) (string \"c\")))"},
    {"this.a(super.b())",
     "(expr (call parens (on: name this) (method: string \"a\") (call parens (on: name super) "
     "(method: string \"b\"))))"},
    {"foo(a) { b, int c = 1, String... d -> e }",
     "(expr (call parens block (method: string \"foo\") (name a) (closure (param b) (param c : "
     "int (int 1)) (param d : String...) (expr (name e)))))"},
};

static const struct sample statements[] = {
    {"if (a) b else if (c) { d } else e",
     "(if (name a) (then: expr (name b)) (else: if (name c) (then: block (expr (name d))) (else: "
     "expr (name e))))"},
    {"while (a) { break; continue }", "(while (cond: name a) (body: block (break) (continue)))"},
    {"for (x in y) z", "(for-in (init: var x) (cond: name y) (body: expr (name z)))"},
    {"for (String x : y) { }", "(for-in (init: var x : String) (cond: name y) (body: block))"},
    {"for (int i = 0; i < 3; i++) a",
     "(for (init: var i : int (int 0)) (cond: binary < (name i) (int 3)) (step: postfix ++ (name "
     "i)) (body: expr (name a)))"},
    {"a: for (;;) { break a }", "(labeled a (for (body: block (break a))))"},
    {"switch (a) { case 1: case 2: b; break; default: c }",
     "(switch (name a) (case (value: int 1)) (case (value: int 2) (expr (name b)) (break)) (case "
     "(expr (name c))))"},
    {"try { a } catch (B | C e) { d } catch (f) { } finally { g }",
     "(try (block (expr (name a))) (catch e : B, C (block (expr (name d)))) (catch f (block)) "
     "(finally: block (expr (name g))))"},
    {"assert a : 'b'", "(assert (name a) (message: string \"b\"))"},
    {"assert a, 'b'", "(assert (name a) (message: string \"b\"))"},
    {"throw a", "(throw (name a))"},
    {"return", "(return)"},
    {"return a", "(return (name a))"},
    {"synchronized (a) { b }", "(block (expr (name a)) (block (expr (name b))))"},
    {"a: { b }", "(labeled a (block (expr (name b))))"},
};

static const struct sample declarations[] = {
    {"def a = 1", "(var a def (int 1))"},
    {"def a, b = 2", "(vars (var a def) (var b def (int 2)))"},
    {"final String[] a = b", "(var a : String[] final (name b))"},
    {"Map<String, List<A>> a", "(var a : Map<String, List>)"},
    {"def (a, int b) = c", "(vars (var a def) (var b : int def) (from: name c))"},
    {"def f(a, int b = 1, C... d) { e }",
     "(method f def (param a) (param b : int (int 1)) (param d : C...) (expr (name e)))"},
    {"@NonCPS\nprivate static String f() throws A, B { }", "(method f : String static private (@NonCPS))"},
    {"void 'a b'() { }", "(method a b : void)"},
    {"@Library('a@b') _", "(var _ (@Library (entry (string \"value\") (string \"a@b\"))))"},
    {"@A(b = 1, c = [2]) import d.E",
     "(import d.E (@A (entry (string \"b\") (int 1)) (entry (string \"c\") (list (int 2)))))"},
    {"import a.b.*", "(import a.b.*)"},
    {"import static a.b.c as d", "(import static a.b.c as d)"},
    {"package a.b", "(package a.b)"},
    {"class A<T> extends B implements C, D { int e = 1; static f; A() { this(1) }; def g() { }; static { h } "
     "}",
     "(class class A extends B implements C, D (var e : int (int 1)) (var f static) (method A "
     "constructor (expr (call parens (method: string \"this\") (int 1)))) (method g def) (block "
     "(expr (name h))))"},
    {"enum A { B, C(1) { int d() { 2 } }; int e }",
     "(class enum A (constant: call (method: string \"B\")) (constant: call parens (on: class "
     "class anonymous (method d : int (expr (int 2)))) (method: string \"C\") (int 1)) (var e : "
     "int))"},
    {"interface A extends B, C { void d(); }", "(class interface A implements B, C (method d : void))"},
    {"trait A { def b }", "(class trait A (var b def))"},
    {"@interface A { int b() default 1 }", "(class annotation A (method b : int))"},
    {"abstract class A { abstract b() }", "(class class A abstract (method b abstract))"},
};

static void test_literals(void **state)
{
    check_samples(literals, ARRAY_LEN(literals));
}

static void test_operators(void **state)
{
    check_samples(operators, ARRAY_LEN(operators));
}

static void test_calls(void **state)
{
    check_samples(calls, ARRAY_LEN(calls));
}

static void test_statements(void **state)
{
    check_samples(statements, ARRAY_LEN(statements));
}

static void test_declarations(void **state)
{
    check_samples(declarations, ARRAY_LEN(declarations));
}

static const struct {
    const char *text;
    int line, col;
    const char *message; /* its beginning */
} refused[] = {
    {"node {\n  echo 'x'", 2, 11, "expecting '}', found ''"},
    {"node { echo 'x' ) }", 1, 17, "expecting '}', found ')'"},
    {"a\n}", 2, 1, "unexpected token: }"},
    {"if (x) { } }", 1, 12, "expecting EOF, found '}'"},
    {"if x { }", 1, 4, "expecting '(', found 'x'"},
    {"echo 'a' +", 1, 10, "expecting EOF, found '+'"},
    {"sh script: foo(1, 2", 1, 10, "expecting EOF, found ':'"},
    {"foo(1 2)", 1, 7, "unexpected token: 2"},
    {"foo(1, 2 3)", 1, 10, "expecting ')', found '3'"},
    {"foo(,)", 1, 5, "unexpected token: ,"},
    {"x = [1 2]", 1, 8, "unexpected token: 2"},
    {"x = [a: 1 b: 2]", 1, 11, "unexpected token: b"},
    {"x = (1", 1, 7, "expecting ')', found ''"},
    {"x = ", 1, 5, "unexpected token: "},
    {"def x = ", 1, 9, "unexpected token: "},
    {"def 1x = 2", 1, 1, "unexpected token: def"},
    {"def x y", 1, 5, "unexpected token: x"},
    {"x = 1 + )", 1, 7, "expecting EOF, found '+'"},
    {"x = a *", 1, 8, "unexpected token: "},
    {"a < b < c", 1, 7, "unexpected token: <"},
    {"a ? b", 1, 6, "expecting ':', found ''"},
    {"foo.", 1, 4, "unexpected token: ."},
    {"new Foo", 1, 8, "unexpected token: "},
    {"stage 'x'\n{ echo 'a' }", 2, 1, "Ambiguous expression could be a parameterless closure expres"},
    {"{ a }", 1, 1, "Ambiguous expression could be either a parameterless closure"},
    {"x = 'abc", 1, 9, "expecting ''', found '<EOF>'"},
    {"echo \"abc\n", 1, 10, "expecting anything but ''\\n''; got it anyway"},
    {"x = \"$\"", 1, 3, "illegal string body character after dollar sign;\n   solutio"},
    {"x = '\\q'", 1, 6, "unexpected char: '\\'"},
    {"x = \"${a", 1, 9, "expecting '}', found ''"},
    {"a # b", 1, 3, "unexpected char: '#'"},
    {"return /foo/", 1, 8, "unexpected token: /"},
    {"return foo 'x'", 1, 12, "expecting EOF, found 'x'"},
    {"class { }", 1, 1, "unexpected token: class"},
    {"class A { foo }", 1, 11, "unexpected token: foo"},
    {"try { }", 1, 1, "A try statement must have at least one catch or finally bloc"},
    {"try { } catch { }", 1, 9, "unexpected token: catch"},
    {"switch (x) { foo }", 1, 14, "expecting '}', found 'foo'"},
    {"switch (x) { case 1: }", 1, 22, "unexpected token: }"},
    {"for (x) { }", 1, 6, "unexpected token: x"},
    {"for (x : y) { }", 1, 8,
     "Java-style for-each statement requires a type declaration.;\n   solution: Use"},
    {"for (int i = 0, j = 0; i < 1; i++) { }", 1, 12, "unexpected token: ="},
    {"do { x } while (1)", 1, 1, "unexpected token: do"},
    {"else { }", 1, 1, "unexpected token: else"},
    {"1 = 2", 1, 3, "\n[1] is a constant expression, but it should be a variable "},
    {"a() = 3", 1, 5, "\n\"this.a()\" is a method call expression, but it should be a"},
    {"'a' = 1", 1, 5, "\n[a] is a constant expression, but it should be a variable "},
    {"x = [a: 1, 2]", 1, 12, "Unexpected node type: EXPR found when expecting type: LABELE"},
    {"import foo.", 1, 12, "expecting '*', found ''"},
    {"import", 1, 1, "unexpected token: import"},
    {"f(a; b)", 1, 3, "Expression list of the form (a; b; c) is not supported in th"},
    {"a !in b", 1, 3, "expecting EOF, found '!'"},
    {"\"$if\"", 1, 3, "unexpected token: if"},
    {"while (a", 1, 9, "expecting ')', found ''"},
    {"} else {", 1, 1, "unexpected token: }"},
    {"case 1:", 1, 1, "unexpected token: case"},
    {"// C:\\users", 1, 6, "Did not find four digit hex character code."},
    {"@A(1) 2", 1, 7, "unexpected token: 2"},
    {"x = y = )", 1, 9, "unexpected token: )"},
};

static void test_refused(void **state)
{
    for (size_t i = 0; i < ARRAY_LEN(refused); i++) {
        struct ast ast;
        struct error err = {0};
        int rc = ast_parse(&ast, "Jenkinsfile", refused[i].text, strlen(refused[i].text), &err);
        if (!rc)
            fail_msg("accepted: %s", refused[i].text);
        if (strncmp(err.message, refused[i].message, strlen(refused[i].message)))
            assert_string_equal(err.message, refused[i].message);
        assert_int_equal(err.line, refused[i].line);
        assert_int_equal(err.col, refused[i].col);
        assert_string_equal(err.file, "Jenkinsfile");
        assert_int_equal(err.kind, ERROR_SYNTAX);
        error_release(&err);
        ast_release(&ast);
    }
}

/* text repeated n times, between head and tail, gives an error or a tree, and soon. */
static void repeat(const char *head, const char *text, size_t n, const char *tail, int expected)
{
    struct buf b = {0};
    struct ast ast;
    struct error err = {0};
    buf_addstr(&b, head);
    for (size_t i = 0; i < n; i++)
        buf_addstr(&b, text);
    buf_addstr(&b, tail);
    assert_int_equal(ast_parse(&ast, "x", b.data, b.len, &err), expected);
    ast_release(&ast);
    error_release(&err);
    buf_release(&b);
}

static void test_depth_is_limited(void **state)
{
    repeat("", "(", 100000, "1", -1);
    repeat("x = ", "[", 100000, "", -1);
    repeat("", "a { ", 100000, "", -1);
    repeat("x = ", "!", 100000, "y", -1);
    repeat("x = ", "a + ", 100000, "y", -1);
    repeat("x = a", ".b()", 100000, "", -1);
    repeat("", "if (a) b else ", 100000, "c", -1);
    repeat("\"", "${\"", 100000, "", -1);
    repeat("", "echo { a ", 60, "+ * }", -1); /* exponential without the bound on retries */
    repeat("x = ", "(A)", 100000, "y", -1);
}

static void test_size_is_not(void **state)
{
    repeat("x = [", "1, ", 100000, "2]", 0);
    repeat("", "stage('a') { echo 'b' }\n", 10000, "", 0);
    repeat("x = ", "a + ", 2000, "y", 0);
    repeat("x = ", "(", 200, "1", -1);
    repeat("switch (a) {", "case 1: b\n", 10000, "}", 0);
}

static void test_bad_bytes(void **state)
{
    struct ast ast;
    struct error err = {0};
    assert_int_equal(ast_parse(&ast, "x", "a\n'\xC3\xA9\xFF'", 7, &err), -1);
    assert_string_equal(err.message, "invalid UTF-8");
    assert_int_equal(err.line, 2);
    assert_int_equal(err.col, 3);
    ast_release(&ast);
    error_release(&err);
    assert_int_equal(ast_parse(&ast, "x", "a\0b", 3, &err), -1);
    assert_string_equal(err.message, "unexpected char: 0x0");
    ast_release(&ast);
    error_release(&err);
}

/* Places of nodes and offsets of an assertion's text. */
static void test_spans(void **state)
{
    struct ast ast;
    struct error err = {0};
    const char *text = "x = a.b( 1 )\nassert c  ==\n d : 'e'";
    size_t len;
    assert_int_equal(ast_parse(&ast, "x", text, strlen(text), &err), 0);
    const struct node *call = ast.body->u.unary.operand->u.binary.right;
    assert_memory_equal(ast_text(&ast, call, &len), "a.b( 1 )", 8);
    assert_int_equal(len, 8);
    assert_int_equal(call->span.col, 5);
    assert_int_equal(call->span.end_col, 13);
    const struct node *check = ast.body->next;
    assert_int_equal(check->kind, NODE_ASSERT);
    assert_memory_equal(text + check->u.assert_.text_start, "c  ==\n d", 8);
    assert_int_equal(check->u.assert_.text_end - check->u.assert_.text_start, 8);
    assert_int_equal(check->span.end_line, 3);
    assert_ptr_equal(call->u.call.method->u.str.bytes, ast_intern(&ast, "b", 1));
    ast_release(&ast);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_literals),
        cmocka_unit_test(test_operators),
        cmocka_unit_test(test_calls),
        cmocka_unit_test(test_statements),
        cmocka_unit_test(test_declarations),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_depth_is_limited),
        cmocka_unit_test(test_size_is_not),
        cmocka_unit_test(test_bad_bytes),
        cmocka_unit_test(test_spans),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
