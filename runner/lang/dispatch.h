/* Calls: which method answers, how arguments become parameters, what happens when none does.
 *
 * These functions return CALL_ENTER when a script function's frame was pushed: the interpreter goes on
 * there. CALL_NONE means that nobody answers; the *_or_throw forms make the exception Groovy makes. */
#ifndef RUNNER_LANG_DISPATCH_H
#define RUNNER_LANG_DISPATCH_H

#include "runner/lang/code.h"
#include "runner/lang/fiber.h"

/* ---- arguments.c */
enum { NOT_APPLICABLE = -1 };
/* How far the arguments are from the parameters, as Groovy measures; NOT_APPLICABLE. */
int args_distance(struct vm *vm, const struct proto *p, int argc, struct value *argv);
/* Pushes a frame of the function with the arguments (retained) in its registers. CALL_ENTER, or CALL_THROW.
 */
enum call_status enter_function(struct fiber *f, struct proto *p, struct closure *closure, struct value self,
                                int argc, struct value *argv, unsigned frame_flags);

/* ---- dispatch.c */
/* self.name(args) by the methods and members of self alone. */
enum call_status invoke(struct fiber *f, struct value self, struct string *name, int argc, struct value *argv,
                        struct value *out);
enum call_status invoke_or_throw(struct fiber *f, struct value self, struct string *name, int argc,
                                 struct value *argv, struct value *out);
enum call_status invoke_super(struct fiber *f, struct class *super, struct value self, struct string *name,
                              int argc, struct value *argv, struct value *out);
/* As a category in use has it; CALL_NONE if none has. There must be one. */
enum call_status category_call(struct fiber *f, struct value self, struct string *name, int argc,
                               struct value *argv, struct value *out);
/* Calls a value: closures, objects with call(). */
enum call_status call_value(struct fiber *f, struct value callable, int argc, struct value *argv,
                            struct value *out);
/* The method of the class that fits, script functions only; NULL if none. */
struct method *pick_function(struct vm *vm, const struct method_set *set, int argc, struct value *argv,
                             bool static_only);
enum call_status call_method(struct fiber *f, struct method *m, struct value self, int argc,
                             struct value *argv, struct value *out);
struct method *method_own(struct vm *vm, struct value v,
                          struct string *name); /* a script's method, or NULL */
/* Static initialisers run before first use. */
enum call_status class_ready(struct fiber *f, struct class *c);

/* ---- construct.c */
enum call_status object_allocate(struct fiber *f, struct class *c,
                                 struct value *out); /* null for native classes */
enum call_status object_construct(struct fiber *f, struct class *c, struct value object, int argc,
                                  struct value *argv, struct value *out);

/* ---- generated.c: what annotations add; CALL_NONE if they add no such thing */
/* MissingPropertyException, with its property and type. */
enum call_status throw_no_property(struct fiber *f, struct string *name, struct class *c);
/* The object of a @Singleton class, made when first asked for; which `new` may make; CLASSF_SINGLETON_* of
 * the annotation's arguments. */
struct annotation;
uint32_t singleton_options(const struct annotation *a);
bool singleton_may_make(const struct class *c, struct value object);
enum call_status singleton_get(struct fiber *f, struct class *c, struct value *out);
enum call_status generated_method(struct fiber *f, struct value self, struct string *name, int argc,
                                  struct value *argv, struct value *out);
enum call_status tuple_construct(struct fiber *f, struct class *c, struct value object, int argc,
                                 struct value *argv);

void exception_mark(struct fiber *f, struct value exception); /* with the place now executing */
struct value exception_trace(struct fiber *f);                /* list of places, owned */

/* ---- property.c: soft; CALL_NONE if there is none */
enum call_status property_get(struct fiber *f, struct value obj, struct string *name, struct value *out);
enum call_status property_set(struct fiber *f, struct value obj, struct string *name, struct value v);
enum call_status property_get_or_throw(struct fiber *f, struct value obj, struct string *name,
                                       struct value *out);
enum call_status property_set_or_throw(struct fiber *f, struct value obj, struct string *name,
                                       struct value v);
enum call_status field_get(struct fiber *f, struct value obj, struct string *name,
                           struct value *out); /* .@ */
enum call_status field_set(struct fiber *f, struct value obj, struct string *name, struct value v);

/* ---- scope.c: bare names */
enum call_status scope_get(struct fiber *f, struct frame *frame, struct string *name, struct value *out);
enum call_status scope_set(struct fiber *f, struct frame *frame, struct string *name, struct value v);
enum call_status scope_call(struct fiber *f, struct frame *frame, struct string *name, int argc,
                            struct value *argv, struct value *out);
/* Gives a script object its binding (null: a fresh one) and its @Fields. */
void script_construct(struct vm *vm, struct value script, struct value binding);
struct map *script_variables(struct value script); /* of its binding; NULL if it is no script */

/* ---- noncps.c: calls the host; in @NonCPS code the outcome of a step may become that of the method */
enum call_status host_call(struct fiber *f, struct string *name, int argc, struct value *argv,
                           struct value *out);

/* ---- closure.c */
enum call_status closure_call(struct fiber *f, struct closure *c, int argc, struct value *argv,
                              struct value *out);
struct value closure_new(struct vm *vm, enum closure_kind kind);
enum call_status closure_property(struct fiber *f, struct closure *c, struct string *name, struct value *out);
bool closure_set_property(struct closure *c, struct string *name, struct value v);

/* ---- sync.c */
struct frame *sync_begin(struct fiber *f);
/* Runs what was entered since sync_begin() to its end; turns it into OK or THROW. */
enum call_status sync_end(struct fiber *f, struct frame *sync, enum call_status status, struct value *out);

#endif
