/* Making and changing values: strings, lists, maps. Included by value.h, which says who owns what. */
#ifndef RUNNER_LANG_CONTAINER_H
#define RUNNER_LANG_CONTAINER_H

/* ---- construction. Containers belong to a heap (the VM's). */
struct value string_new(const char *bytes, size_t len); /* invalid UTF-8 is replaced by U+FFFD */
struct value string_from(const char *s);
struct value string_printf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
struct value list_new(struct vm *vm, size_t reserve); /* ArrayList */
struct value array_new(struct vm *vm, const char *element,
                       size_t len);  /* "Object", "String", "int" …: zero values */
struct value map_new(struct vm *vm); /* LinkedHashMap */
struct value set_new(struct vm *vm); /* LinkedHashSet */
struct value map_new_of(struct vm *vm, const char *class_name); /* HashMap, TreeMap, HashSet, TreeSet, … */
struct value entry_new(struct vm *vm, struct value key, struct value value, struct map *of);
struct value range_new(struct value from, struct value to, bool exclusive);
struct value native_new(struct vm *vm, struct class *class, void *data);

/* ---- lists: indices from 0 to len - 1, unchecked */
void list_push(struct list *l, struct value v);              /* retains v */
void list_insert(struct list *l, size_t at, struct value v); /* retains v */
void list_remove(struct list *l, size_t at);
void list_set(struct list *l, size_t at, struct value v); /* retains v */
void list_clear(struct list *l);

/* ---- maps. Keys compare as Groovy maps do: by equals and hashCode (1 and 1L differ, a GString key differs
 * from its String; the VM converts GStrings in literals and subscripts where Groovy does). */
bool map_get(const struct map *m, struct value key, struct value *out); /* *out borrowed; false if absent */
void map_set(struct map *m, struct value key, struct value v);          /* retains both */
bool map_remove(struct map *m, struct value key, struct value *out);    /* *out owned, may be NULL pointer */
void map_clear(struct map *m);
bool map_get_str(const struct map *m, const char *key, struct value *out);
void map_set_str(struct map *m, const char *key, struct value v);
/* Iteration: `for (size_t i = 0; map_next(m, &i, &slot);)`; i is the place to go on from. */
bool map_next(const struct map *m, size_t *i, struct map_slot **slot);

/* ---- closures */
int closure_arity(struct value closure); /* declared parameters; implicit `it` counts 1 */
void closure_set_delegate(struct value closure, struct value delegate,
                          int strategy); /* retains; Closure.DELEGATE_FIRST = 1 … */

#endif
