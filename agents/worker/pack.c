/* Operations stash, zip, tar: matching files into one file.
 *   dir, file (absolute) or stream (true: sent to the runner), includes, excludes, defaultExcludes (true),
 * caseSensitive (true), allowEmpty stash: name (for messages), follow (links are packed as what they lead to
 * inside of dir). zip, tar: overwrite (true); tar: compress (gzip, true) Result: count, bytes (of the file),
 * path.
 *
 * Links and modes are kept, but in a zip file a link's target stands in its place, as Jenkins' zip does. A
 * stash is a tar file compressed by zstd at its fastest: it is read by gmrun only, and level 1 of zstd is
 * several times faster than that of gzip. The file appears when it is whole. */
#include "agents/worker/pack.h"
#include "agents/worker/ops.h"
#include "agents/worker/stream.h"
#include "base/fs.h"
#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <locale.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { CHUNK = 1 << 17, MAX_TOLD = 10 }; /* told: as for artifacts */

struct pack {
    struct job *job;
    const char *dir;
    bool follow;                                 /* links are packed as what they lead to */
    char real_file[PATH_MAX], partial[PATH_MAX]; /* not to be packed into itself */
    struct archive *out;
    char *chunk;
    long count;
    size_t outside; /* links that lead out of dir */
};

void pack_locale(void)
{
    if (!setlocale(LC_CTYPE, "C.UTF-8"))
        setlocale(LC_CTYPE, "");
}

char *partial_name(const char *file)
{
    return xasprintf("%s.gmrun-part", file);
}

void pack_cleanup(const json_t *req)
{
    const char *file = obj_str(req, "file");
    _cleanup_free_ char *partial = file ? partial_name(file) : NULL;
    if (partial)
        unlink(partial);
}

void scan_from_job(struct ant_scan *s, const struct job *j, const char *root)
{
    *s = (struct ant_scan){
        .root = root,
        .includes = job_str(j, "includes"),
        .excludes = job_str(j, "excludes"),
        .split = str_eq(job_str(j, "split"), "blanks") ? GLOB_BLANKS : GLOB_COMMA,
        .no_default_excludes = !job_flag(j, "defaultExcludes", true),
        .ignore_case = !job_flag(j, "caseSensitive", true),
        .no_follow_symlinks = !job_flag(j, "followSymlinks", true),
    };
}

static int pack_fail(struct pack *p, const char *what, struct error *err)
{
    const char *text = archive_error_string(p->out);
    return fail_set(err, FAIL_OTHER, "%s: %s", what, text ? text : "unknown error");
}

/* O_NONBLOCK: what was a file when it was listed may be a FIFO now. A file that grew is cut by libarchive at
 * the size in its header, one that shrank filled up. */
static int add_content(struct pack *p, const char *whole, struct error *err)
{
    _cleanup_(close_fd) int fd =
        open(whole, O_RDONLY | O_CLOEXEC | O_NONBLOCK | (p->follow ? 0 : O_NOFOLLOW));
    ssize_t n;
    if (fd < 0)
        return error_errno(err, "cannot read '%s'", whole);
    posix_fadvise(fd, 0, 0, POSIX_FADV_SEQUENTIAL);
    while ((n = read(fd, p->chunk, CHUNK)) != 0) {
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return error_errno(err, "cannot read '%s'", whole);
        if (archive_write_data(p->out, p->chunk, (size_t)n) < 0)
            return pack_fail(p, "cannot write the archive", err);
    }
    return 0;
}

/* Owners are left out: what is unpacked belongs to who unpacks it. */
static struct archive_entry *make_entry(const char *path, const char *whole, const struct stat *st)
{
    struct archive_entry *e = archive_entry_new();
    char target[PATH_MAX];
    archive_entry_set_pathname(e, path);
    archive_entry_set_mode(e, st->st_mode);
    archive_entry_set_mtime(e, st->st_mtim.tv_sec, st->st_mtim.tv_nsec);
    archive_entry_set_size(e, S_ISREG(st->st_mode) ? st->st_size : 0);
    if (S_ISLNK(st->st_mode)) {
        ssize_t n = readlink(whole, target, sizeof(target) - 1);
        target[n > 0 ? n : 0] = '\0';
        archive_entry_set_symlink(e, target);
    }
    return e;
}

