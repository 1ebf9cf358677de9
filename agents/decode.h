/* Charset of a step's output to UTF-8, as a stream: a character may be cut by the border of two reads. */
#ifndef AGENTS_DECODE_H
#define AGENTS_DECODE_H

#include "base/buf.h"
#include "base/error.h"

struct decoder;

struct decoder *decoder_new(const char *charset, struct error *err); /* ERROR_INVALID: unknown charset */
void decoder_free(struct decoder *d);                                /* NULL: no effect */
/* The text decoded from these bytes, borrowed until the next call. Invalid bytes give U+FFFD. */
struct buf *decoder_feed(struct decoder *d, const char *bytes, size_t n);
struct buf *decoder_end(struct decoder *d); /* what a cut-off character gives */

#endif
