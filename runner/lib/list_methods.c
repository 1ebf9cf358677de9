/* Methods of java.util.List and its kin (stacks, queues) that change or address elements. */
#include "runner/lib/collection.h"
#include "runner/lib/number.h"
#include "runner/lib/ops.h"
#include "runner/lib/sort.h"
#include "runner/lib/text.h"
#include "runner/lang/heap.h"
#include "runner/lang/view.h"
#include <string.h>

/* self as a list that may be changed; throws for ranges and immutable ones. */
#define MUTABLE(l)                                                                                           \
    if (value_is(self, OBJ_RANGE))                                                                           \
        return vm_throw(f, "UnsupportedOperationException", NULL);                                           \
    if (!value_is(self, OBJ_LIST) || value_is_array(self))                                                   \
        return CALL_NONE;                                                                                    \
    struct list *l = AS_LIST(self);                                                                          \
    if (list_check_mutable(f, l) != CALL_OK)                                                                 \
    return CALL_THROW

static enum call_status out_of_bounds(struct fiber *f, int64_t i, const struct list *l)
{
    return vm_throw(f, "IndexOutOfBoundsException", "Index %lld out of bounds for length %u", (long long)i,
                    l->len);
}

/* new ArrayList(map) is not Java: null makes collection_to_list() refuse it, and no row fits. */
NATIVE(list_construct)
{
    if (argc && value_is_number(argv[0]) && number_long(argv[0]) < 0)
        return vm_throw(f, "IllegalArgumentException", "Illegal Capacity: %lld",
                        (long long)number_long(argv[0]));
    if (argc == 0 || value_is_number(argv[0]))
        return give(out, list_new(fiber_vm(f), 0));
    if (argv[0].tag == VAL_NULL)
        return vm_throw(f, "NullPointerException", NULL);
    return collection_to_list(f, value_is_map(argv[0]) ? NULL_VALUE : argv[0], out);
}

/* Constructor of another List class. */
static enum call_status construct_as(struct fiber *f, const char *class, int argc, struct value *argv,
                                     struct value *out)
{
    enum call_status status = list_construct(f, NULL_VALUE, argc, argv, out);
    if (status == CALL_OK)
        AS_LIST(*out)->class = vm_class(fiber_vm(f), class);
    return status;
}
#define LIST_CLASS(fn, name)                                                                                 \
    NATIVE(fn)                                                                                               \
    {                                                                                                        \
        return construct_as(f, name, argc, argv, out);                                                       \
    }
LIST_CLASS(linked_list_new, "LinkedList")
LIST_CLASS(stack_new, "Stack")
LIST_CLASS(vector_new, "Vector")
LIST_CLASS(deque_new, "ArrayDeque")
LIST_CLASS(cow_list_new, "CopyOnWriteArrayList")
LIST_CLASS(queue_new, "ConcurrentLinkedQueue")

NATIVE(list_get)
{
    INT_ARG(i, argv[0]);
    if (value_is(self, OBJ_RANGE)) {
        const struct range *r = (struct range *)self.u.o;
        if (r->is_int && (i < 0 || i >= range_size(r)))
            return vm_throw(f, "IndexOutOfBoundsException", "Index: %lld too big for range: %d..%d",
                            (long long)i, r->from.u.i, r->to.u.i);
        return value_get_at(f, self, argv[0], out);
    }
    const struct list *l = AS_LIST(self);
    if (i < 0 || i >= l->len)
        return out_of_bounds(f, i, l);
    return give(out, value_retain(l->items[i]));
}

NATIVE(list_set_method)
{
    MUTABLE(l);
    INT_ARG(i, argv[0]);
    if (i < 0 || i >= l->len)
        return out_of_bounds(f, i, l);
    *out = value_retain(l->items[i]);
    list_set(l, (size_t)i, argv[1]);
    return CALL_OK;
}

NATIVE(list_put_at)
{
    enum call_status status = value_put_at(f, self, argv[0], argv[1]);
    return status == CALL_OK ? give(out, NULL_VALUE) : status;
}

/* What values() gives takes no more elements. */
static bool shows_values(const struct list *l)
{
    return l->view && l->view->kind == VIEW_VALUES;
}

