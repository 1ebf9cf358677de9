/* JOB[/BUILD] on the command line. A job's name may hold slashes and may itself be a number. */
#include "base/fs.h"
#include "runner/cli/cli.h"
#include <errno.h>
#include <limits.h>
#include <string.h>

static bool job_exists(struct home *home, const char *job)
{
    _cleanup_free_ char *dir = build_dir(home, job, 0), *builds = path_join(dir, "builds");
    return job_name_check(job, NULL) == 0 && fs_is_dir(builds);
}

static int no_such_job(struct run_options *o, const char *job, struct error *err)
{
    char **names;
    size_t n = job_names(&o->home, &names);
    const char *near = nearest_name(job, (const char *const *)names, n);
    error_set(err, ERROR_USAGE, "there is no job '%s' in %s%s%s%s", job, o->home.dir,
              near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
    for (size_t i = 0; i < n; i++)
        free(names[i]);
    free(names);
    return -1;
}

/* 0: no number behind the last slash. */
static int trailing_number(const char *text, size_t *job_len)
{
    const char *slash = strrchr(text, '/');
    char *end;
    if (!slash || slash[1] < '1' || slash[1] > '9')
        return 0;
    errno = 0;
    long n = strtol(slash + 1, &end, 10);
    *job_len = (size_t)(slash - text);
    return *end || errno || n >= INT_MAX ? 0 : (int)n;
}

int build_operand(struct run_options *o, const char *text, char **job, int *number, struct error *err)
{
    size_t len = 0;
    *number = 0;
    *job = arena_strdup(&o->arena, text);
    /* The whole text first: a job may be called "team/7". */
    if (job_exists(&o->home, text)) {
        *number = build_last(&o->home, text);
        return *number ? 0 : error_set(err, ERROR_USAGE, "job '%s' has no builds", text);
    }
    int n = trailing_number(text, &len);
    if (n)
        (*job)[len] = 0;
    if (!job_exists(&o->home, *job))
        return no_such_job(o, *job, err);
    _cleanup_free_ char *dir = build_dir(&o->home, *job, n);
    if (!fs_is_dir(dir))
        return error_set(err, ERROR_USAGE, "there is no build %s/%d; the last one is %d", *job, n,
                         build_last(&o->home, *job));
    *number = n;
    return 0;
}
