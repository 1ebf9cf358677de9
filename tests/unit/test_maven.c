/* What withMaven reads and writes: settings files, Maven's output, coordinates. */
#include "tests/unit/check.h"
#include "base/fs.h"
#include "runner/steps/tools/maven_log.h"
#include "runner/steps/tools/maven_project.h"
#include "runner/steps/tools/maven_settings.h"
#include <string.h>

static void check_settings(const char *before, bool all, const char *after)
{
    static const struct maven_server servers[] = {{.id = "a", .username = "u&", .password = "<p>"}};
    struct buf text = {0};
    struct error err = {0};
    buf_addstr(&text, before);
    int status = maven_settings_servers(&text, servers, 1, all, &err);
    assert_int_equal(status, after ? 0 : -1);
    if (after)
        assert_string_equal(text.data, after);
    else
        assert_non_null(err.message);
    error_release(&err);
    buf_release(&text);
}

#define SERVER                                                                                               \
    "    <server>\n      <id>a</id>\n      <username>u&amp;</username>\n      "                              \
    "<password>&lt;p&gt;</password>\n    </server>\n"

static void test_servers(void **state)
{
    check_settings("<settings></settings>", true, "<settings><servers>\n" SERVER "  </servers>\n</settings>");
    check_settings("<settings><servers/></settings>", true,
                   "<settings><servers>\n" SERVER "  </servers>\n</settings>");
    check_settings("<settings><servers x='y'><server><id>b</id></server></servers></settings>", false,
                   "<settings><servers x='y'>" SERVER "<server><id>b</id></server></servers></settings>");
    check_settings("<settings><servers><server><id>b</id></server></servers></settings>", true,
                   "<settings><servers>" SERVER "</servers></settings>");
    check_settings(
        "<settings><servers><server><id> a </id></server><server><id>ab</id></server></servers></settings>",
        false, "<settings><servers>" SERVER "<server><id>ab</id></server></servers></settings>");
    check_settings("<!-- </settings> <servers> --><settings><![CDATA[<server>]]></settings>", true,
                   "<!-- </settings> <servers> --><settings><![CDATA[<server>]]><servers>\n" SERVER
                   "  </servers>\n</settings>");
    check_settings("<serversX/>", true, NULL);
    check_settings("", true, NULL);
    check_settings("<settings><!-- no end", true, NULL);
    check_settings("<settings><servers><server><id>b</id>", true, "<settings><servers>" SERVER);
}

static void test_mirror(void **state)
{
    struct buf text = {0};
    maven_settings_start(&text);
    assert_int_equal(maven_settings_mirror(&text, "aliyun", NULL), 0);
    assert_int_equal(maven_settings_mirror(&text, "http://m/?a&b", NULL), 0);
    assert_non_null(strstr(text.data, "<url>https://maven.aliyun.com/repository/public</url>"));
    assert_non_null(strstr(text.data, "<url>http://m/?a&amp;b</url>"));
    buf_release(&text);
}

/* The log comes in pieces of any size. */
static void test_log(void **state)
{
    static const char output[] =
        "[INFO] --- maven-compiler-plugin:3.10.1:compile (default-compile) @ mall ---\r\n"
        "\033[1m[INFO]\033[m --- \033[32mjar:3.3.0:jar\033[m (default-jar) @ \033[36mcart\033[m ---\n"
        "[INFO] --- spring-boot-maven-plugin:2.7.0:repackage (repackage) @ gateway ---\n"
        "[INFO] --- broken\n--- x) @ y\n--- (a) @ b ---\n"
        "[ERROR] Failed to execute goal g:p:1:test (id) on project Some Name: why: because -> [Help 1]\n"
        "[ERROR] Failed to execute goal g:p:1:test (id) on project nameless\n"
        "--- p:1:war (w) @ last ---";
    for (size_t step = 1; step < 40; step += 3) {
        struct maven_log log = {0};
        for (size_t i = 0; i < strlen(output); i += step)
            maven_log_feed(&log, output + i, i + step > strlen(output) ? strlen(output) - i : step);
        assert_int_equal(log.modules.len, 3);
        assert_false(maven_log_module(&log, "mall")->packaged);
        assert_true(maven_log_module(&log, "cart")->packaged);
        assert_true(maven_log_module(&log, "gateway")->packaged);
        assert_null(maven_log_module(&log, "last"));
        assert_int_equal(log.failures.len, 1);
        assert_string_equal(log.failures.items[0].module, "Some Name");
        assert_string_equal(log.failures.items[0].text, "p:1:test (id): why: because");
        maven_log_release(&log);
    }
}

static void check_findings(const char *output, const char *want)
{
    for (size_t step = 1; step < 60; step += 7) {
        struct maven_log log = {0};
        struct buf found = {0};
        for (size_t i = 0; i < strlen(output); i += step)
            maven_log_feed(&log, output + i, i + step > strlen(output) ? strlen(output) - i : step);
        maven_log_findings(&log, "/w", &found);
        assert_string_equal(found.data ? found.data : "", want);
        buf_release(&found);
        maven_log_release(&log);
    }
}

