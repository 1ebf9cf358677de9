/* Making objects: allocation and constructors, of scripts' classes, of exceptions, of natives. */
#include "runner/lang/dispatch.h"
#include "runner/lib/ops.h"
#include "base/buf.h"
#include <string.h>

static bool is_native_object(struct class *c)
{
    return !(c->flags & (CLASSF_SOURCE | CLASSF_THROWABLE));
}

/* A script's class may extend HashMap or ArrayList: then its objects are maps and lists of that class. */
static struct value *fields_new(const struct class *c)
{
    return c->field_count ? xcalloc(c->field_count, sizeof(struct value)) : NULL;
}

static struct value allocate_source(struct fiber *f, struct class *c)
{
    struct value v;
    struct vm *vm = f->vm;
    struct class *root = class_native_root(c);
    if (root && (class_is(root, vm->core[CORE_MAP]) || class_is(root, vm->core[CORE_SET]))) {
        v = map_new_with(vm, c);
        AS_MAP(v)->fields = fields_new(c);
        return v;
    }
    if (root && class_is(root, vm->core[CORE_LIST])) {
        v = list_new_of(vm, c, 0);
        AS_LIST(v)->fields = fields_new(c);
        return v;
    }
    return instance_new(vm, c);
}

/* An inner class's object gets the `this` of the nearest script frame as its outer object. */
enum call_status object_allocate(struct fiber *f, struct class *c, struct value *out)
{
    *out = NULL_VALUE;
    if (!(c->flags & CLASSF_KNOWN))
        return vm_throw(f, "NoClassDefFoundError", "%s", c->name->data);
    if (c->flags & (CLASSF_ABSTRACT | CLASSF_INTERFACE) && c->flags & CLASSF_SOURCE)
        return vm_throw(f, "InstantiationException", "%s", c->name->data);
    if (is_native_object(c))
        return CALL_OK;
    enum call_status status = class_ready(f, c);
    if (status != CALL_OK)
        return status;
    *out = allocate_source(f, c);
    struct field *outer = c->flags & CLASSF_SOURCE && value_is(*out, OBJ_INSTANCE)
                              ? class_field(c, f->vm->sym[SYM_OUTER])
                              : NULL;
    struct frame *frame = f->top;
    while (frame && frame->kind != FRAME_SCRIPT)
        frame = frame->caller;
    if (outer && frame && value_is(frame->self, OBJ_INSTANCE))
        AS_INSTANCE(*out)->fields[outer->index] = value_retain(frame->self);
    return CALL_OK;
}

static bool is_throwable(struct value v)
{
    return value_is(v, OBJ_INSTANCE) && AS_INSTANCE(v)->class->flags & CLASSF_THROWABLE;
}

/* MissingMethodException(name, class, arguments[, static]) and MissingPropertyException(name, class), which
 * methodMissing() and propertyMissing() throw: the message, or null when it is none of them. */
static struct value missing_member_text(struct fiber *f, struct value object, int argc, struct value *argv)
{
    struct class *c = AS_INSTANCE(object)->class;
    if (argc < 2 || !value_is_text(argv[0]) || !value_is(argv[1], OBJ_CLASS))
        return NULL_VALUE;
    struct class *type = AS_CLASS(argv[1]);
    _cleanup_(value_release_ptr) struct value hold = NULL_VALUE;
    const char *name = value_text(f, argv[0], &hold);
    exception_set_field(object, "type", argv[1]);
    if (argc == 2 && strcmp(c->simple->data, "MissingPropertyException") == 0) {
        exception_set_field(object, "property", argv[0]);
        return string_printf("No such property: %s for class: %s", name, class_name(type));
    }
    if (argc < 3 || strcmp(c->simple->data, "MissingMethodException") != 0 || !value_is(argv[2], OBJ_LIST))
        return NULL_VALUE;
    exception_set_field(object, "method", argv[0]);
    exception_set_field(object, "arguments", argv[2]);
    return no_signature_text(f, type, argc > 3 && argv[3].tag == VAL_BOOL && argv[3].u.b, name,
                             (int)AS_LIST(argv[2])->len, AS_LIST(argv[2])->items);
}

/* A host's exceptions may take other arguments: its <init> sets their fields, and there is no message. */
static enum call_status construct_host(struct fiber *f, struct class *c, struct value object, int argc,
                                       struct value *argv)
{
    for (struct method *m = ptr_map_get(&c->methods, f->vm->sym[SYM_INIT]); m; m = m->next) {
        struct value none = NULL_VALUE;
        if (m->native && argc >= m->min && (m->max < 0 || argc <= m->max))
            return m->native(f, object, argc, argv, &none);
    }
    return CALL_NONE;
}

