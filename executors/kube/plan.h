/* In which order the objects of manifests are applied.
 *
 * As written, but Namespaces first within their file [kubernetes-cd: KubernetesClientWrapper]. Requests run
 * side by side, so what another object needs to be there goes in an earlier phase: a phase begins when the
 * one before has ended. Definitions of resources are waited for before anything else is sent. */
#ifndef EXECUTORS_KUBE_PLAN_H
#define EXECUTORS_KUBE_PLAN_H

#include "agents/kube/manifest.h"

enum plan_phase {
    PLAN_GROUND, /* Namespaces, definitions of resources */
    PLAN_BASE,   /* what workloads read or mount when they start */
    PLAN_WORK,   /* workloads, bindings, custom resources */
    PLAN_LAST,   /* what could get into the way of the rest: webhooks, API services */
    PLAN_PHASES
};
enum plan_phase plan_phase_of(const json_t *object);

/* Brings the objects into the order of their files, Namespaces before the rest of each file. */
void plan_sort(kube_objects *objects);

#endif
