/* See diff.h. Two JSON trees are walked side by side; the path is made on the way down. */
#include "executors/kube/diff.h"
#include "base/util.h"
#include "executors/kube/field.h"
#include <string.h>

struct diff {
    struct buf *out;
    size_t lines;
    bool secret; /* values are not shown */
};

static void compare(struct diff *d, const char *path, const json_t *a, const json_t *b);

static bool is_left_out(const char *path)
{
    static const char own[] =
        "status metadata.managedFields metadata.resourceVersion metadata.uid metadata.generation "
        "metadata.creationTimestamp metadata.selfLink "
        "metadata.annotations[kubectl.kubernetes.io/last-applied-configuration]";
    return str_in_words(own, path);
}

/* The whole member or one in it: keys with a dot ("tls.key", ".dockerconfigjson") stand in brackets. */
static bool is_of_secret(const char *path)
{
    size_t n = strcspn(path, ".[");
    return (n == strlen("data") && str_has_prefix(path, "data")) ||
           (n == strlen("stringData") && str_has_prefix(path, "stringData"));
}

static void line(struct diff *d, char sign, const char *path, const json_t *v)
{
    char *text = json_dumps(v, JSON_ENCODE_ANY | JSON_COMPACT);
    bool hidden = d->secret && is_of_secret(path);
    buf_printf(d->out, "%c %s: %s\n", sign, path, hidden ? "(not shown)" : text);
    free(text);
    d->lines++;
}

/* Keys of annotations and labels hold dots and slashes: they stand in brackets, or a path would not be
 * readable back. */
static char *member_path(const char *path, const char *key)
{
    bool plain = !strpbrk(key, "./[] ");
    if (!plain)
        return xasprintf("%s[%s]", path, key);
    return *path ? xasprintf("%s.%s", path, key) : xstrdup(key);
}

/* What both have or only the old one has, in its order, then what is new. */
static void compare_members(struct diff *d, const char *path, const json_t *a, const json_t *b)
{
    const char *key;
    json_t *v;
    json_object_foreach((json_t *)a, key, v)
    {
        _cleanup_free_ char *at = member_path(path, key);
        compare(d, at, v, json_object_get(b, key));
    }
    json_object_foreach((json_t *)b, key, v)
    {
        _cleanup_free_ char *at = member_path(path, key);
        if (!json_object_get(a, key))
            compare(d, at, NULL, v);
    }
}

static const char *item_name(const json_t *item)
{
    return json_string_value(json_object_get(item, "name"));
}

static const json_t *item_named(const json_t *list, const char *name)
{
    size_t i;
    json_t *item;
    json_array_foreach(list, i, item)
    {
        if (str_eq(item_name(item), name))
            return item;
    }
    return NULL;
}

static void compare_named(struct diff *d, const char *path, const json_t *a, const json_t *b)
{
    size_t i;
    json_t *item;
    json_array_foreach(a, i, item)
    {
        _cleanup_free_ char *at = xasprintf("%s[%s]", path, item_name(item));
        compare(d, at, item, item_named(b, item_name(item)));
    }
    json_array_foreach(b, i, item)
    {
        _cleanup_free_ char *at = xasprintf("%s[%s]", path, item_name(item));
        if (!item_named(a, item_name(item)))
            compare(d, at, NULL, item);
    }
}

static bool all_named(const json_t *list)
{
    size_t i;
    json_t *item;
    json_array_foreach(list, i, item)
    {
        if (!item_name(item))
            return false;
    }
    return true;
}

/* By name where all have one (containers, ports, env), else by place. */
static void compare_items(struct diff *d, const char *path, const json_t *a, const json_t *b)
{
    size_t n = json_array_size(a) > json_array_size(b) ? json_array_size(a) : json_array_size(b);
    if (n && all_named(a) && all_named(b)) {
        compare_named(d, path, a, b);
        return;
    }
    for (size_t i = 0; i < n; i++) {
        _cleanup_free_ char *at = xasprintf("%s[%zu]", path, i);
        compare(d, at, json_array_get(a, i), json_array_get(b, i));
    }
}

/* A kind that both have, or that the only one has: empty maps and lists are values of their own. */
static bool are(const json_t *a, const json_t *b, json_type type)
{
    const json_t *any = a ? a : b;
    bool same = json_typeof(any) == type && (!a || !b || json_typeof(b) == type);
    return same && (type == JSON_OBJECT ? json_object_size(a) + json_object_size(b)
                                        : json_array_size(a) + json_array_size(b));
}

static void compare(struct diff *d, const char *path, const json_t *a, const json_t *b)
{
    if (is_left_out(path) || (a && b && json_equal((json_t *)a, (json_t *)b)))
        return;
    if (are(a, b, JSON_OBJECT)) {
        compare_members(d, path, a, b);
    } else if (are(a, b, JSON_ARRAY)) {
        compare_items(d, path, a, b);
    } else {
        if (a)
            line(d, '-', path, a);
        if (b)
            line(d, '+', path, b);
    }
}

size_t diff_objects(const json_t *before, const json_t *after, struct buf *out)
{
    const json_t *any = after ? after : before;
    struct diff d = {.out = out, .secret = str_eq(object_kind(any), "Secret")};
    compare(&d, "", before, after);
    return d.lines;
}
