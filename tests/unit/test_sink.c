/* The console forms: one small build told to each sink, the text compared; then the outputs that go wrong. */
#include "base/util.h"
#include "runner/sinks/event.h"
#include "runner/sinks/out.h"
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include <fcntl.h>
#include <jansson.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

typedef struct sink *maker(int fd, const struct sink_options *o);

static struct build_info build = {
    .job = "mall", .number = 3, .file = "Jenkinsfile", .started_by = "Started by user alice"};
static struct stage_info test = {.id = 1, .name = "Test", .path = "Test"};
static struct stage_info unit_a = {
    .id = 2, .name = "a", .path = "Test/a", .parent = &test, .depth = 1, .parallel = true};
static struct stage_info deploy = {.id = 3, .name = "Deploy", .path = "Deploy"};

static int64_t pace; /* milliseconds from one event to the next */
static int64_t told_ms;

static void tell(struct sink *s, struct event e)
{
    e.time_ms = told_ms += pace;
    e.build = &build;
    if (e.text && !e.len)
        e.len = strlen(e.text);
    s->event(s, &e);
}

static void tell_build(struct sink *s)
{
    tell(s, (struct event){.kind = EVENT_BUILD_START});
    tell(s, (struct event){.kind = EVENT_NOTICE, .text = "no agents are configured"});
    tell(s, (struct event){.kind = EVENT_STEP_START, .step = 1, .name = "stage", .has_body = true});
    tell(s, (struct event){.kind = EVENT_BLOCK_START, .step = 1, .name = "Test"});
    tell(s, (struct event){.kind = EVENT_STAGE_START, .stage = &test});
    tell(s, (struct event){.kind = EVENT_BLOCK_START, .step = 2, .stage = &test, .name = "Branch: a"});
    tell(s, (struct event){.kind = EVENT_STAGE_START, .stage = &unit_a, .branch = "a"});
    tell(s, (struct event){.kind = EVENT_STEP_START,
                           .step = 3,
                           .stage = &unit_a,
                           .branch = "a",
                           .name = "sh",
                           .label = "run 测试",
                           .detail = "make test",
                           .file = "Jenkinsfile",
                           .line = 7,
                           .col = 9});
    tell(s, (struct event){.kind = EVENT_LOG,
                           .stage = &unit_a,
                           .branch = "a",
                           .text = "+ make test\n10%\r20%\rdone \033[2K\033[31mred\n"});
    tell(s, (struct event){.kind = EVENT_STEP_END,
                           .step = 3,
                           .stage = &unit_a,
                           .branch = "a",
                           .name = "sh",
                           .result = RESULT_FAILURE,
                           .text = "script returned exit code 2",
                           .duration_ms = 1200});
    tell(s, (struct event){.kind = EVENT_STAGE_END,
                           .stage = &unit_a,
                           .branch = "a",
                           .result = RESULT_FAILURE,
                           .duration_ms = 1300});
    tell(s, (struct event){.kind = EVENT_BLOCK_END, .step = 2, .stage = &test});
    tell(s, (struct event){
                .kind = EVENT_STAGE_END, .stage = &test, .result = RESULT_FAILURE, .duration_ms = 65000});
    tell(s, (struct event){.kind = EVENT_BLOCK_END, .step = 1});
    tell(s,
         (struct event){
             .kind = EVENT_STEP_END, .step = 1, .name = "stage", .has_body = true, .result = RESULT_FAILURE});
    tell(s, (struct event){.kind = EVENT_STAGE_START, .stage = &deploy});
    tell(s, (struct event){.kind = EVENT_STAGE_END,
                           .stage = &deploy,
                           .result = RESULT_SUCCESS,
                           .skipped = "due to earlier failure(s)"});
    tell(s, (struct event){.kind = EVENT_WARNING,
                           .text = "unknown step 'slep'",
                           .file = "Jenkinsfile",
                           .line = 9,
                           .col = 1});
    tell(s, (struct event){.kind = EVENT_BUILD_END,
                           .result = RESULT_FAILURE,
                           .duration_ms = 66000,
                           .text = "ERROR: script returned exit code 2\n"});
}

