/* Values to JSON text as groovy.json.JsonOutput writes it, and the classes of groovy.json.
 *
 * The order of maps is kept. The writer recurses, so DEPTH_MAX also ends a list that holds itself. */
#include "runner/lib/json.h"
#include "runner/lib/date.h"
#include "runner/lib/number.h"
#include "runner/lib/ops.h"
#include "runner/lib/text.h"
#include "runner/lang/heap.h"
#include <math.h>
#include <string.h>

enum { DEPTH_MAX = 1000 };

/* `err` is the first thing that went wrong; every function returns -1 from there on. Exceptions of a
 * toString() are taken off the fiber and become an error, for callers without a script. */
struct writer {
    struct fiber *f;
    struct buf *out;
    struct error *err;
    int indent, depth;
};

static int write_value(struct writer *w, struct value v);

/* One UTF-16 unit: letters of their own for seven, \uXXXX for the rest. */
static void write_escape(struct buf *b, unsigned unit)
{
    static const char from[] = "\"\\\b\f\n\r\t", to[] = "\"\\bfnrt";
    const char *at = unit && unit < 0x80 ? strchr(from, (int)unit) : NULL;
    if (at)
        buf_printf(b, "\\%c", to[at - from]);
    else
        buf_printf(b, "\\u%04x", unit);
}

/* JsonOutput escapes everything that is not printable ASCII, so that the text survives any encoding. 0x7f
 * too. */
static void write_string(struct buf *b, const struct string *s)
{
    buf_addch(b, '"');
    for (size_t i = 0, n; i < s->len; i += n) {
        unsigned rune = text_rune(s->data + i, &n);
        if (rune >= 0x20 && rune < 0x7f && rune != '"' && rune != '\\') {
            buf_addch(b, (char)rune);
        } else if (rune > 0xffff) {
            write_escape(b, 0xd800 + ((rune - 0x10000) >> 10));
            write_escape(b, 0xdc00 + ((rune - 0x10000) & 0x3ff));
        } else {
            write_escape(b, rune);
        }
    }
    buf_addch(b, '"');
}

/* Keys and values that are no text by themselves (Character, URL, UUID …). */
static int write_text(struct writer *w, struct value v)
{
    TEXT_HOLD(hold);
    const struct string *s = text_of(w->f, v, &hold);
    if (!s) {
        value_release(fiber_take_exception(w->f));
        return error_set(w->err, ERROR_INVALID, "toString() of a value failed");
    }
    write_string(w->out, s);
    return 0;
}

/* Nothing with indent 0, which is toJson()'s compact form. */
static void new_line(struct writer *w)
{
    if (w->indent)
        buf_printf(w->out, "\n%*s", w->indent * w->depth, "");
}

static int enter(struct writer *w, char open)
{
    if (w->depth >= DEPTH_MAX)
        return error_set(w->err, ERROR_INVALID,
                         "The value is nested too deeply for JSON, or contains itself");
    w->depth++;
    buf_addch(w->out, open);
    return 0;
}

static void leave(struct writer *w, bool any, char close)
{
    w->depth--;
    if (any)
        new_line(w);
    buf_addch(w->out, close);
}

static int write_list(struct writer *w, const struct list *l)
{
    if (enter(w, '['))
        return -1;
    for (size_t i = 0; i < l->len; i++) {
        buf_addstr(w->out, i ? "," : "");
        new_line(w);
        if (write_value(w, l->items[i]))
            return -1;
    }
    leave(w, l->len, ']');
    return 0;
}

static int write_member(struct writer *w, bool first, struct value key, struct value v)
{
    if (key.tag == VAL_NULL)
        return error_set(w->err, ERROR_INVALID, "Maps with null keys can't be converted to JSON");
    buf_addstr(w->out, first ? "" : ",");
    new_line(w);
    if (write_text(w, key))
        return -1;
    buf_addstr(w->out, w->indent ? ": " : ":");
    return write_value(w, v);
}

static int write_map(struct writer *w, const struct map *m)
{
    struct map_slot *slot;
    bool any = false;
    if (enter(w, '{'))
        return -1;
    for (size_t i = 0; map_next(m, &i, &slot); any = true) {
        if (write_member(w, !any, slot->key, slot->value))
            return -1;
    }
    leave(w, any, '}');
    return 0;
}

static int write_entry(struct writer *w, const struct entry *e)
{
    _cleanup_(value_release_ptr) struct value key = string_from("key"), value = string_from("value");
    if (enter(w, '{') || write_member(w, true, key, e->key) || write_member(w, false, value, e->value))
        return -1;
    leave(w, true, '}');
    return 0;
}

