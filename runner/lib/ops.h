/* Operators that are no arithmetic, beside the conversions of vm.h: subscripts, `in`, iteration. The
 * compiler's generic instructions call these for every builtin value; operator methods of script
 * classes (getAt, putAt, isCase …) are looked up by the VM before. */
#ifndef RUNNER_LIB_OPS_H
#define RUNNER_LIB_OPS_H

#include "runner/lang/vm.h"
#include "base/buf.h"

/* obj[index] for strings, lists, arrays, maps, ranges, matchers: negative indices, ranges and lists as index.
 * A map without the key gives null (or its default). A property read (DefaultGroovyMethods.getAt(Object,
 * String)) is the VM's: CALL_NONE for other objects. */
enum call_status value_get_at(struct fiber *f, struct value obj, struct value index, struct value *out);
/* obj[index] = v; CALL_NONE as above. */
enum call_status value_put_at(struct fiber *f, struct value obj, struct value index, struct value v);
/* `candidate in container`, and `case`: container.isCase(candidate). Closures are called (sync); patterns
 * match whole. */
enum call_status value_is_case(struct fiber *f, struct value container, struct value candidate, bool *out);
/* -v, +v, ~v; op is a token. */
enum call_status value_negate(struct fiber *f, struct value v, struct value *out);
enum call_status value_bit_not(struct fiber *f, struct value v,
                               struct value *out); /* ~"text" gives a Pattern */
/* v++ and v--: next() and previous() of builtin values. */
enum call_status value_next(struct fiber *f, struct value v, struct value *out);
enum call_status value_previous(struct fiber *f, struct value v, struct value *out);

/* Snapshot of what `for (x in v)` and spread iterate over, as a new list (owned): collections, arrays,
 * ranges, maps (as entries), the letters of strings, iterators, matchers, enum classes; null gives an empty
 * list; any other value a list of itself. */
enum call_status value_to_list(struct fiber *f, struct value v, struct value *out);

bool value_is_set(struct value v);   /* OBJ_MAP of a Set class */
bool value_is_map(struct value v);   /* OBJ_MAP of a Map class */
bool value_is_array(struct value v); /* OBJ_LIST of an array class */
bool value_is_text(struct value v);  /* String or GString */
/* Java's equals(): value_key_equals(), asking natives and instances. */
bool value_same(struct fiber *f, struct value a, struct value b);
/* List.indexOf by that equality; false if absent. */
bool list_index_of(struct fiber *f, const struct list *l, struct value v, size_t *at);

/* Throws the exception of a method call whose arguments do not fit. */
struct value no_signature_text(struct fiber *f, const struct class *type, bool is_static, const char *name,
                               int argc, struct value *argv); /* MissingMethodException's message; owned */
enum call_status vm_throw_no_signature(struct fiber *f, struct value self, const char *name, int argc,
                                       struct value *argv);
/* Throws GroovyCastException with Groovy's words. */
enum call_status vm_throw_cast(struct fiber *f, struct value v, const char *type);

#endif
