/* See build.h. Everything about one build is in its folder; the database is only an index that can be made
 * again. The job's lock is held for the few microseconds in which a number is taken; the build's lock as long
 * as it runs.
 *
 * Life of a record: build_create() (number, folder, lock, first build.json), build_write() while it runs,
 * build_save() at its end, build_release(), which takes the lock's file away. build_discard() is for a
 * build that never began. A runner that is killed leaves the folder without a result and the lock's file
 * without a holder: that is how `list` knows it. */
#include "runner/state/build.h"
#include "base/buf.h"
#include "base/fs.h"
#include "base/hash.h"
#include "base/util.h"
#include "runner/state/history.h"
#include "runner/state/lock.h"
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

/* 200: with "@2", "@tmp" and a suffix the name of a workspace still fits the 255 bytes of a file's name. */
enum { MAX_JOB_NAME = 200, MAX_TWINS = 1000, MAX_BUILD_JSON = 64 << 20 };

/* The reserved names are those of files beside a job's folders: a job of that name would be taken for one. */
static bool job_part_ok(const char *part, size_t n)
{
    static const char *const reserved[] = {
        "", ".", "..", "builds", ".lock", "nextBuildNumber", "htmlreports", "job.json"};
    for (size_t i = 0; i < ARRAY_LEN(reserved); i++)
        if (strlen(reserved[i]) == n && memcmp(reserved[i], part, n) == 0)
            return false;
    for (size_t i = 0; i < n; i++)
        /* Names go to terminals, into locks' lines and engines' labels. */
        if ((unsigned char)part[i] < 0x20 || part[i] == 0x7f)
            return false;
    return true;
}

int job_name_check(const char *job, struct error *err)
{
    if (strlen(job) > MAX_JOB_NAME)
        return error_set(err, ERROR_USAGE, "the job name is longer than %d bytes", MAX_JOB_NAME);
    for (const char *p = job;; p++) {
        size_t n = strcspn(p, "/");
        if (!job_part_ok(p, n))
            return error_set(err, ERROR_USAGE, "'%s' cannot be a job's name", job);
        p += n;
        if (!*p)
            return 0;
    }
}

char *build_dir(const struct home *home, const char *job, int number)
{
    if (!number)
        return xasprintf("%s/jobs/%s", home->dir, job);
    return xasprintf("%s/jobs/%s/builds/%d", home->dir, job, number);
}

static int number_of(const char *name)
{
    char *end;
    errno = 0;
    long n = strtol(name, &end, 10);
    return name[0] >= '1' && name[0] <= '9' && !*end && !errno && n < INT_MAX ? (int)n : 0;
}

static int compare_down(const void *a, const void *b)
{
    int x = *(const int *)a, y = *(const int *)b;
    return (x < y) - (x > y);
}

size_t build_numbers(struct home *home, const char *job, int **numbers)
{
    /* Whatever else lies in the folder has no number for a name. */
    VEC(int) found = {0};
    _cleanup_free_ char *dir = xasprintf("%s/jobs/%s/builds", home->dir, job);
    DIR *d = opendir(dir);
    for (struct dirent *e; d && (e = readdir(d));)
        if (number_of(e->d_name))
            vec_push(&found, number_of(e->d_name));
    if (d)
        closedir(d);
    if (found.len)
        qsort(found.items, found.len, sizeof(int), compare_down);
    *numbers = found.items;
    return found.len;
}

int build_last(struct home *home, const char *job)
{
    int *numbers;
    size_t n = build_numbers(home, job, &numbers);
    int last = n ? numbers[0] : 0;
    free(numbers);
    return last;
}

/* The counter survives the removal of old builds; folders are looked at only when it is missing or
 * unreadable. */
static int next_number(struct home *home, const char *job, const char *counter)
{
    struct buf text = {0};
    int next = 0;
    /* A counter that was damaged is one that is missing. */
    if (fs_read_file(counter, 64, &text, NULL) == 0 && text.len) {
        text.data[strcspn(text.data, "\n")] = 0;
        next = number_of(text.data);
    }
    buf_release(&text);
    return next ? next : build_last(home, job) + 1;
}