/* `found` is the scan's view; the file is looked at again, as it may be a link that is packed as its target,
 * or gone. */
static int add_file(void *data, const char *path, const struct stat *found, struct error *err)
{
    struct pack *p = data;
    struct stat st;
    _cleanup_free_ char *whole = path_join(p->dir, path);
    if (p->follow && !path_inside(p->dir, path)) {
        if (p->outside++ < MAX_TOLD)
            job_log(p->job, "[WARNING] Not packing %s: it is a link that leads out of the folder", path);
        return 0;
    }
    if ((p->follow ? stat : lstat)(whole, &st) < 0)
        return errno == ENOENT ? 0 : error_errno(err, "cannot read '%s'", whole);
    if ((!S_ISREG(st.st_mode) && !S_ISLNK(st.st_mode)) || str_eq(whole, p->real_file) ||
        str_eq(whole, p->partial))
        return 0;
    struct archive_entry *e = make_entry(path, whole, &st);
    int rc =
        archive_write_header(p->out, e) < ARCHIVE_WARN ? pack_fail(p, "cannot write the archive", err) : 0;
    archive_entry_free(e);
    if (rc == 0 && S_ISREG(st.st_mode) && st.st_size > 0)
        rc = add_content(p, whole, err);
    p->count++;
    job_progress(p->job, "packing", (uint64_t)p->count, 0, (uint64_t)archive_filter_bytes(p->out, -1));
    return rc;
}

enum format { FORMAT_STASH, FORMAT_ZIP, FORMAT_TAR, FORMAT_TGZ };

/* pax_restricted: extended headers only where names or sizes need them, so that old programs read most
 * archives.
 * `exact`: with times below a second. */
static int set_format(struct archive *a, enum format f, bool exact)
{
    if (f == FORMAT_ZIP)
        return archive_write_set_format_zip(a);
    if (f == FORMAT_STASH && archive_write_add_filter_zstd(a) == ARCHIVE_OK)
        archive_write_set_filter_option(a, "zstd", "compression-level", "1");
    if (f == FORMAT_TGZ)
        archive_write_add_filter_gzip(a);
    return exact ? archive_write_set_format_pax(a) : archive_write_set_format_pax_restricted(a);
}

/* dir without links, so that the archive below it is known again */
static void know_itself(struct pack *p, const char *file)
{
    _cleanup_free_ char *parent = path_dirname(file);
    char real_parent[PATH_MAX], real_dir[PATH_MAX];
    if (!realpath(parent, real_parent) || !realpath(p->dir, real_dir))
        return;
    size_t n = strlen(real_dir);
    if (strncmp(real_parent, real_dir, n) != 0 || (real_parent[n] && real_parent[n] != '/'))
        return;
    const char *inner = real_parent[n] ? real_parent + n : "", *name = path_basename(file);
    if (snprintf(p->real_file, PATH_MAX, "%s%s/%s", p->dir, inner, name) >= PATH_MAX ||
        snprintf(p->partial, PATH_MAX, "%s.gmrun-part", p->real_file) >= PATH_MAX)
        p->real_file[0] = p->partial[0] = '\0';
}

/* The runner tells frames from lines by the size in front, so a block must go out whole. */
static la_ssize_t send_block(struct archive *a, void *job, const void *bytes, size_t n)
{
    if (stream_send(job, bytes, n, NULL) == 0)
        return (la_ssize_t)n;
    archive_set_error(a, errno, "nobody takes it");
    return -1;
}

/* For a stream the last block is not filled up: the receiver reads to the end of the archive. */
static int open_archive(struct pack *p, const char *partial)
{
    if (partial)
        return archive_write_open_filename(p->out, partial);
    archive_write_set_bytes_per_block(p->out, CHUNK);
    archive_write_set_bytes_in_last_block(p->out, 1);
    return archive_write_open(p->out, p->job, NULL, send_block, NULL);
}

