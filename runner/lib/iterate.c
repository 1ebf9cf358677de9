/* Turning whatever can be iterated into a list, and Iterator values.
 *
 * An Iterator holds a snapshot of the elements and its source, so that remove() works and a change
 * of the source in between is noticed (ConcurrentModificationException). */
#include "runner/lib/arith.h"
#include "runner/lib/collection.h"
#include "runner/lib/number.h"
#include "runner/lib/ops.h"
#include "runner/lib/text.h"
#include "runner/lang/heap.h"
#include <string.h>

/* In 64 bits: Integer.MIN_VALUE..Integer.MAX_VALUE has more elements than an int counts. */
int64_t range_size(const struct range *r)
{
    if (r->empty)
        return 0;
    int64_t from = number_long(r->from), to = number_long(r->to);
    return (from > to ? from - to : to - from) + 1;
}

struct value range_at(const struct range *r, int64_t i)
{
    return value_int((int32_t)(r->reverse ? r->from.u.i - i : r->from.u.i + i));
}

/* Ranges are lists only when somebody asks for one; beyond this many elements Java runs out of memory as
 * well. */
enum { RANGE_MAX = 1 << 26 };

/* ObjectRange's constructor: the smaller text must not be the longer one. */
static enum call_status range_check(struct fiber *f, const struct range *r, int order)
{
    TEXT_HOLD(hold_a);
    TEXT_HOLD(hold_b);
    if (!value_is_text(r->from) || !value_is_text(r->to))
        return CALL_OK;
    size_t from = text_length(text_of(f, r->from, &hold_a)), to = text_length(text_of(f, r->to, &hold_b));
    if (order > 0 ? to > from : from > to)
        return vm_throw(f, "IllegalArgumentException",
                        "Incompatible Strings for Range: starting String is longer than ending string");
    return CALL_OK;
}

/* Steps from `from` with next() or previous() while not beyond `to`. */
static enum call_status range_walk(struct fiber *f, const struct range *r, struct list *to)
{
    int order, cmp;
    enum call_status status = value_compare(f, r->from, r->to, &order);
    if (status != CALL_OK || (status = range_check(f, r, order)) != CALL_OK)
        return status;
    _cleanup_(value_release_ptr) struct value at = value_retain(r->from);
    while ((status = value_compare(f, at, r->to, &cmp)) == CALL_OK) {
        if (order <= 0 ? cmp > 0 : cmp < 0)
            break;
        if (to->len == RANGE_MAX)
            return vm_throw(f, "OutOfMemoryError", "Java heap space");
        list_push(to, at);
        if (cmp == 0) /* next() of an enum's last constant is its first */
            break;
        struct value next = NULL_VALUE;
        status = order <= 0 ? value_next(f, at, &next) : value_previous(f, at, &next);
        if (status != CALL_OK)
            return status;
        value_release(at);
        at = next;
    }
    return status;
}

enum call_status range_to_list(struct fiber *f, const struct range *r, struct value *out)
{
    *out = list_new(fiber_vm(f), 0);
    if (r->empty)
        return CALL_OK;
    if (r->is_int) {
        int64_t n = range_size(r);
        if (n > RANGE_MAX)
            return vm_throw(f, "OutOfMemoryError", "Java heap space");
        for (int64_t i = 0; i < n; i++)
            list_push(AS_LIST(*out), range_at(r, i));
        return CALL_OK;
    }
    enum call_status status = range_walk(f, r, AS_LIST(*out));
    if (status != CALL_OK) {
        value_release(*out);
        *out = NULL_VALUE;
    }
    return status;
}

/* Elements by the object's own hasNext() and next(). */
static enum call_status drain_by_method(struct fiber *f, struct value iterator, struct list *to)
{
    for (;;) {
        struct value more = NULL_VALUE, item = NULL_VALUE;
        enum call_status status = vm_invoke_sync(f, iterator, "hasNext", 0, NULL, &more);
        if (status != CALL_OK || more.tag != VAL_BOOL || !more.u.b)
            return status;
        status = vm_invoke_sync(f, iterator, "next", 0, NULL, &item);
        if (status == CALL_OK)
            list_push(to, item);
        value_release(item);
        if (status != CALL_OK)
            return status;
    }
}

