/* The maps belong to the step's arguments: nothing here is owned by the caller, and texts live as long as
 * the call. */
#include "runner/steps/report/described.h"
#include <string.h>

size_t described_count(struct value v)
{
    return value_is(v, OBJ_LIST) ? AS_LIST(v)->len : value_is(v, OBJ_MAP);
}

struct map *described_at(struct value v, size_t i)
{
    if (value_is(v, OBJ_LIST))
        v = i < AS_LIST(v)->len ? AS_LIST(v)->items[i] : NULL_VALUE;
    else if (i)
        return NULL;
    return value_is(v, OBJ_MAP) ? AS_MAP(v) : NULL;
}

struct value described_arg(const struct map *m, const char *key)
{
    struct value v;
    return map_get_str(m, key, &v) ? v : NULL_VALUE;
}

/* A GString is replaced by its String, which lives as long as the map. */
const char *described_str(struct step_call *c, struct map *m, const char *key, const char *dflt)
{
    struct value v = described_arg(m, key), hold = NULL_VALUE;
    if (value_is_null(v))
        return dflt;
    const char *text = value_text(c->fiber, v, &hold);
    if (!value_is_null(hold))
        map_set_str(m, key, hold);
    value_release(hold);
    return text;
}

/* Without package and without the outer class of "Outer$Inner". */
const char *described_class(struct step_call *c, struct map *m)
{
    const char *name = described_str(c, m, "$class", ""), *dot = strrchr(name, '.'), *inner;
    name = dot ? dot + 1 : name;
    inner = strrchr(name, '$');
    return inner ? inner + 1 : name;
}

bool described_bool(struct step_call *c, struct map *m, const char *key, bool dflt)
{
    struct value v = described_arg(m, key);
    if (value_is_null(v))
        return dflt;
    return v.tag == VAL_BOOL ? v.u.b : strcmp(described_str(c, m, key, ""), "true") == 0;
}

double described_num(struct step_call *c, struct map *m, const char *key, double dflt)
{
    const char *text = described_str(c, m, key, "");
    char *end;
    double d = strtod(text, &end);
    return end != text && !*end ? d : dflt;
}

/* The map is held while its members are put into the one that holds it. */
void described_unwrap(struct step_call *c, const char *name)
{
    struct value target = value_retain(step_arg(c, name));
    struct map_slot *slot;
    for (size_t i = 0; value_is(target, OBJ_MAP) && map_next(AS_MAP(target), &i, &slot);)
        map_set(AS_MAP(c->args), slot->key, slot->value);
    value_release(target);
}
