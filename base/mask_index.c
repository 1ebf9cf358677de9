/* Owns the search for secrets in output.
 *
 * All patterns of a class are at least m bytes long, so each occurrence covers, whole, one of the q-byte
 * windows that stand s = m - q + 1 bytes apart. Only these are looked up, in a bitmap that stays in the
 * first-level cache; the look-ups do not depend on each other, unlike the shifts of Wu-Manber, and so
 * overlap in the processor. A hit in the bitmap leads to the (pattern, offset) pairs that have this window.
 */
#include "base/mask_index.h"
#include "base/util.h"
#include <string.h>

/* Four bytes fit a word and are rare enough in text; a stride beyond 16 gains nothing, as the bitmap is
 * in the cache already. */
enum {
    CLASSES = 3,
    GRAM = 4,
    STRIDE_MAX = 16,
    BUCKET_BITS = 12,
    SMALL_BITS = 16, /* of the bitmap; the larger one when there are many windows */
    LARGE_BITS = 18,
    MANY = 3000,
};

struct entry {
    uint32_t gram, pattern, offset; /* this window, of that pattern, that many bytes behind its beginning */
};

struct filter {
    unsigned q, stride, bits;
    uint64_t *bitmap;
    uint32_t *bucket; /* first entry of each bucket, and the end */
    struct entry *entries;
    size_t count;
};

struct mask_index {
    struct mask_pattern *patterns; /* sorted by bytes, for hold() */
    size_t count, longest;
    bool first[256]; /* bytes that some pattern begins with: spares hold() most searches */
    struct filter filter[CLASSES];
};

/* Short forms have classes of their own, or one of them would slow the search for all. */
static unsigned class_of(size_t len)
{
    return len < GRAM ? 0 : len < 2 * GRAM ? 1 : 2;
}

static inline uint32_t load_gram(const char *p, unsigned q)
{
    uint32_t g = 0;
    memcpy(&g, p, q);
    return g;
}

static inline uint32_t hash_gram(uint32_t g)
{
    return g * 0x9e3779b1u;
}

static int compare_bytes(const char *a, size_t n, const char *b, size_t m)
{
    int c = memcmp(a, b, n < m ? n : m);
    return c ? c : (n > m) - (n < m);
}

static int by_bytes(const void *a, const void *b)
{
    const struct mask_pattern *p = a, *q = b;
    return compare_bytes(p->bytes, p->len, q->bytes, q->len);
}

static int by_bucket(const void *a, const void *b)
{
    uint32_t x = hash_gram(((const struct entry *)a)->gram), y = hash_gram(((const struct entry *)b)->gram);
    return (x > y) - (x < y);
}

static void drop_duplicates(struct mask_index *x)
{
    size_t kept = 0;
    for (size_t i = 0; i < x->count; i++) {
        if (kept && by_bytes(&x->patterns[kept - 1], &x->patterns[i]) == 0)
            free(x->patterns[i].bytes);
        else
            x->patterns[kept++] = x->patterns[i];
    }
    x->count = kept;
}

static void filter_fill(struct filter *f)
{
    f->bits = f->count > MANY ? LARGE_BITS : SMALL_BITS;
    f->bitmap = xcalloc(((size_t)1 << f->bits) / 64, sizeof(uint64_t));
    f->bucket = xcalloc(((size_t)1 << BUCKET_BITS) + 1, sizeof(uint32_t));
    qsort(f->entries, f->count, sizeof(f->entries[0]), by_bucket);
    for (size_t i = 0; i < f->count; i++) {
        uint32_t h = hash_gram(f->entries[i].gram);
        uint32_t bit = h >> (32 - f->bits);
        f->bitmap[bit / 64] |= (uint64_t)1 << bit % 64;
        f->bucket[(h >> (32 - BUCKET_BITS)) + 1]++;
    }
    for (size_t i = 0; i < (size_t)1 << BUCKET_BITS; i++)
        f->bucket[i + 1] += f->bucket[i];
}

static void filter_build(struct mask_index *x, unsigned class)
{
    struct filter *f = &x->filter[class];
    size_t least = SIZE_MAX, members = 0;
    for (size_t i = 0; i < x->count; i++) {
        if (class_of(x->patterns[i].len) != class)
            continue;
        members++;
        least = x->patterns[i].len < least ? x->patterns[i].len : least;
    }
    if (!members)
        return;
    f->q = least < GRAM ? (unsigned)least : GRAM;
    f->stride = least - f->q + 1 < STRIDE_MAX ? (unsigned)(least - f->q + 1) : STRIDE_MAX;
    f->entries = xcalloc(members * f->stride, sizeof(f->entries[0]));
    for (size_t i = 0; i < x->count; i++) {
        for (uint32_t k = 0; class_of(x->patterns[i].len) == class && k < f->stride; k++)
            f->entries[f->count++] =
                (struct entry){load_gram(x->patterns[i].bytes + k, f->q), (uint32_t)i, k};
    }
    filter_fill(f);
}

