/* The head of every object on the heap. */
#ifndef RUNNER_LANG_OBJECT_KIND_H
#define RUNNER_LANG_OBJECT_KIND_H

#include <stdint.h>

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
    OBJ_INSTANCE, /* struct instance: of a class of the script, or of a native class with fields (exceptions
                     too) */
    OBJ_CLASS,    /* struct class */
    OBJ_NATIVE, /* struct native: opaque payload with a native class: Matcher, Pattern, Date, Random, env, …
                 */
};

struct object {
    uint32_t refs; /* not atomic; a class's is never used up: it lives as long as the VM */
    uint8_t kind;  /* enum object_kind */
    uint8_t flags; /* by kind: MAP_*, MADE_* (heap.h, vmstate.h) */
    uint16_t aux;  /* of a HashMap: see MAP_UNORDERED */
};

#endif
