/* Conversion by iconv, for the encodings that steps are given (readFile, writeFile, mails). Java replaces
 * what it cannot convert and goes on, and so does this: iconv stops at such a character.
 *
 * What it is replaced by is Java's choice, too [java.nio.charset.CharsetEncoder, CharsetDecoder]: ? in a text
 * that is encoded, U+FFFD in one that is decoded. "UTF-16" differs between the two: Java writes it with a
 * mark and the high byte first, and without a mark reads it so; iconv takes the machine's own order. */
#include "base/charset.h"
#include "base/utf8.h"
#include <iconv.h>
#include <string.h>
#include <strings.h>

bool charset_is_utf8(const char *name)
{
    return !name || !*name || !strcasecmp(name, "UTF-8") || !strcasecmp(name, "UTF8");
}

static bool is_utf16(const char *name)
{
    return !strcasecmp(name, "UTF-16") || !strcasecmp(name, "UTF16");
}

/* What a text in UTF-16 begins with says its order; taken off. */
static const char *utf16_order(const char **data, size_t *n)
{
    bool little = *n >= 2 && memcmp(*data, "\xff\xfe", 2) == 0,
         big = *n >= 2 && memcmp(*data, "\xfe\xff", 2) == 0;
    *data += little || big ? 2 : 0;
    *n -= little || big ? 2 : 0;
    return little ? "UTF-16LE" : "UTF-16BE";
}

/* A ? goes through iconv as well: a charset may be in a shifted state, or take two bytes for each. */
static void add_replacement(iconv_t cd, bool decoding, struct buf *out)
{
    char question[] = "?", *in = question, room[16], *end = room;
    size_t n = 1, left = sizeof(room);
    if (decoding) {
        buf_addrune(out, 0xfffd);
        return;
    }
    iconv(cd, &in, &n, &end, &left);
    buf_add(out, room, sizeof(room) - left);
}

/* Goes round while input is left: iconv() also returns when `room` is full, which is progress; only a
 * round without any is a character that cannot be converted. */
static void convert_all(iconv_t cd, const char *data, size_t n, bool encoding, bool decoding, struct buf *out)
{
    char *in = (char *)data, room[4096];
    while (n) {
        char *end = room;
        size_t left = sizeof(room), before = n, skip = 1;
        uint32_t rune;
        iconv(cd, &in, &n, &end, &left);
        buf_add(out, room, sizeof(room) - left);
        if (!n || n != before)
            continue;
        if (encoding) /* one ? for all bytes of a character */
            skip = utf8_decode(in, n, &rune);
        add_replacement(cd, decoding, out);
        in += skip;
        n -= skip;
    }
}

int charset_convert(const char *to, const char *from, const char *data, size_t n, struct buf *out)
{
    if (is_utf16(from))
        from = utf16_order(&data, &n);
    iconv_t cd = iconv_open(is_utf16(to) ? "UTF-16BE" : to, from);
    char room[16], *end = room;
    size_t left = sizeof(room);
    if (cd == (iconv_t)-1)
        return -1;
    if (is_utf16(to) && n)
        buf_add(out, "\xfe\xff", 2);
    convert_all(cd, data, n, charset_is_utf8(from), charset_is_utf8(to), out);
    iconv(cd, NULL, NULL, &end, &left); /* back to the state that the next text expects (ISO-2022-JP) */
    buf_add(out, room, sizeof(room) - left);
    iconv_close(cd);
    return 0;
}
