/* Methods of every value, of Boolean, Character, Class and null, and the static helper classes Objects,
 * Collections and Arrays. */
#include "runner/lib/collection.h"
#include "runner/lib/number.h"
#include "runner/lib/ops.h"
#include "runner/lib/sort.h"
#include "runner/lib/text.h"
#include "runner/lang/heap.h"
#include "parser/token.h"
#include "base/hash.h"
#include <ctype.h>
#include <string.h>

/* ---- Object */

static bool has_own_print(struct value v)
{
    return v.tag != VAL_OBJECT ||
           (v.u.o->kind != OBJ_INSTANCE && v.u.o->kind != OBJ_NATIVE && v.u.o->kind != OBJ_CLOSURE);
}

NATIVE(object_to_string)
{
    if (has_own_print(self))
        return value_to_string(f, self, out);
    return give(out, string_printf("%s@%x", class_name(vm_class_of(fiber_vm(f), self)),
                                   (unsigned)((uintptr_t)self.u.o >> 4)));
}

NATIVE(object_equals)
{
    bool same = self.tag == VAL_OBJECT && (self.u.o->kind == OBJ_INSTANCE || self.u.o->kind == OBJ_NATIVE)
                    ? argv[0].tag == VAL_OBJECT && argv[0].u.o == self.u.o
                    : value_key_equals(self, argv[0]);
    return give(out, value_bool(same));
}

NATIVE(object_hash_code)
{
    bool own = value_is(self, OBJ_INSTANCE); /* its hashCode() may ask for this one */
    return give(out, value_int((int32_t)(own ? value_identity_hash(self) : value_hash(self))));
}

NATIVE(object_get_class)
{
    return give(out, value_retain(value_object(vm_class_of(fiber_vm(f), self))));
}

/* Primitives have no identity; equal ones stand for the same box. */
NATIVE(object_is)
{
    bool same = self.tag == VAL_OBJECT ? argv[0].tag == VAL_OBJECT && argv[0].u.o == self.u.o
                                       : value_key_equals(self, argv[0]);
    return give(out, value_bool(same));
}

/* Of instances only null is false unless their class says otherwise; asking value_truth() would come back
 * here. */
NATIVE(object_as_boolean)
{
    bool truth = true;
    if (!value_is(self, OBJ_INSTANCE) && !value_truth(f, self, &truth))
        return CALL_THROW;
    return give(out, value_bool(truth));
}

NATIVE(object_inspect)
{
    struct buf text = {0};
    value_inspect(f, self, &text);
    return give(out, text_from_buf(&text));
}

NATIVE(object_is_case)
{
    bool yes;
    if (value_is_case(f, self, argv[0], &yes) != CALL_OK)
        return CALL_THROW;
    return give(out, value_bool(yes));
}

NATIVE(object_as_type)
{
    if (!value_is(argv[0], OBJ_CLASS))
        return CALL_NONE;
    const struct class *c = AS_CLASS(argv[0]);
    return value_cast(f, self, c->element ? class_simple_name(c) : class_name(c), true, out);
}

NATIVE(boolean_arith_and)
{
    return value_arith(f, TOK_AND, self, argv[0], out);
}

NATIVE(boolean_arith_or)
{
    return value_arith(f, TOK_OR, self, argv[0], out);
}

NATIVE(boolean_arith_xor)
{
    return value_arith(f, TOK_XOR, self, argv[0], out);
}

NATIVE(object_compare_to)
{
    int cmp;
    if (value_compare(f, self, argv[0], &cmp) != CALL_OK)
        return CALL_THROW;
    return give(out, value_int(cmp));
}

/* ---- Boolean, Character */

NATIVE(boolean_parse)
{
    if (argv[0].tag == VAL_BOOL)
        return give(out, argv[0]);
    TEXT_HOLD(hold);
    const struct string *s = value_is_text(argv[0]) ? text_of(f, argv[0], &hold) : NULL;
    return give(out, value_bool(s && strcasecmp(s->data, "true") == 0));
}

