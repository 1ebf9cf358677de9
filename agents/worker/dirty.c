/* Operation checkout-dirty: a workspace like a local work tree with all its uncommitted work. Request: dir,
 * source (root of the work tree), exclude: [absolute paths] that are not copied. Result as checkout's, with
 * copied (files written) and untracked (their number); commit is absent before the first one.
 *
 * The workspace is a repository at the source's HEAD, so that git works there. Files are copied with mode
 * and time where these or the size differ. Untracked files that came with an earlier copy and are gone from
 * the source go too: a list in .git remembers them. */
#include "agents/worker/checkout.h"
#include "agents/worker/commit.h"
#include "agents/worker/ops.h"
#include "base/fs.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define REMEMBERED "gmrun-untracked"

struct dirty {
    struct job *job;
    const char *source, *dir;
    const json_t *exclude;
    struct buf untracked; /* paths, each ended by NUL */
    json_int_t copied, new_files;
    struct error *err;
};

/* The workspace itself may lie in the work tree (--home inside of it), and is not copied into itself. */
static bool excluded(const struct dirty *d, const char *whole)
{
    size_t i, n = strlen(d->dir);
    json_t *v;
    if (strncmp(whole, d->dir, n) == 0 && (whole[n] == '/' || !whole[n]))
        return true;
    json_array_foreach(d->exclude, i, v)
    {
        const char *s = json_string_value(v);
        size_t m = s ? strlen(s) : 0;
        if (m && strncmp(whole, s, m) == 0 && (whole[m] == '/' || !whole[m]))
            return true;
    }
    return false;
}

static int copy_link(const char *from, const char *to, struct error *err)
{
    char target[PATH_MAX];
    ssize_t n = readlink(from, target, sizeof(target) - 1);
    if (n < 0)
        return error_errno(err, "cannot read link '%s'", from);
    target[n] = '\0';
    if (fs_rm_rf(to, err) < 0)
        return -1;
    return symlink(target, to) < 0 ? error_errno(err, "cannot make link '%s'", to) : 0;
}

/* A file that git calls unchanged was just checked out, so its time says nothing; but its size may differ,
 * where a filter that only the git program has (LFS) made the source's. */
static bool same_file(const struct stat *a, const struct stat *b, bool unchanged)
{
    if (unchanged)
        return S_ISREG(b->st_mode) && a->st_size == b->st_size && a->st_mode == b->st_mode;
    return S_ISREG(b->st_mode) && a->st_size == b->st_size && a->st_mode == b->st_mode &&
           a->st_mtim.tv_sec == b->st_mtim.tv_sec && a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

/* What stands in the way of a folder goes: the source decides. */
static int make_parent(const char *path, struct error *err)
{
    _cleanup_free_ char *parent = path_dirname(path);
    struct stat st;
    if (lstat(parent, &st) == 0 && !S_ISDIR(st.st_mode) && fs_rm_rf(parent, err) < 0)
        return -1;
    return fs_mkdir_p(parent, 0777, err);
}

/* A file that vanished since git listed it is none: editors write by renaming. */
static int copy_one(struct dirty *d, const char *from, const char *to, bool unchanged)
{
    struct stat a, b;
    if (lstat(from, &a) < 0)
        return errno == ENOENT ? 0 : error_errno(d->err, "cannot read '%s'", from);
    bool there = lstat(to, &b) == 0;
    if (unchanged && there && S_ISLNK(a.st_mode) && S_ISLNK(b.st_mode))
        return 0;
    if (S_ISDIR(a.st_mode) || (there && S_ISREG(a.st_mode) && same_file(&a, &b, unchanged)))
        return 0;
    if (!S_ISREG(a.st_mode) && !S_ISLNK(a.st_mode))
        return 0; /* sockets and the like: git does not know them either */
    if (make_parent(to, d->err) < 0 || (there && !S_ISREG(b.st_mode) && fs_rm_rf(to, d->err) < 0))
        return -1;
    d->copied++;
    if (S_ISLNK(a.st_mode))
        return copy_link(from, to, d->err);
    if (fs_copy_file(from, to, a.st_mode & 07777, d->err) < 0)
        return -1;
    struct timespec times[] = {a.st_atim, a.st_mtim};
    utimensat(AT_FDCWD, to, times, 0);
    return 0;
}

static int copy_tree(struct dirty *d, git_repository *repo, const char *prefix);

/* Submodules and repositories within are listed by themselves, as git's status does not look into them. */
static int copy_inner(struct dirty *d, const char *from, const char *path)
{
    git_repository *inner = NULL;
    if (git_repository_open_ext(&inner, from, GIT_REPOSITORY_OPEN_NO_SEARCH, NULL) < 0)
        return 0;
    _cleanup_free_ char *prefix = xasprintf("%s/", path);
    int rc = copy_tree(d, inner, prefix);
    git_repository_free(inner);
    return rc;
}

/* index_to_workdir tells the later state where both stand; a name that ends in / is a folder that git did
 * not enter, hence a repository. */
static int copy_entry(struct dirty *d, const git_status_entry *e, const char *prefix)
{
    const git_diff_delta *delta = e->index_to_workdir ? e->index_to_workdir : e->head_to_index;
    const char *relative = delta->new_file.path ? delta->new_file.path : delta->old_file.path;
    _cleanup_free_ char *path = xasprintf("%s%s", prefix, relative);
    _cleanup_free_ char *from = path_join(d->source, path);
    _cleanup_free_ char *to = path_join(d->dir, path);
    size_t n = strlen(relative);
    if (excluded(d, from))
        return 0;
    if (delta->new_file.mode == GIT_FILEMODE_COMMIT || delta->old_file.mode == GIT_FILEMODE_COMMIT ||
        relative[n - 1] == '/')
        return copy_inner(d, from, path);
    if (e->status & (GIT_STATUS_WT_DELETED) ||
        (e->status & GIT_STATUS_INDEX_DELETED && !(e->status & GIT_STATUS_WT_NEW)))
        return fs_rm_rf(to, d->err);
    if (e->status & (GIT_STATUS_WT_NEW | GIT_STATUS_INDEX_NEW)) {
        buf_add(&d->untracked, path, strlen(path) + 1);
        d->new_files++;
    }
    job_progress(d->job, "copying", (uint64_t)d->copied, 0, 0);
    return copy_one(d, from, to, e->status == GIT_STATUS_CURRENT);
}

static int copy_tree(struct dirty *d, git_repository *repo, const char *prefix)
{
    git_status_options options = GIT_STATUS_OPTIONS_INIT;
    git_status_list *list = NULL;
    options.flags = GIT_STATUS_OPT_INCLUDE_UNTRACKED | GIT_STATUS_OPT_RECURSE_UNTRACKED_DIRS |
                    GIT_STATUS_OPT_INCLUDE_UNMODIFIED;
    if (git_status_list_new(&list, repo, &options) < 0)
        return git_fail(d->err, "cannot read the state of the working tree");
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < git_status_list_entrycount(list); i++)
        rc = copy_entry(d, git_status_byindex(list, i), prefix);
    git_status_list_free(list);
    return rc;
}

