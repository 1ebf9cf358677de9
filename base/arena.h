/* Arena: memory that is freed all at once. For ASTs, models and code. Zeroed struct is valid. Pointers
 * stay valid until arena_release(), which is also the only way to give memory back: for what grows and
 * shrinks use a buf or a VEC. */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stddef.h>

struct arena_block;
struct arena {
    struct arena_block *blocks;
    char *next, *end; /* of the newest block: what is free in it */
    size_t total;     /* bytes handed out */
};

void *arena_alloc(struct arena *a, size_t n); /* zeroed, 16-byte aligned */
char *arena_strndup(struct arena *a, const char *s, size_t n);
char *arena_strdup(struct arena *a, const char *s);
char *arena_printf(struct arena *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void arena_release(struct arena *a);
#define arena_new(a, T) ((T *)arena_alloc((a), sizeof(T)))

#endif
