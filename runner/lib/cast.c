/* Casts and `as`: one row a target type. DefaultTypeTransformation.castToType for `(T) v`, the asType
 * methods of DefaultGroovyMethods for `v as T`, which also parse numbers out of text.
 *
 * `coerce` decides between the two: a cast never parses text, and neither makes a new object of what fits
 * already. */
#include "runner/lib/collection.h"
#include "runner/lib/json.h"
#include "runner/lib/number.h"
#include "runner/lib/ops.h"
#include "runner/lib/text.h"
#include "runner/lang/heap.h"
#include <math.h>
#include <string.h>

/* `coerce` of the functions is `as`, otherwise it is a cast or the assignment to a typed variable: only
 * `as` parses texts and splits them. */
struct cast_target {
    const char *name;
    enum call_status (*fn)(struct fiber *f, struct value v, const struct cast_target *t, bool coerce,
                           struct value *out);
    int tag; /* of number types: a value tag, or -OBJ_BIGINT, -OBJ_DECIMAL */
    bool primitive;
};

static enum call_status cast_object(struct fiber *f, struct value v, const struct cast_target *t, bool coerce,
                                    struct value *out)
{
    return give(out, value_retain(v));
}

/* A cast's text of something parsed from JSON is its JSON, as net.sf.json's toString() has it; `as String`
 * is Groovy's own. */
static enum call_status cast_string(struct fiber *f, struct value v, const struct cast_target *t, bool coerce,
                                    struct value *out)
{
    if (v.tag == VAL_NULL)
        return give(out, v);
    if (value_is_array(v) && strcmp(class_simple_name(AS_LIST(v)->class->element), "char") == 0) {
        struct buf b = {0};
        for (size_t i = 0; i < AS_LIST(v)->len; i++)
            buf_addunit(&b, AS_LIST(v)->items[i].u.c);
        return give(out, text_from_buf(&b));
    }
    return coerce ? value_to_string(f, v, out) : value_java_string(f, v, out);
}

/* By Groovy's truth, also `(boolean) 'false'`, which is true. */
static enum call_status cast_bool(struct fiber *f, struct value v, const struct cast_target *t, bool coerce,
                                  struct value *out)
{
    bool truth;
    if (v.tag == VAL_NULL && !t->primitive)
        return give(out, v);
    return value_truth(f, v, &truth) ? give(out, value_bool(truth)) : CALL_THROW;
}

/* Narrowing cuts the upper bits, as Java's does; only floating types saturate, and only towards int and
 * long. */
struct value number_convert(struct value v, int tag)
{
    switch (tag) {
    case VAL_BYTE:
        return (struct value){.tag = VAL_BYTE, .u.i = (int8_t)number_long(v)};
    case VAL_SHORT:
        return (struct value){.tag = VAL_SHORT, .u.i = (int16_t)number_long(v)};
    case VAL_INT:
        if (v.tag == VAL_DOUBLE || v.tag == VAL_FLOAT) /* saturates in Java */
            return value_int(v.u.d >= 2147483647.0    ? INT32_MAX
                             : v.u.d <= -2147483648.0 ? INT32_MIN
                                                      : (int32_t)number_long(v));
        return value_int((int32_t)number_long(v));
    case VAL_LONG:
        return value_long(number_long(v));
    case VAL_FLOAT:
        return (struct value){.tag = VAL_FLOAT, .u.d = (float)number_double(v)};
    case VAL_DOUBLE:
        return value_double(number_double(v));
    case -OBJ_BIGINT:
        return number_bigint(v);
    default:
        return number_decimal(v);
    }
}

/* new BigDecimal(double): the exact binary value. */
static struct value exact_decimal(double d)
{
    char text[1100];
    struct value out;
    snprintf(text, sizeof(text), "%.1074f", d);
    char *end = text + strlen(text);
    while (end > text && end[-1] == '0')
        *--end = 0;
    if (!decimal_parse(text, &out))
        decimal_parse("0", &out);
    return out;
}

/* By way of a BigInteger whatever the type: the range check is one comparison. */
bool number_parse_text(const char *text, int tag, int radix, struct value *out)
{
    struct value big = NULL_VALUE;
    if (tag == VAL_FLOAT || tag == VAL_DOUBLE) {
        char *end;
        double d = strtod(text, &end);
        if (end == text || (*end && !((*end | 32) == 'd' || (*end | 32) == 'f')) || (*end && end[1]) ||
            strpbrk(text, "nN") == text)
            return strcmp(text, "NaN") == 0 ? (*out = value_double(NAN), true) : false;
        *out = tag == VAL_FLOAT ? (struct value){.tag = VAL_FLOAT, .u.d = (float)d} : value_double(d);
        return true;
    }
    if (tag == -OBJ_DECIMAL)
        return decimal_parse(text, out);
    if (!bigint_parse(text, radix, &big))
        return false;
    if (tag == -OBJ_BIGINT)
        return *out = big, true;
    *out = number_convert(big, tag);
    bool fits = number_compare(*out, big) == 0;
    value_release(big);
    return fits;
}

