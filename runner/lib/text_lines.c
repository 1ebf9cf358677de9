/* Methods of text that cut it into pieces: lines, tokens, letters, and those that work line by line. */
#include "runner/lib/ops.h"
#include "runner/lib/regex.h"
#include "runner/lib/regex_impl.h"
#include "runner/lib/text.h"
#include <string.h>

static void push_bytes(struct list *l, const char *s, size_t n)
{
    struct value v = string_new(s, n);
    list_push(l, v);
    value_release(v);
}

/* Lines as BufferedReader gives them: \n, \r and \r\n end one. */
struct value text_lines(struct vm *vm, const struct string *s)
{
    struct value lines = list_new(vm, 0);
    for (size_t at = 0; at < s->len;) {
        size_t n = strcspn(s->data + at, "\r\n");
        while (at + n < s->len && s->data[at + n] == 0) /* a NUL is no end */
            n += 1 + strcspn(s->data + at + n + 1, "\r\n");
        push_bytes(AS_LIST(lines), s->data + at, n);
        at += n;
        at += s->data[at] == '\r' && s->data[at + 1] == '\n' ? 2 : 1;
    }
    return lines;
}

NATIVE(text_read_lines)
{
    TEXT(s, self);
    return give(out, text_lines(fiber_vm(f), s));
}

static bool is_blank(const struct string *s)
{
    for (size_t i = 0, n; i < s->len; i += n) {
        if (!rune_is_space(text_rune(s->data + i, &n)))
            return false;
    }
    return true;
}

/* A line without what margin() says; every line ends in \n, the last only if the text did. */
static struct value each_line(struct fiber *f, const struct string *s,
                              size_t (*margin)(const struct string *, int64_t), int64_t arg)
{
    _cleanup_(value_release_ptr) struct value lines = text_lines(fiber_vm(f), s);
    struct buf b = {0};
    for (size_t i = 0; i < AS_LIST(lines)->len; i++) {
        const struct string *line = AS_STRING(AS_LIST(lines)->items[i]);
        size_t from = margin(line, arg);
        buf_add(&b, line->data + from, line->len - from);
        buf_addch(&b, '\n');
    }
    if (b.len && s->data[s->len - 1] != '\n')
        b.len--;
    return text_from_buf(&b);
}

static size_t indent_of(const struct string *line)
{
    size_t n = 0;
    while (n < line->len && rune_is_space((unsigned char)line->data[n]))
        n++;
    return n;
}

/* A line of blanks becomes empty. */
static size_t indent_margin(const struct string *line, int64_t indent)
{
    return is_blank(line) || (int64_t)line->len < indent ? line->len : (size_t)indent;
}

static size_t char_margin(const struct string *line, int64_t mark)
{
    size_t n = 0;
    while (n < line->len && (unsigned char)line->data[n] <= ' ')
        n++;
    return n < line->len && line->data[n] == (char)mark ? n + 1 : 0;
}

static size_t common_indent(struct fiber *f, const struct string *s)
{
    _cleanup_(value_release_ptr) struct value lines = text_lines(fiber_vm(f), s);
    size_t common = SIZE_MAX;
    for (size_t i = 0; i < AS_LIST(lines)->len; i++) {
        const struct string *line = AS_STRING(AS_LIST(lines)->items[i]);
        size_t indent = indent_of(line);
        if (!is_blank(line) && indent < common)
            common = indent;
    }
    return common == SIZE_MAX ? 0 : common;
}

NATIVE(text_strip_indent)
{
    TEXT(s, self);
    int64_t indent;
    if (argc ? !value_int_arg(argv[0], &indent) : (indent = (int64_t)common_indent(f, s), false))
        return CALL_NONE;
    if (indent <= 0)
        return value_to_string(f, self, out);
    return give(out, each_line(f, s, indent_margin, indent));
}

NATIVE(text_strip_margin)
{
    TEXT(s, self);
    TEXT_HOLD(hold);
    const struct string *mark = argc ? text_of(f, argv[0], &hold) : NULL;
    return give(out, each_line(f, s, char_margin, mark && mark->len ? mark->data[0] : '|'));
}

/* The NUL behind the text makes the look at the next byte safe. */
NATIVE(text_normalize)
{
    TEXT(s, self);
    struct buf b = {0};
    for (size_t i = 0; i < s->len; i++) {
        if (s->data[i] == '\r' && s->data[i + 1] == '\n')
            continue;
        buf_addch(&b, s->data[i] == '\r' ? '\n' : s->data[i]);
    }
    return give(out, text_from_buf(&b));
}

/* ---- tokens */

static bool in_set(const struct string *set, unsigned rune)
{
    for (size_t i = 0, n; i < set->len; i += n) {
        if (text_rune(set->data + i, &n) == rune)
            return true;
    }
    return false;
}

