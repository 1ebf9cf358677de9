/* Objects: how each kind is made and freed. Lists and maps have files of their own (list.c, map.c).
 *
 * A script can nest a million lists in each other, so that freeing must not recurse in C: what an object
 * held waits in a work list. */
#include "runner/lang/view.h"
#include "runner/lang/heap.h"
#include "runner/lang/vmstate.h"
#include "runner/lib/number.h"
#include "base/buf.h"
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void value_release_ptr(struct value *v)
{
    value_release(*v);
}

void container_link(struct vm *vm, struct container *c, enum object_kind kind)
{
    struct container *head = &vm->containers;
    c->head.refs = 1;
    c->head.kind = (uint8_t)kind;
    c->prev = head;
    c->next = head->next;
    head->next->prev = c;
    head->next = c;
}

static void container_unlink(struct container *c)
{
    c->prev->next = c->next;
    c->next->prev = c->prev;
}

struct cell *cell_new(struct vm *vm, struct value v)
{
    struct cell *cell = xcalloc(1, sizeof(*cell));
    container_link(vm, &cell->head, (enum object_kind)OBJ_CELL);
    cell->value = v;
    return cell;
}

struct value entry_new(struct vm *vm, struct value key, struct value value, struct map *of)
{
    struct entry *e = xcalloc(1, sizeof(*e));
    container_link(vm, &e->head, OBJ_ENTRY);
    e->key = value_retain(key);
    e->value = value_retain(value);
    if (of)
        e->map = (struct map *)value_retain(value_object(of)).u.o;
    return value_object(e);
}

/* Takes data: the class's release() frees it with the object. */
struct value native_new(struct vm *vm, struct class *class, void *data)
{
    struct native *n = xcalloc(1, sizeof(*n));
    container_link(vm, &n->head, OBJ_NATIVE);
    n->class = class;
    n->data = data;
    return value_object(n);
}

struct value instance_new(struct vm *vm, struct class *class)
{
    struct instance *i = xcalloc(1, sizeof(*i) + class->field_count * sizeof(struct value));
    container_link(vm, &i->head, OBJ_INSTANCE);
    i->class = class;
    return value_object(i);
}

/* Freeing goes through a work list instead of recursion. A container waits there by its `next`, a GString
 * (no container, yet it nests) by the pointer of its first part. */
static void wait_for(struct object **work, struct object *o)
{
    if (o->kind == OBJ_GSTRING) {
        struct gstring *g = (struct gstring *)o;
        value_release(g->parts[0]);
        g->parts[0] = (struct value){.tag = VAL_NULL, .u.o = *work};
    } else {
        container_unlink((struct container *)o);
        ((struct container *)o)->next = (struct container *)*work;
    }
    *work = o;
}

static struct object *next_of(struct object *o)
{
    if (o->kind == OBJ_GSTRING)
        return ((struct gstring *)o)->parts[0].u.o;
    return (struct object *)((struct container *)o)->next;
}

/* What holds nothing that could nest, freed at once. A class's count never reaches 0 for good: it is set
 * high again, so that a script that releases one too often does no harm. */
static void flat_free(struct object *o)
{
    switch (o->kind) {
    case OBJ_CLASS: /* lives as long as the VM */
        o->refs = 1u << 30;
        return;
    case OBJ_BIGINT:
        mpz_box_free(((struct bigint *)o)->mpz);
        break;
    case OBJ_DECIMAL:
        mpz_box_free(((struct decimal *)o)->unscaled);
        break;
    case OBJ_RANGE:
        value_release(((struct range *)o)->from);
        value_release(((struct range *)o)->to);
        break;
    }
    free(o);
}

/* The one place where counts fall while something is freed. The place is cleared before, as what is freed
 * may be looked at again by a native's release(). */
static void drop(struct object **work, struct value *p)
{
    struct value v = *p;
    *p = NULL_VALUE;
    if (v.tag != VAL_OBJECT || --v.u.o->refs)
        return;
    switch ((int)v.u.o->kind) {
    case OBJ_STRING:
    case OBJ_BIGINT:
    case OBJ_DECIMAL:
    case OBJ_RANGE:
    case OBJ_CLASS:
        flat_free(v.u.o);
        return;
    default:
        wait_for(work, v.u.o);
    }
}

static void drop_all(struct object **work, struct value *v, size_t n)
{
    for (size_t i = 0; i < n; i++)
        drop(work, &v[i]);
}

