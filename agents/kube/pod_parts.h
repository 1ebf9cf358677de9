/* The parts of a pod from the objects of a pod template: containerTemplate(…), envVar(…), secretVolume(…) …
 * [kubernetes-plugin]. An object is a JSON map of its parameters with its symbol or class under $class, as
 * the runner makes of Groovy's values; numbers and booleans may stand as texts and the other way round.
 *
 * Results are new references; NULL/err when a part has no meaning here. */
#ifndef AGENTS_KUBE_POD_PARTS_H
#define AGENTS_KUBE_POD_PARTS_H

#include <jansson.h>
#include <stdbool.h>
#include "base/error.h"

#define POD_WORKDIR "/home/jenkins/agent"
#define POD_WORKSPACE_VOLUME "workspace-volume"

/* ---- parameters of an object; a missing one gives NULL, false, 0 */
char *pod_text(const json_t *object, const char *key); /* owned; NULL also for a blank text */
bool pod_flag(const json_t *object, const char *key);
json_int_t pod_int(const json_t *object, const char *key);
void pod_put(json_t *out, const char *key, json_t *value); /* takes value; NULL: nothing */

/* `env`: of the pod template, for all of its containers. */
json_t *pod_container(const json_t *template, const json_t *env, struct error *err);
json_t *pod_env(const json_t *vars,
                struct error *err); /* a list of envVar(…), or NAME: value, as Kubernetes has it */

/* A volume, of a template's `volumes` or its `workspaceVolume`. claims: of dynamicPVC, the claim that it is
 * made of (named claim_name) is appended. */
json_t *pod_volume(const json_t *volume, const char *name, const char *claim_name, json_t *claims,
                   struct error *err);
json_t *pod_mount(const json_t *volume, const char *name, struct error *err); /* at its mountPath */

/* securityContext of runAsUser, runAsGroup and, of a container, privileged; NULL without an error: none. */
json_t *pod_security(const json_t *object, struct error *err);

#endif