NATIVE(list_add)
{
    MUTABLE(l);
    if (shows_values(l))
        return vm_throw(f, "UnsupportedOperationException", NULL);
    if (argc == 1) {
        list_push(l, argv[0]);
        return give(out, value_bool(true));
    }
    INT_ARG(i, argv[0]);
    if (i < 0 || i > l->len)
        return vm_throw(f, "IndexOutOfBoundsException", "Index: %lld, Size: %u", (long long)i, l->len);
    list_insert(l, (size_t)i, argv[1]);
    return give(out, NULL_VALUE);
}

/* The other one is copied first: l.addAll(l) doubles the list. */
NATIVE(list_add_all)
{
    MUTABLE(l);
    if (shows_values(l))
        return vm_throw(f, "UnsupportedOperationException", NULL);
    _cleanup_(value_release_ptr) struct value more = NULL_VALUE;
    if (argv[argc - 1].tag == VAL_NULL)
        return vm_throw(f, "NullPointerException", NULL);
    enum call_status status = collection_to_list(f, argv[argc - 1], &more);
    if (status != CALL_OK)
        return status;
    int64_t at = l->len;
    if (argc > 1 && !value_int_arg(argv[0], &at))
        return CALL_NONE;
    if (at < 0 || at > l->len)
        return vm_throw(f, "IndexOutOfBoundsException", "Index: %lld, Size: %u", (long long)at, l->len);
    if (at < l->len && !l->view) { /* what stands behind the place is moved once, not once for each */
        struct value tail = list_slice(fiber_vm(f), l, (size_t)at, l->len);
        while (l->len > at)
            list_remove(l, l->len - 1);
        collection_append(f, l, more);
        collection_append(f, l, tail);
        value_release(tail);
        return give(out, value_bool(AS_LIST(more)->len > 0));
    }
    for (size_t i = 0; i < AS_LIST(more)->len; i++)
        list_insert(l, (size_t)at + i, AS_LIST(more)->items[i]);
    return give(out, value_bool(AS_LIST(more)->len > 0));
}

static enum call_status remove_at(struct fiber *f, struct list *l, int64_t i, struct value *out)
{
    if (i < 0 || i >= l->len)
        return out_of_bounds(f, i, l);
    *out = value_retain(l->items[i]);
    list_remove(l, (size_t)i);
    return CALL_OK;
}

/* remove(int) is by index, remove(Object) by value: an Integer argument means the index, as in Groovy. */
NATIVE(list_remove_method)
{
    MUTABLE(l);
    size_t at;
    if (argv[0].tag == VAL_INT && !shows_values(l) && !fiber_arg_is_object(f))
        return remove_at(f, l, argv[0].u.i, out);
    bool found = list_index_of(f, l, argv[0], &at);
    if (found && at < l->len) /* a script's equals() may have shortened the list */
        list_remove(l, at);
    return give(out, value_bool(found));
}

NATIVE(list_remove_at)
{
    MUTABLE(l);
    INT_ARG(i, argv[0]);
    return remove_at(f, l, i, out);
}

NATIVE(list_remove_element)
{
    MUTABLE(l);
    size_t at;
    bool found = list_index_of(f, l, argv[0], &at);
    if (found && at < l->len) /* as above */
        list_remove(l, at);
    return give(out, value_bool(found));
}

/* The elements that stay; the list itself is not touched, for a script's equals() may look at it. */
static enum call_status kept_of(struct fiber *f, struct value self, struct value other, bool keep,
                                struct value *out)
{
    struct list *l = AS_LIST(self);
    *out = list_new(fiber_vm(f), 0);
    for (size_t i = 0; i < l->len && !fiber_throwing(f); i++) {
        _cleanup_(value_release_ptr) struct value item = value_retain(l->items[i]);
        if (collection_holds(f, other, item) == keep)
            list_push(AS_LIST(*out), item);
    }
    return fiber_throwing(f) ? CALL_THROW : CALL_OK;
}

/* Keeps or drops what the other collection has: a set is asked as it is, by its table. A view loses what goes
 * one by one, as what it shows must; a list is filled anew. */
