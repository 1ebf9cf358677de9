/* A step whose work is one request to the helper program: log lines go to the build, errors become the
 * step's. */
#ifndef RUNNER_STEPS_HELPER_H
#define RUNNER_STEPS_HELPER_H

#include "runner/steps/step.h"
#include "agents/worker.h"
#include <jansson.h>

/* Starts the request (taken) and parks the step. `finish` (NULL: value null) ends the call: step_done() or
 * step_fail…(); it gets the answer, whose result is NULL when the helper failed; return false to have the
 * failure reported as usual. */
enum call_status helper_start(struct step_call *c, json_t *request,
                              bool (*finish)(struct step_call *c, const struct worker_end *end));
/* The same with data of the step's own, which goes with the call. */
enum call_status helper_start_with(struct step_call *c, json_t *request,
                                   bool (*finish)(struct step_call *c, const struct worker_end *end),
                                   void *data, void (*release)(void *data));
/* The same by the helper that stands beside the node's files, for requests whose `dir` lies there. The
 * operation's `file` is one of this machine all the same: it writes `to`, or reads `from` (NULL: none), whole
 * or not at all. */
enum call_status helper_start_there(struct step_call *c, json_t *request, const char *to, const char *from,
                                    bool (*finish)(struct step_call *c, const struct worker_end *end),
                                    void *data, void (*release)(void *data));
/* Starts the worker for a request (borrowed) beside the node's files, without files that cross. NULL/err. */
struct worker *helper_worker(struct step_call *c, const json_t *request, const struct worker_callbacks *cb,
                             void *data, struct error *err);
/* The data given at the start; from finish and later. */
void *helper_data(const struct step_call *c);
/* From finish, which then returns true: another request for the same step, its data kept. */
void helper_again(struct step_call *c, json_t *request,
                  bool (*finish)(struct step_call *c, const struct worker_end *end));
/* The same: a file of a far node comes to `to`, a path of this machine. */
void helper_fetch(struct step_call *c, const char *path, const char *to,
                  bool (*finish)(struct step_call *c, const struct worker_end *end));
/* The same: what is in a folder of this machine goes into one of the far node, and then away. */
void helper_put(struct step_call *c, const char *from, const char *to,
                bool (*finish)(struct step_call *c, const struct worker_end *end));

/* The `file` of an operation that the helper beside the node's files carries out: it crosses. Texts owned. */
struct crossing {
    char *to, *from; /* of this machine: what is written, whole or not at all; what is read */
    int fd, failed;  /* of the part of `to`, while it comes; errno of writing it */
};

/* Several requests of one step, one after the other. Stands first in c->state. */
struct helper_queue {
    struct step_call *call;
    struct crossing file; /* of the next request: set by next(); neither: it is for this machine's helper */
    json_t *(*next)(struct helper_queue *q);                            /* owned; NULL: no more */
    void (*done)(struct helper_queue *q, const struct worker_end *end); /* of the last one */
    struct worker *worker;                                              /* of the request under way; NULL */
    bool cancelled;                                                     /* no further request is started */
};
/* Waits for all of them (see step_await); a failed one does not stop the others, a cancel does. */
enum call_status helper_queue_run(struct step_call *c,
                                  enum call_status (*after)(struct step_call *, struct outcome,
                                                            struct value *));

/* Like helper_put(), for a step that has no helper yet. `tree`: what the repository in `to` tracks goes
 * before. */
enum call_status helper_start_put(struct step_call *c, const char *from, const char *to, bool tree,
                                  bool (*finish)(struct step_call *c, const struct worker_end *end));
/* The file of host keys that a checkout on the step's node uses. Owned. */
char *helper_known_hosts(struct step_call *c);

void json_put_text(json_t *o, const char *key, const char *text); /* nothing when text is NULL or empty */

/* An argument as JSON: maps, lists, texts, numbers; NULL when it is absent. Owned. */
json_t *step_json(struct step_call *c, const char *name);
/* A member that is a text, number or boolean, as text; NULL when absent or another kind. Owned. */
char *json_scalar(const json_t *object, const char *name);
/* The token of a credential id (a secret text, or a password), hidden from now on to the end of the build.
 * NULL: id is empty, or (err set) there is none. */
const char *step_token(struct step_call *c, const char *id, struct error *err);
void step_hide(struct step_call *c, const char *secret); /* from now on, to the end of the build */

#endif
