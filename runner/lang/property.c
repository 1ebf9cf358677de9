/* Properties: getters and setters, fields, map entries, script variables, lists of properties, the natives'
 * own hooks, in Groovy's order for each kind of object. */
#include "runner/lang/dispatch.h"
#include "runner/lib/ops.h"
#include <ctype.h>
#include <stdio.h>
#include <string.h>

/* "getFoo" for foo; NULL when the name is too long to be one. */
static struct string *accessor_name(struct vm *vm, const char *prefix, const struct string *name)
{
    char text[160];
    if (name->len == 0 || name->len > sizeof(text) - 8)
        return NULL;
    size_t n = strlen(prefix);
    memcpy(text, prefix, n);
    memcpy(text + n, name->data, name->len);
    text[n] = (char)toupper((unsigned char)text[n]);
    return vm_symbol(vm, text, n + name->len);
}

static enum call_status call_getter(struct fiber *f, struct class *c, struct value obj, const char *prefix,
                                    struct string *name, struct value *out)
{
    struct string *getter = accessor_name(f->vm, prefix, name);
    const struct method_set *set = getter ? class_methods(c, getter) : NULL;
    for (uint32_t i = 0; set && i < set->n; i++) {
        struct method *m = set->methods[i];
        if (m->flags & METHOD_STATIC && !value_is(obj, OBJ_CLASS) && !m->fn)
            continue;
        if (m->flags & METHOD_SELF && !(m->flags & METHOD_STATIC))
            return invoke(f, obj, getter, 0, NULL, out);
        if (m->prelude || (m->fn && (m->flags & METHOD_SELF || args_distance(f->vm, m->fn, 0, NULL) < 0)))
            continue;
        enum call_status status = call_method(f, m, obj, 0, NULL, out);
        if (status != CALL_NONE)
            return status;
    }
    return CALL_NONE;
}

static enum call_status getter(struct fiber *f, struct class *c, struct value obj, struct string *name,
                               struct value *out)
{
    enum call_status status = call_getter(f, c, obj, "get", name, out);
    return status == CALL_NONE ? call_getter(f, c, obj, "is", name, out) : status;
}

/* ---- fields */

/* Where an object's fields are; *c is NULL if it has none. */
static struct value *fields_of(struct value obj, struct class **c)
{
    if (value_is(obj, OBJ_INSTANCE)) {
        *c = AS_INSTANCE(obj)->class;
        return AS_INSTANCE(obj)->fields;
    }
    *c = value_is(obj, OBJ_CLASS)                          ? AS_CLASS(obj)
         : value_is(obj, OBJ_LIST) && AS_LIST(obj)->fields ? AS_LIST(obj)->class
         : value_is(obj, OBJ_MAP) && AS_MAP(obj)->fields   ? AS_MAP(obj)->class
                                                           : NULL;
    return !*c || value_is(obj, OBJ_CLASS) ? NULL
           : value_is(obj, OBJ_LIST)       ? AS_LIST(obj)->fields
                                           : AS_MAP(obj)->fields;
}

/* Borrowed, and only until script code runs: a class's statics are an array that may move. */
static struct value *field_slot(struct value obj, struct string *name, struct field **field)
{
    struct class *c;
    struct value *fields = fields_of(obj, &c);
    struct field *f = c ? class_field(c, name) : NULL;
    if (!f || (!f->is_static && value_is(obj, OBJ_CLASS)))
        return NULL;
    *field = f;
    return f->is_static ? &f->owner->statics.items[f->index] : &fields[f->index];
}

/* XML nodes answer to x.@name by themselves. */
static struct method *attribute_hook(struct fiber *f, struct value obj, const char *hook)
{
    struct class *c = vm_class_of(f->vm, obj);
    const struct method_set *set =
        c->flags & CLASSF_SOURCE ? class_methods(c, vm_symbol(f->vm, hook, strlen(hook))) : NULL;
    return set && set->n_script ? set->methods[0] : NULL;
}

