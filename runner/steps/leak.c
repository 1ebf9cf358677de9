/* Finds secrets in GStrings only: a String has lost where its parts came from, and Jenkins warns about
 * GStrings alone, too. Values are compared as text with those of the secret variables of all scopes around
 * the step; the copies are wiped before they are freed. Costs nothing for steps outside of
 * withCredentials, and for arguments without a GString. */
#include "runner/steps/leak.h"
#include <string.h>

enum { MAX_DEPTH = 16 };

struct leak { /* a secret variable in scope */
    char *name, *value;
    size_t at; /* where it was first seen in all texts; SIZE_MAX: nowhere */
};

/* Texts are thought of as one behind the other, so that places in different arguments can be compared. */
struct search {
    struct step_call *call;
    VEC(struct leak) secrets;
    size_t seen; /* length of the texts searched so far */
};

static bool any_secret(const struct scope *s)
{
    for (; s; s = s->parent)
        if (s->secrets)
            return true;
    return false;
}

static bool known(const struct search *s, const char *name)
{
    for (size_t i = 0; i < s->secrets.len; i++)
        if (strcmp(s->secrets.items[i].name, name) == 0)
            return true;
    return false;
}

/* Of a name bound twice the inner value counts, as the environment has it. Empty values would be found
 * everywhere. */
static void collect(struct search *s)
{
    struct run *run = s->call->run;
    struct scope *inner = s->call->branch->scope;
    for (const struct scope *at = inner; at; at = at->parent)
        for (const char *p = at->secrets; p && *p; p += strcspn(p, "\n") + 1) {
            struct leak l = {xstrndup(p, strcspn(p, "\n")), NULL, SIZE_MAX};
            if (!known(s, l.name) && (l.value = run_getenv(run, inner, l.name)) && *l.value) {
                vec_push(&s->secrets, l);
                continue;
            }
            free(l.name);
            free(l.value);
        }
}

/* The text is made anew from the parts: a lazy closure in a GString is evaluated once more. */
static void search_text(struct search *s, struct value v)
{
    struct value hold = NULL_VALUE;
    const char *text = value_text(s->call->fiber, v, &hold);
    for (size_t i = 0; i < s->secrets.len; i++) {
        struct leak *l = &s->secrets.items[i];
        const char *hit = l->at == SIZE_MAX ? strstr(text, l->value) : NULL;
        if (hit)
            l->at = s->seen + (size_t)(hit - text);
    }
    s->seen += strlen(text) + 1;
    value_release(hold);
}

static void search_value(struct search *s, struct value v, int depth)
{
    struct map_slot *slot;
    if (value_is(v, OBJ_GSTRING))
        search_text(s, v);
    if (depth == MAX_DEPTH)
        return;
    for (uint32_t i = 0; value_is(v, OBJ_LIST) && i < AS_LIST(v)->len; i++)
        search_value(s, AS_LIST(v)->items[i], depth + 1);
    for (size_t i = 0; value_is(v, OBJ_MAP) && map_next(AS_MAP(v), &i, &slot);)
        search_value(s, slot->value, depth + 1);
}

static bool any_gstring(struct value v, int depth)
{
    struct map_slot *slot;
    if (value_is(v, OBJ_GSTRING))
        return true;
    if (depth == MAX_DEPTH)
        return false;
    for (uint32_t i = 0; value_is(v, OBJ_LIST) && i < AS_LIST(v)->len; i++)
        if (any_gstring(AS_LIST(v)->items[i], depth + 1))
            return true;
    for (size_t i = 0; value_is(v, OBJ_MAP) && map_next(AS_MAP(v), &i, &slot);)
        if (any_gstring(slot->value, depth + 1))
            return true;
    return false;
}

static int by_place(const void *a, const void *b)
{
    size_t x = ((const struct leak *)a)->at, y = ((const struct leak *)b)->at;
    return x < y ? -1 : x > y;
}

/* Values are wiped before they are freed: the copies were made for the comparison alone. */
void leak_find(struct step_call *c, struct buf *names)
{
    struct search s = {.call = c};
    if (!any_secret(c->branch->scope) || !any_gstring(c->args, 0))
        return;
    collect(&s);
    search_value(&s, c->args, 0);
    if (s.secrets.len)
        qsort(s.secrets.items, s.secrets.len, sizeof(s.secrets.items[0]), by_place);
    for (size_t i = 0; i < s.secrets.len; i++) {
        struct leak *l = &s.secrets.items[i];
        if (l->at != SIZE_MAX)
            buf_printf(names, "%s%s", names->len ? ", " : "", l->name);
        explicit_bzero(l->value, strlen(l->value));
        free(l->value);
        free(l->name);
    }
    vec_release(&s.secrets);
}

void leak_warn(struct step_call *c, const char *names)
{
    step_log(c,
             "Warning: A secret was passed to \"%s\" using Groovy String interpolation, which is insecure.",
             c->step->name);
    step_log(c, "\t\t Affected argument(s) used the following variable(s): [%s]", names);
    step_log(c, "\t\t See https://jenkins.io/redirect/groovy-string-interpolation for details.");
}
