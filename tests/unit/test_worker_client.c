/* The runner's side of the helper: answer lines in any cut, ends without an answer, cancelling, and a
 * whole request to the real program. */
#include "agents/worker.h"
#include "agents/launch_local.h"
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>
#include "base/fs.h"
#include "base/hash.h"
#include "base/loop.h"
#include "base/util.h"

struct seen {
    struct buf log, bytes;
    int progress, done;
    bool ok;
    enum worker_fail fail;
    char *message;
    json_t *result;
};

static void on_log(void *data, const char *text, size_t n)
{
    struct seen *s = data;
    buf_add(&s->log, text, n);
    buf_addch(&s->log, '|');
}

static void on_progress(void *data, const char *phase, long long done, long long total, long long bytes)
{
    ((struct seen *)data)->progress++;
}

static void on_bytes(void *data, const char *bytes, size_t n)
{
    buf_add(&((struct seen *)data)->bytes, bytes, n);
}

static void on_done(void *data, const struct worker_end *end)
{
    struct seen *s = data;
    s->done++;
    s->ok = end->result != NULL;
    s->fail = end->fail;
    s->message = xstrdup(end->message);
    s->result = json_incref(end->result);
}

static const struct worker_callbacks callbacks = {
    .log = on_log, .progress = on_progress, .done = on_done, .bytes = on_bytes};

static void seen_release(struct seen *s)
{
    buf_release(&s->log);
    buf_release(&s->bytes);
    free(s->message);
    json_decref(s->result);
}

static void test_lines_in_any_cut(void **state)
{
    static const char text[] =
        "{\"event\":\"log\",\"text\":\"one\"}\n\nnoise\n{\"event\":\"progress\",\"phase\":\"x\"}\n"
        "{\"event\":\"log\",\"text\":\"two\"}\n{\"event\":\"result\",\"n\":7}\n{\"event\":\"error\"}\n";
    for (size_t cut = 1; cut < sizeof(text); cut++) {
        struct seen s = {0};
        struct worker_reader r = {.cb = &callbacks, .data = &s};
        struct worker_end end;
        for (size_t i = 0; i < sizeof(text) - 1; i += cut)
            worker_reader_feed(&r, text + i, i + cut < sizeof(text) ? cut : sizeof(text) - 1 - i);
        worker_reader_end(&r, "none", &end);
        assert_string_equal(s.log.data, "one|two|");
        assert_int_equal(s.progress, 1);
        assert_non_null(end.result);
        assert_int_equal(json_integer_value(json_object_get(end.result, "n")), 7);
        worker_reader_release(&r);
        seen_release(&s);
    }
}

/* Between the lines stand bytes that look like lines themselves. */
static void test_frames_in_any_cut(void **state)
{
    static const char text[] =
        "{\"event\":\"data\",\"size\":5}\na\n{}\n{\"event\":\"log\",\"text\":\"one\"}\n"
        "{\"event\":\"data\",\"size\":1}\n\n{\"event\":\"result\"}\n";
    for (size_t cut = 1; cut < sizeof(text); cut++) {
        struct seen s = {0};
        struct worker_reader r = {.cb = &callbacks, .data = &s};
        for (size_t i = 0; i < sizeof(text) - 1; i += cut)
            worker_reader_feed(&r, text + i, i + cut < sizeof(text) ? cut : sizeof(text) - 1 - i);
        assert_int_equal(s.bytes.len, 6);
        assert_memory_equal(s.bytes.data, "a\n{}\n\n", 6);
        assert_string_equal(s.log.data, "one|");
        assert_non_null(r.final);
        worker_reader_release(&r);
        seen_release(&s);
    }
}

