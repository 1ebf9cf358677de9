/* JUnit reports as their writers make them, and files that are none. */
#include "base/fs.h"
#include "runner/state/junit.h"
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

static char *dir;

static int parse(const char *name, const char *text, struct junit_results *r, struct error *err)
{
    _cleanup_free_ char *path = path_join(dir, name);
    assert_int_equal(fs_write_file(path, text, strlen(text), 0644, NULL), 0);
    return junit_parse_file(path, name, r, err);
}

static void assert_totals(const struct junit_results *r, long total, long failed, long skipped)
{
    assert_int_equal(r->totals.total, total);
    assert_int_equal(r->totals.failed, failed);
    assert_int_equal(r->totals.skipped, skipped);
    assert_int_equal(r->totals.passed, total - failed - skipped);
}

static void surefire_report(void **state)
{
    struct junit_results r = {0};
    const char *text =
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        "<testsuite name=\"com.mall.CartTest\" time=\"1,000.5\" tests=\"4\">\n"
        "<properties><property name=\"a\" value=\"b\"/></properties>\n"
        "<testcase name=\"adds\" classname=\"com.mall.CartTest\" time=\"0.25\"/>\n"
        "<testcase name=\"fails\" classname=\"com.mall.CartTest\" time=\"1,000.5\">"
        "<failure message=\"expected:&lt;1&gt; 购物车\" type=\"X\"><![CDATA[at line 7\n]]></failure>"
        "<system-out>noise</system-out></testcase>\n"
        "<testcase name=\"breaks\" classname=\"com.mall.CartTest\"><error>boom</error></testcase>\n"
        "<testcase name=\"later\" classname=\"com.mall.CartTest\"><skipped message=\"todo\"/></testcase>\n"
        "</testsuite>";
    assert_int_equal(parse("TEST-cart.xml", text, &r, NULL), 0);
    assert_totals(&r, 4, 2, 1);
    const struct junit_case *c = r.suites.items[0].cases.items;
    assert_string_equal(c[1].message, "expected:<1> 购物车");
    assert_string_equal(c[1].details, "at line 7\n");
    assert_true(c[1].seconds > 1000.4 && c[1].seconds < 1000.6);
    assert_string_equal(c[2].details, "boom");
    assert_string_equal(c[3].message, "todo");
    junit_results_release(&r);
}

static void nested_suites_and_errors_of_suites(void **state)
{
    struct junit_results r = {0};
    assert_int_equal(
        parse("a.xml",
              "<testsuites><testsuite name='o'><testsuite name='i'><testcase name='t'/></testsuite>"
              "<testcase name='u'/></testsuite>"
              "<testsuite name='bad'><error>class not found</error></testsuite></testsuites>",
              &r, NULL),
        0);
    assert_totals(&r, 3, 1, 0);
    assert_string_equal(r.suites.items[1].cases.items[0].class_name, "i");
    assert_string_equal(r.suites.items[0].cases.items[0].name, "u");
    assert_string_equal(r.suites.items[2].cases.items[0].name, "<init>");
    junit_results_release(&r);
}

/* In one second on any machine; with each suite compared to all before it takes minutes. */
static void many_suites(void **state)
{
    enum { SUITES = 100000 };
    struct junit_results r = {0};
    _cleanup_(buf_release) struct buf text = {0};
    buf_addstr(&text, "<testsuites>");
    for (int i = 0; i < SUITES; i++)
        buf_printf(&text, "<testsuite name='s%d' timestamp='t'><testcase name='t'/></testsuite>", i);
    buf_addstr(&text, "</testsuites>");
    assert_int_equal(parse("a.xml", text.data, &r, NULL), 0);
    assert_int_equal(parse("b.xml", text.data, &r, NULL), 0);
    assert_totals(&r, SUITES, 0, 0);
    junit_results_release(&r);
}

/* What a malformed file had does not hinder the file beside it. */
static void a_malformed_file_is_forgotten(void **state)
{
    struct junit_results r = {0};
    const char *text = "<testsuite name='s' timestamp='t'><testcase name='t'/></testsuite>";
    parse("bad.xml", "<testsuites><testsuite name='s' timestamp='t'><testcase name='t'/></testsuite>", &r,
          NULL);
    assert_totals(&r, 1, 1, 0);
    parse("good.xml", text, &r, NULL);
    assert_totals(&r, 2, 1, 0);
    junit_results_release(&r);
}