/* A script's class needs no interface for it: InvokerHelper.asIterator() just calls the method. */
static bool has_iterator(struct vm *vm, struct value v)
{
    return value_is(v, OBJ_INSTANCE) &&
           class_methods(vm_class_of(vm, v), vm_symbol(vm, "iterator", 8))->n_script;
}

/* An iterator that is drained stays drained, as Groovy's methods on Iterator leave it. Iterables are asked
 * for a fresh one first, so that walking them twice works. */
static enum call_status append_object(struct fiber *f, struct list *to, struct value v)
{
    struct vm *vm = fiber_vm(f);
    if (iterator_drain(v, to))
        return CALL_OK;
    if (value_instance_of(vm, v, "Iterator"))
        return drain_by_method(f, v, to);
    if (!value_instance_of(vm, v, "Iterable") && !value_instance_of(vm, v, "Matcher") && !has_iterator(vm, v))
        return CALL_NONE;
    _cleanup_(value_release_ptr) struct value iterator = NULL_VALUE;
    if (vm_invoke_sync(f, v, "iterator", 0, NULL, &iterator) != CALL_OK)
        return CALL_THROW;
    return iterator_drain(iterator, to) ? CALL_OK : drain_by_method(f, iterator, to);
}

/* The length is taken before the walk, for `from` may be the list it adds to. */
enum call_status collection_append(struct fiber *f, struct list *to, struct value from)
{
    if (value_is(from, OBJ_LIST)) {
        for (size_t i = 0, n = AS_LIST(from)->len; i < n; i++)
            list_push(to, AS_LIST(from)->items[i]);
        return CALL_OK;
    }
    if (value_is_set(from)) {
        struct map_slot *slot;
        for (size_t i = 0; map_next(AS_MAP(from), &i, &slot);)
            list_push(to, slot->key);
        return CALL_OK;
    }
    if (value_is(from, OBJ_RANGE)) {
        struct value items;
        enum call_status status = range_to_list(f, (struct range *)from.u.o, &items);
        if (status == CALL_OK) {
            collection_append(f, to, items);
            value_release(items);
        }
        return status;
    }
    return value_is(from, OBJ_NATIVE) || value_is(from, OBJ_INSTANCE) ? append_object(f, to, from)
                                                                      : CALL_NONE;
}

enum call_status collection_to_list(struct fiber *f, struct value v, struct value *out)
{
    *out = list_new(fiber_vm(f), 0);
    enum call_status status = collection_append(f, AS_LIST(*out), v);
    if (status != CALL_OK) {
        value_release(*out);
        *out = NULL_VALUE;
    }
    return status;
}

static void append_entries(struct vm *vm, struct list *to, struct map *m)
{
    struct map_slot *slot;
    for (size_t i = 0; map_next(m, &i, &slot);) {
        struct value entry = entry_new(vm, slot->key, slot->value, m);
        list_push(to, entry);
        value_release(entry);
    }
}

/* Characters as Strings of one UTF-16 unit, as Groovy's iterator over a text gives. */
static enum call_status append_letters(struct fiber *f, struct list *to, struct value text)
{
    TEXT(s, text);
    for (size_t i = 0, n = text_length(s); i < n; i++) {
        struct value letter = text_slice(s, i, i + 1);
        list_push(to, letter);
        value_release(letter);
    }
    return CALL_OK;
}

static enum call_status append_enum(struct fiber *f, struct list *to, struct value class)
{
    struct value values = NULL_VALUE;
    if (!(AS_CLASS(class)->flags & CLASSF_ENUM))
        return CALL_NONE;
    enum call_status status = vm_invoke_sync(f, class, "values", 0, NULL, &values);
    if (status == CALL_OK)
        status = collection_append(f, to, values);
    value_release(values);
    return status;
}

/* What Groovy's `for` and each() walk in anything at all: text by characters, maps by entries, enum
 * classes by constants, null not at all, and any other object as one element. */
static enum call_status append_any(struct fiber *f, struct list *to, struct value v)
{
    enum call_status status = CALL_NONE;
    if (value_is_text(v))
        return append_letters(f, to, v);
    if (value_is_map(v))
        append_entries(fiber_vm(f), to, AS_MAP(v));
    else if (value_is(v, OBJ_CLASS))
        status = append_enum(f, to, v);
    else
        status = collection_append(f, to, v);
    if (status == CALL_NONE && !value_is_map(v) && v.tag != VAL_NULL)
        list_push(to, v);
    return status == CALL_NONE ? CALL_OK : status;
}

