/* Pods and parts of pods laid over each other [kubernetes-plugin: PodTemplateUtils.combine]. */
#ifndef AGENTS_KUBE_POD_MERGE_H
#define AGENTS_KUBE_POD_MERGE_H

#include <jansson.h>

/* A new pod of both (borrowed; NULL counts as {}): maps are joined, what `over` says wins. Containers meet by
 * their name; the entries of env, volumes, volumeMounts … replace those of the same name; tolerations add up;
 * every other list is the one of `over`. */
json_t *pod_merge(const json_t *under, const json_t *over);
/* The member of a list of objects that has this text under `key`; NULL: none. Borrowed. */
json_t *pod_named(const json_t *list, const char *key, const char *value);

#endif
