/* Builds on disk, labels, parameters. */
#include "base/fs.h"
#include "base/util.h"
#include "runner/state/build.h"
#include "runner/state/home.h"
#include "runner/state/label.h"
#include "runner/state/params.h"
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static struct home home;

static int setup(void **state)
{
    home.dir = fs_tempdir("/tmp", "gmrun-test-state", NULL);
    return home.dir ? 0 : -1;
}

static int teardown(void **state)
{
    int rc = fs_rm_rf(home.dir, NULL);
    free(home.dir);
    return rc;
}

static void numbers_never_repeat(void **state)
{
    enum { PROCESSES = 6, BUILDS = 15 };
    for (int p = 0; p < PROCESSES; p++)
        if (fork() == 0) {
            for (int i = 0; i < BUILDS; i++) {
                struct build_record b;
                if (build_create(&home, "team/app", NULL, &b, NULL))
                    _exit(1);
                build_release(&b);
            }
            _exit(0);
        }
    for (int status, p = 0; p < PROCESSES; p++) {
        wait(&status);
        assert_int_equal(status, 0);
    }
    int *numbers;
    size_t n = build_numbers(&home, "team/app", &numbers);
    assert_int_equal(n, PROCESSES * BUILDS);
    assert_int_equal(numbers[0], PROCESSES * BUILDS);
    free(numbers);
    _cleanup_free_ char *last = build_dir(&home, "team/app", PROCESSES * BUILDS);
    assert_int_equal(fs_rm_rf(last, NULL), 0);
    struct build_record b;
    assert_int_equal(build_create(&home, "team/app", NULL, &b, NULL), 0);
    assert_int_equal(b.number, PROCESSES * BUILDS + 1);
    build_release(&b);
}

static void a_running_build_is_seen(void **state)
{
    struct build_record b;
    struct error err = {0};
    pid_t pid;
    json_t *params = json_pack("{s:s}", "A", "1");
    assert_int_equal(build_create(&home, "run", params, &b, &err), 0);
    json_decref(params);
    assert_true(build_running(&home, "run", 1, &pid));
    assert_int_equal(pid, getpid());
    json_object_set_new(b.json, "result", json_string("SUCCESS"));
    assert_int_equal(build_save(&b, &err), 0);
    build_release(&b);
    assert_false(build_running(&home, "run", 1, &pid));
    json_t *record = build_load(&home, "run", 0, &err);
    assert_string_equal(json_string_value(json_object_get(record, "result")), "SUCCESS");
    assert_string_equal(json_string_value(json_object_get(json_object_get(record, "params"), "A")), "1");
    json_decref(record);
    assert_null(build_load(&home, "run", 7, &err));
    assert_string_equal(err.message, "there is no build run/7");
    error_release(&err);
    assert_null(build_load(&home, "../x", 1, &err));
    error_release(&err);
}

static void workspaces_have_twins(void **state)
{
    struct build_record b;
    char *path[3];
    int fd[3];
    assert_int_equal(build_create(&home, "ws", NULL, &b, NULL), 0);
    for (int i = 0; i < 2; i++)
        assert_int_equal(build_lock_workspace(&b, NULL, &path[i], &fd[i], NULL), 0);
    assert_true(str_has_suffix(path[0], "/workspace/ws"));
    assert_true(str_has_suffix(path[1], "/workspace/ws@2"));
    close(fd[0]);
    assert_int_equal(build_lock_workspace(&b, NULL, &path[2], &fd[2], NULL), 0);
    assert_string_equal(path[2], path[0]);
    close(fd[1]);
    close(fd[2]);
    for (int i = 0; i < 3; i++)
        free(path[i]);
    build_release(&b);
}

static void bad_job_names(void **state)
{
    static const char *const bad[] = {"", "..", "a//b", "/a", "a/", "builds", "x/builds", "a\nb", "a/.."};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        assert_int_equal(job_name_check(bad[i], NULL), -1);
    assert_int_equal(job_name_check("mall 商城/build", NULL), 0);
}

static void jobs_are_listed(void **state)
{
    struct build_record b;
    char **names;
    assert_int_equal(build_create(&home, "list/a", NULL, &b, NULL), 0);
    build_release(&b);
    assert_int_equal(build_create(&home, "list", NULL, &b, NULL), 0);
    build_release(&b);
    size_t n = job_names(&home, &names), seen = 0;
    for (size_t i = 0; i < n; i++) {
        seen += str_eq(names[i], "list") || str_eq(names[i], "list/a");
        free(names[i]);
    }
    free(names);
    assert_int_equal(seen, 2);
}

static void recorder_keeps_stages(void **state)
{
    struct build_record b;
    assert_int_equal(build_create(&home, "rec", NULL, &b, NULL), 0);
    struct sink *s = build_recorder_new(&b);
    struct stage_info top = {.id = 1, .name = "T", .path = "T"},
                      sub = {.id = 2, .name = "S", .path = "T/S", .parent = &top};
    s->event(s, &(struct event){.kind = EVENT_STAGE_START, .stage = &top, .time_ms = 5});
    s->event(s, &(struct event){.kind = EVENT_STAGE_START, .stage = &sub, .time_ms = 6});
    s->event(s, &(struct event){
                    .kind = EVENT_STAGE_END, .stage = &sub, .result = RESULT_UNSTABLE, .duration_ms = 9});
    s->tick(s, 2000);
    s->release(s);
    json_t *record = build_load(&home, "rec", 1, NULL),
           *stage = json_array_get(json_object_get(record, "stages"), 1);
    assert_string_equal(json_string_value(json_object_get(stage, "result")), "UNSTABLE");
    assert_int_equal(json_integer_value(json_object_get(stage, "parent")), 1);
    json_decref(record);
    build_release(&b);
}

