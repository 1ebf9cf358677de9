/* Owns what is known of UTF-8 and of the widths of characters (Unicode 14 blocks: East Asian Wide, emoji,
 * combining marks). Own tables, as wcwidth() depends on a locale that a build node may not have. */
#include "base/utf8.h"
#include "base/util.h"
#include <string.h>

size_t utf8_decode(const char *s, size_t n, uint32_t *rune)
{
    const unsigned char *p = (const unsigned char *)s;
    unsigned char c = p[0];
    size_t len = c < 0x80                ? 1
                 : c >= 0xc2 && c < 0xe0 ? 2
                 : (c & 0xf0) == 0xe0    ? 3
                 : c >= 0xf0 && c < 0xf5 ? 4
                                         : 0;
    *rune = 0xfffd;
    if (!len || len > n)
        return 1;
    uint32_t r = len == 1 ? c : c & (0xffu >> (len + 1));
    for (size_t i = 1; i < len; i++) {
        if ((p[i] & 0xc0) != 0x80)
            return 1;
        r = r << 6 | (p[i] & 0x3f);
    }
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    /* Overlong forms hide characters from checks that look at bytes ("/" as c0 af); surrogates are
     * UTF-16's. */
    if (r < least[len] || r > 0x10ffff || (r >= 0xd800 && r < 0xe000))
        return 1;
    *rune = r;
    return len;
}

static size_t ascii_run(const char *s, size_t n)
{
    size_t i = 0;
    for (uint64_t w; i + 8 <= n; i += 8) {
        /* Eight bytes at once; memcpy() since s need not be aligned. */
        memcpy(&w, s + i, 8);
        if (w & 0x8080808080808080u)
            break;
    }
    while (i < n && (unsigned char)s[i] < 0x80)
        i++;
    return i;
}

size_t utf8_valid(const char *s, size_t n)
{
    size_t i = 0;
    while ((i += ascii_run(s + i, n - i)) < n) {
        uint32_t rune;
        size_t len = utf8_decode(s + i, n - i, &rune);
        if (len == 1)
            break;
        i += len;
    }
    return i;
}

/* One U+FFFD a byte, not one a sequence: simple, and the same wherever a stream is cut. */
void utf8_clean(struct buf *out, const char *s, size_t n)
{
    for (size_t i = 0; i < n;) {
        size_t good = utf8_valid(s + i, n - i);
        buf_add(out, s + i, good);
        i += good;
        if (i < n) {
            buf_addrune(out, 0xfffd);
            i++;
        }
    }
}

struct range {
    uint32_t first, last;
};

static const struct range wide[] = {
    {0x1100, 0x115f},   {0x231a, 0x231b},   {0x2329, 0x232a},   {0x23e9, 0x23ec},   {0x23f0, 0x23f0},
    {0x23f3, 0x23f3},   {0x25fd, 0x25fe},   {0x2614, 0x2615},   {0x2648, 0x2653},   {0x267f, 0x267f},
    {0x2693, 0x2693},   {0x26a1, 0x26a1},   {0x26aa, 0x26ab},   {0x26bd, 0x26be},   {0x26c4, 0x26c5},
    {0x26ce, 0x26ce},   {0x26d4, 0x26d4},   {0x26ea, 0x26ea},   {0x26f2, 0x26f3},   {0x26f5, 0x26f5},
    {0x26fa, 0x26fa},   {0x26fd, 0x26fd},   {0x2705, 0x2705},   {0x270a, 0x270b},   {0x2728, 0x2728},
    {0x274c, 0x274c},   {0x274e, 0x274e},   {0x2753, 0x2755},   {0x2757, 0x2757},   {0x2795, 0x2797},
    {0x27b0, 0x27b0},   {0x27bf, 0x27bf},   {0x2b1b, 0x2b1c},   {0x2b50, 0x2b50},   {0x2b55, 0x2b55},
    {0x2e80, 0x2e99},   {0x2e9b, 0x2ef3},   {0x2f00, 0x2fd5},   {0x2ff0, 0x2ffb},   {0x3000, 0x303e},
    {0x3041, 0x3096},   {0x309b, 0x30ff},   {0x3105, 0x312f},   {0x3131, 0x318e},   {0x3190, 0x31e3},
    {0x31f0, 0x321e},   {0x3220, 0x3247},   {0x3250, 0x4dbf},   {0x4e00, 0xa48c},   {0xa490, 0xa4c6},
    {0xa960, 0xa97c},   {0xac00, 0xd7a3},   {0xf900, 0xfaff},   {0xfe10, 0xfe19},   {0xfe30, 0xfe52},
    {0xfe54, 0xfe66},   {0xfe68, 0xfe6b},   {0xff01, 0xff60},   {0xffe0, 0xffe6},   {0x16fe0, 0x16fe3},
    {0x17000, 0x18cd5}, {0x1aff0, 0x1b2fb}, {0x1f004, 0x1f004}, {0x1f0cf, 0x1f0cf}, {0x1f18e, 0x1f18e},
    {0x1f191, 0x1f19a}, {0x1f200, 0x1f320}, {0x1f32d, 0x1f335}, {0x1f337, 0x1f37c}, {0x1f37e, 0x1f393},
    {0x1f3a0, 0x1f3ca}, {0x1f3cf, 0x1f3d3}, {0x1f3e0, 0x1f3f0}, {0x1f3f4, 0x1f3f4}, {0x1f3f8, 0x1f43e},
    {0x1f440, 0x1f440}, {0x1f442, 0x1f4fc}, {0x1f4ff, 0x1f53d}, {0x1f54b, 0x1f54e}, {0x1f550, 0x1f567},
    {0x1f57a, 0x1f57a}, {0x1f595, 0x1f596}, {0x1f5a4, 0x1f5a4}, {0x1f5fb, 0x1f64f}, {0x1f680, 0x1f6c5},
    {0x1f6cc, 0x1f6cc}, {0x1f6d0, 0x1f6d2}, {0x1f6d5, 0x1f6d7}, {0x1f6dd, 0x1f6df}, {0x1f6eb, 0x1f6ec},
    {0x1f6f4, 0x1f6fc}, {0x1f7e0, 0x1f7eb}, {0x1f7f0, 0x1f7f0}, {0x1f90c, 0x1f93a}, {0x1f93c, 0x1f945},
    {0x1f947, 0x1f9ff}, {0x1fa70, 0x1faff}, {0x20000, 0x3fffd},
};

