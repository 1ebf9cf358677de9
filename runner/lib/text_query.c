/* Methods of text that ask and do not change: java.lang.String's and StringGroovyMethods'. */
#include "runner/lib/number.h"
#include "runner/lib/ops.h"
#include "runner/lib/regex.h"
#include "runner/lib/text.h"
#include "runner/lang/heap.h"
#include <string.h>

NATIVE(text_size)
{
    TEXT(s, self);
    return give(out, value_int((int32_t)text_length(s)));
}

NATIVE(text_is_empty)
{
    TEXT(s, self);
    return give(out, value_bool(s->len == 0));
}

static bool all_whitespace(const struct string *s)
{
    for (size_t i = 0, n; i < s->len; i += n) {
        if (!rune_is_space(text_rune(s->data + i, &n)))
            return false;
    }
    return true;
}

NATIVE(text_is_blank)
{
    TEXT(s, self);
    return give(out, value_bool(all_whitespace(s)));
}

static enum call_status unit_at(struct fiber *f, struct value self, struct value index, uint16_t *unit)
{
    TEXT(s, self);
    INT_ARG(i, index);
    if (i < 0 || (size_t)i >= text_length(s))
        return vm_throw(f, "StringIndexOutOfBoundsException", "String index out of range: %lld",
                        (long long)i);
    *unit = text_unit(s, (size_t)i);
    return CALL_OK;
}

NATIVE(text_char_at)
{
    uint16_t unit;
    enum call_status status = unit_at(f, self, argv[0], &unit);
    return status == CALL_OK ? give(out, (struct value){.tag = VAL_CHAR, .u.c = unit}) : status;
}

/* A pair of surrogates counts from its first half on; the second half alone is what it is. */
NATIVE(text_code_point_at)
{
    uint16_t unit;
    enum call_status status = unit_at(f, self, argv[0], &unit);
    if (status != CALL_OK)
        return status;
    TEXT(s, self);
    size_t next = (size_t)number_long(argv[0]) + 1;
    uint16_t low = unit >= 0xd800 && unit < 0xdc00 && next < text_length(s) ? text_unit(s, next) : 0;
    bool pair = low >= 0xdc00 && low < 0xe000;
    return give(out, value_int(pair ? 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00) : unit));
}

NATIVE(text_get_at)
{
    return value_get_at(f, self, argv[0], out);
}

/* What to look for: text, a char or a code point. */
static bool needle_of(struct fiber *f, struct value v, struct value *hold, const struct string **needle)
{
    if (v.tag == VAL_CHAR || number_rank(v) == NUM_INT) {
        struct buf b = {0};
        buf_addrune(&b, v.tag == VAL_CHAR ? v.u.c : (unsigned)v.u.i);
        *hold = text_from_buf(&b);
        *needle = AS_STRING(*hold);
        return true;
    }
    *needle = text_arg(f, v, hold);
    return *needle;
}

/* A start before the text is its beginning, one behind it finds nothing but the empty text. */
NATIVE(text_index_of)
{
    TEXT(s, self);
    TEXT_HOLD(hold);
    const struct string *needle;
    int64_t from = 0;
    if (!needle_of(f, argv[0], &hold, &needle) || (argc > 1 && !value_int_arg(argv[1], &from)))
        return CALL_NONE;
    int64_t at = text_find(s, needle->data, needle->len, text_offset(s, from > 0 ? (size_t)from : 0));
    return give(out, value_int(at < 0 ? -1 : (int32_t)text_index(s, (size_t)at)));
}

NATIVE(text_last_index_of)
{
    TEXT(s, self);
    TEXT_HOLD(hold);
    const struct string *needle;
    int64_t from = INT32_MAX;
    if (!needle_of(f, argv[0], &hold, &needle) || (argc > 1 && !value_int_arg(argv[1], &from)))
        return CALL_NONE;
    int64_t at = from < 0 ? -1 : text_rfind(s, needle->data, needle->len, text_offset(s, (size_t)from));
    return give(out, value_int(at < 0 ? -1 : (int32_t)text_index(s, (size_t)at)));
}

NATIVE(text_contains)
{
    TEXT(s, self);
    if (argv[0].tag == VAL_NULL)
        return vm_throw(f, "NullPointerException", NULL);
    TEXT_ARG(needle, argv[0]);
    return give(out, value_bool(text_find(s, needle->data, needle->len, 0) >= 0));
}

