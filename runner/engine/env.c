/* Sorted array: a build has some sixty variables, and every sh step walks them all in order. */
#include "runner/engine/env.h"
#include "base/buf.h"
#include "base/util.h"
#include <ctype.h>
#include <string.h>
#include <strings.h>

/* First index whose name is not below `name`; *found tells whether it is equal. */
static size_t env_find(const struct env *e, const char *name, bool *found)
{
    size_t low = 0, high = e->len;
    *found = false;
    while (low < high) {
        size_t mid = (low + high) / 2;
        int order = strcasecmp(e->items[mid].name, name);
        if (order == 0) {
            *found = true;
            return mid;
        }
        if (order < 0)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

void env_set(struct env *e, const char *name, const char *value)
{
    bool found;
    size_t at = env_find(e, name, &found);
    if (found) {
        char *copy = xstrdup(value);
        free(e->items[at].value);
        e->items[at].value = copy;
        return;
    }
    struct env_var added = {xstrdup(name), xstrdup(value)};
    vec_push(e, added);
    memmove(e->items + at + 1, e->items + at, (e->len - 1 - at) * sizeof(*e->items));
    e->items[at] = added;
}

void env_unset(struct env *e, const char *name)
{
    bool found;
    size_t at = env_find(e, name, &found);
    if (!found)
        return;
    free(e->items[at].name);
    free(e->items[at].value);
    memmove(e->items + at, e->items + at + 1, (--e->len - at) * sizeof(*e->items));
}

void env_override(struct env *e, const char *name, const char *value)
{
    const char *plus = strchr(name, '+');
    if (plus) {
        _cleanup_free_ char *base = xstrndup(name, (size_t)(plus - name));
        const char *old = env_get(e, base);
        _cleanup_free_ char *joined = old && *old ? xasprintf("%s:%s", value, old) : xstrdup(value);
        env_set(e, base, joined);
    } else if (!*value) {
        env_unset(e, name);
    } else {
        env_set(e, name, value);
    }
}

void env_override_all(struct env *e, const struct env *over)
{
    for (size_t i = 0; i < over->len; i++)
        env_override(e, over->items[i].name, over->items[i].value);
}

const char *env_get(const struct env *e, const char *name)
{
    bool found;
    size_t at = env_find(e, name, &found);
    return found ? e->items[at].value : NULL;
}

/* Length of the name at s: "NAME" or "{NAME}" behind a dollar; 0 if none. */
static size_t reference(const char *s, const char **name, size_t *name_len)
{
    bool brace = *s == '{';
    const char *p = s + brace;
    *name = p;
    while (isalnum((unsigned char)*p) || *p == '_' || (brace && *p == '.'))
        p++;
    *name_len = (size_t)(p - *name);
    if (!*name_len || (brace && *p != '}'))
        return 0;
    return (size_t)(p - s) + brace;
}

char *env_expand(const struct env *e, const char *text)
{
    struct buf out = {0};
    for (const char *p = text; *p; p++) {
        const char *name;
        size_t name_len, n = *p == '$' ? reference(p + 1, &name, &name_len) : 0;
        _cleanup_free_ char *key = n ? xstrndup(name, name_len) : NULL;
        const char *value = key ? env_get(e, key) : NULL;
        if (!value) {
            buf_addch(&out, *p);
            continue;
        }
        buf_addstr(&out, value);
        p += n;
    }
    return buf_steal(&out);
}

char **env_block(const struct env *e)
{
    char **block = xcalloc(e->len + 1, sizeof(*block));
    for (size_t i = 0; i < e->len; i++)
        block[i] = xasprintf("%s=%s", e->items[i].name, e->items[i].value);
    return block;
}

void env_block_free(char **block)
{
    for (char **p = block; p && *p; p++)
        free(*p);
    free(block);
}

void env_copy(struct env *to, const struct env *from)
{
    for (size_t i = 0; i < from->len; i++)
        env_set(to, from->items[i].name, from->items[i].value);
}

void env_release(struct env *e)
{
    for (size_t i = 0; i < e->len; i++) {
        free(e->items[i].name);
        free(e->items[i].value);
    }
    vec_release(e);
}
