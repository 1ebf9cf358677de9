/* obj[index] and obj[index] = v of builtin values: DefaultGroovyMethods.getAt and putAt.
 *
 * Negative indices count from the end everywhere. Reading behind the end of a list gives null, of an array
 * or a text throws; writing behind a list's end fills up with nulls. */
#include "runner/lib/collection.h"
#include "runner/lib/number.h"
#include "runner/lib/ops.h"
#include "runner/lib/regex.h"
#include "runner/lib/text.h"
#include "runner/lang/heap.h"

/* Groovy's wording, for lists as well as for arrays and texts. */
static enum call_status negative_index(struct fiber *f, int64_t index, int64_t len)
{
    return vm_throw(f, "ArrayIndexOutOfBoundsException",
                    "Negative array index [%lld] too large for array size %lld", (long long)index,
                    (long long)len);
}

/* What a range selects of `len` elements. */
struct slice {
    int64_t from, to; /* from inclusive, to exclusive */
    bool reverse;
};

/* IntRange.subListBorders(): bounds as written, negative ones from the end, taken as ints; an empty range is
 * a place. */
static struct slice slice_of(const struct range *r, int64_t len)
{
    int64_t from = (int32_t)number_long(r->from), to = (int32_t)number_long(r->to);
    if (r->empty) {
        from += from < 0 ? len : 0;
        return (struct slice){from, from, false};
    }
    if (r->exclusive)
        to += r->reverse ? -1 : 1;
    from += from < 0 ? len : 0;
    to += to < 0 ? len : 0;
    if (from > to)
        return (struct slice){r->exclusive ? to + 1 : to, from + 1, true};
    return (struct slice){from, r->exclusive ? to : to + 1, false};
}

/* list[[0, 2]] and list[0, 2] are the same call. */
static bool is_index_list(struct value v)
{
    return value_is(v, OBJ_LIST) || value_is_set(v);
}

enum { NESTING_MAX = 64 }; /* of lists of indices in each other: deeper ones hold themselves */

static bool nests_too_deep(struct value index, int depth)
{
    if (!value_is(index, OBJ_LIST))
        return false;
    if (depth > NESTING_MAX)
        return true;
    const struct list *l = AS_LIST(index);
    for (size_t i = 0; i < l->len; i++) {
        if (nests_too_deep(l->items[i], depth + 1))
            return true;
    }
    return false;
}

/* What can address elements: no range of texts, no list in itself. */
static enum call_status check_index(struct fiber *f, struct value index)
{
    const struct range *r = value_is(index, OBJ_RANGE) ? (struct range *)index.u.o : NULL;
    if (r && !value_is_number(r->from))
        return vm_throw_cast(f, r->from, "int");
    return nests_too_deep(index, 0) ? vm_throw(f, "StackOverflowError", NULL) : CALL_OK;
}

/* ---- text */

static enum call_status text_bounds(struct fiber *f, int64_t from, int64_t to, int64_t len)
{
    if (from >= 0 && from <= to && to <= len)
        return CALL_OK;
    return vm_throw(f, "StringIndexOutOfBoundsException", "begin %lld, end %lld, length %lld",
                    (long long)from, (long long)to, (long long)len);
}

/* 'abc'[2..0] reads backwards. */
static enum call_status text_get_range(struct fiber *f, const struct string *s, const struct range *r,
                                       struct value *out)
{
    int64_t len = (int64_t)text_length(s);
    struct slice slice = slice_of(r, len);
    if (r->empty)
        return give(out, string_from(""));
    if (text_bounds(f, slice.from, slice.to, len) != CALL_OK)
        return CALL_THROW;
    _cleanup_(value_release_ptr) struct value part = text_slice(s, (size_t)slice.from, (size_t)slice.to);
    return give(out, slice.reverse ? text_reversed(AS_STRING(part)) : value_retain(part));
}

static enum call_status text_get(struct fiber *f, const struct string *s, struct value index,
                                 struct value *out)
{
    if (value_is(index, OBJ_RANGE))
        return text_get_range(f, s, (struct range *)index.u.o, out);
    if (is_index_list(index)) {
        struct buf b = {0};
        struct value part;
        _cleanup_(value_release_ptr) struct value list = NULL_VALUE;
        if (value_to_list(f, index, &list) != CALL_OK)
            return CALL_THROW;
        for (size_t i = 0; i < AS_LIST(list)->len; i++) {
            if (text_get(f, s, AS_LIST(list)->items[i], &part) != CALL_OK) {
                buf_release(&b);
                return CALL_THROW;
            }
            buf_add(&b, AS_STRING(part)->data, AS_STRING(part)->len);
            value_release(part);
        }
        return give(out, text_from_buf(&b));
    }
    if (!value_is_number(index))
        return CALL_NONE;
    int64_t len = (int64_t)text_length(s), i = number_long(index);
    if (i < -len)
        return negative_index(f, i, len);
    i += i < 0 ? len : 0;
    if (text_bounds(f, i, i + 1, len) != CALL_OK)
        return CALL_THROW;
    return give(out, text_slice(s, (size_t)i, (size_t)i + 1));
}

