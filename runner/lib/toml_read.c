/* Tables, keys and containers of TOML; scalars are in toml_scalar.c. The rules about what may define a table
 * twice are those of the specification, by marks on the tables (toml_impl.h). */
#include "base/utf8.h"
#include "runner/lib/toml_impl.h"
#include <stdarg.h>
#include <string.h>

int toml_fail(struct toml_reader *r, const char *fmt, ...)
{
    _cleanup_(buf_release) struct buf text = {0};
    int line = 1;
    const char *begin = r->start;
    for (const char *p = r->start; p < r->at && (p = memchr(p, '\n', (size_t)(r->at - p))); p++) {
        line++;
        begin = p + 1;
    }
    va_list ap;
    va_start(ap, fmt);
    buf_vprintf(&text, fmt, ap);
    va_end(ap);
    return error_at(r->err, ERROR_SYNTAX, NULL, line, (int)(r->at - begin) + 1, "%s", text.data);
}

/* ---- marks */

/* Open addressing by the table's address: tables live as long as the reader, so an address means one
 * table. Marks are no members of maps, which know nothing of TOML. */
static size_t mark_place(const struct toml_reader *r, const struct object *of)
{
    size_t i = ((uintptr_t)of >> 4) * 0x9E3779B97F4A7C15u & (r->marks_cap - 1);
    while (r->marks[i].of && r->marks[i].of != of)
        i = (i + 1) & (r->marks_cap - 1);
    return i;
}

static void marks_grow(struct toml_reader *r)
{
    struct toml_mark *old = r->marks;
    size_t cap = r->marks_cap;
    r->marks_cap = cap ? cap * 2 : 64;
    r->marks = xcalloc(r->marks_cap, sizeof(*r->marks));
    for (size_t i = 0; i < cap; i++)
        if (old[i].of)
            r->marks[mark_place(r, old[i].of)] = old[i];
    free(old);
}

/* 0 at first. Valid until the next call, which may grow the marks. */
unsigned *toml_flags(struct toml_reader *r, struct value table)
{
    if (r->marks_used * 2 >= r->marks_cap)
        marks_grow(r);
    struct toml_mark *m = &r->marks[mark_place(r, table.u.o)];
    r->marks_used += !m->of;
    m->of = table.u.o;
    return &m->flags;
}

/* ---- blanks */

void toml_skip_blanks(struct toml_reader *r)
{
    while (r->at < r->end && (*r->at == ' ' || *r->at == '\t'))
        r->at++;
}

static int skip_comment(struct toml_reader *r)
{
    for (; r->at < r->end && *r->at != '\n'; r->at++) {
        unsigned char c = (unsigned char)*r->at;
        bool line_end = c == '\r' && r->at + 1 < r->end && r->at[1] == '\n';
        if ((c < ' ' && c != '\t' && !line_end) || c == 127)
            return toml_fail(r, "A comment cannot hold control characters");
    }
    return 0;
}

static bool at_line_end(const struct toml_reader *r)
{
    return r->at < r->end && (*r->at == '\n' || (*r->at == '\r' && r->at + 1 < r->end && r->at[1] == '\n'));
}

int toml_skip_lines(struct toml_reader *r)
{
    for (;;) {
        toml_skip_blanks(r);
        if (r->at < r->end && *r->at == '#' && skip_comment(r) < 0)
            return -1;
        if (!at_line_end(r))
            return 0;
        r->at += *r->at == '\r' ? 2 : 1;
    }
}

/* The rest of a line behind a header or a pair. */
static int end_line(struct toml_reader *r)
{
    toml_skip_blanks(r);
    if (r->at < r->end && *r->at == '#' && skip_comment(r) < 0)
        return -1;
    return r->at == r->end || at_line_end(r) ? 0 : toml_fail(r, "Expected the end of the line");
}

/* ---- keys */

