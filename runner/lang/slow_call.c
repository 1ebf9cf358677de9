/* Calls, creation and members: operands to dispatch, and what the sites remember of it. */
#include "runner/lang/slow.h"
#include "runner/lib/ops.h"
#include <ctype.h>
#include <stdio.h>
#include <string.h>

struct arguments {
    int argc;
    struct value *argv;
};

/* Arguments follow the receiver (and the name, where it is computed). */
static struct arguments arguments_of(struct frame *fr, const struct site *s, unsigned a)
{
    struct value *first = &fr->regs[a + 1 + !!(s->flags & SITE_DYNAMIC)];
    if (s->flags & SITE_LIST)
        return (struct arguments){(int)AS_LIST(*first)->len, AS_LIST(*first)->items};
    return (struct arguments){s->argc, first};
}

/* Interned, so the pointer is good after the text that it was made from is released. */
static struct string *name_of(struct fiber *f, const struct site *s, const struct frame *fr, unsigned reg)
{
    if (!(s->flags & SITE_DYNAMIC))
        return s->name;
    struct value hold = NULL_VALUE;
    const char *text = value_text(f, fr->regs[reg], &hold);
    struct string *name = vm_symbol(f->vm, text, strlen(text));
    value_release(hold);
    return name;
}

static enum call_status done(struct frame *fr, unsigned a, enum call_status status, struct value v)
{
    if (status == CALL_OK)
        reg_set(fr, a, v);
    return status;
}

static bool is_plain(const struct proto *p, int argc)
{
    return !p->typed && !p->varargs && p->n_params == argc && p->n_required == argc;
}

/* Remembers the method when nothing but the receiver's class decides about it. */
static void remember(struct fiber *f, struct site *s, struct value self, int argc)
{
    struct class *c = vm_class_of(f->vm, self);
    f->vm->arg_types = NULL;
    if (self.tag == VAL_NULL || s->casts || value_is(self, OBJ_CLASS) || value_is(self, OBJ_CLOSURE) ||
        s->flags & (SITE_DYNAMIC | SITE_LIST))
        return;
    const struct method_set *set = class_methods(c, s->name);
    struct method *m = set->n == 1 || (set->n_script == 0 && set->n > 0) ? set->methods[0] : NULL;
    if (!m || m->flags & METHOD_STATIC || (m->fn && (m->flags & METHOD_SELF || !is_plain(m->fn, argc))))
        return;
    if (!m->fn && (!m->native || argc < m->min || (m->max >= 0 && argc > m->max) || c->flags & CLASSF_SCRIPT))
        return;
    s->class = c;
    s->method = m;
    s->epoch = f->vm->epoch;
}

enum call_status slow_call(struct fiber *f, struct frame *fr, struct ins i)
{
    struct site *s = &fr->fn->sites[i.bx];
    struct value self = fr->regs[i.a], out = NULL_VALUE;
    struct arguments args = arguments_of(fr, s, i.a);
    fr->result = i.a;
    if (value_is_null(self) && s->flags & SITE_SAFE)
        return CALL_OK;
    f->vm->arg_types = s->casts;
    struct string *name = name_of(f, s, fr, i.a + 1u);
    enum call_status status = invoke_or_throw(f, self, name, args.argc, args.argv, &out);
    if (status == CALL_OK || status == CALL_ENTER)
        remember(f, s, self, args.argc);
    return done(fr, i.a, status, out);
}

enum call_status slow_call_self(struct fiber *f, struct frame *fr, struct ins i)
{
    struct site *s = &fr->fn->sites[i.bx];
    struct value out = NULL_VALUE;
    struct arguments args = arguments_of(fr, s, i.a);
    fr->result = i.a;
    f->vm->arg_types = s->casts;
    enum call_status status = scope_call(f, fr, name_of(f, s, fr, i.a + 1u), args.argc, args.argv, &out);
    if (status == CALL_ENTER && !fr->closure && value_is(fr->self, OBJ_INSTANCE))
        remember(f, s, fr->self, args.argc);
    return done(fr, i.a, status, out);
}