/* ---- lists and arrays */

/* The words of AbstractList.subListRangeCheck(). */
static enum call_status list_bounds(struct fiber *f, struct slice s, int64_t len)
{
    if (s.from < 0)
        return vm_throw(f, "IndexOutOfBoundsException", "fromIndex = %lld", (long long)s.from);
    if (s.to > len)
        return vm_throw(f, "IndexOutOfBoundsException", "toIndex = %lld", (long long)s.to);
    if (s.from > s.to)
        return vm_throw(f, "IllegalArgumentException", "fromIndex(%lld) > toIndex(%lld)", (long long)s.from,
                        (long long)s.to);
    return CALL_OK;
}

static enum call_status list_get_range(struct fiber *f, const struct list *l, const struct range *r,
                                       struct value *out)
{
    struct slice s = slice_of(r, l->len);
    if (r->empty)
        return give(out, list_new(fiber_vm(f), 0));
    if (list_bounds(f, s, l->len) != CALL_OK)
        return CALL_THROW;
    *out = list_new(fiber_vm(f), (size_t)(s.to - s.from));
    for (int64_t i = 0; i < s.to - s.from; i++)
        list_push(AS_LIST(*out), l->items[s.reverse ? s.to - 1 - i : s.from + i]);
    return CALL_OK;
}

/* list[0, 1..2]: a range or list among the indices adds its elements, not a list of them. */
static enum call_status list_get_many(struct fiber *f, struct value obj, struct value indices,
                                      struct value *out)
{
    _cleanup_(value_release_ptr) struct value list = NULL_VALUE, all = list_new(fiber_vm(f), 0);
    if (value_to_list(f, indices, &list) != CALL_OK)
        return CALL_THROW;
    for (size_t i = 0; i < AS_LIST(list)->len; i++) {
        struct value item = NULL_VALUE, index = AS_LIST(list)->items[i];
        enum call_status status = value_get_at(f, obj, index, &item);
        if (status == CALL_OK && (value_is(index, OBJ_RANGE) || is_index_list(index)))
            status = collection_append(f, AS_LIST(all), item);
        else if (status == CALL_OK)
            list_push(AS_LIST(all), item);
        value_release(item);
        if (status != CALL_OK)
            return status;
    }
    return give(out, value_retain(all));
}

static enum call_status list_get(struct fiber *f, struct value obj, struct value index, struct value *out)
{
    const struct list *l = AS_LIST(obj);
    if (value_is(index, OBJ_RANGE))
        return list_get_range(f, l, (struct range *)index.u.o, out);
    if (is_index_list(index))
        return list_get_many(f, obj, index, out);
    if (!value_is_number(index))
        return CALL_NONE;
    int64_t i = number_long(index);
    if (i < -(int64_t)l->len)
        return negative_index(f, i, l->len);
    i += i < 0 ? l->len : 0;
    if (i < l->len)
        return give(out, value_retain(l->items[i]));
    if (value_is_array(obj))
        return vm_throw(f, "ArrayIndexOutOfBoundsException", "Index %lld out of bounds for length %u",
                        (long long)i, l->len);
    return give(out, NULL_VALUE);
}

static enum call_status range_get(struct fiber *f, struct value obj, struct value index, struct value *out)
{
    const struct range *r = (struct range *)obj.u.o;
    if (r->is_int && value_is_number(index)) {
        int64_t size = range_size(r), i = number_long(index);
        i = i < 0 && i >= -size ? i + size : i;
        if (i < 0)
            return negative_index(f, i, size);
        return give(out, i < size ? range_at(r, i) : NULL_VALUE);
    }
    _cleanup_(value_release_ptr) struct value list = NULL_VALUE;
    if (range_to_list(f, r, &list) != CALL_OK)
        return CALL_THROW;
    return list_get(f, list, index, out);
}

/* A withDefault map stores what its closure made, so that the next get() gives the same object. */
enum call_status map_get_or_make(struct fiber *f, struct map *m, struct value key, struct value *out)
{
    struct value found;
    if (map_get(m, key, &found))
        return give(out, value_retain(found));
    if (m->default_fn.tag == VAL_NULL)
        return give(out, NULL_VALUE);
    enum call_status status = vm_call_sync(f, m->default_fn, 1, &key, out);
    if (status == CALL_OK)
        map_set(m, key, *out);
    return status;
}

/* A GString as subscript of a map means its text (it is taken for a property name). */
static enum call_status subscript_key(struct fiber *f, struct value key, struct value *out)
{
    return value_is(key, OBJ_GSTRING) ? value_to_string(f, key, out) : give(out, value_retain(key));
}

