/* The jobs below a home: folders that have a folder `builds`. Jenkins keeps folders' jobs below `jobs` of
 * each folder; here a path is enough: HOME/jobs/team/app/builds. */
#include "base/fs.h"
#include "base/util.h"
#include "runner/state/build.h"
#include <string.h>

typedef VEC(char *) name_list;

/* A job's folder may hold jobs of its own (a folder's jobs): the walk goes on beside `builds`, never into
 * it. */
static int visit(void *data, const char *path, const struct stat *st, struct error *err)
{
    name_list *names = data;
    if (!S_ISDIR(st->st_mode))
        return 0;
    if (strcmp(path_basename(path), "htmlreports") == 0) /* pages that a build published */
        return FS_SKIP;
    if (strcmp(path_basename(path), "builds") != 0)
        return 0;
    char *job = path_dirname(path);
    if (strcmp(job, ".") == 0)
        free(job);
    else
        vec_push(names, job);
    return FS_SKIP;
}

static int compare(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

size_t job_names(struct home *home, char ***names)
{
    name_list found = {0};
    _cleanup_free_ char *root = path_join(home->dir, "jobs");
    if (fs_is_dir(root))
        fs_walk(root, visit, &found, NULL);
    if (found.len)
        qsort(found.items, found.len, sizeof(char *), compare);
    *names = found.items;
    return found.len;
}