/* The callable is retained: the call may replace the register that held it. */
enum call_status slow_call_value(struct fiber *f, struct frame *fr, struct ins i)
{
    struct site *s = &fr->fn->sites[i.bx];
    struct value out = NULL_VALUE, callable = value_retain(fr->regs[i.a]);
    struct arguments args = arguments_of(fr, s, i.a);
    fr->result = i.a;
    enum call_status status = call_value(f, callable, args.argc, args.argv, &out);
    value_release(callable);
    return done(fr, i.a, status, out);
}

enum call_status slow_call_super(struct fiber *f, struct frame *fr, struct ins i)
{
    struct site *s = &fr->fn->sites[i.bx];
    struct value out = NULL_VALUE;
    struct arguments args = arguments_of(fr, s, i.a);
    fr->result = i.a;
    enum call_status status = invoke_super(f, s->class, fr->self, s->name, args.argc, args.argv, &out);
    return done(fr, i.a, status, out);
}

enum call_status slow_new(struct fiber *f, struct frame *fr, struct ins i)
{
    struct value out = NULL_VALUE;
    return done(fr, i.a, object_allocate(f, fr->fn->sites[i.bx].class, &out), out);
}

enum call_status slow_construct(struct fiber *f, struct frame *fr, struct ins i)
{
    struct site *s = &fr->fn->sites[i.bx];
    struct value out = NULL_VALUE, object = value_retain(fr->regs[i.a]);
    struct arguments args = arguments_of(fr, s, i.a);
    fr->result = i.a;
    enum call_status status = object_construct(f, s->class, object, args.argc, args.argv, &out);
    value_release(object);
    return done(fr, i.a, status, out);
}

enum call_status slow_init(struct fiber *f, struct frame *fr, struct ins i)
{
    if (i.b) {
        struct instance *object = AS_INSTANCE(fr->regs[i.a]);
        struct value *slot = &object->fields[i.b - 1];
        value_release(*slot);
        *slot = value_retain(fr->regs[i.c]);
        return CALL_OK;
    }
    struct class *c = fr->fn->class;
    if (!c || !c->init)
        return CALL_OK;
    fr->result = NO_RESULT;
    return enter_function(f, c->init, NULL, fr->self, 0, NULL, 0);
}

/* ---- names and members */

enum call_status slow_var_get(struct fiber *f, struct frame *fr, struct ins i)
{
    struct value out = NULL_VALUE;
    fr->result = i.a;
    return done(fr, i.a, scope_get(f, fr, fr->fn->sites[i.bx].name, &out), out);
}

enum call_status slow_var_set(struct fiber *f, struct frame *fr, struct ins i)
{
    struct value v = value_retain(fr->regs[i.a]);
    fr->result = NO_RESULT;
    enum call_status status = scope_set(f, fr, fr->fn->sites[i.bx].name, v);
    value_release(v);
    return status;
}

/* `list*.name` keeps a null for a null item; `list.name` (property.c) leaves it out. Both are Groovy's. */
/* x*.name, or x*.@name */
static enum call_status item_property(struct fiber *f, struct value item, struct string *name, unsigned flags,
                                      struct value *out)
{
    if (!(flags & SITE_FIELD))
        return vm_get_property(f, item, name->data, out);
    struct frame *sync = sync_begin(f);
    enum call_status status = field_get(f, item, name, out);
    return sync_end(f, sync, status, out);
}

static enum call_status spread_property(struct fiber *f, struct frame *fr, unsigned a, struct string *name,
                                        unsigned flags)
{
    struct value from = NULL_VALUE, list = list_new(f->vm, 0);
    enum call_status status = value_to_list(f, fr->regs[a], &from);
    for (uint32_t k = 0; status == CALL_OK && k < AS_LIST(from)->len; k++) {
        struct value v = NULL_VALUE, item = AS_LIST(from)->items[k];
        if (!value_is_null(item))
            status = item_property(f, item, name, flags, &v);
        if (status == CALL_OK)
            list_push(AS_LIST(list), v);
        value_release(v);
    }
    value_release(from);
    if (status == CALL_OK)
        reg_set(fr, a, list);
    else
        value_release(list);
    return status;
}

