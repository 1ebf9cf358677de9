/* Methods of the machine's own classes: closures, exceptions, enums, bindings, and those of Object that need
 * the machine. Those of Class are in reflect.c. */
#include "runner/lang/dispatch.h"
#include "runner/lib/lib.h"
#include "runner/lib/json.h"
#include "runner/lib/ops.h"
#include <string.h>

/* ---- Object */

NATIVE(object_get_class)
{
    return give(out, value_retain(value_object(vm_class_of(f->vm, self))));
}

/* A JSONObject prints as JSON here and as a map inside of a GString (InvokerHelper.write and toString
 * differ). */
static enum call_status print_text(struct fiber *f, int argc, struct value *argv, bool newline)
{
    struct buf text = {0};
    if (argc && value_is_json(argv[0])) {
        _cleanup_(value_release_ptr) struct value json = NULL_VALUE;
        if (value_java_string(f, argv[0], &json) != CALL_OK)
            return CALL_THROW;
        buf_add(&text, AS_STRING(json)->data, AS_STRING(json)->len);
    } else if (argc) {
        value_print(f, argv[0], &text);
    }
    if (newline)
        buf_addch(&text, '\n');
    if (f->vm->host.print && !f->throwing)
        f->vm->host.print(f, text.data ? text.data : "", text.len);
    buf_release(&text);
    return CALL_OK;
}

NATIVE(object_print)
{
    return print_text(f, argc, argv, false);
}

NATIVE(object_println)
{
    return print_text(f, argc, argv, true);
}

NATIVE(object_printf)
{
    struct value text = NULL_VALUE, args = array_new(f->vm, "Object", 0);
    struct value list[] = {argv[0], args};
    bool is_list = argc == 2 && value_is(argv[1], OBJ_LIST);
    for (int i = 1; i < argc && !is_list; i++)
        list_push(AS_LIST(args), argv[i]);
    if (is_list)
        list[1] = argv[1];
    enum call_status status =
        vm_invoke_sync(f, value_object(f->vm->core[CORE_STRING]), "format", 2, list, &text);
    value_release(args);
    if (status == CALL_OK)
        status = print_text(f, 1, &text, false);
    value_release(text);
    return status;
}

NATIVE(object_invoke)
{
    struct value hold = NULL_VALUE;
    const char *name = value_text(f, argv[0], &hold);
    struct string *symbol = vm_symbol(f->vm, name, strlen(name));
    value_release(hold);
    if (argc == 1)
        return invoke_or_throw(f, self, symbol, 0, NULL, out);
    if (value_is(argv[1], OBJ_LIST))
        return invoke_or_throw(f, self, symbol, (int)AS_LIST(argv[1])->len, AS_LIST(argv[1])->items, out);
    return invoke_or_throw(f, self, symbol, 1, argv + 1, out);
}

NATIVE(object_get_property)
{
    struct value hold = NULL_VALUE;
    const char *name = value_text(f, argv[0], &hold);
    enum call_status status = property_get_or_throw(f, self, vm_symbol(f->vm, name, strlen(name)), out);
    value_release(hold);
    return status;
}

NATIVE(object_set_property)
{
    struct value hold = NULL_VALUE;
    const char *name = value_text(f, argv[0], &hold);
    enum call_status status = property_set_or_throw(f, self, vm_symbol(f->vm, name, strlen(name)), argv[1]);
    value_release(hold);
    return status;
}

NATIVE(object_responds_to)
{
    struct value hold = NULL_VALUE, list = list_new(f->vm, 0);
    const char *name = value_text(f, argv[0], &hold);
    struct class *c = value_is(self, OBJ_CLASS) ? AS_CLASS(self) : vm_class_of(f->vm, self);
    if (class_methods(c, vm_symbol(f->vm, name, strlen(name)))->n)
        list_push(AS_LIST(list), argv[0]);
    value_release(hold);
    return give(out, list);
}

NATIVE(object_has_property)
{
    struct value hold = NULL_VALUE;
    const char *name = value_text(f, argv[0], &hold);
    struct string *symbol = vm_symbol(f->vm, name, strlen(name));
    struct class *c = vm_class_of(f->vm, self);
    char getter[128];
    snprintf(getter, sizeof(getter), "get%c%s", name[0] & ~32, name[0] ? name + 1 : "");
    bool has = class_field(c, symbol) || class_methods(c, vm_symbol(f->vm, getter, strlen(getter)))->n;
    value_release(hold);
    return give(out, has ? value_retain(argv[0]) : NULL_VALUE);
}

