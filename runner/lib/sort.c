/* Natural order: sort(), min(), max(), unique() without closures. Mixed types are put in order as
 * NumberAwareComparator does it: what cannot be compared goes by its hash. Merge sort, as it must be stable.
 */
#include "runner/lib/collection.h"
#include "runner/lib/ops.h"
#include "runner/lib/sort.h"
#include <string.h>

/* The exception of value_compare() says no more than that; others are the script's own and stay. */
static bool cannot_compare(struct fiber *f)
{
    static const char *const swallowed[] = {"ClassCastException", "GroovyRuntimeException",
                                            "IllegalArgumentException"};
    struct value thrown = fiber_take_exception(f);
    bool swallow = false;
    for (size_t i = 0; i < ARRAY_LEN(swallowed); i++)
        swallow |= value_instance_of(fiber_vm(f), thrown, swallowed[i]);
    if (swallow)
        value_release(thrown);
    else
        vm_throw_value(f, thrown);
    return swallow;
}

/* An order by hash is arbitrary but total within one run, which a merge sort needs. It is not the same
 * from run to run: hashes of objects without a hashCode() are addresses. */
int value_natural_order(struct fiber *f, struct value a, struct value b)
{
    int cmp;
    if (value_compare(f, a, b, &cmp) == CALL_OK)
        return cmp;
    if (!cannot_compare(f))
        return 0;
    uint32_t x = value_hash(a), y = value_hash(b);
    if (x == y && value_key_equals(a, b))
        return 0;
    return x > y ? 1 : -1;
}

struct keyed {
    struct value key, item; /* borrowed */
};

/* `spare` has room for n rows and is shared by all levels: each has copied back what it merged before the
 * next one writes. A compareTo() that contradicts itself gives a wrong order but never reads beside the
 * rows. */
static void merge(struct fiber *f, struct keyed *rows, struct keyed *spare, size_t n)
{
    if (n < 2)
        return;
    size_t half = n / 2, i = 0, j = half, k = 0;
    merge(f, rows, spare, half);
    merge(f, rows + half, spare, n - half);
    while (i < half && j < n)
        spare[k++] = value_natural_order(f, rows[i].key, rows[j].key) <= 0 ? rows[i++] : rows[j++];
    memcpy(spare + k, rows + i, (half - i) * sizeof(*rows));
    memcpy(rows, spare, (k + half - i) * sizeof(*rows));
}

/* O(n log n) comparisons, keys computed by the caller: sort { closure } calls its closure once an element.
 * Items and keys are borrowed by the rows; the lists must not change meanwhile, hence the copy in
 * list_sort(). */
struct value list_sorted_by(struct fiber *f, const struct list *items, const struct list *keys)
{
    size_t n = items->len < keys->len ? items->len : keys->len;
    struct keyed *rows = xmalloc((2 * n + 1) * sizeof(*rows));
    for (size_t i = 0; i < n; i++)
        rows[i] = (struct keyed){keys->items[i], items->items[i]};
    merge(f, rows, rows + n, n);
    struct value out = list_new(fiber_vm(f), n);
    for (size_t i = 0; i < n; i++)
        list_push(AS_LIST(out), rows[i].item);
    free(rows);
    return out;
}

/* By way of a copy: compareTo() of scripts may look at the list. */
void list_sort(struct fiber *f, struct list *l)
{
    struct value copy = list_new(fiber_vm(f), l->len);
    for (size_t i = 0; i < l->len; i++)
        list_push(AS_LIST(copy), l->items[i]);
    struct value sorted = list_sorted_by(f, AS_LIST(copy), AS_LIST(copy));
    for (size_t i = 0; i < l->len && i < AS_LIST(sorted)->len; i++)
        list_set(l, i, AS_LIST(sorted)->items[i]);
    value_release(copy);
    value_release(sorted);
    l->version++;
}

/* By a table, where the order says "equal" of just the keys that are equal. */
static void unique_keys(struct fiber *f, struct list *l)
{
    _cleanup_(value_release_ptr) struct value kept = set_new(fiber_vm(f));
    for (size_t i = 0; i < l->len; i++)
        collection_add(kept, l->items[i]);
    if (AS_MAP(kept)->len == l->len)
        return;
    list_clear(l);
    collection_append(f, l, kept);
}

/* Keeps the first of equal ones; beside texts and Integers O(n²), as DefaultGroovyMethods.unique() is. */
void list_unique(struct fiber *f, struct list *l)
{
    _cleanup_(value_release_ptr) struct value index = list_key_index(f, l, l);
    if (index.tag != VAL_NULL && !l->view) {
        unique_keys(f, l);
        return;
    }
    for (size_t i = 0; i < l->len; i++) {
        for (size_t j = l->len - 1; j > i; j--) { /* a script's compareTo() may shorten the list */
            if (j < l->len && value_natural_order(f, l->items[i], l->items[j]) == 0 && j < l->len)
                list_remove(l, j);
        }
    }
}
