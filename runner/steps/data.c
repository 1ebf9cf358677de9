/* Steps on data formats: JSON, YAML, TOML, properties [pipeline-utility-steps].
 *
 * Texts are read whole (up to 64 MiB, which is far beyond any configuration) and parsed by runner/lib;
 * errors carry line and column where the parser knows them. Exceptions have the classes that the plugin's
 * libraries throw. */
#include "base/fs.h"
#include "runner/engine/node.h"
#include "runner/lib/json.h"
#include "runner/lib/properties.h"
#include "runner/lib/toml.h"
#include "runner/lib/yaml.h"
#include "runner/steps/rows.h"
#include "runner/steps/workspace.h"
#include <string.h>

enum { DATA_LIMIT = 64 << 20 };

/* A file is one of a workspace: outside of node the plugin's steps refuse it, and take texts only. Without
 * this the path would be taken from the folder that gmrun was started in. */
enum call_status step_need_node(struct step_call *c)
{
    if (scope_lease(c->branch->scope))
        return CALL_OK;
    return vm_throw(c->fiber, "MissingContextVariableException",
                    "Required context class hudson.FilePath is missing\n"
                    "Perhaps you forgot to surround the code with a step that provides this, such as: node");
}

enum call_status step_source(struct step_call *c, struct buf *text)
{
    _cleanup_(error_release) struct error err = {0};
    const char *file = step_str(c, "file", NULL), *given = step_str(c, "text", NULL);
    bool named = file && *file, joins = strcmp(c->step->name, "readYaml") == 0;
    if (!named && !given)
        return vm_throw(c->fiber, "IllegalArgumentException",
                        "At least one of file or text needs to be provided to %s.", c->step->name);
    if (named && given && !joins)
        return vm_throw(c->fiber, "IllegalArgumentException",
                        "At most one of file or text must be provided to %s.", c->step->name);
    if (named && step_need_node(c) != CALL_OK)
        return CALL_THROW;
    if (named) {
        _cleanup_free_ char *path = step_path(c, file);
        if (!ws_exists(c, path))
            return vm_throw(c->fiber, "FileNotFoundException", "%s does not exist.", path);
        if (ws_read_file(c, path, DATA_LIMIT, text, &err) < 0)
            return step_abort(c, "%s", err.message);
    }
    if (given)
        buf_printf(text, "%s%s", named ? "\n" : "", given); /* readYaml: one text of both */
    buf_add(text, "", 0);
    return CALL_OK;
}

/* The class differs by format: scripts catch JSONException, YAMLException. */
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
    if (status == CALL_OK && !step_bool(c, "returnPojo", false))
        value_mark_json(*out);
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

enum call_status step_read_toml(struct step_call *c, struct value *out)
{
    _cleanup_(error_release) struct error err = {0};
    _cleanup_(buf_release) struct buf text = {0};
    enum call_status status = step_source(c, &text);
    if (status == CALL_OK && toml_to_value(c->run->vm, text.data, text.len, out, &err) < 0)
        status = parse_failed(c, "TomlStreamReadException", &err);
    return status;
}

/* Gives the text back, or writes it to `file`. */
static enum call_status deliver(struct step_call *c, const struct buf *text, struct value *out)
{
    _cleanup_(error_release) struct error err = {0};
    const char *file = step_str(c, "file", NULL);
    if (step_bool(c, "returnText", false) && file && *file)
        return vm_throw(c->fiber, "IllegalArgumentException",
                        "Cannot have both file and returnText provided to %s.", c->step->name);
    if (step_bool(c, "returnText", false)) {
        *out = string_new(text->data ? text->data : "", text->len);
        return CALL_OK;
    }
    if (!file || !*file)
        return vm_throw(c->fiber, "IllegalArgumentException",
                        "Cannot have neither file nor returnText provided to %s.", c->step->name);
    if (step_need_node(c) != CALL_OK)
        return CALL_THROW;
    _cleanup_free_ char *path = step_path(c, file);
    if (ws_write_file(c, path, text->data, text->len, 0, &err) < 0)
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

enum call_status step_write_toml(struct step_call *c, struct value *out)
{
    _cleanup_(error_release) struct error err = {0};
    _cleanup_(buf_release) struct buf text = {0};
    if (value_to_toml(c->fiber, step_arg(c, "toml"), &text, &err) < 0)
        return step_abort(c, "%s", err.message);
    return deliver(c, &text, out);
}

/* An existing file is refused before the value is looked at. */
enum call_status step_write_yaml(struct step_call *c, struct value *out)
{
    _cleanup_(error_release) struct error err = {0};
    _cleanup_(buf_release) struct buf text = {0};
    const char *file = step_str(c, "file", NULL);
    struct value many = step_arg(c, "datas");
    _cleanup_free_ char *path = file ? step_path(c, file) : NULL;
    if (path && step_need_node(c) != CALL_OK)
        return CALL_THROW;
    if (path && ws_exists(c, path) && !step_bool(c, "overwrite", false))
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

/* Later pairs of a name replace earlier ones at their place: hence the order defaults, file, text. */
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
        if (step_need_node(c) != CALL_OK)
            return CALL_THROW;
        if (!ws_exists(c, path))
            return vm_throw(c->fiber, "FileNotFoundException", "%s does not exist.", path);
        if (ws_read_file(c, path, DATA_LIMIT, &text, &err) < 0)
            return step_abort(c, "%s", err.message);
        properties_parse(text.data ? text.data : "", text.len, add_pair, p);
    }
    if (given)
        properties_parse(given, strlen(given), add_pair, p);
    return CALL_OK;
}

/* ${name} of other keys.
 * Once, not until nothing changes: a value that names itself ends as it stands. */
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
