/* Method calls. Candidates come in the order that class_methods() gives: the script's own methods, of which
 * the one that fits best is taken, then natives and the prelude's in the order of the tables. Only when
 * none fits do properties that hold closures, methodMissing() and the natives' own hooks get the call. */
#include "runner/lang/dispatch.h"
#include "runner/lang/prelude.h"
#include "runner/lib/ops.h"
#include <ctype.h>
#include <stdio.h>
#include <string.h>

struct method *pick_function(struct vm *vm, const struct method_set *set, int argc, struct value *argv,
                             bool static_only)
{
    struct method *best = NULL;
    int best_distance = 0;
    for (uint32_t i = 0; i < set->n_script; i++) {
        struct method *m = set->methods[i];
        if (static_only && !(m->flags & METHOD_STATIC))
            continue;
        int d = args_distance(vm, m->fn, argc, argv);
        if (d >= 0 && (!best || d < best_distance)) {
            best = m;
            best_distance = d;
        }
    }
    vm->arg_types = NULL;
    return best;
}

bool fiber_arg_is_object(const struct fiber *f)
{
    const struct vm *vm = f->vm;
    return vm->arg_types && vm->arg_types[0] && vm->arg_types[0]->class == vm->core[CORE_OBJECT];
}

/* Of the prelude's methods of one class the one that fits best: set->methods[*at] is the first of them, *at
 * the last afterwards. */
static enum call_status call_prelude(struct fiber *f, const struct method_set *set, uint32_t *at,
                                     struct value self, int argc, struct value *argv)
{
    struct value small[8], *args = argc < 8 ? small : xmalloc(((size_t)argc + 1) * sizeof(*args));
    struct method *best = NULL;
    int best_distance = 0, with_self = !(set->methods[*at]->flags & METHOD_STATIC);
    args[0] = self;
    if (argc)
        memcpy(args + with_self, argv, (size_t)argc * sizeof(*args));
    struct class *owner = set->methods[*at]->owner;
    argc += with_self;
    for (; *at < set->n && set->methods[*at]->owner == owner && set->methods[*at]->fn; ++*at) {
        if (with_self == !!(set->methods[*at]->flags & METHOD_STATIC))
            continue;
        int d = args_distance(f->vm, set->methods[*at]->fn, argc, args);
        if (d >= 0 && (!best || d < best_distance)) {
            best = set->methods[*at];
            best_distance = d;
        }
    }
    --*at;
    enum call_status status = CALL_NONE;
    if (best)
        status = enter_function(f, best->fn, NULL, value_object(best->owner), argc, args, 0);
    if (args != small)
        free(args);
    return status;
}

/* A prelude's method is found by its name before its file is compiled; afterwards its overloads are there. */
static enum call_status load_and_retry(struct fiber *f, struct method *m, struct value self, int argc,
                                       struct value *argv, struct value *out)
{
    struct error err = {0};
    struct string *name = m->name;
    if (prelude_load(f->vm, m->prelude, &err) != 0) {
        vm_throw(f, "InternalError", "%s:%d: %s", err.file ? err.file : "prelude", err.line, err.message);
        error_release(&err);
        return CALL_THROW;
    }
    return invoke(f, self, name, argc, argv, out);
}

enum call_status call_method(struct fiber *f, struct method *m, struct value self, int argc,
                             struct value *argv, struct value *out)
{
    if (m->fn)
        return enter_function(f, m->fn, NULL, self, argc, argv, 0);
    if (!m->native || argc < m->min || (m->max >= 0 && argc > m->max))
        return CALL_NONE;
    return m->native(f, m->flags & METHOD_STATIC ? NULL_VALUE : self, argc, argv, out);
}

/* In a pipeline `sleep` and `evaluate` are steps, which Object's and Script's methods of that name must
 * not hide. */
static bool hidden_from_script(const struct method *m, const struct class *c)
{
    if (!(c->flags & CLASSF_SCRIPT))
        return false;
    if (m->owner == c->vm->core[CORE_SCRIPT])
        return c->vm->host.call && strcmp(m->name->data, "evaluate") == 0; /* a step */
    return m->owner == c->vm->core[CORE_OBJECT] && strcmp(m->name->data, "sleep") == 0;
}

