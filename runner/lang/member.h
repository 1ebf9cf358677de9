/* Classes from within: methods, fields, ancestors; for runner/lang alone. Included by heap.h. */
#ifndef RUNNER_LANG_MEMBER_H
#define RUNNER_LANG_MEMBER_H

struct method {
    struct string *name;
    struct class *owner;
    struct method *next; /* the next of this name in the class, in order of declaration */
    uint8_t flags;
    int8_t min, max; /* natives: number of arguments */
    native_fn native;
    struct proto *fn;        /* of scripts and of the prelude */
    struct prelude *prelude; /* not compiled yet: see prelude.c */
};
/* flags beside METHOD_STATIC of class.h */
enum { METHOD_SELF = 2 /* prelude: self is the first parameter */, METHOD_ABSTRACT = 4, METHOD_PRIVATE = 8 };

struct field {
    struct string *name;
    struct class *owner;
    const struct type *type; /* NULL: untyped */
    uint32_t index;          /* instance: into fields[]; static: into owner->statics */
    uint16_t mods;
    bool is_static, is_property; /* a property has a public getter and setter */
};

/* All methods of a name that an object of a class answers to, in order of dispatch. */
struct method_set {
    uint32_t n, n_script; /* the first n_script are the script's own */
    struct method *methods[];
};

enum class_flag {
    CLASSF_INTERFACE = 1,
    CLASSF_ENUM = 2,
    CLASSF_TRAIT = 4,
    CLASSF_SCRIPT = 8,
    CLASSF_ABSTRACT = 16,
    CLASSF_SOURCE = 32, /* made by a script's source, not by a table */
    CLASSF_KNOWN = 64,  /* a table or source has declared it: not only mentioned as a super */
    CLASSF_THROWABLE = 128,
    CLASSF_INIT = 256, /* static initialiser has started */
    CLASSF_PRIMITIVE = 512,
    /* annotations: generated.c */
    CLASSF_GEN_STRING = 1024,
    CLASSF_GEN_EQUALS = 2048,
    CLASSF_GEN_TUPLE = 4096,
    CLASSF_GEN_INHERIT = 8192,
    CLASSF_IMMUTABLE = 16384,
    CLASSF_GEN_SORTABLE = 32768,
    CLASSF_GEN_CLONE = 65536,
    CLASSF_SINGLETON = 1 << 17,
    CLASSF_CATEGORY = 1 << 18,
    CLASSF_SINGLETON_LAZY = 1 << 19, /* lazy: true */
    CLASSF_SINGLETON_FREE = 1 << 20, /* strict: false */
    CLASSF_GENERATED = CLASSF_GEN_STRING | CLASSF_GEN_EQUALS | CLASSF_GEN_SORTABLE | CLASSF_GEN_CLONE,
};

struct class
{
    struct object head; /* OBJ_CLASS */
    struct vm *vm;
    struct string *name, *simple;
    struct class *super;
    struct class **interfaces;
    uint32_t n_interfaces;
    uint32_t flags;
    struct class *outer;   /* enclosing class of the source */
    struct class *element; /* of an array */
    struct class *array;   /* the array class with this element, or NULL */
    const struct native_class *native;
    struct ptr_map methods; /* own: name -> struct method chain */
    struct ptr_map fields;  /* own: name -> struct field */
    struct ptr_map found;   /* name -> struct method_set, see vm->epoch */
    uint32_t found_epoch;
    uint32_t field_count; /* with inherited ones */
    VEC(struct field *) own_fields;
    VEC(struct value) statics;
    VEC(struct field *) delegates;      /* @Delegate; of the class itself */
    const struct annotation *to_string; /* @ToString or the like, with its options; or NULL */
    const struct annotation *equality;  /* the same of @EqualsAndHashCode */
    struct value instance;              /* @Singleton: the one, or null */
    struct proto *init, *clinit;        /* instance and static initialisers, or NULL */
    struct code *code;
    struct class **order; /* linearised ancestors, self first, Object last; made at first use */
    uint32_t n_order;
};

/* Fields of java.lang.Throwable. */
enum {
    THROWABLE_MESSAGE,
    THROWABLE_CAUSE,
    THROWABLE_TRACE,
    THROWABLE_SUPPRESSED,
    THROWABLE_EXTRA,
    THROWABLE_FILE,
    THROWABLE_PLACE, /* where it was made: a string; line << 32 | column */
    THROWABLE_FIELDS
};

struct class *class_new(struct vm *vm, const char *full_name);
void class_free(struct class *c);
/* The class of that name, made as an empty one if it is only mentioned so far. */
struct class *class_mention(struct vm *vm, const char *name);
struct class *class_array_of(struct class *element);
void class_add_method(struct class *c, struct method *m);
void class_add_interface(struct class *c, struct class *i);
/* Never NULL: n may be 0. */
const struct method_set *class_methods(struct class *c, struct string *name);
/* The nearest ancestor (or c itself) that no script's source made: it decides what c's objects are. */
struct class *class_native_root(struct class *c);
/* Whether a native may get an object of class c as self: those of a script's class are instances, lists or
 * maps, whatever it extends; natives of a Date or a String read another kind. */
bool class_takes_native(struct class *c, const struct method *m);
/* A field of c or of its supers. */
struct field *class_field(const struct class *c, struct string *name);
void class_order(struct class *c); /* linearises the ancestors */

#endif