/* An object's own field that no getter hides can be read at once the next time. */
static void remember_field(struct fiber *f, struct site *s, struct value obj)
{
    if (!value_is(obj, OBJ_INSTANCE) || s->flags & SITE_DYNAMIC)
        return;
    struct class *c = AS_INSTANCE(obj)->class;
    struct field *field = class_field(c, s->name);
    if (!field || field->is_static || c->flags & CLASSF_THROWABLE ||
        (c->flags & CLASSF_SCRIPT && !(s->flags & SITE_FIELD)))
        return;
    char getter[128];
    if (!(s->flags & SITE_FIELD)) {
        if (s->name->len > 100 || class_methods(c, f->vm->sym[SYM_GET_PROPERTY])->n_script)
            return;
        for (int k = 0; k < 2; k++) {
            int n = snprintf(getter, sizeof(getter), "%s%s", k ? "is" : "get", s->name->data);
            getter[k ? 2 : 3] = (char)toupper((unsigned char)getter[k ? 2 : 3]);
            if (class_methods(c, vm_symbol(f->vm, getter, (size_t)n))->n)
                return;
        }
    }
    s->class = c;
    s->field = field->index;
    s->epoch = f->vm->epoch;
}

enum call_status slow_prop_get(struct fiber *f, struct frame *fr, struct ins i)
{
    struct site *s = &fr->fn->sites[i.bx];
    struct value obj = fr->regs[i.a], out = NULL_VALUE;
    struct string *name = name_of(f, s, fr, i.a + 1u);
    fr->result = i.a;
    if (value_is_null(obj) && s->flags & (SITE_SAFE | SITE_SPREAD))
        return CALL_OK;
    if (s->flags & SITE_SPREAD)
        return spread_property(f, fr, i.a, name, s->flags);
    value_retain(obj);
    enum call_status status =
        s->flags & SITE_FIELD ? field_get(f, obj, name, &out) : property_get_or_throw(f, obj, name, &out);
    if (status == CALL_OK)
        remember_field(f, s, obj);
    value_release(obj);
    return done(fr, i.a, status, out);
}

enum call_status slow_prop_set(struct fiber *f, struct frame *fr, struct ins i)
{
    struct site *s = &fr->fn->sites[i.bx];
    struct value obj = fr->regs[i.a], v = fr->regs[i.a + 1];
    struct string *name = name_of(f, s, fr, i.a + 2u);
    fr->result = NO_RESULT;
    if (value_is_null(obj) && s->flags & SITE_SAFE)
        return CALL_OK;
    value_retain(obj);
    value_retain(v);
    enum call_status status;
    if (s->flags & SITE_SPREAD && value_is(obj, OBJ_LIST)) {
        status = CALL_OK;
        for (uint32_t k = 0; k < AS_LIST(obj)->len && status == CALL_OK; k++)
            status = vm_set_property(f, AS_LIST(obj)->items[k], name->data, v);
    } else {
        status = s->flags & SITE_FIELD ? field_set(f, obj, name, v) : property_set_or_throw(f, obj, name, v);
    }
    value_release(obj);
    value_release(v);
    return status;
}

enum call_status slow_pointer(struct fiber *f, struct frame *fr, struct ins i)
{
    struct site *s = &fr->fn->sites[i.bx];
    struct value v = closure_new(f->vm, CLOSURE_METHOD);
    AS_CLOSURE(v)->name = name_of(f, s, fr, i.a + 1u);
    AS_CLOSURE(v)->owner = value_retain(fr->regs[i.a]);
    AS_CLOSURE(v)->delegate = value_retain(fr->regs[i.a]);
    reg_set(fr, i.a, v);
    return CALL_OK;
}
