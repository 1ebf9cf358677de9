/* What all steps for clusters share: which cluster, which object, and a start from the loop, so that an error
 * found at once and one found later end the step the same way. */
#ifndef RUNNER_STEPS_KUBE_CLUSTER_H
#define RUNNER_STEPS_KUBE_CLUSTER_H

#include "agents/kube/client.h"
#include "agents/kube/object.h"
#include "runner/steps/step.h"

struct cluster_step;
typedef void cluster_fn(struct cluster_step *s, const struct kube_result *r);

/* First in the state of each of these steps. */
struct cluster_step {
    struct step_call *call;
    struct kube *kube;        /* the run's */
    struct ssh_config *fetch; /* of its kubeconfig, on its way; NULL */
    void (*begin)(struct cluster_step *s);
    void (*release)(struct cluster_step *s); /* what the step itself holds; NULL: nothing */
    struct loop_task task;
    struct kube_act *act; /* cancelled with the step */
    cluster_fn *fn;       /* takes its answer */
    enum call_status (*enter)(struct cluster_step *s);
    cluster_fn *absent; /* takes a 404 in its place; NULL: that is an error */
    char *kind;         /* of an argument "kind/name" */
    void (*with_pod)(struct cluster_step *s, const json_t *pod);
    json_t *workload; /* whose pod that is, owned; NULL: none was asked for */
    bool before_body; /* of a step with a block: failures are kept for it, see cluster_open() */
    char *failure;
};
/* Finds the cluster by the arguments kubeconfigId, kubeConfig, textCredentials and context, and calls begin()
 * from the loop. Takes state (allocated, of a type whose first member is the struct). In a dry run a cluster
 * that cannot be found is said and no error. */
enum call_status cluster_start(struct step_call *c, struct cluster_step *state,
                               void (*begin)(struct cluster_step *s), void (*release)(struct cluster_step *s),
                               struct value *out);
/* The same for a step with a block: begin() ends with cluster_opened() or a failure, then enter() goes on,
 * for a failure with step_abort(). */
enum call_status cluster_open(struct step_call *c, struct cluster_step *state,
                              void (*begin)(struct cluster_step *s), void (*release)(struct cluster_step *s),
                              enum call_status (*enter)(struct cluster_step *s));
void cluster_opened(struct cluster_step *s);
/* For a step that has a state already: the cluster of the arguments. NULL: err. */
struct kube *cluster_find(struct step_call *c, struct error *err);

/* One request: sent with kube_act(); an error ends the step with the server's words, else fn is called. */
void cluster_act(struct cluster_step *s, const struct kube_action *a, cluster_fn *fn);
void cluster_fail(struct cluster_step *s, const struct error *err);
void cluster_fail_text(struct cluster_step *s, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* The object that the arguments mean: `resource` ("deployment/web", "pods"), or `kind` and `name`; in
 * `namespace`. Texts live as the call. */
struct cluster_object {
    const char *kind, *name, *space; /* NULL: not given */
};
/* false: no kind is given; the step was failed. */
bool cluster_object(struct cluster_step *s, struct cluster_object *o, bool needs_name);

/* Reads the object, or without a name the list that the arguments selector and fieldSelector leave. */
void cluster_read(struct cluster_step *s, const struct cluster_object *o, cluster_fn *fn);

/* Any pod behind the object: itself, or of its selector one that is ready, else one that runs, else any. fn
 * gets it (borrowed); without one the step fails. */
void cluster_pod(struct cluster_step *s, const struct cluster_object *o,
                 void (*fn)(struct cluster_step *s, const json_t *pod));
/* The argument `container`, else the one that the pod says, else its first. Lives as the pod or the call. */
const char *cluster_container(struct cluster_step *s, const json_t *pod);

/* A value of JSON, its maps in order; NULL gives null. Owned. */
struct value cluster_value(struct step_call *c, const json_t *json);

#endif
