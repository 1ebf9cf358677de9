/* JSON text to values. A parser of its own rather than jansson's: numbers must keep their digits
 * (1.50 is the BigDecimal 1.50) and may be of any size. */
#include "runner/lib/json.h"
#include "runner/lib/number.h"
#include "runner/lib/text.h"
#include "base/utf8.h"
#include <ctype.h>
#include <string.h>

enum { DEPTH_MAX = 1000 };

/* `text` stays for line and column of an error, which are counted only then. */
struct parser {
    struct vm *vm;
    const char *text, *p, *end;
    const char *maps; /* the class of maps; NULL: LinkedHashMap */
    int depth;
    struct error *err;
};

/* Returns -1, always. */
static int fail(struct parser *p, const char *what)
{
    int line = 1, col = 1;
    for (const char *c = p->text; c < p->p && c < p->end; c++) {
        col = *c == '\n' ? 1 : col + (((unsigned char)*c & 0xc0) != 0x80);
        line += *c == '\n';
    }
    if (p->p >= p->end)
        return error_at(p->err, ERROR_SYNTAX, NULL, line, col, "%s, but the text ends at line %d, column %d",
                        what, line, col);
    uint32_t rune;
    struct buf got = {0};
    utf8_decode(p->p, (size_t)(p->end - p->p), &rune);
    buf_addrune(&got, rune);
    error_at(p->err, ERROR_SYNTAX, NULL, line, col, "%s, but got '%s' at line %d, column %d", what, got.data,
             line, col);
    buf_release(&got);
    return -1;
}

static void skip_blanks(struct parser *p)
{
    while (p->p < p->end && (*p->p == ' ' || *p->p == '\t' || *p->p == '\n' || *p->p == '\r'))
        p->p++;
}

static bool accept(struct parser *p, char c)
{
    if (p->p >= p->end || *p->p != c)
        return false;
    p->p++;
    return true;
}

static int parse_value(struct parser *p, struct value *out);

static int parse_hex(struct parser *p, uint16_t *unit)
{
    unsigned value = 0;
    for (int i = 0; i < 4; i++, p->p++) {
        if (p->p >= p->end || !isxdigit((unsigned char)*p->p))
            return fail(p, "expecting four hexadecimal digits");
        value =
            value * 16 + (unsigned)(isdigit((unsigned char)*p->p) ? *p->p - '0' : (*p->p | 32) - 'a' + 10);
    }
    *unit = (uint16_t)value;
    return 0;
}

/* A pair of \u escapes is joined by buf_addunit(). */
static int parse_escape(struct parser *p, struct buf *text)
{
    static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
    const char *at = p->p < p->end && *p->p ? strchr(from, *p->p) : NULL;
    uint16_t unit = 0;
    if (at) {
        buf_addch(text, to[at - from]);
        p->p++;
        return 0;
    }
    if (!accept(p, 'u'))
        return fail(p, "expecting an escape such as \\n");
    if (parse_hex(p, &unit))
        return -1;
    buf_addunit(text, unit);
    return 0;
}

static int parse_string(struct parser *p, struct value *out)
{
    struct buf text = {0};
    p->p++;
    while (p->p < p->end && *p->p != '"') {
        const char *start = p->p;
        while (p->p < p->end && *p->p != '"' && *p->p != '\\')
            p->p++;
        buf_add(&text, start, (size_t)(p->p - start));
        if (accept(p, '\\') && parse_escape(p, &text)) {
            buf_release(&text);
            return -1;
        }
    }
    *out = text_from_buf(&text);
    if (accept(p, '"'))
        return 0;
    value_release(*out);
    *out = NULL_VALUE;
    return fail(p, "expecting the end of a string");
}

/* The smallest class that holds it, as JsonSlurper chooses. */
static struct value integer_of(const char *digits)
{
    struct value v;
    static const int tags[] = {VAL_INT, VAL_LONG, -OBJ_BIGINT};
    for (size_t i = 0; i < ARRAY_LEN(tags); i++) {
        if (number_parse_text(digits, tags[i], 10, &v))
            return v;
    }
    return value_int(0);
}

/* The characters are collected first and judged by the parser of numbers; "1-2" is refused there.
 * p->p[-1] is valid: the first character is a digit or the minus that led here. */