NATIVE(boolean_value)
{
    return give(out, self);
}

static unsigned rune_arg(struct value self, int argc, struct value *argv)
{
    struct value v = argc ? argv[0] : self;
    return v.tag == VAL_CHAR ? v.u.c : value_is_number(v) ? (unsigned)number_long(v) : 0;
}

/* Beyond Latin-1 everything counts as a letter: scripts ask it of names and of Chinese text, and there is no
 * table of categories at hand. */
static bool is_letter(unsigned rune)
{
    return rune < 0x80 ? isalpha((int)rune)
                       : rune == 0xaa || rune == 0xb5 || (rune >= 0xc0 && rune != 0xd7 && rune != 0xf7);
}

static bool is_digit(unsigned rune)
{
    return rune >= '0' && rune <= '9';
}

static bool is_letter_or_digit(unsigned rune)
{
    return is_letter(rune) || is_digit(rune);
}

static bool is_upper(unsigned rune)
{
    return rune_lower(rune) != rune;
}

static bool is_lower(unsigned rune)
{
    return rune_upper(rune) != rune || rune == 0xdf;
}

#define CHAR_TEST(fn, test)                                                                                  \
    NATIVE(fn)                                                                                               \
    {                                                                                                        \
        return give(out, value_bool(test(rune_arg(self, argc, argv))));                                      \
    }
CHAR_TEST(char_is_letter, is_letter)
CHAR_TEST(char_is_digit, is_digit)
CHAR_TEST(char_is_letter_or_digit, is_letter_or_digit)
CHAR_TEST(char_is_whitespace, rune_is_space)
CHAR_TEST(char_is_upper, is_upper)
CHAR_TEST(char_is_lower, is_lower)

NATIVE(char_to_upper)
{
    return give(out,
                (struct value){.tag = VAL_CHAR, .u.c = (uint16_t)rune_upper(rune_arg(self, argc, argv))});
}

NATIVE(char_to_lower)
{
    return give(out,
                (struct value){.tag = VAL_CHAR, .u.c = (uint16_t)rune_lower(rune_arg(self, argc, argv))});
}

/* Letters are digits beyond nine, as in any radix up to 36. */
NATIVE(char_numeric)
{
    unsigned rune = rune_arg(self, argc, argv);
    return give(out, value_int(is_digit(rune)                      ? (int)rune - '0'
                               : rune < 0x80 && isalpha((int)rune) ? (int)(rune | 32) - 'a' + 10
                                                                   : -1));
}

NATIVE(char_value_of)
{
    return value_cast(f, argv[0], "char", false, out);
}

NATIVE(char_plus)
{
    return value_arith(f, TOK_PLUS, self, argv[0], out);
}

NATIVE(char_minus)
{
    return value_arith(f, TOK_MINUS, self, argv[0], out);
}

NATIVE(char_next)
{
    return value_next(f, self, out);
}

NATIVE(char_previous)
{
    return value_previous(f, self, out);
}

/* ---- Objects, Collections, Arrays */

NATIVE(objects_equals)
{
    return give(out, value_bool(value_same(f, argv[0], argv[1])));
}

NATIVE(objects_is_null)
{
    return give(out, value_bool(argv[0].tag == VAL_NULL));
}

NATIVE(objects_non_null)
{
    return give(out, value_bool(argv[0].tag != VAL_NULL));
}

NATIVE(objects_require)
{
    if (argv[0].tag != VAL_NULL)
        return give(out, value_retain(argv[0]));
    if (argc == 1)
        return vm_throw(f, "NullPointerException", NULL);
    TEXT(message, argv[1]);
    return vm_throw(f, "NullPointerException", "%s", message->data);
}

/* As Arrays.hashCode() of the arguments. */
NATIVE(objects_hash)
{
    uint32_t hash = 1;
    for (int i = 0; i < argc; i++)
        hash = 31 * hash + value_hash(argv[i]);
    return give(out, value_int((int32_t)hash));
}

