/* groovy.lang.ListWithDefault: [].withDefault { index -> … } makes elements when they are first read; the
 * eager form fills the gap before them as well. It stands for its list in everything but reading. */
#include "runner/lib/collection.h"
#include "runner/lib/lib.h"
#include "runner/lib/number.h"
#include "runner/lib/ops.h"
#include "runner/lang/heap.h"

enum { INDEX_MAX = 1 << 26 };

struct list_default {
    struct value list, closure;
    bool eager;
};

static void list_default_free(void *data)
{
    struct list_default *d = data;
    value_release(d->list);
    value_release(d->closure);
    free(d);
}

static enum call_status make(struct fiber *f, struct value self, struct value closure, bool eager,
                             struct value *out)
{
    if (!value_is(closure, OBJ_CLOSURE) || !value_is(self, OBJ_LIST))
        return CALL_NONE;
    struct list_default *d = xcalloc(1, sizeof(*d));
    *d = (struct list_default){.list = value_retain(self), .closure = value_retain(closure), .eager = eager};
    return give(out, native_new(fiber_vm(f), vm_class(fiber_vm(f), "ListWithDefault"), d));
}

NATIVE(list_with_default)
{
    return make(f, self, argv[0], false, out);
}

NATIVE(list_with_eager_default)
{
    return make(f, self, argv[0], true, out);
}

static enum call_status fill(struct fiber *f, struct list_default *d, uint32_t index)
{
    struct value at = value_int((int32_t)index), made = NULL_VALUE;
    enum call_status status = vm_call_sync(f, d->closure, 1, &at, &made);
    if (status == CALL_OK && index < AS_LIST(d->list)->len)
        list_set(AS_LIST(d->list), index, made);
    value_release(made);
    return status;
}

NATIVE(list_default_get)
{
    struct list_default *d = AS_NATIVE(self)->data;
    struct list *l = AS_LIST(d->list);
    int64_t i;
    if (!value_int_arg(argv[0], &i) || i < 0 || i > INDEX_MAX)
        return value_get_at(f, d->list, argv[0], out);
    uint32_t before = l->len;
    while (l->len <= i)
        list_push(l, NULL_VALUE);
    for (uint32_t k = before; d->eager && k < i; k++) {
        if (fill(f, d, k) != CALL_OK)
            return CALL_THROW;
    }
    /* The closure may have changed the list; Groovy then throws as well. */
    if (i < l->len && l->items[i].tag == VAL_NULL && fill(f, d, (uint32_t)i) != CALL_OK)
        return CALL_THROW;
    if (i >= l->len)
        return vm_throw(f, "IndexOutOfBoundsException", "Index %lld out of bounds for length %u",
                        (long long)i, l->len);
    return give(out, value_retain(l->items[i]));
}

NATIVE(list_default_put)
{
    struct list_default *d = AS_NATIVE(self)->data;
    enum call_status status = value_put_at(f, d->list, argv[0], argv[1]);
    return status == CALL_OK ? give(out, NULL_VALUE) : status;
}

NATIVE(list_default_iterator)
{
    return vm_invoke_sync(f, ((struct list_default *)AS_NATIVE(self)->data)->list, "iterator", 0, NULL, out);
}

static enum call_status forward(struct fiber *f, struct value self, const char *name, int argc,
                                struct value *argv, struct value *out)
{
    return vm_invoke_sync(f, ((struct list_default *)AS_NATIVE(self)->data)->list, name, argc, argv, out);
}

#define FORWARD(fn, name)                                                                                    \
    NATIVE(fn)                                                                                               \
    {                                                                                                        \
        return forward(f, self, name, argc, argv, out);                                                      \
    }
FORWARD(list_default_size, "size")
FORWARD(list_default_add, "add")
FORWARD(list_default_left_shift, "leftShift")
FORWARD(list_default_plus, "plus")
FORWARD(list_default_to_string, "toString")
FORWARD(list_default_equals, "equals")
FORWARD(list_default_remove, "remove")
FORWARD(list_default_clear, "clear")

static const struct native_class classes[] = {
    {.name = "groovy.lang.ListWithDefault", .interfaces = "List", .release = list_default_free},
};

#define ROW(name, min, max, fn)                                                                              \
    {                                                                                                        \
        "ListWithDefault", name, min, max, 0, fn                                                             \
    }
static const struct native_method methods[] = {
    {"List", "withDefault", 1, 1, 0, list_with_default},
    {"List", "withLazyDefault", 1, 1, 0, list_with_default},
    {"List", "withEagerDefault", 1, 1, 0, list_with_eager_default},
    ROW("get", 1, 1, list_default_get),
    ROW("getAt", 1, 1, list_default_get),
    ROW("putAt", 2, 2, list_default_put),
    ROW("iterator", 0, 0, list_default_iterator),
    ROW("size", 0, 0, list_default_size),
    ROW("add", 1, 2, list_default_add),
    ROW("leftShift", 1, 1, list_default_left_shift),
    ROW("plus", 1, 1, list_default_plus),
    ROW("toString", 0, 0, list_default_to_string),
    ROW("equals", 1, 1, list_default_equals),
    ROW("remove", 1, 1, list_default_remove),
    ROW("clear", 0, 0, list_default_clear),
};

LIB_TABLE(list_default_table, classes, methods);
