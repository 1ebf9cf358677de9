/* GStrings as values: their text, and joining two of them. */
#include "runner/lib/arith.h"
#include "runner/lib/ops.h"
#include "runner/lib/text.h"
#include <string.h>

/* `s = "${s}…"` in a loop nests as deep as it is long; Java's stack ends such texts about here, too. */
enum { NESTED_MAX = 10000 };

static void print_nested(struct fiber *f, const struct gstring *g, struct buf *b, int depth);

/* A closure in a GString is called each time the text is wanted. */
static void part_print(struct fiber *f, struct value part, struct buf *b, int depth)
{
    struct value result = NULL_VALUE;
    if (value_is(part, OBJ_GSTRING)) {
        print_nested(f, (struct gstring *)part.u.o, b, depth + 1);
        return;
    }
    if (!f || !value_is(part, OBJ_CLOSURE)) {
        value_print(f, part, b);
        return;
    }
    if (vm_call_sync(f, part, 0, NULL, &result) == CALL_OK)
        value_print(f, result, b);
    value_release(result);
}

static void print_nested(struct fiber *f, const struct gstring *g, struct buf *b, int depth)
{
    if (depth > NESTED_MAX) {
        if (f && !fiber_throwing(f))
            vm_throw(f, "StackOverflowError", NULL);
        return;
    }
    for (uint32_t i = 0; i < 2 * g->count + 1; i++) {
        if (i % 2)
            part_print(f, g->parts[i], b, depth);
        else
            buf_add(b, AS_STRING(g->parts[i])->data, AS_STRING(g->parts[i])->len);
    }
}

void gstring_print(struct fiber *f, const struct gstring *g, struct buf *b)
{
    print_nested(f, g, b, 0);
}

static uint32_t gstring_count(struct value v)
{
    return value_is(v, OBJ_GSTRING) ? ((struct gstring *)v.u.o)->count : 0;
}

static const struct value *gstring_parts(const struct value *v)
{
    return value_is(*v, OBJ_GSTRING) ? ((struct gstring *)v->u.o)->parts : v;
}

struct value gstring_concat(struct value a, struct value b)
{
    uint32_t n = gstring_count(a), m = gstring_count(b);
    struct gstring *g = xcalloc(1, sizeof(*g) + (2 * (size_t)(n + m) + 1) * sizeof(struct value));
    g->head = (struct object){.refs = 1, .kind = OBJ_GSTRING};
    g->count = n + m;
    const struct value *left = gstring_parts(&a), *right = gstring_parts(&b);
    for (uint32_t i = 0; i < 2 * n; i++)
        g->parts[i] = value_retain(left[i]);
    struct buf seam = {0};
    buf_add(&seam, AS_STRING(left[2 * n])->data, AS_STRING(left[2 * n])->len);
    buf_add(&seam, AS_STRING(right[0])->data, AS_STRING(right[0])->len);
    g->parts[2 * n] = text_from_buf(&seam);
    for (uint32_t i = 1; i <= 2 * m; i++)
        g->parts[2 * n + i] = value_retain(right[i]);
    return value_object(g);
}