/* With the job's lock held. mkdir decides: a folder that exists in spite of the counter is passed over. */
static int take_number(struct home *home, const char *job, const char *job_dir, struct build_record *b,
                       struct error *err)
{
    _cleanup_free_ char *counter = path_join(job_dir, "nextBuildNumber");
    /* The counter may lag: it is written behind the folder, and a runner may be killed in between. */
    for (b->number = next_number(home, job, counter);; b->number++) {
        free(b->dir);
        b->dir = build_dir(home, job, b->number);
        if (mkdir(b->dir, 0755) == 0)
            break;
        if (errno == EEXIST && b->number < INT_MAX - 1)
            continue;
        error_errno(err, "%s", b->dir);
        free(b->dir);
        b->dir = NULL;
        return -1;
    }
    char text[16];
    int n = snprintf(text, sizeof(text), "%d\n", b->number + 1);
    /* The lock is taken before the job's lock is given back, so that no build is ever seen without one. */
    _cleanup_free_ char *lock = path_join(b->dir, "lock");
    if (fs_write_file_atomic(counter, text, (size_t)n, 0644, err))
        return -1;
    b->lock_fd = lock_take(lock, true, err);
    if (b->lock_fd < 0)
        return -1;
    /* The pid alone, for `stop`; the cookie follows once it is known (cli/run.c). */
    lock_sign(b->lock_fd, NULL);
    return 0;
}

/* Everything after the number was taken is undone on failure, so that no build without a record stays. */
int build_create(struct home *home, const char *job, json_t *params, struct build_record *b,
                 struct error *err)
{
    *b = (struct build_record){.home = home, .lock_fd = -1, .workspace_lock_fd = -1};
    if (job_name_check(job, err))
        return -1;
    b->job = xstrdup(job);
    _cleanup_free_ char *job_dir = build_dir(home, job, 0), *builds = path_join(job_dir, "builds");
    _cleanup_free_ char *lock = path_join(job_dir, ".lock");
    if (fs_mkdir_p(builds, 0755, err))
        return -1;
    _cleanup_(close_fd) int fd = lock_take(lock, true, err);
    if (fd < 0 || take_number(home, job, job_dir, b, err)) {
        build_discard(b);
        return -1;
    }
    char display[16];
    snprintf(display, sizeof(display), "#%d", b->number);
    b->json = json_pack("{s:s, s:i, s:s, s:n, s:I, s:O?}", "job", job, "number", b->number, "displayName",
                        display, "result", "started_ms", (json_int_t)wall_ms(), "params", params);
    if (b->json ? build_save(b, err) == 0 : error_set(err, ERROR_INVALID, "the job's name is not UTF-8") == 0)
        return 0;
    build_discard(b);
    return -1;
}

char *build_workspace_lock(const struct build_record *b, const char *dir)
{
    char hex[HASH_HEX_MAX];
    hash_hex(HASH_SHA1, dir, strlen(dir), hex);
    return xasprintf("%s/locks/workspace-%.16s", b->home->dir, hex);
}

/* A lock that was signed before is that of a killed build: its secret files may still lie there. */
static void drop_stale(int lock_fd, const char *dir)
{
    struct stat st;
    _cleanup_free_ char *tmp = xasprintf("%s@tmp", dir);
    /* lock_take() makes an empty file where there is none. */
    if (fstat(lock_fd, &st) == 0 && st.st_size > 0)
        fs_empty_dir(tmp, NULL);
}

/* The lock lies beside, not in the workspace: cleanWs must not remove it. */
int build_lock_workspace(struct build_record *b, const char *dir, char **path, int *lock_fd,
                         struct error *err)
{
    _cleanup_free_ char *own = dir ? NULL : xasprintf("%s/workspace/%s", b->home->dir, b->job);
    _cleanup_free_ char *base = path_normalise(dir ? dir : own);
    _cleanup_free_ char *locks = path_join(b->home->dir, "locks");
    if (fs_mkdir_p(locks, 0755, err))
        return -1;
    /* [core: hudson.slaves.WorkspaceList]: NAME@2, NAME@3 … */
    for (int twin = 1; twin <= MAX_TWINS; twin++) {
        char *name = twin == 1 ? xstrdup(base) : xasprintf("%s@%d", base, twin);
        _cleanup_free_ char *lock = build_workspace_lock(b, name);
        *lock_fd = lock_take(lock, false, err);
        if (*lock_fd >= 0) {
            /* Before it is signed anew, which makes every lock look like that of a killed build. */
            drop_stale(*lock_fd, name);
            lock_sign(*lock_fd, name);
            *path = name;
            return 0;
        }
        free(name);
        if (*lock_fd != LOCK_TAKEN)
            return -1;
    }
    *lock_fd = -1;
    return error_set(err, ERROR_SYSTEM, "%d workspaces of %s are in use", MAX_TWINS, base);
}