static enum call_status filter(struct fiber *f, struct value self, struct value other, bool keep,
                               struct value *out)
{
    MUTABLE(l);
    _cleanup_(value_release_ptr) struct value asked = NULL_VALUE, kept = NULL_VALUE;
    uint32_t version = l->version;
    enum call_status status =
        value_is_set(other) ? give(&asked, value_retain(other)) : collection_to_list(f, other, &asked);
    if (status == CALL_OK)
        status = kept_of(f, self, asked, keep, &kept);
    if (status != CALL_OK)
        return status;
    bool changed =
        l->version == version && AS_LIST(kept)->len != l->len; /* else a script's equals() did it */
    for (size_t i = l->len; changed && l->view && i > 0; i--)
        if (i <= l->len && collection_holds(f, asked, l->items[i - 1]) != keep && i <= l->len)
            list_remove(l, i - 1);
    if (changed && !l->view) {
        list_clear(l);
        collection_append(f, l, kept);
    }
    return give(out, value_bool(changed));
}

NATIVE(list_remove_all)
{
    return filter(f, self, argv[0], false, out);
}

NATIVE(list_retain_all)
{
    return filter(f, self, argv[0], true, out);
}

NATIVE(list_clear_method)
{
    MUTABLE(l);
    list_clear(l);
    return give(out, NULL_VALUE);
}

static enum call_status index_of(struct fiber *f, struct value self, struct value v, bool last,
                                 struct value *out)
{
    _cleanup_(value_release_ptr) struct value list = NULL_VALUE;
    if (value_to_list(f, self, &list) != CALL_OK)
        return CALL_THROW;
    const struct list *l = AS_LIST(list);
    int32_t at = -1;
    for (size_t i = 0; i < l->len && (last || at < 0); i++)
        at = value_same(f, l->items[i], v) ? (int32_t)i : at;
    return give(out, value_int(at));
}

NATIVE(list_index_of_method)
{
    return index_of(f, self, argv[0], false, out);
}

NATIVE(list_last_index_of)
{
    return index_of(f, self, argv[0], true, out);
}

/* A live view, as in Java: changes go both ways. Of a range a copy, as neither can change. */
NATIVE(list_sub_list)
{
    INT_ARG(from, argv[0]);
    INT_ARG(to, argv[1]);
    _cleanup_(value_release_ptr) struct value list = NULL_VALUE;
    if (value_to_list(f, self, &list) != CALL_OK)
        return CALL_THROW;
    if (from < 0)
        return vm_throw(f, "IndexOutOfBoundsException", "fromIndex = %lld", (long long)from);
    if (to > AS_LIST(list)->len)
        return vm_throw(f, "IndexOutOfBoundsException", "toIndex = %lld", (long long)to);
    if (from > to)
        return vm_throw(f, "IllegalArgumentException", "fromIndex(%lld) > toIndex(%lld)", (long long)from,
                        (long long)to);
    if (!value_is(self, OBJ_LIST))
        return give(out, list_slice(fiber_vm(f), AS_LIST(list), (size_t)from, (size_t)to));
    *out = view_of_list(fiber_vm(f), self, (uint32_t)from, (uint32_t)to);
    AS_LIST(*out)->immutable = AS_LIST(self)->immutable;
    return CALL_OK;
}

NATIVE(list_immutable)
{
    _cleanup_(value_release_ptr) struct value list = NULL_VALUE;
    if (value_to_list(f, self, &list) != CALL_OK)
        return CALL_THROW;
    *out = list_copy(fiber_vm(f), AS_LIST(list));
    struct class *class = vm_class(fiber_vm(f), "UnmodifiableRandomAccessList");
    AS_LIST(*out)->class = class ? class : AS_LIST(*out)->class;
    AS_LIST(*out)->immutable = true;
    return CALL_OK;
}

NATIVE(list_self)
{
    return give(out, value_retain(self));
}

NATIVE(collection_is_view)
{
    return give(out, value_bool((value_is(self, OBJ_LIST) && AS_LIST(self)->view) ||
                                (value_is(self, OBJ_MAP) && AS_MAP(self)->view)));
}

/* For sort(closure) of the prelude: whether the result can be put into self, and doing it. */
NATIVE(list_assignable)
{
    return give(out, value_bool(value_is(self, OBJ_LIST) && !AS_LIST(self)->immutable));
}

/* Private to the prelude's sort(); the version moves so that iterators notice, as Java's ArrayList.sort()
 * makes them. */
NATIVE(list_assign)
{
    struct list *l = AS_LIST(self);
    for (size_t i = 0; i < l->len && i < AS_LIST(argv[0])->len; i++)
        list_set(l, i, AS_LIST(argv[0])->items[i]);
    l->version++;
    return give(out, NULL_VALUE);
}

