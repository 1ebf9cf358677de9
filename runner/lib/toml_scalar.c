/* Keys, strings, numbers, booleans and points in time of TOML. Numbers get the types Jackson gives them:
 * Integer, Long or BigInteger as they fit, BigDecimal, and Double for inf and nan. */
#include "runner/lib/number.h"
#include "runner/lib/toml_impl.h"
#include <ctype.h>
#include <math.h>
#include <string.h>

enum { SCALAR_MAX = 4096 };

static bool is_bare(char c)
{
    return isalnum((unsigned char)c) || c == '_' || c == '-';
}

/* One part of a dotted key; dots are the caller's. */
int toml_key(struct toml_reader *r, struct value *out)
{
    const char *start = r->at;
    if (r->at < r->end && (*r->at == '"' || *r->at == '\''))
        return toml_string(r, false, out);
    while (r->at < r->end && is_bare(*r->at))
        r->at++;
    if (r->at == start)
        return toml_fail(r, "Expected a key");
    *out = string_new(start, (size_t)(r->at - start));
    return 0;
}

/* ---- strings */

/* Surrogates are no characters in TOML. */
static int read_code_point(struct toml_reader *r, int digits, struct buf *text)
{
    unsigned rune = 0;
    for (int i = 0; i < digits; i++, r->at++) {
        if (r->at == r->end || !isxdigit((unsigned char)*r->at))
            return toml_fail(r, "Expected %d hexadecimal digits", digits);
        int c = tolower((unsigned char)*r->at);
        rune = rune * 16 + (unsigned)(isdigit(c) ? c - '0' : c - 'a' + 10);
    }
    if (rune > 0x10ffff || (rune >= 0xd800 && rune < 0xe000))
        return toml_fail(r, "No such character");
    buf_addrune(text, rune);
    return 0;
}

/* A backslash at the end of a line takes the blanks and line ends behind it away. */
static bool skip_line_break(struct toml_reader *r)
{
    const char *p = r->at;
    while (p < r->end && (*p == ' ' || *p == '\t'))
        p++;
    if (p == r->end || (*p != '\n' && *p != '\r'))
        return false;
    while (p < r->end && strchr(" \t\r\n", *p) && *p)
        p++;
    r->at = p;
    return true;
}

static int read_escape(struct toml_reader *r, bool lines, struct buf *text)
{
    static const char from[] = "btnfr\"\\", to[] = "\b\t\n\f\r\"\\";
    r->at++;
    if (lines && skip_line_break(r))
        return 0;
    char c = r->at < r->end ? *r->at : '\0';
    const char *known = c ? strchr(from, c) : NULL;
    if (!known && c != 'u' && c != 'U')
        return toml_fail(r, "Unknown escape sequence");
    r->at++;
    if (!known)
        return read_code_point(r, c == 'u' ? 4 : 8, text);
    buf_addch(text, to[known - from]);
    return 0;
}

/* Five at most: three that end the text and two of its content. */
static size_t quotes_at(const struct toml_reader *r, char quote)
{
    size_t n = 0;
    while (n < 5 && r->at + n < r->end && r->at[n] == quote)
        n++;
    return n;
}

/* The end of a triple-quoted text may have one or two quotes of its content directly before it. */
static bool ends(struct toml_reader *r, char quote, bool lines, struct buf *text)
{
    size_t n = quotes_at(r, quote), needed = lines ? 3 : 1;
    if (n < needed)
        return false;
    for (size_t i = needed; lines && i < n; i++)
        buf_addch(text, quote);
    r->at += lines ? n : 1;
    return true;
}

/* A carriage return in front of a line feed is dropped. */
static int add_character(struct toml_reader *r, bool lines, struct buf *text)
{
    unsigned char c = (unsigned char)*r->at;
    bool line_end = c == '\n' || (c == '\r' && r->at + 1 < r->end && r->at[1] == '\n');
    if (line_end && !lines)
        return toml_fail(r, "The string has no end on this line");
    if ((c < ' ' && c != '\t' && !line_end) || c == 127)
        return toml_fail(r, "A string cannot hold control characters");
    if (c != '\r')
        buf_addch(text, (char)c);
    r->at++;
    return 0;
}