enum call_status field_get(struct fiber *f, struct value obj, struct string *name, struct value *out)
{
    struct field *field;
    struct value *slot = field_slot(obj, name, &field);
    if (value_is_null(obj))
        return vm_throw(f, "NullPointerException", "Cannot get property '%s' on null object", name->data);
    struct method *hook = slot ? NULL : attribute_hook(f, obj, "$attribute");
    struct value key = value_object(name);
    if (hook)
        return enter_function(f, hook->fn, NULL, obj, 1, &key, 0);
    if (!slot)
        return property_get_or_throw(f, obj, name, out);
    *out = value_retain(*slot);
    return CALL_OK;
}

/* The conversion may run script code (asType), so the place is looked up again behind it. */
enum call_status field_set(struct fiber *f, struct value obj, struct string *name, struct value v)
{
    struct field *field;
    struct value *slot = field_slot(obj, name, &field), converted;
    struct method *hook = slot ? NULL : attribute_hook(f, obj, "$setAttribute");
    struct value pair[] = {value_object(name), v};
    if (hook)
        return enter_function(f, hook->fn, NULL, obj, 2, pair, FRAME_DISCARD);
    if (!slot)
        return property_set_or_throw(f, obj, name, v);
    if (field->type && !value_is_null(v)) {
        enum call_status status = value_cast(f, v, field->type->name, false, &converted);
        if (status != CALL_OK)
            return status;
    } else if (field->type && field->type->primitive) {
        return value_cast(f, v, field->type->name, false, &converted);
    } else {
        converted = value_retain(v);
    }
    slot = field_slot(obj, name, &field);
    struct value old = *slot;
    *slot = converted;
    value_release(old);
    return CALL_OK;
}

enum call_status throw_no_property(struct fiber *f, struct string *name, struct class *c)
{
    struct value e = exception_new(f, "MissingPropertyException", "No such property: %s for class: %s",
                                   name->data, c->name->data);
    exception_set_field(e, "property", value_object(name));
    exception_set_field(e, "type", value_object(c));
    return vm_throw_value(f, e);
}

/* ---- reading */

static enum call_status spread_get(struct fiber *f, const struct list *from, struct string *name,
                                   struct value *out)
{
    struct value list = list_new(f->vm, from->len);
    value_retain(value_object((void *)from));
    enum call_status status = CALL_OK;
    for (uint32_t i = 0; i < from->len && status == CALL_OK; i++) {
        struct value v = NULL_VALUE;
        if (value_is_null(from->items[i]))
            continue;
        status = vm_get_property(f, from->items[i], name->data, &v);
        if (status == CALL_OK)
            list_push(AS_LIST(list), v);
        value_release(v);
    }
    value_release(value_object((void *)from));
    if (status == CALL_OK)
        *out = list;
    else
        value_release(list);
    return status;
}

static enum call_status enum_bound(struct fiber *f, struct class *c, bool last, struct value *out)
{
    struct value values = NULL_VALUE;
    enum call_status status = vm_invoke_sync(f, value_object(c), "values", 0, NULL, &values);
    if (status == CALL_OK && AS_LIST(values)->len)
        *out = value_retain(AS_LIST(values)->items[last ? AS_LIST(values)->len - 1 : 0]);
    value_release(values);
    return status;
}