/* use(Category) { … }: the categories go when the closure ends, however it does. */
static enum call_status use_done(struct fiber *f, struct outcome result, void *data, struct value *out)
{
    value_release(f->categories);
    f->categories = *(struct value *)data;
    *(struct value *)data = NULL_VALUE;
    if (result.thrown)
        return vm_throw_value(f, value_retain(result.v));
    return give(out, value_retain(result.v));
}

static void use_free(void *data)
{
    value_release(*(struct value *)data);
    free(data);
}

/* The list in use is the outer ones and the new ones, the innermost last: category_call() goes through it
 * backwards. */
NATIVE(object_use)
{
    struct value list = list_new(f->vm, 0), closure = argv[argc - 1];
    for (uint32_t i = 0; value_is(f->categories, OBJ_LIST) && i < AS_LIST(f->categories)->len; i++)
        list_push(AS_LIST(list), AS_LIST(f->categories)->items[i]);
    for (int i = 0; i < argc - 1; i++) {
        struct list *many = value_is(argv[i], OBJ_LIST) ? AS_LIST(argv[i]) : NULL;
        for (uint32_t k = 0; many && k < many->len; k++)
            list_push(AS_LIST(list), many->items[k]);
        if (value_is(argv[i], OBJ_CLASS))
            list_push(AS_LIST(list), argv[i]);
    }
    struct value *saved = xmalloc(sizeof(*saved));
    *saved = f->categories;
    f->categories = list;
    return fiber_call(f, closure, 0, NULL, use_done, saved, use_free);
}

/* ---- Closure */

NATIVE(closure_call_method)
{
    return closure_call(f, AS_CLOSURE(self), argc, argv, out);
}

static struct value curried(struct fiber *f, struct value self, int position, int argc, struct value *argv)
{
    struct value v = closure_new(f->vm, CLOSURE_CURRY);
    struct closure *c = AS_CLOSURE(v);
    c->target = value_retain(self);
    c->owner = value_retain(AS_CLOSURE(self)->owner);
    c->delegate = value_retain(AS_CLOSURE(self)->delegate);
    c->second = list_new(f->vm, (size_t)argc);
    c->position = position;
    for (int i = 0; i < argc; i++)
        list_push(AS_LIST(c->second), argv[i]);
    return v;
}

NATIVE(closure_curry)
{
    return give(out, curried(f, self, 0, argc, argv));
}

NATIVE(closure_rcurry)
{
    return give(out, curried(f, self, CURRY_RIGHT, argc, argv));
}

NATIVE(closure_ncurry)
{
    if (argv[0].tag != VAL_INT)
        return CALL_NONE;
    return give(out, curried(f, self, argv[0].u.i, argc - 1, argv + 1));
}

NATIVE(closure_clone)
{
    const struct closure *from = AS_CLOSURE(self);
    struct value v = closure_new(f->vm, (enum closure_kind)from->kind);
    struct closure *c = AS_CLOSURE(v);
    c->strategy = from->strategy;
    c->position = from->position;
    c->fn = from->fn;
    c->name = from->name;
    c->owner = value_retain(from->owner);
    c->delegate = value_retain(from->delegate);
    c->self = value_retain(from->self);
    c->target = value_retain(from->target);
    c->second = value_retain(from->second);
    c->cells = from->n_cells ? xmalloc(from->n_cells * sizeof(*c->cells)) : NULL;
    c->n_cells = from->n_cells;
    for (unsigned i = 0; i < c->n_cells; i++)
        c->cells[i] = value_retain(from->cells[i]);
    return give(out, v);
}

/* rehydrate(delegate, owner, thisObject), dehydrate() */
NATIVE(closure_rehydrate)
{
    enum call_status status = closure_clone(f, self, 0, NULL, out);
    struct closure *c = AS_CLOSURE(*out);
    struct value old[] = {c->delegate, c->owner, c->self};
    c->delegate = argc ? value_retain(argv[0]) : NULL_VALUE;
    c->owner = argc > 1 ? value_retain(argv[1]) : NULL_VALUE;
    c->self = argc > 2 ? value_retain(argv[2]) : NULL_VALUE;
    for (int i = 0; i < 3; i++)
        value_release(old[i]);
    return status;
}

