/* UTF-8: decoding, validation, and columns on a terminal (CJK and emoji take two).
 *
 * Java counts UTF-16 units where this counts bytes: who speaks of columns or lengths to scripts converts
 * (a rune above 0xffff is two units). */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/buf.h"

/* Decodes one code point of s[0..n-1], n > 0; returns its length. Invalid bytes give U+FFFD and length 1. */
size_t utf8_decode(const char *s, size_t n, uint32_t *rune);
/* Length of the valid prefix: n when all is well-formed (no overlong forms, no surrogates). */
size_t utf8_valid(const char *s, size_t n);
/* Appends s with each invalid byte replaced by U+FFFD. */
void utf8_clean(struct buf *out, const char *s, size_t n);
int rune_width(uint32_t rune); /* 0, 1 or 2 columns; control characters 0 */
size_t utf8_width(const char *s, size_t n);
/* Bytes of the longest prefix that fits in `columns`. */
size_t utf8_fit(const char *s, size_t n, size_t columns);

#endif