NATIVE(objects_to_string)
{
    if (argv[0].tag == VAL_NULL && argc > 1)
        return give(out, value_retain(argv[1]));
    return value_to_string(f, argv[0], out);
}

NATIVE(empty_list)
{
    *out = list_new(fiber_vm(f), 0);
    AS_LIST(*out)->immutable = true;
    return CALL_OK;
}

NATIVE(empty_map)
{
    *out = map_new(fiber_vm(f));
    AS_MAP(*out)->immutable = true;
    return CALL_OK;
}

NATIVE(empty_set)
{
    *out = set_new(fiber_vm(f));
    AS_MAP(*out)->immutable = true;
    return CALL_OK;
}

/* A method of the first argument: Collections.reverse(list) is list.reverse(true). */
static enum call_status forward(struct fiber *f, const char *name, int argc, struct value *argv,
                                struct value *out)
{
    return vm_invoke_sync(f, argv[0], name, argc - 1, argv + 1, out);
}

/* Java's returns nothing, Groovy's the list. */
NATIVE(collections_sort)
{
    enum call_status status = forward(f, "sort", argc, argv, out);
    if (status == CALL_OK) {
        value_release(*out);
        *out = NULL_VALUE;
    }
    return status;
}

NATIVE(collections_reverse)
{
    struct value yes = value_bool(true);
    return vm_invoke_sync(f, argv[0], "reverse", 1, &yes, out);
}

NATIVE(collections_max)
{
    return forward(f, "max", argc, argv, out);
}

NATIVE(collections_min)
{
    return forward(f, "min", argc, argv, out);
}

/* A copy, where Java gives a view: a later change of the collection does not show. */
NATIVE(collections_immutable)
{
    return forward(f, "asImmutable", argc, argv, out);
}

/* One thread runs all script code, so there is nothing to synchronise. */
NATIVE(collections_self)
{
    return give(out, value_retain(argv[0]));
}

NATIVE(collections_shuffle)
{
    if (!value_is(argv[0], OBJ_LIST))
        return CALL_NONE;
    struct list *l = AS_LIST(argv[0]);
    if (list_check_mutable(f, l) != CALL_OK)
        return CALL_THROW;
    for (size_t i = l->len; i > 1; i--) {
        size_t j = random_word() % i;
        struct value v = l->items[i - 1];
        l->items[i - 1] = l->items[j];
        l->items[j] = v;
    }
    return give(out, NULL_VALUE);
}

NATIVE(collections_frequency)
{
    return forward(f, "count", argc, argv, out);
}

NATIVE(collections_n_copies)
{
    INT_ARG(n, argv[0]);
    if (n < 0)
        return vm_throw(f, "IllegalArgumentException", "List length = %lld", (long long)n);
    if (n > 1 << 26)
        return vm_throw(f, "OutOfMemoryError", "Java heap space");
    *out = list_new(fiber_vm(f), (size_t)n);
    for (int64_t i = 0; i < n; i++)
        list_push(AS_LIST(*out), argv[1]);
    return CALL_OK;
}

NATIVE(collections_singleton)
{
    *out = list_new(fiber_vm(f), 1);
    list_push(AS_LIST(*out), argv[0]);
    AS_LIST(*out)->immutable = true;
    return CALL_OK;
}

/* True as soon as something was offered; Java says whether it changed anything. */
NATIVE(collections_add_all)
{
    for (int i = 1; i < argc; i++) {
        if (value_is(argv[0], OBJ_LIST) || value_is(argv[0], OBJ_MAP))
            collection_add(argv[0], argv[i]);
    }
    return give(out, value_bool(argc > 1));
}

/* A list of its own, where Java's writes through to the array and cannot grow. */
NATIVE(arrays_as_list)
{
    if (argc == 1 && value_is_array(argv[0]))
        return collection_to_list(f, argv[0], out);
    *out = list_new(fiber_vm(f), (size_t)argc);
    for (int i = 0; i < argc; i++)
        list_push(AS_LIST(*out), argv[i]);
    return CALL_OK;
}

