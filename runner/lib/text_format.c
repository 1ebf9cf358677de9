/* String.format: java.util.Formatter's conversions.
 *
 * The format is parsed specifier by specifier; each writes through pad(). Numbers go by their printed
 * digits, so that BigDecimals keep every one. */
#include "runner/lib/date.h"
#include "runner/lib/number.h"
#include "runner/lib/ops.h"
#include "runner/lib/text.h"
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { SIZE_LIMIT = 1 << 22 }; /* of widths and precisions: far beyond use, far below memory */

struct spec {
    const char *start; /* the % */
    size_t len;
    int index; /* of the argument, from 0; -1: the next one, -2: the last one again */
    bool left, alternate, plus, blank, zero, group, parentheses;
    int width, precision;  /* -1: none */
    char conversion, date; /* date: the letter behind t */
};

/* A flag given twice is Java's DuplicateFormatFlagsException; here it counts once. */
static bool parse_flag(struct spec *s, char c)
{
    bool *const flags[128] = {
        ['-'] = &s->left, ['#'] = &s->alternate, ['+'] = &s->plus,       [' '] = &s->blank,
        ['0'] = &s->zero, [','] = &s->group,     ['('] = &s->parentheses};
    if (c <= 0 || !flags[(int)c])
        return false;
    *flags[(int)c] = true;
    return true;
}

/* A width or precision; beyond SIZE_LIMIT it only says "too much". */
static int size_number(const char **p)
{
    long n = strtol(*p, (char **)p, 10);
    return n > SIZE_LIMIT ? SIZE_LIMIT + 1 : (int)n;
}

/* p at the %; false if the text ends before a conversion. */
static bool parse_spec(const char *p, struct spec *s)
{
    *s = (struct spec){.start = p++, .index = -1, .width = -1, .precision = -1};
    size_t digits = strspn(p, "0123456789");
    if (digits && p[digits] == '$') {
        s->index = (int)strtol(p, NULL, 10) - 1;
        p += digits + 1;
    } else if (*p == '<') {
        s->index = -2;
        p++;
    }
    while (parse_flag(s, *p))
        p++;
    if (isdigit((unsigned char)*p))
        s->width = size_number(&p);
    if (*p == '.') {
        p++;
        s->precision = size_number(&p);
    }
    s->conversion = *p;
    if (*p == 't' || *p == 'T')
        s->date = *++p;
    s->len = (size_t)(p - s->start) + (*p != 0);
    return *p != 0;
}

/* Widths count UTF-16 units, as Formatter does, so wide characters come out ragged on a terminal in the
 * same way. */
static void pad(const struct spec *s, const char *text, size_t n, struct buf *out)
{
    size_t units = text_units(text, n),
           fill = s->width > 0 && (size_t)s->width > units ? (size_t)s->width - units : 0;
    if (s->left)
        buf_add(out, text, n);
    buf_printf(out, "%*s", (int)fill, "");
    if (!s->left)
        buf_add(out, text, n);
}

static enum call_status put_string(struct fiber *f, const struct spec *s, struct value v, struct buf *out)
{
    TEXT_HOLD(hold);
    const struct string *text = text_of(f, v, &hold);
    if (!text)
        return CALL_THROW;
    size_t n = s->precision >= 0 ? text_offset(text, (size_t)s->precision) : text->len;
    if (!isupper((unsigned char)s->conversion)) {
        pad(s, text->data, n, out);
        return CALL_OK;
    }
    struct buf upper = {0};
    for (size_t i = 0, step; i < n; i += step)
        buf_addrune(&upper, rune_upper(text_rune(text->data + i, &step)));
    pad(s, upper.data ? upper.data : "", upper.len, out);
    buf_release(&upper);
    return CALL_OK;
}

static enum call_status bad_conversion(struct fiber *f, const struct spec *s, struct value v)
{
    return vm_throw(f, "IllegalFormatConversionException", "%c != %s", s->conversion,
                    class_name(vm_class_of(fiber_vm(f), v)));
}

/* Sign, grouping and zero padding around the digits of a magnitude. */
static void put_digits(const struct spec *s, bool negative, const char *digits, struct buf *out)
{
    struct buf number = {0};
    const char *lead = negative ? (s->parentheses ? "(" : "-") : s->plus ? "+" : s->blank ? " " : "";
    size_t whole = strspn(digits, "0123456789");
    buf_addstr(&number, lead);
    size_t grouped = whole + (s->group && whole ? (whole - 1) / 3 : 0),
           len = strlen(lead) + grouped + strlen(digits + whole);
    for (size_t i = len + (negative && s->parentheses);
         s->zero && s->width > 0 && i < (size_t)s->width && i < 1 << 20; i++)
        buf_addch(&number, '0');
    for (size_t i = 0; i < whole; i++) {
        if (s->group && i && (whole - i) % 3 == 0)
            buf_addch(&number, ',');
        buf_addch(&number, digits[i]);
    }
    buf_addstr(&number, digits + whole);
    if (negative && s->parentheses)
        buf_addch(&number, ')');
    pad(s, number.data, number.len, out);
    buf_release(&number);
}

