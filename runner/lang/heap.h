/* What lies behind values, for runner/lang alone: closures, classes, and the list of containers. */
#ifndef RUNNER_LANG_HEAP_H
#define RUNNER_LANG_HEAP_H

#include "runner/lang/class.h"
#include "runner/lang/ptrmap.h"
#include "runner/lang/value.h"

struct proto; /* runner/lang/code.h */
struct type;

enum { OBJ_CELL = OBJ_NATIVE + 1 }; /* struct cell: only in registers and closures, never seen by scripts */
/* An absent argument whose default the callee's first instructions fill in. */
enum { VAL_UNSET = 0xfe };

/* Links a new container into the VM's list. */
void container_link(struct vm *vm, struct container *c, enum object_kind kind);
/* Frees what is left at the VM's end: cycles. */
void container_free_all(struct container *head);

struct cell *cell_new(struct vm *vm, struct value v); /* takes v */
#define AS_CELL(v) ((struct cell *)(v).u.o)

enum closure_kind {
    CLOSURE_SCRIPT,  /* fn and cells */
    CLOSURE_METHOD,  /* owner.name: obj.&name; a class as owner also means its static or instance methods */
    CLOSURE_CURRY,   /* target with bound arguments at `position` (CURRY_RIGHT: behind the given ones) */
    CLOSURE_COMPOSE, /* second(first(args)) */
};
enum { CURRY_RIGHT = -1 };
/* object.flags of a closure or map that was made an interface's implementation; beside MAP_SORTED */
enum { MADE_INTERFACE = 2 };
/* object.flags of a list or map that is net.sf.json's JSONArray or JSONObject: its toString() is JSON, while
 * a GString shows it as any other collection (InvokerHelper.write) */
enum { MADE_JSON = 16 };

/* owner, delegate and self may lead back to who holds the closure: cycles that only the VM's end frees. */
struct closure {
    struct container head;
    uint8_t kind; /* enum closure_kind */
    uint8_t strategy;
    uint16_t n_cells;
    int position;
    struct proto *fn;
    struct value owner, delegate, self; /* self: Groovy's thisObject */
    struct string *name;                /* CLOSURE_METHOD */
    struct value target, second;        /* CURRY: target and a list; COMPOSE: first and second */
    struct value *cells;
};
#define AS_CLOSURE(v) ((struct closure *)(v).u.o)

/* Whether the first argument of the native being called stands as `(Object) x`. */
bool fiber_arg_is_object(const struct fiber *f);

#include "runner/lang/member.h"

#endif
