/* Groovy values: small tagged structs passed by value; heap objects are counted, not atomically (one
 * thread runs all script code).
 *
 * Ownership: a `struct value` parameter is borrowed unless the comment says "takes". A returned value
 * (or one written to *out) is owned by the caller: value_release() it. value_retain() returns its
 * argument with one more count. Strings, numbers and classes are immutable. Containers (lists, maps,
 * closures, instances) also stand in a list of their heap, which frees cycles when the VM ends. */
#ifndef RUNNER_LANG_VALUE_H
#define RUNNER_LANG_VALUE_H

#include "base/util.h"
#include "runner/lang/object_kind.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum value_tag {
    VAL_NULL,
    VAL_BOOL,
    VAL_CHAR,
    VAL_BYTE,
    VAL_SHORT,
    VAL_INT,
    VAL_LONG,
    VAL_FLOAT,
    VAL_DOUBLE, /* unboxed */
    VAL_OBJECT,
};

/* Written in two whole words, as it is copied: a load that takes in more than the store before it wrote has
 * to wait for that store, which costs as much as ten instructions. Hence the wide tag, and `l` set for all
 * integers. */
struct value {
    uint64_t tag;
    union {
        bool b;
        uint16_t c;
        int32_t i; /* also BYTE and SHORT */
        int64_t l;
        double d; /* also FLOAT */
        struct object *o;
    } u;
};

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "u.i is the low half of u.l");

struct class; /* runner/lang/class.h */
struct vm;
struct fiber;

#include "runner/lang/object.h"

#define NULL_VALUE ((struct value){.tag = VAL_NULL})
static inline struct value value_bool(bool b)
{
    return (struct value){.tag = VAL_BOOL, .u.l = b};
}
static inline struct value value_int(int32_t i)
{
    return (struct value){.tag = VAL_INT, .u.l = i};
}
static inline struct value value_long(int64_t l)
{
    return (struct value){.tag = VAL_LONG, .u.l = l};
}
static inline struct value value_double(double d)
{
    return (struct value){.tag = VAL_DOUBLE, .u.d = d};
}
static inline struct value value_object(void *o)
{
    return (struct value){.tag = VAL_OBJECT, .u.o = o};
} /* takes */
static inline bool value_is(struct value v, enum object_kind kind)
{
    return v.tag == VAL_OBJECT && v.u.o->kind == kind;
}
static inline bool value_is_null(struct value v)
{
    return v.tag == VAL_NULL;
}
/* Typed views; the kind must be right. Borrowed. */
#define AS_STRING(v) ((struct string *)(v).u.o)
#define AS_LIST(v) ((struct list *)(v).u.o)
#define AS_MAP(v) ((struct map *)(v).u.o)
#define AS_CLASS(v) ((struct class *)(v).u.o)
#define AS_NATIVE(v) ((struct native *)(v).u.o)
#define AS_INSTANCE(v) ((struct instance *)(v).u.o)

void object_free(struct object *o); /* at count 0 */
static inline struct value value_retain(struct value v)
{
    if (v.tag == VAL_OBJECT)
        v.u.o->refs++;
    return v;
}
static inline void value_release(struct value v)
{
    if (v.tag == VAL_OBJECT && --v.u.o->refs == 0)
        object_free(v.u.o);
}
void value_release_ptr(struct value *v); /* for _cleanup_ */

#include "runner/lang/container.h"

#endif