static enum call_status put_integer(struct fiber *f, const struct spec *s, struct value v, struct buf *out)
{
    if (number_rank(v) == NUM_NONE || number_rank(v) > NUM_BIGINT)
        return bad_conversion(f, s, v);
    struct buf text = {0};
    number_print(v, &text);
    bool negative = text.data[0] == '-';
    put_digits(s, negative, text.data + negative, out);
    buf_release(&text);
    return CALL_OK;
}

/* The digits of %x and %o: two's complement of ints and longs; a BigInteger has a sign and no end of digits.
 */
static bool radix_digits(struct value v, int radix, struct buf *out)
{
    enum number_rank rank = number_rank(v);
    if (rank == NUM_BIGINT) {
        _cleanup_free_ char *text = mpz_get_str(NULL, radix, ((struct bigint *)v.u.o)->mpz->z);
        buf_addstr(out, text + (*text == '-'));
        return *text == '-';
    }
    uint64_t bits = (uint64_t)number_long(v);
    if (rank == NUM_INT)
        bits = v.tag == VAL_BYTE ? (uint8_t)bits : v.tag == VAL_SHORT ? (uint16_t)bits : (uint32_t)bits;
    buf_printf(out, radix == 8 ? "%llo" : "%llx", (unsigned long long)bits);
    return false;
}

static enum call_status put_radix(struct fiber *f, const struct spec *s, struct value v, struct buf *out)
{
    if (number_rank(v) == NUM_NONE || number_rank(v) > NUM_BIGINT)
        return bad_conversion(f, s, v);
    bool octal = s->conversion == 'o', upper = isupper((unsigned char)s->conversion);
    struct buf number = {0}, digits = {0};
    bool negative = radix_digits(v, octal ? 8 : 16, &digits);
    buf_addstr(&number, negative ? "-" : s->plus && number_rank(v) == NUM_BIGINT ? "+" : "");
    buf_addstr(&number, !s->alternate ? "" : octal ? "0" : "0x");
    for (size_t i = number.len + digits.len; s->zero && s->width > 0 && i < (size_t)s->width; i++)
        buf_addch(&number, '0');
    buf_add(&number, digits.data, digits.len);
    for (size_t i = 0; upper && i < number.len; i++)
        number.data[i] = (char)toupper((unsigned char)number.data[i]);
    pad(s, number.data, number.len, out);
    buf_release(&number);
    buf_release(&digits);
    return CALL_OK;
}

/* HALF_UP on the exact decimal: what Java's Formatter does, and printf() does not. */
static enum call_status put_float(struct fiber *f, const struct spec *s, struct value v, struct buf *out)
{
    enum number_rank rank = number_rank(v);
    if (rank != NUM_FLOAT && rank != NUM_DECIMAL)
        return bad_conversion(f, s, v);
    if (rank == NUM_FLOAT && !isfinite(v.u.d)) {
        const char *text = isnan(v.u.d) ? "NaN"
                           : v.u.d < 0  ? "-Infinity"
                           : s->plus    ? "+Infinity"
                                        : "Infinity";
        pad(s, text, strlen(text), out);
        return CALL_OK;
    }
    int precision = s->precision < 0 ? 6 : s->precision;
    struct buf text = {0};
    if (s->conversion == 'f') {
        _cleanup_(value_release_ptr) struct value decimal = number_decimal(v), rounded = NULL_VALUE;
        decimal_set_scale(decimal, precision, ROUND_HALF_UP, &rounded);
        decimal_print_plain(rounded, &text);
    } else {
        buf_printf(&text, isupper((unsigned char)s->conversion) ? "%.*E" : "%.*e", precision,
                   number_double(v));
    }
    bool negative = text.data[0] == '-' || (rank == NUM_FLOAT && signbit(v.u.d));
    put_digits(s, negative, text.data + (text.data[0] == '-'), out);
    buf_release(&text);
    return CALL_OK;
}

/* %g: scientific unless 10^-4 <= |v| < 10^precision. */
static enum call_status put_general(struct fiber *f, const struct spec *s, struct value v, struct buf *out)
{
    if (number_rank(v) != NUM_FLOAT && number_rank(v) != NUM_DECIMAL)
        return bad_conversion(f, s, v);
    struct spec other = *s;
    double d = fabs(number_double(v));
    int precision = s->precision < 0 ? 6 : s->precision ? s->precision : 1;
    bool plain = d == 0 || (d >= 1e-4 && d < pow(10, precision));
    other.conversion = plain ? 'f' : 'e';
    other.precision = plain ? precision - (d ? (int)floor(log10(d)) + 1 : 1) : precision - 1;
    return put_float(f, &other, v, out);
}

static enum call_status put_char(struct fiber *f, const struct spec *s, struct value v, struct buf *out)
{
    struct buf text = {0};
    if (v.tag != VAL_CHAR && number_rank(v) != NUM_INT)
        return bad_conversion(f, s, v);
    buf_addrune(&text, v.tag == VAL_CHAR ? v.u.c : (unsigned)v.u.i);
    pad(s, text.data, text.len, out);
    buf_release(&text);
    return CALL_OK;
}

