/* The clusters that a build speaks to: each opened when the first step needs it, shared by all.
 *
 * Which one: a credential, a file, or what the environment of the scope and the node say: KUBECONFIG, the
 * `kubernetes` agent of gmrun.yaml, ~/.kube/config, the service account of a pod. */
#ifndef RUNNER_ENGINE_KUBE_H
#define RUNNER_ENGINE_KUBE_H

#include "agents/kube/client.h"
#include "runner/engine/run.h"

struct kube_wanted {        /* all borrowed, NULL or "": not given */
    const char *credential; /* id: of kind kubeconfig or file, or a secret text that is one */
    const char *file;       /* absolute path of a kubeconfig */
    const char *text;       /* a kubeconfig */
    const char *context;
};

/* Borrowed from the run; its secrets are hidden from now on. NULL: err. */
struct kube *run_kube(struct run *run, const struct scope *scope, const struct kube_wanted *w,
                      struct error *err);
void run_kubes_free(struct run *run);

/* The text of a kubeconfig credential; owned, the caller wipes it. NULL: err, as other steps say it. */
char *kube_credential_text(struct run *run, const char *id, struct error *err);

/* How a later start finds the cluster again, for a note of leftovers: names, no secrets. k is of
 * run_kube(). Owned. */
json_t *run_kube_note(struct run *run, const struct kube *k, const char *space);
/* The configuration that such a note means; c is zeroed. */
int kube_config_noted(const struct credentials *all, const json_t *note, struct kube_config *c,
                      struct error *err);

#endif