int toml_string(struct toml_reader *r, bool lines, struct value *out)
{
    _cleanup_(buf_release) struct buf text = {0};
    char quote = *r->at;
    bool triple = lines && quotes_at(r, quote) >= 3;
    r->at += triple ? 3 : 1;
    if (triple && r->at < r->end && *r->at == '\r' && r->at + 1 < r->end && r->at[1] == '\n')
        r->at++;
    if (triple && r->at < r->end && *r->at == '\n')
        r->at++;
    for (;;) {
        if (r->at == r->end)
            return toml_fail(r, "The string has no end");
        if (*r->at == quote && ends(r, quote, triple, &text))
            break;
        if (quote == '"' && *r->at == '\\' ? read_escape(r, triple, &text) < 0
                                           : add_character(r, triple, &text) < 0)
            return -1;
    }
    *out = string_new(text.data ? text.data : "", text.len);
    return 0;
}

/* ---- points in time */

static bool digits(const char **p, int n)
{
    for (int i = 0; i < n; i++, ++*p)
        if (!isdigit((unsigned char)**p))
            return false;
    return true;
}

static int two(const char *p)
{
    return (p[0] - '0') * 10 + p[1] - '0';
}

/* Real dates: February 30th is refused, as by java.time. */
static bool read_date(const char **p)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    const char *s = *p;
    if (!digits(p, 4) || *(*p)++ != '-' || !digits(p, 2) || *(*p)++ != '-' || !digits(p, 2))
        return false;
    int year = two(s) * 100 + two(s + 2), month = two(s + 5), day = two(s + 8);
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return month >= 1 && month <= 12 && day >= 1 && day <= days[month - 1] + (month == 2 && leap);
}

/* Second 60 may be a leap second (RFC 3339). */
static bool read_time(const char **p)
{
    const char *s = *p;
    if (!digits(p, 2) || *(*p)++ != ':' || !digits(p, 2) || *(*p)++ != ':' || !digits(p, 2))
        return false;
    if (two(s) > 23 || two(s + 3) > 59 || two(s + 6) > 60)
        return false;
    if (**p != '.')
        return true;
    ++*p;
    if (!digits(p, 1))
        return false;
    while (isdigit((unsigned char)**p))
        ++*p;
    return true;
}

static bool read_offset(const char **p)
{
    const char *s = *p;
    if (*s == 'Z' || *s == 'z') {
        ++*p;
        return true;
    }
    if (*s != '+' && *s != '-')
        return true;
    ++*p;
    return digits(p, 2) && *(*p)++ == ':' && digits(p, 2) && two(s + 1) <= 23 && two(s + 4) <= 59;
}

/* Kept as text: Jackson gives strings for what JSON has no type for. */
static bool is_time(const char *text)
{
    const char *p = text;
    if (text[2] == ':')
        return read_time(&p) && !*p;
    if (!read_date(&p))
        return false;
    if (!*p)
        return true;
    return strchr("Tt ", *p++) && read_time(&p) && read_offset(&p) && !*p;
}

/* ---- numbers */

/* Underscores only stand between digits. The text without them; false: one stands wrong. */
static bool without_underscores(const char *text, char *out)
{
    for (const char *p = text; *p; p++) {
        if (*p != '_')
            *out++ = *p;
        else if (p == text || !isxdigit((unsigned char)p[-1]) || !isxdigit((unsigned char)p[1]))
            return false;
    }
    *out = '\0';
    return true;
}

static bool all_in(const char *text, const char *set)
{
    return *text && text[strspn(text, set)] == '\0';
}

