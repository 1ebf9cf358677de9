/* --params-file: a map of scalars, kept as written (so that 1.10 stays "1.10"). *.json goes through jansson,
 * since libyaml knows no surrogate pairs; there numbers are written as JSON prints them. */
#include "base/fs.h"
#include "base/util.h"
#include "runner/state/config.h"
#include "base/yaml.h"
#include <string.h>

void name_values_free(struct name_value *items, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        free(items[i].name);
        free(items[i].value);
    }
    free(items);
}

static int from_yaml(const struct yaml_doc *doc, struct name_value **items, size_t *len, struct error *err)
{
    const struct yaml_node *root = doc->root;
    if (!root || root->kind == YAML_NULL)
        return 0;
    if (root->kind != YAML_MAP)
        return yaml_error(err, doc, root, "parameters must be a map of names to values, this is %s",
                          yaml_kind_name(root));
    *items = xcalloc(root->len, sizeof(**items));
    for (size_t i = 0; i < root->len; i++) {
        const struct yaml_node *v = root->pairs[i].value;
        if (v->kind == YAML_LIST || v->kind == YAML_MAP)
            return yaml_error(err, doc, v, "the value of '%s' must be a text, this is %s", root->pairs[i].key,
                              yaml_kind_name(v));
        (*items)[i].name = xstrdup(root->pairs[i].key);
        (*items)[i].value = v->kind == YAML_NULL ? xstrdup("") : xstrndup(v->text, v->len);
        *len = i + 1;
    }
    return 0;
}

static char *value_text(const json_t *v)
{
    if (json_is_string(v))
        return xstrdup(json_string_value(v));
    return json_is_null(v) ? xstrdup("")
                           : json_dumps(v, JSON_ENCODE_ANY | JSON_COMPACT | JSON_REAL_PRECISION(17));
}

/* JSON has no places of values, so errors name the file's beginning. */
static int from_json(const char *file, const struct buf *text, struct name_value **items, size_t *len,
                     struct error *err)
{
    json_error_t why;
    const char *key;
    json_t *value, *root = json_loadb(text->data ? text->data : "", text->len,
                                      JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &why);
    if (!root)
        return error_at(err, ERROR_SYNTAX, file, why.line > 0 ? why.line : 1, why.column > 0 ? why.column : 1,
                        "%s", why.text);
    int rc = json_is_object(root)
                 ? 0
                 : error_at(err, ERROR_INVALID, file, 1, 1, "parameters must be a JSON object");
    *items = xcalloc(json_object_size(root), sizeof(**items));
    json_object_foreach(root, key, value)
    {
        if (rc)
            break;
        if (json_is_object(value) || json_is_array(value)) {
            rc = error_at(err, ERROR_INVALID, file, 1, 1,
                          "the value of '%s' must be a text, number or boolean", key);
            break;
        }
        (*items)[*len].name = xstrdup(key);
        (*items)[(*len)++].value = value_text(value);
    }
    json_decref(root);
    return rc;
}

int params_file_load(const char *file, struct name_value **items, size_t *len, struct error *err)
{
    struct yaml_doc doc = {0};
    struct buf text = {0};
    int rc;
    *items = NULL;
    *len = 0;
    if (str_has_suffix(file, ".json")) {
        rc = fs_read_file(file, YAML_MAX_BYTES, &text, err) ? -1 : from_json(file, &text, items, len, err);
    } else {
        rc = yaml_load(&doc, file, err) ? -1 : from_yaml(&doc, items, len, err);
    }
    yaml_release(&doc);
    buf_release(&text);
    if (!rc)
        return 0;
    name_values_free(*items, *len);
    *items = NULL;
    *len = 0;
    return -1;
}
