/* StringBuilder, StringBuffer and the writers to a string: one growing buffer behind all.
 *
 * Append is the common operation and costs no copy; others copy the text once. Indices are UTF-16 units, as
 * in Java. */
#include "runner/lib/arith.h"
#include "runner/lib/number.h"
#include "runner/lib/ops.h"
#include "runner/lib/text.h"
#include "runner/lang/heap.h"
#include <string.h>

/* `units` is the length of the first `counted` bytes: length() in a loop of appends counts only what is new.
 */
struct builder {
    struct buf text; /* first: builder_buf() */
    size_t counted, units;
};

static void builder_free(void *data)
{
    buf_release(data);
    free(data);
}

bool value_is_builder(struct value v)
{
    return value_is(v, OBJ_NATIVE) && AS_NATIVE(v)->class->native &&
           AS_NATIVE(v)->class->native->release == builder_free;
}

struct buf *builder_buf(struct value v)
{
    return AS_NATIVE(v)->data;
}

struct value builder_new(struct fiber *f, const char *class, const char *bytes, size_t len)
{
    struct builder *b = xcalloc(1, sizeof(*b));
    buf_add(&b->text, bytes, len);
    return native_new(fiber_vm(f), vm_class(fiber_vm(f), class), b);
}

/* Only appends happen without forget(); one of them may have joined a surrogate to the one before it, and
 * then no code point begins where counting ended. */
static size_t units_of(struct value self)
{
    struct builder *b = AS_NATIVE(self)->data;
    const struct buf *text = &b->text;
    if (b->counted > text->len || (b->counted < text->len && (text->data[b->counted] & 0xc0) == 0x80))
        b->counted = b->units = 0;
    if (b->counted < text->len)
        b->units += text_units(text->data + b->counted, text->len - b->counted);
    b->counted = text->len;
    return b->units;
}

/* The buffer, to be changed elsewhere than at its end. */
static struct buf *forget(struct value self)
{
    struct builder *b = AS_NATIVE(self)->data;
    b->counted = b->units = 0;
    return &b->text;
}

/* The capacity is a hint that this buffer does not need. */
static enum call_status construct(struct fiber *f, const char *class, int argc, struct value *argv,
                                  struct value *out)
{
    if (argc == 0 || value_is_number(argv[0])) /* a capacity */
        return give(out, builder_new(f, class, "", 0));
    TEXT_ARG(s, argv[0]);
    return give(out, builder_new(f, class, s->data, s->len));
}

NATIVE(string_builder_new)
{
    return construct(f, "StringBuilder", argc, argv, out);
}

NATIVE(string_buffer_new)
{
    return construct(f, "StringBuffer", argc, argv, out);
}

NATIVE(string_writer_new)
{
    return construct(f, "StringWriter", argc, argv, out);
}

/* A PrintWriter around a StringWriter is that StringWriter: what is written need not be flushed, and both
 * print the same. */
NATIVE(print_writer_new)
{
    return value_is_builder(argv[0]) ? give(out, value_retain(argv[0])) : CALL_NONE;
}

static enum call_status append(struct fiber *f, struct value self, struct value v, struct value *out)
{
    value_print(f, v, builder_buf(self));
    return give(out, value_retain(self));
}

NATIVE(builder_append)
{
    if (argc == 3) { /* CharSequence, start, end */
        TEXT_ARG(s, argv[0]);
        size_t length = text_length(s);
        INT_ARG(from, argv[1]);
        INT_ARG(to, argv[2]);
        if (from < 0 || to < from || (size_t)to > length)
            return vm_throw(f, "IndexOutOfBoundsException", "start %lld, end %lld, length %zu",
                            (long long)from, (long long)to, length);
        _cleanup_(value_release_ptr) struct value part = text_slice(s, (size_t)from, (size_t)to);
        return append(f, self, part, out);
    }
    return argc == 1 ? append(f, self, argv[0], out) : CALL_NONE;
}

