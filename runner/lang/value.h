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
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum value_tag {
    VAL_NULL, VAL_BOOL, VAL_CHAR, VAL_BYTE, VAL_SHORT, VAL_INT, VAL_LONG, VAL_FLOAT, VAL_DOUBLE, /* unboxed */
    VAL_OBJECT,
};

enum object_kind {
    OBJ_STRING,   /* struct string: java.lang.String */
    OBJ_GSTRING,  /* struct gstring */
    OBJ_BIGINT,   /* struct bigint: BigInteger */
    OBJ_DECIMAL,  /* struct decimal: BigDecimal */
    OBJ_LIST,     /* struct list: ArrayList and the other List classes, and arrays */
    OBJ_MAP,      /* struct map: LinkedHashMap, HashMap, TreeMap, Properties … and the Set classes */
    OBJ_ENTRY,    /* struct entry: Map.Entry (a snapshot that writes through) */
    OBJ_RANGE,    /* struct range: IntRange / ObjectRange, immutable List */
    OBJ_CLOSURE,  /* struct closure: closures, bound methods (.&), curried and composed ones */
    OBJ_INSTANCE, /* struct instance: of a class of the script, or of a native class with fields (exceptions too) */
    OBJ_CLASS,    /* struct class */
    OBJ_NATIVE,   /* struct native: opaque payload with a native class: Matcher, Pattern, Date, Random, env, … */
};

struct object {
    uint32_t refs;
    uint8_t kind; /* enum object_kind */
    uint8_t flags;
    uint16_t aux;
};

struct value {
    uint8_t tag;
    union {
        bool b;
        uint16_t c;
        int32_t i; /* also BYTE and SHORT */
        int64_t l;
        double d;  /* also FLOAT */
        struct object *o;
    } u;
};

struct class; /* runner/lang/class.h */
struct vm;
struct fiber;

/* ---- strings: bytes are UTF-8; Java's length and indices are in UTF-16 units, see runner/lib/text.h */
struct string {
    struct object head;
    uint32_t len;    /* bytes */
    uint32_t hash;   /* of the bytes, never 0 */
    bool ascii;      /* then UTF-16 indices are byte offsets */
    bool interned;   /* a symbol of the VM's table: equal symbols are equal pointers */
    char data[];     /* NUL-terminated */
};

struct gstring { /* "a${x}b": count values between count + 1 strings */
    struct object head;
    uint32_t count;
    struct value parts[]; /* 2 * count + 1, strings at even places; a closure value is evaluated lazily */
};

struct bigint {
    struct object head;
    struct mpz_box *mpz; /* runner/lib/number.c */
};

struct decimal { /* unscaled * 10^-scale */
    struct object head;
    int32_t scale;
    struct mpz_box *unscaled;
};

struct container { /* head of every object that can be part of a cycle */
    struct object head;
    struct container *prev, *next;
};

struct list {
    struct container head;
    struct class *class;        /* ArrayList, LinkedList, an array class …: decides name and fixed size */
    struct value *items;
    uint32_t len, cap;
    uint32_t version;           /* changes with each structural change: ConcurrentModificationException */
    bool immutable;
};

struct map_slot {
    struct value key, value;    /* a deleted slot has key.tag == MAP_DELETED */
    uint32_t hash;
};
#define MAP_DELETED 0xff

struct map { /* keeps insertion order; a TreeMap/TreeSet keeps slots sorted; a Set has value null */
    struct container head;
    struct class *class;
    struct map_slot *slots;     /* in order, with holes; used = places taken, len = live ones */
    uint32_t *index;            /* open addressing over slots, NULL while small */
    uint32_t len, used, cap, index_cap;
    uint32_t version;
    struct value comparator;    /* TreeMap with one; else null */
    struct value default_fn;    /* withDefault closure or null */
    bool immutable;
};

struct entry {
    struct container head;
    struct value key, value;
    struct map *map;            /* counted; setValue writes there; may be NULL */
};

struct range {
    struct object head;
    bool is_int;                /* IntRange: from/to are VAL_INT */
    bool reverse, exclusive;    /* exclusive only matters for printing; bounds are inclusive, see empty */
    bool empty;
    struct value from, to;      /* as iterated: from is first, to is last */
};

struct cell { /* a variable captured by a closure */
    struct container head;
    struct value value;
};

struct native {
    struct container head;
    struct class *class;
    void *data;
};

struct instance {
    struct container head;
    struct class *class;
    struct value fields[];      /* class->field_count */
};

#define NULL_VALUE ((struct value){.tag = VAL_NULL})
static inline struct value value_bool(bool b) { return (struct value){.tag = VAL_BOOL, .u.b = b}; }
static inline struct value value_int(int32_t i) { return (struct value){.tag = VAL_INT, .u.i = i}; }
static inline struct value value_long(int64_t l) { return (struct value){.tag = VAL_LONG, .u.l = l}; }
static inline struct value value_double(double d) { return (struct value){.tag = VAL_DOUBLE, .u.d = d}; }
static inline struct value value_object(void *o) { return (struct value){.tag = VAL_OBJECT, .u.o = o}; } /* takes */
static inline bool value_is(struct value v, enum object_kind kind)
{
    return v.tag == VAL_OBJECT && v.u.o->kind == kind;
}
static inline bool value_is_null(struct value v) { return v.tag == VAL_NULL; }
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

/* ---- construction. Containers belong to a heap (the VM's). */
struct value string_new(const char *bytes, size_t len); /* invalid UTF-8 is replaced by U+FFFD */
struct value string_from(const char *s);
struct value string_printf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
struct value list_new(struct vm *vm, size_t reserve);             /* ArrayList */
struct value array_new(struct vm *vm, const char *element, size_t len); /* "Object", "String", "int" …: zero values */
struct value map_new(struct vm *vm);                              /* LinkedHashMap */
struct value set_new(struct vm *vm);                              /* LinkedHashSet */
struct value map_new_of(struct vm *vm, const char *class_name);   /* HashMap, TreeMap, HashSet, TreeSet, … */
struct value entry_new(struct vm *vm, struct value key, struct value value, struct map *of);
struct value range_new(struct value from, struct value to, bool exclusive);
struct value native_new(struct vm *vm, struct class *class, void *data);

/* ---- lists: indices from 0 to len - 1, unchecked */
void list_push(struct list *l, struct value v);                   /* retains v */
void list_insert(struct list *l, size_t at, struct value v);      /* retains v */
void list_remove(struct list *l, size_t at);
void list_set(struct list *l, size_t at, struct value v);         /* retains v */
void list_clear(struct list *l);

/* ---- maps. Keys compare as Groovy maps do: by equals and hashCode (1 and 1L differ, a GString key differs from its
 * String; the VM converts GStrings in literals and subscripts where Groovy does). */
bool map_get(const struct map *m, struct value key, struct value *out);  /* *out borrowed; false if absent */
void map_set(struct map *m, struct value key, struct value v);           /* retains both */
bool map_remove(struct map *m, struct value key, struct value *out);     /* *out owned, may be NULL pointer */
void map_clear(struct map *m);
bool map_get_str(const struct map *m, const char *key, struct value *out);
void map_set_str(struct map *m, const char *key, struct value v);
/* Iteration: `for (size_t i = 0; map_next(m, &i, &slot);)`; i is the place to go on from. */
bool map_next(const struct map *m, size_t *i, struct map_slot **slot);

#endif
