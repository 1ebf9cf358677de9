/* See schema.h. Each type has one reader in a table; the object's fields are reached by their offsets.
 *
 * A schema is data: nothing of it is written. A reader stores only what it has checked, so an object
 * whose filling failed holds what came before the error and is of no use but to be freed with its arena. */
#include "runner/state/schema.h"
#include "base/fs.h"
#include "base/hash.h"
#include "base/util.h"
#include "runner/state/config.h"
#include <string.h>

/* Numbers of executors, ports and seconds; entries of a list, against a file that an alias made large. */
enum { MAX_COUNT = 100000, MAX_ENTRIES = 10000 };

#define AT(object, offset, T) ((T *)((char *)(object) + (offset)))

/* One sentence for all types: 'KEY' must be WANT, this is WHAT. */
static int wrong(struct fill *f, const char *key, const char *want, const struct yaml_node *value)
{
    return yaml_error(f->err, f->doc, value, "'%s' must be %s, this is %s", key, want, yaml_kind_name(value));
}

int schema_text(struct fill *f, const char *key, const struct yaml_node *value, char **out)
{
    if (value->kind != YAML_TEXT && value->kind != YAML_NULL)
        return wrong(f, key, "a text", value);
    *out = value->kind == YAML_NULL ? NULL : arena_strndup(f->arena, value->text, value->len);
    return 0;
}

static int read_text(struct fill *f, const struct field *d, void *object, const struct yaml_node *v)
{
    return schema_text(f, d->key, v, AT(object, d->offset, char *));
}

static int read_path(struct fill *f, const struct field *d, void *object, const struct yaml_node *v)
{
    char **out = AT(object, d->offset, char *);
    if (schema_text(f, d->key, v, out))
        return -1;
    if (*out) {
        _cleanup_free_ char *joined = path_join(f->dir, *out);
        _cleanup_free_ char *path = path_normalise(joined);
        *out = arena_strdup(f->arena, path);
    }
    return 0;
}

static int read_bytes(struct fill *f, const struct field *d, void *object, const struct yaml_node *v)
{
    *AT(object, d->offset_len, size_t) = v->kind == YAML_TEXT ? v->len : 0;
    return read_text(f, d, object, v);
}

static int read_base64(struct fill *f, const struct field *d, void *object, const struct yaml_node *v)
{
    struct error why = {0};
    struct buf bytes = {0};
    if (v->kind != YAML_TEXT)
        return wrong(f, d->key, "a base64 text", v);
    if (base64_decode(&bytes, v->text, v->len, &why)) {
        yaml_error(f->err, f->doc, v, "'%s' is not base64", d->key);
        error_release(&why);
        buf_release(&bytes);
        return -1;
    }
    *AT(object, d->offset, char *) = arena_strndup(f->arena, bytes.data ? bytes.data : "", bytes.len);
    *AT(object, d->offset_len, size_t) = bytes.len;
    if (bytes.data)
        explicit_bzero(bytes.data, bytes.cap);
    buf_release(&bytes);
    return 0;
}

static int read_count(struct fill *f, const struct field *d, void *object, const struct yaml_node *v)
{
    long long n;
    int least = d->zero ? 0 : 1;
    if (!yaml_integer(v, &n) || n < least || n > MAX_COUNT)
        return yaml_error(f->err, f->doc, v, "'%s' must be a number from %d to %d", d->key, least, MAX_COUNT);
    *AT(object, d->offset, int) = (int)n;
    return 0;
}

static int read_bool(struct fill *f, const struct field *d, void *object, const struct yaml_node *v)
{
    if (yaml_bool(v, AT(object, d->offset, bool)))
        return 0;
    return yaml_error(f->err, f->doc, v, "'%s' must be true or false", d->key);
}

/* Called twice: items NULL only counts. */
static void add_words(struct fill *f, const char *text, char **items, size_t *n)
{
    for (const char *p = text; *p; *n += 1) {
        p += strspn(p, " \t\n");
        size_t len = strcspn(p, " \t\n");
        if (!len)
            return;
        if (items)
            items[*n] = arena_strndup(f->arena, p, len);
        p += len;
    }
}

static int read_texts(struct fill *f, const struct field *d, void *object, const struct yaml_node *v)
{
    char ***items = AT(object, d->offset, char **);
    size_t *n = AT(object, d->offset_len, size_t);
    if (v->kind == YAML_MAP)
        return wrong(f, d->key, "a list of texts", v);
    /* `labels: linux maven`, as Jenkins' form has them. */
    if (v->kind == YAML_TEXT) {
        size_t words = 0;
        add_words(f, v->text, NULL, &words);
        *items = arena_alloc(f->arena, (words + 1) * sizeof(char *));
        add_words(f, v->text, *items, n);
        return 0;
    }
    *items = arena_alloc(f->arena, (v->len + 1) * sizeof(char *));
    for (size_t i = 0; v->kind == YAML_LIST && i < v->len; i++) {
        if (v->items[i]->kind != YAML_TEXT)
            return wrong(f, d->key, "a list of texts", v->items[i]);
        (*items)[(*n)++] = arena_strndup(f->arena, v->items[i]->text, v->items[i]->len);
    }
    return 0;
}

static bool env_name_ok(const char *name, size_t len)
{
    /* Whatever an environment can hold; a shell takes less. */
    return len && !memchr(name, '=', len);
}

static int env_pair(struct fill *f, const char *name, size_t len, const struct yaml_node *at,
                    struct name_value *out)
{
    if (!env_name_ok(name, len))
        return yaml_error(f->err, f->doc, at, "'%s' is no name of a variable", name);
    out->name = arena_strndup(f->arena, name, len);
    return 0;
}

