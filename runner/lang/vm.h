/* The virtual machine: compiles a tree to bytecode and runs it on fibers.
 *
 * A fiber is a stack of frames on the heap, so that it can be parked in any step. A parallel branch is
 * a fiber. vm_run() runs all ready fibers until none is; natives park by returning CALL_WAIT, and whoever
 * finishes the work resumes the fiber. Everything happens on one thread. */
#ifndef RUNNER_LANG_VM_H
#define RUNNER_LANG_VM_H

#include "runner/lang/class.h"
#include "runner/lang/value.h"
#include "parser/ast.h"

struct error;
struct code; /* compiled script, runner/lang/code.h */

/* What the program around the VM provides; any hook may be NULL. */
struct vm_host {
    void *data;
    /* A bare call `name(args)` that no variable, script method or class answers: the steps. CALL_NONE if
     * unknown. */
    enum call_status (*call)(struct fiber *f, const char *name, int argc, struct value *argv,
                             struct value *out);
    /* Whether `call` answers this name with a step that Jenkins runs asynchronously: in @NonCPS code it ends
     * the method. */
    bool (*parks)(const char *name);
    /* A bare name that is no variable: env, params, currentBuild, scm, … CALL_NONE if unknown. */
    enum call_status (*get)(struct fiber *f, const char *name, struct value *out);
    /* println and print of scripts; whole text including the newline. */
    void (*print)(struct fiber *f, const char *text, size_t len);
    /* An import or class name that is not native: find src/…/Name.groovy of a library. The tree's owner is
     * the host. */
    struct ast *(*find_class)(void *data, const char *full_name);
};

struct vm *vm_new(const struct vm_host *host);
void vm_free(struct vm *vm); /* frees every fiber, class and cycle */
const struct vm_host *vm_host(struct vm *vm);
void vm_register(struct vm *vm, const struct native_class *classes, size_t n_classes,
                 const struct native_method *methods, size_t n_methods);
/* Registers a part of the library written in Groovy (text is borrowed, for good): `class XMethods` in it adds
 * its static methods to class X, self being the first argument; those of `class XStatics` become static ones.
 * Each `class` stands at the start of its line, each method on a line of its own that begins with `static`.
 * The file is compiled when one of its methods is first called. */
int vm_prelude(struct vm *vm, const char *name, const char *text, size_t len, struct error *err);
/* Interned string: equal names are equal pointers. Borrowed, lives as long as the VM. */
struct string *vm_symbol(struct vm *vm, const char *s, size_t n);

/* ---- scripts */
/* Compiles a whole file; classes it declares become known to the VM. `class_name` is the script's class
 * ("WorkflowScript", "Script1"). The tree must outlive the VM's use of assert texts: it is kept by the
 * caller. Errors carry places. */
struct code *vm_compile(struct vm *vm, const struct ast *ast, const char *class_name, struct error *err);
/* The same for Groovy of this program's own: its frames do not show in traces and places. */
struct code *vm_compile_hidden(struct vm *vm, const struct ast *ast, const char *class_name,
                               struct error *err);
/* A new script object of the code (its own methods and fields; binding shared with `binding_of`, or fresh if
 * null). fiber_start(f, script's run) with `script_method(…, "run")`. */
struct value script_new(struct vm *vm, struct code *code, struct value binding_of);
/* The bound method `name` of an object as a callable, or null. */
struct value method_of(struct vm *vm, struct value self, const char *name);

/* ---- fibers */
/* Called once when the fiber's first callable returns or throws. `v` is borrowed. */
typedef void (*fiber_done_fn)(struct fiber *f, bool thrown, struct value v, void *data);
/* A new ready fiber that will call `callable` with the arguments. It inherits `user` of the parent (may be
 * NULL) by the host's own copy: set it after. The fiber frees itself after done. */
struct fiber *fiber_start(struct vm *vm, struct value callable, int argc, struct value *argv,
                          fiber_done_fn done, void *data);
struct vm *fiber_vm(struct fiber *f);
void fiber_set_user(struct fiber *f, void *user); /* the host's per-fiber data: scope, branch, … */
void *fiber_user(struct fiber *f);
/* Resume a parked fiber with the value of the call that returned CALL_WAIT. Takes v. Safe from any callback;
 * the fiber runs in the next vm_run(). */
void fiber_resume(struct fiber *f, struct value v);
void fiber_resume_throw(struct fiber *f, struct value exception); /* takes */
/* While parked: called by fiber_interrupt() to stop the work; it must lead to a resume (now or later).
 * Cleared at resume. */
void fiber_set_cancel(struct fiber *f, void (*cancel)(struct fiber *f, void *data), void *data);
/* Throws `exception` (taken) into the fiber: parked ones are cancelled and get it in place of the result;
 * running ones get it at the next call or backward jump. A second interrupt replaces the first. */
void fiber_interrupt(struct fiber *f, struct value exception);
bool fiber_parked(const struct fiber *f);
/* Runs ready fibers until none is, or for about `slice` instructions (0: no limit). Returns whether some are
 * still ready, so that an endless loop in a script cannot starve the event loop. */
bool vm_run(struct vm *vm, unsigned slice);

/* ---- calls from natives */
/* What a continuation gets: how the callable ended. `v` is borrowed. */
struct outcome {
    bool thrown;
    struct value v;
};
typedef enum call_status (*native_cont)(struct fiber *f, struct outcome result, void *data,
                                        struct value *out);
/* Enter `callable` with arguments (retained); when it ends, cont(f, outcome, data, out) is called and
 * decides: CALL_OK, CALL_THROW, CALL_WAIT, or CALL_ENTER again. `release` frees data when the frame goes
 * away, however that happens. With cont NULL the callable's outcome is the native's. The native must return
 * CALL_ENTER right away. */
enum call_status fiber_call(struct fiber *f, struct value callable, int argc, struct value *argv,
                            native_cont cont, void *data, void (*release)(void *data));
/* Calls and waits: for toString(), equals(), compareTo(), … of script objects. The callee cannot park (it
 * throws). */
enum call_status vm_call_sync(struct fiber *f, struct value callable, int argc, struct value *argv,
                              struct value *out);
/* obj.name(args) with full dispatch, sync as above / through the frame as fiber_call. */
enum call_status vm_invoke_sync(struct fiber *f, struct value self, const char *name, int argc,
                                struct value *argv, struct value *out);
enum call_status vm_get_property(struct fiber *f, struct value self, const char *name, struct value *out);
enum call_status vm_set_property(struct fiber *f, struct value self, const char *name, struct value v);

#include "runner/lang/exception.h"
#include "runner/lang/convert.h"

#endif
