/* Interned strings: names of members, variables and classes. They live as long as the VM. */
#include "runner/lang/vmstate.h"
#include <string.h>

/* The place of the symbol, or the empty one where it would be. */
static struct string **find(struct symbols *t, const char *s, size_t n, uint32_t hash)
{
    for (uint32_t i = hash;; i++) {
        struct string **slot = &t->slots[i & (t->cap - 1)];
        if (!*slot || ((*slot)->hash == hash && (*slot)->len == n && memcmp((*slot)->data, s, n) == 0))
            return slot;
    }
}

static void grow(struct symbols *t)
{
    struct symbols bigger = {.cap = t->cap ? t->cap * 2 : 2048, .len = t->len};
    bigger.slots = xcalloc(bigger.cap, sizeof(*bigger.slots));
    for (uint32_t i = 0; i < t->cap; i++)
        if (t->slots[i])
            *find(&bigger, t->slots[i]->data, t->slots[i]->len, t->slots[i]->hash) = t->slots[i];
    free(t->slots);
    *t = bigger;
}

/* The string itself becomes the symbol, without a copy, if there is none yet. */
struct string *symbol_of(struct vm *vm, struct string *s)
{
    if (s->interned)
        return s;
    struct symbols *t = &vm->symbols;
    if (t->len * 4 >= t->cap * 3)
        grow(t);
    struct string **slot = find(t, s->data, s->len, s->hash);
    if (!*slot) {
        *slot = s;
        s->head.refs++;
        s->interned = true;
        t->len++;
    }
    return *slot;
}

struct string *vm_symbol(struct vm *vm, const char *s, size_t n)
{
    struct value v = string_new(s, n);
    struct string *symbol = symbol_of(vm, AS_STRING(v));
    value_release(v);
    return symbol;
}

void symbols_release(struct symbols *t)
{
    for (uint32_t i = 0; i < t->cap; i++)
        if (t->slots[i])
            value_release(value_object(t->slots[i]));
    free(t->slots);
    *t = (struct symbols){0};
}