static const struct range zero[] = {
    {0x0000, 0x001f},   {0x007f, 0x009f}, {0x00ad, 0x00ad}, {0x0300, 0x036f}, {0x0483, 0x0489},
    {0x0591, 0x05bd},   {0x05bf, 0x05bf}, {0x05c1, 0x05c2}, {0x05c4, 0x05c5}, {0x0610, 0x061a},
    {0x064b, 0x065f},   {0x0670, 0x0670}, {0x06d6, 0x06dc}, {0x06df, 0x06e4}, {0x06e7, 0x06e8},
    {0x06ea, 0x06ed},   {0x0900, 0x0902}, {0x093c, 0x093c}, {0x0941, 0x0948}, {0x094d, 0x094d},
    {0x0e31, 0x0e31},   {0x0e34, 0x0e3a}, {0x0e47, 0x0e4e}, {0x1ab0, 0x1ace}, {0x1dc0, 0x1dff},
    {0x200b, 0x200f},   {0x202a, 0x202e}, {0x2060, 0x2064}, {0x20d0, 0x20f0}, {0x302a, 0x302d},
    {0x3099, 0x309a},   {0xfe00, 0xfe0f}, {0xfe20, 0xfe2f}, {0xfeff, 0xfeff}, {0x1f3fb, 0x1f3ff},
    {0xe0001, 0xe01ef},
};

static bool in_ranges(const struct range *r, size_t n, uint32_t rune)
{
    size_t low = 0, high = n;
    while (low < high) {
        size_t mid = (low + high) / 2;
        if (rune > r[mid].last)
            low = mid + 1;
        else
            high = mid;
    }
    return low < n && rune >= r[low].first;
}

int rune_width(uint32_t rune)
{
    if (rune >= 0x20 && rune < 0x7f)
        return 1;
    if (in_ranges(zero, ARRAY_LEN(zero), rune))
        return 0;
    return in_ranges(wide, ARRAY_LEN(wide), rune) ? 2 : 1;
}

size_t utf8_fit(const char *s, size_t n, size_t columns)
{
    size_t i = 0;
    while (i < n) {
        uint32_t rune;
        size_t len = utf8_decode(s + i, n - i, &rune), width = (size_t)rune_width(rune);
        if (width > columns)
            break;
        columns -= width;
        i += len;
    }
    return i;
}

size_t utf8_width(const char *s, size_t n)
{
    size_t columns = 0;
    for (size_t i = 0; i < n;) {
        uint32_t rune;
        i += utf8_decode(s + i, n - i, &rune);
        columns += (size_t)rune_width(rune);
    }
    return columns;
}
