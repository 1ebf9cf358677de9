/* Pods of a build: each is a node with one executor, made when a lease asks for it, deleted with the last
 * reference, or kept then for another lease, as long as its template's idleMinutes say. Its containers share
 * the workspace; a container is an agent of its own for commands. */
#ifndef RUNNER_ENGINE_POD_NODE_H
#define RUNNER_ENGINE_POD_NODE_H

#include "runner/engine/kube.h"
#include "runner/engine/run.h"

struct agent;
struct pod_node;

struct pod_wish {             /* all borrowed for the call */
    const json_t *template;   /* agents/kube/pod_template.h, complete */
    const char *name, *label; /* of the template, for this build */
    const char *cloud;        /* how messages name the cluster */
    struct kube_wanted cluster;
};

struct pod_node_callbacks {
    void (*log)(void *data, const char *line); /* until ready() */
    /* Once, never from within the start. The reference is the callee's; NULL: err says why (ERROR_LOST:
     * another pod may fare better), and nothing is left. */
    void (*ready)(void *data, struct pod_node *n, const struct error *err);
};

struct pod_node *pod_node_begin(struct run *run, const struct pod_wish *wish,
                                const struct pod_node_callbacks *cb, void *data);
/* One that is kept from a node before, of the same label, template and cluster: it is looked at first, and
 * ready() may say that it is not there any more (ERROR_LOST). NULL, and no ready(): there is none. */
struct pod_node *pod_node_reuse(struct run *run, const struct pod_wish *wish,
                                const struct pod_node_callbacks *cb, void *data);
/* Before ready(), which does not come any more: what was made is deleted. */
void pod_node_cancel(struct pod_node *n);
struct pod_node *pod_node_ref(struct pod_node *n);
void pod_node_unref(struct pod_node *n); /* NULL is fine */

const char *pod_node_name(const struct pod_node *n); /* of the pod */
const char *pod_node_workspace(const struct pod_node *n);
/* Where it lies when nothing, or a folder relative to the agent's root, is asked. Owned. */
char *pod_node_path(const struct pod_node *n, const char *dir);
/* The client of its cluster; appends its path there ("/api/v1/namespaces/…/pods/NAME"). */
struct kube *pod_node_locate(const struct pod_node *n, struct buf *path);
/* Why the pod is gone; NULL: it is there. */
const char *pod_node_lost(const struct pod_node *n);
const char *pod_node_lost_cause(const struct pod_node *n); /* as pod_lost_cause() */

/* The agent for commands in a container (NULL: where steps run by themselves) and what its image sets
 * (NAME=value, borrowed from n). The agent is the callee's, to be freed by its ops before n is given back. */
typedef void pod_entered_fn(void *data, struct agent *agent, const char *const *env, const struct error *err);
struct pod_entry;
/* fn comes once, never from within the call. */
struct pod_entry *pod_node_enter(struct pod_node *n, const char *container, pod_entered_fn *fn, void *data);
void pod_entry_cancel(struct pod_entry *e);
/* "maven, jnlp": for messages; owned. NULL container list never. */
char *pod_node_containers(const struct pod_node *n);
bool pod_node_has(const struct pod_node *n, const char *container);

/* No node of this label is asked for any more: those that are kept for one are deleted. */
void run_pods_forget(struct run *run, const char *label);
/* Deletes what is left: runs the loop until that is done, half a minute at most. */
void run_pods_end(struct run *run);
void run_pods_free(struct run *run);

#endif
