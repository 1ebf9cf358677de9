/* The state of a VM and of its fibers, for runner/lang alone. */
#ifndef RUNNER_LANG_VMSTATE_H
#define RUNNER_LANG_VMSTATE_H

#include "runner/lang/heap.h"
#include "runner/lang/vm.h"

struct symbols {
    struct string **slots;
    uint32_t cap, len;
};

/* Classes that the machine itself names: X(constant, simple name). */
/* clang-format off */
#define CORE_CLASSES(X)                                                                                      \
    X(OBJECT, "Object") X(NULL, "NullObject") X(BOOLEAN, "Boolean") X(CHARACTER, "Character") X(BYTE, "Byte") \
    X(SHORT, "Short") X(INTEGER, "Integer") X(LONG, "Long") X(FLOAT, "Float") X(DOUBLE, "Double")            \
    X(STRING, "String") X(GSTRING, "GStringImpl") X(BIGINTEGER, "BigInteger") X(BIGDECIMAL, "BigDecimal")    \
    X(ARRAYLIST, "ArrayList") X(LINKEDHASHMAP, "LinkedHashMap") X(LINKEDHASHSET, "LinkedHashSet")            \
    X(SORTEDMAP, "SortedMap") X(SORTEDSET, "SortedSet") X(ENTRY, "Entry") X(INTRANGE, "IntRange")            \
    X(OBJECTRANGE, "ObjectRange") X(CLOSURE, "Closure") X(METHODCLOSURE, "MethodClosure")                    \
    X(CURRIED, "CurriedClosure") X(COMPOSED, "ComposedClosure") X(CLASS, "Class") X(SCRIPT, "Script")        \
    X(THROWABLE, "Throwable") X(ENUM, "Enum") X(NUMBER, "Number") X(MAP, "Map") X(LIST, "List") X(SET, "Set") \
    X(COLLECTION, "Collection") X(ITERABLE, "Iterable") X(GSTRINGSUPER, "GString") X(BINDING, "Binding")                           \
    X(INTERCEPTABLE, "GroovyInterceptable")
/* clang-format on */

enum core_class {
#define CORE_ROW(name, text) CORE_##name,
    CORE_CLASSES(CORE_ROW)
#undef CORE_ROW
        CORE_COUNT,
};

/* Names the machine looks up: X(constant, text). */
/* clang-format off */
#define CORE_NAMES(X)                                                                                        \
    X(CALL, "call") X(DO_CALL, "doCall") X(INIT, "<init>") X(CLASS, "class") X(METHOD_MISSING, "methodMissing") \
    X(PROPERTY_MISSING, "propertyMissing") X(GET_PROPERTY, "getProperty") X(SET_PROPERTY, "setProperty")     \
    X(INVOKE_METHOD, "invokeMethod") X(GET, "get") X(SET, "set") X(PUT, "put") X(THIS, "this")               \
    X(SUPER, "super") X(OWNER, "owner") X(DELEGATE, "delegate") X(THIS_OBJECT, "thisObject")                 \
    X(RESOLVE_STRATEGY, "resolveStrategy") X(LENGTH, "length") X(BINDING, "binding") X(PLUS, "plus")         \
    X(MINUS, "minus") X(MULTIPLY, "multiply") X(DIV, "div") X(MOD, "mod") X(POWER, "power")                  \
    X(LEFT_SHIFT, "leftShift") X(RIGHT_SHIFT, "rightShift") X(RIGHT_SHIFT_UNSIGNED, "rightShiftUnsigned")    \
    X(AND, "and") X(OR, "or") X(XOR, "xor") X(NEGATIVE, "negative") X(POSITIVE, "positive")                  \
    X(BITWISE_NEGATE, "bitwiseNegate") X(NEXT, "next") X(PREVIOUS, "previous") X(GET_AT, "getAt")            \
    X(PUT_AT, "putAt") X(IS_CASE, "isCase") X(EQUALS, "equals") X(COMPARE_TO, "compareTo")                   \
    X(AS_BOOLEAN, "asBoolean") X(TO_STRING, "toString") X(ITERATOR, "iterator") X(AS_TYPE, "asType")         \
    X(HASH_CODE, "hashCode") X(NAME, "name") X(ORDINAL, "ordinal") X(RUN, "run") X(MESSAGE, "message")       \
    X(ENUM_NAME, "$name") X(ENUM_ORDINAL, "$ordinal") X(VALUES, "$VALUES") X(OUTER, "this$0") X(IT, "it") X(USE, "use") X(METACLASS, "metaClass") X(MAIN, "main")
/* clang-format on */

enum core_name {
#define CORE_ROW(name, text) SYM_##name,
    CORE_NAMES(CORE_ROW)
#undef CORE_ROW
        SYM_COUNT,
};

struct code;
struct prelude;
struct class_source;

struct vm {
    struct vm_host host;
    struct container containers; /* head of the ring */
    struct symbols symbols;
    struct ptr_map by_name; /* full name -> class */
    struct ptr_map by_simple;
    VEC(struct class *) classes;
    struct class *core[CORE_COUNT];
    struct string *sym[SYM_COUNT];
    uint32_t epoch; /* changes when methods are added: caches made before are void */
    VEC(struct prelude *) preludes;
    VEC(struct code *) codes;
    VEC(struct ast *) trees;            /* of text compiled at run time */
    const struct class_source *sources; /* borrowed: tables of classes in Groovy */
    size_t n_sources;
    struct fiber *fibers;              /* all, doubly linked */
    struct fiber *ready, **ready_tail; /* queue */
    struct fiber *running; /* whose code runs right now; NULL between vm_run() calls. Natives reach the fiber
                              by it where they get none */
    const struct type *const *arg_types; /* of the call being dispatched: casts in its arguments, or NULL */
    uint32_t depth_limit;                /* frames of a fiber */
    size_t heap_limit;                   /* bytes of resident memory */
    size_t allocated;                    /* by containers since the limit was last looked at */
};

/* object.flags of a TreeMap or TreeSet; of a HashMap or HashSet, and when its slots are not in that order */
/* object.aux of a HashMap: how many buckets it began with, 0 for Java's 16 */
enum { MAP_SORTED = 1, MAP_HASHED = 4, MAP_UNORDERED = 8 };

struct string *symbol_of(struct vm *vm, struct string *s); /* borrowed */
void symbols_release(struct symbols *t);
struct value list_new_of(struct vm *vm, struct class *class, size_t reserve);
struct value map_new_with(struct vm *vm, struct class *class);
struct value instance_new(struct vm *vm, struct class *class); /* fields are null */
struct value exception_make(struct fiber *f, struct class *class, struct value message, struct value cause);
void vm_trees_free(struct vm *vm);    /* source_class.c */
void natives_register(struct vm *vm); /* natives.c */
/* Accounts for n bytes of a container: much of it makes the running fiber look at the limit at its next jump
 * or call. */
void vm_allocated(struct vm *vm, size_t n);
void core_register(struct vm *vm); /* core.c: classes and methods of the machine itself */

#endif
