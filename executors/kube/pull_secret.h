/* The Secret with which a cluster pulls images from private registries, made of dockerCredentials
 * [kubernetes-cd: DockerConfigBuilder; the old kind kubernetes.io/dockercfg]. */
#ifndef EXECUTORS_KUBE_PULL_SECRET_H
#define EXECUTORS_KUBE_PULL_SECRET_H

#include "base/error.h"
#include <jansson.h>

/* Zeroed dockercfg = empty object made by the first call. */
void pull_secret_add(json_t **dockercfg, const char *url, const char *user, const char *password);
/* The Secret; owned. */
json_t *pull_secret_object(const json_t *dockercfg, const char *name, const char *space);

/* "kubernetes-cd-" and a random tail. Owned. */
char *pull_secret_name(void);
/* A DNS subdomain of at most 253 characters. */
int pull_secret_check_name(const char *name, struct error *err);

#endif