static int parse_number(struct parser *p, struct value *out)
{
    const char *start = p->p;
    bool whole = true;
    for (; p->p < p->end && (isdigit((unsigned char)*p->p) || strchr("+-.eE", *p->p)) && *p->p; p->p++)
        whole = whole && (isdigit((unsigned char)*p->p) || p->p == start);
    _cleanup_free_ char *text = xstrndup(start, (size_t)(p->p - start));
    if (whole && isdigit((unsigned char)p->p[-1])) {
        *out = integer_of(text);
        return 0;
    }
    if (isdigit((unsigned char)p->p[-1]) && decimal_parse(text, out))
        return 0;
    p->p = start;
    return fail(p, "expecting a number");
}

/* "trueish" is taken up to "true"; the rest then fails as what may not follow a value. */
static int parse_word(struct parser *p, struct value *out)
{
    static const struct {
        const char *word;
        struct value value;
    } words[] = {
        {"true", {.tag = VAL_BOOL, .u.b = true}}, {"false", {.tag = VAL_BOOL}}, {"null", {.tag = VAL_NULL}}};
    for (size_t i = 0; i < ARRAY_LEN(words); i++) {
        size_t n = strlen(words[i].word);
        if ((size_t)(p->end - p->p) >= n && memcmp(p->p, words[i].word, n) == 0) {
            p->p += n;
            *out = words[i].value;
            return 0;
        }
    }
    return fail(p, "expecting a value: a string, number, object, array, true, false or null");
}

static int parse_array(struct parser *p, struct value *list)
{
    p->p++;
    skip_blanks(p);
    if (accept(p, ']'))
        return 0;
    for (;;) {
        struct value item = NULL_VALUE;
        if (parse_value(p, &item))
            return -1;
        list_push(AS_LIST(*list), item);
        value_release(item);
        if (accept(p, ']'))
            return 0;
        if (!accept(p, ','))
            return fail(p, "expecting ',' or ']'");
    }
}

/* The later of two equal names wins, at the earlier one's place. */
static int parse_member(struct parser *p, struct map *m)
{
    _cleanup_(value_release_ptr) struct value key = NULL_VALUE, v = NULL_VALUE;
    skip_blanks(p);
    if (p->p >= p->end || *p->p != '"')
        return fail(p, "expecting a member's name in double quotes");
    if (parse_string(p, &key))
        return -1;
    skip_blanks(p);
    if (!accept(p, ':'))
        return fail(p, "expecting ':'");
    if (parse_value(p, &v))
        return -1;
    map_set(m, key, v);
    return 0;
}

static int parse_object(struct parser *p, struct value *map)
{
    p->p++;
    skip_blanks(p);
    if (accept(p, '}'))
        return 0;
    for (;;) {
        if (parse_member(p, AS_MAP(*map)))
            return -1;
        if (accept(p, '}'))
            return 0;
        if (!accept(p, ','))
            return fail(p, "expecting ',' or '}'");
    }
}

/* *out owns the container while it is filled, so that an error anywhere below frees all. */
static int parse_container(struct parser *p, struct value *out)
{
    bool object = *p->p == '{';
    if (++p->depth > DEPTH_MAX)
        return fail(p, "expecting no deeper nesting than 1000");
    *out = !object ? list_new(p->vm, 0) : p->maps ? map_new_of(p->vm, p->maps) : map_new(p->vm);
    int rc = object ? parse_object(p, out) : parse_array(p, out);
    p->depth--;
    if (rc) {
        value_release(*out);
        *out = NULL_VALUE;
    }
    return rc;
}

/* Blanks around the value are taken, too. */
static int parse_value(struct parser *p, struct value *out)
{
    skip_blanks(p);
    char c = p->p < p->end ? *p->p : 0;
    int rc = c == '"'                                ? parse_string(p, out)
             : c == '{' || c == '['                  ? parse_container(p, out)
             : c == '-' || isdigit((unsigned char)c) ? parse_number(p, out)
                                                     : parse_word(p, out);
    skip_blanks(p);
    return rc;
}

int json_to_value(struct vm *vm, const char *text, size_t len, struct value *out, struct error *err)
{
    return json_to_maps(vm, NULL, text, len, out, err);
}

/* vm may be NULL for a document that is a lone string or number (json_pretty()). */
int json_to_maps(struct vm *vm, const char *maps, const char *text, size_t len, struct value *out,
                 struct error *err)
{
    struct parser p = {.vm = vm, .text = text, .p = text, .end = text + len, .maps = maps, .err = err};
    *out = NULL_VALUE;
    if (parse_value(&p, out))
        return -1;
    if (p.p == p.end)
        return 0;
    value_release(*out);
    *out = NULL_VALUE;
    return fail(&p, "expecting the end of the text");
}