enum call_status value_to_list(struct fiber *f, struct value v, struct value *out)
{
    *out = list_new(fiber_vm(f), 0);
    enum call_status status = append_any(f, AS_LIST(*out), v);
    if (status != CALL_OK) {
        value_release(*out);
        *out = NULL_VALUE;
    }
    return status;
}

/* -1: it has to be iterated to be known. */
int64_t value_size(struct value v)
{
    if (v.tag != VAL_OBJECT)
        return -1;
    switch (v.u.o->kind) {
    case OBJ_LIST:
        return AS_LIST(v)->len;
    case OBJ_MAP:
        return AS_MAP(v)->len;
    case OBJ_STRING:
        return (int64_t)text_length(AS_STRING(v));
    case OBJ_RANGE:
        return ((struct range *)v.u.o)->is_int ? range_size((struct range *)v.u.o) : -1;
    default:
        return -1;
    }
}

/* ---- Iterator */

/* `list` is the snapshot, `source` what remove(), set() and add() change besides: null where Java's
 * iterator would refuse to. Both are kept in step, so that `last` is an index into either of two lists. */
struct iterator {
    struct value list, source; /* both owned */
    uint32_t next, last, version;
    bool can_remove; /* next() or previous() came last: remove() and set() need their element */
};

static uint32_t version_of(struct value source)
{
    return value_is(source, OBJ_LIST)  ? AS_LIST(source)->version
           : value_is(source, OBJ_MAP) ? AS_MAP(source)->version
                                       : 0;
}

static void iterator_free(void *data)
{
    struct iterator *it = data;
    value_release(it->list);
    value_release(it->source);
    free(it);
}

/* Takes `list`, retains `source`. */
struct value iterator_new(struct vm *vm, struct value list, struct value source)
{
    struct iterator *it = xcalloc(1, sizeof(*it));
    *it = (struct iterator){.list = list, .source = value_retain(source), .version = version_of(source)};
    return native_new(vm, vm_class(vm, "java.util.ArrayList$Itr"), it);
}

static struct iterator *iterator_of(struct value v)
{
    if (!value_is(v, OBJ_NATIVE) || AS_NATIVE(v)->class->native->release != iterator_free)
        return NULL;
    return AS_NATIVE(v)->data;
}

bool iterator_drain(struct value v, struct list *to)
{
    struct iterator *it = iterator_of(v);
    while (it && it->next < AS_LIST(it->list)->len)
        list_push(to, AS_LIST(it->list)->items[it->next++]);
    return it;
}

NATIVE(iterator_has_next)
{
    const struct iterator *it = iterator_of(self);
    return give(out, value_bool(it->next < AS_LIST(it->list)->len));
}

NATIVE(iterator_next)
{
    struct iterator *it = iterator_of(self);
    if (version_of(it->source) != it->version)
        return vm_throw(f, "ConcurrentModificationException", NULL);
    if (it->next >= AS_LIST(it->list)->len)
        return vm_throw(f, "NoSuchElementException", NULL);
    it->can_remove = true;
    it->last = it->next++;
    return give(out, value_retain(AS_LIST(it->list)->items[it->last]));
}

/* The snapshot loses the element too, so that `last` and `next` stay right in both. */
NATIVE(iterator_remove)
{
    struct iterator *it = iterator_of(self);
    if (!it->can_remove || it->source.tag == VAL_NULL)
        return vm_throw(f, it->source.tag ? "IllegalStateException" : "UnsupportedOperationException", NULL);
    if (version_of(it->source) != it->version)
        return vm_throw(f, "ConcurrentModificationException", NULL);
    struct value item = AS_LIST(it->list)->items[it->last];
    it->can_remove = false;
    if (value_is(it->source, OBJ_MAP)) {
        map_remove(AS_MAP(it->source), value_is(item, OBJ_ENTRY) ? ((struct entry *)item.u.o)->key : item,
                   NULL);
    } else {
        list_remove(AS_LIST(it->source), it->last);
        list_remove(AS_LIST(it->list), it->last);
        it->next = it->last;
    }
    it->version = version_of(it->source);
    return give(out, NULL_VALUE);
}

