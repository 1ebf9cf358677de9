/* The dynamic scope of a fiber: what the blocks around a step have set. withEnv, dir, node, stage,
 * parallel branches … each push one `struct scope`; lookups walk to the parent. Forked fibers share their
 * parent's scope. Counted: a child keeps its parents.
 *
 * A block's step makes a scope, the body's fibers hold it, and its release() runs with the last of them:
 * that may be later than the block's end. Nothing is looked up by name but variables; everything else is
 * the innermost scope that has it. */
#ifndef RUNNER_ENGINE_SCOPE_H
#define RUNNER_ENGINE_SCOPE_H

#include "runner/engine/env.h"
#include "runner/sinks/event.h"
#include <stdint.h>

struct run;
struct loop_timer;
struct lease; /* runner/engine/node.h */
struct fiber;

struct stage { /* a stage that was started; lives in the run until its end */
    struct stage_info info;
    enum result result, lasting; /* worst so far: SUCCESS until something marks it; as of the run */
    enum result
        before; /* the build's result when it began, and what scripts in it set that to: for its post */
    const char *skipped; /* reason, or NULL */
    int64_t started_ms, duration_ms;
    bool done;
};

struct scope {
    uint32_t refs;
    struct scope *parent; /* counted */
    int step;             /* id of the step that opened this block, 0 */
    struct env vars;      /* overlay of this block */
    char *cwd;            /* absolute; NULL: the parent's */
    struct lease *lease;  /* node of this block (counted); NULL: the parent's */
    struct stage *stage;  /* NULL: the parent's */
    char *branch;         /* parallel branch; NULL: the parent's */
    bool lenient;         /* environment values: an unknown name is null, as Jenkins resolves it there */
    struct loop_timer *quiet_timer; /* timeout(activity: true): any output in this block restarts it */
    int64_t quiet_ms;
    /* Gets what the block prints, masked, in pieces of any size: tee, withMaven; NULL: nobody. */
    void (*hear)(void *data, const char *text, size_t len);
    bool stamped;  /* timestamps: each line that the block prints carries the time, in Jenkins' form */
    char *secrets; /* names of this block's variables that hold secrets, each ended by a line end; NULL */
    void *data;    /* of the block step */
    void (*release)(void *data); /* runs when the last reference goes: credentials files, masks */
};

struct scope *scope_new(struct scope *parent); /* takes nothing: counts the parent; refs 1 */
struct scope *scope_ref(struct scope *s);
void scope_unref(struct scope *s); /* NULL is fine */
/* What the last reference would set off happens now, up to the root; the scopes stay. */
void scope_abandon(struct scope *s);

struct lease *scope_lease(const struct scope *s); /* innermost, NULL without a node */
const char *scope_cwd(const struct scope *s);     /* NULL without a node */
struct stage *scope_stage(const struct scope *s);
const char *scope_branch(const struct scope *s);
int scope_step(const struct scope *s); /* innermost block's step id */

/* What the host keeps for each fiber (fiber_user). */
struct branch {
    struct run *run;
    struct fiber *fiber;
    struct scope *scope;        /* current, owned */
    struct step_call *current;  /* the step this fiber is parked in, or NULL */
    struct branch *next, *prev; /* of the run's list */
};
struct branch *branch_new(struct run *run, struct fiber *fiber, struct scope *scope); /* counts scope */
void branch_free(struct branch *b);

#endif
