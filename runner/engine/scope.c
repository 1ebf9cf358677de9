/* Scopes are counted and freed from the inside out. A block's release hook runs with the last reference,
 * which may be a child's that outlives the block: a process started in the background, a branch that was
 * not yet joined. */
#include "runner/engine/scope.h"
#include "base/util.h"
#include "runner/engine/node.h"
#include "runner/engine/run.h"

struct scope *scope_new(struct scope *parent)
{
    struct scope *s = xcalloc(1, sizeof(*s));
    s->refs = 1;
    s->parent = parent ? scope_ref(parent) : NULL;
    return s;
}

struct scope *scope_ref(struct scope *s)
{
    s->refs++;
    return s;
}

void scope_unref(struct scope *s)
{
    /* A loop, not recursion: nesting depth is the script's choice. */
    while (s && --s->refs == 0) {
        struct scope *parent = s->parent;
        if (s->release)
            s->release(s->data);
        lease_unref(s->lease);
        env_release(&s->vars);
        free(s->cwd);
        free(s->branch);
        free(s->secrets);
        free(s);
        s = parent;
    }
}

/* The hook is cleared first: it may set off what leads here again. */
void scope_abandon(struct scope *s)
{
    for (; s; s = s->parent) {
        void (*release)(void *data) = s->release;
        s->release = NULL;
        if (release)
            release(s->data);
    }
}

/* A chain is some ten scopes long; the innermost that says something counts. */
#define WALK(s, field)                                                                                       \
    for (; s; s = s->parent)                                                                                 \
        if (s->field)                                                                                        \
            return s->field;

struct lease *scope_lease(const struct scope *s)
{
    WALK(s, lease)
    return NULL;
}

const char *scope_cwd(const struct scope *s)
{
    WALK(s, cwd)
    return NULL;
}

struct stage *scope_stage(const struct scope *s)
{
    WALK(s, stage)
    return NULL;
}

const char *scope_branch(const struct scope *s)
{
    WALK(s, branch)
    return NULL;
}

int scope_step(const struct scope *s)
{
    WALK(s, step)
    return 0;
}

struct branch *branch_new(struct run *run, struct fiber *fiber, struct scope *scope)
{
    struct branch *b = xcalloc(1, sizeof(*b));
    b->run = run;
    b->fiber = fiber;
    b->scope = scope_ref(scope);
    b->next = run->branches;
    if (b->next)
        b->next->prev = b;
    run->branches = b;
    fiber_set_user(fiber, b);
    return b;
}

/* A line that this branch had left open is ended, or the next branch's output would go on in it. */
void branch_free(struct branch *b)
{
    if (b->run->open_line == b)
        run_close_line(b->run);
    if (b->run->cut_line == b)
        b->run->cut_line = NULL;
    if (b->prev)
        b->prev->next = b->next;
    else
        b->run->branches = b->next;
    if (b->next)
        b->next->prev = b->prev;
    scope_unref(b->scope);
    free(b);
}
