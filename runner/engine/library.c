/* Which libraries a build has: asked for by @Library, by the `library` step, or implicit
 * [pipeline-groovy-lib: LibraryAdder, LibraryConfiguration.defaultedVersion, LibraryStep].
 *
 * A library is loaded once a build: a second @Library or `library` of the same name gets what is there,
 * whatever version it asks for [LibraryStep: "Only using first definition of library"]. Its scripts are
 * trusted like the pipeline itself, as there is no sandbox between them. */
#include "base/fs.h"
#include "runner/cli/run_options.h"
#include "runner/engine/library_list.h"
#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

/* Made when first asked for: most builds have none. */
struct libraries *libraries_of(struct run *run)
{
    if (!run->extra[EXTRA_LIBRARIES])
        run->extra[EXTRA_LIBRARIES] = xcalloc(1, sizeof(struct libraries));
    return run->extra[EXTRA_LIBRARIES];
}

static void unstage(struct libraries *l, bool discard)
{
    if (!l->staged)
        return;
    if (discard)
        fs_rm_rf(l->staged, NULL);
    close(l->staged_lock);
    free(l->staged);
    l->staged = NULL;
}

void libraries_release(struct run *run)
{
    struct libraries *l = run->extra[EXTRA_LIBRARIES];
    if (!l)
        return;
    for (size_t i = 0; i < l->list.len; i++) {
        free(l->list.items[i].name);
        free(l->list.items[i].version);
        free(l->list.items[i].root);
    }
    for (size_t i = 0; i < l->variables.len; i++) {
        free(l->variables.items[i].name);
        value_release(l->variables.items[i].script);
    }
    vec_release(&l->list);
    vec_release(&l->variables);
    error_release(&l->class_error);
    unstage(l, true);
    free(l);
    run->extra[EXTRA_LIBRARIES] = NULL;
}

/* ---- loading */

static int open_locked(const char *dir)
{
    int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0 || flock(fd, LOCK_EX | LOCK_NB) == 0)
        return fd;
    close(fd);
    return -1;
}

/* Copies of builds that were killed before they had a folder: who lives holds the lock of its own. */
static void sweep_staged(const char *parent)
{
    DIR *d = opendir(parent);
    for (struct dirent *e; d && (e = readdir(d));) {
        _cleanup_free_ char *dir = path_join(parent, e->d_name);
        _cleanup_(close_fd) int fd = str_has_prefix(e->d_name, "staged-") ? open_locked(dir) : -1;
        if (fd >= 0)
            fs_rm_rf(dir, NULL);
    }
    if (d)
        closedir(d);
}

/* One at a time, or one that is new would look forsaken before it is locked. */
static int stage(struct run *run, struct libraries *l, struct error *err)
{
    _cleanup_free_ char *parent = path_join(run->home.dir, "libraries");
    if (fs_mkdir_p(parent, 0777, err) < 0)
        return -1;
    _cleanup_(close_fd) int turn = open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    flock(turn, LOCK_EX);
    sweep_staged(parent);
    char *dir = fs_tempdir(parent, "staged-", err);
    if (!dir)
        return -1;
    l->staged_lock = open_locked(dir);
    l->staged = dir;
    return 0;
}

/* The folder of the copies: of the build, or one for the time before it exists. */
static const char *copies_dir(struct run *run, char **owned, struct error *err)
{
    struct libraries *l = libraries_of(run);
    /* Libraries of annotations are loaded before the build is numbered: a library that cannot be had
     * refuses the build, and leaves none behind. */
    if (run->record.dir)
        return *owned = path_join(run->record.dir, "libs");
    return l->staged || stage(run, l, err) == 0 ? l->staged : NULL;
}

static const struct library *loaded(const struct libraries *l, const char *name)
{
    for (size_t i = 0; i < l->list.len; i++)
        if (strcmp(l->list.items[i].name, name) == 0)
            return &l->list.items[i];
    return NULL;
}

/* github.com/OWNER/REPOSITORY is a library everywhere [pipeline-github-lib: GitHubLibraryResolver]. */
static char *github_url(const char *name)
{
    static const char host[] = "github.com/";
    const char *slash = str_has_prefix(name, host) ? strchr(name + strlen(host), '/') : NULL;
    return slash && slash[1] && !strchr(slash + 1, '/') ? xasprintf("https://%s.git", name) : NULL;
}

/* Fills in what gmrun.yaml says; false when it says nothing. */
static bool configured(const struct run *run, struct library_wanted *w, char **url)
{
    const struct config *c = run->config;
    if (w->remote || w->path)
        return true;
    for (size_t i = 0; i < c->n_libraries; i++) {
        const struct library_config *l = &c->libraries[i];
        if (strcmp(l->name, w->name))
            continue;
        w->remote = l->remote;
        w->path = l->path;
        w->credentials_id = l->credentials_id;
        w->version = w->version ? w->version : l->version;
        return true;
    }
    *url = github_url(w->name);
    w->remote = *url;
    /* [GitHubLibraryResolver]: its default version. */
    w->version = w->version ? w->version : "master";
    return *url != NULL;
}

static int check_name(const char *name, struct error *err)
{
    /* The name becomes a folder's. */
    if (*name && *name != '.' && *name != '/' && !strstr(name, ".."))
        return 0;
    return error_set(err, ERROR_INVALID, "'%s' is no name of a library", name);
}

