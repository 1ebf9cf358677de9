/* From a pod template to the pod that is sent to the API server [kubernetes-plugin: PodTemplateBuilder].
 *
 * Beside what the template says, a pod has the helper container: `jnlp`, or what agentContainer names, as the
 * plugin's agent container, from gmrun's own image. It does what needs files: checkout, stash, archive. A
 * template's own `jnlp` of another image keeps it, since steps run there, and the helper is then named
 * `gmrun`; of one of Jenkins' own agent images only the resources, variables and mounts are kept. Two volumes
 * are mounted in every container: the workspace at the working directory, and POD_TOOLS with the program that
 * starts scripts. */
#ifndef AGENTS_KUBE_POD_SPEC_H
#define AGENTS_KUBE_POD_SPEC_H

#include <jansson.h>
#include <stdbool.h>
#include "base/error.h"

#define POD_TOOLS "/gmrun"
#define POD_PROGRAM POD_TOOLS "/gmrun-pod"
#define POD_LABEL_HOME "gmrun.home"   /* label: digest of the home's folder; annotation: the folder */
#define POD_LABEL_BUILD "gmrun.build" /* the same of JOB/NUMBER */

struct pod_identity {
    const char *name, *namespace; /* of the pod; namespace NULL: of the connection */
    const char *label;            /* of the template: jenkins/label */
    const char *home, *build;
    const char *job;               /* JOB/NUMBER as the plugin's runUrl has it: job/NAME/3/ */
    bool kept;                     /* it stays after its build: gmrun gc does not find it */
    const char *agent_image;       /* of the helper */
    const char *agent_pull_policy; /* NULL: IfNotPresent */
};

struct pod_spec {
    json_t *pod;
    json_t *claims;  /* PersistentVolumeClaims to make beside the pod, owned by it */
    char *helper;    /* name of the helper container */
    char *main;      /* where steps run when nothing else is said: jnlp, agentContainer */
    json_t *notices; /* texts for the log: what was changed */
};

/* out is zeroed before; release in both cases. */
int pod_spec_build(const json_t *template, const struct pod_identity *id, struct pod_spec *out,
                   struct error *err);
void pod_spec_release(struct pod_spec *s);

/* The workspace's parent in a container: its working directory. Borrowed; NULL: no such container. */
const char *pod_spec_workdir(const json_t *pod, const char *container);

#endif
