/* Steps add to the record while the build runs; whoever looks at it then (another build, gmrun show) sees
 * whole files, as each is replaced by a rename. */
#include "runner/steps/report/kept.h"
#include "base/buf.h"
#include "base/fs.h"
#include <string.h>

/* The record's own array: what is changed in it stands in build.json with the next write. */
json_t *kept_list(struct run *run, const char *name)
{
    json_t *list = json_object_get(run->record.json, name);
    if (json_is_array(list))
        return list;
    list = json_array();
    json_object_set_new(run->record.json, name, list);
    return list;
}

void kept_add(struct run *run, const char *name, json_t *item)
{
    json_array_append_new(kept_list(run, name), item);
    build_write(&run->record, NULL); /* the final record is written again, and checked, at the end */
}

/* An index by name: a build may archive thousands of files, several times. */
void kept_fingerprints(struct run *run, const json_t *files)
{
    json_t *list = kept_list(run, "fingerprints"), *file, *old, *index = json_object();
    size_t i;
    json_array_foreach(list, i, old)
        json_object_set(index, json_string_value(json_object_get(old, "file")), old);
    json_array_foreach(files, i, file)
    {
        const char *path = json_string_value(json_object_get(file, "path"));
        json_t *md5 = json_object_get(file, "md5");
        if (!path || !md5)
            continue;
        old = json_object_get(index, path);
        if (old) {
            json_object_set(old, "md5", md5);
            continue;
        }
        old = json_pack("{s:s, s:O}", "file", path, "md5", md5);
        json_object_set(index, path, old);
        json_array_append_new(list, old);
    }
    json_decref(index);
}

/* NULL text: jansson refuses numbers that are no JSON (NaN). */
int kept_file(struct run *run, const char *name, const json_t *json, struct error *err)
{
    _cleanup_free_ char *path = path_join(run->record.dir, name);
    _cleanup_free_ char *text = json ? json_dumps(json, JSON_COMPACT) : NULL;
    if (!text)
        return error_set(err, ERROR_INVALID, "%s: the results are no JSON", path);
    return fs_write_file_atomic(path, text, strlen(text), 0644, err);
}

char *job_display(const char *job)
{
    struct buf text = {0};
    for (; *job; job++)
        if (*job == '/')
            buf_addstr(&text, " » ");
        else
            buf_addch(&text, *job);
    return buf_steal(&text);
}
