/* Steps on files of the workspace [workflow-basic-steps, pipeline-utility-steps]. They work on the node's own
 * file system; agents elsewhere will answer the same through agents/agent.h. */
#include "base/fs.h"
#include "base/glob.h"
#include "base/hash.h"
#include "runner/engine/node.h"
#include "runner/steps/file_wrapper.h"
#include "runner/steps/rows.h"
#include <errno.h>
#include <fcntl.h>
#include <iconv.h>
#include <string.h>
#include <sys/stat.h>

enum { READ_LIMIT = 256 << 20 };

/* Converts from one charset to another; appends. -1: unknown charset. Invalid input becomes '?'. */
static int convert(const char *to, const char *from, const char *data, size_t len, struct buf *out)
{
    iconv_t cd = iconv_open(to, from);
    char *in = (char *)data, room[4096];
    if (cd == (iconv_t)-1)
        return -1;
    while (len) {
        char *end = room;
        size_t left = sizeof(room), before = len;
        iconv(cd, &in, &len, &end, &left);
        buf_add(out, room, sizeof(room) - left);
        if (len && len == before) {
            buf_addch(out, '?');
            in++;
            len--;
        }
    }
    iconv_close(cd);
    return 0;
}

static bool is_utf8(const char *encoding)
{
    return !encoding || !strcasecmp(encoding, "UTF-8") || !strcasecmp(encoding, "UTF8");
}

enum call_status step_decoded(struct step_call *c, const struct buf *raw, struct value *out)
{
    _cleanup_(buf_release) struct buf text = {0};
    const char *encoding = step_str(c, "encoding", NULL), *data = raw->data ? raw->data : "";
    if (is_utf8(encoding))
        buf_add(&text, data, raw->len);
    else if (!strcasecmp(encoding, "Base64"))
        base64_encode(&text, data, raw->len, 0);
    else if (convert("UTF-8", encoding, data, raw->len, &text) < 0)
        return vm_throw(c->fiber, "UnsupportedCharsetException", "%s", encoding);
    *out = string_new(text.data ? text.data : "", text.len);
    return CALL_OK;
}

enum call_status step_read_file(struct step_call *c, struct value *out)
{
    _cleanup_(error_release) struct error err = {0};
    _cleanup_(buf_release) struct buf raw = {0};
    const char *name = step_str(c, "file", "");
    _cleanup_free_ char *path = step_path(c, name);
    if (!fs_exists(path))
        return vm_throw(c->fiber, "NoSuchFileException", "%s", path);
    if (fs_read_file(path, READ_LIMIT, &raw, &err) < 0)
        return step_abort(c, "%s", err.message);
    return step_decoded(c, &raw, out);
}

static enum call_status write_text(struct step_call *c, const char *path, const char *text, size_t len)
{
    _cleanup_(error_release) struct error err = {0};
    _cleanup_free_ char *dir = path_dirname(path);
    if (fs_mkdir_p(dir, 0755, &err) < 0 || fs_write_file(path, text, len, 0644, &err) < 0)
        return step_abort(c, "%s", err.message);
    return CALL_OK;
}

enum call_status step_write_file(struct step_call *c, struct value *out)
{
    _cleanup_(error_release) struct error err = {0};
    _cleanup_(buf_release) struct buf data = {0};
    const char *text = step_str(c, "text", ""), *encoding = step_str(c, "encoding", NULL);
    _cleanup_free_ char *path = step_path(c, step_str(c, "file", ""));
    if (is_utf8(encoding))
        buf_addstr(&data, text);
    else if (!strcasecmp(encoding, "Base64") && base64_decode(&data, text, strlen(text), &err) < 0)
        return vm_throw(c->fiber, "IllegalArgumentException", "%s", err.message);
    else if (strcasecmp(encoding, "Base64") && convert(encoding, "UTF-8", text, strlen(text), &data) < 0)
        return vm_throw(c->fiber, "UnsupportedCharsetException", "%s", encoding);
    return write_text(c, path, data.data ? data.data : "", data.len);
}

enum call_status step_prepend_to_file(struct step_call *c, struct value *out)
{
    _cleanup_(error_release) struct error err = {0};
    _cleanup_(buf_release) struct buf data = {0};
    _cleanup_free_ char *path = step_path(c, step_str(c, "file", ""));
    buf_addstr(&data, step_str(c, "content", ""));
    if (fs_exists(path) && fs_read_file(path, READ_LIMIT, &data, &err) < 0)
        return step_abort(c, "%s", err.message);
    return write_text(c, path, data.data, data.len);
}

