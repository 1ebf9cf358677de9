/* Lists and arrays: a growable row of owned values. */
#include "runner/lang/view.h"
#include "runner/lang/vmstate.h"
#include <string.h>

struct value list_new_of(struct vm *vm, struct class *class, size_t reserve)
{
    struct list *l = xcalloc(1, sizeof(*l));
    container_link(vm, &l->head, OBJ_LIST);
    l->class = class;
    if (reserve) {
        l->items = xmalloc(reserve * sizeof(*l->items));
        l->cap = (uint32_t)reserve;
        vm_allocated(vm, reserve * sizeof(*l->items));
    }
    return value_object(l);
}

struct value list_new(struct vm *vm, size_t reserve)
{
    return list_new_of(vm, vm->core[CORE_ARRAYLIST], reserve);
}

static struct value zero_of(const char *element)
{
    static const struct {
        const char *name;
        enum value_tag tag;
    } zeros[] = {{"int", VAL_INT},      {"long", VAL_LONG}, {"double", VAL_DOUBLE}, {"float", VAL_FLOAT},
                 {"boolean", VAL_BOOL}, {"char", VAL_CHAR}, {"byte", VAL_BYTE},     {"short", VAL_SHORT}};
    for (size_t i = 0; i < ARRAY_LEN(zeros); i++)
        if (strcmp(zeros[i].name, element) == 0)
            return (struct value){.tag = (uint8_t)zeros[i].tag};
    return NULL_VALUE;
}

/* An array is a list whose class has an element class; its length is never changed from scripts. */
struct value array_new(struct vm *vm, const char *element, size_t len)
{
    struct value zero = zero_of(element);
    struct value v = list_new_of(vm, class_array_of(class_mention(vm, element)), len);
    struct list *l = AS_LIST(v);
    for (size_t i = 0; i < len; i++)
        l->items[i] = zero;
    l->len = (uint32_t)len;
    return v;
}

static void reserve_one(struct list *l)
{
    if (l->len < l->cap)
        return;
    l->cap = l->cap ? l->cap * 2 : 8;
    vm_allocated(l->class->vm, l->cap * sizeof(*l->items));
    l->items = xrealloc(l->items, l->cap * sizeof(*l->items));
}

static bool is_part(const struct list *l)
{
    return UNLIKELY(l->view) && l->view->kind == VIEW_PART;
}

/* To a part of a list (subList) it is an insertion into the list behind it as well; both then hold the
 * value. */
void list_push(struct list *l, struct value v)
{
    if (is_part(l))
        list_insert(AS_LIST(l->view->of), l->view->from + l->len, v);
    reserve_one(l);
    l->items[l->len++] = value_retain(v);
    l->version++;
}

void list_insert(struct list *l, size_t at, struct value v)
{
    if (is_part(l))
        list_insert(AS_LIST(l->view->of), l->view->from + at, v);
    reserve_one(l);
    memmove(l->items + at + 1, l->items + at, (l->len - at) * sizeof(*l->items));
    l->items[at] = value_retain(v);
    l->len++;
    l->version++;
}

void list_remove(struct list *l, size_t at)
{
    if (UNLIKELY(l->view) && view_remove_at(l->view, at))
        return;
    struct value old = l->items[at];
    l->len--;
    memmove(l->items + at, l->items + at + 1, (l->len - at) * sizeof(*l->items));
    l->version++;
    value_release(old);
}

void list_set(struct list *l, size_t at, struct value v)
{
    if (is_part(l))
        list_set(AS_LIST(l->view->of), l->view->from + at, v);
    struct value old = l->items[at];
    l->items[at] = value_retain(v);
    value_release(old);
}

/* The items are taken off first: releasing them may run a native's release(), and must find an empty list. */
void list_clear(struct list *l)
{
    if (UNLIKELY(l->view) && !l->view->filling) {
        view_clear(l->view);
        if (!is_part(l))
            return;
    }
    struct value *items = l->items;
    uint32_t n = l->len;
    l->items = NULL;
    l->len = l->cap = 0;
    l->version++;
    for (uint32_t i = 0; i < n; i++)
        value_release(items[i]);
    free(items);
}
