/* Steps on data formats: JSON, YAML, properties, versions [pipeline-utility-steps]. */
#include "base/fs.h"
#include "runner/lib/json.h"
#include "runner/lib/properties.h"
#include "runner/lib/yaml.h"
#include "runner/steps/rows.h"
#include <string.h>

enum { DATA_LIMIT = 64 << 20 };

enum call_status step_source(struct step_call *c, struct buf *text)
{
    _cleanup_(error_release) struct error err = {0};
    const char *file = step_str(c, "file", NULL), *given = step_str(c, "text", NULL);
    if (file && *file) {
        _cleanup_free_ char *path = step_path(c, file);
        if (!fs_exists(path))
            return vm_throw(c->fiber, "FileNotFoundException", "%s does not exist.", path);
        if (fs_read_file(path, DATA_LIMIT, text, &err) < 0)
            return step_abort(c, "%s", err.message);
    } else if (given) {
        buf_addstr(text, given);
    } else {
        return vm_throw(c->fiber, "IllegalArgumentException",
                        "At least one of file or text needs to be provided to %s.", c->step->name);
    }
    buf_add(text, "", 0);
    return CALL_OK;
}

static enum call_status parse_failed(struct step_call *c, const char *class, const struct error *err)
{
    if (err->line)
        return vm_throw(c->fiber, class, "%s (line %d, column %d)", err->message, err->line, err->col);
    return vm_throw(c->fiber, class, "%s", err->message);
}

enum call_status step_read_json(struct step_call *c, struct value *out)
{
    _cleanup_(error_release) struct error err = {0};
    _cleanup_(buf_release) struct buf text = {0};
    enum call_status status = step_source(c, &text);
    if (status == CALL_OK && json_to_value(c->run->vm, text.data, text.len, out, &err) < 0)
        status = parse_failed(c, "JSONException", &err);
    return status;
}

enum call_status step_read_yaml(struct step_call *c, struct value *out)
{
    _cleanup_(error_release) struct error err = {0};
    _cleanup_(buf_release) struct buf text = {0};
    enum call_status status = step_source(c, &text);
    if (status == CALL_OK && yaml_to_value(c->run->vm, text.data, text.len, out, &err) < 0)
        status = parse_failed(c, "YAMLException", &err);
    return status;
}

/* Gives the text back, or writes it to `file`. */
static enum call_status deliver(struct step_call *c, const struct buf *text, struct value *out)
{
    _cleanup_(error_release) struct error err = {0};
    const char *file = step_str(c, "file", NULL);
    if (step_bool(c, "returnText", false)) {
        *out = string_new(text->data ? text->data : "", text->len);
        return CALL_OK;
    }
    if (!file || !*file)
        return vm_throw(c->fiber, "IllegalArgumentException",
                        "Cannot have neither file nor returnText provided to %s.", c->step->name);
    _cleanup_free_ char *path = step_path(c, file), *dir = path_dirname(path);
    if (fs_mkdir_p(dir, 0755, &err) < 0 || fs_write_file(path, text->data, text->len, 0644, &err) < 0)
        return step_abort(c, "%s", err.message);
    return CALL_OK;
}

enum call_status step_write_json(struct step_call *c, struct value *out)
{
    _cleanup_(error_release) struct error err = {0};
    _cleanup_(buf_release) struct buf text = {0};
    if (value_to_json(c->fiber, step_arg(c, "json"), (int)step_int(c, "pretty", 0), &text, &err) < 0)
        return step_abort(c, "%s", err.message);
    return deliver(c, &text, out);
}

enum call_status step_write_yaml(struct step_call *c, struct value *out)
{
    _cleanup_(error_release) struct error err = {0};
    _cleanup_(buf_release) struct buf text = {0};
    const char *file = step_str(c, "file", NULL);
    struct value many = step_arg(c, "datas");
    _cleanup_free_ char *path = file ? step_path(c, file) : NULL;
    if (path && fs_exists(path) && !step_bool(c, "overwrite", false))
        return vm_throw(c->fiber, "FileAlreadyExistsException", "%s already exists.", path);
    if (!value_is(many, OBJ_LIST)) {
        if (value_to_yaml(c->fiber, step_arg(c, "data"), &text, &err) < 0)
            return step_abort(c, "%s", err.message);
        return deliver(c, &text, out);
    }
    for (uint32_t i = 0; i < AS_LIST(many)->len; i++) {
        if (i)
            buf_addstr(&text, "---\n");
        if (value_to_yaml(c->fiber, AS_LIST(many)->items[i], &text, &err) < 0)
            return step_abort(c, "%s", err.message);
    }
    return deliver(c, &text, out);
}

