/* Readers of reports on files that are none, cut, hostile or huge; and the tables behind them. */
#include "base/fs.h"
#include "runner/state/xml.h"
#include "runner/steps/report/coverage.h"
#include "runner/steps/report/issue.h"
#include "runner/steps/report/test_format.h"
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static char *dir;

static char *file_of(const char *name, const char *text, size_t len)
{
    char *path = path_join(dir, name);
    assert_int_equal(fs_write_file(path, text, len, 0644, NULL), 0);
    return path;
}

/* ---- the XML layer */

struct seen {
    struct buf names, text;
    int deepest;
};

static void note_start(struct xml *x, const char *name, const char **attributes)
{
    struct seen *s = x->data;
    buf_printf(&s->names, "%s ", name);
    s->deepest = x->depth > s->deepest ? x->depth : s->deepest;
}

static void note_text(struct xml *x, const char *text, size_t n)
{
    buf_add(&((struct seen *)x->data)->text, text, n);
}

static int read_text(const char *text, size_t len, struct seen *s, struct error *err)
{
    static const struct xml_handlers on = {note_start, NULL, note_text};
    _cleanup_free_ char *path = file_of("x.xml", text, len);
    return xml_read(path, "x.xml", &on, s, err);
}

static void seen_release(struct seen *s)
{
    buf_release(&s->names);
    buf_release(&s->text);
}

static void names_lose_their_prefix(void **state)
{
    _cleanup_(seen_release) struct seen s = {0};
    const char *text = "<a:root xmlns:a='u'><a:b/><c/></a:root>";
    assert_int_equal(read_text(text, strlen(text), &s, NULL), 0);
    assert_string_equal(s.names.data, "root b c ");
}

static void nothing_is_fetched_and_no_entity_declared(void **state)
{
    _cleanup_free_ char *secret = file_of("secret", "hidden", 6);
    _cleanup_free_ char *external = xasprintf("<!DOCTYPE r SYSTEM 'file://%s'><r>ok</r>", secret);
    _cleanup_free_ char *entity =
        xasprintf("<!DOCTYPE r [<!ENTITY e SYSTEM 'file://%s'>]><r>&e;</r>", secret);
    _cleanup_(seen_release) struct seen s = {0};
    _cleanup_(error_release) struct error err = {0};
    assert_int_equal(read_text(external, strlen(external), &s, NULL), 0);
    assert_string_equal(s.text.data, "ok");
    assert_int_equal(read_text(entity, strlen(entity), &s, &err), -1);
    assert_int_equal(err.kind, ERROR_SYNTAX);
    assert_string_equal(err.message, "it declares entities");
    assert_string_equal(s.text.data, "ok");
}

static void nesting_has_a_limit(void **state)
{
    _cleanup_(seen_release) struct seen s = {0};
    _cleanup_(error_release) struct error err = {0};
    struct buf text = {0};
    for (int i = 0; i < 100000; i++)
        buf_addstr(&text, "<a>");
    assert_int_equal(read_text(text.data, text.len, &s, &err), -1);
    assert_string_equal(err.message, "nested too deep");
    assert_int_equal(s.deepest, XML_MAX_DEPTH);
    buf_release(&text);
}

static void charsets_beyond_expats_own(void **state)
{
    static const struct {
        const char *text;
        size_t len;
        const char *is; /* NULL: refused */
    } files[] = {
#define FILE_OF(text, is) {text, sizeof(text) - 1, is}
        FILE_OF("<?xml version='1.0' encoding='GBK'?><r>\xb9\xba\xce\xef"
                "a</r>",
                "购物a"),
        FILE_OF("<?xml version='1.0' encoding='windows-1252'?><r>\x80\xe9</r>", "€é"),
        FILE_OF("<?xml version='1.0' encoding='Shift_JIS'?><r>\x83\x65</r>", "テ"),
        FILE_OF("<?xml version='1.0' encoding='GBK'?><r>\xb9</r>", NULL),
        FILE_OF("<?xml version='1.0' encoding='none-such'?><r/>", NULL),
        FILE_OF("<?xml version='1.0'?><r>\xff</r>", NULL),
#undef FILE_OF
    };
    for (size_t i = 0; i < ARRAY_LEN(files); i++) {
        _cleanup_(seen_release) struct seen s = {0};
        assert_int_equal(read_text(files[i].text, files[i].len, &s, NULL), files[i].is ? 0 : -1);
        if (files[i].is)
            assert_string_equal(s.text.data, files[i].is);
    }
}

static void only_regular_files_are_read(void **state)
{
    _cleanup_free_ char *fifo = path_join(dir, "fifo");
    static const struct xml_handlers on = {0};
    _cleanup_(error_release) struct error err = {0}, none = {0};
    assert_int_equal(mkfifo(fifo, 0600), 0);
    assert_int_equal(xml_read(fifo, "fifo", &on, NULL, &err), -1);
    assert_non_null(strstr(err.message, "not a regular file"));
    assert_int_equal(xml_read("/nowhere", "nowhere", &on, NULL, &none), -1);
    assert_int_equal(none.kind, ERROR_SYSTEM);
}

/* ---- what the readers leave behind when a file is cut anywhere */

