/* What the library's classes in Groovy (runner/prelude/classes) cannot do by themselves: static methods of a
 * class that only they name. */
#include "runner/lib/collection.h"
#include "runner/lib/number.h"
#include "runner/lib/ops.h"
#include "runner/lib/properties.h"
#include "runner/lib/text.h"
#include "runner/lib/xml.h"
#include "runner/lang/source_class.h"
#include "base/hash.h"
#include <stdlib.h>
#include <string.h>

NATIVE(support_xml)
{
    TEXT_ARG(text, argv[0]);
    return xml_parse(f, text->data, text->len, out);
}

static unsigned nibble(char c)
{
    return (unsigned)(c <= '9' ? c - '0' : c - 'a' + 10);
}

/* digest(algorithm, bytes): null for an unknown algorithm. */
NATIVE(support_digest)
{
    TEXT_ARG(algorithm, argv[0]);
    _cleanup_(buf_release) struct buf data = {0};
    int kind = hash_by_name(algorithm->data);
    if (kind < 0)
        return give(out, NULL_VALUE);
    if (bytes_of(f, argv[1], &data) != CALL_OK)
        return CALL_NONE;
    char hex[HASH_HEX_MAX], bytes[HASH_HEX_MAX / 2];
    hash_hex((enum hash_kind)kind, data.data ? data.data : "", data.len, hex);
    size_t n = strlen(hex) / 2;
    for (size_t i = 0; i < n; i++)
        bytes[i] = (char)(nibble(hex[2 * i]) << 4 | nibble(hex[2 * i + 1]));
    return give(out, byte_array(fiber_vm(f), bytes, n));
}

/* script(text, name): the compiled text as a script object with a binding of its own. */
NATIVE(support_script)
{
    TEXT_ARG(text, argv[0]);
    TEXT_ARG(name, argv[1]);
    struct error err = {0};
    char *file = xasprintf("%s.groovy", name->data);
    struct code *code = vm_compile_text(fiber_vm(f), file, text->data, text->len, name->data, false, &err);
    enum call_status status = CALL_OK;
    if (code)
        *out = script_new(fiber_vm(f), code, NULL_VALUE);
    else
        status = vm_throw(f, "MultipleCompilationErrorsException",
                          "startup failed:\n%s: %d: %s @ line %d, column %d.", file, err.line, err.message,
                          err.line, err.col);
    error_release(&err);
    free(file);
    return status;
}

static void add_property(void *data, const char *key, const char *value)
{
    struct value v = string_from(value);
    map_set_str(data, key, v);
    value_release(v);
}

NATIVE(support_properties)
{
    TEXT_ARG(text, argv[0]);
    *out = map_new(fiber_vm(f));
    properties_parse(text->data, text->len, add_property, AS_MAP(*out));
    return CALL_OK;
}

/* String(bytes): UTF-8, as new String(bytes) has it. */
NATIVE(support_text)
{
    struct buf text = {0};
    if (bytes_of(f, argv[0], &text) != CALL_OK)
        return CALL_NONE;
    return give(out, text_from_buf(&text));
}

/* print(text), as it stands. */
NATIVE(support_print)
{
    TEXT_ARG(text, argv[0]);
    const struct vm_host *host = vm_host(fiber_vm(f));
    if (host->print)
        host->print(f, text->data, text->len);
    return give(out, NULL_VALUE);
}

static const struct native_class classes[] = {{.name = "org.codehaus.groovy.runtime.LibrarySupport"}};

#define ROW(name, args, fn)                                                                                  \
    {                                                                                                        \
        "LibrarySupport", name, args, args, METHOD_STATIC, fn                                                \
    }
static const struct native_method methods[] = {
    ROW("xml", 1, support_xml),       ROW("digest", 2, support_digest),
    ROW("script", 2, support_script), ROW("properties", 1, support_properties),
    ROW("text", 1, support_text),     ROW("print", 1, support_print),
};

LIB_TABLE(library_support_table, classes, methods);
