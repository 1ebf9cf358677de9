/* From a build to its place at the code host. Variables come before what gmrun knows by itself, so that a
 * script can point statuses elsewhere as it can in Jenkins. */
#include "runner/steps/notify/code_host.h"
#include <string.h>

/* "https://host/a/b.git", "git@host:a/b.git", "ssh://git@host:22/a/b" all give a/b; groups may be nested. */
char *remote_project(const char *url)
{
    const char *mark = strstr(url, "://"), *path = mark ? strchr(mark + 3, '/') : strchr(url, ':');
    if (!path || str_has_prefix(url, "file:"))
        return NULL;
    path += strspn(path, ":/");
    size_t n = strlen(path);
    while (n && path[n - 1] == '/')
        n--;
    if (n > 4 && memcmp(path + n - 4, ".git", 4) == 0)
        n -= 4;
    return memchr(path, '/', n) ? xstrndup(path, n) : NULL;
}

char *build_project(struct step_call *c)
{
    const struct scm_source *scm = &c->run->scm;
    _cleanup_free_ char *url = run_getenv(c->run, c->branch->scope, "GIT_URL");
    char *project = url ? remote_project(url) : NULL;
    if (!project && scm->remote_url)
        project = remote_project(scm->remote_url);
    return project || !scm->url ? project : remote_project(scm->url);
}

char *build_commit(struct step_call *c)
{
    char *commit = run_getenv(c->run, c->branch->scope, "GIT_COMMIT");
    return commit ? commit : xstrdup(c->run->scm.commit);
}

/* Digits only: the number becomes a part of an address. */
char *build_change(struct step_call *c, const char *name)
{
    char *id = run_getenv(c->run, c->branch->scope, name);
    if (!id)
        id = run_getenv(c->run, c->branch->scope, "CHANGE_ID");
    if (id && *id && !id[strspn(id, "0123456789")])
        return id;
    free(id);
    return NULL;
}
