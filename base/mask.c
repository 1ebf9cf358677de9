/* Owns the set of secrets and their replacement in texts and streams. The search is in mask_index.c, the
 * shapes of a secret in mask_forms.c. The index is made again at the next use after a change.
 *
 * A build of a thousand steps with ten secrets makes the index once per withCredentials block, not per
 * step. Matching is of bytes; a secret that is cut by a
 * tool's own line breaks or colours is not found, in Jenkins neither. */
#include "base/mask.h"
#include "base/mask_index.h"
#include "base/util.h"
#include <string.h>

/* Jenkins' [credentials-binding: SecretPatterns, MaskingConsoleLogFilter]. */
static const char stars[] = "****";

struct secret {
    char *bytes;
    size_t len;
    unsigned uses; /* how often it was added and not removed: two withCredentials may bind the same secret */
};

typedef VEC(struct mask_pattern) patterns_t;

struct mask_set {
    unsigned refs;
    VEC(struct secret) secrets;
    struct mask_index *index; /* NULL: to be made */
    struct mask_set *ever;    /* counted; NULL */
};

struct mask_set *mask_set_new(void)
{
    struct mask_set *m = xcalloc(1, sizeof(*m));
    m->refs = 1;
    return m;
}

struct mask_set *mask_set_ref(struct mask_set *m)
{
    m->refs++;
    return m;
}

static void secret_release(struct secret *s)
{
    /* The patterns of the index are not overwritten: they are many, and the process that knew the secret
     * ends soon. */
    explicit_bzero(s->bytes, s->len);
    free(s->bytes);
}

void mask_set_unref(struct mask_set *m)
{
    if (!m || --m->refs)
        return;
    for (size_t i = 0; i < m->secrets.len; i++)
        secret_release(&m->secrets.items[i]);
    vec_release(&m->secrets);
    mask_index_free(m->index);
    mask_set_unref(m->ever);
    free(m);
}

static struct secret *find_secret(struct mask_set *m, const char *secret, size_t n)
{
    for (size_t i = 0; i < m->secrets.len; i++) {
        struct secret *s = &m->secrets.items[i];
        if (s->len == n && memcmp(s->bytes, secret, n) == 0)
            return s;
    }
    return NULL;
}

/* Only dropped: ten secrets added in a row cost one index, at the next text. */
static void index_drop(struct mask_set *m)
{
    mask_index_free(m->index);
    m->index = NULL;
}

void mask_set_record(struct mask_set *m, struct mask_set *ever)
{
    m->ever = mask_set_ref(ever);
}

void mask_set_add(struct mask_set *m, const char *secret, size_t n)
{
    /* First, since `known` below ends the function: `ever` counts by itself. */
    if (m->ever)
        mask_set_add(m->ever, secret, n);
    struct secret *known = n ? find_secret(m, secret, n) : NULL;
    if (known)
        known->uses++;
    if (known || !n)
        return;
    struct secret s = {xmalloc(n), n, 1};
    memcpy(s.bytes, secret, n);
    vec_push(&m->secrets, s);
    index_drop(m);
}

/* The order of secrets means nothing, so the last one fills the gap. `ever` keeps it: what a build once
 * knew stays hidden in what is written about it later. */
void mask_set_remove(struct mask_set *m, const char *secret, size_t n)
{
    struct secret *s = find_secret(m, secret, n);
    if (!s || --s->uses)
        return;
    secret_release(s);
    *s = m->secrets.items[--m->secrets.len];
    index_drop(m);
}

static void add_pattern(void *data, const char *bytes, size_t n)
{
    patterns_t *list = data;
    struct mask_pattern p = {xmalloc(n), n};
    memcpy(p.bytes, bytes, n);
    vec_push(list, p);
}

static const struct mask_index *get_index(struct mask_set *m)
{
    if (m->index)
        return m->index;
    patterns_t list = {0};
    for (size_t i = 0; i < m->secrets.len; i++)
        mask_forms(m->secrets.items[i].bytes, m->secrets.items[i].len, add_pattern, &list);
    m->index = mask_index_new(list.items, list.len);
    return m->index;
}

/* Appends what is decided of text to out and returns how much that is. With `last` all is decided. When
 * nothing had to be replaced out is left alone and *clean is true. */
static size_t replace(const struct mask_index *x, const char *text, size_t n, bool last, struct buf *out,
                      bool *clean)
{
    struct mask_search search;
    mask_search_init(&search, x, text, n);
    /* No form holds a line end (mask_forms.c), so all up to the last one is decided. */
    const char *line = last ? NULL : memrchr(text, '\n', n);
    size_t open = last   ? n
                  : line ? (size_t)(line - text) + 1
                         : 0; /* undecided text begins here at the earliest */
    size_t pos = 0, start = 0, len = 0, hold = mask_index_hold(x, text, n, open);
    *clean = true;
    while (mask_search_find(&search, pos, &start, &len) && start < hold) {
        *clean = false;
        buf_add(out, text + pos, start - pos);
        buf_add(out, stars, sizeof(stars) - 1);
        pos = start + len;
        if (pos > hold)
            hold = mask_index_hold(x, text, n, pos);
    }
    if (!*clean)
        buf_add(out, text + pos, hold - pos);
    return hold;
}

void mask_text(struct mask_set *m, const char *text, size_t n, struct buf *out)
{
    bool clean = true;
    if (m && m->secrets.len && n)
        replace(get_index(m), text, n, true, out, &clean);
    if (clean)
        buf_add(out, text, n);
}

/* Emits what is decided; returns its length. */
static size_t stream_part(struct mask_stream *s, const char *text, size_t n, bool last)
{
    bool clean = true;
    size_t done = n;
    if (n && s->set && s->set->secrets.len)
        done = replace(get_index(s->set), text, n, last, &s->out, &clean);
    /* The common case, no secret at all: the caller's bytes go on without a copy. */
    if (clean && done)
        s->emit(s->data, text, done);
    else if (s->out.len)
        s->emit(s->data, s->out.data, s->out.len);
    buf_clear(&s->out);
    return done;
}

static void stream_tail(struct mask_stream *s, bool last)
{
    size_t done = stream_part(s, s->tail.data, s->tail.len, last);
    memmove(s->tail.data, s->tail.data + done, s->tail.len - done);
    s->tail.len -= done;
}

/* With a tail only the rest of its line is copied to it; the lines behind are searched where they lie. */
void mask_stream_feed(struct mask_stream *s, const char *bytes, size_t n)
{
    if (s->tail.len) {
        const char *line = memchr(bytes, '\n', n);
        size_t first = line ? (size_t)(line - bytes) + 1 : n;
        buf_add(&s->tail, bytes, first);
        stream_tail(s, false);
        bytes += first;
        n -= first;
    }
    if (!n)
        return;
    size_t done = stream_part(s, bytes, n, false);
    buf_add(&s->tail, bytes + done, n - done);
}

void mask_stream_flush(struct mask_stream *s)
{
    if (s->tail.len)
        stream_tail(s, true);
}

void mask_stream_release(struct mask_stream *s)
{
    buf_release(&s->tail);
    buf_release(&s->out);
}