/* ---- ListIterator: `last` is what the latest next() or previous() gave */

/* NULL: an exception is thrown. */
static struct list *changing(struct fiber *f, struct iterator *it)
{
    if (!value_is(it->source, OBJ_LIST))
        vm_throw(f, "UnsupportedOperationException", NULL);
    else if (version_of(it->source) != it->version)
        vm_throw(f, "ConcurrentModificationException", NULL);
    else
        return AS_LIST(it->source);
    return NULL;
}

NATIVE(iterator_set)
{
    struct iterator *it = iterator_of(self);
    struct list *source = changing(f, it);
    if (!source)
        return CALL_THROW;
    if (!it->can_remove)
        return vm_throw(f, "IllegalStateException", NULL);
    list_set(source, it->last, argv[0]);
    list_set(AS_LIST(it->list), it->last, argv[0]);
    it->version = version_of(it->source);
    return CALL_OK;
}

NATIVE(iterator_add)
{
    struct iterator *it = iterator_of(self);
    struct list *source = changing(f, it);
    if (!source)
        return CALL_THROW;
    list_insert(source, it->next, argv[0]);
    list_insert(AS_LIST(it->list), it->next++, argv[0]);
    it->can_remove = false;
    it->version = version_of(it->source);
    return CALL_OK;
}

NATIVE(iterator_has_previous)
{
    return give(out, value_bool(iterator_of(self)->next > 0));
}

NATIVE(iterator_previous)
{
    struct iterator *it = iterator_of(self);
    if (version_of(it->source) != it->version)
        return vm_throw(f, "ConcurrentModificationException", NULL);
    if (it->next == 0)
        return vm_throw(f, "NoSuchElementException", NULL);
    it->can_remove = true;
    it->last = --it->next;
    return give(out, value_retain(AS_LIST(it->list)->items[it->last]));
}

NATIVE(iterator_next_index)
{
    return give(out, value_int((int32_t)iterator_of(self)->next));
}

NATIVE(iterator_previous_index)
{
    return give(out, value_int((int32_t)iterator_of(self)->next - 1));
}

NATIVE(iterator_self)
{
    return give(out, value_retain(self));
}

/* Arrays and ranges cannot shrink, so their iterators refuse remove(). An object of a script's class gets
 * here only if it has no iterator() of its own, which value_to_list() would ask for again. */
NATIVE(value_iterator)
{
    struct value list;
    if (value_is(self, OBJ_INSTANCE)) {
        list = list_new(fiber_vm(f), 1);
        list_push(AS_LIST(list), self);
    } else if (value_to_list(f, self, &list) != CALL_OK) {
        return CALL_THROW;
    }
    bool removable = (value_is(self, OBJ_LIST) && !value_is_array(self)) || value_is(self, OBJ_MAP);
    return give(out, iterator_new(fiber_vm(f), list, removable ? self : NULL_VALUE));
}

static const struct native_class classes[] = {
    {.name = "java.util.Iterator", .interface = true, .interfaces = "Iterable"},
    {.name = "java.util.ListIterator", .interface = true, .interfaces = "Iterator"},
    {.name = "java.util.ArrayList$Itr", .interfaces = "ListIterator", .release = iterator_free},
};

static const struct native_method methods[] = {
    {"Itr", "hasNext", 0, 0, 0, iterator_has_next},
    {"Itr", "next", 0, 0, 0, iterator_next},
    {"Itr", "remove", 0, 0, 0, iterator_remove},
    {"Itr", "iterator", 0, 0, 0, iterator_self},
    {"Itr", "set", 1, 1, 0, iterator_set},
    {"Itr", "add", 1, 1, 0, iterator_add},
    {"Itr", "hasPrevious", 0, 0, 0, iterator_has_previous},
    {"Itr", "previous", 0, 0, 0, iterator_previous},
    {"Itr", "nextIndex", 0, 0, 0, iterator_next_index},
    {"Itr", "previousIndex", 0, 0, 0, iterator_previous_index},
    {"Object", "iterator", 0, 0, 0, value_iterator},
    {"List", "listIterator", 0, 0, 0, value_iterator},
};

LIB_TABLE(iterator_table, classes, methods);