/* Null answers to what Groovy adds to Object, as its NullObject does. */
static bool answers_null(const struct vm *vm, const struct method *m)
{
    return m->owner == vm->core[CORE_NULL] ||
           (m->owner == vm->core[CORE_OBJECT] && m->name != vm->sym[SYM_HASH_CODE]);
}

/* Natives and prelude of the set, in order; a native that does not take its arguments says CALL_NONE. */
static enum call_status call_natives(struct fiber *f, struct class *c, const struct method_set *set,
                                     struct value self, int argc, struct value *argv, struct value *out,
                                     bool statics)
{
    for (uint32_t i = set->n_script; i < set->n; i++) {
        struct method *m = set->methods[i];
        if (!!(m->flags & METHOD_STATIC) != statics || hidden_from_script(m, c))
            continue;
        if (value_is_null(self) && !statics && !answers_null(f->vm, m))
            continue;
        if (c != vm_class_of(f->vm, self) && !statics && !class_takes_native(vm_class_of(f->vm, self), m))
            continue; /* super.foo() */
        if (m->prelude && !m->fn && !m->native)
            return load_and_retry(f, m, statics ? value_object(c) : self, argc, argv, out);
        enum call_status status =
            m->fn ? call_prelude(f, set, &i, self, argc, argv) : call_method(f, m, self, argc, argv, out);
        if (status != CALL_NONE)
            return status;
    }
    return CALL_NONE;
}

/* ---- static calls */

static enum call_status run_initialiser(struct fiber *f, struct class *c)
{
    struct value ignored = NULL_VALUE;
    struct frame *sync = sync_begin(f);
    enum call_status status = enter_function(f, c->clinit, NULL, value_object(c), 0, NULL, 0);
    status = sync_end(f, sync, status, &ignored);
    value_release(ignored);
    return status;
}

/* Marked before it runs: a static initialiser that names its own class must not start again. Interfaces
 * too, for their constants are read as members of the class. */
enum call_status class_ready(struct fiber *f, struct class *c)
{
    enum call_status status = CALL_OK;
    for (struct class *s = c; s && !(s->flags & CLASSF_INIT) && status == CALL_OK; s = s->super) {
        s->flags |= CLASSF_INIT;
        for (uint32_t i = 0; i < s->n_interfaces && status == CALL_OK; i++)
            status = class_ready(f, s->interfaces[i]);
        if (s->clinit && status == CALL_OK)
            status = run_initialiser(f, s);
    }
    return status;
}

static struct value *static_slot(struct class *c, struct string *name)
{
    for (struct class *s = c; s; s = s->super) {
        struct field *field = ptr_map_get(&s->fields, name);
        if (field && field->is_static)
            return &s->statics.items[field->index];
        for (uint32_t i = 0; i < s->n_interfaces; i++) {
            struct value *slot = static_slot(s->interfaces[i], name);
            if (slot)
                return slot;
        }
    }
    return NULL;
}

static enum call_status enum_values(struct fiber *f, struct class *c, struct value *out)
{
    struct value *values = static_slot(c, f->vm->sym[SYM_VALUES]);
    *out = array_new(f->vm, "Object", 0);
    AS_LIST(*out)->class = class_array_of(c);
    for (uint32_t i = 0; values && value_is(*values, OBJ_LIST) && i < AS_LIST(*values)->len; i++)
        list_push(AS_LIST(*out), AS_LIST(*values)->items[i]);
    return CALL_OK;
}

static enum call_status enum_value_of(struct fiber *f, struct class *c, struct value name, struct value *out)
{
    struct value hold = NULL_VALUE;
    const char *text = value_text(f, name, &hold);
    struct value *slot = static_slot(c, vm_symbol(f->vm, text, strlen(text)));
    enum call_status status = CALL_OK;
    if (slot && value_is(*slot, OBJ_INSTANCE) && class_is(AS_INSTANCE(*slot)->class, c))
        *out = value_retain(*slot);
    else
        status = vm_throw(f, "IllegalArgumentException", "No enum constant %s.%s", c->name->data, text);
    value_release(hold);
    return status;
}

static enum call_status enum_static(struct fiber *f, struct class *c, struct string *name, int argc,
                                    struct value *argv, struct value *out)
{
    if (!(c->flags & CLASSF_ENUM))
        return CALL_NONE;
    if (argc == 0 && strcmp(name->data, "values") == 0)
        return enum_values(f, c, out);
    if (argc == 1 && strcmp(name->data, "valueOf") == 0)
        return enum_value_of(f, c, argv[0], out);
    return CALL_NONE;
}

