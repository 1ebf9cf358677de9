/* Classes, native and of the script, and the tables from which native ones are made.
 *
 * Native classes and methods are rows of const tables (runner/lib, runner/steps …); vm_register() takes
 * a table in. A method row belongs to the class named in it and is inherited by its subclasses; a
 * script's own methods come first, then the class's, then its supers' and interfaces'. */
#ifndef RUNNER_LANG_CLASS_H
#define RUNNER_LANG_CLASS_H

#include "runner/lang/value.h"

/* What a native call does. */
enum call_status {
    CALL_OK,    /* *out is the result */
    CALL_THROW, /* an exception is pending on the fiber: vm_throw() was called */
    CALL_WAIT,  /* the fiber parks; someone will fiber_resume() or fiber_resume_throw() it */
    CALL_ENTER, /* fiber_call() was called: a callable's frame is entered; the continuation decides later */
    CALL_NONE,  /* from hooks: not mine, look further; from method rows: the arguments' types do not fit, try
                 * the next row  of that name, the prelude's methods, the superclasses, then throw
                 * MissingMethodException */
};

/* argv[0..argc-1] borrowed for the duration of the call; self is null for static methods and
 * constructors (for constructors *out is the new object). Named arguments arrive as Groovy passes
 * them: one Map as the first argument. */
typedef enum call_status (*native_fn)(struct fiber *f, struct value self, int argc, struct value *argv,
                                      struct value *out);

struct native_method {
    const char *class; /* simple or full name, e.g. "String", "List", "Object" (methods of every value, null
                          excepted) */
    const char *name;  /* "<init>" for a constructor */
    int8_t min, max;   /* number of arguments; max -1: any */
    uint8_t flags;     /* METHOD_* */
    native_fn fn;
};
enum { METHOD_STATIC = 1 };

struct native_class {
    const char *name;       /* full: "java.util.Date" */
    const char *super;      /* simple name; NULL: Object */
    const char *interfaces; /* comma list of simple names or NULL */
    bool interface;
    void (*release)(void *data); /* of a native's payload */
    /* Property hooks for OBJ_NATIVE with dynamic properties (env, params, currentBuild); NULL: getters only.
     */
    enum call_status (*get)(struct fiber *f, struct value self, const char *name, struct value *out);
    enum call_status (*set)(struct fiber *f, struct value self, const char *name, struct value v);
    /* Called for a method that no table has. */
    enum call_status (*invoke)(struct fiber *f, struct value self, const char *name, int argc,
                               struct value *argv, struct value *out);
};

/* For .invoke of a class with .get: getX() and isX() are the property x. */
enum call_status native_getter(struct fiber *f, struct value self, const char *name, int argc,
                               struct value *argv, struct value *out);

/* The class of any value ("NullObject" for null). Borrowed. */
struct class *vm_class_of(struct vm *vm, struct value v);
/* By full or simple name (java.lang, java.util, java.io, java.net, groovy.lang, groovy.util, java.math are
 * imported). NULL if unknown. */
struct class *vm_class(struct vm *vm, const char *name);
const char *class_name(const struct class *c); /* "java.lang.String", "Script1$Foo" */
const char *class_simple_name(const struct class *c);
bool class_is(const struct class *c, const struct class *super); /* subclass, implements, or same */
bool value_instance_of(struct vm *vm, struct value v, const char *simple_name);
/* A static constant of a native class, e.g. Integer.MAX_VALUE. Retains v. */
void class_set_static(struct class *c, const char *name, struct value v);

#endif
