/* The lexer: which tokens a text has, where they stand, what decides between two readings. */
#include "tests/unit/check.h"
#include "parser/lexer.h"
#include "base/buf.h"
#include "base/util.h"
#include <stdio.h>
#include <string.h>

struct sample {
    const char *text, *tokens;
};

/* The kinds of all tokens, blanks between; an error's words at the end. */
static char *kinds_of(const char *text)
{
    struct arena arena = {0};
    struct lexer lx;
    struct buf out = {0};
    lexer_init(&lx, &arena, text, strlen(text));
    lexer_run(&lx);
    for (uint32_t i = 0; i < lx.count && lx.tokens[i].kind != TOK_EOF; i++) {
        const struct token *t = &lx.tokens[i];
        buf_printf(&out, "%s%s", i ? " " : "",
                   t->kind == TOK_ERROR ? lx.message : token_text((enum token_kind)t->kind));
    }
    lexer_release(&lx);
    arena_release(&arena);
    return buf_steal(&out);
}

static void check_samples(const struct sample *samples, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        char *kinds = kinds_of(samples[i].text);
        assert_string_equal(kinds, samples[i].tokens);
        free(kinds);
    }
}

static void test_newlines(void **state)
{
    static const struct sample samples[] = {
        {"", ""},
        {"a\n\n  b", "identifier newline identifier"},
        {"a // c\n/* d */ b", "identifier newline identifier"},
        {"a /* x\n */ b", "identifier identifier"},
        {"a \\\n b", "identifier identifier"},
        {"(a\nb)", "( identifier identifier )"},
        {"({\na\n})", "( { newline identifier newline } )"},
        {"a\r\nb\rc", "identifier newline identifier newline identifier"},
        {"#!/bin/x\na", "newline identifier"},
        {"\xEF\xBB\xBF"
         "a",
         "identifier"},
    };
    check_samples(samples, ARRAY_LEN(samples));
}

static void test_operators(void **state)
{
    static const struct sample samples[] = {
        {"a<=>b==~c=~d===e!==f",
         "identifier <=> identifier ==~ identifier =~ identifier === identifier !== identifier"},
        {"**= <<= >>= >>>= &= |= ^= += -= *= %= =", "**= <<= >>= >>>= &= |= ^= += -= *= %= ="},
        {"a /= b", "identifier /= identifier"},
        {"a.b?.c*.d.&e ..  ..< ... ->",
         "identifier . identifier ?. identifier *. identifier .& identifier .. ..< ... ->"},
        {"?: ? : , ; @ ~ ! && || & | ^", "?: ? : , ; @ ~ ! && || & | ^"},
        {"++ -- + - * % ** << >> >>> < >", "++ -- + - * % ** << >> >>> < >"},
    };
    check_samples(samples, ARRAY_LEN(samples));
}

static void test_words(void **state)
{
    static const struct sample samples[] = {
        {"return returns $a a$b _x \xC3\xA9t\xC3\xA9",
         "return identifier identifier identifier identifier identifier"},
        {"as in def trait", "as in def trait"},
        {"a.as.in.def", "identifier . identifier . identifier . identifier"},
        {"a.if", "identifier . if"},
    };
    check_samples(samples, ARRAY_LEN(samples));
}

/* Each keyword is found by the index of its first letter. */
static void test_every_keyword(void **state)
{
    for (int kind = TOK_ABSTRACT; kind <= TOK_WHILE; kind++) {
        char *kinds = kinds_of(token_text((enum token_kind)kind));
        assert_string_equal(kinds, token_text((enum token_kind)kind));
        free(kinds);
    }
}

/* And each operator by the index of its first character; `/` alone would begin a string. */
static void test_every_operator(void **state)
{
    for (int kind = TOK_LPAREN; kind <= TOK_XOR_ASSIGN; kind++) {
        if (kind == TOK_SPREAD_MAP || kind == TOK_NOT_IN || kind == TOK_SLASH || kind == TOK_SLASH_ASSIGN)
            continue;
        char *kinds = kinds_of(token_text((enum token_kind)kind));
        assert_string_equal(kinds, token_text((enum token_kind)kind));
        free(kinds);
    }
}

static void test_numbers(void **state)
{
    static const struct sample samples[] = {
        {"1 2L 3G 4i 5.0 6f 7d 8.5f 9e3 1.5g 0x1F 0b1 017",
         "int long bigint int decimal float double float decimal "
         "decimal int int int"},
        {"1..2", "int .. int"},
        {"1.a", "int . identifier"},
        {"1.0.a", "decimal . identifier"},
        {"09", "int int"},
        {"08.5", "decimal"},
        {"1_000 0x1_F", "int int"},
        {"1_", "expecting token in range: '0'..'9', found '<EOF>'"},
        {"0x", "unexpected char: 0xFFFF"},
        {"1e", "unexpected char: 0xFFFF"},
    };
    check_samples(samples, ARRAY_LEN(samples));
}