static void the_same_suite_counts_once(void **state)
{
    struct junit_results r = {0};
    const char *text = "<testsuite name='s' timestamp='2024-05-01T00:00:00'><testcase name='t'/></testsuite>";
    parse("TEST-s.xml", text, &r, NULL);
    parse("TESTS-all.xml", text, &r, NULL);
    assert_totals(&r, 1, 0, 0);
    parse("x.xml", "<testsuite name='s'><testcase name='t'/></testsuite>", &r, NULL);
    assert_totals(&r, 2, 0, 0);
    junit_results_release(&r);
}

static void what_is_no_report(void **state)
{
    struct junit_results r = {0};
    struct error err = {0};
    assert_int_equal(parse("pom.xml", "<project><testcase name='x'/></project>", &r, &err), 0);
    assert_totals(&r, 0, 0, 0);
    assert_int_equal(parse("empty.xml", "", &r, &err), 0);
    assert_totals(&r, 1, 1, 0);
    assert_int_equal(parse("cut.xml", "<testsuite name='s'><testcase name='a'/><testcase", &r, &err), 0);
    assert_totals(&r, 2, 2, 0);
    assert_string_equal(r.suites.items[1].cases.items[0].name, "[failed-to-read]");
    assert_int_equal(parse("notes.txt", "hello", &r, &err), -1);
    assert_string_equal(err.message, "syntax error. Is this really a JUnit report file?");
    assert_int_equal(err.line, 1);
    error_release(&err);
    assert_int_equal(junit_parse_file("/nonexistent.xml", "n", &r, &err), -1);
    error_release(&err);
    assert_totals(&r, 2, 2, 0);
    junit_results_release(&r);
}

static void attacks_are_refused(void **state)
{
    struct junit_results r = {0};
    struct buf deep = {0};
    parse("bomb.xml", "<!DOCTYPE s [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;'>]><testsuite name='&b;'/>", &r,
          NULL);
    assert_non_null(strstr(r.suites.items[0].cases.items[0].details, "it declares entities"));
    for (int i = 0; i < 100000; i++)
        buf_addstr(&deep, "<testsuite>");
    parse("deep.xml", deep.data, &r, NULL);
    assert_non_null(strstr(r.suites.items[1].cases.items[0].details, "nested too deep"));
    buf_clear(&deep);
    buf_addstr(&deep, "<testsuite name='s'><testcase name='a'><failure>");
    for (int i = 0; i < 100000; i++)
        buf_addstr(&deep, "中");
    buf_addstr(&deep, "</failure></testcase></testsuite>");
    parse("long.xml", deep.data, &r, NULL);
    const char *details = r.suites.items[2].cases.items[0].details;
    assert_true(strlen(details) <= JUNIT_MAX_TEXT && strlen(details) % 3 == 0);
    buf_release(&deep);
    junit_results_release(&r);
}

static void calls_add_up(void **state)
{
    struct junit_results r = {0};
    struct junit_totals all;
    parse("a.xml",
          "<testsuite name='s'><testcase name='a'/><testcase name='b'><failure/></testcase></testsuite>", &r,
          NULL);
    assert_int_equal(junit_record(dir, &r, &all, NULL), 0);
    assert_int_equal(junit_record(dir, &r, &all, NULL), 0);
    assert_int_equal(all.total, 4);
    assert_int_equal(all.failed, 2);
    _cleanup_free_ char *path = path_join(dir, "junit.json");
    json_t *json = json_load_file(path, 0, NULL);
    assert_int_equal(json_array_size(json_object_get(json, "suites")), 2);
    json_decref(json);
    junit_results_release(&r);
}

static int setup(void **state)
{
    dir = fs_tempdir("/tmp", "gmrun-test-junit", NULL);
    return dir ? 0 : -1;
}

static int teardown(void **state)
{
    int rc = fs_rm_rf(dir, NULL);
    free(dir);
    return rc;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(surefire_report),
        cmocka_unit_test(nested_suites_and_errors_of_suites),
        cmocka_unit_test(the_same_suite_counts_once),
        cmocka_unit_test(many_suites),
        cmocka_unit_test(a_malformed_file_is_forgotten),
        cmocka_unit_test(what_is_no_report),
        cmocka_unit_test(attacks_are_refused),
        cmocka_unit_test(calls_add_up),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