static void labels_match(void **state)
{
    static const struct {
        const char *text;
        bool match; /* against linux, x86-64, "big one" */
    } rows[] = {
        {"linux", true},
        {"Linux", false},
        {"linux && x86-64", true},
        {"linux&&!x86-64", false},
        {"win||linux", true},
        {"!win", true},
        {"!!linux", true},
        {"win -> mac", true},
        {"linux->win", false},
        {"linux <-> win", false},
        {"mac<->win", true},
        {"win || linux && mac", false},
        {"(win || linux) && x86-64", true},
        {"\"big one\" && linux", true},
        {"win && mac -> linux", true},
        {"linux -> win || x86-64", true},
        {"  linux\t", true},
        {"win -> mac -> linux", true},
    };
    static const char *const labels[] = {"linux", "x86-64", "big one"};
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct error err = {0};
        struct label_expr *e = label_parse(rows[i].text, &err);
        if (!e || label_matches(e, labels, 3) != rows[i].match)
            fail_msg("%s: %s", rows[i].text, err.message ? err.message : "wrong");
        label_free(e);
    }
}

static void bad_labels(void **state)
{
    static const struct {
        const char *text, *message;
        int col;
    } rows[] = {
        {"a &&", "Invalid boolean expression: unexpected end of 'a &&'", 5},
        {"a b", "Invalid boolean expression: expecting EOF, found 'b'", 3},
        {"a && )", "Invalid boolean expression: unexpected token: )", 6},
        {"(a", "Invalid boolean expression: unexpected end of '(a'", 3},
        {"a & b", "Invalid boolean expression: expecting EOF, found '&'", 3},
        {"\"a", "Invalid boolean expression: unterminated string", 1},
        {"", "Invalid boolean expression: unexpected end of ''", 1},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct error err = {0};
        assert_null(label_parse(rows[i].text, &err));
        assert_string_equal(err.message, rows[i].message);
        assert_int_equal(err.col, rows[i].col);
        error_release(&err);
    }
    char deep[1000];
    memset(deep, '(', sizeof(deep) - 1);
    deep[sizeof(deep) - 1] = 0;
    assert_null(label_parse(deep, NULL));
}

static const char *const stages[] = {"test", "prod"};
static const struct param_decl decls[] = {
    {.kind = PARAM_STRING, .name = "PROJECT_NAME", .default_value = "mall", .trim = true},
    {.kind = PARAM_BOOLEAN, .name = "DEBUG"},
    {.kind = PARAM_CHOICE, .name = "STAGE", .choices = stages, .n_choices = 2},
    {.kind = PARAM_PASSWORD, .name = "PW", .default_value = "x"},
    {.kind = PARAM_FILE, .name = "UPLOAD"},
};

static void params_are_checked(void **state)
{
    static const struct {
        struct name_value given;
        const char *message;
    } bad[] = {
        {{"DEBUG", "ja"}, "parameter 'DEBUG' is a boolean: true or false, not 'ja'"},
        {{"STAGE", "live"},
         "Value for choice parameter 'STAGE' is 'live', but valid choices are [test, prod]"},
        {{"PROJET_NAME", "x"},
         "unknown parameter 'PROJET_NAME'; did you mean 'PROJECT_NAME'?; the pipeline declares: "
         "PROJECT_NAME, DEBUG, STAGE, PW, UPLOAD"},
        {{"UPLOAD", "/nonexistent"}, "parameter 'UPLOAD': file /nonexistent: No such file or directory"},
    };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct error err = {0};
        struct param_values v = {0};
        assert_int_equal(params_resolve(decls, 5, &bad[i].given, 1, &v, &err), -1);
        assert_string_equal(err.message, bad[i].message);
        error_release(&err);
        param_values_release(&v);
    }
}

static void params_are_resolved(void **state)
{
    struct name_value given[] = {
        {"PROJECT_NAME", "a"}, {"DEBUG", "TRUE"}, {"PROJECT_NAME", " gulimall-product\n"}};
    struct param_values v = {0};
    assert_int_equal(params_resolve(decls, 5, given, 3, &v, NULL), 0);
    assert_int_equal(v.len, 5);
    assert_string_equal(v.items[0].text, "gulimall-product");
    assert_true(v.items[0].given && v.items[1].truth && !v.items[2].given);
    assert_string_equal(v.items[2].text, "test");
    assert_null(v.items[4].text);
    param_values_release(&v);
    assert_int_equal(params_resolve(NULL, 0, given, 3, &v, NULL), 0);
    assert_int_equal(v.len, 2);
    assert_string_equal(v.items[0].name, "DEBUG");
    assert_string_equal(v.items[0].text, "TRUE");
    param_values_release(&v);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_never_repeat),  cmocka_unit_test(a_running_build_is_seen),
        cmocka_unit_test(workspaces_have_twins), cmocka_unit_test(bad_job_names),
        cmocka_unit_test(jobs_are_listed),       cmocka_unit_test(recorder_keeps_stages),
        cmocka_unit_test(labels_match),          cmocka_unit_test(bad_labels),
        cmocka_unit_test(params_are_checked),    cmocka_unit_test(params_are_resolved),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
