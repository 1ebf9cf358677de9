/* gmrun list, artifacts, log: what the builds' folders hold. The folders are read, not the index: they are
 * right also when the database is gone.
 *
 * State is what the lock says, not what the record says: a record of a killed build still looks like that
 * of one that runs. */
#include "base/fs.h"
#include "base/json.h"
#include "base/utf8.h"
#include "runner/cli/cli.h"
#include "runner/sinks/lines.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* Builds of each job when no job is named. */
enum { SHORT_LIST = 5 };

/* "SUCCESS", "running", "waiting" for its turn, or "killed" for one that has neither a result nor a process.
 */
static const char *state_of(struct run_options *o, const char *job, int number, const json_t *record)
{
    const char *result = json_string_value(json_object_get(record, "result"));
    if (build_running(&o->home, job, number, NULL))
        return json_is_true(json_object_get(record, "waiting")) ? "waiting" : "running";
    return result ? result : "killed";
}

static const char *local_time(int64_t ms, char out[STAMP_MAX])
{
    time_t t = (time_t)(ms / 1000);
    struct tm tm;
    localtime_r(&t, &tm);
    strftime(out, STAMP_MAX, "%Y-%m-%d %H:%M:%S", &tm);
    return out;
}

static void print_build(struct run_options *o, const char *job, int number, const json_t *record,
                        size_t width)
{
    char when[STAMP_MAX], took[DURATION_MAX], name[256];
    const char *state = state_of(o, job, number, record),
               *about = json_string_value(json_object_get(record, "description"));
    json_t *duration = json_object_get(record, "duration_ms");
    snprintf(name, sizeof(name), "%s/%d", job, number);
    int pad = (int)width - (int)utf8_width(name, strlen(name));
    printf("%s%*s  %-9s  %s", name, pad > 0 ? pad : 0, "", state,
           local_time(json_integer_value(json_object_get(record, "started_ms")), when));
    _cleanup_(buf_release) struct buf line = {0}; /* a description may have lines and escape sequences */
    if (about)
        add_clean_line(&line, about, strcspn(about, "\n"), false);
    if (duration || line.len)
        printf("  %*s%s%s", line.len ? -12 : 0,
               duration ? duration_text(json_integer_value(duration), took) : "", line.len ? "  " : "",
               line.len ? line.data : "");
    putchar('\n');
}

static void add_json(struct run_options *o, json_t *all, const char *job, int number, json_t *record)
{
    /* Only what every record has early; the rest is `show --json`'s. */
    static const char *const keys[] = {"job",    "number",     "displayName", "description",
                                       "result", "started_ms", "duration_ms"};
    json_t *row = json_object();
    for (size_t i = 0; i < ARRAY_LEN(keys); i++)
        if (json_object_get(record, keys[i]))
            json_object_set(row, keys[i], json_object_get(record, keys[i]));
    json_object_set_new(row, "state", json_string(state_of(o, job, number, record)));
    json_array_append_new(all, row);
}

static void list_job(struct run_options *o, const char *job, size_t most, size_t width, json_t *all)
{
    int *numbers;
    size_t n = build_numbers(&o->home, job, &numbers);
    for (size_t i = 0; i < n && i < most; i++) {
        json_t *record = build_load(&o->home, job, numbers[i], NULL);
        if (all)
            add_json(o, all, job, numbers[i], record);
        else
            print_build(o, job, numbers[i], record, width);
        json_decref(record);
    }
    free(numbers);
}

/* Room for "/" and a number of three digits; longer ones push their own line. */
static size_t widest(char *const *names, size_t n)
{
    size_t width = 0;
    for (size_t i = 0; i < n; i++) {
        size_t w = utf8_width(names[i], strlen(names[i])) + 4;
        width = w > width ? w : width;
    }
    return width;
}