static char *content(int fd)
{
    off_t n = lseek(fd, 0, SEEK_END);
    char *text = xcalloc((size_t)n + 1, 1);
    assert_int_equal(pread(fd, text, (size_t)n, 0), n);
    close(fd);
    return text;
}

static char *output_of(maker *make, struct sink_options o)
{
    int fd = memfd_create("out", 0);
    struct sink *s = make(fd, &o);
    told_ms = 1714566896789;
    tell_build(s);
    s->release(s);
    return content(fd);
}

static void jenkins_form(void **state)
{
    char *text = output_of(sink_jenkins_new, (struct sink_options){0});
    assert_string_equal(text, "Started by user alice\n"
                              "[Pipeline] Start of Pipeline\n"
                              "[Pipeline] stage\n"
                              "[Pipeline] { (Test)\n"
                              "[Pipeline] { (Branch: a)\n"
                              "[Pipeline] sh (run 测试)\n"
                              "+ make test\n10%\r20%\rdone \033[2K\033[31mred\n"
                              "[Pipeline] }\n"
                              "[Pipeline] }\n"
                              "[Pipeline] // stage\n"
                              "[Pipeline] End of Pipeline\n"
                              "ERROR: script returned exit code 2\n"
                              "Finished: FAILURE\n");
    free(text);
    text = output_of(sink_jenkins_new, (struct sink_options){.timestamps = true});
    assert_non_null(strstr(text, "\n[2024-05-01T12:34:56.789Z] [Pipeline] stage\n"));
    assert_non_null(strstr(text, "\n[2024-05-01T12:34:56.789Z] + make test\n[2024-05-01T12:34:56.789Z] 10%"));
    free(text);
}

static void json_form(void **state)
{
    char *text = output_of(sink_json_new, (struct sink_options){0}), *line, *rest = text;
    int n = 0;
    while ((line = strsep(&rest, "\n")) && *line) {
        json_t *j = json_loads(line, JSON_REJECT_DUPLICATES, NULL);
        if (!j)
            fail_msg("no JSON: %s", line);
        if (strcmp(json_string_value(json_object_get(j, "event")), "log") == 0) {
            assert_string_equal(json_string_value(json_object_get(j, "text")),
                                "+ make test\n10%\r20%\rdone \033[2K\033[31mred\n");
            assert_string_equal(json_string_value(json_object_get(j, "branch")), "a");
            assert_int_equal(json_integer_value(json_object_get(j, "stage")), 2);
        }
        json_decref(j);
        n++;
    }
    assert_int_equal(n, 19);
    free(text);
}

static const char plain_text[] = "mall #3  Jenkinsfile  Started by user alice\n"
                                 "note: no agents are configured\n"
                                 "==> Test\n"
                                 "[a] ==> Test/a\n"
                                 "[a] --> sh run 测试\n"
                                 "[a] + make test\n"
                                 "[a] done red\n"
                                 "[a] ==> Jenkinsfile:7:9: sh: script returned exit code 2\n"
                                 "[a] ==> Test/a  FAILURE  1.3 s\n"
                                 "==> Test  FAILURE  1 min 5 s\n"
                                 "==> Deploy\n"
                                 "==> Deploy  skipped: due to earlier failure(s)\n"
                                 "warning: Jenkinsfile:9:1: unknown step 'slep'\n"
                                 "\n"
                                 "Stages\n"
                                 "  Test    1 min 5 s  FAILURE\n"
                                 "    a         1.3 s  FAILURE\n"
                                 "  Deploy  skipped: due to earlier failure(s)\n"
                                 "\n"
                                 "Failed: Test/a/sh (run 测试)  Jenkinsfile:7:9\n"
                                 "  make test\n"
                                 "  script returned exit code 2\n"
                                 "  last lines of its output:\n"
                                 "    + make test\n"
                                 "    done red\n"
                                 "mall #3 FAILURE in 1 min 6 s\n";