NATIVE(text_starts_with)
{
    TEXT(s, self);
    TEXT_ARG(prefix, argv[0]);
    int64_t from = 0;
    if (argc > 1 && !value_int_arg(argv[1], &from))
        return CALL_NONE;
    size_t at = text_offset(s, from > 0 ? (size_t)from : 0);
    bool yes =
        from >= 0 && s->len - at >= prefix->len && memcmp(s->data + at, prefix->data, prefix->len) == 0;
    return give(out, value_bool(yes));
}

NATIVE(text_ends_with)
{
    TEXT(s, self);
    TEXT_ARG(suffix, argv[0]);
    bool yes =
        s->len >= suffix->len && memcmp(s->data + s->len - suffix->len, suffix->data, suffix->len) == 0;
    return give(out, value_bool(yes));
}

/* Java's equals(): a GString never equals a String, though == says so. */
NATIVE(text_equals)
{
    bool same = value_is(self, OBJ_STRING) ? value_is(argv[0], OBJ_STRING) && value_key_equals(self, argv[0])
                                           : value_is_text(self) && value_key_equals(self, argv[0]);
    return give(out, value_bool(same));
}

NATIVE(text_equals_ignore_case)
{
    TEXT(s, self);
    if (argv[0].tag == VAL_NULL)
        return give(out, value_bool(false));
    TEXT_ARG(other, argv[0]);
    return give(out, value_bool(text_compare(s, other, true) == 0));
}

NATIVE(text_content_equals)
{
    TEXT(s, self);
    TEXT_ARG(other, argv[0]);
    return give(out, value_bool(text_compare(s, other, false) == 0));
}

NATIVE(text_compare_to)
{
    TEXT(s, self);
    TEXT_ARG(other, argv[0]);
    return give(out, value_int(text_compare(s, other, false)));
}

NATIVE(text_compare_ignore_case)
{
    TEXT(s, self);
    TEXT_ARG(other, argv[0]);
    return give(out, value_int(text_compare(s, other, true)));
}

NATIVE(text_hash_code)
{
    return give(out, value_int((int32_t)value_hash(self)));
}

/* Without overlaps; of the empty text none, where StringGroovyMethods.count() would not end. */
NATIVE(text_count)
{
    TEXT(s, self);
    TEXT_ARG(needle, argv[0]);
    int32_t count = 0;
    size_t from = 0;
    for (int64_t at; needle->len && (at = text_find(s, needle->data, needle->len, from)) >= 0; count++)
        from = (size_t)at + needle->len;
    return give(out, value_int(count));
}

NATIVE(text_matches)
{
    bool yes;
    if (!value_is_text(argv[0]) && !value_is_pattern(argv[0]))
        return CALL_NONE;
    if (regex_match_operator(f, self, argv[0], &yes) != CALL_OK)
        return CALL_THROW;
    return give(out, value_bool(yes));
}

/* ---- text as numbers */

static bool is_number_text(const struct string *s, int tag)
{
    _cleanup_(value_release_ptr) struct value trimmed = text_trim(s, true, true), number = NULL_VALUE;
    return number_parse_text(AS_STRING(trimmed)->data, tag, 10, &number);
}

#define IS_NUMBER(fn, tag)                                                                                   \
    NATIVE(fn)                                                                                               \
    {                                                                                                        \
        TEXT(s, self);                                                                                       \
        return give(out, value_bool(is_number_text(s, tag)));                                                \
    }
IS_NUMBER(text_is_integer, VAL_INT)
IS_NUMBER(text_is_long, VAL_LONG)
IS_NUMBER(text_is_bigint, -OBJ_BIGINT)
IS_NUMBER(text_is_decimal, -OBJ_DECIMAL)
IS_NUMBER(text_is_double, VAL_DOUBLE)

/* ' 5 '.toInteger() trims, Integer.parseInt() does not. */
static enum call_status to_number(struct fiber *f, struct value self, int tag, struct value *out)
{
    TEXT(s, self);
    _cleanup_(value_release_ptr) struct value trimmed = text_trim(s, true, true);
    return number_parse_or_throw(f, AS_STRING(trimmed)->data, tag, 10, out);
}