int cmd_list(struct run_options *o)
{
    char **names, *job;
    int number;
    struct error err = {0};
    json_t *all = o->json ? json_array() : NULL;
    if (o->args.len && build_operand(o, o->args.items[0], &job, &number, &err)) {
        json_decref(all);
        return cli_refuse(&err);
    }
    if (o->args.len)
        list_job(o, job, SIZE_MAX, strlen(job) + 4, all);
    size_t n = o->args.len ? 0 : job_names(&o->home, &names);
    size_t width = n ? widest(names, n) : 0;
    for (size_t i = 0; i < n; i++)
        list_job(o, names[i], SHORT_LIST, width, all);
    for (size_t i = 0; i < n; i++)
        free(names[i]);
    if (!o->args.len)
        free(names);
    if (all) {
        json_dumpf(all, stdout, JSON_INDENT(1));
        printf("\n");
    }
    json_decref(all);
    return EXIT_OK;
}

/* ---- artifacts */

struct artifacts {
    json_t *all;
};

static int print_artifact(void *data, const char *path, const struct stat *st, struct error *err)
{
    struct artifacts *a = data;
    if (!S_ISREG(st->st_mode))
        return 0;
    if (a->all)
        json_array_append_new(a->all, json_pack("{s:o, s:I}", "path", json_clean_text(path, strlen(path)),
                                                "size", (json_int_t)st->st_size));
    else
        printf("%10lld  %s\n", (long long)st->st_size, path);
    return 0;
}

int cmd_artifacts(struct run_options *o)
{
    char *job;
    int number;
    struct error err = {0};
    struct artifacts a = {NULL};
    if (build_operand(o, o->args.items[0], &job, &number, &err))
        return cli_refuse(&err);
    _cleanup_free_ char *dir = build_dir(&o->home, job, number), *archive = path_join(dir, "archive");
    a.all = o->json ? json_array() : NULL;
    /* Nothing archived is no error: a build may have had nothing to keep. */
    if (fs_is_dir(archive)) {
        if (!a.all)
            printf("%s\n", archive);
        fs_walk(archive, print_artifact, &a, NULL);
    } else if (!a.all) {
        fprintf(stderr, "gmrun: %s/%d archived nothing\n", job, number);
    }
    if (a.all) {
        json_dumpf(a.all, stdout, JSON_INDENT(1));
        printf("\n");
    }
    json_decref(a.all);
    return EXIT_OK;
}

/* ---- log */

static int write_all(const char *data, size_t n)
{
    for (ssize_t done; n; data += done, n -= (size_t)done) {
        done = write(STDOUT_FILENO, data, n);
        if (done < 0 && errno == EINTR)
            done = 0;
        if (done < 0)
            return -1;
    }
    return 0;
}

static int copy_rest(int fd)
{
    /* Logs may have gigabytes: few system calls for each. */
    static const size_t size = 256 * 1024;
    _cleanup_free_ char *data = xmalloc(size);
    for (;;) {
        ssize_t n = read(fd, data, size);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return (int)n;
        if (write_all(data, (size_t)n))
            return -1;
    }
}

/* Not through a sink: the file is Jenkins' text already. --follow polls, since the log may lie on any file
 * system. */
int cmd_log(struct run_options *o)
{
    char *job;
    int number;
    struct error err = {0};
    if (build_operand(o, o->args.items[0], &job, &number, &err))
        return cli_refuse(&err);
    _cleanup_free_ char *dir = build_dir(&o->home, job, number), *path = path_join(dir, "log");
    _cleanup_(close_fd) int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        error_errno(&err, "%s", path);
        return cli_refuse(&err);
    }
    /* Whether it runs is asked before reading: what it writes last is then still read */
    for (;;) {
        bool running = o->follow && build_running(&o->home, job, number, NULL);
        if (copy_rest(fd))
            return EXIT_FAILED;
        if (!running)
            return EXIT_OK;
        nanosleep(&(struct timespec){.tv_nsec = 200000000}, NULL);
    }
}
