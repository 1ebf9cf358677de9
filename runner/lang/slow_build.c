/* Making lists, maps, strings, closures and arrays; iterating; throwing. */
#include "runner/lang/slow.h"
#include "runner/lib/ops.h"
#include "base/buf.h"
#include <string.h>

enum call_status slow_list_spread(struct fiber *f, struct frame *fr, struct ins i)
{
    struct value list = NULL_VALUE, v = fr->regs[i.b];
    if (value_is_null(v)) {
        list_push(AS_LIST(fr->regs[i.a]), v);
        return CALL_OK;
    }
    enum call_status status = value_to_list(f, v, &list);
    for (uint32_t k = 0; status == CALL_OK && k < AS_LIST(list)->len; k++)
        list_push(AS_LIST(fr->regs[i.a]), AS_LIST(list)->items[k]);
    value_release(list);
    return status;
}

enum call_status slow_map_put(struct fiber *f, struct frame *fr, struct ins i)
{
    map_set(AS_MAP(fr->regs[i.a]), fr->regs[i.b], fr->regs[i.c]);
    return CALL_OK;
}

enum call_status slow_map_spread(struct fiber *f, struct frame *fr, struct ins i)
{
    struct value from = fr->regs[i.b];
    struct map_slot *slot;
    if (value_is_null(from))
        return CALL_OK;
    if (!value_is(from, OBJ_MAP))
        return vm_throw(f, "IllegalArgumentException", "Only a Map can be spread into a map");
    for (size_t k = 0; map_next(AS_MAP(from), &k, &slot);)
        map_set(AS_MAP(fr->regs[i.a]), slot->key, slot->value);
    return CALL_OK;
}

enum call_status slow_gstring(struct fiber *f, struct frame *fr, struct ins i)
{
    size_t n = 2u * i.c + 1;
    struct gstring *g = xmalloc(sizeof(*g) + n * sizeof(struct value));
    g->head = (struct object){.refs = 1, .kind = OBJ_GSTRING};
    g->count = i.c;
    for (size_t k = 0; k < n; k++)
        g->parts[k] = value_retain(fr->regs[i.b + k]);
    reg_set(fr, i.a, value_object(g));
    return CALL_OK;
}

/* Captured variables are in cells already: in registers of this frame, or in the cells of the closure
 * around. */
enum call_status slow_closure(struct fiber *f, struct frame *fr, struct ins i)
{
    struct proto *p = fr->fn->functions[i.bx];
    struct value v = closure_new(f->vm, CLOSURE_SCRIPT);
    struct closure *c = AS_CLOSURE(v);
    c->fn = p;
    c->owner = value_retain(fr->closure ? value_object(fr->closure) : fr->self);
    c->delegate = value_retain(c->owner);
    c->self = value_retain(fr->self);
    c->cells = p->n_captures ? xmalloc(p->n_captures * sizeof(*c->cells)) : NULL;
    c->n_cells = p->n_captures;
    for (unsigned k = 0; k < p->n_captures; k++) {
        const struct capture *cap = &p->captures[k];
        c->cells[k] = value_retain(cap->from_closure ? fr->closure->cells[cap->index] : fr->regs[cap->index]);
    }
    reg_set(fr, i.a, v);
    return CALL_OK;
}

/* ---- arrays */

enum { ARRAY_MAX = 1 << 27 };

static struct value make_array(struct vm *vm, struct class *class, const int32_t *dims, unsigned n)
{
    struct value v = array_new(vm, class->element->simple->data, (size_t)dims[0]);
    AS_LIST(v)->class = class;
    for (int32_t k = 0; n > 1 && k < dims[0]; k++)
        AS_LIST(v)->items[k] = make_array(vm, class->element, dims + 1, n - 1);
    return v;
}

