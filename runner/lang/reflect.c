/* What scripts may ask of classes and objects: names, kinds, supers, interfaces, properties, classes by name.
 * metaClass, which only answers questions, is in runner/prelude/classes/groovy_lang.groovy. */
#include "runner/lang/reflect.h"
#include "runner/lang/dispatch.h"
#include "runner/lib/lib.h"
#include <string.h>

NATIVE(class_get_name)
{
    return give(out, value_retain(value_object(AS_CLASS(self)->name)));
}

NATIVE(class_get_simple_name)
{
    return give(out, value_retain(value_object(AS_CLASS(self)->simple)));
}

NATIVE(class_get_superclass)
{
    struct class *super = AS_CLASS(self)->super;
    return give(out, super ? value_retain(value_object(super)) : NULL_VALUE);
}

NATIVE(class_is_instance)
{
    return give(out,
                value_bool(!value_is_null(argv[0]) && class_is(vm_class_of(f->vm, argv[0]), AS_CLASS(self))));
}

NATIVE(class_is_assignable)
{
    return give(out, value_bool(value_is(argv[0], OBJ_CLASS) && class_is(AS_CLASS(argv[0]), AS_CLASS(self))));
}

NATIVE(class_is_interface)
{
    return give(out, value_bool(AS_CLASS(self)->flags & CLASSF_INTERFACE));
}

NATIVE(class_is_enum)
{
    return give(out, value_bool(AS_CLASS(self)->flags & CLASSF_ENUM));
}

NATIVE(class_is_array)
{
    return give(out, value_bool(AS_CLASS(self)->element != NULL));
}

NATIVE(class_get_package)
{
    const char *name = AS_CLASS(self)->name->data, *dot = strrchr(name, '.');
    return give(out, string_new(name, dot ? (size_t)(dot - name) : 0));
}

NATIVE(class_to_string)
{
    const struct class *c = AS_CLASS(self);
    const char *kind = c->flags & CLASSF_PRIMITIVE   ? ""
                       : c->flags & CLASSF_INTERFACE ? "interface "
                                                     : "class ";
    return give(out, string_printf("%s%s", kind, c->name->data));
}

NATIVE(class_enum_constants)
{
    return vm_invoke_sync(f, self, "values", 0, NULL, out);
}

NATIVE(class_interfaces)
{
    struct class *c = AS_CLASS(self);
    *out = array_new(f->vm, "Class", 0);
    for (uint32_t i = 0; i < c->n_interfaces; i++)
        list_push(AS_LIST(*out), value_object(c->interfaces[i]));
    return CALL_OK;
}

NATIVE(class_modifiers)
{
    const struct class *c = AS_CLASS(self);
    bool abstract = c->flags & (CLASSF_ABSTRACT | CLASSF_INTERFACE);
    *out = value_int(1 | (abstract ? 0x400 : 0) | (c->flags & CLASSF_INTERFACE ? 0x200 : 0));
    return CALL_OK;
}

NATIVE(class_component)
{
    struct class *element = AS_CLASS(self)->element;
    *out = element ? value_retain(value_object(element)) : NULL_VALUE;
    return CALL_OK;
}

NATIVE(class_for_name)
{
    struct value hold = NULL_VALUE;
    const char *name = value_text(f, argv[0], &hold);
    struct class *c = vm_class(f->vm, name);
    enum call_status status = CALL_OK;
    if (c && strcmp(c->name->data, name) == 0)
        *out = value_retain(value_object(c));
    else
        status = vm_throw(f, "ClassNotFoundException", "%s", name);
    value_release(hold);
    return status;
}

static enum call_status put(struct fiber *f, struct value self, const char *name, struct value map)
{
    struct value v = NULL_VALUE;
    enum call_status status = vm_get_property(f, self, name, &v);
    if (status == CALL_OK)
        map_set_str(AS_MAP(map), name, v);
    value_release(v);
    return status;
}

static enum call_status put_fields(struct fiber *f, struct value self, const struct class *c,
                                   struct value map)
{
    enum call_status status = CALL_OK;
    for (size_t i = 0; i < c->own_fields.len && status == CALL_OK; i++) {
        const struct field *field = c->own_fields.items[i];
        if (field->is_property && !strchr(field->name->data, '$'))
            status = put(f, self, field->name->data, map);
    }
    return status;
}

/* getFoo() of the class's own gives foo. */
static bool is_getter(const struct string *name, const struct method *m)
{
    return m->fn && !m->fn->n_params && !(m->flags & (METHOD_STATIC | METHOD_PRIVATE)) && name->len > 3 &&
           name->len < 128 && strncmp(name->data, "get", 3) == 0;
}

static enum call_status put_getters(struct fiber *f, struct value self, const struct class *c,
                                    struct value map)
{
    enum call_status status = CALL_OK;
    for (uint32_t i = 0; i < c->methods.cap && status == CALL_OK; i++) {
        const struct string *name = c->methods.slots[i].key;
        char property[128];
        if (!name || !is_getter(name, c->methods.slots[i].value))
            continue;
        memcpy(property, name->data + 3, name->len - 2);
        property[0] = (char)(property[0] | 32);
        status = put(f, self, property, map);
    }
    return status;
}

/* Of a script's object: its properties and getters. Others only tell their class. */
NATIVE(object_properties)
{
    struct class *c = vm_class_of(f->vm, self);
    enum call_status status = CALL_OK;
    *out = map_new_of(f->vm, "HashMap");
    map_set_str(AS_MAP(*out), "class", value_object(c));
    class_order(c);
    for (uint32_t k = c->n_order; k-- > 0 && status == CALL_OK;) {
        if (!(c->order[k]->flags & CLASSF_SOURCE))
            continue;
        status = put_fields(f, self, c->order[k], *out);
        if (status == CALL_OK)
            status = put_getters(f, self, c->order[k], *out);
    }
    return status;
}

static const struct native_method methods[] = {
    {"Class", "getName", 0, 0, 0, class_get_name},
    {"Class", "getTypeName", 0, 0, 0, class_get_name},
    {"Class", "getCanonicalName", 0, 0, 0, class_get_name},
    {"Class", "getSimpleName", 0, 0, 0, class_get_simple_name},
    {"Class", "getSuperclass", 0, 0, 0, class_get_superclass},
    {"Class", "isInstance", 1, 1, 0, class_is_instance},
    {"Class", "isAssignableFrom", 1, 1, 0, class_is_assignable},
    {"Class", "isInterface", 0, 0, 0, class_is_interface},
    {"Class", "isEnum", 0, 0, 0, class_is_enum},
    {"Class", "isArray", 0, 0, 0, class_is_array},
    {"Class", "getPackageName", 0, 0, 0, class_get_package},
    {"Class", "getEnumConstants", 0, 0, 0, class_enum_constants},
    {"Class", "toString", 0, 0, 0, class_to_string},
    {"Class", "getInterfaces", 0, 0, 0, class_interfaces},
    {"Class", "getModifiers", 0, 0, 0, class_modifiers},
    {"Class", "getComponentType", 0, 0, 0, class_component},
    {"Class", "forName", 1, 3, METHOD_STATIC, class_for_name},
    {"Object", "getProperties", 0, 0, 0, object_properties},
};

void reflect_register(struct vm *vm)
{
    vm_register(vm, NULL, 0, methods, ARRAY_LEN(methods));
}
