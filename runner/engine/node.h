/* Nodes and their executors: what `node(label)` allocates. A lease is one executor with a workspace; it is
 * counted by the scopes that use it and gives both back at the end. Requests wait in order of arrival.
 *
 * With no `agents` in the configuration every label runs on the built-in node (PRODUCT.md). */
#ifndef RUNNER_ENGINE_NODE_H
#define RUNNER_ENGINE_NODE_H

#include "base/error.h"
#include "runner/engine/env.h"
#include <stdbool.h>
#include <stddef.h>

struct run;
struct agent;
struct build_node;

struct lease {
    unsigned refs;
    struct build_node *node;
    struct agent *agent; /* how work is done there; borrowed from the node */
    int executor;        /* from 0 */
    char *workspace;     /* absolute, exists */
    int lock_fd;
    char *lock;          /* path of the held lock file, NULL: none */
    bool keep;           /* --in-place: never delete this folder */
    struct lease *outer; /* relocated: the lease that holds the executor; else NULL */
    struct env vars;     /* NODE_NAME, NODE_LABELS, EXECUTOR_NUMBER, the agent's own */
};
struct lease *lease_ref(struct lease *l);
void lease_unref(struct lease *l); /* NULL is fine */
/* Another workspace on the same executor, for ws. The new lease keeps the old one. NULL/err. */
struct lease *lease_relocate(struct lease *outer, const char *dir, struct error *err);
const char *
lease_display(const struct lease *l); /* as "Running on …" prints it: "Jenkins" for the built-in node */

struct node_pool;
struct node_pool *node_pool_new(struct run *run, int executors);
void node_pool_free(struct node_pool *p);

/* Asks for an executor of a node matching `label` (NULL or "": any). granted() is called at once or later
 * with a lease (its reference is the callee's), or with NULL and an error: bad label expression, no such
 * label. The handle cancels a waiting request; it is NULL when the answer was given already. `workspace`:
 * custom path (absolute, or relative to the home), or NULL. */
struct node_request;
typedef void (*node_granted_fn)(void *data, struct lease *lease, struct error *err);
struct node_request *node_request(struct node_pool *p, const char *label, const char *workspace,
                                  node_granted_fn granted, void *data);
void node_request_cancel(struct node_request *r);
/* All node names / labels, NULL-terminated arrays owned by the pool, for messages and nodesByLabel. */
size_t node_names_by_label(struct node_pool *p, const char *label, const char **names, size_t max);

#endif
