/* Operations unstash, unzip, untar.
 *   file or stream (true: the runner sends it), dir (absolute; made when missing); unzip, untar: glob (Ant
 * patterns, commas), charset of names, test (read only, result ok false instead of an error), keepPermissions
 * (true), verbose (a log line a file); unstash: tree (what the repository in dir tracks goes before); unzip:
 * read (contents in the result instead of files) Result: count, bytes; test: ok, problem; read: contents
 * {name: text}.
 *
 * What strangers packed cannot write outside of dir: names and link targets that lead out are refused, and
 * links that are there already are not followed (libarchive's SECURE options, working in dir itself). */
#include "agents/worker/pack.h"
#include "agents/worker/ops.h"
#include "agents/worker/stream.h"
#include "agents/worker/workspace.h"
#include "base/fs.h"
#include "base/utf8.h"
#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { CHUNK = 1 << 17, READ_MAX = 64 << 20 };

/* One archive on its way; either `dir` (files), `contents` (texts) or `test` (nothing kept). */
struct unpack {
    struct job *job;
    const char *file, *dir;
    bool ours; /* made by gmrun: links may point anywhere */
    bool test;
    json_t *contents; /* read mode; else NULL */
    struct glob_list wanted;
    struct archive *in, *disk;
    char *chunk; /* of a stream; else NULL */
    struct error broken;
    json_int_t count, bytes;
};

/* A stream that broke is told as that: libarchive would call it a truncated archive. */
static int unpack_fail(struct archive *a, const struct unpack *u, const char *name, struct error *err)
{
    const char *text = archive_error_string(a);
    if (u->broken.message)
        return fail_set(err, FAIL_CANCELLED, "%s", u->broken.message);
    return fail_set(err, FAIL_OTHER, "cannot unpack '%s'%s%s: %s", u->file, name ? ": " : "",
                    name ? name : "", text ? text : "damaged archive");
}

/* Whether a path, taken from folder depth `depth` below the target, climbs out of it.
 * Both slashes: a zip made on Windows may hold either. Lexical; what links make of a path is real_name()'s
 * business. */
static bool leads_out(const char *path, int depth)
{
    if (*path == '/' || *path == '\\')
        return true;
    while (*path) {
        size_t n = strcspn(path, "/\\");
        if (n == 2 && memcmp(path, "..", 2) == 0)
            depth--;
        else if (n > 0 && !(n == 1 && *path == '.'))
            depth++;
        if (depth < 0)
            return true;
        path += n + strspn(path + n, "/\\");
    }
    return false;
}

static int depth_of(const char *path)
{
    int depth = 0;
    for (; *path; path++)
        depth += *path == '/' && path[1];
    return depth;
}

static int refuse(const struct unpack *u, const char *name, struct error *err)
{
    return fail_set(err, FAIL_OTHER, "cannot unpack '%s': entry '%s' leads out of the folder", u->file, name);
}

/* 1: unpack it, 0: leave it out, -1: refused
 * Devices, FIFOs and sockets are left out silently; folders are made by the files in them when there are
 * patterns. */
static int judge(struct unpack *u, struct archive_entry *e, const char *name, struct error *err)
{
    const char *hard = archive_entry_hardlink(e);
    mode_t type = archive_entry_filetype(e);
    if (leads_out(name, 0))
        return refuse(u, name, err);
    if ((u->contents || u->test) && (hard || type != AE_IFREG))
        return 0;
    if (hard && leads_out(hard, 0))
        return refuse(u, name, err);
    if (!hard && type != AE_IFREG && type != AE_IFDIR && type != AE_IFLNK)
        return 0;
    if (type == AE_IFDIR && u->wanted.len)
        return 0;
    return !u->wanted.len || glob_match(&u->wanted, name, true);
}

/* The last of two entries of a name wins, as it would on disk. */
static void put_content(json_t *contents, const char *name, const struct buf *text)
{
    struct buf key = {0};
    utf8_clean(&key, name, strlen(name));
    json_object_set_new(contents, key.data, json_textn(text->data, text->len));
    buf_release(&key);
}

static int read_text(struct unpack *u, const char *name, struct error *err)
{
    struct buf b = {0};
    ssize_t n;
    buf_addstr(&b, "");
    do {
        buf_reserve(&b, CHUNK);
        n = archive_read_data(u->in, b.data + b.len, CHUNK);
        b.len += n > 0 ? (size_t)n : 0;
    } while (n > 0 && b.len <= READ_MAX);
    int rc = 0;
    if (n < 0)
        rc = unpack_fail(u->in, u, name, err);
    else if (b.len > READ_MAX)
        rc = fail_set(err, FAIL_OTHER, "'%s' in '%s' is too large to be read as text", name, u->file);
    else
        put_content(u->contents, name, &b);
    buf_release(&b);
    return rc;
}