/* Fields of a script class that extends a collection. */
static void fields_empty(struct value **fields, const struct class *c, struct object **work)
{
    if (!*fields)
        return;
    drop_all(work, *fields, c->field_count);
    free(*fields);
    *fields = NULL;
}

/* A view and its map hold on to each other in one direction only: the view counts the map, the map lists
 * its views. */
static void view_empty(struct view **view, struct object **work)
{
    if (!*view)
        return;
    struct value of = view_detach(*view);
    *view = NULL;
    drop(work, &of);
}

static void list_empty(struct list *l, struct object **work)
{
    view_empty(&l->view, work);
    struct value *items = l->items;
    uint32_t n = l->len;
    l->items = NULL;
    l->len = l->cap = 0;
    drop_all(work, items, n);
    free(items);
    fields_empty(&l->fields, l->class, work);
}

static void map_empty(struct map *m, struct object **work)
{
    view_empty(&m->view, work);
    struct map_slot *slots = m->slots;
    uint32_t n = m->used;
    free(m->index);
    m->index = NULL;
    m->slots = NULL;
    m->len = m->used = m->cap = m->index_cap = 0;
    for (uint32_t i = 0; i < n; i++) {
        drop(work, &slots[i].key);
        drop(work, &slots[i].value);
    }
    free(slots);
    drop(work, &m->comparator);
    drop(work, &m->default_fn);
    fields_empty(&m->fields, m->class, work);
}

static void closure_empty(struct closure *c, struct object **work)
{
    drop(work, &c->owner);
    drop(work, &c->delegate);
    drop(work, &c->self);
    drop(work, &c->target);
    drop(work, &c->second);
    drop_all(work, c->cells, c->n_cells);
    free(c->cells);
    c->cells = NULL;
    c->n_cells = 0;
}

static void entry_empty(struct entry *e, struct object **work)
{
    drop(work, &e->key);
    drop(work, &e->value);
    struct value map = e->map ? value_object(e->map) : NULL_VALUE;
    e->map = NULL;
    drop(work, &map);
}

static void native_empty(struct native *n)
{
    void *data = n->data;
    n->data = NULL;
    if (data && n->class->native && n->class->native->release)
        n->class->native->release(data);
}

/* Drops what an object holds; it stays a valid empty one. */
static void object_empty(struct object *o, struct object **work)
{
    switch ((int)o->kind) {
    case OBJ_LIST:
        list_empty((struct list *)o, work);
        break;
    case OBJ_MAP:
        map_empty((struct map *)o, work);
        break;
    case OBJ_ENTRY:
        entry_empty((struct entry *)o, work);
        break;
    case OBJ_CLOSURE:
        closure_empty((struct closure *)o, work);
        break;
    case OBJ_INSTANCE:
        drop_all(work, ((struct instance *)o)->fields, ((struct instance *)o)->class->field_count);
        break;
    case OBJ_NATIVE:
        native_empty((struct native *)o);
        break;
    case OBJ_CELL:
        drop(work, &((struct cell *)o)->value);
        break;
    case OBJ_GSTRING:
        drop_all(work, ((struct gstring *)o)->parts + 1, 2 * ((struct gstring *)o)->count);
        break;
    }
}

static void free_waiting(struct object *work)
{
    while (work) {
        struct object *o = work;
        work = next_of(o);
        object_empty(o, &work);
        free(o);
    }
}

/* Revives the object for a moment so that drop() can take the last count away by the common way. */
void object_free(struct object *o)
{
    struct object *work = NULL;
    struct value v = value_object(o);
    o->refs = 1;
    drop(&work, &v);
    free_waiting(work);
}

/* Every container gets a count more, so that emptying one frees none of the others under our feet; all are
 * empty then, and are freed in a second pass. Objects that are no containers (texts, numbers) go in
 * between. */
void container_free_all(struct container *head)
{
    for (struct container *c = head->next; c != head; c = c->next)
        c->head.refs++;
    struct object *work = NULL;
    for (struct container *c = head->next; c != head; c = c->next)
        object_empty(&c->head, &work);
    free_waiting(work);
    for (struct container *c = head->next, *next; c != head; c = next) {
        next = c->next;
        free(c);
    }
    head->next = head->prev = head;
}

/* ---- strings */

struct utf8_scan {
    uint64_t hash;
    bool ascii, valid;
};