/* What methodMissing() and its kin get as their arguments. */
static struct value object_array(struct vm *vm, int argc, struct value *argv)
{
    struct value args = array_new(vm, "Object", (size_t)argc);
    for (int i = 0; i < argc; i++)
        AS_LIST(args)->items[i] = value_retain(argv[i]);
    return args;
}

static enum call_status static_missing(struct fiber *f, struct class *c, struct string *name, int argc,
                                       struct value *argv, struct value *out)
{
    static const char hook[] = "$static_methodMissing";
    const struct method_set *set = class_methods(c, vm_symbol(f->vm, hook, strlen(hook)));
    if (!set->n_script)
        return CALL_NONE;
    struct value args = object_array(f->vm, argc, argv);
    struct value pair[] = {value_object(name), args};
    enum call_status status = enter_function(f, set->methods[0]->fn, NULL, value_object(c), 2, pair, 0);
    value_release(args);
    return status;
}

static enum call_status invoke_static(struct fiber *f, struct class *c, struct string *name, int argc,
                                      struct value *argv, struct value *out)
{
    enum call_status status = class_ready(f, c);
    if (status != CALL_OK)
        return status;
    const struct method_set *set = class_methods(c, name);
    struct method *m = pick_function(f->vm, set, argc, argv, true);
    if (m)
        return enter_function(f, m->fn, NULL, value_object(c), argc, argv, 0);
    status = enum_static(f, c, name, argc, argv, out);
    if (c->flags & CLASSF_SINGLETON && argc == 0 && strcmp(name->data, "getInstance") == 0)
        return singleton_get(f, c, out);
    if (status == CALL_NONE)
        status = call_natives(f, c, set, NULL_VALUE, argc, argv, out, true);
    if (status == CALL_NONE) {
        struct value *slot = static_slot(c, name);
        if (slot && value_is(*slot, OBJ_CLOSURE))
            return call_value(f, *slot, argc, argv, out);
    }
    if (status == CALL_NONE && c->flags & CLASSF_SOURCE)
        status = static_missing(f, c, name, argc, argv, out);
    if (status == CALL_NONE && strcmp(name->data, "newInstance") == 0) {
        struct value object = NULL_VALUE;
        status = object_allocate(f, c, &object);
        if (status == CALL_OK)
            status = object_construct(f, c, object, argc, argv, out);
        value_release(object);
    }
    return status;
}

/* ---- members that are no methods */

static bool accessor(const struct string *name, const char *prefix, char *property, size_t size)
{
    size_t n = strlen(prefix);
    if (name->len <= n || name->len - n >= size || memcmp(name->data, prefix, n) != 0)
        return false;
    memcpy(property, name->data + n, name->len - n + 1);
    /* getURL is of URL, getFoo of foo */
    if (!(property[1] >= 'A' && property[1] <= 'Z') && property[0] >= 'A' && property[0] <= 'Z')
        property[0] = (char)(property[0] | 32);
    return true;
}

/* getX(), isX() and setX(v) that a property brings along. */
static enum call_status generated_accessor(struct fiber *f, struct value self, struct string *name, int argc,
                                           struct value *argv, struct value *out)
{
    char property[128];
    bool get = argc == 0 && (accessor(name, "get", property, sizeof(property)) ||
                             accessor(name, "is", property, sizeof(property)));
    if (!get && !(argc == 1 && accessor(name, "set", property, sizeof(property))))
        return CALL_NONE;
    struct string *symbol = vm_symbol(f->vm, property, strlen(property));
    struct class *c = value_is(self, OBJ_CLASS) ? AS_CLASS(self) : vm_class_of(f->vm, self);
    struct field *field = class_field(c, symbol);
    if (!field || !field->is_property || (value_is(self, OBJ_CLASS) && !field->is_static))
        return CALL_NONE;
    *out = NULL_VALUE;
    return get ? field_get(f, self, symbol, out) : field_set(f, self, symbol, argv[0]);
}

static bool is_callable(struct fiber *f, struct value v)
{
    return value_is(v, OBJ_CLOSURE) ||
           (value_is(v, OBJ_INSTANCE) && method_own(f->vm, v, f->vm->sym[SYM_CALL]));
}

