/* Names of jobs to pipeline files: what is configured wins over what lies beside the running file. The
 * configuration is parsed at each look, as a build starts few others. */
#include "runner/steps/job_file.h"
#include "base/fs.h"
#include <string.h>

static char *configured(const struct config *config, const char *name)
{
    json_t *jobs = config->jobs_json ? json_loads(config->jobs_json, 0, NULL) : NULL, *job;
    char *file = NULL;
    size_t i;
    json_array_foreach(jobs, i, job)
    {
        const char *is = json_string_value(json_object_get(job, "name"));
        const char *path = json_string_value(json_object_get(job, "file"));
        if (!file && is && path && strcmp(is, name) == 0) {
            _cleanup_free_ char *dir = path_dirname(config->file);
            file = path_join(dir, path);
        }
    }
    json_decref(jobs);
    return file;
}

/* A name with a folder ("team/app") means a file in that folder. The four forms are filled by hand, as
 * formats must be literals for the compiler's checks. */
static char *beside(const char *pipeline, const char *name)
{
    static const char *const forms[] = {"%s/%s", "%s/%s.groovy", "%s/%s.Jenkinsfile", "%s/%s/Jenkinsfile"};
    _cleanup_free_ char *dir = path_dirname(pipeline);
    for (size_t i = 0; i < ARRAY_LEN(forms); i++) {
        struct buf path = {0};
        for (const char *p = forms[i], *part = dir; *p; p++)
            if (*p != '%') {
                buf_addch(&path, *p);
            } else {
                buf_addstr(&path, part);
                part = name;
                p++;
            }
        if (fs_exists(path.data) && !fs_is_dir(path.data))
            return path.data;
        buf_release(&path);
    }
    return NULL;
}

/* job_name_check() refuses names that could lead out of the pipeline's folder, or be no folder's name below
 * home. */
char *job_file_find(struct run *run, const char *name, char **job, struct error *err)
{
    while (*name == '/' || str_has_prefix(name, "../"))
        name += *name == '/' ? 1 : 3;
    if (job_name_check(name, err) < 0)
        return NULL;
    char *file = configured(run->config, name);
    if (!file)
        file = beside(run->file_path, name);
    if (!file)
        error_set(err, ERROR_INVALID,
                  "No item named %s found: there is no %s, %s.groovy, %s.Jenkinsfile or %s/Jenkinsfile "
                  "beside the pipeline file",
                  name, name, name, name, name);
    else
        *job = xstrdup(name);
    return file;
}