NATIVE(builder_println)
{
    if (argc)
        value_print(f, argv[0], builder_buf(self));
    buf_addch(builder_buf(self), '\n');
    return give(out, NULL_VALUE);
}

/* write(int) is one char, write(String) a text. */
NATIVE(builder_write)
{
    if (value_is_number(argv[0]))
        buf_addunit(builder_buf(self), (uint16_t)number_long(argv[0]));
    else
        value_print(f, argv[0], builder_buf(self));
    return give(out, NULL_VALUE);
}

static enum call_status bad_index(struct fiber *f, int64_t i, size_t length)
{
    return vm_throw(f, "StringIndexOutOfBoundsException", "index %lld,length %zu", (long long)i, length);
}

/* Replaces units [from, to) by the bytes.
 * `old` is a copy (TEXT of a builder), so the buffer can be emptied first. */
static enum call_status splice(struct fiber *f, struct value self, int64_t from, int64_t to, const char *s,
                               size_t n, struct value *out)
{
    TEXT(old, self);
    int64_t length = (int64_t)text_length(old);
    to = to > length ? length : to;
    if (from < 0 || from > length || from > to)
        return vm_throw(f, "StringIndexOutOfBoundsException", "start %lld, end %lld, length %lld",
                        (long long)from, (long long)to, (long long)length);
    size_t start = text_offset(old, (size_t)from), end = text_offset(old, (size_t)to);
    struct buf *b = forget(self);
    buf_clear(b);
    buf_add(b, old->data, start);
    buf_add(b, s, n);
    buf_add(b, old->data + end, old->len - end);
    return give(out, value_retain(self));
}

NATIVE(builder_insert)
{
    INT_ARG(at, argv[0]);
    TEXT(s, argv[1]);
    return splice(f, self, at, at, s->data, s->len, out);
}

NATIVE(builder_delete)
{
    INT_ARG(from, argv[0]);
    INT_ARG(to, argv[1]);
    return splice(f, self, from, to, "", 0, out);
}

NATIVE(builder_delete_char)
{
    INT_ARG(at, argv[0]);
    TEXT(s, self);
    if (at < 0 || (size_t)at >= text_length(s))
        return bad_index(f, at, text_length(s));
    return splice(f, self, at, at + 1, "", 0, out);
}

NATIVE(builder_replace)
{
    INT_ARG(from, argv[0]);
    INT_ARG(to, argv[1]);
    TEXT(s, argv[2]);
    return splice(f, self, from, to, s->data, s->len, out);
}

NATIVE(builder_set_char)
{
    INT_ARG(at, argv[0]);
    TEXT(old, self);
    if (at < 0 || (size_t)at >= text_length(old))
        return bad_index(f, at, text_length(old));
    TEXT(s, argv[1]);
    struct value same;
    if (splice(f, self, at, at + 1, s->data, s->len, &same) != CALL_OK)
        return CALL_THROW;
    value_release(same);
    return give(out, NULL_VALUE);
}

/* Longer: filled with zeros, up to a bound that no script means. */
NATIVE(builder_set_length)
{
    INT_ARG(length, argv[0]);
    size_t now = units_of(self);
    struct buf *b = forget(self);
    if (length < 0)
        return bad_index(f, length, now);
    if ((size_t)length < now) {
        TEXT(s, self);
        b->len = text_offset(s, (size_t)length);
        buf_add(b, "", 0);
    }
    for (; (size_t)length > now && now < 1 << 26; now++)
        buf_addch(b, 0);
    return give(out, NULL_VALUE);
}

/* By code points, as Java keeps surrogate pairs in order. */
NATIVE(builder_reverse)
{
    TEXT(s, self);
    struct buf *b = forget(self);
    buf_clear(b);
    for (size_t i = s->len; i > 0;) {
        size_t end = i;
        while (((unsigned char)s->data[--i] & 0xc0) == 0x80)
            ;
        buf_add(b, s->data + i, end - i);
    }
    return give(out, value_retain(self));
}