static void test_findings(void **state)
{
    check_findings("no Maven at all\nErrors: none\n  indented\n", "");
    check_findings(
        "Results :\n\nFailed tests:   sums(shop.CartTest): expected 1\n  CartTest.adds:7 wrong\n\n"
        "Tests in error: \n  CartTest.breaks:9\n\nTests run: 4, Failures: 2, Errors: 1, Skipped: 0\n",
        "4 tests, 2 failed, 1 with an error, 0 skipped\nfailed test sums(shop.CartTest): expected 1\n"
        "failed test CartTest.adds:7 wrong\nfailed test CartTest.breaks:9\n");
    /* a message of several lines, a test that ran again, sums of two modules */
    check_findings(
        "[ERROR] Tests run: 1, Failures: 1, Errors: 0, Skipped: 0, Time elapsed: 1 s <<< FAILURE!\n"
        "[ERROR] Failures: \n[ERROR]   A.b:1 one\ntwo\n\n[ERROR] shop.A.c\n"
        "[ERROR]   Run 1: A.c:2 x\n[ERROR]   Run 2: A.c:2 x\n[INFO] \n"
        "[ERROR] Tests run: 3, Failures: 2, Errors: 0, Skipped: 1\n[ERROR] not a test\n"
        "[INFO] Tests run: 2, Failures: 0, Errors: 0, Skipped: 0\n",
        "5 tests, 2 failed, 0 with an error, 1 skipped\nfailed test A.b:1 one\nfailed test "
        "shop.A.c\n");
    /* only the end of the output is known */
    check_findings("[ERROR] Failed to execute goal g:c:1:compile (d) on project pay: Compilation failure: \n"
                   "[ERROR] /w/Pay.java:[3,5] cannot find symbol\n[ERROR]   symbol:   class Money\n"
                   "[ERROR] /wx/Pay.java:[4,1] ';' expected\n[ERROR] -> [Help 1]\n",
                   "module pay failed: c:1:compile (d): Compilation failure\n"
                   "Pay.java:3: cannot find symbol: class Money\n/wx/Pay.java:4: ';' expected\n");
    check_findings("[ERROR] Failed to execute goal on project nothing behind", "");
    check_findings("[ERROR] Failed to execute goal on project a: it: broke -> [Help 1]",
                   "module a failed: it: broke\n");
    check_findings("[ERROR] COMPILATION ERROR : \n[ERROR] /w/A.java:[x\n[ERROR] :[1\n  symbol: none\n", "");
}

static void write_text(const char *dir, const char *name, const char *text)
{
    _cleanup_free_ char *path = path_join(dir, name), *folder = path_dirname(path);
    assert_int_equal(fs_mkdir_p(folder, 0755, NULL), 0);
    assert_int_equal(fs_write_file(path, text, strlen(text), 0644, NULL), 0);
}

static void test_project(void **state)
{
    _cleanup_free_ char *dir = fs_tempdir("/tmp", "gmrun-maven-", NULL);
    struct maven_project p = {0};
    struct error err = {0};
    assert_int_equal(maven_project_read(&p, dir, &err), -1);
    error_release(&err);
    maven_project_release(&p);
    write_text(dir, "pom.xml",
               "<project><parent><groupId>g</groupId><version>${revision}</version></parent>\n"
               "<artifactId> "
               "a\n</artifactId><dependencies><dependency><groupId>x</groupId></dependency></dependencies>"
               "</project>");
    assert_int_equal(maven_project_read(&p, dir, NULL), 0);
    assert_string_equal(p.group, "g");
    assert_string_equal(p.artifact, "a");
    assert_string_equal(p.packaging, "jar");
    assert_false(maven_project_complete(&p));
    maven_project_release(&p);
    write_text(dir, "target/maven-archiver/pom.properties", "#x\nversion=1.2\ngroupId=g\nartifactId=a\n");
    assert_int_equal(maven_project_read(&p, dir, NULL), 0);
    assert_string_equal(p.version, "1.2");
    assert_true(maven_project_complete(&p));
    maven_project_release(&p);
    write_text(dir, "target/maven-archiver/pom.properties", "version=../../etc\n");
    assert_int_equal(maven_project_read(&p, dir, NULL), 0);
    assert_false(maven_project_complete(&p));
    maven_project_release(&p);
    write_text(dir, "pom.xml", "<project><a>");
    assert_int_equal(maven_project_read(&p, dir, &err), -1);
    error_release(&err);
    maven_project_release(&p);
    fs_rm_rf(dir, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_servers),  cmocka_unit_test(test_mirror),  cmocka_unit_test(test_log),
        cmocka_unit_test(test_findings), cmocka_unit_test(test_project),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