static enum call_status get_of_class(struct fiber *f, struct class *c, struct string *name, struct value *out)
{
    enum call_status status = class_ready(f, c);
    if (status != CALL_OK)
        return status;
    for (struct class *s = c; s; s = s->super) {
        struct field *field = ptr_map_get(&s->fields, name);
        for (uint32_t i = 0; !field && i < s->n_interfaces; i++)
            field = ptr_map_get(&s->interfaces[i]->fields, name);
        if (!field || !field->is_static)
            continue;
        if (field->owner != c && (status = class_ready(f, field->owner)) != CALL_OK)
            return status;
        *out = value_retain(field->owner->statics.items[field->index]);
        return CALL_OK;
    }
    if (c->flags & CLASSF_ENUM &&
        (strcmp(name->data, "MIN_VALUE") == 0 || strcmp(name->data, "MAX_VALUE") == 0))
        return enum_bound(f, c, name->data[1] == 'A', out);
    if (c->flags & CLASSF_SINGLETON && strcmp(name->data, "instance") == 0)
        return singleton_get(f, c, out);
    struct string *get = accessor_name(f->vm, "get", name);
    const struct method_set *set = get ? class_methods(c, get) : NULL;
    struct method *m = set ? pick_function(f->vm, set, 0, NULL, true) : NULL;
    if (m)
        return enter_function(f, m->fn, NULL, value_object(c), 0, NULL, 0);
    for (uint32_t i = set ? set->n_script : 0; set && i < set->n; i++)
        if (set->methods[i]->flags & METHOD_STATIC)
            return invoke(f, value_object(c), get, 0, NULL, out);
    return getter(f, f->vm->core[CORE_CLASS], value_object(c), name, out);
}

static enum call_status outer_get(struct fiber *f, struct value obj, struct string *name, struct value *out)
{
    struct field *outer = class_field(AS_INSTANCE(obj)->class, f->vm->sym[SYM_OUTER]);
    if (outer && !value_is_null(AS_INSTANCE(obj)->fields[outer->index]))
        return property_get(f, AS_INSTANCE(obj)->fields[outer->index], name, out);
    if (AS_INSTANCE(obj)->class->outer)
        return property_get(f, value_object(AS_INSTANCE(obj)->class->outer), name, out);
    return CALL_NONE;
}

/* propertyMissing first, then getProperty/setProperty and get/set, each only if the script's class
 * declares it. */
static enum call_status property_missing(struct fiber *f, struct value obj, struct string *name,
                                         struct value *set, struct value *out)
{
    struct vm *vm = f->vm;
    struct class *c = vm_class_of(vm, obj);
    struct value args[] = {value_object(name), set ? *set : NULL_VALUE};
    int argc = set ? 2 : 1;
    const uint8_t hooks[][2] = {{SYM_PROPERTY_MISSING, SYM_PROPERTY_MISSING},
                                {SYM_GET_PROPERTY, SYM_SET_PROPERTY},
                                {SYM_GET, SYM_SET}};
    for (size_t i = 0; i < ARRAY_LEN(hooks); i++) {
        const struct method_set *methods = class_methods(c, vm->sym[hooks[i][set != NULL]]);
        struct method *m = methods->n_script ? pick_function(vm, methods, argc, args, false) : NULL;
        if (m)
            return enter_function(f, m->fn, NULL, obj, argc, args, 0);
    }
    return CALL_NONE;
}

static enum call_status get_of_script(struct fiber *f, struct value obj, struct string *name,
                                      struct value *out)
{
    struct instance *script = AS_INSTANCE(obj);
    struct map *variables = script_variables(obj);
    struct value v;
    if (name == f->vm->sym[SYM_BINDING]) {
        *out = value_retain(script->fields[0]);
        return CALL_OK;
    }
    if (variables && map_get(variables, value_object(name), &v)) {
        *out = value_retain(v);
        return CALL_OK;
    }
    return CALL_NONE;
}

static enum call_status get_of_binding(struct fiber *f, struct value obj, struct string *name,
                                       struct value *out)
{
    struct value v;
    if (!map_get(AS_MAP(AS_INSTANCE(obj)->fields[0]), value_object(name), &v))
        return CALL_NONE;
    *out = value_retain(v);
    return CALL_OK;
}

static bool overrides_get_property(struct vm *vm, struct class *c)
{
    return c->flags & CLASSF_SOURCE && class_methods(c, vm->sym[SYM_GET_PROPERTY])->n_script > 0;
}

