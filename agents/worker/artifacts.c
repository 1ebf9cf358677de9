/* Operation archive-artifacts: copies matching files to a build's archive.
 *   dir, dest (absolute), includes, excludes, defaultExcludes (true), caseSensitive (true),
 *   followSymlinks (true; false leaves links out), fingerprint: adds md5 and sha256
 *   allowEmpty: an empty result instead of an error; flatten: all files beside each other in dest
 * Result: count, bytes, files: [{path, size, md5?, sha256?}].
 *
 * A link is followed only while it stays in dir: an artifact must not publish the machine's files. */
#include "agents/worker/ops.h"
#include "agents/worker/pack.h"
#include "base/fs.h"
#include "base/hash.h"
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct artifacts {
    struct job *job;
    const char *dir, *dest;
    bool fingerprint, flatten;
    json_t *files;
    json_int_t bytes;
    size_t outside; /* links that lead out of dir */
};

enum { MAX_TOLD = 10 }; /* one link to a folder can stand for a whole system */

/* Only ours by its suffix: the archive may hold the files of an earlier step. */
static int remove_partial(void *data, const char *path, const struct stat *st, struct error *err)
{
    _cleanup_free_ char *whole = path_join(data, path);
    if (S_ISREG(st->st_mode) && str_has_suffix(path, ".gmrun-part"))
        unlink(whole);
    return 0;
}

void artifacts_cleanup(const json_t *req)
{
    const char *dest = obj_str(req, "dest");
    if (dest)
        fs_walk(dest, remove_partial, (void *)dest, NULL);
}

static int add_digests(json_t *o, const char *file, struct error *err)
{
    static const struct {
        const char *name;
        enum hash_kind kind;
    } digests[] = {{"md5", HASH_MD5}, {"sha256", HASH_SHA256}};
    char hex[HASH_HEX_MAX];
    for (size_t i = 0; i < ARRAY_LEN(digests); i++) {
        if (hash_file(digests[i].kind, file, hex, err) < 0)
            return -1;
        json_object_set_new(o, digests[i].name, json_string(hex));
    }
    return 0;
}

/* A reader of the archive (gmrun show, the web page) never sees half a file under its name. */
static int copy_whole(const char *from, const char *to, struct error *err)
{
    _cleanup_free_ char *parent = path_dirname(to);
    _cleanup_free_ char *partial = partial_name(to);
    if (fs_mkdir_p(parent, 0777, err) < 0 || fs_copy_file(from, partial, 0, err) < 0)
        return -1;
    return rename(partial, to) < 0 ? error_errno(err, "cannot write '%s'", to) : 0;
}

/* `st` is of what a link leads to, or of the link itself where links are not followed; folders come along by
 * their files, so empty ones are not kept, as in Jenkins. */
static int copy_one(void *data, const char *path, const struct stat *st, struct error *err)
{
    struct artifacts *a = data;
    _cleanup_free_ char *from = path_join(a->dir, path);
    _cleanup_free_ char *to = path_join(a->dest, a->flatten ? path_basename(path) : path);
    if (!S_ISREG(st->st_mode))
        return 0;
    if (!path_inside(a->dir, path)) {
        if (a->outside++ < MAX_TOLD)
            job_log(a->job, "[WARNING] Not archiving %s: it is a link that leads out of the workspace", path);
        return 0;
    }
    if (copy_whole(from, to, err) < 0)
        return -1;
    json_t *o = json_pack("{s:o, s:I}", "path", json_text(path), "size", (json_int_t)st->st_size);
    json_array_append_new(a->files, o);
    a->bytes += st->st_size;
    job_progress(a->job, "archiving", json_array_size(a->files), 0, (uint64_t)a->bytes);
    return a->fingerprint ? add_digests(o, to, err) : 0;
}

/* The words are ArtifactArchiver's; the runner tells by FAIL_EMPTY what it means for the build. */
static int check_count(const struct artifacts *a, struct error *err)
{
    const char *includes = job_str(a->job, "includes");
    if (json_array_size(a->files) || job_flag(a->job, "allowEmpty", false))
        return 0;
    return fail_set(err, FAIL_EMPTY,
                    "No artifacts found that match the file pattern \"%s\". Configuration error?",
                    includes ? includes : "**");
}

json_t *op_archive(struct job *j, struct error *err)
{
    struct artifacts a = {.job = j,
                          .dir = job_need(j, "dir", err),
                          .fingerprint = job_flag(j, "fingerprint", false),
                          .flatten = job_flag(j, "flatten", false)};
    struct ant_scan scan;
    a.dest = a.dir ? job_need(j, "dest", err) : NULL;
    if (!a.dest)
        return NULL;
    a.files = json_array();
    scan_from_job(&scan, j, a.dir);
    if (ant_scan(&scan, copy_one, &a, err) < 0 || check_count(&a, err) < 0) {
        json_decref(a.files);
        return NULL;
    }
    if (a.outside > MAX_TOLD)
        job_log(j, "[WARNING] Not archiving %zu more: they are behind links that lead out of the workspace",
                a.outside - MAX_TOLD);
    return json_pack("{s:I, s:I, s:o}", "count", (json_int_t)json_array_size(a.files), "bytes", a.bytes,
                     "files", a.files);
}