#define CLOSURE_GETTER(fn, text)                                                                             \
    NATIVE(fn)                                                                                               \
    {                                                                                                        \
        return closure_property(f, AS_CLOSURE(self), vm_symbol(f->vm, text, sizeof(text) - 1), out);         \
    }
CLOSURE_GETTER(closure_get_owner, "owner")
CLOSURE_GETTER(closure_get_delegate, "delegate")
CLOSURE_GETTER(closure_get_this, "thisObject")
CLOSURE_GETTER(closure_get_strategy, "resolveStrategy")
CLOSURE_GETTER(closure_get_max, "maximumNumberOfParameters")
CLOSURE_GETTER(closure_get_types, "parameterTypes")

NATIVE(closure_set_delegate_method)
{
    closure_set_delegate(self, argv[0], AS_CLOSURE(self)->strategy);
    return CALL_OK;
}

NATIVE(closure_set_strategy)
{
    if (argv[0].tag != VAL_INT)
        return CALL_NONE;
    AS_CLOSURE(self)->strategy = (uint8_t)argv[0].u.i;
    return CALL_OK;
}

/* ---- Throwable */

static enum call_status give_field(struct value self, unsigned index, struct value *out)
{
    return give(out, value_retain(AS_INSTANCE(self)->fields[index]));
}

NATIVE(throwable_message)
{
    return give_field(self, THROWABLE_MESSAGE, out);
}

NATIVE(throwable_localized)
{
    return vm_invoke_sync(f, self, "getMessage", 0, NULL, out);
}

NATIVE(throwable_cause)
{
    return give_field(self, THROWABLE_CAUSE, out);
}

NATIVE(throwable_init_cause)
{
    exception_set_field(self, "cause", argv[0]);
    return give(out, value_retain(self));
}

static struct value as_array(struct fiber *f, struct value list, const char *element)
{
    struct value array = array_new(f->vm, element, 0);
    for (uint32_t i = 0; value_is(list, OBJ_LIST) && i < AS_LIST(list)->len; i++)
        list_push(AS_LIST(array), AS_LIST(list)->items[i]);
    return array;
}

NATIVE(throwable_trace)
{
    return give(out, as_array(f, AS_INSTANCE(self)->fields[THROWABLE_TRACE], "StackTraceElement"));
}

NATIVE(throwable_set_trace)
{
    struct value *slot = &AS_INSTANCE(self)->fields[THROWABLE_TRACE], old = *slot;
    *slot = value_retain(argv[0]);
    value_release(old);
    return CALL_OK;
}

NATIVE(throwable_suppressed)
{
    return give(out, as_array(f, AS_INSTANCE(self)->fields[THROWABLE_SUPPRESSED], "Throwable"));
}

NATIVE(throwable_add_suppressed)
{
    exception_add_suppressed(f->vm, self, argv[0]);
    return CALL_OK;
}

NATIVE(throwable_print_trace)
{
    struct buf text _cleanup_(buf_release) = {0};
    exception_print(f->vm, self, &text, true);
    if (argc) { /* a PrintWriter */
        _cleanup_(value_release_ptr) struct value ignored = NULL_VALUE,
                                                  trace = string_new(text.data, text.len);
        return vm_invoke_sync(f, argv[0], "print", 1, &trace, &ignored);
    }
    if (f->vm->host.print && text.data)
        f->vm->host.print(f, text.data, text.len);
    return CALL_OK;
}

/* Class name and message, through getMessage() of the script's subclasses. */
NATIVE(throwable_to_string)
{
    struct value message = NULL_VALUE, hold = NULL_VALUE;
    if (vm_invoke_sync(f, self, "getMessage", 0, NULL, &message) != CALL_OK)
        return CALL_THROW;
    const char *name = AS_INSTANCE(self)->class->name->data;
    if (value_is_null(message))
        *out = string_from(name);
    else
        *out = string_printf("%s: %s", name, value_text(f, message, &hold));
    value_release(hold);
    value_release(message);
    return CALL_OK;
}