static void test_strings(void **state)
{
    static const struct sample samples[] = {
        {"'a$b' \"c\" '''d'e''' \"\"\"f\"g\"\"\"", "string string string string"},
        {"a / b", "identifier / identifier"},
        {"= /b/", "= string"},
        {"\n/b/", "newline string"},
        {"(a) / b / c", "( identifier ) / identifier / identifier"},
        {"return /b/", "return / identifier /"},
        {"= $/a$$b$/c/$", "= string"},
        {"= /a$/", "= string"},
        {"\"$a.b c\"", "gstring start identifier . identifier gstring end"},
        {"\"$a. $b.1\"", "gstring start identifier gstring middle identifier gstring end"},
        {"\"${a}b${c}\"", "gstring start { identifier } gstring middle { identifier } gstring end"},
        {"\"${ [a: \"${b}\"] }\"",
         "gstring start { [ identifier : gstring start { identifier } gstring end ] } gstring end"},
        {"\"\"\"${\na\n}\"\"\"", "gstring start { newline identifier newline } gstring end"},
        {"'a", "expecting ''', found '<EOF>'"},
        {"'a\n", "expecting ''', found '\\n'"},
        {"\"a\n", "expecting anything but ''\\n''; got it anyway"},
        {"\"a", "unexpected char: 0xFFFF"},
        {"'\\q'", "unexpected char: '\\'"},
        {"a # b", "identifier unexpected char: '#'"},
        /* seen with Groovy 2.4.21 */
        {"/*", "unexpected char: '/'"},
        {"/**", "unexpected char: '/'"},
        {"/* a", "expecting '*', found '<EOF>'"},
        {"/* *", "expecting '/', found '<EOF>'"},
        {"/* * ", "expecting '/', found ' '"},
        {"/* *\n", "expecting '/', found '\\n'"},
        {"/***", "expecting '/', found '*'"},
        {"'", "unexpected char: '''"},
        {"'''", "unexpected char: '''"},
        {"''''", "expecting ''', found '<EOF>'"},
        {"= /", "= /"},
    };
    check_samples(samples, ARRAY_LEN(samples));
}

static void test_places(void **state)
{
    struct arena arena = {0};
    struct lexer lx;
    /* a tab is one column, a character outside of the basic plane two */
    const char *text = "\ta '\xC3\xA9\xF0\x9F\x98\x80' b\r\n  '''x\ny''' c";
    lexer_init(&lx, &arena, text, strlen(text));
    lexer_run(&lx);
    static const uint32_t places[][4] = {{1, 2, 1, 3},  {1, 4, 1, 9}, {1, 10, 1, 11},
                                         {1, 11, 2, 3}, {2, 3, 3, 5}, {3, 6, 3, 7}};
    for (size_t i = 0; i < ARRAY_LEN(places); i++) {
        const struct token *t = &lx.tokens[i];
        assert_int_equal(t->line, places[i][0]);
        assert_int_equal(t->col, places[i][1]);
        assert_int_equal(t->end_line, places[i][2]);
        assert_int_equal(t->end_col, places[i][3]);
    }
    lexer_release(&lx);
    arena_release(&arena);
}

static void test_matching_brackets(void **state)
{
    struct arena arena = {0};
    struct lexer lx;
    lexer_init(&lx, &arena, "(a[{b}]) (", 10);
    lexer_run(&lx);
    assert_int_equal(lx.tokens[0].match, 7);
    assert_int_equal(lx.tokens[2].match, 6);
    assert_int_equal(lx.tokens[3].match, 5);
    assert_int_equal(lx.tokens[8].match, 0);
    lexer_release(&lx);
    arena_release(&arena);
}

static void test_checks_of_bytes(void **state)
{
    assert_int_equal(utf8_check("abcdefgh\xC3\xA9", 10), 10);
    assert_int_equal(utf8_check("abcdefghij\xC3", 11), 10);
    assert_int_equal(utf8_check("\xC0\x80", 2), 0);     /* overlong */
    assert_int_equal(utf8_check("\xED\xA0\x80", 3), 0); /* a surrogate */
    assert_int_equal(utf8_check("\xF4\x90\x80\x80", 4), 0);
    assert_int_equal(unicode_escape_check("'\\u00e9'", 8), 8);
    assert_int_equal(unicode_escape_check("// C:\\users", 11), 5);
    assert_int_equal(unicode_escape_check("'C:\\\\users'", 12), 12);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_newlines),
        cmocka_unit_test(test_operators),
        cmocka_unit_test(test_words),
        cmocka_unit_test(test_every_keyword),
        cmocka_unit_test(test_every_operator),
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_strings),
        cmocka_unit_test(test_places),
        cmocka_unit_test(test_matching_brackets),
        cmocka_unit_test(test_checks_of_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