static void plain_form(void **state)
{
    char *text = output_of(sink_plain_new, (struct sink_options){.color = true});
    assert_string_equal(text, plain_text);
    free(text);
    text = output_of(sink_plain_new, (struct sink_options){.quiet = true});
    assert_true(strncmp(text, "[a] ==> Jenkinsfile:7:9: sh: script returned exit code 2\nwarning: ", 60) ==
                0);
    assert_null(strstr(text, "make test\n[a]"));
    free(text);
}

static void pretty_form(void **state)
{
    char *text = output_of(sink_pretty_new, (struct sink_options){0});
    assert_non_null(strstr(text, "\n[a] ▶ Test › a\n"));
    assert_non_null(strstr(text, "\n[a]   done red\n"));
    assert_non_null(strstr(text, "\n    ✘ a "));
    assert_null(strchr(text, '\033'));
    free(text);
    text = output_of(sink_pretty_new, (struct sink_options){.color = true});
    assert_non_null(strstr(text, "done \033[31mred\033[0m\n"));
    assert_null(strstr(text, "\033[2K"));
    free(text);
}

/* Plays the escape sequences of the live region on a page, to see that nothing of it is left behind. */
static void live_region(void **state)
{
    pace = 100;
    char *text = output_of(sink_pretty_new, (struct sink_options){.terminal = true, .width = 40});
    pace = 0;
    VEC(char *) lines = {0};
    assert_non_null(strstr(text, " Test  0.2 s\n  "));
    for (char *p = text; *p;) {
        int up, used = 0;
        if (sscanf(p, "\r\033[%dA\033[J%n", &up, &used) == 1 && used) {
            assert_true((size_t)up <= lines.len);
            lines.len -= (size_t)up;
            p += used;
            continue;
        }
        char *end = strchr(p, '\n');
        *end = 0;
        vec_push(&lines, p);
        p = end + 1;
    }
    for (size_t i = 0; i < lines.len; i++)
        assert_null(strstr(lines.items[i], " 0.2 s"));
    assert_string_equal(lines.items[0], "mall #3  Jenkinsfile  Started by user alice");
    assert_string_equal(lines.items[lines.len - 1], "mall #3 FAILURE in 1 min 6 s");
    vec_release(&lines);
    free(text);
}

/* A sink hears of a line's pieces one by one; between them nobody else speaks (runner/engine/tell.c). */
static void open_lines(void **state)
{
    static const struct {
        maker *make;
        struct sink_options o;
        const char *wanted;
    } forms[] = {
        {sink_jenkins_new, {0}, "one\nab\ntwo\n"},
        {sink_plain_new, {0}, "[a] one\n[a] ab\n[a] two\n"},
        {sink_pretty_new, {.terminal = true, .width = 80}, "ab\n"},
    };
    static const char *const pieces[] = {"one\na", "b", "\ntwo\n"};
    for (size_t i = 0; i < ARRAY_LEN(forms); i++) {
        int fd = memfd_create("out", 0);
        struct sink *s = forms[i].make(fd, &forms[i].o);
        for (size_t k = 0; k < ARRAY_LEN(pieces); k++)
            tell(s, (struct event){.kind = EVENT_LOG, .branch = "a", .text = pieces[k]});
        s->release(s);
        char *got = content(fd);
        assert_non_null(strstr(got, forms[i].wanted));
        free(got);
    }
}

static void silence_is_told(void **state)
{
    int fd = memfd_create("out", 0);
    struct sink *s = sink_plain_new(fd, NULL);
    told_ms = 1714566896789;
    tell(s, (struct event){.kind = EVENT_STEP_START, .step = 3, .name = "sh", .detail = "sleep 99"});
    s->tick(s, 1714566896789 + 29000);
    s->tick(s, 1714566896789 + 31000);
    s->tick(s, 1714566896789 + 40000);
    s->release(s);
    char *text = content(fd);
    assert_string_equal(text, "... still running: sh sleep 99 (31 s)\n");
    free(text);
}