/* BigDecimal's constructor names the first character it cannot take.
 * The messages are those of the constructor BigDecimal(char[]). */
static enum call_status bad_decimal(struct fiber *f, const char *text)
{
    size_t at = strspn(text, "+-0123456789.eE");
    if (!*text)
        return vm_throw(f, "NumberFormatException", "Index 0 out of bounds for length 0");
    if (!text[at])
        return vm_throw(f, "NumberFormatException", NULL);
    return vm_throw(
        f, "NumberFormatException",
        "Character %c is neither a decimal digit number, decimal point, nor \"e\" notation exponential mark.",
        text[at]);
}

enum call_status number_parse_or_throw(struct fiber *f, const char *text, int tag, int radix,
                                       struct value *out)
{
    if (number_parse_text(text, tag, radix, out))
        return CALL_OK;
    if (tag == -OBJ_DECIMAL)
        return bad_decimal(f, text);
    if (!*text && (tag == VAL_DOUBLE || tag == VAL_FLOAT))
        return vm_throw(f, "NumberFormatException", "empty String");
    if (!*text && tag == -OBJ_BIGINT)
        return vm_throw(f, "NumberFormatException", "Zero length BigInteger");
    if (radix != 10)
        return vm_throw(f, "NumberFormatException", "For input string: \"%s\" under radix %d", text, radix);
    return vm_throw(f, "NumberFormatException", "For input string: \"%s\"", text);
}

/* `' 12 ' as int` works: StringGroovyMethods trims. */
static enum call_status parse_coerced(struct fiber *f, const struct string *s, int tag, struct value *out)
{
    _cleanup_(value_release_ptr) struct value trimmed = text_trim(s, true, true);
    return number_parse_or_throw(f, AS_STRING(trimmed)->data, tag, 10, out);
}

/* (int) 'a' is 97: a text of one character casts as a char, `as int` parses it. */
static enum call_status cast_number(struct fiber *f, struct value v, const struct cast_target *t, bool coerce,
                                    struct value *out)
{
    if (v.tag == VAL_NULL)
        return t->primitive ? vm_throw_cast(f, v, t->name) : give(out, v);
    if (value_is_number(v)) {
        bool floating = v.tag == VAL_DOUBLE || v.tag == VAL_FLOAT;
        if (t->tag == -OBJ_DECIMAL && floating && isfinite(v.u.d))
            return give(out, exact_decimal(v.u.d));
        return give(out, number_convert(v, t->tag));
    }
    if (v.tag == VAL_CHAR)
        return give(out, number_convert(value_int(v.u.c), t->tag));
    if (value_is_text(v)) {
        TEXT(s, v);
        if (coerce)
            return parse_coerced(f, s, t->tag, out);
        if (text_length(s) == 1)
            return give(out, number_convert(value_int(text_unit(s, 0)), t->tag));
    }
    return vm_throw_cast(f, v, t->name);
}

/* Number itself: nothing is converted. */
static enum call_status cast_any_number(struct fiber *f, struct value v, const struct cast_target *t,
                                        bool coerce, struct value *out)
{
    if (v.tag == VAL_NULL || value_is_number(v))
        return give(out, value_retain(v));
    return v.tag == VAL_CHAR ? give(out, value_int(v.u.c)) : vm_throw_cast(f, v, t->name);
}

static enum call_status cast_char(struct fiber *f, struct value v, const struct cast_target *t, bool coerce,
                                  struct value *out)
{
    if (v.tag == VAL_CHAR || (v.tag == VAL_NULL && !t->primitive))
        return give(out, v);
    if (value_is_number(v))
        return give(out, (struct value){.tag = VAL_CHAR, .u.c = (uint16_t)number_long(v)});
    if (value_is_text(v)) {
        TEXT(s, v);
        if (text_length(s) == 1 || (coerce && s->len))
            return give(out, (struct value){.tag = VAL_CHAR, .u.c = text_unit(s, 0)});
    }
    return vm_throw_cast(f, v, t->name);
}

static bool is_text_list_source(struct value v, bool coerce)
{
    return coerce && value_is_text(v);
}