int library_load(struct run *run, const struct library_wanted *wanted, const char **version,
                 struct error *err)
{
    struct libraries *l = libraries_of(run);
    struct library_wanted w = *wanted;
    const struct library *before = loaded(l, w.name);
    _cleanup_free_ char *owned = NULL, *url = NULL;
    if (version)
        *version = before ? before->version : NULL;
    if (before)
        return 1;
    if (check_name(w.name, err) < 0)
        return -1;
    if (!configured(run, &w, &url))
        return error_set(err, ERROR_INVALID,
                         "No library named %s found: name it under `libraries:` of gmrun.yaml", w.name);
    if (w.remote && !w.version && !w.branches)
        return error_set(err, ERROR_INVALID, "No version specified for library %s", w.name);
    _cleanup_(buf_release) struct buf folder = {0};
    for (const char *p = w.name; *p; p++) /* one name, one folder: a/b is not a%2Fb */
        buf_printf(&folder, strchr("/%", *p) ? "%%%02X" : "%c", (unsigned char)*p);
    const char *copies = copies_dir(run, &owned, err);
    if (!copies)
        return -1;
    char *root = path_join(copies, folder.data);
    if (library_copy(run, &w, w.version, root, err) < 0) {
        free(root);
        return -1;
    }
    struct library made = {xstrdup(w.name), xstrdup(w.version), root};
    vec_push(&l->list, made);
    if (version)
        *version = made.version;
    return 0;
}

int libraries_settle(struct run *run, struct error *err)
{
    struct libraries *l = libraries_of(run);
    _cleanup_free_ char *to = path_join(run->record.dir, "libs");
    if (!l->staged)
        return 0;
    /* Both lie below the home: one file system, so the move is one call. */
    if (l->list.len && rename(l->staged, to) < 0)
        return error_errno(err, "%s", to);
    for (size_t i = 0; i < l->list.len; i++) {
        char *root = path_join(to, path_basename(l->list.items[i].root));
        free(l->list.items[i].root);
        l->list.items[i].root = root;
    }
    unstage(l, !l->list.len);
    return 0;
}

void libraries_tell(struct run *run)
{
    const struct libraries *l = libraries_of(run);
    for (size_t i = 0; i < l->list.len; i++) {
        const char *version = l->list.items[i].version;
        run_logf(run, NULL, "Loading library %s%s%s", l->list.items[i].name, version ? "@" : "",
                 version ? version : "");
    }
}

/* ---- @Library('a@1') or @Library(['a', 'b']), on `_`, an import or any declaration */

static int load_spec(struct run *run, const struct node *at, struct error *err)
{
    const char *spec = at->u.str.bytes, *sign = strchr(spec, '@'); /* [LibraryAdder.parse] */
    _cleanup_free_ char *name = sign ? xstrndup(spec, (size_t)(sign - spec)) : xstrdup(spec);
    const char *version = sign ? sign + 1 : NULL;
    if (version && strcmp(version, "${BRANCH_NAME}") == 0)
        version = run->options->branch ? run->options->branch : run->scm.branch;
    const struct library_wanted w = {.name = name, .version = version};
    _cleanup_(error_release) struct error why = {0};
    if (library_load(run, &w, NULL, &why) >= 0)
        return 0;
    error_at(err, ERROR_INVALID, run->file, at->span.line, at->span.col, "%s", why.message);
    return -1;
}

static int load_value(struct run *run, const struct node *v, struct error *err)
{
    if (v->kind == NODE_STRING)
        return load_spec(run, v, err);
    for (const struct node *i = v->kind == NODE_LIST ? v->u.list.items : NULL; i; i = i->next)
        if (load_value(run, i, err) < 0)
            return -1;
    return 0;
}

static int load_annotated(struct run *run, const struct annotation *a, struct error *err)
{
    for (; a; a = a->next)
        for (const struct node *arg = strcmp(a->name, "Library") ? NULL : a->args; arg; arg = arg->next)
            if (load_value(run, arg->kind == NODE_ENTRY ? arg->u.entry.value : arg, err) < 0)
                return -1;
    return 0;
}

static const struct annotation *annotations_of(const struct node *n)
{
    switch (n->kind) {
    case NODE_IMPORT:
        return n->u.import.annotations;
    case NODE_VAR:
        return n->u.var.annotations;
    case NODE_METHOD:
        return n->u.fn->annotations;
    case NODE_CLASS:
        return n->u.class_.annotations;
    default:
        return NULL;
    }
}

/* Implicit ones last: an annotation may ask for another version of one. */
static int load_implicit(struct run *run, struct error *err)
{
    const struct config *c = run->config;
    for (size_t i = 0; i < c->n_libraries; i++) {
        const struct library_wanted w = {.name = c->libraries[i].name};
        if (c->libraries[i].implicit && library_load(run, &w, NULL, err) < 0)
            return -1;
    }
    return 0;
}

int libraries_begin(struct run *run, struct error *err)
{
    /* Only annotations of the main script count, as in Jenkins: a library cannot ask for others this way. */
    for (const struct node *s = run->ast->body; s; s = s->next) {
        if (load_annotated(run, annotations_of(s), err) < 0)
            return -1;
        for (const struct node *v = s->kind == NODE_VARS ? s->u.list.items : NULL; v; v = v->next)
            if (load_annotated(run, annotations_of(v), err) < 0)
                return -1;
    }
    return load_implicit(run, err);
}