/* A property, map entry or script variable that holds a closure. */
static enum call_status closure_member(struct fiber *f, struct value self, struct string *name, int argc,
                                       struct value *argv, struct value *out)
{
    struct value v = NULL_VALUE;
    struct map *variables = script_variables(self);
    struct field *field = value_is(self, OBJ_INSTANCE) ? class_field(AS_INSTANCE(self)->class, name) : NULL;
    if (field && !field->is_static)
        v = AS_INSTANCE(self)->fields[field->index];
    else if (field)
        v = field->owner->statics.items[field->index];
    else if (value_is(self, OBJ_MAP) && value_is_map(self))
        map_get(AS_MAP(self), value_object(name), &v);
    if (variables && !is_callable(f, v))
        map_get(variables, value_object(name), &v);
    if (!is_callable(f, v))
        return CALL_NONE;
    value_retain(v);
    enum call_status status = call_value(f, v, argc, argv, out);
    value_release(v);
    return status;
}

static enum call_status method_missing(struct fiber *f, struct value self, enum core_name hook,
                                       struct string *name, int argc, struct value *argv, struct value *out)
{
    struct class *c = vm_class_of(f->vm, self);
    const struct method_set *set = class_methods(c, f->vm->sym[hook]);
    if (!set->n_script)
        return CALL_NONE;
    struct value args = object_array(f->vm, argc, argv);
    struct value pair[] = {value_object(name), args};
    struct method *m = pick_function(f->vm, set, 2, pair, false);
    enum call_status status = m ? enter_function(f, m->fn, NULL, self, 2, pair, 0) : CALL_NONE;
    value_release(args);
    return status;
}

static enum call_status native_hook(struct fiber *f, struct value self, struct string *name, int argc,
                                    struct value *argv, struct value *out)
{
    for (struct class *c = vm_class_of(f->vm, self); c && !value_is(self, OBJ_INSTANCE); c = c->super)
        if (c->native && c->native->invoke)
            return c->native->invoke(f, self, name->data, argc, argv, out);
    return CALL_NONE;
}

enum call_status native_getter(struct fiber *f, struct value self, const char *name, int argc,
                               struct value *argv, struct value *out)
{
    size_t prefix = str_has_prefix(name, "get") ? 3 : str_has_prefix(name, "is") ? 2 : 0;
    if (!prefix || argc || !name[prefix])
        return CALL_NONE;
    _cleanup_free_ char *property = xstrdup(name + prefix);
    property[0] = (char)tolower((unsigned char)property[0]);
    return vm_class_of(f->vm, self)->native->get(f, self, property, out);
}

/* An inner class's object also answers with its outer object's methods. */
static enum call_status outer_call(struct fiber *f, struct value self, struct string *name, int argc,
                                   struct value *argv, struct value *out)
{
    struct field *field =
        value_is(self, OBJ_INSTANCE) ? class_field(AS_INSTANCE(self)->class, f->vm->sym[SYM_OUTER]) : NULL;
    if (field && !value_is_null(AS_INSTANCE(self)->fields[field->index]))
        return invoke(f, AS_INSTANCE(self)->fields[field->index], name, argc, argv, out);
    if (field && AS_INSTANCE(self)->class->outer)
        return invoke(f, value_object(AS_INSTANCE(self)->class->outer), name, argc, argv, out);
    return CALL_NONE;
}

/* MetaClassImpl.tryListParamMetaMethod: a list that no method takes is tried as the list of arguments. The
 * methods are looked up again: a prelude's file that was loaded for the first try made new sets. */
static enum call_status spread_list(struct fiber *f, struct value self, struct string *name, int argc,
                                    struct value *argv, struct value *out)
{
    if (argc != 1 || !value_is(argv[0], OBJ_LIST) || value_is_array(argv[0]) || value_is(self, OBJ_CLASS) ||
        value_is_null(self))
        return CALL_NONE;
    _cleanup_(value_release_ptr) struct value held = value_retain(argv[0]);
    const struct list *l = AS_LIST(held);
    const struct method_set *set = class_methods(vm_class_of(f->vm, self), name);
    struct method *m = set->n_script ? pick_function(f->vm, set, (int)l->len, l->items, false) : NULL;
    if (m)
        return enter_function(f, m->fn, NULL, self, (int)l->len, l->items, 0);
    return call_natives(f, vm_class_of(f->vm, self), set, self, (int)l->len, l->items, out, false);
}