/* java.util.StringTokenizer. */
static struct value tokens(struct fiber *f, const struct string *s, const struct string *delimiters)
{
    struct value list = list_new(fiber_vm(f), 0);
    size_t start = 0, n;
    for (size_t i = 0; i <= s->len; i += n) {
        n = 1;
        if (i < s->len && !in_set(delimiters, text_rune(s->data + i, &n)))
            continue;
        if (i > start)
            push_bytes(AS_LIST(list), s->data + start, i - start);
        start = i + n;
    }
    return list;
}

NATIVE(text_tokenize)
{
    TEXT(s, self);
    _cleanup_(value_release_ptr) struct value blanks = string_from(" \t\n\r\f");
    if (argc && !value_is_text(argv[0]) && argv[0].tag != VAL_CHAR)
        return CALL_NONE;
    TEXT(delimiters, argc ? argv[0] : blanks);
    return give(out, tokens(f, s, delimiters));
}

static struct value string_array(struct fiber *f, struct value list) /* takes list */
{
    struct value array = array_new(fiber_vm(f), "String", AS_LIST(list)->len);
    for (size_t i = 0; i < AS_LIST(list)->len; i++)
        list_set(AS_LIST(array), i, AS_LIST(list)->items[i]);
    value_release(list);
    return array;
}

NATIVE(text_split)
{
    int64_t limit = 0;
    if (argc == 0) {
        _cleanup_(value_release_ptr) struct value blanks = string_from(" \t\n\r\f");
        TEXT(s, self);
        return give(out, string_array(f, tokens(f, s, AS_STRING(blanks))));
    }
    if ((!value_is_text(argv[0]) && !value_is_pattern(argv[0]) && argv[0].tag != VAL_CHAR) ||
        (argc > 1 && !value_int_arg(argv[1], &limit)))
        return CALL_NONE;
    return regex_split(f, self, argv[0], (int)limit, out);
}

NATIVE(text_to_list)
{
    return value_to_list(f, self, out);
}

NATIVE(text_to_set)
{
    return value_cast(f, self, "Set", true, out);
}

NATIVE(text_get_chars)
{
    TEXT(s, self);
    size_t n = text_length(s);
    *out = array_new(fiber_vm(f), "char", n);
    for (size_t i = 0; i < n; i++)
        list_set(AS_LIST(*out), i, (struct value){.tag = VAL_CHAR, .u.c = text_unit(s, i)});
    return CALL_OK;
}

/* Latin-1 and ASCII: a question mark for what they have not. */
static enum call_status one_byte_each(struct fiber *f, const struct string *s, unsigned most,
                                      struct value *out)
{
    size_t n = text_length(s);
    *out = array_new(fiber_vm(f), "byte", n);
    for (size_t i = 0; i < n; i++) {
        unsigned unit = text_unit(s, i);
        AS_LIST(*out)->items[i] = (struct value){.tag = VAL_BYTE, .u.l = (int8_t)(unit <= most ? unit : '?')};
    }
    return CALL_OK;
}

NATIVE(text_get_bytes)
{
    TEXT(s, self);
    TEXT_HOLD(hold);
    const struct string *charset = argc ? text_arg(f, argv[0], &hold) : NULL;
    if (charset &&
        (strcasecmp(charset->data, "ISO-8859-1") == 0 || strcasecmp(charset->data, "US-ASCII") == 0))
        return one_byte_each(f, s, charset->data[0] == 'I' || charset->data[0] == 'i' ? 0xff : 0x7f, out);
    return give(out, byte_array(fiber_vm(f), s->data, s->len));
}

#define TEXT_ROW(name, min, max, fn)                                                                         \
    {                                                                                                        \
        "CharSequence", name, min, max, 0, fn                                                                \
    }
static const struct native_method methods[] = {
    TEXT_ROW("readLines", 0, 0, text_read_lines),     TEXT_ROW("lines", 0, 0, text_read_lines),
    TEXT_ROW("stripIndent", 0, 1, text_strip_indent), TEXT_ROW("stripMargin", 0, 1, text_strip_margin),
    TEXT_ROW("normalize", 0, 0, text_normalize),      TEXT_ROW("denormalize", 0, 0, text_normalize),
    TEXT_ROW("tokenize", 0, 1, text_tokenize),        TEXT_ROW("split", 0, 2, text_split),
    TEXT_ROW("toList", 0, 0, text_to_list),           TEXT_ROW("toSet", 0, 0, text_to_set),
    TEXT_ROW("toCharArray", 0, 0, text_get_chars),    TEXT_ROW("getChars", 0, 0, text_get_chars),
    TEXT_ROW("getBytes", 0, 1, text_get_bytes),
};

const struct lib_table text_lines_table = {NULL, 0, methods, ARRAY_LEN(methods)};