enum call_status slow_array(struct fiber *f, struct frame *fr, struct ins i)
{
    int32_t dims[16];
    int64_t total = 1;
    const struct type *t = fr->fn->types[i.c];
    unsigned n = i.b < 16 ? i.b : 16;
    for (unsigned k = 0; k < n; k++) {
        struct value v = fr->regs[i.a + k];
        if (v.tag != VAL_INT)
            return vm_throw_cast(f, v, "int");
        dims[k] = v.u.i;
        total = total > ARRAY_MAX ? total : total * v.u.i;
        if (v.u.i < 0)
            return vm_throw(f, "NegativeArraySizeException", "%d", v.u.i);
    }
    if (total > ARRAY_MAX)
        return vm_throw(f, "OutOfMemoryError", "Java heap space");
    reg_set(fr, i.a, make_array(f->vm, t->class, dims, n));
    return CALL_OK;
}

/* ---- iteration: the place is index | version << 32 */

/* Anything but lists and ranges of integers is copied into a list first: a map may be changed in the loop
 * then, which Java would refuse. */
enum call_status slow_iterate(struct fiber *f, struct frame *fr, struct ins i)
{
    struct value v = fr->regs[i.a];
    uint32_t version = 0;
    if (value_is(v, OBJ_LIST)) {
        version = AS_LIST(v)->version;
    } else if (!(value_is(v, OBJ_RANGE) && ((struct range *)v.u.o)->is_int)) {
        struct value list = NULL_VALUE;
        enum call_status status = value_to_list(f, v, &list);
        if (status != CALL_OK)
            return status;
        reg_set(fr, i.a, list);
        version = AS_LIST(list)->version;
    }
    reg_set(fr, i.a + 1u, value_long((int64_t)((uint64_t)version << 32)));
    return CALL_OK;
}

static enum call_status range_item(struct frame *fr, unsigned a, uint32_t at)
{
    const struct range *r = (struct range *)fr->regs[a].u.o;
    int64_t from = r->from.u.i, to = r->to.u.i, item = r->reverse ? from - at : from + at;
    if (r->empty || (r->reverse ? item < to : item > to))
        return CALL_NONE;
    reg_set(fr, a + 2, value_int((int32_t)item));
    return CALL_OK;
}

enum call_status slow_iterate_next(struct fiber *f, struct frame *fr, struct ins i)
{
    uint64_t place = (uint64_t)fr->regs[i.a + 1].u.l;
    uint32_t at = (uint32_t)place;
    fr->regs[i.a + 1].u.l = (int64_t)(place + 1);
    if (value_is(fr->regs[i.a], OBJ_RANGE))
        return range_item(fr, i.a, at);
    const struct list *l = AS_LIST(fr->regs[i.a]);
    if (at >= l->len)
        return CALL_NONE;
    if (l->version != place >> 32)
        return vm_throw(f, "ConcurrentModificationException", NULL);
    reg_set(fr, i.a + 2u, value_retain(l->items[at]));
    return CALL_OK;
}

/* ---- throwing */

enum call_status slow_throw(struct fiber *f, struct frame *fr, struct ins i)
{
    struct value v = fr->regs[i.a];
    if (value_is_null(v))
        return vm_throw(f, "NullPointerException", NULL);
    if (!value_is(v, OBJ_INSTANCE) || !(AS_INSTANCE(v)->class->flags & CLASSF_THROWABLE))
        return vm_throw_cast(f, v, "java.lang.Throwable");
    return vm_throw_value(f, value_retain(v));
}

/* ScriptBytecodeAdapter.assertFailed, which is what CPS code runs. */
enum call_status slow_assert(struct fiber *f, struct frame *fr, struct ins i)
{
    struct value message = fr->regs[i.a];
    const char *text = AS_STRING(fr->regs[i.a + 1])->data;
    if (!i.b || (value_is(message, OBJ_STRING) && AS_STRING(message)->len == 0))
        return vm_throw(f, "PowerAssertionError", "%s", text);
    struct buf b = {0};
    value_print(f, message, &b);
    enum call_status status = vm_throw(f, "AssertionError", "%s. Expression: %s", b.data ? b.data : "", text);
    buf_release(&b);
    return status;
}