/* ''.join(',', list): an object answers with its class's static methods, too. */
static enum call_status static_of_object(struct fiber *f, struct value self, struct string *name, int argc,
                                         struct value *argv, struct value *out)
{
    struct class *c = vm_class_of(f->vm, self);
    return call_natives(f, c, class_methods(c, name), self, argc, argv, out, true);
}

static enum call_status other_members(struct fiber *f, struct value self, struct string *name, int argc,
                                      struct value *argv, struct value *out)
{
    enum call_status status = closure_member(f, self, name, argc, argv, out);
    if (status == CALL_NONE && !value_is(self, OBJ_CLASS) && !value_is_null(self))
        status = static_of_object(f, self, name, argc, argv, out);
    if (status == CALL_NONE && (value_is(self, OBJ_CLASS) || vm_class_of(f->vm, self)->flags & CLASSF_SOURCE))
        status = generated_accessor(f, self, name, argc, argv, out);
    if (status == CALL_NONE)
        status = native_hook(f, self, name, argc, argv, out);
    if (status == CALL_NONE)
        status = outer_call(f, self, name, argc, argv, out);
    if (status == CALL_NONE)
        status = method_missing(f, self, SYM_METHOD_MISSING, name, argc, argv, out);
    if (status == CALL_NONE)
        status = method_missing(f, self, SYM_INVOKE_METHOD, name, argc, argv, out);
    return status;
}

/* A category of the library, e.g. TimeCategory. */
static enum call_status invoke_static_native(struct fiber *f, struct class *c, struct string *name, int argc,
                                             struct value *argv, struct value *out)
{
    const struct method_set *set = class_methods(c, name);
    enum call_status status = CALL_NONE;
    for (uint32_t i = set->n_script; i < set->n && status == CALL_NONE; i++) {
        const struct method *m = set->methods[i];
        if (m->native && m->flags & METHOD_STATIC && argc >= m->min && (m->max < 0 || argc <= m->max))
            status = m->native(f, NULL_VALUE, argc, argv, out);
    }
    return status;
}

/* use(Category): static methods whose first parameter takes self. */
enum call_status category_call(struct fiber *f, struct value self, struct string *name, int argc,
                               struct value *argv, struct value *out)
{
    struct list *classes = AS_LIST(f->categories);
    struct value *args = xmalloc(((size_t)argc + 1) * sizeof(*args));
    args[0] = self;
    if (argc)
        memcpy(args + 1, argv, (size_t)argc * sizeof(*args));
    enum call_status status = CALL_NONE;
    for (uint32_t i = classes->len; i-- > 0 && status == CALL_NONE;) {
        struct class *c = AS_CLASS(classes->items[i]);
        struct method *m = c->flags & CLASSF_CATEGORY
                               ? pick_function(f->vm, class_methods(c, name), argc, argv, false)
                               : NULL;
        if (m && !(m->flags & METHOD_STATIC)) { /* @Category: `this` is the receiver */
            status = enter_function(f, m->fn, NULL, self, argc, argv, 0);
            break;
        }
        m = pick_function(f->vm, class_methods(c, name), argc + 1, args, true);
        if (m)
            status = enter_function(f, m->fn, NULL, value_object(c), argc + 1, args, 0);
        else
            status = invoke_static_native(f, c, name, argc + 1, args, out);
    }
    free(args);
    return status;
}

/* @Delegate: what the fields answer to, but for what every object has of its own. */
static enum call_status call_delegates(struct fiber *f, struct class *c, struct value self,
                                       struct string *name, int argc, struct value *argv, struct value *out)
{
    static const char *const own[] = {"toString", "equals",      "hashCode",    "getClass",
                                      "is",       "asType",      "with",        "println",
                                      "print",    "getProperty", "setProperty", "use"};
    for (size_t i = 0; i < ARRAY_LEN(own); i++)
        if (strcmp(own[i], name->data) == 0)
            return CALL_NONE;
    enum call_status status = CALL_NONE;
    for (size_t i = 0; i < c->delegates.len && status == CALL_NONE; i++) {
        struct value to = AS_INSTANCE(self)->fields[c->delegates.items[i]->index];
        if (!value_is_null(to))
            status = invoke(f, to, name, argc, argv, out);
    }
    return status;
}

/* The order of Groovy's MetaClassImpl.invokeMethod as far as scripts can see it: categories, statics,
 * interceptors, own methods, closures, delegates, generated and library methods, a list taken apart, and
 * the rest. */
