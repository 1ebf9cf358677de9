/* CSVRecord [commons-csv] as a native object. The record shares the list of its values and the map of the
 * header with all others of the file; who changes them through one record changes them for all, which
 * readCSV never lets happen. */
#include "runner/steps/csv_record.h"
#include "runner/lang/vm.h"
#include "runner/steps/csv.h"
#include "base/buf.h"
#include <string.h>

struct record {
    struct value values, header;
    int number;
};

static void record_free(void *data)
{
    struct record *r = data;
    value_release(r->values);
    value_release(r->header);
    free(r);
}

struct value csv_record_new(struct fiber *f, struct value values, struct value header, int number)
{
    struct record *r = xcalloc(1, sizeof(*r));
    *r = (struct record){value_retain(values), value_retain(header), number};
    return native_new(fiber_vm(f), vm_class(fiber_vm(f), "CSVRecord"), r);
}

#define RECORD(self) ((struct record *)AS_NATIVE(self)->data)
#define METHOD(fn)                                                                                           \
    static enum call_status fn(struct fiber *f, struct value self, int argc, struct value *argv,             \
                               struct value *out)

struct value csv_record_values(struct run *run, struct value v)
{
    return value_is(v, OBJ_NATIVE) && AS_NATIVE(v)->class == vm_class(run->vm, "CSVRecord")
               ? RECORD(v)->values
               : NULL_VALUE;
}

/* The place that a name or number means; -1: the exception is thrown. */
static int64_t place_of(struct fiber *f, const struct record *r, struct value key)
{
    struct value at, hold = NULL_VALUE;
    if (key.tag == VAL_INT)
        return key.u.i;
    const char *name = value_text(f, key, &hold);
    int64_t place = -1;
    if (value_is_null(r->header))
        vm_throw(f, "IllegalStateException",
                 "No header mapping was specified, the record values can't be accessed by name");
    else if (!map_get_str(AS_MAP(r->header), name, &at))
        vm_throw(f, "IllegalArgumentException",
                 "Mapping for %s not found, expected one of the header's names", name);
    else
        place = at.u.i;
    value_release(hold);
    return place;
}

METHOD(record_get)
{
    const struct record *r = RECORD(self);
    int64_t i = place_of(f, r, argv[0]), n = AS_LIST(r->values)->len;
    if (i < 0 && argv[0].tag != VAL_INT)
        return CALL_THROW;
    if (i < 0 || i >= n)
        return vm_throw(f, "ArrayIndexOutOfBoundsException", "Index %lld out of bounds for length %lld",
                        (long long)i, (long long)n);
    *out = value_retain(AS_LIST(r->values)->items[i]);
    return CALL_OK;
}

METHOD(record_size)
{
    *out = value_int((int32_t)AS_LIST(RECORD(self)->values)->len);
    return CALL_OK;
}

METHOD(record_number)
{
    *out = value_long(RECORD(self)->number);
    return CALL_OK;
}

METHOD(record_to_list)
{
    const struct list *l = AS_LIST(RECORD(self)->values);
    *out = list_new(fiber_vm(f), l->len);
    for (uint32_t i = 0; i < l->len; i++)
        list_push(AS_LIST(*out), l->items[i]);
    return CALL_OK;
}

METHOD(record_to_map)
{
    const struct record *r = RECORD(self);
    struct map_slot *slot;
    *out = map_new(fiber_vm(f));
    for (size_t i = 0; !value_is_null(r->header) && map_next(AS_MAP(r->header), &i, &slot);)
        if ((uint32_t)slot->value.u.i < AS_LIST(r->values)->len)
            map_set(AS_MAP(*out), slot->key, AS_LIST(r->values)->items[slot->value.u.i]);
    return CALL_OK;
}

METHOD(record_is_mapped)
{
    const struct record *r = RECORD(self);
    struct value hold = NULL_VALUE, at;
    *out = value_bool(!value_is_null(r->header) &&
                      map_get_str(AS_MAP(r->header), value_text(f, argv[0], &hold), &at));
    value_release(hold);
    return CALL_OK;
}

METHOD(record_is_set)
{
    const struct record *r = RECORD(self);
    struct value hold = NULL_VALUE, at = argv[0];
    bool mapped = at.tag == VAL_INT || (!value_is_null(r->header) &&
                                        map_get_str(AS_MAP(r->header), value_text(f, argv[0], &hold), &at));
    *out = value_bool(mapped && at.u.i >= 0 && (uint32_t)at.u.i < AS_LIST(r->values)->len);
    value_release(hold);
    return CALL_OK;
}

METHOD(record_is_consistent)
{
    const struct record *r = RECORD(self);
    *out = value_bool(value_is_null(r->header) || AS_MAP(r->header)->len == AS_LIST(r->values)->len);
    return CALL_OK;
}

METHOD(record_iterator)
{
    return vm_invoke_sync(f, RECORD(self)->values, "iterator", 0, NULL, out);
}

METHOD(record_to_string)
{
    _cleanup_(buf_release) struct buf text = {0};
    value_print(f, RECORD(self)->values, &text);
    *out = string_printf("CSVRecord [comment='null', recordNumber=%d, values=%s]", RECORD(self)->number,
                         text.data);
    return CALL_OK;
}

void csv_record_register(struct run *run)
{
    static const struct native_class classes[] = {
        {.name = "org.apache.commons.csv.CSVRecord", .interfaces = "Iterable", .release = record_free}};
    static const struct native_method methods[] = {
        {"CSVRecord", "get", 1, 1, 0, record_get},
        {"CSVRecord", "getAt", 1, 1, 0, record_get},
        {"CSVRecord", "size", 0, 0, 0, record_size},
        {"CSVRecord", "getRecordNumber", 0, 0, 0, record_number},
        {"CSVRecord", "toList", 0, 0, 0, record_to_list},
        {"CSVRecord", "values", 0, 0, 0, record_to_list},
        {"CSVRecord", "toMap", 0, 0, 0, record_to_map},
        {"CSVRecord", "isMapped", 1, 1, 0, record_is_mapped},
        {"CSVRecord", "isSet", 1, 1, 0, record_is_set},
        {"CSVRecord", "isConsistent", 0, 0, 0, record_is_consistent},
        {"CSVRecord", "iterator", 0, 0, 0, record_iterator},
        {"CSVRecord", "toString", 0, 0, 0, record_to_string},
    };
    vm_register(run->vm, classes, ARRAY_LEN(classes), methods, ARRAY_LEN(methods));
}
