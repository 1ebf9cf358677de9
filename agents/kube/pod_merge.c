/* See pod_merge.h. How two lists meet depends on their name alone, wherever they stand: a table. */
#include "agents/kube/pod_merge.h"
#include "base/util.h"

static const struct {
    const char *list, *key; /* key: what makes two entries the same; NULL: all are kept */
    bool join;              /* the same entries are joined; false: the upper one counts */
} lists[] = {
    {"containers", "name", true},
    {"initContainers", "name", true},
    {"env", "name", false},
    {"volumes", "name", false},
    {"ports", "containerPort", false},
    {"volumeMounts", "mountPath", false},
    {"volumeDevices", "devicePath", false},
    {"hostAliases", "ip", false},
    {"imagePullSecrets", "name", false},
    {"tolerations", NULL, false},
    {"envFrom", NULL, false},
};

static size_t find(const json_t *list, const char *key, const json_t *entry)
{
    json_t *wanted = json_object_get(entry, key);
    size_t i = 0;
    for (; key && wanted && i < json_array_size(list); i++)
        if (json_equal(json_object_get(json_array_get(list, i), key), wanted))
            return i;
    return json_array_size(list);
}

json_t *pod_named(const json_t *list, const char *key, const char *value)
{
    json_t *wanted = json_pack("{s:s}", key, value);
    size_t i = find(list, key, wanted);
    json_decref(wanted);
    return json_array_get(list, i);
}

static json_t *merge_list(const char *name, const json_t *under, const json_t *over)
{
    size_t row = 0, i;
    while (row < ARRAY_LEN(lists) && !str_eq(lists[row].list, name))
        row++;
    if (row == ARRAY_LEN(lists))
        return json_deep_copy(over);
    json_t *out = json_deep_copy(under), *entry;
    json_array_foreach(over, i, entry)
    {
        size_t at = find(out, lists[row].key, entry);
        if (at == json_array_size(out))
            json_array_append_new(out, json_deep_copy(entry));
        else
            json_array_set_new(
                out, at, lists[row].join ? pod_merge(json_array_get(out, at), entry) : json_deep_copy(entry));
    }
    return out;
}

json_t *pod_merge(const json_t *under, const json_t *over)
{
    json_t *out = under ? json_deep_copy(under) : json_object(), *value;
    const char *key;
    json_object_foreach((json_t *)(uintptr_t)over, key, value)
    {
        json_t *old = json_object_get(out, key);
        if (json_is_null(value))
            continue;
        if (json_is_object(old) && json_is_object(value))
            json_object_set_new(out, key, pod_merge(old, value));
        else if (json_is_array(old) && json_is_array(value))
            json_object_set_new(out, key, merge_list(key, old, value));
        else
            json_object_set_new(out, key, json_deep_copy(value));
    }
    return out;
}