/* The properties of an object of a script's class; enums by name, exceptions by text. */
static int write_instance(struct writer *w, struct value v)
{
    struct class *c = AS_INSTANCE(v)->class;
    bool any = false;
    if (c->flags & (CLASSF_ENUM | CLASSF_THROWABLE) || (c->super && c->super->flags & CLASSF_ENUM))
        return write_text(w, v);
    if (enter(w, '{'))
        return -1;
    for (const struct class *a = c; a; a = a->super) {
        for (size_t i = 0; i < a->own_fields.len; i++) {
            const struct field *field = a->own_fields.items[i];
            if (!field->is_property || field->is_static)
                continue;
            _cleanup_(value_release_ptr) struct value name = string_from(field->name->data);
            if (write_member(w, !any, name, AS_INSTANCE(v)->fields[field->index]))
                return -1;
            any = true;
        }
    }
    leave(w, any, '}');
    return 0;
}

/* Iterators are used up by being written. */
static int write_elements(struct writer *w, struct value v)
{
    _cleanup_(value_release_ptr) struct value list = NULL_VALUE;
    if (value_to_list(w->f, v, &list) != CALL_OK) {
        value_release(fiber_take_exception(w->f));
        return error_set(w->err, ERROR_INVALID, "A value cannot be iterated");
    }
    return write_list(w, AS_LIST(list));
}

static int write_object(struct writer *w, struct value v)
{
    switch (v.u.o->kind) {
    case OBJ_LIST:
        return write_list(w, AS_LIST(v));
    case OBJ_MAP:
        return value_is_set(v) ? write_elements(w, v) : write_map(w, AS_MAP(v));
    case OBJ_RANGE:
        return write_elements(w, v);
    case OBJ_ENTRY:
        return write_entry(w, (struct entry *)v.u.o);
    case OBJ_INSTANCE:
        return write_instance(w, v);
    case OBJ_NATIVE:
        if (value_instance_of(fiber_vm(w->f), v, "Iterator"))
            return write_elements(w, v);
        if (value_is_date(v)) {
            buf_addch(w->out, '"');
            date_format_iso(date_millis(v), w->out);
            buf_addch(w->out, '"');
            return 0;
        }
        break;
    default:
        break;
    }
    return write_text(w, v);
}

static int write_value(struct writer *w, struct value v)
{
    if (v.tag == VAL_NULL || v.tag == VAL_BOOL || value_is_number(v)) {
        if ((v.tag == VAL_DOUBLE || v.tag == VAL_FLOAT) && !isfinite(v.u.d))
            return error_set(w->err, ERROR_INVALID,
                             "Number %s can't be serialized as JSON: %s are not allowed in JSON.",
                             isnan(v.u.d) ? "NaN" : "Infinity", isnan(v.u.d) ? "NaN" : "infinite");
        value_print(w->f, v, w->out);
        return 0;
    }
    return v.tag == VAL_CHAR ? write_text(w, v) : write_object(w, v);
}

/* On failure `text` holds what was written so far; callers drop it. */
int value_to_json(struct fiber *f, struct value v, int indent, struct buf *text, struct error *err)
{
    struct writer w = {.f = f, .out = text, .err = err, .indent = indent};
    return write_value(&w, v);
}

/* readJSON gives net.sf.json's classes in Jenkins; here these are plain lists and maps with a mark, for
 * the one difference that scripts see, their toString(). */
bool value_is_json(struct value v)
{
    return v.tag == VAL_OBJECT && (v.u.o->kind == OBJ_LIST || v.u.o->kind == OBJ_MAP) &&
           v.u.o->flags & MADE_JSON;
}

/* Deep: what is read out of a document prints as JSON as well. It ends because fresh documents have no
 * cycles. */
void value_mark_json(struct value v)
{
    if (value_is(v, OBJ_LIST)) {
        for (size_t i = 0; i < AS_LIST(v)->len; i++)
            value_mark_json(AS_LIST(v)->items[i]);
    } else if (value_is(v, OBJ_MAP)) {
        struct map_slot *slot;
        for (size_t i = 0; map_next(AS_MAP(v), &i, &slot);)
            value_mark_json(slot->value);
    } else {
        return;
    }
    v.u.o->flags |= MADE_JSON;
}

enum call_status value_java_string(struct fiber *f, struct value v, struct value *out)
{
    if (!value_is_json(v))
        return value_to_string(f, v, out);
    _cleanup_(error_release) struct error err = {0};
    struct buf text = {0};
    if (value_to_json(f, v, 0, &text, &err) == 0)
        return give(out, text_from_buf(&text));
    buf_release(&text);
    return fiber_throwing(f) ? CALL_THROW : vm_throw(f, "JSONException", "%s", err.message);
}

/* ---- prettyPrint: works on the text, so that numbers and order stay; empty containers hold a line of blanks
 */

/* With both quotes; the whole rest if it is not closed, which pretty_string() then refuses. */
static size_t string_length(const char *s, size_t len)
{
    size_t i = 1;
    while (i < len && s[i] != '"')
        i += s[i] == '\\' ? 2 : 1;
    return i < len ? i + 1 : len;
}

static void pretty_line(struct buf *out, int depth)
{
    buf_printf(out, "\n%*s", 4 * depth, "");
}