NATIVE(arrays_fill)
{
    if (!value_is(argv[0], OBJ_LIST))
        return CALL_NONE;
    for (size_t i = 0; i < AS_LIST(argv[0])->len; i++)
        list_set(AS_LIST(argv[0]), i, argv[1]);
    return give(out, NULL_VALUE);
}

/* What lies behind the end is the element type's zero, as array_new() left it. */
NATIVE(arrays_copy_range)
{
    if (!value_is(argv[0], OBJ_LIST))
        return CALL_NONE;
    const struct list *l = AS_LIST(argv[0]);
    int64_t from = 0, to = l->len;
    if (!value_int_arg(argv[argc - 1], &to) || (argc > 2 && !value_int_arg(argv[1], &from)) ||
        to - from > 1 << 26)
        return CALL_NONE;
    if (from > to)
        return argc > 2
                   ? vm_throw(f, "IllegalArgumentException", "%lld > %lld", (long long)from, (long long)to)
                   : vm_throw(f, "NegativeArraySizeException", "%lld", (long long)to);
    if (from < 0 || from > l->len)
        return vm_throw(f, "ArrayIndexOutOfBoundsException", NULL);
    *out = array_new(fiber_vm(f), l->class->element ? class_simple_name(l->class->element) : "Object",
                     (size_t)(to - from));
    for (int64_t i = from; i < to && i < l->len; i++)
        list_set(AS_LIST(*out), (size_t)(i - from), l->items[i]);
    return CALL_OK;
}

static const struct native_class classes[] = {
    {.name = "java.util.Objects"},
    {.name = "java.util.Collections"},
    {.name = "java.util.Arrays"},
    {.name = "java.util.Comparator", .interface = true},
    {.name = "java.lang.Cloneable", .interface = true},
    {.name = "java.lang.AutoCloseable", .interface = true},
    {.name = "java.io.Closeable", .interface = true, .interfaces = "AutoCloseable"},
};

#define OBJECT_ROW(name, min, max, fn)                                                                       \
    {                                                                                                        \
        "Object", name, min, max, 0, fn                                                                      \
    }
#define STATIC_ROW(class, name, min, max, fn)                                                                \
    {                                                                                                        \
        class, name, min, max, METHOD_STATIC, fn                                                             \
    }
