/* Reports of tools from arbitrary bytes: no crash, no leak, no hang; a refusal has a message; what was read
 * is consistent and can be written as JSON. The first byte chooses the reader. */
#include "base/utf8.h"
#include "runner/steps/report/coverage.h"
#include "runner/steps/report/issue.h"
#include "runner/steps/report/test_format.h"
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const tests[] = {"JUnit",       "CTest",    "NUnit2",  "NUnit3",    "MSTest",
                                    "xUnitDotNet", "TestNG",   "robot",   "BoostTest", "QtTest",
                                    "CppUnit",     "UnitTest", "Valgrind"};
static const char *const tools[] = {
    "checkStyle", "spotBugs", "pmdParser",   "cpd",      "java",  "gcc",      "mavenConsole",
    "pyLint",     "flake8",   "goVet",       "msBuild",  "cmake", "yamlLint", "javaDoc",
    "sarif",      "issues",   "taskScanner", "cppCheck", "trivy", "myPy",     "ansibleLint"};
static const char *const parsers[] = {"JACOCO", "COBERTURA", "CLOVER", "LCOV", "GO_COV"};

static void check(int rc, struct error *err)
{
    if (rc && (!err->message || !*err->message))
        abort();
    error_release(err);
}

static void read_tests(const char *name, const char *path)
{
    struct junit_results r = {0};
    struct error err = {0};
    check(test_format_read(test_format_find(name), path, "report.xml", &r, &err), &err);
    if (r.totals.total != r.totals.passed + r.totals.failed + r.totals.skipped)
        abort();
    json_t *json = junit_to_json(&r);
    if (!json)
        abort();
    json_decref(json);
    junit_results_release(&r);
}

static void read_issues(const char *name, const char *path)
{
    static const struct issue_options options = {.high_lines = 50,
                                                 .normal_lines = 25,
                                                 .high_tags = "FIXME, a.b",
                                                 .normal_tags = "TODO",
                                                 .low_tags = ""};
    const struct issue_tool *tool = issue_tool_find(name);
    struct issues r = {0};
    struct error err = {0};
    check(tool->read(path, "report", tool->detail, &options, &r, &err), &err);
    issues_unique(&r);
    for (size_t i = 0; i < r.list.len; i++) {
        json_t *json = issue_to_json(&r.list.items[i]);
        if (!json)
            abort();
        json_decref(json);
    }
    issues_release(&r);
}

static void read_coverage(const char *name, const char *path)
{
    struct coverage c = {0};
    struct error err = {0};
    check(coverage_parser_find(name)->read(path, "report", &c, &err), &err);
    for (size_t i = 0; i < METRICS; i++)
        if (c.of[i].covered < 0 || c.of[i].missed < 0)
            abort();
    json_t *json = coverage_to_json(&c, "id", "name", 1);
    if (!json)
        abort();
    json_decref(json);
    coverage_release(&c);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[64];
    if (!size)
        return 0;
    int fd = memfd_create("report", MFD_CLOEXEC);
    size_t which = data[0] % (ARRAY_LEN(tests) + ARRAY_LEN(tools) + ARRAY_LEN(parsers));
    if (fd < 0 || write(fd, data + 1, size - 1) != (ssize_t)size - 1)
        abort();
    snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    if (which < ARRAY_LEN(tests))
        read_tests(tests[which], path);
    else if ((which -= ARRAY_LEN(tests)) < ARRAY_LEN(tools))
        read_issues(tools[which], path);
    else
        read_coverage(parsers[which - ARRAY_LEN(tools)], path);
    close(fd);
    return 0;
}
