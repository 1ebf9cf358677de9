/* Java's indices over UTF-8, and the primitives on text. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include "runner/lib/text.h"
#include <string.h>

/* a, é (2 bytes), 中 (3 bytes), 😀 (4 bytes, two units), b */
static const char mixed[] = "a\xc3\xa9\xe4\xb8\xad\xf0\x9f\x98\x80"
                            "b";

static void indices_are_utf16(void **state)
{
    struct value v = string_from(mixed);
    const struct string *s = AS_STRING(v);
    assert_int_equal(text_length(s), 6);
    assert_int_equal(text_offset(s, 2), 3);
    assert_int_equal(text_offset(s, 5), 10);
    assert_int_equal(text_offset(s, 99), 11);
    assert_int_equal(text_index(s, 10), 5);
    assert_int_equal(text_unit(s, 3), 0xd83d);
    assert_int_equal(text_unit(s, 4), 0xde00);
    assert_int_equal(text_unit(s, 5), 'b');
    value_release(v);
}

static void slices_cut_at_units(void **state)
{
    struct value v = string_from(mixed), part = text_slice(AS_STRING(v), 1, 3),
                 empty = text_slice(AS_STRING(v), 6, 6);
    assert_string_equal(AS_STRING(part)->data, "\xc3\xa9\xe4\xb8\xad");
    assert_int_equal(AS_STRING(empty)->len, 0);
    value_release(v);
    value_release(part);
    value_release(empty);
}

static void surrogate_pairs_join(void **state)
{
    struct buf b = {0};
    buf_addunit(&b, 0xd83d);
    buf_addunit(&b, 0xde00);
    assert_string_equal(b.data, "\xf0\x9f\x98\x80");
    buf_release(&b);
}

static void hash_is_java_s(void **state)
{
    assert_int_equal((int32_t)text_hash("a", 1), 97);
    assert_int_equal((int32_t)text_hash("h\xc3\xa9llo", 6), 103094734);
    assert_int_equal(text_hash("", 0), 0);
    assert_int_equal(text_hash("\xf0\x9f\x98\x80", 4), 31 * 0xd83d + 0xde00);
}

static void assert_replaced(const char *from, const char *what, const char *with, bool all, const char *want)
{
    struct value s = string_from(from),
                 out = text_replace(AS_STRING(s), what, strlen(what), with, strlen(with), all);
    assert_string_equal(AS_STRING(out)->data, want);
    value_release(s);
    value_release(out);
}

static void replacing(void **state)
{
    assert_replaced("aXbX", "X", "--", true, "a--b--");
    assert_replaced("aXbX", "X", "", false, "abX");
    assert_replaced("ab", "", "-", true, "-a-b-");
    assert_replaced("", "", "-", true, "-");
    assert_replaced("aaa", "aa", "b", true, "ba");
}

static void finding(void **state)
{
    struct value v = string_from("abcabc");
    const struct string *s = AS_STRING(v);
    assert_int_equal(text_find(s, "bc", 2, 0), 1);
    assert_int_equal(text_find(s, "bc", 2, 2), 4);
    assert_int_equal(text_find(s, "x", 1, 0), -1);
    assert_int_equal(text_find(s, "", 0, 6), 6);
    assert_int_equal(text_rfind(s, "abc", 3, 99), 3);
    assert_int_equal(text_rfind(s, "abc", 3, 2), 0);
    assert_int_equal(text_rfind(s, "abcabcabc", 9, 99), -1);
    value_release(v);
}

static void comparing_orders_as_utf16(void **state)
{
    struct value a = string_from("\xef\xbc\xa1"), b = string_from("\xf0\x9f\x98\x80"); /* U+FF21, U+1F600 */
    assert_true(text_compare(AS_STRING(a), AS_STRING(b), false) > 0);
    value_release(a);
    value_release(b);
    a = string_from("abc");
    b = string_from("ABD");
    assert_int_equal(text_compare(AS_STRING(a), AS_STRING(b), true), -1);
    value_release(a);
    value_release(b);
}

static void case_of_many_alphabets(void **state)
{
    assert_int_equal(rune_upper('z'), 'Z');
    assert_int_equal(rune_upper(0xe9), 0xc9);
    assert_int_equal(rune_upper(0xf7), 0xf7); /* division sign */
    assert_int_equal(rune_lower(0x416), 0x436);
    assert_int_equal(rune_upper(0x3c9), 0x3a9);
    assert_int_equal(rune_lower(0x130 - 2), 0x12f);
    assert_int_equal(rune_upper(0x4e2d), 0x4e2d);
}

static void lines_of_all_kinds(void **state)
{
    struct vm *vm = vm_new(NULL);
    struct value s = string_from("a\nb\r\nc\rd\n"), lines = text_lines(vm, AS_STRING(s));
    assert_int_equal(AS_LIST(lines)->len, 4);
    assert_string_equal(AS_STRING(AS_LIST(lines)->items[2])->data, "c");
    value_release(lines);
    value_release(s);
    vm_free(vm);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(indices_are_utf16),
        cmocka_unit_test(slices_cut_at_units),
        cmocka_unit_test(surrogate_pairs_join),
        cmocka_unit_test(hash_is_java_s),
        cmocka_unit_test(replacing),
        cmocka_unit_test(finding),
        cmocka_unit_test(comparing_orders_as_utf16),
        cmocka_unit_test(case_of_many_alphabets),
        cmocka_unit_test(lines_of_all_kinds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