/* ---- Enum: fields $name and $ordinal */

NATIVE(enum_name)
{
    return give_field(self, 0, out);
}

NATIVE(enum_ordinal)
{
    return give_field(self, 1, out);
}

/* A constant with a body of its own is of an anonymous class below the enum's. */
static struct class *enum_class(struct value self)
{
    struct class *c = vm_class_of(AS_INSTANCE(self)->class->vm, self);
    return c->flags & CLASSF_ENUM || !c->super ? c : c->super;
}

NATIVE(enum_compare)
{
    if (!value_is(argv[0], OBJ_INSTANCE) || enum_class(argv[0]) != enum_class(self))
        return CALL_NONE;
    return give(out, value_int(AS_INSTANCE(self)->fields[1].u.i - AS_INSTANCE(argv[0])->fields[1].u.i));
}

static enum call_status enum_step(struct fiber *f, struct value self, int by, struct value *out)
{
    struct value values = NULL_VALUE;
    struct class *c = enum_class(self);
    enum call_status status = vm_invoke_sync(f, value_object(c), "values", 0, NULL, &values);
    if (status != CALL_OK)
        return status;
    struct list *l = AS_LIST(values);
    if (!l->len) { /* asked by a constructor: the constants are not gathered yet */
        value_release(values);
        return vm_throw(f, "NullPointerException", "Cannot invoke method size() on null object");
    }
    uint32_t at = (uint32_t)(AS_INSTANCE(self)->fields[1].u.i + by + (int)l->len) % l->len;
    *out = value_retain(l->items[at]);
    value_release(values);
    return CALL_OK;
}

NATIVE(enum_next)
{
    return enum_step(f, self, 1, out);
}

NATIVE(enum_previous)
{
    return enum_step(f, self, -1, out);
}

NATIVE(enum_declaring)
{
    return give(out, value_retain(value_object(enum_class(self))));
}

/* ---- Binding */

static struct map *variables(struct value self)
{
    return AS_MAP(AS_INSTANCE(self)->fields[0]);
}

NATIVE(binding_new_method)
{
    struct value v = instance_new(f->vm, f->vm->core[CORE_BINDING]);
    AS_INSTANCE(v)->fields[0] = argc && value_is(argv[0], OBJ_MAP) ? value_retain(argv[0]) : map_new(f->vm);
    return give(out, v);
}

NATIVE(binding_get)
{
    struct value v, hold = NULL_VALUE;
    const char *name = value_text(f, argv[0], &hold);
    bool found = map_get_str(variables(self), name, &v);
    enum call_status status = CALL_OK;
    if (found)
        *out = value_retain(v);
    else
        status = vm_throw(f, "MissingPropertyException",
                          "No such property: %s for class: groovy.lang.Binding", name);
    value_release(hold);
    return status;
}

NATIVE(binding_set)
{
    struct value hold = NULL_VALUE;
    map_set_str(variables(self), value_text(f, argv[0], &hold), argv[1]);
    value_release(hold);
    return CALL_OK;
}

NATIVE(binding_has)
{
    struct value v, hold = NULL_VALUE;
    *out = value_bool(map_get_str(variables(self), value_text(f, argv[0], &hold), &v));
    value_release(hold);
    return CALL_OK;
}

NATIVE(binding_variables)
{
    return give_field(self, 0, out);
}

/* ---- scripts */

NATIVE(script_get_binding)
{
    return give_field(self, 0, out);
}

NATIVE(script_set_binding)
{
    return vm_set_property(f, self, "binding", argv[0]);
}

/* ---- tables */