/* The table under `key`, made when missing; of an array of tables its last one. Borrowed. */
static int step_into(struct toml_reader *r, struct value table, struct value key, unsigned made,
                     unsigned refused, struct value *out)
{
    struct value inner;
    if (!map_get(AS_MAP(table), key, &inner)) {
        inner = map_new(r->vm);
        map_set(AS_MAP(table), key, inner);
        value_release(inner);
        *toml_flags(r, inner) = made;
        *out = inner;
        return 0;
    }
    if (value_is(inner, OBJ_LIST) && (*toml_flags(r, inner) & TOML_TABLES) && !(refused & TOML_HEADER))
        inner = AS_LIST(inner)->items[AS_LIST(inner)->len - 1];
    if (!value_is(inner, OBJ_MAP))
        return toml_fail(r, "'%s' is not a table", AS_STRING(key)->data);
    if (*toml_flags(r, inner) & refused)
        return toml_fail(r, "The table '%s' cannot be extended here", AS_STRING(key)->data);
    *out = inner;
    return 0;
}

/* Walks a dotted key to its last part. *table: where that stands; *key: the part, owned. */
static int walk_key(struct toml_reader *r, unsigned made, unsigned refused, struct value *table,
                    struct value *key)
{
    for (int parts = 0;; parts++) {
        toml_skip_blanks(r);
        if (parts == TOML_DEPTH_MAX)
            return toml_fail(r, "A key of more than %d parts", TOML_DEPTH_MAX);
        if (toml_key(r, key) < 0)
            return -1;
        toml_skip_blanks(r);
        if (r->at == r->end || *r->at != '.')
            return 0;
        int status = step_into(r, *table, *key, made, refused, table);
        value_release(*key);
        *key = NULL_VALUE;
        if (status < 0)
            return -1;
        r->at++;
    }
}

int toml_pair(struct toml_reader *r, struct value table)
{
    struct value key = NULL_VALUE, value = NULL_VALUE, old;
    if (walk_key(r, TOML_DOTTED, TOML_HEADER | TOML_CLOSED, &table, &key) < 0)
        return -1;
    int status = 0;
    if (map_get(AS_MAP(table), key, &old))
        status = toml_fail(r, "Duplicate key '%s'", AS_STRING(key)->data);
    else if (r->at == r->end || *r->at != '=')
        status = toml_fail(r, "Expected '=' after a key");
    if (status == 0) {
        r->at++;
        toml_skip_blanks(r);
        status = toml_value(r, &value);
    }
    if (status == 0)
        map_set(AS_MAP(table), key, value);
    value_release(value);
    value_release(key);
    return status;
}

/* ---- containers */

static int read_array(struct toml_reader *r, struct value *out)
{
    *out = list_new(r->vm, 4);
    for (r->at++;;) {
        struct value item = NULL_VALUE;
        if (toml_skip_lines(r) < 0)
            return -1;
        if (r->at < r->end && *r->at == ']')
            break;
        if (toml_value(r, &item) < 0) {
            value_release(item);
            return -1;
        }
        list_push(AS_LIST(*out), item);
        value_release(item);
        if (toml_skip_lines(r) < 0)
            return -1;
        if (r->at < r->end && *r->at == ',')
            r->at++;
        else if (r->at == r->end || *r->at != ']')
            return toml_fail(r, "Expected ',' or ']' in an array");
    }
    r->at++;
    return 0;
}

/* An inline table is complete: nothing outside of it may add to it or to what it holds. */
static void close_table(struct toml_reader *r, struct value table)
{
    struct map_slot *slot;
    *toml_flags(r, table) |= TOML_CLOSED;
    for (size_t i = 0; map_next(AS_MAP(table), &i, &slot);)
        if (value_is(slot->value, OBJ_MAP))
            close_table(r, slot->value);
}

