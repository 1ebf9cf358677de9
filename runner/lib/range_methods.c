/* Methods of groovy.lang.Range beside those of lists, of EnumSet, comparators of sorted collections, the
 * parts of a GString. */
#include "runner/lib/collection.h"
#include "runner/lib/number.h"
#include "runner/lib/ops.h"
#include "runner/lang/heap.h"

/* getFrom() is the lower bound, whichever way the range runs. */
NATIVE(range_get_from)
{
    const struct range *r = (struct range *)self.u.o;
    return value_is(self, OBJ_RANGE) ? give(out, value_retain(r->reverse ? r->to : r->from)) : CALL_NONE;
}

NATIVE(range_get_to)
{
    const struct range *r = (struct range *)self.u.o;
    return value_is(self, OBJ_RANGE) ? give(out, value_retain(r->reverse ? r->from : r->to)) : CALL_NONE;
}

NATIVE(range_is_reverse)
{
    return value_is(self, OBJ_RANGE) ? give(out, value_bool(((struct range *)self.u.o)->reverse)) : CALL_NONE;
}

static enum call_status gstring_every_other(struct fiber *f, struct value self, uint32_t first,
                                            const char *element, struct value *out)
{
    const struct gstring *g = (struct gstring *)self.u.o;
    *out = array_new(fiber_vm(f), element, 0);
    for (uint32_t i = first; i < 2 * g->count + 1; i += 2)
        list_push(AS_LIST(*out), g->parts[i]);
    return CALL_OK;
}

NATIVE(gstring_get_values)
{
    return gstring_every_other(f, self, 1, "Object", out);
}

NATIVE(gstring_get_strings)
{
    return gstring_every_other(f, self, 0, "String", out);
}

static enum call_status enum_set(struct fiber *f, int argc, struct value *argv, struct value *out)
{
    *out = map_new_of(fiber_vm(f), "EnumSet");
    for (int i = 0; i < argc; i++)
        map_set(AS_MAP(*out), argv[i], NULL_VALUE);
    return CALL_OK;
}

NATIVE(enum_set_of)
{
    return enum_set(f, argc, argv, out);
}

NATIVE(enum_set_none)
{
    return enum_set(f, 0, NULL, out);
}

NATIVE(enum_set_all)
{
    _cleanup_(value_release_ptr) struct value values = NULL_VALUE;
    if (value_to_list(f, argv[0], &values) != CALL_OK)
        return CALL_THROW;
    return enum_set(f, (int)AS_LIST(values)->len, AS_LIST(values)->items, out);
}

NATIVE(sorted_comparator)
{
    return value_is(self, OBJ_MAP) ? give(out, value_retain(AS_MAP(self)->comparator)) : CALL_NONE;
}

static const struct native_method methods[] = {
    {"Range", "getFrom", 0, 0, 0, range_get_from},
    {"Range", "getTo", 0, 0, 0, range_get_to},
    {"Range", "isReverse", 0, 0, 0, range_is_reverse},
    {"GStringImpl", "getValues", 0, 0, 0, gstring_get_values},
    {"GStringImpl", "getStrings", 0, 0, 0, gstring_get_strings},
    {"SortedMap", "comparator", 0, 0, 0, sorted_comparator},
    {"SortedSet", "comparator", 0, 0, 0, sorted_comparator},
    {"EnumSet", "of", 1, -1, METHOD_STATIC, enum_set_of},
    {"EnumSet", "noneOf", 1, 1, METHOD_STATIC, enum_set_none},
    {"EnumSet", "allOf", 1, 1, METHOD_STATIC, enum_set_all},
};

const struct lib_table range_table = {.methods = methods, .n_methods = ARRAY_LEN(methods)};
