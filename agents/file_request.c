#include "agents/file_request.h"
#include "base/buf.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/util.h"
#include <string.h>

/* One shape at both ends: what a runner writes here its helper program reads below, which is of the same
 * build (its name or its image says which), so members need no versions. */
static const char *const kinds[] = {
    [AGENT_READ] = "read",     [AGENT_WRITE] = "write", [AGENT_STAT] = "stat",     [AGENT_MKDIR] = "mkdir",
    [AGENT_DELETE] = "delete", [AGENT_EMPTY] = "empty", [AGENT_LIST] = "list",     [AGENT_GLOB] = "glob",
    [AGENT_TEMP] = "temp",     [AGENT_TOUCH] = "touch", [AGENT_DIGEST] = "digest", [AGENT_PRUNE] = "prune",
};

static void put_text(json_t *o, const char *name, const char *text)
{
    if (text)
        json_object_set_new(o, name, json_string(text));
}

json_t *file_request(const struct agent_file *op)
{
    struct buf data = {0};
    /* base64 costs a third; what is large goes in frames beside the request (agents/worker.h). */
    if (op->kind == AGENT_WRITE)
        base64_encode(&data, op->data, op->len, 0);
    json_t *o =
        json_pack("{s:s, s:s, s:I, s:i, s:b, s:b, s:I, s:i, s:i, s:b, s:b, s:b}", "op", "file", "kind",
                  kinds[op->kind], "limit", (json_int_t)op->limit, "mode", (int)op->mode, "append",
                  op->append, "dirs", op->dirs, "mtime_ms", (json_int_t)op->mtime_ms, "digest",
                  (int)op->digest, "split", (int)op->split, "no_default_excludes", op->no_default_excludes,
                  "ignore_case", op->ignore_case, "no_follow_symlinks", op->no_follow_symlinks);
    put_text(o, "path", op->path);
    put_text(o, "includes", op->includes);
    put_text(o, "excludes", op->excludes);
    put_text(o, "data", data.data);
    buf_release(&data);
    return o;
}

static json_int_t number_of(const json_t *o, const char *name)
{
    return json_integer_value(json_object_get(o, name));
}

static bool flag_of(const json_t *o, const char *name)
{
    return json_is_true(json_object_get(o, name));
}

int file_request_read(const json_t *request, struct agent_file *op, struct buf *data, struct error *err)
{
    const char *kind = json_text(request, "kind"), *text = json_text(request, "data");
    *op = (struct agent_file){.kind = AGENT_KINDS,
                              .path = json_text(request, "path"),
                              .limit = (size_t)number_of(request, "limit"),
                              .mode = (mode_t)number_of(request, "mode"),
                              .append = flag_of(request, "append"),
                              .dirs = flag_of(request, "dirs"),
                              .mtime_ms = number_of(request, "mtime_ms"),
                              .digest = (enum hash_kind)number_of(request, "digest"),
                              .split = (enum glob_split)number_of(request, "split"),
                              .includes = json_text(request, "includes"),
                              .excludes = json_text(request, "excludes"),
                              .no_default_excludes = flag_of(request, "no_default_excludes"),
                              .ignore_case = flag_of(request, "ignore_case"),
                              .no_follow_symlinks = flag_of(request, "no_follow_symlinks")};
    for (size_t i = 0; kind && i < ARRAY_LEN(kinds); i++)
        if (str_eq(kinds[i], kind))
            op->kind = (enum agent_file_kind)i;
    if (op->kind == AGENT_KINDS || !op->path)
        return error_set(err, ERROR_USAGE, "unknown operation on files, or no path");
    /* data.data is not NULL then, also for a text of no bytes. */
    buf_add(data, "", 0);
    if (text && base64_decode(data, text, strlen(text), err) < 0)
        return -1;
    op->data = data->data;
    op->len = data->len;
    return 0;
}

json_t *file_entries(const struct agent_reply *reply)
{
    json_t *list = json_array();
    for (size_t i = 0; i < reply->count; i++) {
        const struct agent_entry *e = &reply->entries[i];
        json_array_append_new(list, json_pack("[o, b, I, I]", json_clean_text(e->path, strlen(e->path)),
                                              e->is_dir, (json_int_t)e->size, (json_int_t)e->mtime_ms));
    }
    return list;
}

struct agent_entry *file_entries_read(const json_t *answer, size_t *count)
{
    json_t *list = json_object_get(answer, "entries"), *row;
    struct agent_entry *entries = xcalloc(json_array_size(list) + 1, sizeof(*entries));
    size_t i;
    *count = 0;
    json_array_foreach(list, i, row)
    {
        const char *path = json_string_value(json_array_get(row, 0));
        if (path)
            entries[(*count)++] =
                (struct agent_entry){.path = path,
                                     .is_dir = json_is_true(json_array_get(row, 1)),
                                     .size = json_integer_value(json_array_get(row, 2)),
                                     .mtime_ms = json_integer_value(json_array_get(row, 3))};
    }
    return entries;
}
