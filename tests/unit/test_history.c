/* The index: what a build puts there, what is read, and what becomes of a damaged or a contended one. */
#include "base/fs.h"
#include "base/util.h"
#include "runner/state/history.h"
#include "runner/state/junit.h"
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static struct home home;

static void one_build(const char *job, const char *result, const char *report)
{
    struct build_record b;
    struct error err = {0};
    if (build_create(&home, job, NULL, &b, &err))
        fail_msg("%s", err.message);
    json_object_set_new(b.json, "result", json_string(result));
    json_object_set_new(b.json, "stages",
                        json_pack("[{s:i, s:s, s:s, s:I}]", "id", 1, "name", "Build", "result", result,
                                  "duration_ms", (json_int_t)120));
    if (report) {
        struct junit_results r = {0};
        struct junit_totals all;
        _cleanup_free_ char *path = path_join(b.dir, "r.xml");
        fs_write_file(path, report, strlen(report), 0644, NULL);
        assert_int_equal(junit_parse_file(path, "r.xml", &r, NULL), 0);
        assert_int_equal(junit_record(b.dir, &r, &all, NULL), 0);
        junit_results_release(&r);
    }
    assert_int_equal(build_save(&b, NULL), 0);
    build_release(&b);
}

static void builds_stages_and_tests(void **state)
{
    one_build("shop", "SUCCESS", "<testsuite name='s'><testcase name='a'/><testcase name='b'/></testsuite>");
    one_build("shop", "UNSTABLE",
              "<testsuite name='s'><testcase name='a'><failure message='m'/></testcase>"
              "<testcase name='b'/></testsuite>");
    json_t *rows = history_builds(&home, "shop", 0, 10, NULL), *first = json_array_get(rows, 0);
    assert_int_equal(json_array_size(rows), 2);
    assert_int_equal(json_integer_value(json_object_get(first, "number")), 2);
    assert_string_equal(json_string_value(json_object_get(first, "result")), "UNSTABLE");
    assert_int_equal(json_integer_value(json_object_get(first, "tests_failed")), 1);
    json_decref(rows);
    rows = history_stages(&home, "shop", 1, NULL);
    assert_int_equal(json_array_size(rows), 1);
    assert_int_equal(json_integer_value(json_object_get(json_array_get(rows, 0), "duration_ms")), 120);
    json_decref(rows);
    rows = history_test(&home, "shop", "s", "a", 10, NULL);
    assert_string_equal(json_string_value(json_object_get(json_array_get(rows, 0), "message")), "m");
    assert_string_equal(json_string_value(json_object_get(json_array_get(rows, 1), "status")), "PASSED");
    json_decref(rows);
    rows = history_flaky(&home, "shop", 10, NULL);
    assert_int_equal(json_array_size(rows), 1);
    assert_string_equal(json_string_value(json_object_get(json_array_get(rows, 0), "name")), "a");
    json_decref(rows);
    assert_int_equal(history_remove_build(&home, "shop", 1, NULL), 0);
    rows = history_builds(&home, NULL, 0, 10, NULL);
    assert_int_equal(json_array_size(rows), 1);
    json_decref(rows);
}

static void rebuilt_from_the_folders(void **state)
{
    _cleanup_free_ char *db = path_join(home.dir, "gmrun.db"), *wal = path_join(home.dir, "gmrun.db-wal");
    fs_rm_rf(wal, NULL);
    assert_int_equal(
        fs_write_file(db, "this is no database, but it is long enough to look like one .............", 72,
                      0644, NULL),
        0);
    json_t *rows = history_builds(&home, "shop", 0, 10, NULL);
    assert_int_equal(json_array_size(rows), 2);
    json_decref(rows);
    int n = 0;
    assert_int_equal(fs_rm_rf(db, NULL), 0);
    assert_int_equal(history_rebuild(&home, &n, NULL), 0);
    assert_int_equal(n, 2);
    rows = history_test(&home, "shop", "s", "a", 10, NULL);
    assert_int_equal(json_array_size(rows), 2);
    json_decref(rows);
}

static void writers_do_not_lose_each_other(void **state)
{
    enum { WRITERS = 4, BUILDS = 8 };
    for (int p = 0; p < WRITERS; p++)
        if (fork() == 0) {
            for (int i = 0; i < BUILDS; i++)
                one_build("busy", "SUCCESS", NULL);
            _exit(0);
        }
    for (int status, p = 0; p < WRITERS; p++) {
        wait(&status);
        assert_int_equal(status, 0);
    }
    json_t *rows = history_builds(&home, "busy", 0, 1000, NULL);
    assert_int_equal(json_array_size(rows), WRITERS * BUILDS);
    json_decref(rows);
}

/* Each build opens the index anew, and whoever opens it reads the whole log. */
static void the_log_stays_small(void **state)
{
    _cleanup_free_ char *log = path_join(home.dir, "gmrun.db-wal");
    off_t highest = 0;
    for (int i = 0; i < 60; i++) {
        struct stat st;
        one_build("often", "SUCCESS", NULL);
        if (stat(log, &st) == 0 && st.st_size > highest)
            highest = st.st_size;
    }
    assert_in_range(highest, 1, 600 * 1024);
    json_t *rows = history_builds(&home, "often", 0, 100, NULL);
    assert_int_equal(json_array_size(rows), 60);
    json_decref(rows);
}

static void a_killed_writer_does_no_harm(void **state)
{
    pid_t pid = fork();
    if (pid == 0)
        for (;;)
            one_build("killed", "SUCCESS", NULL);
    nanosleep(&(struct timespec){.tv_nsec = 60000000}, NULL);
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
    one_build("killed", "SUCCESS", NULL);
    json_t *rows = history_builds(&home, "killed", 0, 1, NULL);
    assert_int_equal(json_integer_value(json_object_get(json_array_get(rows, 0), "number")),
                     build_last(&home, "killed"));
    json_decref(rows);
}

static int setup(void **state)
{
    home.dir = fs_tempdir("/tmp", "gmrun-test-history", NULL);
    return home.dir ? 0 : -1;
}

static int teardown(void **state)
{
    int rc = fs_rm_rf(home.dir, NULL);
    free(home.dir);
    return rc;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(builds_stages_and_tests),        cmocka_unit_test(rebuilt_from_the_folders),
        cmocka_unit_test(writers_do_not_lose_each_other), cmocka_unit_test(the_log_stays_small),
        cmocka_unit_test(a_killed_writer_does_no_harm),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