/* The list ordered by the natural order of keys[i]. */
NATIVE(list_sorted_by_keys)
{
    return give(out, list_sorted_by(f, AS_LIST(self), AS_LIST(argv[0])));
}

NATIVE(list_swap)
{
    MUTABLE(l);
    INT_ARG(i, argv[0]);
    INT_ARG(j, argv[1]);
    if (i < 0 || i >= l->len || j < 0 || j >= l->len)
        return out_of_bounds(f, i < 0 || i >= l->len ? i : j, l);
    struct value v = l->items[i];
    l->items[i] = l->items[j];
    l->items[j] = v;
    return give(out, value_retain(self));
}

/* ---- stacks and queues: Groovy 2.4's push() and pop() on lists work at the end, a Deque's at the front */

static bool pushes_at_front(const struct list *l)
{
    const char *name = class_simple_name(l->class);
    return strcmp(name, "LinkedList") == 0 || strcmp(name, "ArrayDeque") == 0;
}

NATIVE(list_push_method)
{
    MUTABLE(l);
    if (pushes_at_front(l))
        list_insert(l, 0, argv[0]);
    else
        list_push(l, argv[0]);
    return give(out,
                strcmp(class_simple_name(l->class), "Stack") == 0 ? value_retain(argv[0]) : value_bool(true));
}

NATIVE(list_pop)
{
    MUTABLE(l);
    if (l->len)
        return remove_at(f, l, pushes_at_front(l) ? 0 : (int64_t)l->len - 1, out);
    if (strcmp(class_simple_name(l->class), "Stack") == 0)
        return vm_throw(f, "EmptyStackException", NULL);
    return vm_throw(f, "NoSuchElementException", pushes_at_front(l) ? NULL : "Cannot pop() an empty List");
}

static enum call_status edge(struct fiber *f, struct value self, bool first, bool take, bool throws,
                             struct value *out)
{
    MUTABLE(l);
    if (l->len == 0)
        return throws ? vm_throw(f, "NoSuchElementException", NULL) : give(out, NULL_VALUE);
    size_t at = first ? 0 : l->len - 1;
    *out = value_retain(l->items[at]);
    if (take)
        list_remove(l, at);
    return CALL_OK;
}

#define EDGE(fn, first, take, throws)                                                                        \
    NATIVE(fn)                                                                                               \
    {                                                                                                        \
        return edge(f, self, first, take, throws, out);                                                      \
    }
EDGE(list_poll, true, true, false)
EDGE(list_poll_last, false, true, false)
EDGE(list_peek_first, true, false, false)
EDGE(list_peek_last, false, false, false)
EDGE(list_remove_first, true, true, true)
EDGE(list_remove_last, false, true, true)
EDGE(list_get_first, true, false, true)
EDGE(list_get_last, false, false, true)

NATIVE(stack_peek)
{
    if (value_is(self, OBJ_LIST) && AS_LIST(self)->len == 0)
        return vm_throw(f, "EmptyStackException", NULL);
    return edge(f, self, false, false, true, out);
}

NATIVE(list_add_first)
{
    MUTABLE(l);
    list_insert(l, 0, argv[0]);
    return give(out, NULL_VALUE);
}

static const struct native_class classes[] = {
    {.name = "java.util.AbstractList", .interfaces = "List"},
    {.name = "java.util.Queue", .interface = true, .interfaces = "Collection"},
    {.name = "java.util.Deque", .interface = true, .interfaces = "Queue"},
    {.name = "java.util.LinkedList", .interfaces = "List,Deque,Serializable"},
    {.name = "java.util.Vector", .interfaces = "List,Serializable"},
    {.name = "java.util.Stack", .super = "Vector"},
    {.name = "java.util.ArrayDeque", .interfaces = "Deque,Serializable"},
    {.name = "java.util.concurrent.ConcurrentLinkedQueue", .interfaces = "Deque"},
    {.name = "java.util.concurrent.CopyOnWriteArrayList", .interfaces = "List,Serializable"},
    {.name = "java.util.Collections$UnmodifiableRandomAccessList", .interfaces = "List,Serializable"},
};