/* Groovy's own quirks: "{}" becomes a brace, a line of blanks and a brace. */
static void pretty_char(char c, int *depth, struct buf *out)
{
    switch (c) {
    case '{':
    case '[':
        buf_addch(out, c);
        pretty_line(out, ++*depth);
        break;
    case '}':
    case ']':
        pretty_line(out, *depth > 0 ? --*depth : 0);
        buf_addch(out, c);
        break;
    case ',':
        buf_addch(out, c);
        pretty_line(out, *depth);
        break;
    case ':':
        buf_addstr(out, ": ");
        break;
    default:
        if (!strchr(" \t\r\n", c))
            buf_addch(out, c);
    }
}

/* A string is written anew: "\/" loses its backslash, é becomes \u00e9. */
static int pretty_string(const char *s, size_t n, struct buf *out, struct error *err)
{
    struct value v;
    if (json_to_value(NULL, s, n, &v, err))
        return -1;
    write_string(out, AS_STRING(v));
    value_release(v);
    return 0;
}

/* A text that is no JSON is laid out all the same, but for its strings: JsonOutput checks no more. */
int json_pretty(const char *text, size_t len, struct buf *out, struct error *err)
{
    int depth = 0;
    for (size_t i = 0; i < len;) {
        if (text[i] != '"') {
            pretty_char(text[i++], &depth, out);
            continue;
        }
        size_t n = string_length(text + i, len - i);
        if (depth > DEPTH_MAX || pretty_string(text + i, n, out, err))
            return error_set(err, ERROR_INVALID, "Malformed JSON");
        i += n;
    }
    return 0;
}

/* ---- classes */

static enum call_status throw_json(struct fiber *f, struct error *err)
{
    vm_throw(f, "JsonException", "%s", err->message ? err->message : "Malformed JSON");
    error_release(err);
    return CALL_THROW;
}

NATIVE(slurper_new)
{
    return give(out, native_new(fiber_vm(f), vm_class(fiber_vm(f), "JsonSlurper"), NULL));
}

NATIVE(slurper_classic_new)
{
    return give(out, native_new(fiber_vm(f), vm_class(fiber_vm(f), "JsonSlurperClassic"), NULL));
}

NATIVE(slurper_parse_text)
{
    struct error err = {0};
    if (argv[0].tag == VAL_NULL)
        return vm_throw(f, "IllegalArgumentException", "Text must not be null or empty");
    TEXT(s, argv[0]);
    if (s->len == 0)
        return vm_throw(f, "IllegalArgumentException", "Text must not be null or empty");
    /* JsonSlurperClassic makes HashMaps, JsonSlurper maps in the order of the text. */
    bool classic = value_instance_of(fiber_vm(f), self, "JsonSlurperClassic");
    if (json_to_maps(fiber_vm(f), classic ? "HashMap" : NULL, s->data, s->len, out, &err))
        return throw_json(f, &err);
    return CALL_OK;
}

NATIVE(slurper_parse)
{
    struct value text = NULL_VALUE;
    if (vm_invoke_sync(f, argv[0], "getText", 0, NULL, &text) != CALL_OK)
        return CALL_THROW;
    enum call_status status = slurper_parse_text(f, self, 1, &text, out);
    value_release(text);
    return status;
}

NATIVE(output_to_json)
{
    struct buf text = {0};
    struct error err = {0};
    if (value_to_json(f, argv[0], 0, &text, &err) == 0)
        return give(out, text_from_buf(&text));
    buf_release(&text);
    if (strstr(err.message, "null keys")) {
        vm_throw(f, "IllegalArgumentException", "%s", err.message);
        error_release(&err);
        return CALL_THROW;
    }
    return throw_json(f, &err);
}

NATIVE(output_pretty_print)
{
    struct buf text = {0};
    struct error err = {0};
    TEXT(s, argv[0]);
    if (json_pretty(s->data, s->len, &text, &err) == 0)
        return give(out, text_from_buf(&text));
    buf_release(&text);
    return throw_json(f, &err);
}

static const struct native_class classes[] = {
    {.name = "groovy.json.JsonSlurper"},
    {.name = "groovy.json.JsonSlurperClassic", .super = "JsonSlurper"},
    {.name = "groovy.json.JsonOutput"},
};

static const struct native_method methods[] = {
    {"JsonSlurper", "<init>", 0, 1, 0, slurper_new},
    {"JsonSlurperClassic", "<init>", 0, 0, 0, slurper_classic_new},
    {"JsonSlurper", "parseText", 1, 1, 0, slurper_parse_text},
    {"JsonSlurper", "parse", 1, 2, 0, slurper_parse},
    {"JsonOutput", "toJson", 1, 1, METHOD_STATIC, output_to_json},
    {"JsonOutput", "prettyPrint", 1, 1, METHOD_STATIC, output_pretty_print},
};

LIB_TABLE(json_table, classes, methods);