static void a_retried_step_is_no_failure(void **state)
{
    int fd = memfd_create("out", 0);
    struct sink *s = sink_plain_new(fd, NULL);
    for (int i = 0; i < 2; i++) {
        tell(s, (struct event){
                    .kind = EVENT_STEP_START, .step = i + 1, .name = "sh", .file = "J", .line = 1, .col = 1});
        tell(s, (struct event){.kind = EVENT_STEP_END,
                               .step = i + 1,
                               .name = "sh",
                               .text = i ? NULL : "once",
                               .result = i ? RESULT_SUCCESS : RESULT_FAILURE});
    }
    tell(s, (struct event){.kind = EVENT_BUILD_END, .result = RESULT_UNSTABLE});
    s->release(s);
    char *text = content(fd);
    assert_null(strstr(text, "Failed:"));
    free(text);
}

static void broken_outputs(void **state)
{
    int pipe_fd[2], full = open("/dev/full", O_WRONLY);
    signal(SIGPIPE, SIG_IGN);
    assert_int_equal(pipe(pipe_fd), 0);
    close(pipe_fd[0]);
    static maker *const makers[] = {sink_plain_new, sink_jenkins_new, sink_json_new};
    for (size_t i = 0; i < ARRAY_LEN(makers); i++) {
        struct sink *s = makers[i](pipe_fd[1], NULL);
        tell_build(s);
        s->release(s);
        s = makers[i](full, NULL);
        tell_build(s);
        s->release(s);
    }
    close(pipe_fd[1]);
    close(full);
}

static void says_what_is_missing(void **state)
{
    int full = open("/dev/full", O_WRONLY), fd = memfd_create("out", 0);
    struct out o = {.fd = full};
    out_addstr(&o, "lost\n");
    out_flush(&o);
    o.fd = fd;
    out_addstr(&o, "kept\n");
    out_release(&o);
    close(full);
    char *text = content(fd);
    assert_string_equal(text, "[gmrun: 5 bytes of output are missing here: No space left on device]\nkept\n");
    free(text);
}

static void big_output_is_cheap(void **state)
{
    enum { CHUNK = 65536, CHUNKS = 4096 };
    char *chunk = xmalloc(CHUNK);
    memset(chunk, 'x', CHUNK);
    for (int i = 99; i < CHUNK; i += 100)
        chunk[i] = '\n';
    chunk[CHUNK - 1] = '\n';
    int fd = open("/dev/null", O_WRONLY);
    struct sink *s = sink_jenkins_new(fd, NULL);
    struct timespec a, b;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &a);
    for (int i = 0; i < CHUNKS; i++)
        tell(s, (struct event){.kind = EVENT_LOG, .text = chunk, .len = CHUNK});
    s->release(s);
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &b);
    double seconds = (double)(b.tv_sec - a.tv_sec) + (double)(b.tv_nsec - a.tv_nsec) / 1e9;
    print_message("256 MiB through the jenkins sink: %.3f s of CPU\n", seconds);
    assert_true(seconds < 1);
    close(fd);
    free(chunk);
}

static void results(void **state)
{
    enum result r;
    assert_true(result_parse("UNSTABLE", &r) && r == RESULT_UNSTABLE);
    assert_false(result_parse("unstable", &r));
    assert_int_equal(result_exit_status(RESULT_ABORTED), 4);
    assert_string_equal(result_name(RESULT_NONE), "null");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(jenkins_form),        cmocka_unit_test(json_form),
        cmocka_unit_test(plain_form),          cmocka_unit_test(pretty_form),
        cmocka_unit_test(live_region),         cmocka_unit_test(open_lines),
        cmocka_unit_test(silence_is_told),     cmocka_unit_test(a_retried_step_is_no_failure),
        cmocka_unit_test(broken_outputs),      cmocka_unit_test(says_what_is_missing),
        cmocka_unit_test(big_output_is_cheap), cmocka_unit_test(results),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