/* Elements to make a new collection of; CALL_NONE if v has none.
 * `as List` of a text gives its letters; a cast of it fails. */
static enum call_status elements_of(struct fiber *f, struct value v, bool coerce, struct value *out)
{
    if (is_text_list_source(v, coerce))
        return value_to_list(f, v, out);
    return value_is_collection(v) || value_is_array(v) ? collection_to_list(f, v, out) : CALL_NONE;
}

/* What is of the class already is returned as it is, not copied: `list as List` is the same list. */
static enum call_status cast_list(struct fiber *f, struct value v, const struct cast_target *t, bool coerce,
                                  struct value *out)
{
    if (v.tag == VAL_NULL || value_instance_of(fiber_vm(f), v, t->name))
        return give(out, value_retain(v));
    if (value_is_set(v) && !coerce)
        return vm_throw_cast(f, v, t->name);
    enum call_status status = elements_of(f, v, coerce, out);
    if (status == CALL_NONE)
        return vm_throw_cast(f, v, t->name);
    struct class *class = vm_class(fiber_vm(f), t->name);
    if (status == CALL_OK && class && !(class->flags & CLASSF_INTERFACE))
        AS_LIST(*out)->class = class;
    else if (status == CALL_OK && strcmp(t->name, "Queue") == 0)
        AS_LIST(*out)->class = vm_class(fiber_vm(f), "LinkedList");
    return status;
}

/* Interfaces stand for their usual class [DefaultGroovyMethods.asType(Collection, Class)]. */
static enum call_status cast_set(struct fiber *f, struct value v, const struct cast_target *t, bool coerce,
                                 struct value *out)
{
    if (v.tag == VAL_NULL || value_instance_of(fiber_vm(f), v, t->name))
        return give(out, value_retain(v));
    struct value list;
    enum call_status status = elements_of(f, v, coerce, &list);
    if (status == CALL_NONE)
        return vm_throw_cast(f, v, t->name);
    if (status != CALL_OK)
        return status;
    *out = map_new_of(fiber_vm(f), strcmp(t->name, "Set") == 0         ? "LinkedHashSet"
                                   : strcmp(t->name, "SortedSet") == 0 ? "TreeSet"
                                                                       : t->name);
    for (size_t i = 0; i < AS_LIST(list)->len; i++)
        collection_add(*out, AS_LIST(list)->items[i]);
    value_release(list);
    return CALL_OK;
}

/* A map of another class is copied into one of the wanted, whose order then holds. */
static enum call_status cast_map(struct fiber *f, struct value v, const struct cast_target *t, bool coerce,
                                 struct value *out)
{
    if (v.tag == VAL_NULL || value_instance_of(fiber_vm(f), v, t->name))
        return give(out, value_retain(v));
    if (!value_is_map(v))
        return vm_throw_cast(f, v, t->name);
    *out = map_new_of(fiber_vm(f), t->name);
    struct map_slot *slot;
    for (size_t i = 0; map_next(AS_MAP(v), &i, &slot);)
        map_set(AS_MAP(*out), slot->key, slot->value);
    return CALL_OK;
}

#define TARGET(name, fn)                                                                                     \
    {                                                                                                        \
        name, fn, 0, false                                                                                   \
    }
#define NUMBER(name, tag, primitive)                                                                         \
    {                                                                                                        \
        name, cast_number, tag, primitive                                                                    \
    }
static const struct cast_target targets[] = {
    TARGET("Object", cast_object),
    TARGET("def", cast_object),
    TARGET("String", cast_string),
    TARGET("CharSequence", cast_string),
    {"boolean", cast_bool, 0, true},
    TARGET("Boolean", cast_bool),
    NUMBER("int", VAL_INT, true),
    NUMBER("Integer", VAL_INT, false),
    NUMBER("long", VAL_LONG, true),
    NUMBER("Long", VAL_LONG, false),
    NUMBER("short", VAL_SHORT, true),
    NUMBER("Short", VAL_SHORT, false),
    NUMBER("byte", VAL_BYTE, true),
    NUMBER("Byte", VAL_BYTE, false),
    NUMBER("float", VAL_FLOAT, true),
    NUMBER("Float", VAL_FLOAT, false),
    NUMBER("double", VAL_DOUBLE, true),
    NUMBER("Double", VAL_DOUBLE, false),
    NUMBER("BigInteger", -OBJ_BIGINT, false),
    NUMBER("BigDecimal", -OBJ_DECIMAL, false),
    TARGET("Number", cast_any_number),
    {"char", cast_char, 0, true},
    TARGET("Character", cast_char),
    TARGET("List", cast_list),
    TARGET("ArrayList", cast_list),
    TARGET("LinkedList", cast_list),
    TARGET("Collection", cast_list),
    TARGET("Iterable", cast_list),
    TARGET("Queue", cast_list),
    TARGET("Deque", cast_list),
    TARGET("ArrayDeque", cast_list),
    TARGET("Stack", cast_list),
    TARGET("Vector", cast_list),
    TARGET("CopyOnWriteArrayList", cast_list),
    TARGET("Set", cast_set),
    TARGET("HashSet", cast_set),
    TARGET("LinkedHashSet", cast_set),
    TARGET("TreeSet", cast_set),
    TARGET("SortedSet", cast_set),
    TARGET("Map", cast_map),
    TARGET("HashMap", cast_map),
    TARGET("LinkedHashMap", cast_map),
    TARGET("TreeMap", cast_map),
    TARGET("SortedMap", cast_map),
    TARGET("ConcurrentHashMap", cast_map),
    TARGET("Hashtable", cast_map),
    TARGET("Properties", cast_map),
};

