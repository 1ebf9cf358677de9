/* Names and archives of caches. An archive is never written in place, and its name is the text of its key
 * with everything unsafe escaped, so that a listing can show keys again; keys too long for a file name end
 * in their MD5 and cannot be read back. */
#include "runner/steps/tools/cache_file.h"
#include "base/fs.h"
#include "base/glob.h"
#include "base/hash.h"
#include "runner/steps/workspace.h"
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { NAME_LIMIT = 180 };

json_t *cache_pack_request(struct helper_queue *q, const struct cache_file *c, const char *archive,
                           char **made, struct error *err)
{
    _cleanup_free_ char *dir = path_dirname(archive);
    char tail[17];
    if (fs_mkdir_p(dir, 0700, err) < 0)
        return NULL;
    random_hex(tail, 8);
    free(*made);
    *made = xasprintf("%s.%s", archive, tail);
    if (ws_far(q->call))
        q->file.to = xstrdup(*made);
    json_t *r =
        json_pack("{s:s,s:s,s:s,s:s,s:b,s:b}", "op", "stash", "dir", c->dir, "file", *made, "name",
                  path_basename(archive), "allowEmpty", 1, "defaultExcludes", !c->no_default_excludes);
    json_put_text(r, "includes", c->includes);
    json_put_text(r, "excludes", c->excludes);
    return r;
}

int cache_keep(const char *made, const char *archive, struct error *err)
{
    if (rename(made, archive) == 0)
        return 0;
    error_errno(err, "cannot keep %s", archive);
    unlink(made);
    return -1;
}

json_t *cache_unpack_request(struct helper_queue *q, const struct cache_file *c, const char *archive)
{
    if (ws_far(q->call))
        q->file.from = xstrdup(archive);
    return json_pack("{s:s,s:s,s:s}", "op", "unstash", "file", archive, "dir", c->dir);
}

static int add_size(void *data, const struct agent_entry *e, struct error *err)
{
    *(int64_t *)data += e->size;
    return 0;
}

int64_t cache_size(struct step_call *call, const struct cache_file *c)
{
    int64_t size = 0;
    struct ant_scan scan = {.root = c->dir,
                            .includes = c->includes,
                            .excludes = c->excludes,
                            .split = GLOB_COMMA,
                            .no_default_excludes = c->no_default_excludes};
    if (ws_is_dir(call, c->dir))
        ws_glob(call, &scan, add_size, &size, NULL);
    return size;
}

struct hashing {
    const char *root;
    struct buf sums;
};

static int add_sum(void *data, const char *path, const struct stat *st, struct error *err)
{
    struct hashing *h = data;
    _cleanup_free_ char *whole = path_join(h->root, path);
    char hex[HASH_HEX_MAX];
    if (hash_file(HASH_MD5, whole, hex, err) < 0)
        return -1;
    buf_printf(&h->sums, "%s %s\n", hex, path);
    return 0;
}

int cache_hash(struct step_call *c, const char *pattern, char hex[HASH_HEX_MAX], struct error *err)
{
    struct ant_scan scan = {.root = step_cwd(c), .includes = pattern, .split = GLOB_COMMA};
    struct hashing h = {.root = ws_view(c, &scan, err)};
    scan.root = h.root;
    long found = h.root ? ant_scan(&scan, add_sum, &h, err) : -1;
    hash_hex(HASH_MD5, h.sums.data ? h.sums.data : "", h.sums.len, hex);
    buf_release(&h.sums);
    return found < 0 ? -1 : 0;
}

void cache_file_release(struct cache_file *c)
{
    free(c->dir);
    free(c->includes);
    free(c->excludes);
}

char *cache_name(const char *text)
{
    struct buf out = {0};
    char hex[HASH_HEX_MAX];
    for (const char *p = text; *p; p++)
        if (isalnum((unsigned char)*p) || *p == '-' || *p == '_')
            buf_addch(&out, *p);
        else
            buf_printf(&out, "%%%02X", (unsigned char)*p);
    if (out.len > NAME_LIMIT) {
        hash_hex(HASH_MD5, text, strlen(text), hex);
        out.len = NAME_LIMIT - 33;
        buf_printf(&out, "-%s", hex);
    }
    return buf_steal(&out);
}

char *cache_name_text(const char *name, size_t len)
{
    struct buf out = {0};
    for (size_t i = 0; i < len; i++) {
        char hex[3] = {0};
        bool escaped = name[i] == '%' && i + 2 < len;
        if (escaped)
            memcpy(hex, name + i + 1, 2);
        buf_addch(&out, escaped ? (char)strtol(hex, NULL, 16) : name[i]);
        if (escaped)
            i += 2;
    }
    return buf_steal(&out);
}
