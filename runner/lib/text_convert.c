/* String's constructors and static methods, encodings of text and bytes, URL escapes, digests. */
#include "runner/lib/collection.h"
#include "runner/lib/json.h"
#include "runner/lib/number.h"
#include "runner/lib/ops.h"
#include "runner/lib/text.h"
#include "runner/lang/heap.h"
#include "base/hash.h"
#include <ctype.h>
#include <string.h>

static bool element_is(struct value v, const char *type)
{
    return value_is_array(v) && strcmp(class_simple_name(AS_LIST(v)->class->element), type) == 0;
}

/* A list with anything but numbers in it is no byte array: another row may fit. */
enum call_status bytes_of(struct fiber *f, struct value v, struct buf *out)
{
    if (value_is(v, OBJ_LIST)) {
        for (size_t i = 0; i < AS_LIST(v)->len; i++)
            if (!value_is_number(AS_LIST(v)->items[i]))
                return CALL_NONE;
        for (size_t i = 0; i < AS_LIST(v)->len; i++)
            buf_addch(out, (char)number_long(AS_LIST(v)->items[i]));
        return CALL_OK;
    }
    TEXT_ARG(s, v);
    buf_add(out, s->data, s->len);
    return CALL_OK;
}

struct value byte_array(struct vm *vm, const char *s, size_t n)
{
    struct value array = array_new(vm, "byte", n);
    for (size_t i = 0; i < n; i++)
        list_set(AS_LIST(array), i, (struct value){.tag = VAL_BYTE, .u.i = (signed char)s[i]});
    return array;
}

/* Pairs of surrogates among the chars become one code point. */
static struct value text_of_chars(const struct list *l)
{
    struct buf b = {0};
    for (size_t i = 0; i < l->len; i++)
        buf_addunit(&b, l->items[i].u.c);
    return text_from_buf(&b);
}

/* new String(bytes, charset): the charset is not looked at, bytes are UTF-8. */
NATIVE(string_new_method)
{
    struct buf b = {0};
    if (argc == 0)
        return give(out, string_from(""));
    if (element_is(argv[0], "char"))
        return give(out, text_of_chars(AS_LIST(argv[0])));
    enum call_status status = bytes_of(f, argv[0], &b);
    if (status == CALL_OK)
        *out = text_from_buf(&b);
    buf_release(&b);
    return status;
}

NATIVE(string_value_of)
{
    if (element_is(argv[0], "char"))
        return give(out, text_of_chars(AS_LIST(argv[0])));
    return value_java_string(f, argv[0], out);
}

/* String.format(format, args...), format(locale, format, args...), or one array or list of arguments. */
NATIVE(string_format)
{
    if (argc > 1 && value_instance_of(fiber_vm(f), argv[0], "Locale")) {
        argc--;
        argv++;
    }
    TEXT_ARG(format, argv[0]);
    if (argc == 2 && (value_is_array(argv[1])))
        return text_format(f, format->data, (int)AS_LIST(argv[1])->len, AS_LIST(argv[1])->items, out);
    return text_format(f, format->data, argc - 1, argv + 1, out);
}

/* Object.sprintf(format, args…) and text.formatted(…) */
NATIVE(text_sprintf)
{
    TEXT_ARG(format, argv[0]);
    if (argc == 2 && value_is(argv[1], OBJ_LIST))
        return text_format(f, format->data, (int)AS_LIST(argv[1])->len, AS_LIST(argv[1])->items, out);
    return text_format(f, format->data, argc - 1, argv + 1, out);
}

NATIVE(text_formatted)
{
    TEXT(format, self);
    return text_format(f, format->data, argc, argv, out);
}

/* items - 1: argv counts from the separator. */
NATIVE(string_join)
{
    TEXT_ARG(separator, argv[0]);
    _cleanup_(value_release_ptr) struct value items = NULL_VALUE;
    struct buf b = {0};
    if (argc == 2 && !value_is_text(argv[1])) {
        enum call_status status = collection_to_list(f, argv[1], &items);
        if (status != CALL_OK)
            return status;
        argc = (int)AS_LIST(items)->len + 1;
        argv = AS_LIST(items)->items - 1;
    }
    for (int i = 1; i < argc; i++) {
        buf_add(&b, separator->data, i > 1 ? separator->len : 0);
        value_print(f, argv[i], &b);
    }
    return give(out, text_from_buf(&b));
}

/* ---- base64 and hex */

static enum call_status encode(struct fiber *f, struct value v, unsigned options, struct value *out)
{
    struct buf bytes = {0}, text = {0};
    enum call_status status = bytes_of(f, v, &bytes);
    if (status == CALL_OK) {
        base64_encode(&text, bytes.data, bytes.len, options);
        *out = text_from_buf(&text);
    }
    buf_release(&bytes);
    return status;
}

NATIVE(bytes_encode_base64)
{
    return encode(f, self, 0, out);
}

NATIVE(bytes_encode_base64_url)
{
    return encode(f, self, BASE64_URL | BASE64_NO_PAD, out);
}

static enum call_status decode(struct fiber *f, struct value v, struct value *out)
{
    struct buf bytes = {0}, text = {0};
    enum call_status status = bytes_of(f, v, &text);
    if (status == CALL_OK && base64_decode(&bytes, text.data ? text.data : "", text.len, NULL))
        status = vm_throw(f, "IllegalArgumentException", "bad character in base64 value");
    if (status == CALL_OK)
        *out = byte_array(fiber_vm(f), bytes.data ? bytes.data : "", bytes.len);
    buf_release(&bytes);
    buf_release(&text);
    return status;
}

NATIVE(text_decode_base64)
{
    return decode(f, self, out);
}

