/* Views: the sets and lists that keySet(), values(), entrySet() and subList() give. A view holds copies, so
 * that everything that reads a list or set reads a view as well; changes of the view go to what it shows
 * first, and a map tells its views of its changes. A subList() is not told: Java forbids its use after the
 * list behind it was changed. */
#include "runner/lang/view.h"
#include "runner/lang/vmstate.h"

static struct view *attach(struct value of, enum view_kind kind, uint32_t from, struct object *self)
{
    struct view *v = xcalloc(1, sizeof(*v));
    *v = (struct view){.of = value_retain(of), .self = self, .from = from, .kind = (uint8_t)kind};
    return v;
}

static void fill_slot(struct view *v, struct vm *vm, const struct map_slot *slot)
{
    struct value of = v->of;
    v->filling = true;
    if (v->kind == VIEW_VALUES) {
        list_push((struct list *)v->self, slot->value);
    } else if (v->kind == VIEW_KEYS) {
        map_set((struct map *)v->self, slot->key, NULL_VALUE);
    } else {
        struct value entry = entry_new(vm, slot->key, slot->value, AS_MAP(of));
        map_set((struct map *)v->self, entry, NULL_VALUE);
        value_release(entry);
    }
    v->filling = false;
}

/* The whole view again, linear in the map: cheap for what scripts do, and the price of views that need no
 * code in the readers. `filling` tells the view's own functions that this is no change by the script. */
static void fill(struct view *v)
{
    const struct map *m = AS_MAP(v->of);
    struct map_slot *slot;
    v->filling = true;
    if (v->kind == VIEW_VALUES)
        list_clear((struct list *)v->self);
    else
        map_clear((struct map *)v->self);
    for (size_t i = 0; map_next(m, &i, &slot);)
        fill_slot(v, m->class->vm, slot);
    v->filling = false;
}

struct value view_of_map(struct vm *vm, struct value map, enum view_kind kind)
{
    struct value v = kind == VIEW_VALUES ? list_new(vm, AS_MAP(map)->len) : set_new(vm);
    struct view *view = attach(map, kind, 0, v.u.o);
    *(kind == VIEW_VALUES ? &AS_LIST(v)->view : &AS_MAP(v)->view) = view;
    view->next = AS_MAP(map)->views;
    AS_MAP(map)->views = view;
    struct map_slot *slot;
    for (size_t i = 0; map_next(AS_MAP(map), &i, &slot);)
        fill_slot(view, vm, slot);
    return v;
}

struct value view_of_list(struct vm *vm, struct value list, uint32_t from, uint32_t to)
{
    struct value v = list_new(vm, to - from);
    for (uint32_t i = from; i < to; i++)
        list_push(AS_LIST(v), AS_LIST(list)->items[i]);
    AS_LIST(v)->view = attach(list, VIEW_PART, from, v.u.o);
    return v;
}

/* Returns the count that the view had on what it shows; the caller releases it. */
struct value view_detach(struct view *v)
{
    struct value of = v->of;
    if (v->kind != VIEW_PART)
        for (struct view **p = &AS_MAP(of)->views; *p; p = &(*p)->next)
            if (*p == v) {
                *p = v->next;
                break;
            }
    free(v);
    return of;
}

void views_added(struct map *m, const struct map_slot *slot, bool at_end)
{
    for (struct view *v = m->views; v; v = v->next)
        if (at_end)
            fill_slot(v, m->class->vm, slot);
        else
            fill(v);
}

void views_changed(struct map *m)
{
    for (struct view *v = m->views; v; v = v->next)
        fill(v);
}

/* ---- changes of a view */

bool view_remove_key(struct view *v, struct value key)
{
    if (value_is(key, OBJ_ENTRY) && v->kind == VIEW_ENTRIES) {
        struct value found;
        const struct entry *e = (struct entry *)key.u.o;
        if (!map_get(AS_MAP(v->of), e->key, &found) || !value_key_equals(found, e->value))
            return false;
        key = e->key;
    }
    value_retain(key);
    bool removed = map_remove(AS_MAP(v->of), key, NULL);
    value_release(key);
    return removed;
}

/* Of the values: the pair at that place goes. Of a part: the element. Whether the view is up to date now. */
bool view_remove_at(struct view *v, size_t at)
{
    if (v->kind == VIEW_PART) {
        list_remove(AS_LIST(v->of), v->from + at);
        return false;
    }
    struct map_slot *slot;
    for (size_t i = 0; map_next(AS_MAP(v->of), &i, &slot);)
        if (at-- == 0) {
            struct value key = value_retain(slot->key);
            map_remove(AS_MAP(v->of), key, NULL);
            value_release(key);
            break;
        }
    return true;
}

void view_clear(struct view *v)
{
    if (v->kind != VIEW_PART) {
        map_clear(AS_MAP(v->of));
        return;
    }
    for (uint32_t i = ((struct list *)v->self)->len; i > 0; i--)
        list_remove(AS_LIST(v->of), v->from + i - 1);
}
