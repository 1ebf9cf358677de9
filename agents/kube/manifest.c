/* See manifest.h. */
#include "agents/kube/manifest.h"
#include "base/yaml_json.h"
#include <string.h>

static const char *text_at(const json_t *o, const char *key)
{
    return json_string_value(json_object_get(o, key));
}

static int check(const json_t *o, const char *file, int line, struct error *err)
{
    const json_t *metadata = json_object_get(o, "metadata");
    const char *version = text_at(o, "apiVersion"), *kind = text_at(o, "kind");
    if (!json_is_object(o))
        return error_at(err, ERROR_INVALID, file, line, 0, "this is no object of Kubernetes");
    if (!version || !*version || !kind || !*kind)
        return error_at(err, ERROR_INVALID, file, line, 0, "the object has no %s",
                        version ? "kind" : "apiVersion");
    if (text_at(metadata, "name") || text_at(metadata, "generateName"))
        return 0;
    return error_at(err, ERROR_INVALID, file, line, 0, "the %s has no metadata.name%s", kind,
                    json_object_get(metadata, "name") ? " that is a text: put it in quotes" : "");
}

static int add(kube_objects *out, json_t *o, const char *file, int line, struct error *err);

/* [kubectl: any kind that ends in List and has items] */
static int add_items(kube_objects *out, json_t *items, const char *file, int line, struct error *err)
{
    json_t *item;
    size_t i;
    json_array_foreach(items, i, item)
    {
        if (add(out, item, file, line, err) < 0)
            return -1;
    }
    return 0;
}

static int add(kube_objects *out, json_t *o, const char *file, int line, struct error *err)
{
    const char *kind = text_at(o, "kind");
    json_t *items = json_object_get(o, "items");
    if (kind && str_has_suffix(kind, "List") && json_is_array(items))
        return add_items(out, items, file, line, err);
    if (check(o, file, line, err) < 0)
        return -1;
    struct kube_object object = {json_incref(o), xstrdup(file), line};
    vec_push(out, object);
    return 0;
}

static void cut(kube_objects *v, size_t len)
{
    while (v->len > len) {
        json_decref(v->items[--v->len].json);
        free(v->items[v->len].file);
    }
}

int kube_manifest_parse(kube_objects *out, const char *file, const char *text, size_t len, struct error *err)
{
    _cleanup_(yaml_objects_release) yaml_objects documents = {0};
    size_t had = out->len;
    int rc = yaml_json_parse(&documents, file, text, len, err);
    for (size_t i = 0; !rc && i < documents.len; i++)
        rc = add(out, documents.items[i].json, file, documents.items[i].line, err);
    if (rc)
        cut(out, had);
    return rc;
}

void kube_objects_release(kube_objects *v)
{
    cut(v, 0);
    vec_release(v);
}
