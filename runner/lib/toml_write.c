/* Values to TOML as Jackson's TomlGenerator lays it out: one line a value with its whole dotted key, arrays
 * and what is in them inline, texts in single quotes where they can be, null as the empty text. */
#include "runner/lib/number.h"
#include "runner/lib/ops.h"
#include "runner/lib/text.h"
#include "runner/lib/toml.h"
#include <ctype.h>
#include <math.h>
#include <string.h>

enum { DEPTH_MAX = 200 };

struct toml_writer {
    struct fiber *f;
    struct buf *out;
    struct buf path; /* dotted key of the line */
    int depth;
    struct error *err;
};

/* Literal quotes where nothing in the text needs an escape. */
static void write_quoted(struct buf *out, const char *text, size_t len)
{
    bool plain = true;
    for (size_t i = 0; i < len; i++)
        plain &= text[i] != '\'' && ((unsigned char)text[i] >= ' ' || text[i] == '\t') && text[i] != 127;
    buf_addch(out, plain ? '\'' : '"');
    for (size_t i = 0; i < len; i++) {
        static const char from[] = "\b\t\n\f\r\"\\", to[] = "btnfr\"\\";
        const char *escape = !plain && text[i] ? strchr(from, text[i]) : NULL;
        if (escape)
            buf_printf(out, "\\%c", to[escape - from]);
        else if (!plain && ((unsigned char)text[i] < ' ' || text[i] == 127))
            buf_printf(out, "\\u%04X", (unsigned char)text[i]);
        else
            buf_addch(out, text[i]);
    }
    buf_addch(out, plain ? '\'' : '"');
}

static void write_key(struct buf *out, const char *key, size_t len)
{
    bool bare = len > 0;
    for (size_t i = 0; i < len; i++)
        bare &= isalnum((unsigned char)key[i]) || key[i] == '_' || key[i] == '-';
    if (bare)
        buf_add(out, key, len);
    else
        write_quoted(out, key, len);
}

static int write_text(struct toml_writer *w, struct value v)
{
    TEXT_HOLD(hold);
    const struct string *s = text_of(w->f, v, &hold);
    if (!s) {
        value_release(fiber_take_exception(w->f));
        return error_set(w->err, ERROR_INVALID, "toString() of a value failed");
    }
    write_quoted(w->out, s->data, s->len);
    return 0;
}

static int write_inline(struct toml_writer *w, struct value v);

static int write_list(struct toml_writer *w, struct value v)
{
    _cleanup_(value_release_ptr) struct value list = NULL_VALUE;
    if (value_to_list(w->f, v, &list) != CALL_OK)
        return error_set(w->err, ERROR_INVALID, "A value cannot be iterated");
    buf_addch(w->out, '[');
    for (uint32_t i = 0; i < AS_LIST(list)->len; i++) {
        buf_addstr(w->out, i ? ", " : "");
        if (write_inline(w, AS_LIST(list)->items[i]))
            return -1;
    }
    buf_addch(w->out, ']');
    return 0;
}

/* `path` is the key of the map that is written; each pair adds its own part and takes it back. Depth is
 * left as it is on errors, as nothing is written after one. */
static int each_pair(struct toml_writer *w, const struct map *m,
                     int (*fn)(struct toml_writer *w, struct value v, bool first))
{
    struct map_slot *slot;
    bool first = true;
    if (++w->depth > DEPTH_MAX)
        return error_set(w->err, ERROR_INVALID, "The value is nested too deeply, or in a circle");
    for (size_t i = 0; map_next(m, &i, &slot); first = false) {
        TEXT_HOLD(hold);
        const struct string *key = text_of(w->f, slot->key, &hold);
        size_t before = w->path.len;
        if (!key) {
            value_release(fiber_take_exception(w->f));
            return error_set(w->err, ERROR_INVALID, "toString() of a key failed");
        }
        if (before)
            buf_addch(&w->path, '.');
        write_key(&w->path, key->data, key->len);
        if (fn(w, slot->value, first) < 0)
            return -1;
        w->path.len = before;
        w->path.data[before] = '\0';
    }
    w->depth--;
    return 0;
}

/* An empty map has no line of its own and is written as {}. */
static bool is_filled_map(struct value v)
{
    return value_is(v, OBJ_MAP) && AS_MAP(v)->len;
}

static int inline_pair(struct toml_writer *w, struct value v, bool first)
{
    buf_printf(w->out, "%s%s = ", first ? "" : ", ", w->path.data);
    return write_inline(w, v);
}

/* Keys in braces begin anew: the line's own path is put aside meanwhile. */
static int write_inline_map(struct toml_writer *w, const struct map *m)
{
    struct buf outer = w->path;
    w->path = (struct buf){0};
    buf_addch(w->out, '{');
    int status = each_pair(w, m, inline_pair);
    buf_addch(w->out, '}');
    buf_release(&w->path);
    w->path = outer;
    return status;
}

static int write_number(struct toml_writer *w, struct value v)
{
    double d = v.tag == VAL_DOUBLE || v.tag == VAL_FLOAT ? v.u.d : 0;
    if (isnan(d))
        buf_addstr(w->out, "nan");
    else if (isinf(d))
        buf_addstr(w->out, d < 0 ? "-inf" : "inf");
    else
        number_print(v, w->out);
    return 0;
}

static int write_inline(struct toml_writer *w, struct value v)
{
    int status;
    if (++w->depth > DEPTH_MAX)
        return error_set(w->err, ERROR_INVALID, "The value is nested too deeply, or in a circle");
    if (value_is_null(v)) {
        buf_addstr(w->out, "''");
        status = 0;
    } else if (v.tag == VAL_BOOL) {
        buf_addstr(w->out, v.u.b ? "true" : "false");
        status = 0;
    } else if (value_is_number(v)) {
        status = write_number(w, v);
    } else if (value_is(v, OBJ_MAP) && !value_is_set(v)) {
        status = write_inline_map(w, AS_MAP(v));
    } else if (value_is(v, OBJ_LIST) || value_is(v, OBJ_MAP) || value_is(v, OBJ_RANGE)) {
        status = write_list(w, v);
    } else {
        status = write_text(w, v);
    }
    w->depth--;
    return status;
}

/* A filled map is not a line: its pairs are, with the longer key. */
static int line_pair(struct toml_writer *w, struct value v, bool first)
{
    if (is_filled_map(v) && !value_is_set(v))
        return each_pair(w, AS_MAP(v), line_pair);
    buf_printf(w->out, "%s = ", w->path.data);
    if (write_inline(w, v) < 0)
        return -1;
    buf_addch(w->out, '\n');
    return 0;
}

int value_to_toml(struct fiber *f, struct value v, struct buf *text, struct error *err)
{
    struct toml_writer w = {.f = f, .out = text, .err = err};
    if (!value_is(v, OBJ_MAP) || value_is_set(v))
        return error_set(err, ERROR_INVALID, "TOML holds a map, this is none");
    int status = each_pair(&w, AS_MAP(v), line_pair);
    buf_release(&w.path);
    return status;
}
