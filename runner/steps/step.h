/* Steps: one row of a table each (runner/steps/table.c), and the call they get.
 *
 * A step's `start` reads its arguments and does its work at once (CALL_OK, CALL_THROW), or starts
 * something on the loop and returns CALL_WAIT; later step_done()/step_fail() resume the fiber. A step with a
 * body sets up a scope and returns step_body(); its continuation is called when the body has ended.
 * Start and end events, masking and the journal are the caller's (runner/steps/call.c), not the step's. */
#ifndef RUNNER_STEPS_STEP_H
#define RUNNER_STEPS_STEP_H

#include "parser/catalog.h"
#include "runner/engine/run.h"
#include "runner/steps/table.h"

struct step_call {
    struct run *run;
    struct fiber *fiber;
    struct branch *branch;
    const struct step_impl *step;
    int id; /* of the flow graph */
    struct value
        args; /* Map name -> value; a single unnamed argument stands under the default parameter's name */
    struct value body;   /* closure or null */
    struct scope *saved; /* the branch's scope before the body */
    int64_t started_ms;
    char *findings; /* what its output tells of its failure, masked lines; owned, NULL */
    void *state;    /* of the step; freed by state_release at the end */
    void (*state_release)(void *state);
    bool in_body; /* between step_body() and its continuation */
    /* Continuation of the body: decides what the step's outcome is; may call step_body() again. */
    enum call_status (*after)(struct step_call *c, struct outcome o, struct value *out);
    enum call_status (*begin)(struct step_call *c); /* of step_await() */
    struct step_files *files; /* of runner/steps/workspace.h; NULL: none was asked for */
};
void steps_register(struct run *run); /* classes that the calls need, once a VM */

/* ---- arguments; borrowed results. Missing or null gives the default. Wrong types were refused before start.
 */
bool step_has(const struct step_call *c, const char *name);
struct value step_arg(const struct step_call *c, const char *name); /* borrowed, null if absent */
const char *step_str(struct step_call *c, const char *name,
                     const char *dflt); /* GStrings and numbers converted; lives as the call */
bool step_bool(struct step_call *c, const char *name, bool dflt);
int64_t step_int(struct step_call *c, const char *name, int64_t dflt);
double step_num(struct step_call *c, const char *name, double dflt);

/* ---- outcome of parked steps */
void step_done(struct step_call *c, struct value v);         /* takes v */
void step_fail(struct step_call *c, struct value exception); /* takes */
/* hudson.AbortException(message): "ERROR: message" at the end of the log. step_fail() with it. */
void step_fail_text(struct step_call *c, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
enum call_status step_abort(struct step_call *c, const char *fmt, ...)
    __attribute__((format(printf, 2, 3))); /* for start */
/* The step's work can be stopped: `cancel` must lead to step_done/step_fail (interrupts replace that
 * outcome). */
void step_on_cancel(struct step_call *c, void (*cancel)(struct step_call *c));

/* ---- waiting in the middle of a step: before its body (node, lock, input) or between two runs of it
 * (waitUntil). begin() starts the work and returns CALL_WAIT (step_wake() comes later), or CALL_OK/CALL_THROW
 * at once; then after() is called like a body's continuation. */
enum call_status step_await(struct step_call *c, enum call_status (*begin)(struct step_call *),
                            enum call_status (*after)(struct step_call *, struct outcome, struct value *));
void step_wake(struct step_call *c); /* the fiber goes on in after(); the call lives on */

/* ---- bodies */
/* Enters the body in `scope` (taken; NULL: the current one) with arguments. `label` is what stands in
 * brackets behind "{". */
enum call_status step_body(struct step_call *c, struct scope *scope, const char *label, int argc,
                           struct value *argv,
                           enum call_status (*after)(struct step_call *, struct outcome, struct value *));
/* The plain continuation: the body's outcome is the step's. */
enum call_status step_after_plain(struct step_call *c, struct outcome o, struct value *out);

/* ---- output of the step, masked and given to the sinks in whole lines */
void step_log(struct step_call *c, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* ---- workspace */
const char *step_cwd(struct step_call *c);                  /* absolute folder of the innermost dir/node */
char *step_path(struct step_call *c, const char *relative); /* owned; absolute paths stay */
char *step_temp(struct step_call *c, struct error *err);    /* WS@tmp, made if needed; owned */

/* Appends the text that a reading step is given: of `file` in the workspace, or `text`; one of them must be
 * there. */
struct buf;
enum call_status step_source(struct step_call *c, struct buf *text);
/* CALL_THROW in Jenkins' words where there is no workspace: for steps that need one for a file only. */
enum call_status step_need_node(struct step_call *c);
/* The String of a file's bytes by the argument `encoding`: a charset, or Base64. */
enum call_status step_decoded(struct step_call *c, const struct buf *raw, struct value *out);

/* A step that only a dry run knows: enters its block, if any. */
enum call_status step_pretend(struct step_call *c, struct value *out);

#include "runner/steps/interruption.h"

#endif
