/* The life of a tree, and its table of names: open addressing, power-of-two size, names in the arena. */
#include "parser/ast.h"
#include "base/util.h"
#include <string.h>

/* Slots are moved when the table grows, the names never: an interned pointer stays good for the tree's
 * life. */
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

/* The name's slot, or the free one where it belongs. */
static struct intern_slot *intern_find(const struct intern *names, const char *s, size_t n, uint32_t hash)
{
    uint32_t i = hash & names->mask;
    for (; names->slots[i].name; i = (i + 1) & names->mask) {
        const struct intern_slot *slot = &names->slots[i];
        if (slot->hash == hash && slot->len == n && !memcmp(slot->name, s, n))
            break;
    }
    return &names->slots[i];
}

const char *ast_intern(struct ast *ast, const char *s, size_t n)
{
    if (!ast->names)
        ast->names = xcalloc(1, sizeof(*ast->names));
    struct intern *names = ast->names;
    if (!names->slots || names->used * 4 >= names->mask * 3)
        intern_grow(names);
    uint32_t hash = hash_name(s, n);
    struct intern_slot *slot = intern_find(names, s, n, hash);
    if (!slot->name) {
        *slot = (struct intern_slot){arena_strndup(&ast->arena, s, n), hash, (uint32_t)n};
        names->used++;
    }
    return slot->name;
}

bool ast_has_name(const struct ast *ast, const char *s)
{
    size_t n = strlen(s);
    return ast->names && ast->names->slots && intern_find(ast->names, s, n, hash_name(s, n))->name;
}

/* Zeroed behind, so that a second release does nothing. */
void ast_release(struct ast *ast)
{
    if (ast->names)
        free(ast->names->slots);
    free(ast->names);
    arena_release(&ast->arena);
    memset(ast, 0, sizeof(*ast));
}
