/* Measures the bottom layers alone, as the engine will use them, without parser and script.
 *
 *   shell_jobs steps N        N sh steps one after the other
 *   shell_jobs branches N M   N sh steps started at once, at most M running
 *   shell_jobs log COMMAND    one step; its output masked (10 secrets) to standard output
 *   shell_jobs mask FILE      the masker alone over a file's content, 64 KiB at a time */
#include "agents/agent.h"
#include "base/fs.h"
#include "base/mask.h"
#include "base/proc.h"
#include "base/slots.h"
#include "base/util.h"
#include "agents/shell.h"
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

struct bench {
    struct loop loop;
    struct procs procs;
    struct agent *agent;
    struct slots slots;
    struct shell_options o;
    struct mask_set *set;
    struct mask_stream stream;
    long left;
    bool chain;
};

static void write_out(void *data, const char *bytes, size_t n)
{
    while (n) {
        ssize_t done = write(1, bytes, n);
        if (done < 0)
            exit(1);
        bytes += done;
        n -= (size_t)done;
    }
}

static void on_output(void *data, const char *text, size_t n)
{
    struct bench *b = data;
    mask_stream_feed(&b->stream, text, n);
}

static void on_done(void *data, const struct shell_result *r);
static const struct shell_callbacks callbacks = {on_output, on_done};

static void on_done(void *data, const struct shell_result *r)
{
    struct bench *b = data;
    if (r->status) {
        fprintf(stderr, "step failed: %d %s\n", r->status, r->err ? r->err->message : "");
        exit(1);
    }
    if (--b->left && b->chain)
        b->agent->ops->shell(b->agent, &b->o, &callbacks, b, NULL);
}

static void run(struct bench *b)
{
    for (long i = b->chain ? b->left - 1 : 0, n = b->left; i < n; i++)
        b->agent->ops->shell(b->agent, &b->o, &callbacks, b, NULL);
    while (b->left)
        loop_run_once(&b->loop, -1, NULL);
    mask_stream_flush(&b->stream);
}

static void mask_file(struct bench *b, const char *path)
{
    _cleanup_(buf_release) struct buf text = {0};
    struct error err = {0};
    if (fs_read_file(path, (size_t)4 << 30, &text, &err) < 0) {
        fprintf(stderr, "%s\n", err.message);
        exit(1);
    }
    for (size_t i = 0; i < text.len; i += 65536)
        mask_stream_feed(&b->stream, text.data + i, text.len - i < 65536 ? text.len - i : 65536);
    mask_stream_flush(&b->stream);
}

int main(int argc, char **argv)
{
    extern char **environ;
    struct bench b = {.set = mask_set_new()};
    if (argc < 3)
        return 2;
    for (int i = 0; i < 10; i++) {
        char secret[32];
        int n = snprintf(secret, sizeof(secret), "S3cret-%d-%x", i, 0x9e3779b9u * (unsigned)(i + 1));
        mask_set_add(b.set, secret, (size_t)n);
    }
    b.stream = (struct mask_stream){.set = b.set, .emit = write_out};
    loop_init(&b.loop, NULL);
    procs_init(&b.procs, &b.loop, true, NULL);
    b.agent = agent_local_new(&b.procs, "built-in");
    char *dir = fs_tempdir("/tmp", "gmrun-bench-", NULL);
    char *tmp = path_join(dir, "ws@tmp");
    b.o = (struct shell_options){
        .script = "echo hello", .cwd = dir, .tmp = tmp, .env = (const char *const *)environ};
    b.chain = true;
    b.left = str_eq(argv[1], "log") ? 1 : strtol(argv[2], NULL, 10);
    if (str_eq(argv[1], "log"))
        b.o.script = argv[2];
    if (str_eq(argv[1], "branches")) {
        b.chain = false;
        slots_init(&b.slots, &b.loop, argc > 3 ? (unsigned)strtoul(argv[3], NULL, 10) : 2);
        b.o.slots = &b.slots;
    }
    if (str_eq(argv[1], "mask"))
        mask_file(&b, argv[2]);
    else
        run(&b);
    b.agent->ops->free(b.agent);
    fs_rm_rf(dir, NULL);
    struct rusage u;
    getrusage(RUSAGE_SELF, &u);
    fprintf(stderr, "rss %ld KiB\n", u.ru_maxrss);
    procs_release(&b.procs);
    loop_release(&b.loop);
    mask_stream_release(&b.stream);
    mask_set_unref(b.set);
    free(dir);
    free(tmp);
    return 0;
}
