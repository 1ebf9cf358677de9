/* Digests and base64. Hex is lower case and NUL-terminated. */
#ifndef BASE_HASH_H
#define BASE_HASH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/buf.h"
#include "base/error.h"

enum hash_kind { HASH_MD5, HASH_SHA1, HASH_SHA256, HASH_SHA512 };
enum { HASH_HEX_MAX = 129 };

/* "md5", "sha1", "SHA-256" … ; -1 when unknown. */
int hash_by_name(const char *name); /* any case; an enum hash_kind, or -1 */
void hash_hex(enum hash_kind kind, const void *data, size_t n,
              char hex[HASH_HEX_MAX]); /* of bytes in memory */
int hash_file(enum hash_kind kind, const char *path, char hex[HASH_HEX_MAX], struct error *err);
/* HMAC-SHA-256 [RFC 2104], 32 bytes. */
enum { HMAC_SIZE = 32 };
void hmac_sha256(const void *key, size_t key_len, const void *data, size_t n, unsigned char out[HMAC_SIZE]);

enum base64_flags { BASE64_URL = 1, BASE64_NO_PAD = 2 };
void base64_encode(struct buf *out, const void *data, size_t n, unsigned flags);
/* Both alphabets, padding optional, blanks and line ends skipped. */
int base64_decode(struct buf *out, const char *text, size_t n, struct error *err);
void hex_encode(struct buf *out, const void *data, size_t n);
uint64_t random_word(void); /* from the kernel, as are those of random_hex() */
/* n random bytes as 2n hex digits and a NUL. */
void random_hex(char *out, size_t n);

#endif
