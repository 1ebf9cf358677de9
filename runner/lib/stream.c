/* java.util.Optional, java.util.stream as scripts use it: a Stream is a list of another class, evaluated at
 * once. What takes closures, and the Collectors, are in runner/prelude/stream.groovy. */
#include "runner/lib/collection.h"
#include "runner/lib/lib.h"
#include "runner/lib/ops.h"
#include "runner/lib/text.h"
#include "runner/lang/heap.h"

/* ---- Optional */

static void optional_free(void *data)
{
    value_release(*(struct value *)data);
    free(data);
}

static struct value content(struct value optional)
{
    return *(struct value *)AS_NATIVE(optional)->data;
}

/* The cell owns its value; null stands for empty. */
static struct value optional_new(struct fiber *f, struct value v)
{
    struct value *place = xmalloc(sizeof(*place));
    *place = value_retain(v);
    return native_new(fiber_vm(f), vm_class(fiber_vm(f), "Optional"), place);
}

NATIVE(optional_of)
{
    if (argv[0].tag == VAL_NULL)
        return vm_throw(f, "NullPointerException", NULL);
    return give(out, optional_new(f, argv[0]));
}

NATIVE(optional_of_nullable)
{
    return give(out, optional_new(f, argc ? argv[0] : NULL_VALUE));
}

NATIVE(optional_get)
{
    if (content(self).tag == VAL_NULL)
        return vm_throw(f, "NoSuchElementException", "No value present");
    return give(out, value_retain(content(self)));
}

NATIVE(optional_is_present)
{
    return give(out, value_bool(content(self).tag != VAL_NULL));
}

NATIVE(optional_is_empty)
{
    return give(out, value_bool(content(self).tag == VAL_NULL));
}

NATIVE(optional_or_else)
{
    return give(out, value_retain(content(self).tag != VAL_NULL ? content(self) : argv[0]));
}

NATIVE(optional_to_string)
{
    struct buf text = {0};
    if (content(self).tag == VAL_NULL)
        return give(out, string_from("Optional.empty"));
    buf_addstr(&text, "Optional[");
    value_print(f, content(self), &text);
    buf_addch(&text, ']');
    return give(out, text_from_buf(&text));
}

/* ---- Stream */

NATIVE(stream_of_collection)
{
    enum call_status status = collection_to_list(f, self, out);
    if (status == CALL_OK)
        AS_LIST(*out)->class = vm_class(fiber_vm(f), "ReferencePipeline");
    return status;
}

NATIVE(stream_of)
{
    if (argc == 1 && value_is_array(argv[0]))
        return stream_of_collection(f, argv[0], 0, NULL, out);
    _cleanup_(value_release_ptr) struct value list = list_new(fiber_vm(f), (size_t)argc);
    for (int i = 0; i < argc; i++)
        list_push(AS_LIST(list), argv[i]);
    return stream_of_collection(f, list, 0, NULL, out);
}

NATIVE(stream_range)
{
    INT_ARG(from, argv[0]);
    INT_ARG(to, argv[1]);
    _cleanup_(value_release_ptr) struct value list = list_new(fiber_vm(f), 0);
    if (to - from > 1 << 26)
        return vm_throw(f, "OutOfMemoryError", "Java heap space");
    for (; from < to; from++)
        list_push(AS_LIST(list), value_int((int32_t)from));
    return stream_of_collection(f, list, 0, NULL, out);
}

static const struct native_class classes[] = {
    {.name = "java.util.Optional", .release = optional_free},
    {.name = "java.util.stream.Stream", .interface = true, .interfaces = "Iterable"},
    {.name = "java.util.stream.ReferencePipeline", .interfaces = "Stream"},
    {.name = "java.util.stream.IntStream"},
    {.name = "java.util.stream.Collectors"},
};

#define STATIC_ROW(class, name, min, max, fn)                                                                \
    {                                                                                                        \
        class, name, min, max, METHOD_STATIC, fn                                                             \
    }
static const struct native_method methods[] = {
    STATIC_ROW("Optional", "of", 1, 1, optional_of),
    STATIC_ROW("Optional", "ofNullable", 1, 1, optional_of_nullable),
    STATIC_ROW("Optional", "empty", 0, 0, optional_of_nullable),
    {"Optional", "get", 0, 0, 0, optional_get},
    {"Optional", "isPresent", 0, 0, 0, optional_is_present},
    {"Optional", "isEmpty", 0, 0, 0, optional_is_empty},
    {"Optional", "orElse", 1, 1, 0, optional_or_else},
    {"Optional", "toString", 0, 0, 0, optional_to_string},
    {"Iterable", "stream", 0, 0, 0, stream_of_collection},
    {"Iterable", "parallelStream", 0, 0, 0, stream_of_collection},
    STATIC_ROW("Arrays", "stream", 1, 1, stream_of),
    STATIC_ROW("Stream", "of", 0, -1, stream_of),
    STATIC_ROW("IntStream", "range", 2, 2, stream_range),
    STATIC_ROW("IntStream", "of", 0, -1, stream_of),
};

LIB_TABLE(stream_table, classes, methods);
