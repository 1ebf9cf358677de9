/* Checks of the whole text that come before any token: encoding and \u escapes, which Groovy's
 * reader resolves everywhere, comments included. */
#include "parser/lexer.h"
#include "parser/charset.h"
#include <string.h>

/* Length of the valid sequence at s (n bytes are left), 0 if there is none. Overlong forms,
 * surrogates and code points above U+10FFFF are not valid. */
static size_t sequence_len(const unsigned char *s, size_t n)
{
    unsigned char c = s[0], low = 0x80, high = 0xBF;
    size_t len = c >= 0xC2 && c <= 0xDF ? 2 : (c & 0xF0) == 0xE0 ? 3 : c >= 0xF0 && c <= 0xF4 ? 4 : 0;
    if (!len || n < len)
        return 0;
    if (c == 0xE0)
        low = 0xA0;
    else if (c == 0xED)
        high = 0x9F;
    else if (c == 0xF0)
        low = 0x90;
    else if (c == 0xF4)
        high = 0x8F;
    if (s[1] < low || s[1] > high)
        return 0;
    for (size_t i = 2; i < len; i++)
        if ((s[i] & 0xC0) != 0x80)
            return 0;
    return len;
}

/* Eight bytes at a time while they are ASCII, as nearly all of a Jenkinsfile is. */
size_t utf8_check(const char *text, size_t len)
{
    const unsigned char *s = (const unsigned char *)text;
    size_t i = 0;
    while (i < len) {
        uint64_t word;
        while (len - i >= 8 && (memcpy(&word, s + i, 8), !(word & 0x8080808080808080u)))
            i += 8;
        if (i >= len)
            break;
        size_t n = s[i] < 0x80 ? 1 : sequence_len(s + i, len - i);
        if (!n)
            return i;
        i += n;
    }
    return len;
}

/* An escaped backslash before the u makes it none. Only the byte before is looked at, as Groovy's
 * UnicodeEscapingReader does, so `\\\u` is not an escape either. */
size_t unicode_escape_check(const char *text, size_t len)
{
    const char *s = text, *end = text + len;
    while ((s = memchr(s, '\\', (size_t)(end - s)))) {
        const char *digits = s + 1;
        if (*digits != 'u' || (s > text && s[-1] == '\\')) {
            s++;
            continue;
        }
        while (*digits == 'u')
            digits++;
        for (int i = 0; i < 4; i++)
            if (!is_hex(digits[i]))
                return (size_t)(s - text);
        s = digits;
    }
    return len;
}