/* Bytes of a well-formed sequence at s, 0 if malformed. */
static size_t utf8_len(const unsigned char *s, size_t left)
{
    unsigned char c = s[0];
    size_t n = c < 0x80                ? 1
               : c >= 0xc2 && c < 0xe0 ? 2
               : (c & 0xf0) == 0xe0    ? 3
               : c >= 0xf0 && c < 0xf5 ? 4
                                       : 0;
    if (n > left)
        return 0;
    for (size_t i = 1; i < n; i++)
        if ((s[i] & 0xc0) != 0x80)
            return 0;
    if ((c == 0xe0 && s[1] < 0xa0) || (c == 0xf0 && s[1] < 0x90) || (c == 0xf4 && s[1] > 0x8f))
        return 0;
    return n; /* lone surrogates pass: a Java string may hold them */
}

static uint64_t mix(uint64_t h, uint64_t v)
{
    h = (h ^ v) * 0x9e3779b97f4a7c15ull;
    return h ^ h >> 29;
}

/* Hash, ASCII and validity in one pass, eight bytes at a time. The hash is not Java's: hashCode() computes
 * that when a script asks for it, and the order of a HashMap by it (map.c). */
static struct utf8_scan scan(const char *bytes, size_t len)
{
    struct utf8_scan r = {.hash = mix(0x51ed270b, len), .ascii = true, .valid = true};
    uint64_t word, any = 0;
    size_t i = 0;
    for (; i + 8 <= len; i += 8) {
        memcpy(&word, bytes + i, 8);
        any |= word;
        r.hash = mix(r.hash, word);
    }
    word = 0;
    if (i < len)
        memcpy(&word, bytes + i, len - i);
    r.hash = mix(r.hash, word);
    r.ascii = !((any | word) & 0x8080808080808080ull);
    for (i = 0; !r.ascii && i < len;) {
        size_t n = utf8_len((const unsigned char *)bytes + i, len - i);
        if (!n) {
            r.valid = false;
            return r;
        }
        i += n;
    }
    return r;
}

static struct value string_repaired(const char *bytes, size_t len)
{
    struct buf fixed = {0};
    for (size_t i = 0; i < len;) {
        size_t n = utf8_len((const unsigned char *)bytes + i, len - i);
        if (n)
            buf_add(&fixed, bytes + i, n);
        else
            buf_addrune(&fixed, 0xfffd);
        i += n ? n : 1;
    }
    struct value v = string_new(fixed.data ? fixed.data : "", fixed.len);
    buf_release(&fixed);
    return v;
}

/* Every string of a script is made here, which is what makes `ascii`, `hash` and well-formed UTF-8
 * invariants. */
struct value string_new(const char *bytes, size_t len)
{
    struct utf8_scan r = scan(bytes, len);
    if (UNLIKELY(!r.valid))
        return string_repaired(bytes, len);
    struct string *s = xmalloc(sizeof(*s) + len + 1);
    *s = (struct string){.head = {.refs = 1, .kind = OBJ_STRING}, .len = (uint32_t)len, .ascii = r.ascii};
    s->hash = (uint32_t)(r.hash ^ r.hash >> 32);
    if (!s->hash)
        s->hash = 1;
    memcpy(s->data, bytes, len);
    s->data[len] = 0;
    return value_object(s);
}

struct value string_from(const char *s)
{
    return string_new(s, strlen(s));
}

struct value string_printf(const char *fmt, ...)
{
    struct buf text = {0};
    va_list ap;
    va_start(ap, fmt);
    buf_vprintf(&text, fmt, ap);
    va_end(ap);
    struct value v = string_new(text.data ? text.data : "", text.len);
    buf_release(&text);
    return v;
}

/* ---- ranges */

/* Of integers the bounds are made inclusive here; of other ends the caller, which knows their order, has
 * done so and sets the flags. */
struct value range_new(struct value from, struct value to, bool exclusive)
{
    struct range *r = xcalloc(1, sizeof(*r));
    r->head = (struct object){.refs = 1, .kind = OBJ_RANGE};
    r->is_int = from.tag == VAL_INT && to.tag == VAL_INT;
    r->exclusive = exclusive;
    if (r->is_int) {
        r->reverse = from.u.i > to.u.i;
        if (exclusive) {
            r->empty = from.u.i == to.u.i;
            to.u.i -= r->empty ? 0 : r->reverse ? -1 : 1;
        }
    }
    r->from = value_retain(from);
    r->to = value_retain(to);
    return value_object(r);
}
