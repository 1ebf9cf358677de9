/* JSON, YAML and properties as the steps use them. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include "runner/lib/date.h"
#include "runner/lib/json.h"
#include "runner/lib/properties.h"
#include "runner/lib/regex_impl.h"
#include "runner/lib/yaml.h"
#include <string.h>

static struct vm *vm;
static struct fiber *fiber;

static int setup(void **state)
{
    vm = vm_new(NULL);
    fiber = fiber_start(vm, NULL_VALUE, 0, NULL, NULL, NULL);
    return 0;
}

static int teardown(void **state)
{
    vm_free(vm);
    return 0;
}

static void assert_text(struct value v, const char *want)
{
    struct buf b = {0};
    value_print(NULL, v, &b);
    assert_string_equal(b.data ? b.data : "", want);
    buf_release(&b);
    value_release(v);
}

static struct value yaml(const char *text)
{
    struct value v;
    struct error err = {0};
    if (yaml_to_value(vm, text, strlen(text), &v, &err))
        fail_msg("%d:%d: %s", err.line, err.col, err.message);
    return v;
}

static void yaml_types(void **state)
{
    assert_text(yaml("a: 1\nb: [x, 2.5, true, null, '1']\nc: {d: 0x1f, e: 010, f: 1_000}\n"),
                "[a:1, b:[x, 2.5, true, null, 1], c:[d:31, e:8, f:1000]]");
    assert_text(yaml("[yes, off, ~, '', 12345678901, 1e3, .inf, 1:30]"),
                "[true, false, null, , 12345678901, 1000.0, Infinity, 90]");
    struct value day = yaml("2001-12-14");
    assert_true(value_is_date(day));
    assert_int_equal(date_millis(day), 1008288000000);
    value_release(day);
    assert_text(yaml("version: 1.2.3\nport: 080\ntime: 10:61\n"), "[version:1.2.3, port:080, time:10:61]");
    assert_text(yaml("a: |\n  x\n  y\nb: >\n  p\n  q\n"), "[a:x\ny\n, b:p q\n]");
}

static void yaml_documents_and_merges(void **state)
{
    assert_text(yaml("---\na: 1\n---\nb: 2\n"), "[[a:1], [b:2]]");
    assert_text(yaml("base: &b {x: 1, y: 2}\nuse:\n  <<: *b\n  y: 3\n"), "[base:[x:1, y:2], use:[x:1, y:3]]");
    assert_text(yaml(""), "null");
    assert_text(yaml("- &a [1]\n- *a\n"), "[[1], [1]]");
}

static void assert_yaml_error(const char *text, int line, const char *part)
{
    struct value v;
    struct error err = {0};
    assert_int_equal(yaml_to_value(vm, text, strlen(text), &v, &err), -1);
    assert_int_equal(err.line, line);
    assert_non_null(strstr(err.message, part));
    error_release(&err);
}

static void yaml_errors_have_places(void **state)
{
    assert_yaml_error("a: 1\nb: [1\nc: 2\n", 3, "");
    assert_yaml_error("a: *nope\n", 1, "undefined alias");
    assert_yaml_error("a: &x [*x]\n", 1, "inside of its own anchor");
    assert_yaml_error("a: 1\n\t- b\n", 2, "");
    char bomb[2000] = "a0: &a0 [x,x,x,x,x,x,x,x,x]\n";
    for (int i = 1; i < 9; i++) {
        char line[120];
        snprintf(line, sizeof(line), "a%d: &a%d [*a%d,*a%d,*a%d,*a%d,*a%d,*a%d,*a%d,*a%d,*a%d]\n", i, i,
                 i - 1, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1);
        strncat(bomb, line, sizeof(bomb) - strlen(bomb) - 1);
    }
    assert_yaml_error(bomb, 7, "too many aliases");
}

static void assert_round_trip(const char *text)
{
    struct value v = yaml(text);
    struct buf out = {0};
    assert_int_equal(value_to_yaml(fiber, v, &out, NULL), 0);
    assert_string_equal(out.data, text);
    buf_release(&out);
    value_release(v);
}

static void yaml_is_written_as_snakeyaml_does(void **state)
{
    assert_round_trip("a: 1\nlist:\n- x\n- y: 2\n  z: null\n- - p\n  - q\nempty: []\nnone: {}\nflag: true\n");
    assert_round_trip(
        "s: 'true'\nn: '1'\nd: 1.5\nt: |-\n  l1\n  l2\nu: |\n  l1\ncolon: 'a: b'\nblank: ''\nhan: 中文\n");
    assert_round_trip("x\n");
}

static void json_numbers_keep_their_digits(void **state)
{
    struct value v;
    struct error err = {0};
    static const char text[] =
        "{\"a\": 1.50, \"b\": [1, 12345678901, 1e3], \"c\": \"\\u00e9\\ud83d\\ude00\", \"d\": null}";
    assert_int_equal(json_to_value(vm, text, strlen(text), &v, &err), 0);
    struct buf out = {0};
    assert_int_equal(value_to_json(fiber, v, 0, &out, &err), 0);
    assert_string_equal(out.data,
                        "{\"a\":1.50,\"b\":[1,12345678901,1E+3],\"c\":\"\\u00e9\\ud83d\\ude00\",\"d\":null}");
    buf_release(&out);
    value_release(v);
}

static void json_errors_have_places(void **state)
{
    static const struct {
        const char *text;
        int line, col;
    } rows[] = {{"", 1, 1},      {"{\"a\":}", 1, 6},  {"[1,\n x]", 2, 2}, {"\"abc", 1, 5},
                {"[1] 2", 1, 5}, {"{\"a\" 1}", 1, 6}, {"nul", 1, 1}};
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct error err = {0};
        struct value v;
        assert_int_equal(json_to_value(vm, rows[i].text, strlen(rows[i].text), &v, &err), -1);
        assert_int_equal(err.line, rows[i].line);
        assert_int_equal(err.col, rows[i].col);
        error_release(&err);
    }
}

static void json_depth_is_bounded(void **state)
{
    char deep[4000];
    struct value v;
    struct error err = {0};
    memset(deep, '[', sizeof(deep));
    assert_int_equal(json_to_value(vm, deep, sizeof(deep), &v, &err), -1);
    assert_non_null(strstr(err.message, "nesting"));
    error_release(&err);
}

static void collect_pair(void *data, const char *key, const char *value)
{
    buf_printf(data, "<%s|%s>", key, value);
}

static void properties_are_java_s(void **state)
{
    static const char text[] =
        "# comment\n! too\na=1\nb : two\nc three\n d = x\\\n    y\ne=\\u4e2d\\t.\nf\n\\ g\\=h=i\n";
    struct buf out = {0};
    properties_parse(text, strlen(text), collect_pair, &out);
    assert_string_equal(out.data, "<a|1><b|two><c|three><d|xy><e|中\t.><f|>< g=h|i>");
    buf_clear(&out);
    properties_parse("a=\xe9\n", 4, collect_pair, &out); /* Latin-1 */
    assert_string_equal(out.data, "<a|é>");
    buf_release(&out);
}

