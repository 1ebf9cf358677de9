/* Classes: the registry by name, inheritance, and lookup of members. Native tables and classes of scripts
 * end in the same struct, so that dispatch knows no difference but the order of its candidates. */
#include "runner/lang/source_class.h"
#include "runner/lang/vmstate.h"
#include <string.h>

static const char *after_last(const char *name)
{
    for (const char *p = name; *p; p++)
        if ((*p == '.' || *p == '$') && p[1])
            name = p + 1;
    return name;
}

struct class *class_new(struct vm *vm, const char *full_name)
{
    struct class *c = xcalloc(1, sizeof(*c));
    c->head = (struct object){.refs = 1, .kind = OBJ_CLASS};
    c->vm = vm;
    c->name = vm_symbol(vm, full_name, strlen(full_name));
    const char *simple = after_last(full_name);
    c->simple = vm_symbol(vm, simple, strlen(simple));
    vec_push(&vm->classes, c);
    return c;
}

static void free_methods(struct ptr_map *methods)
{
    for (uint32_t i = 0; i < methods->cap; i++)
        for (struct method *m = methods->slots[i].key ? methods->slots[i].value : NULL, *next; m; m = next) {
            next = m->next;
            free(m);
        }
    ptr_map_release(methods);
}

static void free_found(struct class *c)
{
    for (uint32_t i = 0; i < c->found.cap; i++)
        if (c->found.slots[i].key)
            free(c->found.slots[i].value);
    ptr_map_release(&c->found);
}

void class_free(struct class *c)
{
    free_methods(&c->methods);
    free_found(c);
    ptr_map_release(&c->fields);
    for (size_t i = 0; i < c->own_fields.len; i++)
        free(c->own_fields.items[i]);
    vec_release(&c->own_fields);
    vec_release(&c->delegates);
    vec_release(&c->statics);
    free(c->interfaces);
    free(c->order);
    free(c);
}

/* The first class of a simple name keeps it: java.util.List is there before anything else could be called
 * List. */
static void class_publish(struct vm *vm, struct class *c)
{
    ptr_map_set(&vm->by_name, c->name, c);
    if (!ptr_map_get(&vm->by_simple, c->simple))
        ptr_map_set(&vm->by_simple, c->simple, c);
    const char *dot = strrchr(c->name->data, '.');
    if (dot && strchr(dot, '$')) { /* java.util.Map$Entry is also Map$Entry and Map.Entry */
        char *nested = xstrdup(dot + 1);
        ptr_map_set(&vm->by_simple, vm_symbol(vm, nested, strlen(nested)), c);
        *strchr(nested, '$') = '.';
        ptr_map_set(&vm->by_simple, vm_symbol(vm, nested, strlen(nested)), c);
        free(nested);
    }
}

static struct class *find_array(struct vm *vm, const char *name, size_t n)
{
    char *element = xstrndup(name, n - 2);
    struct class *c = vm_class(vm, element);
    free(element);
    return c ? class_array_of(c) : NULL;
}

/* A class that was only mentioned (as the super of a row, in a row of methods) is none yet. */
struct class *vm_class(struct vm *vm, const char *name)
{
    size_t n = strlen(name);
    if (n > 2 && strcmp(name + n - 2, "[]") == 0)
        return find_array(vm, name, n);
    struct string *symbol = vm_symbol(vm, name, n);
    struct class *c = ptr_map_get(&vm->by_name, symbol);
    if (!c)
        c = ptr_map_get(&vm->by_simple, symbol);
    return c && c->flags & CLASSF_KNOWN ? c : class_from_source(vm, name);
}

struct class *class_mention(struct vm *vm, const char *name)
{
    struct string *symbol = vm_symbol(vm, name, strlen(name));
    struct class *c = ptr_map_get(&vm->by_name, symbol);
    if (!c)
        c = ptr_map_get(&vm->by_simple, symbol);
    if (!c) {
        c = class_new(vm, name);
        class_publish(vm, c);
    }
    return c;
}