static int write_files(struct pack *p, const char *partial, enum format format, struct error *err)
{
    struct ant_scan scan;
    scan_from_job(&scan, p->job, p->dir);
    pack_locale();
    p->out = archive_write_new();
    p->chunk = xmalloc(CHUNK);
    set_format(p->out, format, job_flag(p->job, "stream", false));
    int rc = open_archive(p, partial) < ARCHIVE_WARN ? pack_fail(p, "cannot make the archive", err) : 0;
    if (rc == 0 && ant_scan(&scan, add_file, p, err) < 0)
        rc = -1;
    if (archive_write_close(p->out) < ARCHIVE_WARN && rc == 0)
        rc = pack_fail(p, "cannot finish the archive", err);
    archive_write_free(p->out);
    free(p->chunk);
    if (p->outside > MAX_TOLD)
        job_log(p->job, "[WARNING] Not packing %zu more: they are behind links that lead out of the folder",
                p->outside - MAX_TOLD);
    return rc;
}

/* The quotes are those of Jenkins' StashManager. */
static int nothing_found(struct job *j, enum format format, struct error *err)
{
    if (job_flag(j, "allowEmpty", format != FORMAT_STASH))
        return 0;
    if (format == FORMAT_STASH && job_str(j, "name"))
        return fail_set(err, FAIL_EMPTY, "No files included in stash ‘%s’", job_str(j, "name"));
    return fail_set(err, FAIL_EMPTY, "No files match the pattern '%s'",
                    job_str(j, "includes") ? job_str(j, "includes") : "**");
}

static json_t *finish(struct pack *p, const char *partial, const char *file, struct error *err)
{
    struct stat st;
    if (rename(partial, file) < 0 || stat(file, &st) < 0) {
        error_errno(err, "cannot write '%s'", file);
        return NULL;
    }
    return json_pack("{s:I, s:I, s:o}", "count", (json_int_t)p->count, "bytes", (json_int_t)st.st_size,
                     "path", json_text(file));
}

static json_t *pack_stream(struct pack *p, enum format format, struct error *err)
{
    if (write_files(p, NULL, format, err) < 0 || (!p->count && nothing_found(p->job, format, err) < 0))
        return NULL;
    return json_pack("{s:I}", "count", (json_int_t)p->count);
}

/* No file or a whole one: the part is removed on every way out but the last. */
static json_t *pack(struct job *j, enum format format, struct error *err)
{
    struct pack p = {.job = j,
                     .dir = job_need(j, "dir", err),
                     .follow = format == FORMAT_ZIP || job_flag(j, "follow", false)};
    if (p.dir && job_flag(j, "stream", false))
        return pack_stream(&p, format, err);
    const char *file = p.dir ? job_need(j, "file", err) : NULL;
    if (!file)
        return NULL;
    if (format != FORMAT_STASH && !job_flag(j, "overwrite", true) && access(file, F_OK) == 0) {
        fail_set(err, FAIL_OTHER, "'%s' exists", file);
        return NULL;
    }
    _cleanup_free_ char *parent = path_dirname(file);
    _cleanup_free_ char *partial = partial_name(file);
    if (fs_mkdir_p(parent, 0777, err) < 0)
        return NULL;
    know_itself(&p, file);
    json_t *result = NULL;
    if (write_files(&p, partial, format, err) == 0 && (p.count || nothing_found(j, format, err) == 0))
        result = finish(&p, partial, file, err);
    if (!result)
        unlink(partial);
    return result;
}

json_t *op_stash(struct job *j, struct error *err)
{
    return pack(j, FORMAT_STASH, err);
}

json_t *op_zip(struct job *j, struct error *err)
{
    return pack(j, FORMAT_ZIP, err);
}

json_t *op_tar(struct job *j, struct error *err)
{
    return pack(j, job_flag(j, "compress", true) ? FORMAT_TGZ : FORMAT_TAR, err);
}