static enum call_status get_of_instance(struct fiber *f, struct value obj, struct string *name,
                                        struct value *out)
{
    struct class *c = AS_INSTANCE(obj)->class;
    enum call_status status = CALL_NONE;
    struct field *field;
    if (c->flags & CLASSF_SCRIPT)
        status = get_of_script(f, obj, name, out);
    else if (c == f->vm->core[CORE_BINDING])
        status = get_of_binding(f, obj, name, out);
    if (status == CALL_NONE && overrides_get_property(f->vm, c))
        return property_missing(f, obj, name, NULL, out);
    if (status == CALL_NONE)
        status = getter(f, c, obj, name, out);
    struct value *slot = status == CALL_NONE ? field_slot(obj, name, &field) : NULL;
    if (slot && !(field->owner == f->vm->core[CORE_THROWABLE])) {
        *out = value_retain(*slot);
        return CALL_OK;
    }
    if (status == CALL_NONE && exception_get_field(obj, name->data, out)) {
        value_retain(*out);
        return CALL_OK;
    }
    if (status == CALL_NONE && c->flags & CLASSF_SCRIPT && f->vm->host.get)
        status = f->vm->host.get(f, name->data, out);
    for (size_t i = 0; status == CALL_NONE && i < c->delegates.len; i++)
        if (!value_is_null(AS_INSTANCE(obj)->fields[c->delegates.items[i]->index]))
            status = property_get(f, AS_INSTANCE(obj)->fields[c->delegates.items[i]->index], name, out);
    if (status == CALL_NONE)
        status = property_missing(f, obj, name, NULL, out);
    return status == CALL_NONE ? outer_get(f, obj, name, out) : status;
}

static enum call_status native_get(struct fiber *f, struct value obj, struct string *name, struct value *out)
{
    for (struct class *c = vm_class_of(f->vm, obj); c && !value_is(obj, OBJ_INSTANCE); c = c->super)
        if (c->native && c->native->get) {
            enum call_status status = c->native->get(f, obj, name->data, out);
            if (status != CALL_NONE)
                return status;
        }
    return CALL_NONE;
}

/* Of a script class that extends a List. */
static enum call_status get_of_subclass(struct fiber *f, struct value obj, struct string *name,
                                        struct value *out)
{
    struct field *field;
    enum call_status status = getter(f, AS_LIST(obj)->class, obj, name, out);
    struct value *slot = status == CALL_NONE ? field_slot(obj, name, &field) : NULL;
    if (!slot)
        return status;
    *out = value_retain(*slot);
    return CALL_OK;
}

/* use(Category): getX(self) makes a property. */
static enum call_status get_of_category(struct fiber *f, struct value obj, struct string *name,
                                        struct value *out)
{
    struct string *getter_name = accessor_name(f->vm, "get", name);
    return getter_name ? category_call(f, obj, getter_name, 0, NULL, out) : CALL_NONE;
}

/* A Map's entry hides everything else: map.size is an entry, and map.class, too, is null (as in Groovy). */
enum call_status property_get(struct fiber *f, struct value obj, struct string *name, struct value *out)
{
    struct vm *vm = f->vm;
    struct class *c = vm_class_of(vm, obj);
    enum call_status status = CALL_NONE;
    if (UNLIKELY(f->categories.tag == VAL_OBJECT) &&
        (status = get_of_category(f, obj, name, out)) != CALL_NONE)
        return status;
    if (value_is(obj, OBJ_MAP) && value_is_map(obj))
        return value_get_at(f, obj, value_object(name), out);
    if (value_is(obj, OBJ_INSTANCE)) {
        status = get_of_instance(f, obj, name, out);
    } else {
        status = native_get(f, obj, name, out);
        if (status == CALL_NONE && value_is(obj, OBJ_CLASS))
            status = get_of_class(f, AS_CLASS(obj), name, out);
        if (status == CALL_NONE && value_is(obj, OBJ_LIST) && AS_LIST(obj)->fields)
            status = get_of_subclass(f, obj, name, out);
        if (status == CALL_NONE && value_is(obj, OBJ_CLOSURE))
            status = closure_property(f, AS_CLOSURE(obj), name, out);
        if (status == CALL_NONE && name == vm->sym[SYM_LENGTH] && value_is(obj, OBJ_LIST) &&
            AS_LIST(obj)->class->element) {
            *out = value_int((int32_t)AS_LIST(obj)->len);
            return CALL_OK;
        }
        if (status == CALL_NONE)
            status = getter(f, c, obj, name, out);
    }
    if (status == CALL_NONE && name == vm->sym[SYM_CLASS]) {
        *out = value_retain(value_object(c));
        return CALL_OK;
    }
    if (status == CALL_NONE && value_is(obj, OBJ_LIST))
        return spread_get(f, AS_LIST(obj), name, out);
    if (status == CALL_NONE && ((value_is(obj, OBJ_MAP) && value_is_set(obj)) || value_is(obj, OBJ_RANGE))) {
        struct value list = NULL_VALUE;
        status = value_to_list(f, obj, &list);
        if (status == CALL_OK)
            status = spread_get(f, AS_LIST(list), name, out);
        value_release(list);
    }
    return status;
}