#define TO_NUMBER(fn, tag)                                                                                   \
    NATIVE(fn)                                                                                               \
    {                                                                                                        \
        return to_number(f, self, tag, out);                                                                 \
    }
TO_NUMBER(text_to_integer, VAL_INT)
TO_NUMBER(text_to_long, VAL_LONG)
TO_NUMBER(text_to_short, VAL_SHORT)
TO_NUMBER(text_to_float, VAL_FLOAT)
TO_NUMBER(text_to_double, VAL_DOUBLE)
TO_NUMBER(text_to_bigint, -OBJ_BIGINT)
TO_NUMBER(text_to_decimal, -OBJ_DECIMAL)

/* More than Boolean.parseBoolean() takes, but not "yes". */
NATIVE(text_to_boolean)
{
    TEXT(s, self);
    _cleanup_(value_release_ptr) struct value trimmed = text_trim(s, true, true);
    const char *t = AS_STRING(trimmed)->data;
    return give(out,
                value_bool(strcasecmp(t, "true") == 0 || strcasecmp(t, "y") == 0 || strcmp(t, "1") == 0));
}

NATIVE(text_to_character)
{
    return value_cast(f, self, "char", false, out);
}

static const struct native_method methods[] = {
    {"CharSequence", "size", 0, 0, 0, text_size},
    {"CharSequence", "length", 0, 0, 0, text_size},
    {"CharSequence", "isEmpty", 0, 0, 0, text_is_empty},
    {"CharSequence", "isBlank", 0, 0, 0, text_is_blank},
    {"CharSequence", "isAllWhitespace", 0, 0, 0, text_is_blank},
    {"CharSequence", "charAt", 1, 1, 0, text_char_at},
    {"CharSequence", "codePointAt", 1, 1, 0, text_code_point_at},
    {"CharSequence", "getAt", 1, 1, 0, text_get_at},
    {"CharSequence", "indexOf", 1, 2, 0, text_index_of},
    {"CharSequence", "lastIndexOf", 1, 2, 0, text_last_index_of},
    {"CharSequence", "contains", 1, 1, 0, text_contains},
    {"CharSequence", "startsWith", 1, 2, 0, text_starts_with},
    {"CharSequence", "endsWith", 1, 1, 0, text_ends_with},
    {"CharSequence", "equals", 1, 1, 0, text_equals},
    {"CharSequence", "equalsIgnoreCase", 1, 1, 0, text_equals_ignore_case},
    {"CharSequence", "contentEquals", 1, 1, 0, text_content_equals},
    {"CharSequence", "compareTo", 1, 1, 0, text_compare_to},
    {"CharSequence", "compareToIgnoreCase", 1, 1, 0, text_compare_ignore_case},
    {"CharSequence", "hashCode", 0, 0, 0, text_hash_code},
    {"CharSequence", "count", 1, 1, 0, text_count},
    {"CharSequence", "matches", 1, 1, 0, text_matches},
    {"CharSequence", "isInteger", 0, 0, 0, text_is_integer},
    {"CharSequence", "isLong", 0, 0, 0, text_is_long},
    {"CharSequence", "isBigInteger", 0, 0, 0, text_is_bigint},
    {"CharSequence", "isBigDecimal", 0, 0, 0, text_is_decimal},
    {"CharSequence", "isNumber", 0, 0, 0, text_is_decimal},
    {"CharSequence", "isDouble", 0, 0, 0, text_is_double},
    {"CharSequence", "isFloat", 0, 0, 0, text_is_double},
    {"CharSequence", "toInteger", 0, 0, 0, text_to_integer},
    {"CharSequence", "toLong", 0, 0, 0, text_to_long},
    {"CharSequence", "toShort", 0, 0, 0, text_to_short},
    {"CharSequence", "toFloat", 0, 0, 0, text_to_float},
    {"CharSequence", "toDouble", 0, 0, 0, text_to_double},
    {"CharSequence", "toBigInteger", 0, 0, 0, text_to_bigint},
    {"CharSequence", "toBigDecimal", 0, 0, 0, text_to_decimal},
    {"CharSequence", "toBoolean", 0, 0, 0, text_to_boolean},
    {"CharSequence", "toCharacter", 0, 0, 0, text_to_character},
};

const struct lib_table text_query_table = {NULL, 0, methods, ARRAY_LEN(methods)};
