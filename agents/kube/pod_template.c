/* See pod_template.h. */
#include "agents/kube/pod_template.h"
#include "agents/kube/pod_merge.h"
#include "agents/kube/pod_parts.h"
#include "base/util.h"
#include <string.h>

/* Lists of objects that are the same by one of their members. */
static const struct {
    const char *list, *key;
    bool join; /* the same objects are joined member by member */
} lists[] = {
    {"containers", "name", true},  {"volumes", "mountPath", false},     {"envVars", "key", false},
    {"annotations", "key", false}, {"imagePullSecrets", "name", false},
};

static bool is_blank(const json_t *v)
{
    const char *text = json_string_value(v);
    return !v || json_is_null(v) || (text && !text[strspn(text, " \t\r\n")]);
}

/* ---- making one */

static void add_all(json_t *list, const json_t *more)
{
    if (json_is_array(more))
        json_array_extend(list, (json_t *)(uintptr_t)more);
    else if (json_is_object(more))
        json_array_append(list, (json_t *)(uintptr_t)more);
}

static json_t *containers_of(const json_t *parameters)
{
    static const char *const keys[] = {"containers", "containerTemplates", "containerTemplate"};
    json_t *out = json_array();
    for (size_t i = 0; i < ARRAY_LEN(keys); i++)
        add_all(out, json_object_get(parameters, keys[i]));
    return out;
}

/* {NAME: value} and [NAME: 'value'] stand for a list of objects. */
static json_t *listed(const json_t *value, const char *key, const char *other)
{
    const char *name;
    json_t *out = json_array(), *entry;
    size_t i;
    bool plain = json_is_object(value) && !json_object_get(value, "$class");
    if (!plain)
        add_all(out, value);
    json_object_foreach((json_t *)(uintptr_t)(plain ? value : NULL), name, entry)
        json_array_append_new(out, json_pack("{s:s, s:O}", key, name, other, entry));
    json_array_foreach(out, i, entry)
    {
        if (json_is_string(entry)) /* imagePullSecrets: ['name'] */
            json_array_set_new(out, i, json_pack("{s:O}", key, entry));
    }
    return out;
}

json_t *pod_template_new(const json_t *parameters, const json_t *yaml, struct error *err)
{
    json_t *out = json_object(), *value;
    const char *key;
    json_object_foreach((json_t *)(uintptr_t)parameters, key, value)
    {
        if (!is_blank(value) && strncmp(key, "containerTemplate", 17) != 0 && strncmp(key, "yaml", 5) != 0)
            json_object_set(out, key, value);
    }
    json_object_set_new(out, "containers", containers_of(parameters));
    if (json_object_get(out, "envVars"))
        json_object_set_new(out, "envVars", listed(json_object_get(out, "envVars"), "key", "value"));
    if (json_object_get(out, "annotations"))
        json_object_set_new(out, "annotations", listed(json_object_get(out, "annotations"), "key", "value"));
    if (json_object_get(out, "imagePullSecrets"))
        json_object_set_new(out, "imagePullSecrets",
                            listed(json_object_get(out, "imagePullSecrets"), "name", "value"));
    if (yaml && !json_is_object(yaml)) {
        error_set(err, ERROR_INVALID, "the yaml of a pod template is no pod");
        json_decref(out);
        return NULL;
    }
    json_object_set_new(out, "yamls", yaml ? json_pack("[O]", yaml) : json_array());
    return out;
}

/* ---- inheriting */

static json_t *merge_objects(const json_t *under, const json_t *over)
{
    json_t *out = json_copy((json_t *)(uintptr_t)under), *value;
    const char *key;
    json_object_foreach((json_t *)(uintptr_t)over, key, value)
    {
        if (!is_blank(value))
            json_object_set(out, key, value);
    }
    return out;
}

static json_t *merge_list(size_t row, const json_t *under, const json_t *over)
{
    json_t *out = json_copy((json_t *)(uintptr_t)under), *entry;
    size_t i, at;
    json_array_foreach(over, i, entry)
    {
        json_t *wanted = json_object_get(entry, lists[row].key);
        for (at = 0; at < json_array_size(out); at++)
            if (json_equal(json_object_get(json_array_get(out, at), lists[row].key), wanted))
                break;
        if (at == json_array_size(out))
            json_array_append(out, entry);
        else
            json_array_set_new(out, at,
                               lists[row].join ? merge_objects(json_array_get(out, at), entry)
                                               : json_incref(entry));
    }
    return out;
}

json_t *pod_template_combine(const json_t *under, const json_t *over)
{
    static const char *const own[] = {"name", "label", "inheritFrom"};
    json_t *out = merge_objects(under ? under : json_null(), over);
    if (!out || !json_is_object(out)) {
        json_decref(out);
        out = over ? json_copy((json_t *)(uintptr_t)over) : json_object();
    }
    for (size_t i = 0; i < ARRAY_LEN(own); i++)
        if (!json_object_get(over, own[i]))
            json_object_del(out, own[i]);
    for (size_t i = 0; i < ARRAY_LEN(lists); i++) {
        json_t *a = json_object_get(under, lists[i].list), *b = json_object_get(over, lists[i].list);
        if (json_is_array(a) && json_is_array(b))
            json_object_set_new(out, lists[i].list, merge_list(i, a, b));
    }
    json_t *yamls = json_array();
    add_all(yamls, json_object_get(under, "yamls"));
    add_all(yamls, json_object_get(over, "yamls"));
    json_object_set_new(out, "yamls", yamls);
    if (pod_flag(over, "inheritYamlMergeStrategy"))
        json_object_set(out, "yamlMergeStrategy", json_object_get(under, "yamlMergeStrategy"));
    return out;
}

static bool merges(const json_t *strategy)
{
    const char *name = json_string_value(strategy);
    if (!name)
        name = json_string_value(json_object_get(strategy, "$class"));
    const char *dot = name ? strrchr(name, '.') : NULL;
    name = dot ? dot + 1 : name;
    return str_eq(name, "merge") || str_eq(name, "Merge");
}

json_t *pod_template_yaml(const json_t *t)
{
    json_t *yamls = json_object_get(t, "yamls"), *out = json_object(), *one;
    size_t i;
    bool all = merges(json_object_get(t, "yamlMergeStrategy"));
    json_array_foreach(yamls, i, one)
    {
        json_t *next = pod_merge(all ? out : NULL, one);
        json_decref(out);
        out = next;
    }
    return out;
}