#define CHAR_ROW(name, fn) {"Character", name, 0, 0, 0, fn}, STATIC_ROW("Character", name, 1, 1, fn)
static const struct native_method methods[] = {
    OBJECT_ROW("toString", 0, 0, object_to_string),
    OBJECT_ROW("equals", 1, 1, object_equals),
    OBJECT_ROW("hashCode", 0, 0, object_hash_code),
    OBJECT_ROW("getClass", 0, 0, object_get_class),
    OBJECT_ROW("is", 1, 1, object_is),
    OBJECT_ROW("asBoolean", 0, 0, object_as_boolean),
    OBJECT_ROW("inspect", 0, 0, object_inspect),
    OBJECT_ROW("dump", 0, 0, object_inspect),
    OBJECT_ROW("isCase", 1, 1, object_is_case),
    OBJECT_ROW("asType", 1, 1, object_as_type),
    {"Boolean", "and", 1, 1, 0, boolean_arith_and},
    {"Boolean", "or", 1, 1, 0, boolean_arith_or},
    {"Boolean", "xor", 1, 1, 0, boolean_arith_xor},
    {"Boolean", "booleanValue", 0, 0, 0, boolean_value},
    {"Boolean", "toBoolean", 0, 0, 0, boolean_value},
    {"Boolean", "compareTo", 1, 1, 0, object_compare_to},
    STATIC_ROW("Boolean", "parseBoolean", 1, 1, boolean_parse),
    STATIC_ROW("Boolean", "valueOf", 1, 1, boolean_parse),
    {"Boolean", "<init>", 1, 1, 0, boolean_parse},
    CHAR_ROW("isLetter", char_is_letter),
    CHAR_ROW("isDigit", char_is_digit),
    CHAR_ROW("isLetterOrDigit", char_is_letter_or_digit),
    CHAR_ROW("isWhitespace", char_is_whitespace),
    CHAR_ROW("isUpperCase", char_is_upper),
    CHAR_ROW("isLowerCase", char_is_lower),
    CHAR_ROW("toUpperCase", char_to_upper),
    CHAR_ROW("toLowerCase", char_to_lower),
    STATIC_ROW("Character", "getNumericValue", 1, 1, char_numeric),
    STATIC_ROW("Character", "valueOf", 1, 1, char_value_of),
    STATIC_ROW("Character", "toString", 1, 1, objects_to_string),
    {"Character", "charValue", 0, 0, 0, boolean_value},
    {"Character", "compareTo", 1, 1, 0, object_compare_to},
    {"Character", "plus", 1, 1, 0, char_plus},
    {"Character", "minus", 1, 1, 0, char_minus},
    {"Character", "next", 0, 0, 0, char_next},
    {"Character", "previous", 0, 0, 0, char_previous},
    STATIC_ROW("Objects", "equals", 2, 2, objects_equals),
    STATIC_ROW("Objects", "isNull", 1, 1, objects_is_null),
    STATIC_ROW("Objects", "nonNull", 1, 1, objects_non_null),
    STATIC_ROW("Objects", "requireNonNull", 1, 2, objects_require),
    STATIC_ROW("Objects", "hash", 0, -1, objects_hash),
    STATIC_ROW("Objects", "hashCode", 1, 1, objects_hash),
    STATIC_ROW("Objects", "toString", 1, 2, objects_to_string),
    STATIC_ROW("Collections", "emptyList", 0, 0, empty_list),
    STATIC_ROW("Collections", "emptyMap", 0, 0, empty_map),
    STATIC_ROW("Collections", "emptySet", 0, 0, empty_set),
    STATIC_ROW("Collections", "sort", 1, 2, collections_sort),
    STATIC_ROW("Collections", "reverse", 1, 1, collections_reverse),
    STATIC_ROW("Collections", "max", 1, 2, collections_max),
    STATIC_ROW("Collections", "min", 1, 2, collections_min),
    STATIC_ROW("Collections", "shuffle", 1, 1, collections_shuffle),
    STATIC_ROW("Collections", "unmodifiableList", 1, 1, collections_immutable),
    STATIC_ROW("Collections", "unmodifiableMap", 1, 1, collections_immutable),
    STATIC_ROW("Collections", "unmodifiableSet", 1, 1, collections_immutable),
    STATIC_ROW("Collections", "unmodifiableCollection", 1, 1, collections_immutable),
    STATIC_ROW("Collections", "synchronizedList", 1, 1, collections_self),
    STATIC_ROW("Collections", "synchronizedMap", 1, 1, collections_self),
    STATIC_ROW("Collections", "synchronizedSet", 1, 1, collections_self),
    STATIC_ROW("Collections", "frequency", 2, 2, collections_frequency),
    STATIC_ROW("Collections", "nCopies", 2, 2, collections_n_copies),
    STATIC_ROW("Collections", "singletonList", 1, 1, collections_singleton),
    STATIC_ROW("Collections", "addAll", 1, -1, collections_add_all),
    STATIC_ROW("Arrays", "asList", 0, -1, arrays_as_list),
    STATIC_ROW("List", "of", 0, -1, arrays_as_list),
    STATIC_ROW("Arrays", "sort", 1, 2, collections_sort),
    STATIC_ROW("Arrays", "toString", 1, 1, objects_to_string),
    STATIC_ROW("Arrays", "fill", 2, 2, arrays_fill),
    STATIC_ROW("Arrays", "copyOf", 2, 2, arrays_copy_range),
    STATIC_ROW("Arrays", "copyOfRange", 3, 3, arrays_copy_range),
};

LIB_TABLE(object_table, classes, methods);