static const struct native_method methods[] = {
    {"Object", "getClass", 0, 0, 0, object_get_class},
    {"Object", "print", 1, 1, 0, object_print},
    {"Object", "println", 0, 1, 0, object_println},
    {"Object", "printf", 1, -1, 0, object_printf},
    {"Object", "invokeMethod", 1, 2, 0, object_invoke},
    {"Object", "getProperty", 1, 1, 0, object_get_property},
    {"Object", "setProperty", 2, 2, 0, object_set_property},
    {"Object", "respondsTo", 1, 2, 0, object_responds_to},
    {"Object", "hasProperty", 1, 1, 0, object_has_property},
    {"Object", "use", 2, -1, 0, object_use},
    {"Closure", "call", 0, -1, 0, closure_call_method},
    {"Closure", "doCall", 0, -1, 0, closure_call_method},
    {"Closure", "run", 0, 0, 0, closure_call_method},
    {"Closure", "curry", 1, -1, 0, closure_curry},
    {"Closure", "rcurry", 1, -1, 0, closure_rcurry},
    {"Closure", "ncurry", 2, -1, 0, closure_ncurry},
    {"Closure", "clone", 0, 0, 0, closure_clone},
    {"Closure", "dehydrate", 0, 0, 0, closure_rehydrate},
    {"Closure", "rehydrate", 3, 3, 0, closure_rehydrate},
    {"Closure", "getOwner", 0, 0, 0, closure_get_owner},
    {"Closure", "getDelegate", 0, 0, 0, closure_get_delegate},
    {"Closure", "getThisObject", 0, 0, 0, closure_get_this},
    {"Closure", "getResolveStrategy", 0, 0, 0, closure_get_strategy},
    {"Closure", "getMaximumNumberOfParameters", 0, 0, 0, closure_get_max},
    {"Closure", "getParameterTypes", 0, 0, 0, closure_get_types},
    {"Closure", "setDelegate", 1, 1, 0, closure_set_delegate_method},
    {"Closure", "setResolveStrategy", 1, 1, 0, closure_set_strategy},
    {"Throwable", "getMessage", 0, 0, 0, throwable_message},
    {"Throwable", "getLocalizedMessage", 0, 0, 0, throwable_localized},
    {"Throwable", "getCause", 0, 0, 0, throwable_cause},
    {"Throwable", "initCause", 1, 1, 0, throwable_init_cause},
    {"Throwable", "getStackTrace", 0, 0, 0, throwable_trace},
    {"Throwable", "setStackTrace", 1, 1, 0, throwable_set_trace},
    {"Throwable", "getSuppressed", 0, 0, 0, throwable_suppressed},
    {"Throwable", "addSuppressed", 1, 1, 0, throwable_add_suppressed},
    {"Throwable", "printStackTrace", 0, 1, 0, throwable_print_trace},
    {"Throwable", "toString", 0, 0, 0, throwable_to_string},
    {"Enum", "name", 0, 0, 0, enum_name},
    {"Enum", "toString", 0, 0, 0, enum_name},
    {"Enum", "ordinal", 0, 0, 0, enum_ordinal},
    {"Enum", "compareTo", 1, 1, 0, enum_compare},
    {"Enum", "next", 0, 0, 0, enum_next},
    {"Enum", "previous", 0, 0, 0, enum_previous},
    {"Enum", "getDeclaringClass", 0, 0, 0, enum_declaring},
    {"Binding", "<init>", 0, 1, 0, binding_new_method},
    {"Binding", "getVariable", 1, 1, 0, binding_get},
    {"Binding", "getProperty", 1, 1, 0, binding_get},
    {"Binding", "setVariable", 2, 2, 0, binding_set},
    {"Binding", "setProperty", 2, 2, 0, binding_set},
    {"Binding", "hasVariable", 1, 1, 0, binding_has},
    {"Binding", "getVariables", 0, 0, 0, binding_variables},
    {"Script", "getBinding", 0, 0, 0, script_get_binding},
    {"Script", "setBinding", 1, 1, 0, script_set_binding},
};

static void hidden_field(struct class *c, const char *name)
{
    struct field *field = xcalloc(1, sizeof(*field));
    *field =
        (struct field){.name = vm_symbol(c->vm, name, strlen(name)), .owner = c, .index = c->field_count++};
    field->mods = MOD_PRIVATE;
    vec_push(&c->own_fields, field);
    ptr_map_set(&c->fields, field->name, field);
}

void natives_register(struct vm *vm)
{
    vm_register(vm, NULL, 0, methods, ARRAY_LEN(methods));
    hidden_field(vm->core[CORE_ENUM], "$name");
    hidden_field(vm->core[CORE_ENUM], "$ordinal");
    hidden_field(vm->core[CORE_BINDING], "$variables");
    hidden_field(vm->core[CORE_SCRIPT], "$binding");
    hidden_field(vm->core[CORE_SCRIPT], "$failure");
}
