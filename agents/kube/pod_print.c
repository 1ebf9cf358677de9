/* See pod_print.h. The form is that of the plugin's library: texts in double quotes, lists at the indent of
 * their key, members in alphabetical order after apiVersion, kind and metadata. */
#include "agents/kube/pod_print.h"
#include "base/util.h"
#include <string.h>

static void indent(struct buf *out, int depth)
{
    for (; depth > 0; depth--)
        buf_addstr(out, "  ");
}

static int rank(const char *key)
{
    static const char *const first[] = {"apiVersion", "kind", "metadata"};
    int i = 0;
    while (i < (int)ARRAY_LEN(first) && !str_eq(first[i], key))
        i++;
    return i;
}

static int by_rank(const void *a, const void *b)
{
    const char *x = *(const char *const *)a, *y = *(const char *const *)b;
    int difference = rank(x) - rank(y);
    return difference ? difference : strcmp(x, y);
}

static void print_value(const json_t *v, int depth, struct buf *out);

/* The first member stands behind what is already on the line. */
static void print_map(const json_t *map, int depth, bool in_list, struct buf *out)
{
    const char *key, **keys = xcalloc(json_object_size(map) + 1, sizeof(*keys));
    size_t n = 0;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)map, key, value) keys[n++] = key;
    qsort(keys, n, sizeof(*keys), by_rank);
    for (size_t i = 0; i < n; i++) {
        indent(out, in_list && i == 0 ? 0 : depth);
        buf_printf(out, "%s:", keys[i]);
        print_value(json_object_get(map, keys[i]), depth, out);
    }
    free(keys);
}

static void print_scalar(const json_t *v, struct buf *out)
{
    char *text = json_dumps(v, JSON_ENCODE_ANY | JSON_COMPACT);
    buf_printf(out, " %s\n", text ? text : "null");
    free(text);
}

static void print_value(const json_t *v, int depth, struct buf *out)
{
    size_t i;
    json_t *entry;
    if (json_is_object(v) && json_object_size(v)) {
        buf_addch(out, '\n');
        print_map(v, depth + 1, false, out);
    } else if (json_is_array(v) && json_array_size(v)) {
        buf_addch(out, '\n');
        json_array_foreach(v, i, entry)
        {
            indent(out, depth);
            buf_addch(out, '-');
            if (json_is_object(entry) && json_object_size(entry)) {
                buf_addch(out, ' ');
                print_map(entry, depth + 1, true, out);
            } else {
                print_value(entry, depth + 1, out);
            }
        }
    } else {
        print_scalar(v, out);
    }
}

void pod_print(const json_t *pod, struct buf *out)
{
    buf_addstr(out, "---\n");
    print_map(pod, 0, false, out);
}
