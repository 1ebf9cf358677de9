/* The few macros and functions that every file uses: cleanup attribute, checked allocation, growable
 * arrays. Allocation never returns NULL: on exhaustion the process ends with one line. */
#ifndef BASE_UTIL_H
#define BASE_UTIL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))
#define _cleanup_(fn) __attribute__((cleanup(fn)))
#define _cleanup_free_ _cleanup_(free_ptr)
#define _unused_ __attribute__((unused))
#define LIKELY(x) __builtin_expect(!!(x), 1)
#define UNLIKELY(x) __builtin_expect(!!(x), 0)
#define CONTAINER_OF(ptr, type, member) ((type *)((char *)(ptr)-offsetof(type, member)))

void *xmalloc(size_t n) __attribute__((returns_nonnull));
void *xcalloc(size_t count, size_t size) __attribute__((returns_nonnull));
void *xrealloc(void *p, size_t n) __attribute__((returns_nonnull));
char *xstrdup(const char *s); /* NULL gives NULL */
char *xstrndup(const char *s, size_t n);
char *xasprintf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
bool str_eq(const char *a, const char *b); /* NULL equals only NULL */
bool str_has_prefix(const char *s, const char *prefix);
bool str_has_suffix(const char *s, const char *suffix);
/* Whether a word is one of a list that is separated by that character, or by blanks; a NULL list is empty. */
bool str_in_list(const char *list, const char *word, char separator);
int64_t wall_ms(void); /* since 1970; for intervals within the process see loop_now() */
bool str_in_words(const char *list, const char *word);
bool str_in_words_any_case(const char *list, const char *word);

static inline void free_ptr(void *p)
{
    free(*(void **)p);
}
void close_fd(int *fd); /* for _cleanup_; -1 is ignored */

/* Growable array: `struct { T *items; size_t len, cap; } v;` */
#define VEC(T)                                                                                               \
    struct {                                                                                                 \
        T *items;                                                                                            \
        size_t len, cap;                                                                                     \
    }
#define vec_push(v, item)                                                                                    \
    do {                                                                                                     \
        if ((v)->len == (v)->cap) {                                                                          \
            (v)->cap = (v)->cap ? (v)->cap * 2 : 8;                                                          \
            (v)->items = xrealloc((v)->items, (v)->cap * sizeof(*(v)->items));                               \
        }                                                                                                    \
        (v)->items[(v)->len++] = (item);                                                                     \
    } while (0)
#define vec_release(v)                                                                                       \
    do {                                                                                                     \
        free((v)->items);                                                                                    \
        (v)->items = NULL;                                                                                   \
        (v)->len = (v)->cap = 0;                                                                             \
    } while (0)

/* Edit distance (Damerau-Levenshtein, as "did you mean" needs it). */
int edit_distance(const char *a, const char *b);
/* The nearest of names[0..n-1] to word, or NULL when none is near enough to suggest. Borrowed. */
const char *nearest_name(const char *word, const char *const *names, size_t n);

#endif
