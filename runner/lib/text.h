/* Text as Java sees it: indices and lengths are UTF-16 units over strings that are UTF-8. For ASCII
 * strings both are the same number. An index inside a surrogate pair stands for the place behind it. */
#ifndef RUNNER_LIB_TEXT_H
#define RUNNER_LIB_TEXT_H

#include "runner/lib/lib.h"

size_t text_units(const char *s, size_t len);    /* UTF-16 units of valid UTF-8 */
unsigned text_rune(const char *s, size_t *size); /* code point at s; *size: its bytes (NULL allowed) */
size_t text_length(const struct string *s);      /* units */
size_t text_offset(const struct string *s, size_t index); /* byte offset of a unit; at most len */
size_t text_index(const struct string *s, size_t offset); /* unit index of a byte offset */
uint16_t text_unit(const struct string *s, size_t index); /* index < length */
struct value text_slice(const struct string *s, size_t from,
                        size_t to); /* unit indices, from <= to <= length; owned */
void buf_addunit(struct buf *b,
                 uint16_t unit); /* one char; a lone surrogate is kept as three bytes, a pair is joined */
struct value text_from_buf(struct buf *b); /* String of the bytes; the buffer is released */

/* Any value's text: the String itself, or its toString() in *hold, which the caller releases. NULL:
 * exception. */
const struct string *text_of(struct fiber *f, struct value v, struct value *hold);
/* Parameter that must be a String, GString or other CharSequence; NULL: it is not (or threw). */
const struct string *text_arg(struct fiber *f, struct value v, struct value *hold);
#define TEXT_HOLD(name) _cleanup_(value_release_ptr) struct value name = NULL_VALUE
/* Declares `name` as the text of the String, GString, StringBuilder … in the value. */
#define TEXT(name, v)                                                                                        \
    TEXT_HOLD(name##_hold);                                                                                  \
    const struct string *name = text_of(f, (v), &name##_hold);                                               \
    if (!name)                                                                                               \
    return CALL_THROW
/* The same for an argument that must be a CharSequence, else the row does not fit. */
#define TEXT_ARG(name, v)                                                                                    \
    TEXT_HOLD(name##_hold);                                                                                  \
    const struct string *name = text_arg(f, (v), &name##_hold);                                              \
    if (!name)                                                                                               \
    return CALL_NONE

/* Adds the bytes of a byte array or list of numbers, or those of a text in UTF-8; CALL_NONE for anything
 * else. */
enum call_status bytes_of(struct fiber *f, struct value v, struct buf *out);
struct value byte_array(struct vm *vm, const char *bytes, size_t n); /* owned */

bool value_is_builder(struct value v); /* StringBuilder, StringBuffer, StringWriter */
struct buf *builder_buf(struct value v);
struct value builder_new(struct fiber *f, const char *class, const char *bytes, size_t len); /* owned */

struct value gstring_concat(struct value a, struct value b); /* either may be a String; owned GString */
void gstring_print(struct fiber *f, const struct gstring *g, struct buf *b);
uint32_t text_hash(const char *s, size_t len); /* Java's String.hashCode */
int text_compare(const struct string *a, const struct string *b, bool ignore_case); /* Java's compareTo */
/* First occurrence at or behind byte `from`; -1 if none. */
int64_t text_find(const struct string *s, const char *needle, size_t n, size_t from);
int64_t text_rfind(const struct string *s, const char *needle, size_t n, size_t before);
bool rune_is_space(unsigned rune); /* Character.isWhitespace */
/* Case by code point: Latin, Greek, Cyrillic, Armenian, full-width. Without locale, as Java's ROOT. */
unsigned rune_upper(unsigned rune);
unsigned rune_lower(unsigned rune);
struct value text_trim(const struct string *s, bool left,
                       bool right);                 /* String.trim(): code points up to blank */
struct value text_reversed(const struct string *s); /* by code points, so that pairs stay pairs */
struct value text_replace(const struct string *s, const char *from, size_t n, const char *to, size_t m,
                          bool all);

/* java.util.Formatter: argv[0..argc-1] for the specifiers of format. */
enum call_status text_format(struct fiber *f, const char *format, int argc, struct value *argv,
                             struct value *out);
struct value text_lines(struct vm *vm,
                        const struct string *s); /* list of Strings: \n, \r and \r\n end one; owned */

#endif
