/* readManifest: the manifest of a jar file, or as text [pipeline-utility-steps: ReadManifestStep,
 * SimpleManifest]. The value is a map of main (its attributes) and entries (name -> attributes). */
#include "base/fs.h"
#include "runner/steps/helper.h"
#include "runner/steps/rows.h"
#include "runner/steps/workspace.h"
#include <string.h>

#define MANIFEST "META-INF/MANIFEST.MF"

/* Lines of at most 72 bytes go on in the next one, behind a blank.
 * [java.util.jar.Manifest]; \r alone ends a line, too. */
static void unfold(const char *text, struct buf *out)
{
    for (; *text; text++) {
        if (*text == '\r' && text[1] == '\n')
            continue;
        char c = *text == '\r' ? '\n' : *text;
        if (c == '\n' && text[1] == ' ')
            text++;
        else
            buf_addch(out, c);
    }
    buf_addch(out, '\n');
}

/* One blank behind the colon belongs to it; more are the value's. */
static void put_attribute(struct map *section, const char *line, size_t colon, size_t len)
{
    struct value name = string_new(line, colon);
    size_t from = colon + 1 + (colon + 1 < len && line[colon + 1] == ' ');
    struct value text = string_new(line + from, len - from);
    map_set(section, name, text);
    value_release(name);
    value_release(text);
}

/* A section that begins with Name: stands for that entry; the first one is the main section. */
static struct map *begin_section(struct step_call *c, struct map *entries, const char *line, size_t len)
{
    if (len < 6 || strncasecmp(line, "Name: ", 6))
        return NULL;
    struct value name = string_new(line + 6, len - 6), section = map_new(c->run->vm);
    map_set(entries, name, section);
    value_release(name);
    value_release(section);
    return AS_MAP(section); /* the map of entries holds it */
}

/* An empty line ends a section; several in a row are one. */
static enum call_status parse(struct step_call *c, const char *text, struct value *out)
{
    _cleanup_(buf_release) struct buf whole = {0};
    struct value all = map_new(c->run->vm), main = map_new(c->run->vm), entries = map_new(c->run->vm);
    struct map *section = AS_MAP(main);
    enum call_status status = CALL_OK;
    unfold(text, &whole);
    map_set_str(AS_MAP(all), "main", main);
    map_set_str(AS_MAP(all), "entries", entries);
    value_release(main);
    value_release(entries);
    for (const char *line = whole.data; status == CALL_OK && *line;) {
        size_t len = strcspn(line, "\n");
        const char *colon = memchr(line, ':', len);
        if (!len)
            section = NULL;
        else if (!section)
            section = begin_section(c, AS_MAP(entries), line, len);
        else if (colon)
            put_attribute(section, line, (size_t)(colon - line), len);
        if (len && (!section || !colon))
            status =
                vm_throw(c->fiber, "IOException", "invalid header field in manifest: %.*s", (int)len, line);
        line += len + 1;
    }
    if (status == CALL_OK)
        *out = all;
    else
        value_release(all);
    return status;
}

/* ---- of a jar file: the helper reads it */

/* The helper gives the one entry that the glob names; a jar without it is no error of the archive. */
static bool jar_read(struct step_call *c, const struct worker_end *end)
{
    const char *text = json_string_value(json_object_get(json_object_get(end->result, "contents"), MANIFEST));
    struct value v = NULL_VALUE;
    if (!end->result)
        return false;
    if (!text)
        step_fail(c, exception_new(c->fiber, "FileNotFoundException",
                                   "%s does not seem to contain a manifest.", step_str(c, "file", "")));
    else if (parse(c, text, &v) == CALL_OK)
        step_done(c, v);
    else
        step_fail(c, fiber_take_exception(c->fiber));
    return true;
}

static bool is_jar(const char *file)
{
    static const char *const ends[] = {".jar", ".war", ".ear"};
    size_t n = strlen(file);
    for (size_t i = 0; i < ARRAY_LEN(ends); i++)
        if (n >= strlen(ends[i]) && strcasecmp(file + n - strlen(ends[i]), ends[i]) == 0)
            return true;
    return false;
}

enum call_status step_read_manifest(struct step_call *c, struct value *out)
{
    _cleanup_(buf_release) struct buf text = {0};
    const char *file = step_str(c, "file", "");
    if (*file && step_need_node(c) != CALL_OK)
        return CALL_THROW;
    if (is_jar(file)) {
        _cleanup_free_ char *path = step_path(c, file);
        if (!ws_exists(c, path))
            return vm_throw(c->fiber, "FileNotFoundException", "%s does not exist.", path);
        return helper_start_there(
            c, json_pack("{s:s,s:s,s:b,s:s}", "op", "unzip", "file", path, "read", 1, "glob", MANIFEST), NULL,
            NULL, jar_read, NULL, NULL);
    }
    enum call_status status = step_source(c, &text);
    return status == CALL_OK ? parse(c, text.data, out) : status;
}
