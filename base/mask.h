/* Hides secrets in text that leaves the runner.
 *
 * A mask_set belongs to a build and is shared by all its streams. From every secret the forms in which
 * shells and tools show it are derived (see mask_forms.c); the leftmost, then longest form found is
 * replaced by ****. No form holds a line end, so a stream never withholds a complete line: only a partial
 * last line that may be the beginning of a form is kept back. */
#ifndef BASE_MASK_H
#define BASE_MASK_H

#include <stddef.h>
#include "base/buf.h"

struct mask_set;

struct mask_set *mask_set_new(void);
struct mask_set *mask_set_ref(struct mask_set *m);
void mask_set_unref(struct mask_set *m); /* NULL: no effect */
/* Secrets are counted: added twice, removed once, still hidden. Empty ones are ignored. */
void mask_set_add(struct mask_set *m, const char *secret, size_t n);
void mask_set_remove(struct mask_set *m, const char *secret, size_t n);
/* From here on `ever` gets what m gets, and keeps it when m loses it. Counted by m. */
void mask_set_record(struct mask_set *m, struct mask_set *ever);

/* Appends text to out with every form replaced. */
void mask_text(struct mask_set *m, const char *text, size_t n, struct buf *out);

typedef void mask_emit_fn(void *data, const char *bytes, size_t n); /* bytes borrowed; n > 0 */

/* One source of text. Zeroed with set and emit filled in = ready; set is borrowed. Text without secrets
 * is emitted from the caller's memory, not copied. */
struct mask_stream {
    struct mask_set *set;
    mask_emit_fn *emit;
    void *data;
    struct buf tail; /* undecided bytes */
    struct buf out;  /* scratch */
};

/* A step's output goes through one of these for each of its streams: two processes that write to one pipe
 * are one stream. */
void mask_stream_feed(struct mask_stream *s, const char *bytes, size_t n);
void mask_stream_flush(struct mask_stream *s); /* end of input: decides the tail with what is known */
void mask_stream_release(struct mask_stream *s);

/* Calls fn with each distinct form of a secret (for tests and for sinks that search by themselves). */
void mask_forms(const char *secret, size_t n, mask_emit_fn *fn, void *data);

#endif