static int skim(struct unpack *u, const char *name, struct error *err)
{
    const void *block;
    size_t n;
    la_int64_t offset;
    int rc;
    while ((rc = archive_read_data_block(u->in, &block, &n, &offset)) == ARCHIVE_OK || rc == ARCHIVE_WARN)
        ;
    return rc == ARCHIVE_EOF ? 0 : unpack_fail(u->in, u, name, err);
}

/* Where the entry really goes: links of the folders above it that exist already are resolved, so that a link
 * made by an earlier entry, or by the build, counts as where it leads. Relative to dir; NULL: out of it. */
static char *real_name(const struct unpack *u, const char *name)
{
    char real[PATH_MAX], root[PATH_MAX];
    _cleanup_free_ char *clean = path_normalise(name);
    char *parent = path_dirname(clean);
    while (!realpath(parent, real)) {
        char *up = path_dirname(parent);
        bool stuck = strcmp(up, parent) == 0;
        free(parent);
        parent = up;
        if (stuck) {
            free(parent);
            return NULL;
        }
    }
    const char *rest = strcmp(parent, ".") == 0 ? clean : clean + strlen(parent) + 1;
    size_t n = realpath(".", root) ? strlen(root) : 0;
    char *found = NULL;
    if (n && strncmp(real, root, n) == 0 && (!real[n] || real[n] == '/'))
        found = real[n] ? xasprintf("%s/%s", real + n + 1, rest) : xstrdup(rest);
    free(parent);
    return found;
}

/* Block by block with offsets: holes of sparse files stay holes. */
static int write_data(struct unpack *u, const char *name, struct error *err)
{
    const void *block;
    size_t n;
    la_int64_t offset;
    int rc;
    while ((rc = archive_read_data_block(u->in, &block, &n, &offset)) == ARCHIVE_OK || rc == ARCHIVE_WARN)
        if (archive_write_data_block(u->disk, block, n, offset) < ARCHIVE_WARN)
            return unpack_fail(u->disk, u, name, err);
    return rc == ARCHIVE_EOF ? 0 : unpack_fail(u->in, u, name, err);
}

/* Not archive_read_extract2(): that takes an entry which cannot be written for a mere warning. */
static int write_entry(struct unpack *u, struct archive_entry *e, const char *name, struct error *err)
{
    if (archive_write_header(u->disk, e) < ARCHIVE_WARN)
        return unpack_fail(u->disk, u, name, err);
    if (archive_entry_filetype(e) == AE_IFREG && !archive_entry_hardlink(e) && write_data(u, name, err) < 0)
        return -1;
    return archive_write_finish_entry(u->disk) < ARCHIVE_WARN ? unpack_fail(u->disk, u, name, err) : 0;
}

/* Owner and set-user-id bits are never taken from an archive. realpath() for each entry costs less than what
 * a wrong guess about links would. */
static int extract(struct unpack *u, struct archive_entry *e, const char *given, struct error *err)
{
    _cleanup_free_ char *name = real_name(u, given);
    const char *link = archive_entry_symlink(e);
    if (!name || (link && !u->ours && leads_out(link, depth_of(name))))
        return refuse(u, given, err);
    if (job_flag(u->job, "verbose", false))
        job_log(u->job, "Extracting: %s -> %s/%s", given, u->dir, name);
    archive_entry_set_pathname(e, name);
    archive_entry_set_uid(e, geteuid());
    archive_entry_set_gid(e, getegid());
    archive_entry_set_perm(e, archive_entry_perm(e) & 0777);
    return write_entry(u, e, given, err);
}

static int take(struct unpack *u, struct archive_entry *e, struct error *err)
{
    const char *name = archive_entry_pathname(e);
    if (!name)
        return fail_set(err, FAIL_OTHER, "cannot unpack '%s': an entry's name is not in the given charset",
                        u->file);
    int wanted = judge(u, e, name, err);
    if (wanted <= 0)
        return wanted;
    if (archive_entry_filetype(e) != AE_IFDIR)
        u->count++;
    if (__builtin_add_overflow(u->bytes, archive_entry_size(e), &u->bytes)) /* as the entries claim */
        u->bytes = INT64_MAX;
    job_progress(u->job, "unpacking", (uint64_t)u->count, 0, (uint64_t)u->bytes);
    if (u->test)
        return skim(u, name, err);
    return u->contents ? read_text(u, name, err) : extract(u, e, name, err);
}

/* ARCHIVE_WARN entries (a name that cannot be converted, an unknown extension) are taken as far as they go.
 */
static int take_all(struct unpack *u, struct error *err)
{
    struct archive_entry *e;
    int rc, status = 0;
    while (status == 0 && (rc = archive_read_next_header(u->in, &e)) != ARCHIVE_EOF)
        status = rc < ARCHIVE_WARN ? unpack_fail(u->in, u, NULL, err) : take(u, e, err);
    return status;
}