static bool listed(const struct buf *b, const char *path)
{
    for (size_t i = 0; i < b->len; i += strlen(b->data + i) + 1)
        if (strcmp(b->data + i, path) == 0)
            return true;
    return false;
}

/* What an earlier copy brought and this one did not. */
static int forget_vanished(struct dirty *d, const char *gitdir)
{
    struct buf before = {0};
    _cleanup_free_ char *file = path_join(gitdir, REMEMBERED);
    int rc = access(file, F_OK) == 0 ? fs_read_file(file, 0, &before, d->err) : 0;
    for (size_t i = 0; rc == 0 && i < before.len; i += strlen(before.data + i) + 1) {
        _cleanup_free_ char *from = path_join(d->source, before.data + i);
        _cleanup_free_ char *to = path_join(d->dir, before.data + i);
        struct stat st;
        /* The search of the list comes last: it is long, and few files vanish. */
        if (lstat(from, &st) < 0 && path_inside(d->dir, to) && !listed(&d->untracked, before.data + i))
            rc = fs_rm_rf(to, d->err);
    }
    buf_release(&before);
    return rc < 0 ? -1
                  : fs_write_file_atomic(file, d->untracked.data ? d->untracked.data : "", d->untracked.len,
                                         0644, d->err);
}

/* HEAD and the tracked files as committed; what differs is copied afterwards.
 * An unborn branch has nothing to start from: all files are untracked or staged then. */
static int start_at_head(struct checkout *c, struct error *err)
{
    git_repository *src = NULL;
    git_reference *head = NULL;
    if (git_repository_open(&src, c->sources.items[0]->access.url.path) < 0)
        return git_fail(err, "cannot open the work tree");
    bool born = git_repository_head(&head, src) == 0;
    if (born) {
        git_oid_cpy(&c->rev.id, git_reference_target(head));
        const char *name = git_reference_name(head);
        c->rev.local = str_has_prefix(name, "refs/heads/") ? xstrdup(name + strlen("refs/heads/")) : NULL;
        c->rev.name = c->rev.local ? xasprintf("refs/remotes/origin/%s", c->rev.local) : xstrdup("detached");
    }
    git_reference_free(head);
    git_repository_free(src);
    if (!born)
        return 0;
    if (checkout_fetch(c, err) < 0)
        return -1;
    job_log(c->job, "Checking out Revision %s (%s) with uncommitted changes", git_oid_tostr_s(&c->rev.id),
            c->rev.name);
    return workspace_checkout(&c->ws, c->job, &c->rev.id, err);
}

static json_t *copy_all(struct checkout *c, struct dirty *d)
{
    git_repository *src = NULL;
    if (git_repository_open(&src, d->source) < 0) {
        git_fail(d->err, "cannot open the work tree");
        return NULL;
    }
    int rc = copy_tree(d, src, "");
    git_repository_free(src);
    if (rc < 0 || forget_vanished(d, git_repository_path(c->ws.repo)) < 0)
        return NULL;
    job_log(d->job, "Copied %lld files of the working tree", (long long)d->copied);
    json_t *out = c->rev.name ? checkout_result(c, d->err) : json_object();
    if (out) {
        json_object_set_new(out, "copied", json_integer(d->copied));
        json_object_set_new(out, "untracked", json_integer(d->new_files));
    }
    return out;
}

json_t *op_checkout_dirty(struct job *j, struct error *err)
{
    const char *source = job_need(j, "source", err);
    char root[PATH_MAX];
    struct checkout c;
    json_t *out = NULL;
    if (!source)
        return NULL;
    if (!realpath(source, root)) {
        error_errno(err, "cannot read '%s'", source);
        return NULL;
    }
    json_object_set_new(j->req, "url", json_string(root));
    struct dirty d = {.job = j, .source = root, .exclude = json_object_get(j->req, "exclude"), .err = err};
    if (checkout_init(&c, j, err) == 0) {
        d.dir = c.ws.dir;
        if (start_at_head(&c, err) == 0)
            out = copy_all(&c, &d);
    }
    buf_release(&d.untracked);
    checkout_release(&c);
    return out;
}
