/* See field.h. Paths cannot name members with a dot (annotations): those are got by json_object_get(). */
#include "executors/kube/field.h"
#include "base/util.h"
#include <string.h>

/* NULL of a NULL object, too: jansson's getters take that, so callers need no checks. */
json_t *field_at(const json_t *o, const char *path)
{
    json_t *at = (json_t *)o;
    while (at && *path) {
        size_t n = strcspn(path, ".");
        at = json_object_getn(at, path, n);
        path += n + (path[n] == '.');
    }
    return at;
}

int64_t field_int(const json_t *o, const char *path, int64_t dflt)
{
    const json_t *v = field_at(o, path);
    return json_is_integer(v) ? json_integer_value(v) : dflt;
}

const char *field_text(const json_t *o, const char *path)
{
    const char *text = json_string_value(field_at(o, path));
    return text ? text : "";
}

bool field_is(const json_t *o, const char *path, const char *text)
{
    return str_eq(json_string_value(field_at(o, path)), text);
}

const char *object_kind(const json_t *o)
{
    return field_text(o, "kind");
}

const char *object_name(const json_t *o)
{
    return field_text(o, "metadata.name");
}

const char *object_namespace(const json_t *o)
{
    return field_text(o, "metadata.namespace");
}

char *object_group(const json_t *o)
{
    const char *version = field_text(o, "apiVersion"), *slash = strchr(version, '/');
    return slash ? xstrndup(version, (size_t)(slash - version)) : xstrdup("");
}

char *object_title(const json_t *o)
{
    const char *space = object_namespace(o), *name = object_name(o);
    if (!*name)
        name = field_text(o, "metadata.generateName");
    return xasprintf("%s %s%s%s", object_kind(o), space, *space ? "/" : "", name);
}

const json_t *object_condition(const json_t *o, const char *type)
{
    size_t i;
    json_t *condition;
    json_array_foreach(field_at(o, "status.conditions"), i, condition)
    {
        if (field_is(condition, "type", type))
            return condition;
    }
    return NULL;
}

bool object_is_owned_by(const json_t *o, const char *uid)
{
    size_t i;
    json_t *owner;
    json_array_foreach(field_at(o, "metadata.ownerReferences"), i, owner)
    {
        if (field_is(owner, "uid", uid))
            return true;
    }
    return false;
}