static void test_error_kinds(void **state)
{
    static const char line[] = "{\"event\":\"error\",\"message\":\"no\",\"kind\":\"auth\"}\n";
    struct worker_reader r = {.cb = &callbacks};
    struct worker_end end;
    worker_reader_end(&r, "no answer", &end);
    assert_string_equal(end.message, "no answer");
    assert_int_equal(end.fail, WORKER_OTHER);
    worker_reader_feed(&r, line, sizeof(line) - 1);
    worker_reader_end(&r, "no answer", &end);
    assert_null(end.result);
    assert_string_equal(end.message, "no");
    assert_int_equal(end.fail, WORKER_AUTH);
    worker_reader_release(&r);
}

enum { PATIENCE_MS = 120000 }; /* how long a machine may be busy with other things */

struct fixture {
    struct loop loop;
    struct procs procs;
};

static void fixture_init(struct fixture *f)
{
    assert_int_equal(loop_init(&f->loop, NULL), 0);
    assert_int_equal(procs_init(&f->procs, &f->loop, false, NULL), 0);
}

static void fixture_release(struct fixture *f)
{
    procs_release(&f->procs);
    loop_release(&f->loop);
}

static void wait_done(struct fixture *f, struct seen *s)
{
    int64_t first = loop_now(&f->loop);
    while (!s->done && loop_now(&f->loop) - first < PATIENCE_MS)
        loop_run_once(&f->loop, 1000, NULL);
    assert_int_equal(s->done, 1);
}

static void test_real_request(void **state)
{
    struct fixture f;
    struct seen s = {0};
    char dir[] = "/tmp/gmrun-test-XXXXXX";
    _cleanup_free_ char *program = worker_program(NULL);
    if (!program)
        skip(); /* not built yet: `make all` first */
    assert_non_null(mkdtemp(dir));
    _cleanup_free_ char *file = path_join(dir, "a.txt");
    _cleanup_free_ char *stash = path_join(dir, "out/s.tar");
    assert_int_equal(fs_write_file(file, "x", 1, 0644, NULL), 0);
    fixture_init(&f);
    json_t *req = json_pack("{s:s, s:s, s:s}", "op", "stash", "dir", dir, "file", stash);
    assert_non_null(worker_start(&f.procs, NULL, req, &callbacks, &s, NULL));
    assert_int_equal(s.done, 0);
    wait_done(&f, &s);
    assert_true(s.ok);
    assert_int_equal(json_integer_value(json_object_get(s.result, "count")), 1);
    assert_true(fs_exists(stash));
    json_decref(req);
    fixture_release(&f);
    seen_release(&s);
    fs_rm_rf(dir, NULL);
}

/* A folder goes out of one helper as a stream and into another, larger than what is under way at once. */
static void test_streams(void **state)
{
    enum { SIZE = 3 << 20 };
    struct fixture f;
    struct local_launcher local;
    struct seen out = {0}, in = {0};
    char dir[] = "/tmp/gmrun-test-XXXXXX";
    _cleanup_free_ char *program = worker_program(NULL), *big = xcalloc(1, SIZE / 2 + 1);
    if (!program)
        skip();
    assert_non_null(mkdtemp(dir));
    random_hex(big, SIZE / 4);
    _cleanup_free_ char *from = path_join(dir, "from"), *to = path_join(dir, "to");
    _cleanup_free_ char *file = path_join(from, "a b"), *copy = path_join(to, "a b"),
                        *kept = path_join(dir, "s");
    assert_int_equal(fs_mkdir_p(from, 0755, NULL), 0);
    assert_int_equal(fs_write_file(file, big, SIZE / 2, 0640, NULL), 0);
    fixture_init(&f);
    local_launcher_init(&local, &f.procs);
    json_t *req = json_pack("{s:s, s:s, s:b}", "op", "stash", "dir", from, "stream", 1);
    assert_non_null(worker_start_at(&local.launcher, program, req, -1, &callbacks, &out, NULL));
    wait_done(&f, &out);
    assert_true(out.ok);
    json_decref(req);
    assert_int_equal(fs_write_file(kept, out.bytes.data, out.bytes.len, 0600, NULL), 0);
    req = json_pack("{s:s, s:s, s:b}", "op", "unstash", "dir", to, "stream", 1);
    assert_non_null(worker_start_at(&local.launcher, program, req, open(kept, O_RDONLY | O_CLOEXEC),
                                    &callbacks, &in, NULL));
    wait_done(&f, &in);
    assert_true(in.ok);
    json_decref(req);
    struct buf text = {0};
    assert_int_equal(fs_read_file(copy, 0, &text, NULL), 0);
    assert_int_equal(text.len, SIZE / 2);
    assert_memory_equal(text.data, big, SIZE / 2);
    buf_release(&text);
    fixture_release(&f);
    seen_release(&out);
    seen_release(&in);
    fs_rm_rf(dir, NULL);
}

