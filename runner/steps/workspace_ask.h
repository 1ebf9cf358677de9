/* A question to a far agent on its way; see workspace.h. */
#ifndef RUNNER_STEPS_WORKSPACE_ASK_H
#define RUNNER_STEPS_WORKSPACE_ASK_H

#include "agents/agent.h"
#include "runner/steps/step.h"

/* Owned; zeroed = empty. */
struct ws_answer {
    struct agent_reply reply; /* data: of a view its folder */
    struct error err;
    int status;          /* of a script */
    bool fresh;          /* the folder of a view has no owner yet … */
    char *view;          /* … or the call, from which this is borrowed */
    struct ws_ask *undo; /* of a script; not begun; NULL: none */
};
/* Takes the reply's data, copies its entries. */
void ws_answer_take(struct ws_answer *a, struct agent_reply *reply, const struct error *err);
void ws_answer_release(struct ws_answer *a);

/* What is to be asked, copied; nothing is sent. */
struct ws_ask;
struct ws_ask *ws_ask_file(struct step_call *c, const struct agent_file *op);
struct ws_ask *ws_ask_view(struct step_call *c, const struct ant_scan *scan);
struct ws_ask *ws_ask_script(struct step_call *c, const char *script, const struct env *vars);
void ws_ask_undo(struct ws_ask *ask, struct ws_ask *undo); /* takes undo, which goes with the answer */
void ws_ask_free(struct ws_ask *ask);                      /* that was not begun */

/* Sends it. answered() gets an answer (its content taken) once, maybe at once; the ask frees itself. */
typedef void ws_answered_fn(struct step_call *c, struct ws_answer *answer);
void ws_ask_begin(struct ws_ask *ask, ws_answered_fn *answered);
/* Interrupts it. A script still gives its answer, once it is gone (true); what is done to files goes on, and
 * nobody waits for it any more: answered() does not come. */
bool ws_ask_cancel(struct ws_ask *ask);

#endif
