/* Search for many byte strings at once: the leftmost, then longest occurrence. Shared by mask.c only. */
#ifndef BASE_MASK_INDEX_H
#define BASE_MASK_INDEX_H

#include <stdbool.h>
#include <stddef.h>

struct mask_pattern {
    char *bytes; /* owned by the index */
    size_t len;  /* > 0 */
};

struct mask_index;

/* Takes the patterns (array and bytes); duplicates are dropped. */
struct mask_index *mask_index_new(struct mask_pattern *patterns, size_t n);
void mask_index_free(struct mask_index *x); /* NULL: no effect */

/* One search through a text; find() must be called with growing `from`. */
struct mask_search {
    const struct mask_index *index;
    const char *text;
    size_t end; /* of the text, which is searched from 0 */
    struct {
        size_t start, len; /* next hit of each class; start == end: none */
        bool known;
    } next[3];
};

void mask_search_init(struct mask_search *s, const struct mask_index *x, const char *text, size_t n);
bool mask_search_find(struct mask_search *s, size_t from, size_t *start, size_t *len);
/* First position >= from at which the rest of the text is a proper beginning of a pattern; n if none. */
size_t mask_index_hold(const struct mask_index *x, const char *text, size_t n, size_t from);

#endif
