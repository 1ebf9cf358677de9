/* The inside of nodes, for node.c, node_pods.c and lease.c only.
 *
 * Life of a request: queued, then granted (told with a lease, freed), or kept out of the queue while a
 * pod is made for it (node, executor, pod or entry say how far that is), or cancelled by who asked. */
#ifndef RUNNER_ENGINE_NODE_PARTS_H
#define RUNNER_ENGINE_NODE_PARTS_H

#include "runner/engine/node.h"

struct label_expr;
struct pod_entry;

/* Pods of one template: each executor is a pod of its own, made for its lease. */
struct pod_source {
    json_t *template;
    char *name, *label, *cloud, *default_container;
    char *labels[1]; /* of a podTemplate */
    bool open;       /* false: its block has ended */
    bool own_label;  /* nobody else asks for it */
};

struct build_node {
    struct build_node *next; /* of the pool's offers */
    struct pod_source *pods; /* NULL: a node that is there */
    const char *name;
    char **labels; /* borrowed from the configuration */
    size_t n_labels;
    const struct agent_config *config; /* NULL: built in, not named in the configuration */
    bool built_in;
    int executors;
    bool *busy; /* by executor */
    struct env vars;
    struct agent *agent;
    struct remote *remote; /* kind ssh */
    struct node_pool *pool;
};

struct node_request {
    struct node_request *next;
    struct node_pool *pool;
    struct label_expr *label;
    char *workspace;
    node_granted_fn granted;
    node_log_fn log;
    void *data;
    bool queued; /* in pool.first */
    /* While a pod is made for it; it stands in no queue then. */
    struct build_node *node;
    int executor, losses; /* pods that went before they could be given */
    bool kept;            /* the pod served another node before */
    struct pod_node *pod;
    struct pod_entry *entry;
};

struct node_pool {
    struct run *run;
    struct build_node *nodes, *offers;
    size_t len;
    bool any_label;  /* no agents configured: every label is here */
    bool told;       /* the notice that labels run here */
    unsigned ending; /* far nodes that have not ended yet */
    struct node_request *first, **end;
};

/* Executors may be free: requests that wait are looked at. */
void node_pool_serve(struct node_pool *p);
void node_request_free(struct node_request *r);

/* ---- lease.c. NULL: err */
struct lease *lease_new(struct build_node *n, int executor, const char *custom, struct error *err);
/* Takes r->pod and the agent. */
struct lease *lease_of_pod(struct node_request *r, struct agent *agent, const char *const *env);

/* ---- node_pods.c */
void node_of_pods(struct build_node *n, const struct agent_config *c);
void pod_source_free(struct pod_source *s);
/* Starts a pod for r, which is kept until it is there; false: r was refused at once. */
bool node_make_pod(struct node_request *r, struct build_node *n, int executor);
void node_cancel_pod(struct node_request *r);
void node_init(struct build_node *n, struct node_pool *p, const char *name, int executors);

#endif
