/* `checkout scm` of a local run fetches from the repository that the pipeline file lies in, every time.
 * Hard links make that cost a few system calls, where libgit2's local transport would copy and repack.
 *
 * Packs go over before their indices (a pack without index is unseen), loose objects first, so that a reader
 * at any moment finds either all of an object or nothing. The marker stays behind if it is killed: then the
 * workspace's repository is made anew (see workspace.c). */
#include "agents/worker/fetch.h"
#include "base/fs.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define MARKER "gmrun-seeding"

bool seed_interrupted(const char *gitdir)
{
    _cleanup_free_ char *marker = path_join(gitdir, MARKER);
    return access(marker, F_OK) == 0;
}

/* EEXIST: the same object from an earlier build. ENOENT: git packed it meanwhile; the seeding fails and the
 * fetch brings what is missing. Other errors (another file system, no permission to link) lead to a copy,
 * made under a name that git cleans up. */
static int link_or_copy(int from, int to, const char *name, const char *from_path, const char *to_path)
{
    if (linkat(from, name, to, name, 0) == 0 || errno == EEXIST)
        return 0;
    if (errno == ENOENT)
        return -1;
    _cleanup_free_ char *source = path_join(from_path, name);
    _cleanup_free_ char *temporary = xasprintf("%s/tmp_gmrun_%d", to_path, (int)getpid());
    if (fs_copy_file(source, temporary, 0444, NULL) < 0 || renameat(AT_FDCWD, temporary, to, name) < 0) {
        unlink(temporary);
        return -1;
    }
    return 0;
}

typedef bool name_filter(const char *name);

static bool is_pack(const char *name)
{
    return str_has_prefix(name, "pack-") && str_has_suffix(name, ".pack");
}

static bool is_index(const char *name)
{
    return str_has_prefix(name, "pack-") && str_has_suffix(name, ".idx");
}

static bool is_loose(const char *name)
{
    return strlen(name) == 38 && strspn(name, "0123456789abcdef") == 38;
}

static int link_dir(const char *from_path, const char *to_path, name_filter *wanted)
{
    DIR *d = opendir(from_path);
    if (!d)
        return errno == ENOENT ? 0 : -1;
    mkdir(to_path, 0777);
    _cleanup_(close_fd) int to = open(to_path, O_DIRECTORY | O_RDONLY | O_CLOEXEC);
    int rc = to < 0 ? -1 : 0;
    struct dirent *e;
    while (rc == 0 && (e = readdir(d)))
        if (wanted(e->d_name))
            rc = link_or_copy(dirfd(d), to, e->d_name, from_path, to_path);
    closedir(d);
    return rc;
}

static int link_loose(const char *from, const char *to)
{
    DIR *d = opendir(from);
    int rc = d ? 0 : -1;
    struct dirent *e;
    while (rc == 0 && (e = readdir(d))) {
        if (strlen(e->d_name) != 2 || strspn(e->d_name, "0123456789abcdef") != 2)
            continue;
        _cleanup_free_ char *source = path_join(from, e->d_name);
        _cleanup_free_ char *target = path_join(to, e->d_name);
        rc = link_dir(source, target, is_loose);
    }
    if (d)
        closedir(d);
    return rc;
}

/* Loose objects first: a repack meanwhile moves them into packs, which are then seen. */
static int link_all(const char *from, const char *to)
{
    _cleanup_free_ char *from_pack = path_join(from, "pack");
    _cleanup_free_ char *to_pack = path_join(to, "pack");
    if (link_loose(from, to) < 0 || link_dir(from_pack, to_pack, is_pack) < 0)
        return -1;
    return link_dir(from_pack, to_pack, is_index);
}

static void copy_shallow(const char *source, const char *gitdir)
{
    _cleanup_free_ char *from = path_join(source, "shallow");
    _cleanup_free_ char *to = path_join(gitdir, "shallow");
    if (access(from, F_OK) == 0)
        fs_copy_file(from, to, 0644, NULL);
}

/* Repositories that borrow objects themselves are left to the fetch: their objects are not all here. Readers
 * opened before must look again (git_odb_refresh). */
void seed_objects(git_repository *repo, const char *source)
{
    git_repository *src = NULL;
    if (git_repository_open(&src, source) < 0)
        return;
    const char *gitdir = git_repository_path(repo), *common = git_repository_commondir(src);
    _cleanup_free_ char *from = path_join(common, "objects");
    _cleanup_free_ char *to = path_join(gitdir, "objects");
    _cleanup_free_ char *borrowed = path_join(from, "info/alternates");
    _cleanup_free_ char *marker = path_join(gitdir, MARKER);
    if (access(borrowed, F_OK) != 0 && fs_write_file(marker, "", 0, 0644, NULL) == 0 &&
        link_all(from, to) == 0) {
        copy_shallow(common, gitdir);
        unlink(marker);
        git_odb *odb = NULL;
        if (git_repository_odb(&odb, repo) == 0)
            git_odb_refresh(odb);
        git_odb_free(odb);
    }
    git_repository_free(src);
}