struct class *class_array_of(struct class *element)
{
    static const struct {
        const char *name, *letter;
    } primitives[] = {{"int", "I"},     {"long", "J"}, {"double", "D"}, {"float", "F"},
                      {"boolean", "Z"}, {"char", "C"}, {"byte", "B"},   {"short", "S"}};
    if (element->array)
        return element->array;
    const char *name = element->name->data, *letter = NULL;
    for (size_t i = 0; i < ARRAY_LEN(primitives); i++)
        if (strcmp(primitives[i].name, name) == 0)
            letter = primitives[i].letter;
    char *full = letter             ? xasprintf("[%s", letter)
                 : element->element ? xasprintf("[%s", name)
                                    : xasprintf("[L%s;", name);
    char *simple = xasprintf("%s[]", element->simple->data);
    struct class *c = class_new(element->vm, full);
    c->simple = vm_symbol(element->vm, simple, strlen(simple));
    free(full);
    free(simple);
    c->super = class_mention(element->vm, "Object");
    c->element = element;
    class_add_interface(c, class_mention(element->vm, "ObjectArray")); /* the library's methods of arrays */
    c->flags |= CLASSF_KNOWN;
    element->array = c;
    return c;
}

void class_add_interface(struct class *c, struct class *i)
{
    if (!i) /* could not be resolved: the compiler has said so */
        return;
    for (uint32_t k = 0; k < c->n_interfaces; k++)
        if (c->interfaces[k] == i)
            return;
    c->interfaces = xrealloc(c->interfaces, (c->n_interfaces + 1) * sizeof(*c->interfaces));
    c->interfaces[c->n_interfaces++] = i;
    i->flags |= CLASSF_INTERFACE;
}

void class_add_method(struct class *c, struct method *m)
{
    m->owner = c;
    struct method *first = ptr_map_get(&c->methods, m->name);
    if (!first) {
        ptr_map_set(&c->methods, m->name, m);
    } else {
        while (first->next)
            first = first->next;
        first->next = m;
    }
    c->vm->epoch++;
}

/* ---- tables */

static void add_interfaces(struct class *c, const char *list)
{
    while (list && *list) {
        size_t n = strcspn(list, ", ");
        char *name = xstrndup(list, n);
        class_add_interface(c, class_mention(c->vm, name));
        free(name);
        list += n + strspn(list + n, ", ");
    }
}

/* A class mentioned by its simple name gets its full one here. */
static void rename_class(struct vm *vm, struct class *c, const char *full_name)
{
    if (strcmp(c->name->data, full_name) == 0)
        return;
    c->name = vm_symbol(vm, full_name, strlen(full_name));
    const char *simple = after_last(full_name);
    c->simple = vm_symbol(vm, simple, strlen(simple));
    class_publish(vm, c);
}

static void register_class(struct vm *vm, const struct native_class *row)
{
    const char *simple = after_last(row->name);
    struct class *c = ptr_map_get(&vm->by_name, vm_symbol(vm, row->name, strlen(row->name)));
    if (!c)
        c = ptr_map_get(&vm->by_simple, vm_symbol(vm, simple, strlen(simple)));
    if (!c || (c->flags & CLASSF_KNOWN && strcmp(c->name->data, row->name) != 0)) {
        c = class_new(vm, row->name);
        class_publish(vm, c);
    }
    rename_class(vm, c, row->name);
    if (row->super || !c->super)
        c->super = row->super ? class_mention(vm, row->super) : vm->core[CORE_OBJECT];
    if (c->super == c)
        c->super = NULL;
    add_interfaces(c, row->interfaces);
    c->flags |= CLASSF_KNOWN | (row->interface ? CLASSF_INTERFACE : 0);
    if (!c->native || row->release || row->get || row->set || row->invoke)
        c->native = row;
}

/* Rows of one class stand together, so the class of the row before is tried first. */
static void register_method(struct vm *vm, struct class **last, const struct native_method *row)
{
    struct class *c = *last;
    if (!c || (strcmp(c->simple->data, row->class) != 0 && strcmp(c->name->data, row->class) != 0))
        c = *last = class_mention(vm, row->class);
    struct method *m = xcalloc(1, sizeof(*m));
    m->name = vm_symbol(vm, row->name, strlen(row->name));
    m->flags = row->flags;
    m->min = row->min;
    m->max = row->max;
    m->native = row->fn;
    class_add_method(c, m);
}