/* By the patterns of SimpleDateFormat that say the same. */
static enum call_status put_date(struct fiber *f, const struct spec *s, struct value v, struct buf *out)
{
    static const char *const patterns[128] = {
        ['Y'] = "yyyy",       ['y'] = "yy",         ['m'] = "MM",
        ['d'] = "dd",         ['e'] = "d",          ['H'] = "HH",
        ['k'] = "H",          ['I'] = "hh",         ['l'] = "h",
        ['M'] = "mm",         ['S'] = "ss",         ['L'] = "SSS",
        ['p'] = "a",          ['B'] = "MMMM",       ['b'] = "MMM",
        ['h'] = "MMM",        ['A'] = "EEEE",       ['a'] = "EEE",
        ['j'] = "DDD",        ['Z'] = "z",          ['z'] = "Z",
        ['F'] = "yyyy-MM-dd", ['T'] = "HH:mm:ss",   ['R'] = "HH:mm",
        ['D'] = "MM/dd/yy",   ['r'] = "hh:mm:ss a", ['c'] = "EEE MMM dd HH:mm:ss z yyyy",
        ['N'] = "SSS000000",
    };
    int64_t millis;
    if (value_is_date(v))
        millis = date_millis(v);
    else if (!value_int_arg(v, &millis))
        return bad_conversion(f, s, v);
    struct buf text = {0};
    struct civil c = civil_at(millis, NULL);
    const char *pattern = s->date > 0 ? patterns[(int)s->date] : NULL;
    if (s->date == 's' || s->date == 'Q')
        buf_printf(&text, "%lld", (long long)(s->date == 's' ? millis / 1000 : millis));
    else if (!pattern)
        return vm_throw(f, "UnknownFormatConversionException", "Conversion = 't%c'", s->date);
    else
        civil_format(&c, pattern, NULL, false, &text, NULL);
    for (size_t i = 0; s->date == 'p' && i < text.len; i++)
        text.data[i] = (char)tolower((unsigned char)text.data[i]);
    pad(s, text.data, text.len, out);
    buf_release(&text);
    return CALL_OK;
}

static enum call_status put_argument(struct fiber *f, const struct spec *s, struct value v, struct buf *out)
{
    if (v.tag == VAL_NULL && !strchr("bB", s->conversion)) {
        v = NULL_VALUE;
        return put_string(f, s, v, out);
    }
    switch (s->conversion) {
    case 's':
    case 'S':
        return put_string(f, s, v, out);
    case 'b':
    case 'B':
        return put_string(f, s, value_bool(v.tag == VAL_BOOL ? v.u.b : v.tag != VAL_NULL), out);
    case 'd':
        return put_integer(f, s, v, out);
    case 'x':
    case 'X':
    case 'o':
        return put_radix(f, s, v, out);
    case 'h':
    case 'H':
        return put_radix(
            f, &(struct spec){.conversion = 'x', .width = s->width, .precision = -1, .left = s->left},
            value_int((int32_t)value_hash(v)), out);
    case 'f':
    case 'e':
    case 'E':
        return put_float(f, s, v, out);
    case 'g':
    case 'G':
        return put_general(f, s, v, out);
    case 'c':
    case 'C':
        return put_char(f, s, v, out);
    default:
        return put_date(f, s, v, out);
    }
}

/* %n and %% take no argument. `last` is what %< repeats. */
static enum call_status format_spec(struct fiber *f, const struct spec *s, int argc, struct value *argv,
                                    int *next, int *last, struct buf *out)
{
    if (s->conversion == '%' || s->conversion == 'n') {
        pad(s, s->conversion == 'n' ? "\n" : "%", 1, out);
        return CALL_OK;
    }
    if (s->width > SIZE_LIMIT || s->precision > SIZE_LIMIT)
        return vm_throw(f, "OutOfMemoryError", "Java heap space");
    if (!strchr("sSbBdxXohHfeEgGcCtT", s->conversion))
        return vm_throw(f, "UnknownFormatConversionException", "Conversion = '%c'", s->conversion);
    int index = s->index == -1 ? (*next)++ : s->index == -2 ? *last : s->index;
    if (index < 0 || index >= argc)
        return vm_throw(f, "MissingFormatArgumentException", "Format specifier '%.*s'", (int)s->len,
                        s->start);
    *last = index;
    return put_argument(f, s, argv[index], out);
}

enum call_status text_format(struct fiber *f, const char *format, int argc, struct value *argv,
                             struct value *out)
{
    struct buf text = {0};
    struct spec s;
    enum call_status status = CALL_OK;
    int next = 0, last = -1;
    for (const char *p = format; *p && status == CALL_OK;) {
        size_t n = strcspn(p, "%");
        buf_add(&text, p, n);
        p += n;
        if (!*p)
            break;
        if (!parse_spec(p, &s))
            status = vm_throw(f, "UnknownFormatConversionException", "Conversion = '%%'");
        else
            status = format_spec(f, &s, argc, argv, &next, &last, &text);
        p += s.len;
    }
    if (status == CALL_OK)
        *out = text_from_buf(&text);
    buf_release(&text);
    return status;
}