int build_write(struct build_record *b, struct error *err)
{
    _cleanup_free_ char *file = path_join(b->dir, "build.json");
    _cleanup_free_ char *text = json_dumps(b->json, JSON_INDENT(1));
    if (!text)
        return error_set(err, ERROR_INVALID, "%s: the record of the build is no JSON", file);
    /* Readable by all, as the log is: whatever goes into the record was masked before. */
    return fs_write_file_atomic(file, text, strlen(text), 0644, err);
}

/* The folder is written first: an index that misses a build can be made again, one that invents a build is
 * wrong. */
int build_save(struct build_record *b, struct error *err)
{
    if (build_write(b, err))
        return -1;
    /* The index may be locked, damaged or absent: the folder is what counts */
    history_put_build(b->home, b->json, b->dir, NULL);
    return 0;
}

/* The number is not given back: numbers never repeat. */
void build_discard(struct build_record *b)
{
    if (!b->dir)
        return;
    /* The lock's file goes with the folder; the descriptor keeps the lock until build_release(). */
    fs_rm_rf(b->dir, NULL);
    history_remove_build(b->home, b->job, b->number, NULL);
}

void build_release(struct build_record *b)
{
    /* Removed while it is held, so that only killed builds leave one */
    _cleanup_free_ char *lock = b->dir ? path_join(b->dir, "lock") : NULL;
    if (lock && b->lock_fd >= 0)
        unlink(lock);
    free(b->job);
    free(b->dir);
    free(b->workspace);
    json_decref(b->json);
    close_fd(&b->workspace_lock_fd);
    close_fd(&b->lock_fd);
    *b = (struct build_record){.lock_fd = -1, .workspace_lock_fd = -1};
}

json_t *build_load(struct home *home, const char *job, int number, struct error *err)
{
    json_error_t why;
    struct buf text = {0};
    if (job_name_check(job, err))
        return NULL;
    if (!number && !(number = build_last(home, job))) {
        error_set(err, ERROR_INVALID, "there is no build of job '%s'", job);
        return NULL;
    }
    _cleanup_free_ char *dir = build_dir(home, job, number), *file = path_join(dir, "build.json");
    if (!fs_exists(dir))
        error_set(err, ERROR_INVALID, "there is no build %s/%d", job, number);
    else if (fs_read_file(file, MAX_BUILD_JSON, &text, err) == 0) {
        json_t *json = json_loadb(text.data ? text.data : "", text.len, 0, &why);
        buf_release(&text);
        if (json_is_object(json))
            return json;
        json_decref(json);
        error_at(err, ERROR_SYNTAX, file, why.line, why.column, "not a build's record: %s", why.text);
    }
    buf_release(&text);
    return NULL;
}

/* By the lock, never by the pid alone: numbers of processes are used again. */
bool build_running(struct home *home, const char *job, int number, pid_t *pid)
{
    _cleanup_free_ char *dir = build_dir(home, job, number), *lock = path_join(dir, "lock");
    return lock_held(lock, pid);
}

static const char pipeline_file[] = "pipeline.groovy";

int build_store_pipeline(struct build_record *b, const char *text, size_t len, struct error *err)
{
    _cleanup_free_ char *file = path_join(b->dir, pipeline_file);
    return fs_write_file_atomic(file, text, len, 0644, err);
}

char *build_load_pipeline(struct home *home, const char *job, int number, size_t *len, struct error *err)
{
    _cleanup_free_ char *dir = build_dir(home, job, number), *file = path_join(dir, pipeline_file);
    struct buf text = {0};
    if (fs_read_file(file, 0, &text, err)) {
        buf_release(&text);
        return NULL;
    }
    *len = text.len;
    return buf_steal(&text);
}