enum call_status property_get_or_throw(struct fiber *f, struct value obj, struct string *name,
                                       struct value *out)
{
    if (value_is_null(obj))
        return vm_throw(f, "NullPointerException", "Cannot get property '%s' on null object", name->data);
    enum call_status status = property_get(f, obj, name, out);
    if (status == CALL_NONE && f->categories.tag == VAL_OBJECT) { /* 5.minutes */
        struct string *accessor = accessor_name(f->vm, "get", name);
        status = accessor ? invoke(f, obj, accessor, 0, NULL, out) : CALL_NONE;
    }
    if (status != CALL_NONE)
        return status;
    struct class *c = value_is(obj, OBJ_CLASS) ? AS_CLASS(obj) : vm_class_of(f->vm, obj);
    return throw_no_property(f, name, c);
}

/* ---- writing */

static enum call_status set_by_setter(struct fiber *f, struct value obj, struct string *name, struct value v)
{
    struct string *setter = accessor_name(f->vm, "set", name);
    struct class *c = value_is(obj, OBJ_CLASS) ? AS_CLASS(obj) : vm_class_of(f->vm, obj);
    const struct method_set *set = setter ? class_methods(c, setter) : NULL;
    struct method *m = set ? pick_function(f->vm, set, 1, &v, value_is(obj, OBJ_CLASS)) : NULL;
    if (m)
        return enter_function(f, m->fn, NULL, obj, 1, &v, FRAME_DISCARD);
    for (uint32_t i = set ? set->n_script : 0; set && i < set->n; i++) {
        if (!set->methods[i]->native || set->methods[i]->flags & METHOD_STATIC)
            continue;
        struct value ignored = NULL_VALUE;
        enum call_status status = call_method(f, set->methods[i], obj, 1, &v, &ignored);
        value_release(ignored);
        if (status != CALL_NONE)
            return status;
    }
    return CALL_NONE;
}

static enum call_status read_only(struct fiber *f, const struct class *c, struct string *name)
{
    return vm_throw(f, "ReadOnlyPropertyException", "Cannot set readonly property: %s for class: %s",
                    name->data, c->name->data);
}

static enum call_status missing_setter(struct fiber *f, struct value obj, struct string *name, struct value v)
{
    struct value ignored = NULL_VALUE;
    enum call_status status = property_missing(f, obj, name, &v, &ignored);
    value_release(ignored);
    return status;
}

