/* Methods that lists, arrays, ranges, sets and iterators share and that take no closure. Each works on a
 * view: the list itself, or a list of the elements. */
#include "runner/lib/arith.h"
#include "runner/lib/collection.h"
#include "runner/lib/json.h"
#include "runner/lib/number.h"
#include "runner/lib/ops.h"
#include "runner/lib/sort.h"
#include "runner/lib/text.h"
#include "runner/lang/heap.h"

/* The elements as a list: borrowed if self is one, else made in *hold. NULL: thrown. */
static struct list *view_of(struct fiber *f, struct value self, struct value *hold)
{
    if (value_is(self, OBJ_LIST))
        return AS_LIST(self);
    return value_to_list(f, self, hold) == CALL_OK ? AS_LIST(*hold) : NULL;
}

/* The list is borrowed from self as long as self lives, but not its length nor its elements: whatever
 * calls into a script (==, compareTo, plus) may change them. Loops therefore ask for l->len at every step
 * and take no pointer to an element along. */
#define VIEW(l, v)                                                                                           \
    TEXT_HOLD(l##_hold);                                                                                     \
    struct list *l = view_of(f, (v), &l##_hold);                                                             \
    if (!l)                                                                                                  \
    return CALL_THROW

NATIVE(collection_size)
{
    int64_t n = value_size(self);
    if (n >= 0)
        return give(out, value_int((int32_t)n));
    VIEW(l, self);
    return give(out, value_int((int32_t)l->len));
}

NATIVE(collection_is_empty)
{
    bool truth;
    return value_truth(f, self, &truth) ? give(out, value_bool(!truth)) : CALL_THROW;
}

/* The elements as a set or list that can be asked for one: sets and maps answer by their table, so their
 * elements are not listed. */
static enum call_status askable(struct fiber *f, struct value self, struct value *out)
{
    if (value_is(self, OBJ_LIST) || value_is(self, OBJ_MAP))
        return give(out, value_retain(self));
    return value_to_list(f, self, out);
}

bool collection_holds(struct fiber *f, struct value collection, struct value v)
{
    struct value found;
    size_t at;
    if (value_is(collection, OBJ_MAP))
        return map_get(AS_MAP(collection), v, &found);
    return list_index_of(f, AS_LIST(collection), v, &at);
}

NATIVE(collection_contains)
{
    _cleanup_(value_release_ptr) struct value elements = NULL_VALUE;
    if (askable(f, self, &elements) != CALL_OK)
        return CALL_THROW;
    return give(out, value_bool(collection_holds(f, elements, argv[0])));
}

/* Whether all of the wanted are there, or none of them. */
static enum call_status ask_for_each(struct fiber *f, struct value self, struct value wanted, bool there,
                                     struct value *out)
{
    _cleanup_(value_release_ptr) struct value elements = NULL_VALUE;
    if (askable(f, self, &elements) != CALL_OK)
        return CALL_THROW;
    VIEW(l, wanted);
    bool so = true;
    for (size_t i = 0; i < l->len && so; i++)
        so = collection_holds(f, elements, l->items[i]) == there;
    return give(out, value_bool(so));
}

NATIVE(collection_contains_all)
{
    return ask_for_each(f, self, argv[0], true, out);
}

NATIVE(collection_disjoint)
{
    return ask_for_each(f, self, argv[0], false, out);
}

/* By ==, unlike contains(): [1L].intersect([1]) has an element. The order is that of the smaller one, of the
 * argument when both are of one size (DefaultGroovyMethods swaps them so). */
NATIVE(collection_intersect)
{
    VIEW(left, self);
    VIEW(right, argv[0]);
    const struct list *l = left->len < right->len ? left : right, *other = l == left ? right : left;
    _cleanup_(value_release_ptr) struct value index = list_key_index(f, l, other);
    struct value found;
    *out = collection_similar(fiber_vm(f), l == left ? self : argv[0]);
    for (size_t i = 0; i < l->len; i++) {
        size_t at = 0;
        while (index.tag == VAL_NULL && at < other->len && !value_equals(f, other->items[at], l->items[i]))
            at++;
        if (index.tag == VAL_NULL ? at < other->len : map_get(AS_MAP(index), l->items[i], &found))
            collection_add(*out, l->items[i]);
    }
    return CALL_OK;
}

NATIVE(collection_join)
{
    VIEW(l, self);
    TEXT_HOLD(hold);
    if (argc && !value_is_null(argv[0]) && !value_is_text(argv[0]))
        return CALL_NONE;
    const struct string *separator = argc && !value_is_null(argv[0]) ? text_of(f, argv[0], &hold) : NULL;
    struct buf b = {0};
    for (size_t i = 0; i < l->len; i++) {
        if (i && separator)
            buf_add(&b, separator->data, separator->len);
        value_print(f, l->items[i], &b);
    }
    return give(out, text_from_buf(&b));
}

static enum call_status plus(struct fiber *f, struct value a, struct value b, struct value *out)
{
    if (value_is(a, OBJ_INSTANCE))
        return vm_invoke_sync(f, a, "plus", 1, &b, out);
    return value_arith(f, TOK_PLUS, a, b, out);
}

/* The first element starts the sum, so that texts and lists can be summed, too. */
NATIVE(collection_sum)
{
    if (argc && value_is(argv[0], OBJ_CLOSURE))
        return CALL_NONE;
    VIEW(l, self);
    size_t i = 0;
    struct value sum = argc ? value_retain(argv[0]) : l->len ? value_retain(l->items[i++]) : NULL_VALUE;
    for (; i < l->len; i++) {
        struct value next = NULL_VALUE;
        enum call_status status = plus(f, sum, l->items[i], &next);
        value_release(sum);
        if (status != CALL_OK)
            return status;
        sum = next;
    }
    return give(out, sum);
}

/* Skips nulls, as DefaultGroovyMethods.min() and max() do. */
static enum call_status extreme(struct fiber *f, struct value self, int sign, struct value *out)
{
    VIEW(l, self);
    _cleanup_(value_release_ptr) struct value best = NULL_VALUE; /* a compareTo() may drop it from the list */
    for (size_t i = 0; i < l->len; i++) {
        int cmp = 1;
        _cleanup_(value_release_ptr) struct value item = value_retain(l->items[i]);
        if (item.tag == VAL_NULL)
            continue;
        if (best.tag != VAL_NULL && value_compare(f, item, best, &cmp) != CALL_OK)
            return CALL_THROW;
        if (best.tag != VAL_NULL && cmp * sign <= 0)
            continue;
        value_release(best);
        best = value_retain(item);
    }
    return give(out, value_retain(best));
}

NATIVE(collection_min)
{
    return extreme(f, self, -1, out);
}

NATIVE(collection_max)
{
    return extreme(f, self, 1, out);
}

NATIVE(collection_count)
{
    if (value_is(argv[0], OBJ_CLOSURE))
        return CALL_NONE;
    VIEW(l, self);
    int32_t count = 0;
    for (size_t i = 0; i < l->len; i++)
        count += value_equals(f, l->items[i], argv[0]);
    return give(out, value_int(count));
}

NATIVE(collection_to_list_method)
{
    VIEW(l, self);
    return give(out, list_copy(fiber_vm(f), l));
}

NATIVE(collection_to_set)
{
    VIEW(l, self);
    *out = map_new_of(fiber_vm(f), "HashSet");
    for (size_t i = 0; i < l->len; i++)
        map_set(AS_MAP(*out), l->items[i], NULL_VALUE);
    return CALL_OK;
}

NATIVE(collection_to_array)
{
    VIEW(l, self);
    bool typed = argc && value_is_array(argv[0]);
    *out = array_new(fiber_vm(f), typed ? class_simple_name(AS_LIST(argv[0])->class->element) : "Object",
                     l->len);
    for (size_t i = 0; i < l->len; i++)
        list_set(AS_LIST(*out), i, l->items[i]);
    return CALL_OK;
}

/* What Groovy gives back for an array is an array of the same element type. */
static struct value array_like(struct vm *vm, struct value like, struct value list) /* takes list */
{
    if (!value_is_array(like))
        return list;
    struct value array = array_new(vm, class_simple_name(AS_LIST(like)->class->element), AS_LIST(list)->len);
    for (size_t i = 0; i < AS_LIST(list)->len; i++)
        list_set(AS_LIST(array), i, AS_LIST(list)->items[i]);
    value_release(list);
    return array;
}

/* The list as what `like` is: a set, an array, a list. Takes list. */
static struct value similar(struct vm *vm, struct value like, struct value list)
{
    if (!value_is_set(like))
        return array_like(vm, like, list);
    struct value set = collection_similar(vm, like);
    for (size_t i = 0; i < AS_LIST(list)->len; i++)
        map_set(AS_MAP(set), AS_LIST(list)->items[i], NULL_VALUE);
    value_release(list);
    return set;
}

/* sort(), sort(mutate), toSorted(): lists and arrays are sorted in place. */
static enum call_status sorted(struct fiber *f, struct value self, bool mutate, struct value *out)
{
    if (mutate && value_is(self, OBJ_LIST)) {
        if (list_check_mutable(f, AS_LIST(self)) != CALL_OK)
            return CALL_THROW;
        list_sort(f, AS_LIST(self));
        return give(out, value_retain(self));
    }
    VIEW(l, self);
    struct value copy = list_copy(fiber_vm(f), l);
    list_sort(f, AS_LIST(copy));
    return give(out, array_like(fiber_vm(f), self, copy));
}

NATIVE(collection_sort)
{
    if (argc && argv[0].tag != VAL_BOOL && argv[0].tag != VAL_NULL)
        return CALL_NONE;
    return sorted(f, self, argc == 0 || argv[0].tag == VAL_NULL || argv[0].u.b, out);
}

NATIVE(collection_to_sorted)
{
    return sorted(f, self, false, out);
}

NATIVE(collection_unique)
{
    if (argc && argv[0].tag != VAL_BOOL)
        return CALL_NONE;
    bool mutate = argc == 0 || argv[0].u.b;
    if (value_is_set(self))
        return give(out, value_retain(self));
    if (mutate && value_is(self, OBJ_LIST) && !value_is_array(self)) {
        if (list_check_mutable(f, AS_LIST(self)) != CALL_OK)
            return CALL_THROW;
        list_unique(f, AS_LIST(self));
        return give(out, value_retain(self));
    }
    VIEW(l, self);
    struct value copy = list_copy(fiber_vm(f), l);
    list_unique(f, AS_LIST(copy));
    return give(out, array_like(fiber_vm(f), self, copy));
}

NATIVE(collection_to_unique)
{
    VIEW(l, self);
    struct value copy = list_copy(fiber_vm(f), l);
    list_unique(f, AS_LIST(copy));
    return give(out, similar(fiber_vm(f), self, copy));
}

/* Maps stay whole. A list that contains itself ends here instead of on the C stack. */
static enum call_status flatten_into(struct fiber *f, struct value v, struct value to, int depth)
{
    VIEW(l, v);
    if (depth > 256)
        return vm_throw(f, "StackOverflowError", NULL);
    for (size_t i = 0; i < l->len; i++) {
        struct value item = l->items[i];
        if (value_is_collection(item) || value_is_array(item)) {
            if (flatten_into(f, item, to, depth + 1) != CALL_OK)
                return CALL_THROW;
        } else {
            collection_add(to, item);
        }
    }
    return CALL_OK;
}

NATIVE(collection_flatten)
{
    *out = collection_similar(fiber_vm(f), self);
    enum call_status status = flatten_into(f, self, *out, 0);
    if (status != CALL_OK) {
        value_release(*out);
        *out = NULL_VALUE;
    }
    return status;
}

/* ---- parts */

/* Bounds are cut to size: take(100) of three elements is three. */
static enum call_status part(struct fiber *f, struct value self, const struct list *l, int64_t from,
                             int64_t to, struct value *out)
{
    from = from < 0 ? 0 : from > l->len ? l->len : from;
    to = to < from ? from : to > l->len ? l->len : to;
    struct value list = list_slice(fiber_vm(f), l, (size_t)from, (size_t)to);
    return give(out, similar(fiber_vm(f), self, list));
}

NATIVE(collection_take)
{
    VIEW(l, self);
    INT_ARG(n, argv[0]);
    return part(f, self, l, 0, n, out);
}

NATIVE(collection_drop)
{
    VIEW(l, self);
    INT_ARG(n, argv[0]);
    return part(f, self, l, n, l->len, out);
}

NATIVE(collection_take_right)
{
    VIEW(l, self);
    INT_ARG(n, argv[0]);
    return part(f, self, l, n < 0 ? l->len : (int64_t)l->len - n, l->len, out);
}

NATIVE(collection_drop_right)
{
    VIEW(l, self);
    INT_ARG(n, argv[0]);
    return part(f, self, l, 0, n < 0 ? l->len : (int64_t)l->len - n, out);
}

static enum call_status not_empty(struct fiber *f, const struct list *l, const char *what)
{
    return l->len
               ? CALL_OK
               : vm_throw(f, "NoSuchElementException", "Cannot access %s() element from an empty List", what);
}

NATIVE(collection_first)
{
    VIEW(l, self);
    return not_empty(f, l, "first") == CALL_OK ? give(out, value_retain(l->items[0])) : CALL_THROW;
}

NATIVE(collection_head)
{
    VIEW(l, self);
    return not_empty(f, l, "first") == CALL_OK ? give(out, value_retain(l->items[0])) : CALL_THROW;
}

NATIVE(collection_last)
{
    VIEW(l, self);
    return not_empty(f, l, "last") == CALL_OK ? give(out, value_retain(l->items[l->len - 1])) : CALL_THROW;
}

NATIVE(collection_tail)
{
    VIEW(l, self);
    if (!l->len)
        return vm_throw(f, "NoSuchElementException", "Cannot access tail() for an empty iterable");
    return part(f, self, l, 1, l->len, out);
}

NATIVE(collection_init)
{
    VIEW(l, self);
    if (!l->len)
        return vm_throw(f, "NoSuchElementException", "Cannot access init() for an empty Iterable");
    return part(f, self, l, 0, (int64_t)l->len - 1, out);
}

NATIVE(collection_reverse)
{
    VIEW(l, self);
    bool mutate = argc && argv[0].tag == VAL_BOOL && argv[0].u.b;
    struct value reversed = list_new(fiber_vm(f), l->len);
    for (size_t i = l->len; i > 0; i--)
        list_push(AS_LIST(reversed), l->items[i - 1]);
    if (!mutate || !value_is(self, OBJ_LIST))
        return give(out, array_like(fiber_vm(f), self, reversed));
    for (size_t i = 0; i < l->len; i++)
        list_set(l, i, AS_LIST(reversed)->items[i]);
    value_release(reversed);
    return give(out, value_retain(self));
}

NATIVE(collection_get_at)
{
    if (value_is(self, OBJ_NATIVE)) {
        VIEW(l, self);
        return value_get_at(f, value_object(l), argv[0], out);
    }
    return value_get_at(f, self, argv[0], out);
}

NATIVE(collection_equals)
{
    if (!value_is_collection(self) && !value_is_array(self))
        return CALL_NONE;
    return give(out, value_bool(value_equals(f, self, argv[0])));
}

NATIVE(collection_hash_code)
{
    if (!value_is_collection(self) && !value_is_array(self))
        return CALL_NONE;
    return give(out, value_int((int32_t)value_hash(self)));
}

NATIVE(collection_to_string)
{
    if (!value_is_collection(self) && !value_is_array(self))
        return CALL_NONE;
    return value_java_string(f, self, out);
}

NATIVE(collection_plus)
{
    return value_arith(f, TOK_PLUS, self, argv[0], out);
}

NATIVE(collection_minus)
{
    return value_arith(f, TOK_MINUS, self, argv[0], out);
}

NATIVE(collection_multiply)
{
    return value_arith(f, TOK_STAR, self, argv[0], out);
}

NATIVE(collection_left_shift)
{
    return value_arith(f, TOK_SHL, self, argv[0], out);
}

static const struct native_class classes[] = {
    /* What every array class implements here; that it is Iterable gives arrays the methods of collections. */
    {.name = "java.lang.ObjectArray", .interface = true, .interfaces = "Iterable"},
};

static const struct native_method methods[] = {
    {"Iterable", "size", 0, 0, 0, collection_size},
    {"Iterable", "contains", 1, 1, 0, collection_contains},
    {"Iterable", "join", 0, 1, 0, collection_join},
    {"Iterable", "sum", 0, 1, 0, collection_sum},
    {"Iterable", "min", 0, 0, 0, collection_min},
    {"Iterable", "max", 0, 0, 0, collection_max},
    {"Iterable", "count", 1, 1, 0, collection_count},
    {"Iterable", "toList", 0, 0, 0, collection_to_list_method},
    {"Iterable", "asList", 0, 0, 0, collection_to_list_method},
    {"Iterable", "toSet", 0, 0, 0, collection_to_set},
    {"Iterable", "sort", 0, 1, 0, collection_sort},
    {"Iterable", "toSorted", 0, 0, 0, collection_to_sorted},
    {"Iterable", "unique", 0, 1, 0, collection_unique},
    {"Iterable", "toUnique", 0, 0, 0, collection_to_unique},
    {"Iterable", "flatten", 0, 0, 0, collection_flatten},
    {"Iterable", "take", 1, 1, 0, collection_take},
    {"Iterable", "drop", 1, 1, 0, collection_drop},
    {"Iterable", "takeRight", 1, 1, 0, collection_take_right},
    {"Iterable", "dropRight", 1, 1, 0, collection_drop_right},
    {"Iterable", "first", 0, 0, 0, collection_first},
    {"Iterable", "head", 0, 0, 0, collection_head},
    {"Iterable", "last", 0, 0, 0, collection_last},
    {"Iterable", "tail", 0, 0, 0, collection_tail},
    {"Iterable", "init", 0, 0, 0, collection_init},
    {"Iterable", "reverse", 0, 1, 0, collection_reverse},
    {"Iterable", "getAt", 1, 1, 0, collection_get_at},
    {"Iterable", "disjoint", 1, 1, 0, collection_disjoint},
    {"Iterable", "intersect", 1, 1, 0, collection_intersect},
    {"Iterable", "plus", 1, 1, 0, collection_plus},
    {"Iterable", "minus", 1, 1, 0, collection_minus},
    {"Iterable", "isEmpty", 0, 0, 0, collection_is_empty},
    {"Iterable", "containsAll", 1, 1, 0, collection_contains_all},
    {"Iterable", "toArray", 0, 1, 0, collection_to_array},
    {"Iterable", "equals", 1, 1, 0, collection_equals},
    {"Iterable", "hashCode", 0, 0, 0, collection_hash_code},
    {"Iterable", "toString", 0, 0, 0, collection_to_string},
    {"Iterable", "toListString", 0, 0, 0, collection_to_string},
    {"Iterable", "multiply", 1, 1, 0, collection_multiply},
    {"Iterable", "leftShift", 1, 1, 0, collection_left_shift},
    {"Stack", "empty", 0, 0, 0, collection_is_empty},
    {"ObjectArray", "toArray", 0, 1, 0, collection_to_array},
    {"ObjectArray", "equals", 1, 1, 0, collection_equals},
    {"ObjectArray", "toString", 0, 0, 0, collection_to_string},
    {"ObjectArray", "clone", 0, 0, 0, collection_to_array},
};

LIB_TABLE(collection_table, classes, methods);