/* ---- readProperties: defaults < file < text */

struct pairs {
    struct map *map;
    bool interpolate;
};

static void add_pair(void *data, const char *key, const char *value)
{
    struct pairs *p = data;
    struct value v = string_from(value);
    map_set_str(p->map, key, v);
    value_release(v);
}

static enum call_status properties_of_file(struct step_call *c, struct pairs *p)
{
    _cleanup_(error_release) struct error err = {0};
    _cleanup_(buf_release) struct buf text = {0};
    const char *file = step_str(c, "file", NULL), *given = step_str(c, "text", NULL);
    if (file && *file) {
        _cleanup_free_ char *path = step_path(c, file);
        if (!fs_exists(path))
            return vm_throw(c->fiber, "FileNotFoundException", "%s does not exist.", path);
        if (fs_read_file(path, DATA_LIMIT, &text, &err) < 0)
            return step_abort(c, "%s", err.message);
        properties_parse(text.data ? text.data : "", text.len, add_pair, p);
    }
    if (given)
        properties_parse(given, strlen(given), add_pair, p);
    return CALL_OK;
}

/* ${name} of other keys. */
static void interpolate(struct map *m, struct fiber *f)
{
    struct env all = {0};
    struct map_slot *slot;
    for (size_t i = 0; map_next(m, &i, &slot);) {
        struct value k = NULL_VALUE, v = NULL_VALUE;
        env_set(&all, value_text(f, slot->key, &k), value_text(f, slot->value, &v));
        value_release(k);
        value_release(v);
    }
    for (size_t i = 0; map_next(m, &i, &slot);) {
        struct value hold = NULL_VALUE;
        _cleanup_free_ char *expanded = env_expand(&all, value_text(f, slot->value, &hold));
        value_release(hold);
        value_release(slot->value);
        slot->value = string_from(expanded);
    }
    env_release(&all);
}

enum call_status step_read_properties(struct step_call *c, struct value *out)
{
    struct value defaults = step_arg(c, "defaults");
    *out = map_new(c->run->vm);
    struct pairs p = {AS_MAP(*out), step_bool(c, "interpolate", false)};
    struct map_slot *slot;
    for (size_t i = 0; value_is(defaults, OBJ_MAP) && map_next(AS_MAP(defaults), &i, &slot);)
        map_set(p.map, slot->key, slot->value);
    enum call_status status = properties_of_file(c, &p);
    if (status != CALL_OK) {
        value_release(*out);
        *out = NULL_VALUE;
    } else if (p.interpolate) {
        interpolate(p.map, c->fiber);
    }
    return status;
}

/* ---- compareVersions: numbers by value, texts by order; a missing part is less */

static int compare_part(const char *a, size_t n, const char *b, size_t m)
{
    char *end_a, *end_b;
    _cleanup_free_ char *x = xstrndup(a, n), *y = xstrndup(b, m);
    long i = strtol(x, &end_a, 10), k = strtol(y, &end_b, 10);
    if (n && m && !*end_a && !*end_b)
        return i < k ? -1 : i > k;
    int order = strcmp(x, y);
    return order < 0 ? -1 : order > 0;
}

enum call_status step_compare_versions(struct step_call *c, struct value *out)
{
    const char *a = step_str(c, "v1", ""), *b = step_str(c, "v2", "");
    int order = 0;
    if (step_bool(c, "failIfEmpty", false) && (!*a || !*b))
        return vm_throw(c->fiber, "IllegalArgumentException", "Empty version number given");
    while (!order && (*a || *b)) {
        size_t n = strcspn(a, ".-_"), m = strcspn(b, ".-_");
        order = !*a ? -1 : !*b ? 1 : compare_part(a, n, b, m);
        a += n + (a[n] != 0);
        b += m + (b[m] != 0);
    }
    *out = value_int(order);
    return CALL_OK;
}