static enum call_status set_of_instance(struct fiber *f, struct value obj, struct string *name,
                                        struct value v)
{
    struct class *c = AS_INSTANCE(obj)->class;
    struct field *field = class_field(c, name);
    if (field && (c->flags & CLASSF_SCRIPT) && !field->is_static)
        return field_set(f, obj, name, v);
    if (c->flags & CLASSF_SCRIPT && name == f->vm->sym[SYM_BINDING] &&
        value_instance_of(f->vm, v, "Binding")) {
        value_release(AS_INSTANCE(obj)->fields[0]);
        AS_INSTANCE(obj)->fields[0] = value_retain(v);
        return CALL_OK;
    }
    struct map *variables =
        c == f->vm->core[CORE_BINDING] ? AS_MAP(AS_INSTANCE(obj)->fields[0]) : script_variables(obj);
    if (variables) {
        map_set(variables, value_object(name), v);
        return CALL_OK;
    }
    enum call_status status = CALL_NONE;
    if (c->flags & CLASSF_SOURCE && class_methods(c, f->vm->sym[SYM_SET_PROPERTY])->n_script)
        status = missing_setter(f, obj, name, v);
    if (status == CALL_NONE)
        status = set_by_setter(f, obj, name, v);
    if (status == CALL_NONE && field && field->owner != f->vm->core[CORE_THROWABLE]) {
        if (field->mods & MOD_FINAL && field->is_property)
            return read_only(f, c, name);
        return field_set(f, obj, name, v);
    }
    if (status == CALL_NONE)
        status = missing_setter(f, obj, name, v);
    if (status == CALL_NONE) {
        struct field *outer = class_field(c, f->vm->sym[SYM_OUTER]);
        if (outer && !value_is_null(AS_INSTANCE(obj)->fields[outer->index]))
            return property_set(f, AS_INSTANCE(obj)->fields[outer->index], name, v);
    }
    return status;
}

static enum call_status native_set(struct fiber *f, struct value obj, struct string *name, struct value v)
{
    for (struct class *c = vm_class_of(f->vm, obj); c && !value_is(obj, OBJ_INSTANCE); c = c->super)
        if (c->native && c->native->set)
            return c->native->set(f, obj, name->data, v);
    return CALL_NONE;
}

static enum call_status spread_set(struct fiber *f, const struct list *to, struct string *name,
                                   struct value v)
{
    enum call_status status = CALL_OK;
    for (uint32_t i = 0; i < to->len && status == CALL_OK; i++)
        status = vm_set_property(f, to->items[i], name->data, v);
    return status;
}

enum call_status property_set(struct fiber *f, struct value obj, struct string *name, struct value v)
{
    if (value_is(obj, OBJ_MAP) && value_is_map(obj))
        return value_put_at(f, obj, value_object(name), v);
    if (value_is(obj, OBJ_INSTANCE))
        return set_of_instance(f, obj, name, v);
    if (value_is(obj, OBJ_CLOSURE))
        return closure_set_property(AS_CLOSURE(obj), name, v) ? CALL_OK : CALL_NONE;
    enum call_status status = native_set(f, obj, name, v);
    if (status == CALL_NONE)
        status = set_by_setter(f, obj, name, v);
    if (status == CALL_NONE && value_is(obj, OBJ_CLASS)) {
        struct field *field = class_field(AS_CLASS(obj), name);
        if (field && field->is_static)
            return (status = class_ready(f, AS_CLASS(obj))) == CALL_OK ? field_set(f, obj, name, v) : status;
    }
    struct field *own;
    if (status == CALL_NONE && value_is(obj, OBJ_LIST) && field_slot(obj, name, &own))
        return field_set(f, obj, name, v);
    if (status == CALL_NONE && value_is(obj, OBJ_LIST) && !AS_LIST(obj)->class->element)
        return spread_set(f, AS_LIST(obj), name, v);
    return status;
}

enum call_status property_set_or_throw(struct fiber *f, struct value obj, struct string *name, struct value v)
{
    if (value_is_null(obj))
        return vm_throw(f, "NullPointerException", "Cannot set property '%s' on null object", name->data);
    enum call_status status = property_set(f, obj, name, v);
    if (status != CALL_NONE)
        return status;
    struct class *c = value_is(obj, OBJ_CLASS) ? AS_CLASS(obj) : vm_class_of(f->vm, obj);
    struct string *get = accessor_name(f->vm, "get", name);
    if (get && class_methods(c, get)->n)
        return read_only(f, c, name);
    return throw_no_property(f, name, c);
}