static void a_cut_report_changes_nothing(void **state)
{
    const char *text =
        "<report><package name='p'><counter type='LINE' missed='1' covered='2'/></package></report>";
    for (size_t len = 0; len < strlen(text); len++) {
        struct coverage c = {0};
        struct issues issues = {0};
        struct junit_results r = {0};
        _cleanup_free_ char *path = file_of("cut", text, len);
        assert_int_equal(coverage_read_jacoco(path, "cut", &c, NULL), -1);
        assert_int_equal(c.of[METRIC_LINE].covered, 0);
        assert_int_equal(c.packages.len, 0);
        assert_int_equal(issue_read_checkstyle(path, "cut", NULL, NULL, &issues, NULL), -1);
        assert_int_equal(test_format_read(test_format_find("CTest"), path, "cut", &r, NULL), -1);
        assert_int_equal(r.suites.len, 0);
        coverage_release(&c);
        issues_release(&issues);
        junit_results_release(&r);
    }
}

/* The root is refused when its start tag is read; what that tag would mean elsewhere must not happen. */
static void an_inner_element_as_the_root_is_refused(void **state)
{
    static const char *const files[] = {"<metrics/>",  "<counter type='LINE'/>", "<line hits='1'/>",
                                        "<package/>",  "<violation/>",           "<error line='1'/>",
                                        "<test-case/>"};
    for (size_t i = 0; i < ARRAY_LEN(files); i++) {
        struct coverage c = {0};
        struct issues issues = {0};
        struct junit_results r = {0};
        _cleanup_free_ char *path = file_of("root", files[i], strlen(files[i]));
        assert_int_equal(coverage_read_clover(path, "root", &c, NULL), -1);
        assert_int_equal(coverage_read_jacoco(path, "root", &c, NULL), -1);
        assert_int_equal(coverage_read_cobertura(path, "root", &c, NULL), -1);
        assert_int_equal(issue_read_checkstyle(path, "root", NULL, NULL, &issues, NULL), -1);
        assert_int_equal(issue_read_pmd(path, "root", NULL, NULL, &issues, NULL), -1);
        assert_int_equal(test_format_read(test_format_find("NUnit3"), path, "root", &r, NULL), -1);
        assert_int_equal(issues.list.len, 0);
        coverage_release(&c);
        issues_release(&issues);
        junit_results_release(&r);
    }
}

static void tables_find_their_rows(void **state)
{
    static const char *const tests[] = {"CTestType", "NUnitJunitHudsonTestType", "GoogleTest", "robot"},
                             *const tools[] = {"checkStyle", "CheckStylePublisher", "maven-warnings", "gcc4"},
                             *const parsers[] = {"JACOCO", "istanbulCoberturaAdapter", "LCOV"};
    for (size_t i = 0; i < ARRAY_LEN(tests); i++)
        assert_non_null(test_format_find(tests[i]));
    for (size_t i = 0; i < ARRAY_LEN(tools); i++)
        assert_non_null(issue_tool_find(tools[i]));
    for (size_t i = 0; i < ARRAY_LEN(parsers); i++)
        assert_non_null(coverage_parser_find(parsers[i]));
    assert_null(test_format_find("CTes"));
    assert_null(issue_tool_find(""));
    assert_null(coverage_parser_find("JACOCO COBERTURA"));
    assert_int_equal(metric_find("Lines"), METRIC_LINE);
    assert_int_equal(metric_find("Classes"), METRIC_CLASS);
    assert_int_equal(metric_find("CYCLOMATIC_COMPLEXITY"), METRICS);
}

static void equal_findings_count_once(void **state)
{
    struct issues r = {0};
    struct issue i = {.file = "a", .line = 1, .message = " m \n"};
    issues_add(&r, &i);
    issues_add(&r, &i);
    i.line = 2;
    issues_add(&r, &i);
    i.file = "\xff";
    issues_add(&r, &i);
    i.line = 1;
    i.file = "a";
    issues_add(&r, &i);
    issues_unique(&r);
    assert_int_equal(r.list.len, 3);
    assert_int_equal(r.duplicates, 2);
    assert_int_equal(r.count[SEVERITY_ERROR], 3);
    assert_string_equal(r.list.items[0].message, "m");
    assert_int_equal(r.list.items[1].line, 2);
    assert_string_equal(r.list.items[2].file, "\xef\xbf\xbd");
    issues_release(&r);
}

static void severities_of_words(void **state)
{
    static const struct {
        const char *word;
        enum severity is;
    } words[] = {{"error", SEVERITY_ERROR}, {"FATAL", SEVERITY_ERROR}, {"warning", SEVERITY_NORMAL},
                 {"info", SEVERITY_LOW},    {"High", SEVERITY_HIGH},   {NULL, SEVERITY_NORMAL}};
    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        assert_int_equal(severity_guess(words[i].word), words[i].is);
}

static int setup(void **state)
{
    dir = fs_tempdir("/tmp", "gmrun-reports-", NULL);
    return dir ? 0 : -1;
}

static int teardown(void **state)
{
    fs_rm_rf(dir, NULL);
    free(dir);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_lose_their_prefix),
        cmocka_unit_test(nothing_is_fetched_and_no_entity_declared),
        cmocka_unit_test(nesting_has_a_limit),
        cmocka_unit_test(charsets_beyond_expats_own),
        cmocka_unit_test(only_regular_files_are_read),
        cmocka_unit_test(a_cut_report_changes_nothing),
        cmocka_unit_test(an_inner_element_as_the_root_is_refused),
        cmocka_unit_test(tables_find_their_rows),
        cmocka_unit_test(equal_findings_count_once),
        cmocka_unit_test(severities_of_words),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