void vm_register(struct vm *vm, const struct native_class *classes, size_t n_classes,
                 const struct native_method *methods, size_t n_methods)
{
    for (size_t i = 0; i < n_classes; i++)
        register_class(vm, &classes[i]);
    struct class *last = NULL;
    for (size_t i = 0; i < n_methods; i++)
        register_method(vm, &last, &methods[i]);
    vm->epoch++;
}

/* ---- ancestors and members */

static void order_add(struct class *c, struct class *a)
{
    for (uint32_t i = 0; i < c->n_order; i++)
        if (c->order[i] == a)
            return;
    c->order = xrealloc(c->order, (c->n_order + 1) * sizeof(*c->order));
    c->order[c->n_order++] = a;
    bool source = a->flags & CLASSF_SOURCE; /* of several traits the last one wins */
    for (uint32_t i = 0; i < a->n_interfaces; i++)
        order_add(c, a->interfaces[source ? a->n_interfaces - 1 - i : i]);
}

void class_order(struct class *c)
{
    if (c->order)
        return;
    struct class *object = c->vm->core[CORE_OBJECT];
    for (struct class *a = c; a && a != object; a = a->super)
        order_add(c, a);
    order_add(c, object);
}

bool class_is(const struct class *c, const struct class *super)
{
    for (const struct class *a = c; a; a = a->super) {
        if (a == super)
            return true;
        for (uint32_t i = 0; i < a->n_interfaces; i++)
            if (class_is(a->interfaces[i], super))
                return true;
    }
    if (c->element && super->element)
        return class_is(c->element, super->element);
    return super == c->vm->core[CORE_OBJECT];
}

struct class *class_native_root(struct class *c)
{
    while (c && c->flags & CLASSF_SOURCE)
        c = c->super;
    return c;
}

/* The owners whose natives look at nothing but what every instance has. */
static bool takes_instances(const struct class *owner)
{
    static const uint8_t open[] = {CORE_OBJECT, CORE_ITERABLE, CORE_SCRIPT, CORE_BINDING, CORE_ENUM};
    for (size_t i = 0; i < ARRAY_LEN(open); i++)
        if (owner == owner->vm->core[open[i]])
            return true;
    return owner->flags & CLASSF_THROWABLE;
}

bool class_takes_native(struct class *c, const struct method *m)
{
    if (!(c->flags & CLASSF_SOURCE) || m->flags & METHOD_STATIC || !m->native)
        return true;
    struct class *const *core = c->vm->core, *root = class_native_root(c);
    if (m->owner->native && m->owner->native->release) /* they read a payload */
        return false;
    if (class_is(root, core[CORE_MAP]) || class_is(root, core[CORE_SET]))
        return class_is(root, m->owner);
    if (class_is(root, core[CORE_LIST]))
        return class_is(root, m->owner) ||
               (m->owner->flags & CLASSF_INTERFACE && class_is(m->owner, core[CORE_COLLECTION]) &&
                !class_is(m->owner, core[CORE_SET]));
    return takes_instances(m->owner);
}

/* Scripts' methods before natives whatever their depth in the hierarchy: a method of the script's own
 * super class hides what the library adds to Object. */
static struct method_set *collect(struct class *c, struct string *name)
{
    class_order(c);
    uint32_t n = 0, n_script = 0;
    for (uint32_t i = 0; i < c->n_order; i++)
        for (struct method *m = ptr_map_get(&c->order[i]->methods, name); m; m = m->next)
            n++;
    struct method_set *set = xmalloc(sizeof(*set) + n * sizeof(*set->methods));
    uint32_t at = 0;
    for (int scripts = 1; scripts >= 0; scripts--) {
        for (uint32_t i = 0; i < c->n_order; i++)
            for (struct method *m = ptr_map_get(&c->order[i]->methods, name); m; m = m->next)
                if ((m->fn && !(m->flags & METHOD_SELF)) == scripts && class_takes_native(c, m))
                    set->methods[at++] = m;
        if (scripts)
            n_script = at;
    }
    set->n = at;
    set->n_script = n_script;
    return set;
}