static enum call_status map_get_at(struct fiber *f, struct map *m, struct value subscript, struct value *out)
{
    _cleanup_(value_release_ptr) struct value key = NULL_VALUE;
    if (subscript_key(f, subscript, &key) != CALL_OK)
        return CALL_THROW;
    return map_get_or_make(f, m, key, out);
}

static enum call_status map_put(struct fiber *f, struct map *m, struct value subscript, struct value v)
{
    _cleanup_(value_release_ptr) struct value key = NULL_VALUE;
    if (map_check_mutable(f, m) != CALL_OK || subscript_key(f, subscript, &key) != CALL_OK)
        return CALL_THROW;
    map_set(m, key, v);
    return CALL_OK;
}

enum call_status value_get_at(struct fiber *f, struct value obj, struct value index, struct value *out)
{
    if (index.tag == VAL_OBJECT && !value_is_map(obj) && check_index(f, index) != CALL_OK)
        return CALL_THROW;
    if (value_is_text(obj) || value_is_builder(obj)) {
        TEXT(s, obj);
        return text_get(f, s, index, out);
    }
    if (value_is(obj, OBJ_LIST))
        return list_get(f, obj, index, out);
    if (value_is(obj, OBJ_RANGE))
        return range_get(f, obj, index, out);
    if (value_is_map(obj))
        return map_get_at(f, AS_MAP(obj), index, out);
    if (value_is_set(obj)) {
        _cleanup_(value_release_ptr) struct value list = NULL_VALUE;
        collection_to_list(f, obj, &list);
        return list_get(f, list, index, out);
    }
    return CALL_NONE;
}

/* ---- assignment */

/* Arrays keep their element type: what is put is cast to it. */
static enum call_status array_put(struct fiber *f, struct list *l, int64_t i, struct value v)
{
    struct value item = NULL_VALUE;
    const char *element = class_simple_name(l->class->element);
    if (i >= l->len)
        return vm_throw(f, "ArrayIndexOutOfBoundsException", "Index %lld out of bounds for length %u",
                        (long long)i, l->len);
    if (value_cast(f, v, element, false, &item) != CALL_OK)
        return CALL_THROW;
    list_set(l, (size_t)i, item);
    value_release(item);
    return CALL_OK;
}

/* list[1..2] = 'x' replaces two elements by one [DefaultGroovyMethods.putAt(List, EmptyRange/IntRange, …)].
 */
static enum call_status list_put_range(struct fiber *f, struct list *l, const struct range *r, struct value v)
{
    struct slice s = slice_of(r, l->len);
    if (list_bounds(f, s, l->len) != CALL_OK)
        return CALL_THROW;
    _cleanup_(value_release_ptr) struct value items = NULL_VALUE;
    enum call_status status = collection_to_list(f, v, &items);
    if (status == CALL_NONE) {
        items = list_new(fiber_vm(f), 1);
        list_push(AS_LIST(items), v);
    } else if (status != CALL_OK) {
        return status;
    }
    for (int64_t i = s.from; i < s.to; i++)
        list_remove(l, (size_t)s.from);
    for (size_t i = 0; i < AS_LIST(items)->len; i++)
        list_insert(l, (size_t)s.from + i, AS_LIST(items)->items[i]);
    return CALL_OK;
}

/* A gap of that size would be memory for nothing. */
static enum call_status list_put(struct fiber *f, struct value obj, struct value index, struct value v)
{
    struct list *l = AS_LIST(obj);
    bool array = value_is_array(obj);
    if (list_check_mutable(f, l) != CALL_OK)
        return CALL_THROW;
    if (value_is(index, OBJ_RANGE) && !array)
        return list_put_range(f, l, (struct range *)index.u.o, v);
    if (!value_is_number(index))
        return CALL_NONE;
    int64_t i = number_long(index);
    if (i < -(int64_t)l->len)
        return negative_index(f, i, l->len);
    i += i < 0 ? l->len : 0;
    if (array)
        return array_put(f, l, i, v);
    if (i > 1 << 26)
        return vm_throw(f, "OutOfMemoryError", "Java heap space");
    while (l->len <= i)
        list_push(l, NULL_VALUE);
    list_set(l, (size_t)i, v);
    return CALL_OK;
}

enum call_status value_put_at(struct fiber *f, struct value obj, struct value index, struct value v)
{
    if (value_is(obj, OBJ_LIST))
        return check_index(f, index) == CALL_OK ? list_put(f, obj, index, v) : CALL_THROW;
    if (value_is(obj, OBJ_RANGE))
        return vm_throw(f, "UnsupportedOperationException", NULL);
    if (!value_is_map(obj))
        return CALL_NONE;
    return map_put(f, AS_MAP(obj), index, v);
}
