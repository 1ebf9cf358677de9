/* Reading the nodes of a YAML tree: types of the core schema (1.1's yes/no/on/off too, as people write them),
 * conversion to JSON, places in messages. */
#include "base/util.h"
#include "base/yaml.h"
#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct yaml_node *yaml_get(const struct yaml_node *map, const char *key)
{
    for (size_t i = 0; map && map->kind == YAML_MAP && i < map->len; i++)
        if (strcmp(map->pairs[i].key, key) == 0)
            return map->pairs[i].value;
    return NULL;
}

bool yaml_bool(const struct yaml_node *n, bool *out)
{
    static const char *const words[] = {"false", "true", "no", "yes", "off", "on"};
    for (size_t i = 0; n->kind == YAML_TEXT && n->plain && i < ARRAY_LEN(words); i++)
        if (strcasecmp(n->text, words[i]) == 0) {
            /* odd: yes */
            *out = i & 1;
            return true;
        }
    return false;
}

bool yaml_integer(const struct yaml_node *n, long long *out)
{
    if (n->kind != YAML_TEXT || !n->plain || n->text[strspn(n->text, "+-0123456789")])
        return false;
    char *end;
    errno = 0;
    *out = strtoll(n->text, &end, 10);
    return end != n->text && !*end && !errno;
}

static bool is_real(const struct yaml_node *n, double *out)
{
    if (!n->plain || !n->len || n->text[strspn(n->text, "+-0123456789.eE")] ||
        !strpbrk(n->text, "0123456789"))
        return false;
    char *end;
    *out = strtod(n->text, &end);
    return !*end && isfinite(*out); /* JSON has no infinity */
}

static json_t *scalar_json(const struct yaml_node *n)
{
    bool b;
    long long i;
    double d;
    if (yaml_bool(n, &b))
        return json_boolean(b);
    if (yaml_integer(n, &i))
        return json_integer(i);
    if (is_real(n, &d))
        return json_real(d);
    return json_stringn(n->text, n->len);
}

json_t *yaml_to_json(const struct yaml_node *n)
{
    json_t *j;
    switch (n ? n->kind : YAML_NULL) {
    case YAML_TEXT:
        return scalar_json(n);
    case YAML_LIST:
        j = json_array();
        for (size_t i = 0; i < n->len; i++)
            json_array_append_new(j, yaml_to_json(n->items[i]));
        return j;
    case YAML_MAP:
        j = json_object();
        for (size_t i = 0; i < n->len; i++)
            json_object_set_new(j, n->pairs[i].key, yaml_to_json(n->pairs[i].value));
        return j;
    default:
        return json_null();
    }
}

const char *yaml_kind_name(const struct yaml_node *n)
{
    static const char *const names[] = {"empty", "a text", "a list", "a map"};
    return names[n->kind];
}

int yaml_error(struct error *err, const struct yaml_doc *doc, const struct yaml_node *n, const char *fmt, ...)
{
    _cleanup_free_ char *text = NULL;
    va_list ap;
    va_start(ap, fmt);
    if (vasprintf(&text, fmt, ap) < 0)
        text = NULL;
    va_end(ap);
    return error_at(err, ERROR_INVALID, doc->file, n ? n->line : 1, n ? n->col : 1, "%s", text ? text : "");
}
