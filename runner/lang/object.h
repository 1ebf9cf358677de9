/* What heap values look like inside. Included by value.h, which says who owns what. */
#ifndef RUNNER_LANG_OBJECT_H
#define RUNNER_LANG_OBJECT_H

/* ---- strings: bytes are UTF-8; Java's length and indices are in UTF-16 units, see runner/lib/text.h */
struct string {
    struct object head;
    uint32_t len;  /* bytes */
    uint32_t hash; /* of the bytes, never 0 */
    bool ascii;    /* then UTF-16 indices are byte offsets */
    bool interned; /* a symbol of the VM's table: equal symbols are equal pointers */
    char data[];   /* NUL-terminated */
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
    struct class *class; /* ArrayList, LinkedList, an array class …: decides name and fixed size */
    struct value *items;
    uint32_t len, cap;
    uint32_t version; /* changes with each structural change: ConcurrentModificationException */
    bool immutable;
    struct view *view;    /* a view of something else; else NULL */
    struct value *fields; /* class->field_count, of a script class that extends a List; else NULL */
};

struct map_slot {
    struct value key, value; /* a deleted slot has key.tag == MAP_DELETED */
    uint32_t hash;
};
#define MAP_DELETED 0xff

struct map { /* keeps insertion order; a TreeMap/TreeSet keeps slots sorted; a Set has value null */
    struct container head;
    struct class *class;
    struct map_slot *slots; /* in order, with holes; used = places taken, len = live ones */
    uint32_t *index;        /* open addressing over slots, NULL while small */
    uint32_t len, used, cap, index_cap;
    uint32_t version;
    struct value comparator; /* TreeMap with one; else null */
    struct value default_fn; /* withDefault closure or null */
    bool immutable;
    struct view *view, *views; /* as a list's; the views of this map */
    struct value *fields;      /* as a list's */
};

/* Not the slot itself, which moves: a copy of key and value, and the map to write through to. */
struct entry {
    struct container head;
    struct value key, value;
    struct map *map; /* counted; setValue writes there; may be NULL */
};

struct range {
    struct object head;
    bool is_int;             /* IntRange: from/to are VAL_INT */
    bool reverse, exclusive; /* exclusive is for printing only: bounds are inclusive */
    bool empty;              /* exclusive and of equal ends; nothing else can say so */
    struct value from, to;   /* as iterated: from is first, to is last */
};

/* One a variable and call, shared by the function and all closures that name it: what one writes the
 * others see. */
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
    struct value fields[]; /* class->field_count */
};

#endif