/* A coder is an object without content but for its options, which stand in its pointer. */
static struct value coder_new(struct fiber *f, unsigned options)
{
    return native_new(fiber_vm(f), vm_class(fiber_vm(f), "Base64Coder"), (void *)(uintptr_t)options);
}

static unsigned coder_options(struct value self)
{
    return (unsigned)(uintptr_t)AS_NATIVE(self)->data;
}

NATIVE(base64_static)
{
    return give(out, coder_new(f, 0));
}

NATIVE(base64_url_static)
{
    return give(out, coder_new(f, BASE64_URL));
}

NATIVE(base64_without_padding)
{
    return give(out, coder_new(f, coder_options(self) | BASE64_NO_PAD));
}

NATIVE(base64_encode_to_string)
{
    return encode(f, argv[0], coder_options(self), out);
}

NATIVE(base64_encode_bytes)
{
    _cleanup_(value_release_ptr) struct value text = NULL_VALUE;
    if (encode(f, argv[0], coder_options(self), &text) != CALL_OK)
        return CALL_THROW;
    return give(out, byte_array(fiber_vm(f), AS_STRING(text)->data, AS_STRING(text)->len));
}

NATIVE(base64_decode_method)
{
    return decode(f, argv[0], out);
}

NATIVE(bytes_encode_hex)
{
    struct buf bytes = {0}, text = {0};
    enum call_status status = bytes_of(f, self, &bytes);
    if (status == CALL_OK) {
        hex_encode(&text, bytes.data, bytes.len);
        *out = text_from_buf(&text);
    }
    buf_release(&bytes);
    return status;
}

/* ---- URL escapes */

/* application/x-www-form-urlencoded, whatever charset is named: UTF-8. */
NATIVE(url_encode)
{
    TEXT(s, argv[0]);
    struct buf b = {0};
    for (size_t i = 0; i < s->len; i++) {
        unsigned char c = (unsigned char)s->data[i];
        if (c < 0x80 && (isalnum(c) || strchr(".-*_", c)))
            buf_addch(&b, (char)c);
        else if (c == ' ')
            buf_addch(&b, '+');
        else
            buf_printf(&b, "%%%02X", c);
    }
    return give(out, text_from_buf(&b));
}

NATIVE(url_decode)
{
    TEXT(s, argv[0]);
    struct buf b = {0};
    for (size_t i = 0; i < s->len; i++) {
        if (s->data[i] != '%') {
            buf_addch(&b, s->data[i] == '+' ? ' ' : s->data[i]);
            continue;
        }
        if (i + 2 >= s->len || !isxdigit((unsigned char)s->data[i + 1]) ||
            !isxdigit((unsigned char)s->data[i + 2])) {
            buf_release(&b);
            return vm_throw(f, "IllegalArgumentException",
                            "URLDecoder: Incomplete trailing escape (%%) pattern");
        }
        buf_addch(&b, (char)strtol((char[]){s->data[i + 1], s->data[i + 2], 0}, NULL, 16));
        i += 2;
    }
    return give(out, text_from_buf(&b));
}

static const struct native_class classes[] = {
    {.name = "java.net.URLEncoder"},
    {.name = "java.net.URLDecoder"},
    {.name = "java.util.Base64"},
    {.name = "java.util.Base64$Base64Coder"},
};

#define STATIC_ROW(class, name, min, max, fn)                                                                \
    {                                                                                                        \
        class, name, min, max, METHOD_STATIC, fn                                                             \
    }
static const struct native_method methods[] = {
    {"String", "<init>", 0, 2, 0, string_new_method},
    STATIC_ROW("String", "valueOf", 1, 1, string_value_of),
    STATIC_ROW("String", "copyValueOf", 1, 1, string_value_of),
    STATIC_ROW("String", "format", 1, -1, string_format),
    STATIC_ROW("String", "join", 1, -1, string_join),
    {"Object", "sprintf", 1, -1, 0, text_sprintf},
    {"CharSequence", "formatted", 0, -1, 0, text_formatted},
    {"CharSequence", "encodeBase64", 0, 1, 0, bytes_encode_base64},
    {"ObjectArray", "encodeBase64", 0, 1, 0, bytes_encode_base64},
    {"CharSequence", "encodeBase64Url", 0, 1, 0, bytes_encode_base64_url},
    {"ObjectArray", "encodeBase64Url", 0, 1, 0, bytes_encode_base64_url},
    {"CharSequence", "decodeBase64", 0, 0, 0, text_decode_base64},
    {"CharSequence", "decodeBase64Url", 0, 0, 0, text_decode_base64},
    {"ObjectArray", "encodeHex", 0, 0, 0, bytes_encode_hex},
    STATIC_ROW("URLEncoder", "encode", 1, 2, url_encode),
    STATIC_ROW("URLDecoder", "decode", 1, 2, url_decode),
    STATIC_ROW("Base64", "getEncoder", 0, 0, base64_static),
    STATIC_ROW("Base64", "getDecoder", 0, 0, base64_static),
    STATIC_ROW("Base64", "getUrlEncoder", 0, 0, base64_url_static),
    STATIC_ROW("Base64", "getUrlDecoder", 0, 0, base64_static),
    STATIC_ROW("Base64", "getMimeDecoder", 0, 0, base64_static),
    {"Base64Coder", "encodeToString", 1, 1, 0, base64_encode_to_string},
    {"Base64Coder", "withoutPadding", 0, 0, 0, base64_without_padding},
    {"Base64Coder", "encode", 1, 1, 0, base64_encode_bytes},
    {"Base64Coder", "decode", 1, 1, 0, base64_decode_method},
};

LIB_TABLE(text_convert_table, classes, methods);
