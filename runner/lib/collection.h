/* What the files about lists, sets and maps share. */
#ifndef RUNNER_LIB_COLLECTION_H
#define RUNNER_LIB_COLLECTION_H

#include "runner/lib/lib.h"

/* An ArrayList with the elements of a collection, array, range, iterator (owned); CALL_NONE for anything
 * else. */
enum call_status collection_to_list(struct fiber *f, struct value v, struct value *out);
/* Appends those elements to a list; CALL_NONE as above. */
enum call_status collection_append(struct fiber *f, struct list *to, struct value from);
bool value_is_collection(struct value v); /* java.util.Collection: list, range, set; no array */

struct value list_copy(struct vm *vm, const struct list *l); /* ArrayList */
struct value list_slice(struct vm *vm, const struct list *l, size_t from, size_t to);
/* Groovy's createSimilarCollection: an empty list, or a set of the like kind. */
struct value collection_similar(struct vm *vm, struct value v);
/* Adds to a list or set: whether it changed.
 * A set has what is equal already: false. */
bool collection_add(struct value collection, struct value v);
/* Whether a list, set or map (its keys) has it, by equals(). */
bool collection_holds(struct fiber *f, struct value collection, struct value v);
struct value map_copy(struct vm *vm, const struct map *m); /* same class and comparator */
/* Number of elements of what collection_to_list() accepts, maps and text beside; -1 for others. */
int64_t value_size(struct value v);
int64_t range_size(const struct range *r);
struct value range_at(const struct range *r, int64_t i); /* of an int range */

/* A map with l's elements as keys, owned, where looking up in it is the same as Groovy's == of any element of
 * `asked` with all of l's; null where it is not, or not worth it. */
struct value list_key_index(struct fiber *f, const struct list *asked, const struct list *l);

/* Index for Java's and Groovy's access: negative ones count from the end. -1: out of bounds. */
static inline int64_t index_wrap(int64_t i, int64_t len)
{
    if (i < 0)
        i += len;
    return i >= 0 && i < len ? i : -1;
}

/* Throws UnsupportedOperationException if it may not be changed. */
enum call_status list_check_mutable(struct fiber *f, const struct list *l);
enum call_status map_check_mutable(struct fiber *f, const struct map *m);

/* get(): the value, what the default closure makes and stores, or null. */
enum call_status map_get_or_make(struct fiber *f, struct map *m, struct value key, struct value *out);

/* A new Iterator over a snapshot-free list or an owned list of elements (taken). `source`: the collection
 * that remove() and the check for concurrent modification refer to, or null.
 * Takes list, retains source; owned result. */
struct value iterator_new(struct vm *vm, struct value list, struct value source);
/* Whether v is one of this library's iterators: the elements not yet read are appended to the list, and it is
 * at its end. */
bool iterator_drain(struct value v, struct list *to);

/* The next element of a range or of ++: false if the value has none. */
enum call_status range_to_list(struct fiber *f, const struct range *r, struct value *out);

#endif
