/* The kubeconfig of a cluster's master, by ssh [kubernetes-cd: SSHCredentials]: ~/.kube/config there, into
 * memory only. */
#ifndef RUNNER_STEPS_KUBE_SSH_CONFIG_H
#define RUNNER_STEPS_KUBE_SSH_CONFIG_H

#include "runner/steps/step.h"

struct ssh_config;
/* Once, never from within the start. text: a kubeconfig, borrowed, wiped afterwards; NULL: err says why not.
 */
typedef void ssh_config_fn(void *data, const char *text, const struct error *err);

/* server: HOST[:PORT]. An entry of `sshServers:` with that host says which host key it has; else the user's
 * known hosts do. NULL: err. */
struct ssh_config *ssh_config_fetch(struct step_call *c, const char *server, const char *credential,
                                    ssh_config_fn *fn, void *data, struct error *err);
void ssh_config_cancel(struct ssh_config *f); /* fn does not come any more */

#endif