struct mask_index *mask_index_new(struct mask_pattern *patterns, size_t n)
{
    struct mask_index *x = xcalloc(1, sizeof(*x));
    x->patterns = patterns;
    x->count = n;
    if (n)
        qsort(patterns, n, sizeof(patterns[0]), by_bytes);
    drop_duplicates(x);
    for (size_t i = 0; i < x->count; i++) {
        x->first[(unsigned char)x->patterns[i].bytes[0]] = true;
        x->longest = x->patterns[i].len > x->longest ? x->patterns[i].len : x->longest;
    }
    for (unsigned c = 0; c < CLASSES; c++)
        filter_build(x, c);
    return x;
}

void mask_index_free(struct mask_index *x)
{
    if (!x)
        return;
    for (size_t i = 0; i < x->count; i++)
        free(x->patterns[i].bytes);
    for (unsigned c = 0; c < CLASSES; c++) {
        free(x->filter[c].bitmap);
        free(x->filter[c].bucket);
        free(x->filter[c].entries);
    }
    free(x->patterns);
    free(x);
}

/* ---- search ---- */

struct hit {
    size_t start, len;
};

/* The best pattern among those that have this window at `at`. */
static bool check_window(const struct mask_search *s, const struct filter *f, size_t from, size_t at,
                         uint32_t gram, struct hit *best)
{
    uint32_t b = hash_gram(gram) >> (32 - BUCKET_BITS);
    bool found = false;
    for (uint32_t i = f->bucket[b]; i < f->bucket[b + 1]; i++) {
        const struct entry *e = &f->entries[i];
        const struct mask_pattern *p = &s->index->patterns[e->pattern];
        if (e->gram != gram || at < from + e->offset || p->len > s->end - (at - e->offset))
            continue;
        size_t start = at - e->offset;
        if (found && (start > best->start || (start == best->start && p->len <= best->len)))
            continue;
        if (memcmp(s->text + start, p->bytes, p->len) != 0)
            continue;
        *best = (struct hit){start, p->len};
        found = true;
    }
    return found;
}

/* One multiplication and one load a window; most windows of a log end here. */
#define WINDOW_HIT(f, g) ((f)->bitmap[hash_gram(g) >> shift >> 6] >> (hash_gram(g) >> shift & 63) & 1)

/* Windows are taken in order and each stands for the starts just before it, so the first hit is leftmost. */
static bool filter_find(const struct mask_search *s, const struct filter *f, size_t from, struct hit *hit)
{
    unsigned shift = 32 - f->bits, q = f->q;
    uint32_t keep = load_gram("\xff\xff\xff\xff", q); /* in either byte order */
    size_t stride = f->stride, at = from + stride - 1;
    /* The last windows, where a load of four bytes would read behind the text, are taken by the loop
     * below. */
    for (; at + GRAM <= s->end; at += stride) {
        uint32_t g = load_gram(s->text + at, GRAM) & keep;
        if (UNLIKELY(WINDOW_HIT(f, g)) && check_window(s, f, from, at, g, hit))
            return true;
    }
    for (; at + q <= s->end; at += stride) {
        if (check_window(s, f, from, at, load_gram(s->text + at, q), hit))
            return true;
    }
    return false;
}

void mask_search_init(struct mask_search *s, const struct mask_index *x, const char *text, size_t n)
{
    *s = (struct mask_search){.index = x, .text = text, .end = n};
}

bool mask_search_find(struct mask_search *s, size_t from, size_t *start, size_t *len)
{
    bool found = false;
    for (unsigned c = 0; c < CLASSES; c++) {
        const struct filter *f = &s->index->filter[c];
        if (!f->count)
            continue;
        /* Each class keeps its next hit until the others have passed it: no byte is looked at twice by
         * one class. */
        if (!s->next[c].known || s->next[c].start < from) {
            struct hit hit = {s->end, 0};
            filter_find(s, f, from, &hit);
            s->next[c].start = hit.start;
            s->next[c].len = hit.len;
            s->next[c].known = true;
        }
        size_t at = s->next[c].start, n = s->next[c].len;
        if (at == s->end || (found && (at > *start || (at == *start && n <= *len))))
            continue;
        *start = at;
        *len = n;
        found = true;
    }
    return found;
}

/* ---- what may go on ---- */

/* Whether the text is a proper beginning: by the order of the patterns the first greater one has it, if
 * any has. */
static bool begins_pattern(const struct mask_index *x, const char *text, size_t n)
{
    size_t low = 0, high = x->count;
    while (low < high) { /* first pattern greater than the text: longer ones with this beginning follow it */
        size_t mid = (low + high) / 2;
        if (compare_bytes(x->patterns[mid].bytes, x->patterns[mid].len, text, n) <= 0)
            low = mid + 1;
        else
            high = mid;
    }
    return low < x->count && x->patterns[low].len > n && memcmp(x->patterns[low].bytes, text, n) == 0;
}

/* At most `longest` - 1 bytes can be held back, so the cost is bounded whatever the length of the text. */
size_t mask_index_hold(const struct mask_index *x, const char *text, size_t n, size_t from)
{
    if (!x->count)
        return n;
    if (n - from >= x->longest)
        from = n - x->longest + 1;
    for (size_t i = from; i < n; i++) {
        if (x->first[(unsigned char)text[i]] && begins_pattern(x, text + i, n - i))
            return i;
    }
    return n;
}