enum call_status step_file_exists(struct step_call *c, struct value *out)
{
    _cleanup_free_ char *path = step_path(c, step_str(c, "file", ""));
    *out = value_bool(fs_exists(path));
    return CALL_OK;
}

enum call_status step_touch(struct step_call *c, struct value *out)
{
    _cleanup_free_ char *path = step_path(c, step_str(c, "file", "")), *dir = path_dirname(path);
    int64_t ms = step_int(c, "timestamp", -1);
    struct timespec now = {.tv_nsec = UTIME_NOW}, at = {ms / 1000, ms % 1000 * 1000000};
    struct timespec times[2] = {ms < 0 ? now : at, ms < 0 ? now : at};
    _cleanup_(error_release) struct error err = {0};
    if (fs_mkdir_p(dir, 0755, &err) < 0)
        return step_abort(c, "%s", err.message);
    _cleanup_(close_fd) int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
    if (fd < 0 || futimens(fd, times) < 0)
        return step_abort(c, "touch %s: %s", path, strerror(errno));
    return CALL_OK;
}

/* ---- findFiles */

struct found {
    struct step_call *call;
    struct list *list;
};

static int add_file(void *data, const char *path, const struct stat *st, struct error *err)
{
    struct found *f = data;
    struct value wrapper =
        file_wrapper_new(f->call->run, path, S_ISDIR(st->st_mode), st->st_size,
                         (int64_t)st->st_mtim.tv_sec * 1000 + st->st_mtim.tv_nsec / 1000000);
    list_push(f->list, wrapper);
    value_release(wrapper);
    return 0;
}

/* Without a glob: what is directly in the folder. */
static int add_child(void *data, const char *path, const struct stat *st, struct error *err)
{
    return add_file(data, path, st, err) < 0 ? -1 : FS_SKIP;
}

enum call_status step_find_files(struct step_call *c, struct value *out)
{
    _cleanup_(error_release) struct error err = {0};
    const char *glob = step_str(c, "glob", NULL);
    *out = list_new(c->run->vm, 0);
    struct found f = {c, AS_LIST(*out)};
    struct ant_scan scan = {.root = step_cwd(c),
                            .includes = glob,
                            .excludes = step_str(c, "excludes", NULL),
                            .split = GLOB_BLANKS};
    if (glob && *glob ? ant_scan(&scan, add_file, &f, &err) < 0
                      : fs_walk(step_cwd(c), add_child, &f, &err) < 0) {
        value_release(*out);
        *out = NULL_VALUE;
        return step_abort(c, "%s", err.message);
    }
    return CALL_OK;
}

/* ---- digests */

static enum call_status digest(struct step_call *c, enum hash_kind kind, struct value *out)
{
    _cleanup_(error_release) struct error err = {0};
    char hex[HASH_HEX_MAX];
    _cleanup_free_ char *path = step_path(c, step_str(c, "file", ""));
    if (hash_file(kind, path, hex, &err) < 0)
        return step_abort(c, "%s", err.message);
    *out = string_from(hex);
    return CALL_OK;
}

enum call_status step_sha1(struct step_call *c, struct value *out)
{
    return digest(c, HASH_SHA1, out);
}

enum call_status step_sha256(struct step_call *c, struct value *out)
{
    return digest(c, HASH_SHA256, out);
}

enum call_status step_md5(struct step_call *c, struct value *out)
{
    return digest(c, HASH_MD5, out);
}

/* ---- verifyMd5, verifySha1, verifySha256 */

static enum call_status verify(struct step_call *c, enum hash_kind kind, const char *name)
{
    _cleanup_(error_release) struct error err = {0};
    char hex[HASH_HEX_MAX];
    const char *file = step_str(c, "file", ""), *wanted = step_str(c, "hash", "");
    _cleanup_free_ char *path = step_path(c, file);
    if (!fs_exists(path))
        return vm_throw(c->fiber, "FileNotFoundException", "File %s does not exist.", file);
    if (hash_file(kind, path, hex, &err) < 0)
        return step_abort(c, "%s", err.message);
    if (strcasecmp(hex, wanted))
        return step_abort(c, "%s hash mismatch: expected='%s', actual='%s'", name, wanted, hex);
    return CALL_OK;
}

enum call_status step_verify_md5(struct step_call *c, struct value *out)
{
    return verify(c, HASH_MD5, "MD5");
}

enum call_status step_verify_sha1(struct step_call *c, struct value *out)
{
    return verify(c, HASH_SHA1, "SHA-1");
}

enum call_status step_verify_sha256(struct step_call *c, struct value *out)
{
    return verify(c, HASH_SHA256, "SHA-256");
}