/* libarchive copies the error's text; the reason itself stays in u->broken. */
static la_ssize_t take_block(struct archive *a, void *data, const void **bytes)
{
    struct unpack *u = data;
    ssize_t n = stream_take(u->job, u->chunk, CHUNK, &u->broken);
    *bytes = u->chunk;
    if (n < 0)
        archive_set_error(a, EIO, "%s", u->broken.message);
    return n;
}

/* What stands behind the archive's end is taken, too: the runner counts on it. */
static int finish_stream(struct unpack *u, struct error *err)
{
    ssize_t n;
    while ((n = stream_take(u->job, u->chunk, CHUNK, err)) > 0)
        ;
    return (int)n;
}

/* Compressions by content, not by name; of formats only these two, since each further parser is one more for
 * strangers to attack. */
static int open_archive(struct unpack *u, struct error *err)
{
    const char *charset = job_str(u->job, "charset");
    bool permissions = job_flag(u->job, "keepPermissions", true);
    pack_locale();
    u->in = archive_read_new();
    u->disk = archive_write_disk_new();
    archive_read_support_filter_all(u->in);
    archive_read_support_format_tar(u->in);
    archive_read_support_format_zip(u->in);
    archive_write_disk_set_options(
        u->disk, ARCHIVE_EXTRACT_TIME | ARCHIVE_EXTRACT_SECURE_SYMLINKS | ARCHIVE_EXTRACT_SECURE_NODOTDOT |
                     ARCHIVE_EXTRACT_SECURE_NOABSOLUTEPATHS | (permissions ? ARCHIVE_EXTRACT_PERM : 0));
    if (charset && archive_read_set_option(u->in, NULL, "hdrcharset", charset) < ARCHIVE_WARN)
        return fail_set(err, FAIL_OTHER, "unknown charset '%s'", charset);
    if ((u->chunk ? archive_read_open(u->in, u, NULL, take_block, NULL)
                  : archive_read_open_filename(u->in, u->file, CHUNK)) < ARCHIVE_WARN)
        return unpack_fail(u->in, u, NULL, err);
    return 0;
}

/* libarchive's checks for links hold for relative names: so we go there. */
static int enter(const char *dir, struct error *err)
{
    if (fs_mkdir_p(dir, 0777, err) < 0)
        return -1;
    return chdir(dir) < 0 ? error_errno(err, "cannot enter '%s'", dir) : 0;
}

/* A test has no error: what is wrong is its answer. */
static json_t *describe(struct unpack *u, int rc, struct error *err)
{
    if (rc < 0 && !u->test)
        return NULL;
    json_t *out = json_pack("{s:I, s:I}", "count", u->count, "bytes", u->bytes);
    if (u->test) {
        json_object_set_new(out, "ok", json_boolean(rc == 0));
        json_object_set_new(out, "problem", json_text(rc < 0 ? err->message : NULL));
    }
    if (u->contents)
        json_object_set(out, "contents", u->contents);
    return out;
}

static int unpack_all(struct unpack *u, struct error *err)
{
    if (*u->dir && enter(u->dir, err) < 0)
        return -1;
    if (job_flag(u->job, "tree", false))
        workspace_drop_tree(u->dir);
    if (open_archive(u, err) < 0 || take_all(u, err) < 0)
        return -1;
    return u->chunk ? finish_stream(u, err) : 0;
}

static json_t *unpack(struct job *j, bool ours, struct error *err)
{
    bool stream = job_flag(j, "stream", false), read = job_flag(j, "read", false);
    struct unpack u = {.job = j, .ours = ours, .test = job_flag(j, "test", false)};
    u.file = stream ? "what was sent" : job_need(j, "file", err);
    u.dir = u.test || read || !u.file ? "" : job_need(j, "dir", err);
    if (!u.file || !u.dir)
        return NULL;
    if (!stream && access(u.file, R_OK) < 0) {
        error_errno(err, "cannot read '%s'", u.file);
        return NULL;
    }
    u.chunk = stream ? xmalloc(CHUNK) : NULL;
    u.contents = read ? json_object() : NULL;
    glob_add(&u.wanted, job_str(j, "glob"), GLOB_COMMA);
    json_t *out = describe(&u, unpack_all(&u, err), err);
    archive_read_free(u.in);
    archive_write_free(u.disk);
    glob_release(&u.wanted);
    json_decref(u.contents);
    error_release(&u.broken);
    free(u.chunk);
    return out;
}

json_t *op_unstash(struct job *j, struct error *err)
{
    return unpack(j, true, err);
}

json_t *op_unzip(struct job *j, struct error *err)
{
    return unpack(j, false, err);
}

json_t *op_untar(struct job *j, struct error *err)
{
    return unpack(j, false, err);
}