#define LIST_ROW(name, min, max, fn)                                                                         \
    {                                                                                                        \
        "List", name, min, max, 0, fn                                                                        \
    }
#define DEQUE_ROW(name, args, fn)                                                                            \
    {                                                                                                        \
        "Deque", name, args, args, 0, fn                                                                     \
    }
static const struct native_method methods[] = {
    {"ArrayList", "<init>", 0, 1, 0, list_construct},
    {"LinkedList", "<init>", 0, 1, 0, linked_list_new},
    {"Stack", "<init>", 0, 0, 0, stack_new},
    {"Vector", "<init>", 0, 1, 0, vector_new},
    {"ArrayDeque", "<init>", 0, 1, 0, deque_new},
    {"ConcurrentLinkedQueue", "<init>", 0, 1, 0, queue_new},
    {"CopyOnWriteArrayList", "<init>", 0, 1, 0, cow_list_new},
    {"Collection", "$isView", 0, 0, 0, collection_is_view},
    LIST_ROW("get", 1, 1, list_get),
    LIST_ROW("elementAt", 1, 1, list_get),
    LIST_ROW("set", 2, 2, list_set_method),
    LIST_ROW("putAt", 2, 2, list_put_at),
    {"ObjectArray", "putAt", 2, 2, 0, list_put_at},
    LIST_ROW("add", 1, 2, list_add),
    LIST_ROW("addAll", 1, 2, list_add_all),
    LIST_ROW("remove", 1, 1, list_remove_method),
    LIST_ROW("removeAt", 1, 1, list_remove_at),
    LIST_ROW("removeElement", 1, 1, list_remove_element),
    LIST_ROW("removeAll", 1, 1, list_remove_all),
    LIST_ROW("retainAll", 1, 1, list_retain_all),
    LIST_ROW("clear", 0, 0, list_clear_method),
    LIST_ROW("indexOf", 1, 1, list_index_of_method),
    LIST_ROW("lastIndexOf", 1, 1, list_last_index_of),
    LIST_ROW("subList", 2, 2, list_sub_list),
    LIST_ROW("asImmutable", 0, 0, list_immutable),
    LIST_ROW("asSynchronized", 0, 0, list_self),
    LIST_ROW("swap", 2, 2, list_swap),
    {"Iterable", "$assignable", 0, 0, 0, list_assignable},
    LIST_ROW("$assign", 1, 1, list_assign),
    {"ObjectArray", "$assign", 1, 1, 0, list_assign},
    LIST_ROW("$sortedByKeys", 1, 1, list_sorted_by_keys),
    LIST_ROW("push", 1, 1, list_push_method),
    LIST_ROW("pop", 0, 0, list_pop),
    {"ArrayList", "ensureCapacity", 1, 1, 0, list_self},
    {"Stack", "peek", 0, 0, 0, stack_peek},
    DEQUE_ROW("add", 1, list_add),
    DEQUE_ROW("addLast", 1, list_add),
    DEQUE_ROW("offer", 1, list_add),
    DEQUE_ROW("offerLast", 1, list_add),
    DEQUE_ROW("addFirst", 1, list_add_first),
    DEQUE_ROW("offerFirst", 1, list_add_first),
    DEQUE_ROW("addAll", 1, list_add_all),
    DEQUE_ROW("push", 1, list_push_method),
    DEQUE_ROW("pop", 0, list_remove_first),
    DEQUE_ROW("poll", 0, list_poll),
    DEQUE_ROW("pollFirst", 0, list_poll),
    DEQUE_ROW("pollLast", 0, list_poll_last),
    DEQUE_ROW("peek", 0, list_peek_first),
    DEQUE_ROW("peekFirst", 0, list_peek_first),
    DEQUE_ROW("peekLast", 0, list_peek_last),
    DEQUE_ROW("element", 0, list_get_first),
    DEQUE_ROW("remove", 0, list_remove_first),
    DEQUE_ROW("removeFirst", 0, list_remove_first),
    DEQUE_ROW("removeLast", 0, list_remove_last),
    DEQUE_ROW("getFirst", 0, list_get_first),
    DEQUE_ROW("getLast", 0, list_get_last),
    DEQUE_ROW("clear", 0, list_clear_method),
    {"Deque", "remove", 1, 1, 0, list_remove_element},
};

LIB_TABLE(list_table, classes, methods);
