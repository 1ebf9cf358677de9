/* Sorted array: a build has some sixty variables, and every sh step walks them all in order. Names keep
 * the case in which they came first, as EnvVars (a TreeMap without case) does. A sorted array also makes
 * two environments alike whatever way they came about. */
#include "runner/engine/env.h"
#include "base/macro.h"
#include "base/util.h"
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

/* The value may be the old one of that very name: copied before that is freed. */
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
    /* At the end first, for the room; then the rest is moved up and it takes its place. */
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

/* [core: EnvVars.override]: NAME+ANYTHING puts the value in front, an empty value removes the variable. */
void env_override(struct env *e, const char *name, const char *value)
{
    const char *plus = strchr(name, '+');
    if (plus) {
        _cleanup_free_ char *base = xstrndup(name, (size_t)(plus - name));
        const char *old = env_get(e, base);
        /* PATH+X of several blocks: the innermost stands first. The separator is the agent's, and none
         * here is Windows. */
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

static const char *value_of(const void *data, const char *name)
{
    return env_get(data, name);
}

void env_substitute(const struct env *e, const char *text, size_t len, struct buf *out)
{
    struct macro m = {.value = value_of, .data = e, .dollars = true};
    macro_expand(&m, text, len, out);
}

char *env_expand(const struct env *e, const char *text)
{
    struct buf out = {0};
    struct macro m = {.value = value_of, .data = e};
    macro_expand(&m, text, strlen(text), &out);
    return buf_steal(&out);
}

char **env_block(const struct env *e)
{
    char **block = xcalloc(e->len + 1, sizeof(*block));
    for (size_t i = 0; i < e->len; i++) { /* sixty of them for each sh: no printf */
        size_t name = strlen(e->items[i].name), value = strlen(e->items[i].value) + 1;
        block[i] = xmalloc(name + 1 + value);
        memcpy(block[i], e->items[i].name, name);
        block[i][name] = '=';
        memcpy(block[i] + name + 1, e->items[i].value, value);
    }
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
    bool empty = !to->len; /* then nothing has to be looked for: both are sorted */
    for (size_t i = 0; i < from->len; i++) {
        const struct env_var *v = &from->items[i];
        if (!empty) {
            env_set(to, v->name, v->value);
            continue;
        }
        struct env_var copy = {xstrdup(v->name), xstrdup(v->value)};
        vec_push(to, copy);
    }
}

void env_release(struct env *e)
{
    for (size_t i = 0; i < e->len; i++) {
        free(e->items[i].name);
        free(e->items[i].value);
    }
    vec_release(e);
}