/* CharSequence's row would make a String first: while (b.length() < n) is a common loop. */
NATIVE(builder_length)
{
    return give(out, value_int((int32_t)units_of(self)));
}

NATIVE(builder_capacity)
{
    return give(out, value_int((int32_t)(builder_buf(self)->len + 16)));
}

NATIVE(builder_to_string)
{
    const struct buf *b = builder_buf(self);
    return give(out, string_new(b->data ? b->data : "", b->len));
}

NATIVE(builder_nothing)
{
    return give(out, NULL_VALUE);
}

/* << appends in place, + makes a String. */
enum call_status builder_arith(struct fiber *f, int op, struct value a, struct value b, struct value *out)
{
    if (op == TOK_SHL)
        return append(f, a, b, out);
    if (op != TOK_PLUS)
        return CALL_NONE;
    struct buf text = {0};
    value_print(f, a, &text);
    value_print(f, b, &text);
    return give(out, text_from_buf(&text));
}

static const struct native_class classes[] = {
    {.name = "java.lang.AbstractStringBuilder",
     .interfaces = "CharSequence,Serializable",
     .release = builder_free},
    {.name = "java.lang.StringBuilder", .super = "AbstractStringBuilder", .release = builder_free},
    {.name = "java.lang.StringBuffer", .super = "AbstractStringBuilder", .release = builder_free},
    {.name = "java.io.Writer", .super = "AbstractStringBuilder", .release = builder_free},
    {.name = "java.io.StringWriter", .super = "Writer", .release = builder_free},
    {.name = "java.io.PrintWriter", .super = "Writer", .release = builder_free},
};

static const struct native_method methods[] = {
    {"StringBuilder", "<init>", 0, 1, 0, string_builder_new},
    {"StringBuffer", "<init>", 0, 1, 0, string_buffer_new},
    {"StringWriter", "<init>", 0, 1, 0, string_writer_new},
    {"PrintWriter", "<init>", 1, 2, 0, print_writer_new},
    {"AbstractStringBuilder", "append", 1, 3, 0, builder_append},
    {"AbstractStringBuilder", "leftShift", 1, 1, 0, builder_append},
    {"AbstractStringBuilder", "insert", 2, 2, 0, builder_insert},
    {"AbstractStringBuilder", "delete", 2, 2, 0, builder_delete},
    {"AbstractStringBuilder", "deleteCharAt", 1, 1, 0, builder_delete_char},
    {"AbstractStringBuilder", "replace", 3, 3, 0, builder_replace},
    {"AbstractStringBuilder", "setCharAt", 2, 2, 0, builder_set_char},
    {"AbstractStringBuilder", "setLength", 1, 1, 0, builder_set_length},
    {"AbstractStringBuilder", "reverse", 0, 0, 0, builder_reverse},
    {"AbstractStringBuilder", "length", 0, 0, 0, builder_length},
    {"AbstractStringBuilder", "size", 0, 0, 0, builder_length},
    {"AbstractStringBuilder", "capacity", 0, 0, 0, builder_capacity},
    {"AbstractStringBuilder", "ensureCapacity", 1, 1, 0, builder_nothing},
    {"AbstractStringBuilder", "trimToSize", 0, 0, 0, builder_nothing},
    {"AbstractStringBuilder", "toString", 0, 0, 0, builder_to_string},
    {"AbstractStringBuilder", "getBuffer", 0, 0, 0, builder_to_string},
    {"Writer", "write", 1, 1, 0, builder_write},
    {"Writer", "print", 1, 1, 0, builder_write},
    {"Writer", "println", 0, 1, 0, builder_println},
    {"Writer", "flush", 0, 0, 0, builder_nothing},
    {"Writer", "close", 0, 0, 0, builder_nothing},
};

LIB_TABLE(builder_table, classes, methods);
