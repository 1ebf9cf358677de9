/* YAML 1.1's implicit types, as SnakeYAML's Resolver and SafeConstructor have them.
 *
 * A plain text is tried in the order null, Boolean, integer, infinities, float, timestamp; the first letter
 * rules most of them out. SnakeYAML's patterns are spelled out as small scanners. */
#include "runner/lib/yaml_scalar.h"
#include "runner/lib/date.h"
#include "runner/lib/number.h"
#include <ctype.h>
#include <math.h>
#include <string.h>

/* The whole text, not a beginning of it. */
static bool is_word(const char *s, const char *const *words, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        size_t k = strlen(words[i]);
        if (strncmp(s, words[i], k) == 0 && !s[k])
            return true;
    }
    return false;
}

static bool null_or_bool(const char *s, struct value *out)
{
    static const char *const nulls[] = {"", "~", "null", "Null", "NULL"};
    static const char *const yes[] = {"yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"};
    static const char *const no[] = {"no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"};
    if (is_word(s, nulls, ARRAY_LEN(nulls)))
        return *out = NULL_VALUE, true;
    bool positive = is_word(s, yes, ARRAY_LEN(yes));
    *out = value_bool(positive);
    return positive || is_word(s, no, ARRAY_LEN(no));
}

/* Integer, Long, BigInteger: the first that holds it. */
static struct value narrowest(struct value big) /* takes a BigInteger */
{
    static const int tags[] = {VAL_INT, VAL_LONG};
    for (size_t i = 0; i < ARRAY_LEN(tags); i++) {
        struct value v = number_convert(big, tags[i]);
        if (number_compare(v, big) == 0) {
            value_release(big);
            return v;
        }
    }
    return big;
}

/* Copies without '_' ; false if a character is no digit of the radix. */
static bool digits_of(const char *s, int radix, char *out, size_t max)
{
    size_t n = 0;
    for (; *s; s++) {
        int digit = isdigit((unsigned char)*s)   ? *s - '0'
                    : isalpha((unsigned char)*s) ? (*s | 32) - 'a' + 10
                                                 : 99;
        if (*s == '_' && n)
            continue;
        if (digit >= radix || n + 1 >= max)
            return false;
        out[n++] = *s;
    }
    out[n] = 0;
    return n > 0;
}

/* 1:30:00 counts in sixties. */
static bool sexagesimal(const char *s, int64_t *out)
{
    *out = 0;
    int groups = 0;
    for (const char *p = s;; p++, groups++) {
        int64_t n = 0;
        const char *start = p;
        for (; isdigit((unsigned char)*p) && p - start < 9; p++)
            n = n * 10 + (*p - '0');
        if (p == start || (groups && (n > 59 || p - start > 2)))
            return false;
        *out = *out * 60 + n;
        if (*p != ':')
            return !*p && groups > 0 && *s != '0';
    }
}

/* 0x, 0b, a leading 0 for octal; 190:20:30 is sexagesimal, but 09 is a text. */
static bool integer(const char *s, struct value *out)
{
    char digits[512];
    bool negative = *s == '-';
    s += *s == '-' || *s == '+';
    int radix = 10;
    int64_t seconds;
    if (s[0] == '0' && s[1]) {
        radix = s[1] == 'x' ? 16 : s[1] == 'b' ? 2 : 8;
        s += radix == 8 ? 1 : 2;
    }
    if (isdigit((unsigned char)*s) && strchr(s, ':') && sexagesimal(s, &seconds))
        return *out = narrowest(bigint_from_long(negative ? -seconds : seconds)), true;
    struct value big;
    if (!digits_of(s, radix, digits + 1, sizeof(digits) - 1))
        return false;
    digits[0] = negative ? '-' : '+';
    if (!bigint_parse(digits, radix, &big))
        return false;
    *out = narrowest(big);
    return true;
}

static bool special_float(const char *s, struct value *out)
{
    static const char *const infinities[] = {".inf", ".Inf", ".INF"}, *const nans[] = {".nan", ".NaN",
                                                                                       ".NAN"};
    bool negative = *s == '-';
    if (is_word(s, nans, ARRAY_LEN(nans)))
        return *out = value_double(NAN), true;
    if (!is_word(s + (*s == '-' || *s == '+'), infinities, ARRAY_LEN(infinities)))
        return false;
    *out = value_double(negative ? -INFINITY : INFINITY);
    return true;
}

/* [-+]?([0-9][0-9_]*)\.[0-9_]*([eE][-+]?[0-9]+)? , [0-9]+[eE][-+]?[0-9]+ , \.[0-9]… */
static bool real(const char *s, struct value *out)
{
    char text[512];
    size_t n = 0;
    bool point = false, digit = false, exponent = false;
    for (const char *p = s; *p; p++) {
        bool sign = *p == '+' || *p == '-';
        if (*p == '_' && digit)
            continue;
        if (isdigit((unsigned char)*p))
            digit = true;
        else if (*p == '.' && !point && !exponent)
            point = true;
        else if ((*p | 32) == 'e' && digit && !exponent)
            exponent = true;
        else if (!sign || (p != s && (p[-1] | 32) != 'e'))
            return false;
        if (n + 1 >= sizeof(text))
            return false;
        text[n++] = *p;
    }
    text[n] = 0;
    if (!digit || (!point && !exponent) || !strchr("0123456789.", text[n - 1]))
        return false;
    *out = value_double(strtod(text, NULL));
    return true;
}

/* 2001-12-14, or with a time: 2001-12-14t21:59:43.10-05:00. */
static bool timestamp(struct vm *vm, const char *s, struct value *out)
{
    struct civil c = {0};
    bool has_offset = false;
    size_t at;
    if (strlen(s) < 8 || !isdigit((unsigned char)s[0]) || s[4] != '-')
        return false;
    static const char *const patterns[] = {"yyyy-MM-dd", "yyyy-MM-dd'T'HH:mm:ss", "yyyy-MM-dd't'HH:mm:ss",
                                           "yyyy-MM-dd HH:mm:ss"};
    for (size_t i = 0; i < ARRAY_LEN(patterns); i++) {
        c = (struct civil){.year = 1970, .month = 1, .day = 1};
        int n = civil_parse(&c, patterns[i], s, &has_offset, &at);
        const char *rest = n > 0 ? s + n : s;
        if (n > 0 && i && *rest == '.') {
            for (rest++; isdigit((unsigned char)*rest); rest++)
                ;
        }
        rest += i && *rest == ' ';
        if (n < 0 || (*rest && (!i || !zone_known(rest))))
            continue;
        int offset = *rest ? civil_at(0, rest).offset : 0;
        *out = vm ? date_new(vm, civil_millis(&c, "UTC") - offset * 1000LL) : NULL_VALUE;
        return true;
    }
    return false;
}

static bool resolve(struct vm *vm, const char *s, struct value *out)
{
    if (null_or_bool(s, out))
        return true;
    if (!strchr("+-.0123456789", *s))
        return false;
    return integer(s, out) || special_float(s, out) || real(s, out) || timestamp(vm, s, out);
}

struct value yaml_scalar_value(struct vm *vm, const char *text, size_t len)
{
    struct value v;
    if (strlen(text) == len && resolve(vm, text, &v))
        return v;
    return string_new(text, len);
}

bool yaml_scalar_is_text(const char *text, size_t len)
{
    struct value v;
    if (strlen(text) != len || !resolve(NULL, text, &v))
        return !(len == 2 && memcmp(text, "<<", 2) == 0) && !(len == 1 && *text == '=');
    value_release(v);
    return false;
}