static void patterns_are_translated(void **state)
{
    static const char *const rows[][2] = {
        {"\\p{Alpha}+", "[[:alpha:]]+"},
        {"[\\p{Digit}x]", "[[:digit:]x]"},
        {"[a-z&&[^b]]", "(?:(?=(?:[^b]))[a-z])"},
        {"[a[bc]]", "[abc]"},
        {"[a[^bc]]", "(?:[a]|[^bc])"},
        {"[^a[^bc]]", "(?:(?![a]|[^bc])[\\s\\S])"},
        {"\\u0041", "\\x{41}"},
        {"(?iu)x", "(?i)x"},
        {"\\Qa.b\\E[", "\\Qa.b\\E[]"},
        {"\\p{IsAlphabetic}", "\\p{L}"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct buf out = {0};
        regex_translate(rows[i][0], &out);
        assert_string_equal(out.data, rows[i][1]);
        buf_release(&out);
    }
}

static void civil_time_round_trips(void **state)
{
    static const int64_t moments[] = {0, -1, 951782400000, 1583020799999, -62135596800000, 253402300799000};
    static const char *const zones[] = {"UTC", "Asia/Shanghai", "+05:30", "GMT-3"};
    for (size_t i = 0; i < ARRAY_LEN(moments); i++) {
        for (size_t k = 0; k < ARRAY_LEN(zones); k++) {
            struct civil c = civil_at(moments[i], zones[k]);
            assert_int_equal(civil_millis(&c, zones[k]), moments[i]);
        }
    }
    struct civil c = civil_at(0, "Asia/Shanghai");
    struct buf out = {0};
    assert_int_equal(
        civil_format(&c, "yyyy-MM-dd'T'HH:mm:ss.SSSXXX EEE 'o''clock'", "Asia/Shanghai", false, &out, NULL),
        0);
    assert_string_equal(out.data, "1970-01-01T08:00:00.000+08:00 Thu o'clock");
    buf_release(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(yaml_types),
        cmocka_unit_test(yaml_documents_and_merges),
        cmocka_unit_test(yaml_errors_have_places),
        cmocka_unit_test(yaml_is_written_as_snakeyaml_does),
        cmocka_unit_test(json_numbers_keep_their_digits),
        cmocka_unit_test(json_errors_have_places),
        cmocka_unit_test(json_depth_is_bounded),
        cmocka_unit_test(properties_are_java_s),
        cmocka_unit_test(patterns_are_translated),
        cmocka_unit_test(civil_time_round_trips),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