enum call_status invoke(struct fiber *f, struct value self, struct string *name, int argc, struct value *argv,
                        struct value *out)
{
    struct vm *vm = f->vm;
    enum call_status status = CALL_NONE;
    if (UNLIKELY(f->categories.tag == VAL_OBJECT))
        status = category_call(f, self, name, argc, argv, out);
    if (status == CALL_NONE && value_is(self, OBJ_CLASS))
        status = invoke_static(f, AS_CLASS(self), name, argc, argv, out);
    if (status != CALL_NONE)
        return status;
    struct class *c = vm_class_of(vm, self);
    if (c->flags & CLASSF_SOURCE && class_is(c, vm->core[CORE_INTERCEPTABLE])) {
        status = method_missing(f, self, SYM_INVOKE_METHOD, name, argc, argv, out);
        if (status != CALL_NONE)
            return status;
    }
    const struct method_set *set = class_methods(c, name);
    struct method *m = set->n_script ? pick_function(vm, set, argc, argv, false) : NULL;
    if (m)
        return enter_function(f, m->fn, NULL, self, argc, argv, 0);
    if (value_is(self, OBJ_CLOSURE) && (name == vm->sym[SYM_CALL] || name == vm->sym[SYM_DO_CALL]))
        return closure_call(f, AS_CLOSURE(self), argc, argv, out);
    if (c->flags & CLASSF_SCRIPT && (status = closure_member(f, self, name, argc, argv, out)) != CALL_NONE)
        return status;
    if (UNLIKELY(c->delegates.len) &&
        (status = call_delegates(f, c, self, name, argc, argv, out)) != CALL_NONE)
        return status;
    if (c->flags & CLASSF_GENERATED &&
        (status = generated_method(f, self, name, argc, argv, out)) != CALL_NONE)
        return status;
    status = call_natives(f, c, set, self, argc, argv, out, false);
    if (status == CALL_NONE && value_is(self, OBJ_CLOSURE) && self.u.o->flags & MADE_INTERFACE)
        return closure_call(f, AS_CLOSURE(self), argc, argv, out);
    if (status == CALL_NONE)
        status = spread_list(f, self, name, argc, argv, out);
    return status == CALL_NONE ? other_members(f, self, name, argc, argv, out) : status;
}

/* Only here is the host asked: a step is called where nothing of the script's own answers. */
enum call_status invoke_or_throw(struct fiber *f, struct value self, struct string *name, int argc,
                                 struct value *argv, struct value *out)
{
    enum call_status status = invoke(f, self, name, argc, argv, out);
    if (status == CALL_NONE && script_variables(self) && f->vm->host.call)
        status = host_call(f, name, argc, argv, out);
    if (status != CALL_NONE)
        return status;
    if (value_is_null(self))
        return vm_throw(f, "NullPointerException", "Cannot invoke method %s() on null object", name->data);
    return vm_throw_no_signature(f, self, name->data, argc, argv);
}

enum call_status invoke_super(struct fiber *f, struct class *super, struct value self, struct string *name,
                              int argc, struct value *argv, struct value *out)
{
    if (!super)
        super = f->vm->core[CORE_OBJECT];
    const struct method_set *set = class_methods(super, name);
    bool is_static = value_is(self, OBJ_CLASS);
    struct method *m = pick_function(f->vm, set, argc, argv, is_static);
    if (m)
        return enter_function(f, m->fn, NULL, self, argc, argv, 0);
    enum call_status status = call_natives(f, super, set, self, argc, argv, out, is_static);
    if (status == CALL_NONE)
        status = generated_accessor(f, self, name, argc, argv, out);
    return status == CALL_NONE ? vm_throw_no_signature(f, self, name->data, argc, argv) : status;
}

enum call_status call_value(struct fiber *f, struct value callable, int argc, struct value *argv,
                            struct value *out)
{
    if (value_is(callable, OBJ_CLOSURE))
        return closure_call(f, AS_CLOSURE(callable), argc, argv, out);
    return invoke_or_throw(f, callable, f->vm->sym[SYM_CALL], argc, argv, out);
}

struct method *method_own(struct vm *vm, struct value v, struct string *name)
{
    const struct method_set *set = class_methods(vm_class_of(vm, v), name);
    return set->n_script ? set->methods[0] : NULL;
}