static int env_map(struct fill *f, const struct yaml_node *v, struct name_value *out)
{
    for (size_t i = 0; i < v->len; i++) {
        const struct yaml_node *value = v->pairs[i].value;
        if (env_pair(f, v->pairs[i].key, strlen(v->pairs[i].key), value, &out[i]) ||
            schema_text(f, v->pairs[i].key, value, &out[i].value))
            return -1;
        if (!out[i].value)
            out[i].value = arena_strdup(f->arena, "");
    }
    return 0;
}

static int env_list(struct fill *f, const struct yaml_node *v, struct name_value *out)
{
    for (size_t i = 0; i < v->len; i++) {
        const struct yaml_node *item = v->items[i];
        const char *eq = item->kind == YAML_TEXT ? strchr(item->text, '=') : NULL;
        if (!eq)
            return yaml_error(f->err, f->doc, item, "an entry of the environment must be NAME=VALUE");
        if (env_pair(f, item->text, (size_t)(eq - item->text), item, &out[i]))
            return -1;
        out[i].value = arena_strdup(f->arena, eq + 1);
    }
    return 0;
}

static int read_env(struct fill *f, const struct field *d, void *object, const struct yaml_node *v)
{
    if (v->kind == YAML_NULL)
        return 0;
    if (v->kind == YAML_TEXT)
        return wrong(f, d->key, "a map of names to values", v);
    struct name_value *out = arena_alloc(f->arena, (v->len + 1) * sizeof(*out));
    *AT(object, d->offset, struct name_value *) = out;
    *AT(object, d->offset_len, size_t) = v->len;
    return v->kind == YAML_MAP ? env_map(f, v, out) : env_list(f, v, out);
}

static int read_list(struct fill *f, const struct field *d, void *object, const struct yaml_node *v)
{
    if (v->kind != YAML_LIST && v->kind != YAML_NULL)
        return wrong(f, d->key, "a list", v);
    return schema_list(f, d->sub, v, AT(object, d->offset, void *), AT(object, d->offset_len, size_t));
}

static int read_map(struct fill *f, const struct field *d, void *object, const struct yaml_node *v)
{
    return v->kind == YAML_NULL ? 0 : schema_fill(f, d->sub, object, v);
}

static int (*const readers[])(struct fill *, const struct field *, void *, const struct yaml_node *) = {
    [FIELD_TEXT] = read_text,   [FIELD_PATH] = read_path,   [FIELD_BASE64] = read_base64,
    [FIELD_BYTES] = read_bytes, [FIELD_COUNT] = read_count, [FIELD_BOOL] = read_bool,
    [FIELD_TEXTS] = read_texts, [FIELD_ENV] = read_env,     [FIELD_LIST] = read_list,
    [FIELD_MAP] = read_map,
};

int schema_list(struct fill *f, const struct schema *s, const struct yaml_node *list, void **items, size_t *n)
{
    if (list->kind != YAML_LIST)
        return 0;
    if (list->len > MAX_ENTRIES)
        return yaml_error(f->err, f->doc, list, "more than %d entries", MAX_ENTRIES);
    *items = arena_alloc(f->arena, (list->len + 1) * s->size);
    for (size_t i = 0; i < list->len; i++)
        if (schema_fill(f, s, (char *)*items + i * s->size, list->items[i]))
            return -1;
    *n = list->len;
    return 0;
}

int schema_unknown(struct fill *f, const struct schema *s, const struct yaml_pair *pair,
                   const char *const *also, size_t n)
{
    VEC(const char *) names = {0};
    for (size_t i = 0; i < s->n_fields; i++)
        vec_push(&names, s->fields[i].key);
    for (const char *const *more = s->more; more && *more; more++)
        vec_push(&names, *more);
    for (size_t i = 0; i < n; i++)
        vec_push(&names, also[i]);
    const char *near = nearest_name(pair->key, names.items, names.len);
    error_at(f->err, ERROR_INVALID, f->doc->file, pair->line, pair->col, "unknown key '%s' of %s%s%s%s",
             pair->key, s->what, near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
    vec_release(&names);
    return -1;
}

static const struct field *field_find(const struct schema *s, const char *key)
{
    for (size_t i = 0; i < s->n_fields; i++)
        if (strcmp(s->fields[i].key, key) == 0)
            return &s->fields[i];
    return NULL;
}

static int fill_pair(struct fill *f, const struct schema *s, void *object, const struct yaml_pair *pair)
{
    const struct field *d = field_find(s, pair->key);
    /* A key without a value is as good as none. */
    if (d && d->required && pair->value->kind == YAML_NULL)
        return yaml_error(f->err, f->doc, pair->value, "'%s' is empty", d->key);
    if (d)
        return d->read_fn ? d->read_fn(f, object, pair->value) : readers[d->type](f, d, object, pair->value);
    int taken = s->other ? s->other(f, object, pair) : 0;
    return taken > 0 ? 0 : taken < 0 ? -1 : schema_unknown(f, s, pair, NULL, 0);
}

/* In the order of the file, so that the first error is the first one in it. The object is zeroed by the
 * caller. */
int schema_fill(struct fill *f, const struct schema *s, void *object, const struct yaml_node *map)
{
    if (map->kind != YAML_MAP)
        return yaml_error(f->err, f->doc, map, "%s must be a map, this is %s", s->what, yaml_kind_name(map));
    for (size_t i = 0; i < map->len; i++)
        if (fill_pair(f, s, object, &map->pairs[i]))
            return -1;
    for (size_t i = 0; i < s->n_fields; i++)
        /* After the keys that are there: a mistyped one is told as such, not as missing. */
        if (s->fields[i].required && !yaml_get(map, s->fields[i].key))
            return yaml_error(f->err, f->doc, map, "%s has no '%s'", s->what, s->fields[i].key);
    return s->check ? s->check(f, object, map) : 0;
}