/* Throwable(), (message), (cause), (message, cause). */
static enum call_status construct_throwable(struct fiber *f, struct class *c, struct value object, int argc,
                                            struct value *argv)
{
    struct value message = NULL_VALUE, cause = NULL_VALUE;
    enum call_status status = construct_host(f, c, object, argc, argv);
    if (status != CALL_NONE && status != CALL_OK)
        return status;
    if (status == CALL_OK)
        argc = 0;
    if (argc > 4)
        return vm_throw_no_signature(f, value_object(c), "<init>", argc, argv);
    message = missing_member_text(f, object, argc, argv);
    if (!value_is_null(message)) {
        argc = 0;
    } else if (argc == 1 && is_throwable(argv[0])) {
        cause = argv[0];
        struct buf text = {0};
        exception_print(f->vm, cause, &text, false);
        message = string_new(text.data ? text.data : "", text.len);
        buf_release(&text);
    } else if (argc > 0 && !value_is_null(argv[0])) {
        if (value_to_string(f, argv[0], &message) != CALL_OK)
            return CALL_THROW;
    }
    if (argc > 1 && is_throwable(argv[1]))
        cause = argv[1];
    struct value trace = exception_trace(f);
    struct instance *i = AS_INSTANCE(object);
    const struct value values[] = {message, value_retain(cause), trace};
    for (unsigned k = 0; k < ARRAY_LEN(values); k++) {
        value_release(i->fields[k]);
        i->fields[k] = values[k];
    }
    exception_mark(f, object);
    return CALL_OK;
}

/* In MetaClassImpl's words; InvokerHelper.toTypeString() shows the type of a null as null. */
static enum call_status no_constructor(struct fiber *f, struct class *c, int argc, struct value *argv)
{
    struct buf types = {0};
    for (int i = 0; i < argc; i++)
        buf_printf(&types, "%s%s", i ? ", " : "",
                   value_is_null(argv[i]) ? "null" : class_name(vm_class_of(f->vm, argv[i])));
    vm_throw(f, "GroovyRuntimeException", "Could not find matching constructor for: %s(%s)", c->name->data,
             types.data ? types.data : "");
    buf_release(&types);
    return CALL_THROW;
}

static enum call_status construct_native(struct fiber *f, struct class *c, int argc, struct value *argv,
                                         struct value *out)
{
    for (struct class *s = c; s && s == c; s = s->super)
        for (struct method *m = ptr_map_get(&s->methods, f->vm->sym[SYM_INIT]); m; m = m->next) {
            if (!m->native || argc < m->min || (m->max >= 0 && argc > m->max))
                continue;
            enum call_status status = m->native(f, NULL_VALUE, argc, argv, out);
            if (status != CALL_NONE)
                return status;
        }
    if (c == f->vm->core[CORE_OBJECT] && argc == 0) {
        *out = instance_new(f->vm, c);
        return CALL_OK;
    }
    return no_constructor(f, c, argc, argv);
}
/* new Foo(a: 1, b: 2): the no-argument constructor, then the properties. */
struct named {
    struct value object, properties;
};

static void named_free(void *data)
{
    struct named *n = data;
    value_release(n->object);
    value_release(n->properties);
    free(n);
}

static enum call_status set_properties(struct fiber *f, struct value object, struct value properties)
{
    struct map_slot *slot;
    enum call_status status = CALL_OK;
    for (size_t i = 0; status == CALL_OK && map_next(AS_MAP(properties), &i, &slot);) {
        struct value hold = NULL_VALUE;
        struct field *field = NULL;
        const char *name = value_text(f, slot->key, &hold);
        struct string *symbol = vm_symbol(f->vm, name, strlen(name));
        if (value_is(object, OBJ_INSTANCE))
            field = class_field(AS_INSTANCE(object)->class, symbol);
        if (field && field->mods & MOD_FINAL)
            status = field_set(f, object, symbol, slot->value);
        else
            status = vm_set_property(f, object, name, slot->value);
        value_release(hold);
    }
    return status;
}

