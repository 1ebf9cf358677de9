/* The life of a tree, and its table of names: open addressing, power-of-two size, names in the arena. */
#include "parser/ast.h"
#include "base/util.h"
#include <string.h>

struct intern_slot {
    const char *name;
    uint32_t hash, len;
};

struct intern {
    struct intern_slot *slots;
    uint32_t mask, used;
};

static uint32_t hash_name(const char *s, size_t n)
{
    uint32_t h = 2166136261u;
    for (size_t i = 0; i < n; i++)
        h = (h ^ (unsigned char)s[i]) * 16777619u;
    return h ^ h >> 15;
}

static void intern_grow(struct intern *names)
{
    struct intern_slot *old = names->slots;
    uint32_t count = old ? names->mask + 1 : 0, size = count ? count * 2 : 128;
    names->slots = xcalloc(size, sizeof(*names->slots));
    names->mask = size - 1;
    for (uint32_t i = 0; i < count; i++) {
        if (!old[i].name)
            continue;
        uint32_t at = old[i].hash & names->mask;
        while (names->slots[at].name)
            at = (at + 1) & names->mask;
        names->slots[at] = old[i];
    }
    free(old);
}

const char *ast_intern(struct ast *ast, const char *s, size_t n)
{
    if (!ast->names)
        ast->names = xcalloc(1, sizeof(*ast->names));
    struct intern *names = ast->names;
    if (!names->slots || names->used * 4 >= names->mask * 3)
        intern_grow(names);
    uint32_t hash = hash_name(s, n), i = hash & names->mask;
    for (; names->slots[i].name; i = (i + 1) & names->mask) {
        const struct intern_slot *slot = &names->slots[i];
        if (slot->hash == hash && slot->len == n && !memcmp(slot->name, s, n))
            return slot->name;
    }
    names->slots[i] = (struct intern_slot){arena_strndup(&ast->arena, s, n), hash, (uint32_t)n};
    names->used++;
    return names->slots[i].name;
}

void ast_release(struct ast *ast)
{
    if (ast->names)
        free(ast->names->slots);
    free(ast->names);
    arena_release(&ast->arena);
    memset(ast, 0, sizeof(*ast));
}