static int read_inline_table(struct toml_reader *r, struct value *out)
{
    *out = map_new(r->vm);
    r->at++;
    toml_skip_blanks(r);
    bool empty = r->at < r->end && *r->at == '}';
    while (!empty) {
        if (toml_pair(r, *out) < 0)
            return -1;
        toml_skip_blanks(r);
        if (r->at < r->end && *r->at == '}')
            break;
        if (r->at == r->end || *r->at != ',')
            return toml_fail(r, "Expected ',' or '}' in an inline table");
        r->at++;
    }
    r->at++;
    close_table(r, *out);
    return 0;
}

int toml_value(struct toml_reader *r, struct value *out)
{
    char c = r->at < r->end ? *r->at : '\0';
    if (c == '"' || c == '\'')
        return toml_string(r, true, out);
    if (c != '[' && c != '{')
        return toml_scalar(r, out);
    if (r->depth == TOML_DEPTH_MAX)
        return toml_fail(r, "Nested deeper than %d", TOML_DEPTH_MAX);
    r->depth++;
    int status = c == '[' ? read_array(r, out) : read_inline_table(r, out);
    r->depth--;
    return status;
}

/* ---- headers */

/* [table]: defined once; what a longer header or a dotted key made before it does not count as the former. */
static int open_table(struct toml_reader *r, struct value table, struct value key, struct value *current)
{
    if (step_into(r, table, key, 0, TOML_HEADER | TOML_DOTTED | TOML_CLOSED, current) < 0)
        return -1;
    *toml_flags(r, *current) |= TOML_HEADER;
    return 0;
}

static int open_array_table(struct toml_reader *r, struct value table, struct value key,
                            struct value *current)
{
    struct value list;
    if (!map_get(AS_MAP(table), key, &list)) {
        list = list_new(r->vm, 1);
        map_set(AS_MAP(table), key, list);
        value_release(list);
        *toml_flags(r, list) = TOML_TABLES;
    }
    if (!value_is(list, OBJ_LIST) || !(*toml_flags(r, list) & TOML_TABLES))
        return toml_fail(r, "'%s' is not an array of tables", AS_STRING(key)->data);
    *current = map_new(r->vm);
    list_push(AS_LIST(list), *current);
    value_release(*current);
    *toml_flags(r, *current) = TOML_HEADER;
    return 0;
}

static int read_header(struct toml_reader *r, struct value root, struct value *current)
{
    bool array = r->at + 1 < r->end && r->at[1] == '[';
    struct value table = root, key = NULL_VALUE;
    r->at += array ? 2 : 1;
    if (walk_key(r, 0, TOML_CLOSED, &table, &key) < 0)
        return -1;
    int status = 0;
    for (int i = 0; status == 0 && i < 1 + array; i++)
        if (r->at < r->end && *r->at == ']')
            r->at++;
        else
            status = toml_fail(r, "Expected '%s' after a table's name", array ? "]]" : "]");
    if (status == 0)
        status = (array ? open_array_table : open_table)(r, table, key, current);
    value_release(key);
    return status ? -1 : end_line(r);
}

static int read_document(struct toml_reader *r, struct value root)
{
    struct value current = root;
    for (;;) {
        if (toml_skip_lines(r) < 0)
            return -1;
        if (r->at == r->end)
            return 0;
        if (*r->at == '[' ? read_header(r, root, &current) < 0 : toml_pair(r, current) < 0 || end_line(r) < 0)
            return -1;
    }
}

int toml_to_value(struct vm *vm, const char *text, size_t len, struct value *out, struct error *err)
{
    struct toml_reader r = {.vm = vm, .at = text, .start = text, .end = text + len, .err = err};
    size_t valid = utf8_valid(text, len);
    if (len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
        r.at += 3;
    struct value root = map_new(vm);
    int status = 0;
    if (valid < len) {
        r.at = text + valid;
        status = toml_fail(&r, "The text is not UTF-8");
    } else {
        status = read_document(&r, root);
    }
    free(r.marks);
    if (status == 0)
        *out = root;
    else
        value_release(root);
    return status;
}
