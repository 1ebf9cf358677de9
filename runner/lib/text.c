/* UTF-16 indices over UTF-8, and the primitives of text on which the String methods stand. */
#include "runner/lib/text.h"
#include "runner/lib/ops.h"
#include <string.h>

/* Checks nothing: strings are made well-formed by string_new(), save that lone surrogates stand in them as
 * three bytes, which come out here as what they are. */
unsigned text_rune(const char *s, size_t *size)
{
    const unsigned char *p = (const unsigned char *)s;
    size_t n = p[0] < 0x80 ? 1 : p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : 4;
    static const unsigned char mask[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
    unsigned rune = p[0] & mask[n];
    for (size_t i = 1; i < n; i++)
        rune = rune << 6 | (p[i] & 0x3f);
    if (size)
        *size = n;
    return rune;
}

/* Every byte that begins a code point is one unit, and one more for those of four bytes. */
size_t text_units(const char *s, size_t len)
{
    size_t units = 0;
    for (size_t i = 0; i < len; i++)
        units += ((unsigned char)s[i] & 0xc0) != 0x80 ? 1 + ((unsigned char)s[i] >= 0xf0) : 0;
    return units;
}

size_t text_length(const struct string *s)
{
    return s->ascii ? s->len : text_units(s->data, s->len);
}

/* O(index) for texts that are not ASCII: loops over units should walk runes instead. */
size_t text_offset(const struct string *s, size_t index)
{
    if (s->ascii)
        return index < s->len ? index : s->len;
    size_t offset = 0;
    for (size_t units = 0; offset < s->len && units < index;) {
        size_t n;
        units += text_rune(s->data + offset, &n) > 0xffff ? 2 : 1;
        offset += n;
    }
    return offset;
}

size_t text_index(const struct string *s, size_t offset)
{
    return s->ascii ? offset : text_units(s->data, offset);
}

uint16_t text_unit(const struct string *s, size_t index)
{
    if (s->ascii)
        return (unsigned char)s->data[index];
    size_t offset = 0, units = 0;
    for (;;) {
        size_t n;
        unsigned rune = text_rune(s->data + offset, &n);
        size_t wide = rune > 0xffff;
        if (index == units)
            return (uint16_t)(wide ? 0xd800 + ((rune - 0x10000) >> 10) : rune);
        if (wide && index == units + 1)
            return (uint16_t)(0xdc00 + ((rune - 0x10000) & 0x3ff));
        offset += n;
        units += 1 + wide;
    }
}

struct value text_slice(const struct string *s, size_t from, size_t to)
{
    size_t start = text_offset(s, from);
    if (s->ascii)
        return string_new(s->data + start, to - from);
    return string_new(s->data + start, text_offset(s, to) - start);
}

/* A high surrogate is kept as three bytes of its own until its other half arrives. */
void buf_addunit(struct buf *b, uint16_t unit)
{
    if (unit < 0xd800 || unit > 0xdfff) {
        buf_addrune(b, unit);
        return;
    }
    const unsigned char *tail = b->len >= 3 ? (const unsigned char *)b->data + b->len - 3 : NULL;
    if (unit >= 0xdc00 && tail && tail[0] == 0xed && tail[1] >= 0xa0 && tail[1] < 0xb0) {
        unsigned high = 0xd000u | (tail[1] & 0x3fu) << 6 | (tail[2] & 0x3fu);
        b->len -= 3;
        buf_addrune(b, 0x10000 + ((high - 0xd800) << 10) + (unit - 0xdc00u));
        return;
    }
    buf_addch(b, (char)(0xe0 | unit >> 12));
    buf_addch(b, (char)(0x80 | (unit >> 6 & 0x3f)));
    buf_addch(b, (char)(0x80 | (unit & 0x3f)));
}

struct value text_from_buf(struct buf *b)
{
    struct value v = string_new(b->data ? b->data : "", b->len);
    buf_release(b);
    return v;
}

const struct string *text_of(struct fiber *f, struct value v, struct value *hold)
{
    if (value_is(v, OBJ_STRING))
        return AS_STRING(v);
    if (value_to_string(f, v, hold) != CALL_OK)
        return NULL;
    return AS_STRING(*hold);
}

const struct string *text_arg(struct fiber *f, struct value v, struct value *hold)
{
    return value_is_text(v) || value_is_builder(v) ? text_of(f, v, hold) : NULL;
}

uint32_t text_hash(const char *s, size_t len)
{
    uint32_t hash = 0;
    for (size_t i = 0, n; i < len; i += n) {
        unsigned rune = text_rune(s + i, &n);
        if (rune > 0xffff)
            hash = 31 * (31 * hash + 0xd800 + ((rune - 0x10000) >> 10)) + 0xdc00 + ((rune - 0x10000) & 0x3ff);
        else
            hash = 31 * hash + rune;
    }
    return hash;
}

/* Ranges of capitals and the way to their small letters; step 2: capitals and small ones alternate. */
static const struct {
    unsigned first, last;
    int offset, step;
} case_ranges[] = {
    {'A', 'Z', 32, 1},      {0xc0, 0xd6, 32, 1},    {0xd8, 0xde, 32, 1},     {0x100, 0x12e, 1, 2},
    {0x132, 0x136, 1, 2},   {0x139, 0x147, 1, 2},   {0x14a, 0x176, 1, 2},    {0x178, 0x178, -121, 1},
    {0x179, 0x17d, 1, 2},   {0x386, 0x386, 38, 1},  {0x388, 0x38a, 37, 1},   {0x38c, 0x38c, 64, 1},
    {0x38e, 0x38f, 63, 1},  {0x391, 0x3a1, 32, 1},  {0x3a3, 0x3ab, 32, 1},   {0x400, 0x40f, 80, 1},
    {0x410, 0x42f, 32, 1},  {0x460, 0x480, 1, 2},   {0x48a, 0x4be, 1, 2},    {0x531, 0x556, 48, 1},
    {0x1e00, 0x1e94, 1, 2}, {0x1ea0, 0x1efe, 1, 2}, {0xff21, 0xff3a, 32, 1},
};

unsigned rune_upper(unsigned rune)
{
    for (size_t i = 0; i < ARRAY_LEN(case_ranges); i++) {
        unsigned capital = rune - (unsigned)case_ranges[i].offset;
        if (capital >= case_ranges[i].first && capital <= case_ranges[i].last &&
            (capital - case_ranges[i].first) % (unsigned)case_ranges[i].step == 0)
            return capital;
    }
    return rune;
}

unsigned rune_lower(unsigned rune)
{
    for (size_t i = 0; i < ARRAY_LEN(case_ranges); i++) {
        if (rune >= case_ranges[i].first && rune <= case_ranges[i].last &&
            (rune - case_ranges[i].first) % (unsigned)case_ranges[i].step == 0)
            return rune + (unsigned)case_ranges[i].offset;
    }
    return rune;
}

bool rune_is_space(unsigned rune)
{
    if (rune < 0x80)
        return rune == ' ' || (rune >= 9 && rune <= 13) || (rune >= 0x1c && rune <= 0x1f);
    return rune == 0x1680 || (rune >= 0x2000 && rune <= 0x200a && rune != 0x2007) || rune == 0x2028 ||
           rune == 0x2029 || rune == 0x205f || rune == 0x3000;
}

/* A difference at a pair's first half orders before U+E000 and up, as UTF-16 does and UTF-8 does not. */
static int rune_order(unsigned a, unsigned b)
{
    unsigned x = a > 0xffff ? 0xd800 + ((a - 0x10000) >> 10) : a,
             y = b > 0xffff ? 0xd800 + ((b - 0x10000) >> 10) : b;
    return x == y ? (int)a - (int)b : (int)x - (int)y;
}

int text_compare(const struct string *a, const struct string *b, bool ignore_case)
{
    size_t i = 0, j = 0;
    while (i < a->len && j < b->len) {
        size_t n, m;
        unsigned x = text_rune(a->data + i, &n), y = text_rune(b->data + j, &m);
        if (ignore_case) {
            x = rune_lower(rune_upper(x));
            y = rune_lower(rune_upper(y));
        }
        if (x != y)
            return rune_order(x, y);
        i += n;
        j += m;
    }
    return (int)text_length(a) - (int)text_length(b);
}

int64_t text_find(const struct string *s, const char *needle, size_t n, size_t from)
{
    if (from > s->len)
        return -1;
    const char *at = n ? memmem(s->data + from, s->len - from, needle, n) : s->data + from;
    return at ? at - s->data : -1;
}

/* Backwards by memcmp: there is no memrmem, and needles are short. */
int64_t text_rfind(const struct string *s, const char *needle, size_t n, size_t before)
{
    if (n > s->len)
        return -1;
    for (size_t at = before < s->len - n ? before : s->len - n;; at--) {
        if (memcmp(s->data + at, needle, n) == 0)
            return (int64_t)at;
        if (at == 0)
            return -1;
    }
}

struct value text_trim(const struct string *s, bool left, bool right)
{
    size_t from = 0, to = s->len;
    while (left && from < to && (unsigned char)s->data[from] <= ' ')
        from++;
    while (right && to > from && (unsigned char)s->data[to - 1] <= ' ')
        to--;
    return string_new(s->data + from, to - from);
}

struct value text_reversed(const struct string *s)
{
    struct buf b = {0};
    for (size_t i = s->len; i > 0;) {
        size_t end = i;
        while (((unsigned char)s->data[--i] & 0xc0) == 0x80)
            ;
        buf_add(&b, s->data + i, end - i);
    }
    return text_from_buf(&b);
}

/* An empty needle goes before every character and at the end, as String.replace() has it. */
struct value text_replace(const struct string *s, const char *from, size_t n, const char *to, size_t m,
                          bool all)
{
    struct buf b = {0};
    size_t done = 0;
    for (int64_t at; (at = text_find(s, from, n, done)) >= 0;) {
        buf_add(&b, s->data + done, (size_t)at - done);
        buf_add(&b, to, m);
        done = (size_t)at + n;
        size_t step = 0;
        if (n == 0 && done < s->len) /* between any two characters */
            text_rune(s->data + done, &step);
        buf_add(&b, s->data + done, step);
        done += step;
        if (!all || (n == 0 && step == 0))
            break;
    }
    buf_add(&b, s->data + done, s->len - done);
    return text_from_buf(&b);
}