static const struct cast_target *find_target(const char *type)
{
    for (size_t i = 0; i < ARRAY_LEN(targets); i++) {
        if (strcmp(targets[i].name, type) == 0)
            return &targets[i];
    }
    return NULL;
}

/* Each element is cast in turn; the first that does not fit ends it. */
static enum call_status cast_array(struct fiber *f, struct value v, const char *type, bool coerce,
                                   struct value *out)
{
    struct class *class = vm_class(fiber_vm(f), type);
    if (v.tag == VAL_NULL || (class && value_is_array(v) && class_is(AS_LIST(v)->class, class)))
        return give(out, value_retain(v));
    struct value list;
    enum call_status status = elements_of(f, v, coerce, &list);
    if (status == CALL_NONE)
        return vm_throw_cast(f, v, type);
    if (status != CALL_OK)
        return status;
    _cleanup_free_ char *element = xstrndup(type, strlen(type) - 2);
    *out = array_new(fiber_vm(f), element, AS_LIST(list)->len);
    for (size_t i = 0; i < AS_LIST(list)->len && status == CALL_OK; i++) {
        struct value item = NULL_VALUE;
        status = value_cast(f, AS_LIST(list)->items[i], element, coerce, &item);
        list_set(AS_LIST(*out), i, item);
        value_release(item);
    }
    value_release(list);
    if (status != CALL_OK) {
        value_release(*out);
        *out = NULL_VALUE;
    }
    return status;
}

/* A list's elements, or the map, as arguments of the type's constructor. */
static enum call_status cast_construct(struct fiber *f, struct value v, struct class *class, const char *type,
                                       struct value *out)
{
    struct value type_value = value_object(class);
    if (class->flags & (CLASSF_INTERFACE | CLASSF_ABSTRACT))
        return vm_throw_cast(f, v, type);
    if (value_is_map(v) || value_is_text(v))
        return vm_invoke_sync(f, type_value, "newInstance", 1, &v, out);
    _cleanup_(value_release_ptr) struct value args = NULL_VALUE;
    if (collection_to_list(f, v, &args) != CALL_OK)
        return CALL_THROW;
    return vm_invoke_sync(f, type_value, "newInstance", (int)AS_LIST(args)->len, AS_LIST(args)->items, out);
}

static const char *simple_type(const char *type)
{
    const char *dot = strrchr(type, '.');
    return dot && find_target(dot + 1) ? dot + 1 : type;
}

enum call_status value_cast(struct fiber *f, struct value v, const char *type, bool coerce, struct value *out)
{
    size_t n = strlen(type);
    type = simple_type(type);
    const struct cast_target *target = find_target(type);
    if (target)
        return target->fn(f, v, target, coerce, out);
    if (n > 2 && strcmp(type + n - 2, "[]") == 0)
        return cast_array(f, v, type, coerce, out);
    struct class *class = vm_class(fiber_vm(f), type);
    if (v.tag == VAL_NULL || !class || class_is(vm_class_of(fiber_vm(f), v), class))
        return give(out, value_retain(v));
    if (value_is(v, OBJ_CLOSURE) || (coerce && value_is_map(v) && class->flags & CLASSF_INTERFACE))
        return give(out, value_retain(v));
    bool file = coerce && value_is_text(v) && strcmp(type, "File") == 0;
    if (value_is_collection(v) || value_is_array(v) || value_is_map(v) || file)
        return cast_construct(f, v, class, type, out);
    return vm_throw_cast(f, v, type);
}