/* Integer, Long or BigInteger, whichever holds it first. */
static bool read_integer(const char *text, int radix, struct value *out)
{
    struct value big;
    if (!bigint_parse(*text == '+' ? text + 1 : text, radix, &big))
        return false;
    if (number_parse_text(text, VAL_INT, radix, out) || number_parse_text(text, VAL_LONG, radix, out)) {
        value_release(big);
        return true;
    }
    *out = big;
    return true;
}

static bool read_based(const char *text, struct value *out)
{
    static const struct {
        const char *prefix, *set;
        int radix;
    } bases[] = {
        {"0x", "0123456789abcdefABCDEF", 16},
        {"0o", "01234567", 8},
        {"0b", "01", 2},
    };
    for (size_t i = 0; i < ARRAY_LEN(bases); i++)
        if (str_has_prefix(text, bases[i].prefix))
            return all_in(text + 2, bases[i].set) && read_integer(text + 2, bases[i].radix, out);
    return false;
}

static bool read_infinite(const char *text, struct value *out)
{
    const char *word = *text == '+' || *text == '-' ? text + 1 : text;
    double d = strcmp(word, "inf") == 0 ? INFINITY : strcmp(word, "nan") == 0 ? NAN : 0;
    *out = value_double(*text == '-' ? -d : d);
    return d != 0;
}

/* Sign, digits without a leading zero, then fraction and exponent, each with digits on both sides. */
static bool read_decimal(const char *text, struct value *out)
{
    static const char set[] = "0123456789";
    const char *p = *text == '+' || *text == '-' ? text + 1 : text;
    size_t n = strspn(p, set);
    if (!n || (n > 1 && *p == '0'))
        return false;
    const char *rest = p + n;
    if (!*rest)
        return read_integer(text, 10, out);
    if (*rest == '.') {
        size_t fraction = strspn(++rest, set);
        if (!fraction)
            return false;
        rest += fraction;
    }
    if (*rest == 'e' || *rest == 'E') {
        rest++;
        rest += *rest == '+' || *rest == '-';
        size_t exponent = strspn(rest, set);
        if (!exponent || exponent > 6)
            return false;
        rest += exponent;
    }
    return !*rest && decimal_parse(*text == '+' ? text + 1 : text, out);
}

/* Order counts: 1979-05-27 would begin like a number. */
static bool read_plain(const char *text, size_t n, struct value *out)
{
    char plain[SCALAR_MAX + 1];
    if (strcmp(text, "true") == 0 || strcmp(text, "false") == 0) {
        *out = value_bool(*text == 't');
        return true;
    }
    if (n >= 8 && is_time(text)) {
        *out = string_new(text, n);
        return true;
    }
    if (read_infinite(text, out))
        return true;
    return without_underscores(text, plain) && (read_based(plain, out) || read_decimal(plain, out));
}

/* The longest run of characters that any scalar may hold is judged as a whole. */
int toml_scalar(struct toml_reader *r, struct value *out)
{
    char text[SCALAR_MAX + 1];
    const char *p = r->at;
    while (p < r->end && (isalnum((unsigned char)*p) || strchr("+-_.:", *p)) && *p)
        p++;
    /* A blank may stand between date and time. */
    if (p - r->at == 10 && r->at[4] == '-' && p + 2 < r->end && *p == ' ' && isdigit((unsigned char)p[1]))
        for (p++; p < r->end && (isalnum((unsigned char)*p) || strchr("+-.:", *p)) && *p;)
            p++;
    size_t n = (size_t)(p - r->at);
    if (!n)
        return toml_fail(r, "Expected a value");
    if (n > SCALAR_MAX)
        return toml_fail(r, "A value of more than %d characters", SCALAR_MAX);
    memcpy(text, r->at, n);
    text[n] = '\0';
    if (!read_plain(text, n, out))
        return toml_fail(r, "'%s' is no value", text);
    r->at = p;
    return 0;
}
