/* YAML as JSON by the rules of kubectl: what is expected here was seen from kubectl 1.32 (label --local -o
 * json). */
#include "base/yaml_json.h"
#include "tests/unit/check.h"
#include <string.h>

static void scalars(void **state)
{
    static const struct {
        const char *yaml, *json;
    } rows[] = {
        {"y", "true"},        {"n", "false"},
        {"yes", "true"},      {"Off", "false"},
        {"oFF", "\"oFF\""},   {"\"yes\"", "\"yes\""},
        {"!!str 5", "\"5\""}, {"~", "null"},
        {"0644", "420"},      {"0x1F", "31"},
        {"-0x10", "-16"},     {"08", "8"},
        {"1_000", "1000"},    {"1__0", "10"},
        {"_1", "\"_1\""},     {"0_7", "7"},
        {"0o17", "15"},       {"0b11", "3"},
        {"+5", "5"},          {"1e3", "1000"},
        {"12e03", "12000"},   {"3.0", "3"},
        {"5.", "5"},          {".5", "0.5"},
        {"+.5", "0.5"},       {"0", "0"},
        {"-0", "0"},          {"1.2.3", "\"1.2.3\""},
        {"1:30", "\"1:30\""}, {"0x", "\"0x\""},
        {"0o", "\"0o\""},     {"0b12", "\"0b12\""},
        {"1e", "\"1e\""},     {"--1", "\"--1\""},
        {"+ 1", "\"+ 1\""},   {"2001-01-01", "\"2001-01-01\""},
        {".", "\".\""},       {"0x-1", "\"0x-1\""},
        {"v1", "\"v1\""},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        yaml_objects v = {0};
        struct error err = {0};
        _cleanup_free_ char *text = xasprintf("a: %s\n", rows[i].yaml);
        assert_int_equal(yaml_json_parse(&v, "m.yaml", text, strlen(text), &err), 0);
        _cleanup_free_ char *seen =
            json_dumps(json_object_get(v.items[0].json, "a"), JSON_ENCODE_ANY | JSON_COMPACT);
        assert_string_equal(seen, rows[i].json);
        yaml_objects_release(&v);
    }
}

static void documents_and_their_lines(void **state)
{
    static const char text[] =
        "# nothing\n---\n---\na: 1\nb: &x {c: [1, two]}\nd: *x\n---\n# only this\n---\n\n- 2\n...\n"
        "---\n8080: on\n";
    yaml_objects v = {0};
    struct error err = {0};
    assert_int_equal(yaml_json_parse(&v, "m.yaml", text, strlen(text), &err), 0);
    assert_int_equal(v.len, 3);
    assert_int_equal(v.items[0].line, 4);
    assert_int_equal(v.items[1].line, 11);
    assert_int_equal(v.items[2].line, 14);
    json_t *want = json_loads("{\"a\":1,\"b\":{\"c\":[1,\"two\"]},\"d\":{\"c\":[1,\"two\"]}}", 0, NULL),
           *keys = json_loads("{\"8080\":true}", 0, NULL);
    assert_true(json_equal(v.items[0].json, want));
    assert_true(json_equal(v.items[2].json, keys));
    json_decref(want);
    json_decref(keys);
    yaml_objects_release(&v);
}

static void refused(const char *text, int line, const char *message)
{
    yaml_objects v = {0};
    struct error err = {0};
    assert_int_equal(yaml_json_parse(&v, "m.yaml", text, strlen(text), &err), -1);
    assert_int_equal(v.len, 0);
    assert_string_equal(err.file, "m.yaml");
    assert_int_equal(err.line, line);
    assert_non_null(strstr(err.message, message));
    error_release(&err);
    yaml_objects_release(&v);
}

static void refusals(void **state)
{
    refused("a: 1\n---\nb: .inf\n", 3, "no number .inf");
    refused("a: 1\n---\nb: 1\nc: 2\nb: 3\n", 5, "stands twice, first in line 3");
    refused("a: 1\n---\nb: [\n", 4, "");
    refused("a: &x 1\n---\nb: *x\n", 3, "unknown alias"); /* anchors end with their document */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scalars),
        cmocka_unit_test(documents_and_their_lines),
        cmocka_unit_test(refusals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