static void launched_output(void *data, int stream, const char *bytes, size_t n)
{
    buf_add(&((struct seen *)data)->log, bytes, n);
}

static void launched_done(void *data, const struct launch_end *end)
{
    ((struct seen *)data)->done++;
}

/* Whoever waits for a far helper is gone once its input ends. */
static void test_far_end_of_input(void **state)
{
    static const struct launch_callbacks plain = {.output = launched_output, .done = launched_done};
    static const char request[] = "{\"op\":\"unstash\",\"stream\":true,\"dir\":\"/tmp\"}\n";
    struct fixture f;
    struct local_launcher local;
    struct seen s = {0};
    _cleanup_free_ char *program = worker_program(NULL);
    if (!program)
        skip();
    fixture_init(&f);
    local_launcher_init(&local, &f.procs);
    const char *argv[] = {program, "--once", NULL};
    struct launch what = {.argv = argv, .input = request, .input_len = sizeof(request) - 1, .feed = true};
    struct launched *p = local.launcher.ops->start(&local.launcher, &what, &plain, &s, NULL);
    assert_non_null(p);
    for (int i = 0; i < 20; i++)
        loop_run_once(&f.loop, 10, NULL);
    assert_int_equal(s.done, 0);
    local.launcher.ops->write(&local.launcher, p, "", 0, true);
    wait_done(&f, &s);
    assert_non_null(strstr(s.log.data, "cancelled"));
    fixture_release(&f);
    seen_release(&s);
}

static void test_no_answer(void **state)
{
    struct fixture f;
    struct seen s = {0};
    fixture_init(&f);
    json_t *req = json_object();
    assert_non_null(worker_start(&f.procs, "/bin/false", req, &callbacks, &s, NULL));
    wait_done(&f, &s);
    assert_false(s.ok);
    assert_non_null(strstr(s.message, "without an answer (status 1)"));
    json_decref(req);
    fixture_release(&f);
    seen_release(&s);
}

static void test_cancel(void **state)
{
    struct fixture f;
    struct seen s = {0};
    fixture_init(&f);
    json_t *req = json_object();
    struct worker *w = worker_start(&f.procs, "/usr/bin/yes", req, &callbacks, &s, NULL);
    assert_non_null(w);
    worker_cancel(w);
    wait_done(&f, &s);
    assert_int_equal(s.fail, WORKER_CANCELLED);
    json_decref(req);
    fixture_release(&f);
    seen_release(&s);
}

static void test_missing_program(void **state)
{
    struct fixture f;
    struct error err = {0};
    fixture_init(&f);
    json_t *req = json_object();
    assert_null(worker_start(&f.procs, "/nonexistent/gmrun-worker", req, &callbacks, NULL, &err));
    assert_non_null(strstr(err.message, "cannot start the helper program"));
    json_decref(req);
    error_release(&err);
    fixture_release(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lines_in_any_cut),
        cmocka_unit_test(test_error_kinds),
        cmocka_unit_test(test_real_request),
        cmocka_unit_test(test_no_answer),
        cmocka_unit_test(test_cancel),
        cmocka_unit_test(test_missing_program),
        cmocka_unit_test(test_frames_in_any_cut),
        cmocka_unit_test(test_streams),
        cmocka_unit_test(test_far_end_of_input),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
