/* Steps on files of the workspace [workflow-basic-steps, pipeline-utility-steps].
 *
 * One function a step, each a few questions to the node (workspace.h); encodings are the runner's business,
 * so a far node moves bytes only. Exceptions are those of java.nio and of the plugins. */
#include "base/charset.h"
#include "base/fs.h"
#include "base/glob.h"
#include "base/hash.h"
#include "runner/engine/node.h"
#include "runner/steps/file_wrapper.h"
#include "runner/steps/rows.h"
#include "runner/steps/workspace.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

enum { READ_LIMIT = 256 << 20 };

/* Jenkins' "Base64" is not a charset, but a way to read what is no text. */
enum call_status step_decoded(struct step_call *c, const struct buf *raw, struct value *out)
{
    _cleanup_(buf_release) struct buf text = {0};
    const char *encoding = step_str(c, "encoding", NULL), *data = raw->data ? raw->data : "";
    if (charset_is_utf8(encoding))
        buf_add(&text, data, raw->len);
    else if (!strcasecmp(encoding, "Base64"))
        base64_encode(&text, data, raw->len, 0);
    else if (charset_convert("UTF-8", encoding, data, raw->len, &text) < 0)
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
    if (!ws_exists(c, path))
        return vm_throw(c->fiber, "NoSuchFileException", "%s", path);
    if (ws_read_file(c, path, READ_LIMIT, &raw, &err) < 0)
        return step_abort(c, "%s", err.message);
    return step_decoded(c, &raw, out);
}

static enum call_status write_text(struct step_call *c, const char *path, const char *text, size_t len)
{
    _cleanup_(error_release) struct error err = {0};
    if (ws_write_file(c, path, text, len, 0, &err) < 0)
        return step_abort(c, "%s", err.message);
    return CALL_OK;
}

enum call_status step_write_file(struct step_call *c, struct value *out)
{
    _cleanup_(error_release) struct error err = {0};
    _cleanup_(buf_release) struct buf data = {0};
    const char *text = step_str(c, "text", ""), *encoding = step_str(c, "encoding", NULL);
    _cleanup_free_ char *path = step_path(c, step_str(c, "file", ""));
    if (charset_is_utf8(encoding))
        buf_addstr(&data, text);
    else if (!strcasecmp(encoding, "Base64") && base64_decode(&data, text, strlen(text), &err) < 0)
        return vm_throw(c->fiber, "IllegalArgumentException", "%s", err.message);
    else if (strcasecmp(encoding, "Base64") &&
             charset_convert(encoding, "UTF-8", text, strlen(text), &data) < 0)
        return vm_throw(c->fiber, "UnsupportedCharsetException", "%s", encoding);
    return write_text(c, path, data.data ? data.data : "", data.len);
}

/* Read and written whole, as in the plugin: a file that grows meanwhile loses that. */
enum call_status step_prepend_to_file(struct step_call *c, struct value *out)
{
    _cleanup_(error_release) struct error err = {0};
    _cleanup_(buf_release) struct buf data = {0};
    _cleanup_free_ char *path = step_path(c, step_str(c, "file", ""));
    buf_addstr(&data, step_str(c, "content", ""));
    if (ws_exists(c, path) && ws_read_file(c, path, READ_LIMIT, &data, &err) < 0)
        return step_abort(c, "%s", err.message);
    return write_text(c, path, data.data, data.len);
}

enum call_status step_file_exists(struct step_call *c, struct value *out)
{
    const char *file = step_str(c, "file", "");
    _cleanup_free_ char *path = step_path(c, file);
    if (!file[strspn(file, " \t\r\n")])
        step_log(
            c, "The fileExists step was called with a null or empty string, so the current directory will be "
               "checked instead.");
    *out = value_bool(ws_exists(c, path));
    return CALL_OK;
}

/* -1: the time of now. */
enum call_status step_touch(struct step_call *c, struct value *out)
{
    const char *name = step_str(c, "file", "");
    _cleanup_free_ char *path = step_path(c, name);
    _cleanup_(error_release) struct error err = {0};
    struct agent_entry e;
    if (ws_touch(c, path, step_int(c, "timestamp", -1), &e, &err) < 0)
        return step_abort(c, "%s", err.message);
    *out = file_wrapper_new(c->run, name, false, e.size, e.mtime_ms);
    return CALL_OK;
}

/* ---- findFiles */

struct found {
    struct step_call *call;
    struct list *list;
};

static int add_file(void *data, const struct agent_entry *e, struct error *err)
{
    struct found *f = data;
    struct value wrapper = file_wrapper_new(f->call->run, e->path, e->is_dir, e->size, e->mtime_ms);
    list_push(f->list, wrapper);
    value_release(wrapper);
    return 0;
}

/* Globs are separated by blanks or commas there (FilePath.list), and default excludes hold. */
enum call_status step_find_files(struct step_call *c, struct value *out)
{
    _cleanup_(error_release) struct error err = {0};
    const char *glob = step_str(c, "glob", NULL);
    *out = array_new(c->run->vm, "FileWrapper", 0);
    struct found f = {c, AS_LIST(*out)};
    struct ant_scan scan = {.root = step_cwd(c),
                            .includes = glob,
                            .excludes = step_str(c, "excludes", NULL),
                            .split = GLOB_BLANKS};
    /* without a glob: what is directly in the folder */
    if ((glob && *glob ? ws_glob(c, &scan, add_file, &f, &err)
                       : ws_list(c, step_cwd(c), add_file, &f, &err)) < 0) {
        value_release(*out);
        *out = NULL_VALUE;
        return step_abort(c, "%s", err.message);
    }
    return CALL_OK;
}

/* ---- digests */

/* null for what is no file, as the plugin has it. */
static enum call_status digest(struct step_call *c, enum hash_kind kind, struct value *out)
{
    _cleanup_(error_release) struct error err = {0};
    char hex[HASH_HEX_MAX];
    _cleanup_free_ char *path = step_path(c, step_str(c, "file", ""));
    if (!ws_exists(c, path) || ws_is_dir(c, path))
        return CALL_OK;
    if (ws_digest(c, kind, path, hex, &err) < 0)
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

/* The expected digest in any case of letters. */
static enum call_status verify(struct step_call *c, enum hash_kind kind, const char *name)
{
    _cleanup_(error_release) struct error err = {0};
    char hex[HASH_HEX_MAX];
    const char *file = step_str(c, "file", ""), *wanted = step_str(c, "hash", "");
    _cleanup_free_ char *path = step_path(c, file);
    if (!ws_exists(c, path))
        return vm_throw(c->fiber, "FileNotFoundException", "File %s does not exist.", file);
    if (ws_digest(c, kind, path, hex, &err) < 0)
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