static enum call_status named_done(struct fiber *f, struct outcome result, void *data, struct value *out)
{
    struct named *n = data;
    if (result.thrown)
        return vm_throw_value(f, value_retain(result.v));
    enum call_status status;
    if (value_is(n->properties, OBJ_MAP)) {
        status = set_properties(f, n->object, n->properties);
    } else {
        const struct list *args = AS_LIST(n->properties);
        struct class *c = AS_INSTANCE(n->object)->class;
        status = tuple_construct(f, c, n->object, (int)args->len, args->items);
        if (status == CALL_NONE)
            status = no_constructor(f, c, (int)args->len, args->items);
    }
    if (status == CALL_OK)
        *out = value_retain(n->object);
    return status;
}

static enum call_status construct_named(struct fiber *f, struct method *m, struct value object,
                                        struct value properties, struct value *out)
{
    struct named *n = xmalloc(sizeof(*n));
    *n = (struct named){value_retain(object), value_retain(properties)};
    struct frame *frame = frame_push(f, FRAME_NATIVE, 0);
    frame->cont = named_done;
    frame->data = n;
    frame->release = named_free;
    enum call_status status = enter_function(f, m->fn, NULL, object, 0, NULL, FRAME_CONSTRUCT);
    return status == CALL_THROW ? CALL_ENTER : status; /* the frame above takes the exception */
}

/* new Outer.Inner(outer, …): the outer object given first. */
static bool takes_outer(struct class *c, struct value object, int argc, struct value *argv)
{
    struct field *field = value_is(object, OBJ_INSTANCE) ? class_field(c, c->vm->sym[SYM_OUTER]) : NULL;
    if (!field || argc < 1 || !value_is(argv[0], OBJ_INSTANCE) || !c->outer ||
        !class_is(AS_INSTANCE(argv[0])->class, c->outer))
        return false;
    struct value *slot = &AS_INSTANCE(object)->fields[field->index], old = *slot;
    *slot = value_retain(argv[0]);
    value_release(old);
    return true;
}

/* Own constructors by distance, then what Groovy makes up: named arguments by the empty constructor and
 * setters, scripts, inherited and tuple constructors. */
enum call_status object_construct(struct fiber *f, struct class *c, struct value object, int argc,
                                  struct value *argv, struct value *out)
{
    struct vm *vm = f->vm;
    if (c == NULL || (c->flags & CLASSF_THROWABLE && !(c->flags & CLASSF_SOURCE))) {
        enum call_status status = c ? construct_throwable(f, c, object, argc, argv) : CALL_OK;
        if (status == CALL_OK)
            *out = value_retain(object);
        return status;
    }
    if (!(c->flags & CLASSF_SOURCE)) {
        if (value_is_null(object))
            return construct_native(f, c, argc, argv, out);
        *out = value_retain(object); /* super(…) of a class that extends a native one */
        return CALL_OK;
    }
    if (UNLIKELY(c->flags & CLASSF_SINGLETON) && !singleton_may_make(c, object))
        return vm_throw(f, "RuntimeException", "Can't instantiate singleton %s. Use %s.instance",
                        c->name->data, c->name->data);
    struct method *own = ptr_map_get(&c->methods, vm->sym[SYM_INIT]), *best = NULL, *plain = NULL;
    int best_distance = 0;
    for (struct method *m = own; m; m = m->next) {
        int d = args_distance(vm, m->fn, argc, argv);
        if (args_distance(vm, m->fn, 0, NULL) >= 0)
            plain = m;
        if (d >= 0 && (!best || d < best_distance)) {
            best = m;
            best_distance = d;
        }
    }
    if (!best && takes_outer(c, object, argc, argv))
        return object_construct(f, c, object, argc - 1, argv + 1, out);
    if (best)
        return enter_function(f, best->fn, NULL, object, argc, argv, FRAME_CONSTRUCT);
    if (plain && argc == 1 && value_is(argv[0], OBJ_MAP) && value_is_map(argv[0]))
        return construct_named(f, plain, object, argv[0], out);
    if (c->flags & CLASSF_SCRIPT && argc == 0 && value_is(object, OBJ_INSTANCE)) {
        script_construct(vm, object, NULL_VALUE);
        *out = value_retain(object);
        return CALL_OK;
    }
    if (c->flags & CLASSF_GEN_INHERIT && c->super)
        return object_construct(f, c->super, object, argc, argv, out);
    if (plain && c->flags & CLASSF_GEN_TUPLE) {
        struct value args = list_new(f->vm, (size_t)argc);
        for (int i = 0; i < argc; i++)
            list_push(AS_LIST(args), argv[i]);
        enum call_status status = construct_named(f, plain, object, args, out);
        value_release(args);
        return status;
    }
    return no_constructor(f, c, argc, argv);
}
