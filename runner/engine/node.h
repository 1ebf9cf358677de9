/* Nodes and their executors: what `node(label)` allocates. A lease is one executor with a workspace; it is
 * counted by the scopes that use it and gives both back at the end. Requests wait in order of arrival.
 *
 * With no `agents` in the configuration every label runs on the built-in node (PRODUCT.md). */
#ifndef RUNNER_ENGINE_NODE_H
#define RUNNER_ENGINE_NODE_H

#include "base/error.h"
#include "runner/engine/env.h"
#include <jansson.h>
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
    /* of the workspace; -1: none is held (in place, in a container, in a pod) */
    int lock_fd;
    char *lock; /* path of the held lock file, NULL: none */
    bool keep;  /* --in-place: never delete this folder */
    char
        *programs; /* folder that stands first on the path of every shell job and goes with the lease; NULL */
    struct lease *outer; /* relocated: the lease that holds the executor; else NULL */
    struct env vars;     /* NODE_NAME, NODE_LABELS, EXECUTOR_NUMBER, the agent's own */
    char *network;       /* of a container's services, which containers within join; NULL: none */
    struct env
        *image; /* in a container or far away: what is set there, in place of this process's environment */
    bool owns_agent;
    struct pod_node *pod; /* of a node that is a pod (counted), and of what lies in it; else NULL */
    char *shell;          /* container(shell:): runs scripts instead of sh; NULL: sh */
};
struct lease *lease_ref(struct lease *l);
void lease_unref(struct lease *l); /* NULL is fine */
/* Another workspace on the same executor, for ws. The new lease keeps the old one. NULL/err. */
struct lease *lease_relocate(struct lease *outer, const char *dir, struct error *err);
/* The same executor and workspace, in a container: takes `agent`, frees it with the last reference. `env`: of
 * the image, NAME=value, NULL-terminated. In another container of a pod alike. */
struct lease *lease_inside(struct lease *outer, struct agent *agent, const char *const *env);
const char *lease_network(const struct lease *l); /* the innermost; NULL: none */
/* The same executor with files that are not this machine's: takes `agent` if `owned`. `workspace`: absolute
 * there. */
struct lease *lease_far(struct lease *outer, struct agent *agent, bool owned, const char *workspace,
                        const struct env *env);
struct remote;
struct remote *lease_remote(const struct lease *l); /* of a node of kind ssh; else NULL */
/* For what a step of a far node does on this machine: as long as the lease. */
struct agent *lease_near_agent(const struct lease *l);
/* The row of `agents:` that the node is; NULL: the built-in one. Borrowed. */
struct agent_config;
const struct agent_config *lease_config(const struct lease *l);
const char *
lease_display(const struct lease *l); /* as "Running on …" prints it: "Jenkins" for the built-in node */

struct node_pool;
struct node_pool *node_pool_new(struct run *run, int executors);
void node_pool_free(struct node_pool *p);
/* Ends what the build left on far nodes; waits for it, for a while. */
void node_pool_end(struct node_pool *p);

/* Asks for an executor of a node matching `label` (NULL or "": any). granted() is called at once or later
 * with a lease (its reference is the callee's), or with NULL and an error: bad label expression, no such
 * label, a pod that does not come to run. The handle cancels a waiting request; it is NULL when the answer
 * was given already. `workspace`: custom path (absolute, or relative to the home), or NULL. */
struct node_request;
typedef void (*node_granted_fn)(void *data, struct lease *lease, struct error *err);
typedef void (*node_log_fn)(void *data, const char *line); /* how a node is made that is not there yet */
/* `log` gets lines for the build's console while a pod comes to run; NULL is not allowed. */
struct node_request *node_request(struct node_pool *p, const char *label, const char *workspace,
                                  node_granted_fn granted, node_log_fn log, void *data);
void node_request_cancel(struct node_request *r);
/* All node names / labels, NULL-terminated arrays owned by the pool, for messages and nodesByLabel. */
size_t node_names_by_label(struct node_pool *p, const char *label, const char **names, size_t max);

/* Pods that are made when a label of this template is asked for: while podTemplate's block runs. `template`
 * is taken; the texts are copied. `cap`: how many at once, 0: any number. */
struct node_offer {
    json_t *template;
    const char *name, *label, *cloud;
    const char *default_container;  /* where steps run; NULL: as the template says */
    const struct agent_config *row; /* whose cluster is meant; NULL: the default one */
    int cap;
    bool own_label; /* it was made up for this template: nobody asks for it when the block has ended */
};
struct build_node *node_pool_offer(struct node_pool *p, const struct node_offer *o);
void node_pool_withdraw(struct build_node *n);

#endif
