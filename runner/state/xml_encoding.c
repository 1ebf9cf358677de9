/* Charsets for expat, which itself knows UTF-8, UTF-16, ISO-8859-1 and US-ASCII. A byte that is a character
 * stands in the map with its code point; the first byte of a pair with -2 (GBK, Big5, Shift_JIS). UserData of
 * the handler is expat's own, so each reader has a converter of its own. */
#include "base/util.h"
#include "runner/state/xml.h"
#include <iconv.h>
#include <string.h>

static const iconv_t none = (iconv_t)-1;

/* The code point of n bytes; -1: they are no whole character. */
static int code_point(iconv_t cd, const char *bytes, size_t n)
{
    /* Room for a byte order mark, should a libc write one; then it is no single character and so refused. */
    unsigned char out[8];
    char *from = (char *)bytes, *to = (char *)out;
    size_t room = sizeof(out);
    /* Back to the initial state, as each byte is tried by itself. */
    iconv(cd, NULL, NULL, NULL, NULL);
    if (iconv(cd, &from, &n, &to, &room) == (size_t)-1 || n || room != sizeof(out) - 4)
        return -1;
    return (int)((unsigned)out[0] << 24 | (unsigned)out[1] << 16 | (unsigned)out[2] << 8 | out[3]);
}

static int convert_pair(void *data, const char *bytes)
{
    int c = code_point(*(iconv_t *)data, bytes, 2);
    return c > 0xffff ? -1 : c; /* what expat can take */
}

static void converter_free(void *data)
{
    iconv_close(*(iconv_t *)data);
    free(data);
}

/* Tries the second bytes that double-byte charsets use; 190 conversions for each of at most 128 bytes,
 * once a file. */
static bool begins_pair(iconv_t cd, int first)
{
    for (int second = 0x40; second < 0xff; second++) {
        const char pair[2] = {(char)first, (char)second};
        if (code_point(cd, pair, 2) >= 0)
            return true;
    }
    return false;
}

int xml_encoding(const char *name, int *map, void **data, int (**convert)(void *, const char *),
                 void (**release)(void *))
{
    iconv_t cd = iconv_open("UTF-32BE", name);
    if (cd == none)
        return 0;
    bool pairs = false;
    for (int i = 0; i < 256; i++) {
        const char byte = (char)i;
        map[i] = code_point(cd, &byte, 1);
        if (map[i] < 0 && i >= 0x80 && begins_pair(cd, i)) {
            map[i] = -2;
            pairs = true;
        }
    }
    iconv_t *kept = xmalloc(sizeof(*kept));
    *kept = cd;
    *data = kept;
    *convert = pairs ? convert_pair : NULL;
    *release = converter_free;
    return 1;
}