/* Kept until any class gets a method (`epoch`): loading a part of the prelude voids all sets, which
 * happens a few times a build. The set is borrowed until then: callers that run script code must not keep
 * it. */
const struct method_set *class_methods(struct class *c, struct string *name)
{
    if (c->found_epoch != c->vm->epoch) {
        free_found(c);
        c->found_epoch = c->vm->epoch;
    }
    struct method_set *set = ptr_map_get(&c->found, name);
    if (!set) {
        set = collect(c, name);
        ptr_map_set(&c->found, name, set);
    }
    return set;
}

/* Of an interface only constants: a trait's fields are laid out in the class that implements it. */
struct field *class_field(const struct class *c, struct string *name)
{
    for (; c; c = c->super) {
        struct field *f = ptr_map_get(&c->fields, name);
        for (uint32_t i = 0; !f && i < c->n_interfaces; i++) {
            f = class_field(c->interfaces[i], name);
            f = f && f->is_static ? f : NULL;
        }
        if (f)
            return f;
    }
    return NULL;
}

/* ---- of values */

static struct class *class_of_object(struct vm *vm, struct object *o)
{
    switch ((int)o->kind) {
    case OBJ_STRING:
        return vm->core[CORE_STRING];
    case OBJ_GSTRING:
        return vm->core[CORE_GSTRING];
    case OBJ_BIGINT:
        return vm->core[CORE_BIGINTEGER];
    case OBJ_DECIMAL:
        return vm->core[CORE_BIGDECIMAL];
    case OBJ_LIST:
        return ((struct list *)o)->class;
    case OBJ_MAP:
        return ((struct map *)o)->class;
    case OBJ_ENTRY:
        return vm->core[CORE_ENTRY];
    case OBJ_RANGE:
        return vm->core[((struct range *)o)->is_int ? CORE_INTRANGE : CORE_OBJECTRANGE];
    case OBJ_CLOSURE: {
        static const uint8_t classes[] = {CORE_CLOSURE, CORE_METHODCLOSURE, CORE_CURRIED, CORE_COMPOSED};
        return vm->core[classes[((struct closure *)o)->kind]];
    }
    case OBJ_INSTANCE:
        return ((struct instance *)o)->class;
    case OBJ_CLASS:
        return vm->core[CORE_CLASS];
    case OBJ_NATIVE:
        return ((struct native *)o)->class;
    }
    return vm->core[CORE_OBJECT];
}

struct class *vm_class_of(struct vm *vm, struct value v)
{
    static const uint8_t unboxed[] = {CORE_NULL,    CORE_BOOLEAN, CORE_CHARACTER, CORE_BYTE,  CORE_SHORT,
                                      CORE_INTEGER, CORE_LONG,    CORE_FLOAT,     CORE_DOUBLE};
    return v.tag < VAL_OBJECT ? vm->core[unboxed[v.tag]] : class_of_object(vm, v.u.o);
}

const char *class_name(const struct class *c)
{
    return c->name->data;
}

const char *class_simple_name(const struct class *c)
{
    return c->simple->data;
}

bool value_instance_of(struct vm *vm, struct value v, const char *simple_name)
{
    struct class *c = vm_class(vm, simple_name);
    return c && !value_is_null(v) && class_is(vm_class_of(vm, v), c);
}

void class_set_static(struct class *c, const char *name, struct value v)
{
    struct string *symbol = vm_symbol(c->vm, name, strlen(name));
    struct field *f = ptr_map_get(&c->fields, symbol);
    if (!f) {
        f = xcalloc(1, sizeof(*f));
        *f = (struct field){.name = symbol, .owner = c, .is_static = true, .is_property = true};
        f->index = (uint32_t)c->statics.len;
        vec_push(&c->own_fields, f);
        vec_push(&c->statics, NULL_VALUE);
        ptr_map_set(&c->fields, symbol, f);
    }
    value_release(c->statics.items[f->index]);
    c->statics.items[f->index] = value_retain(v);
}
