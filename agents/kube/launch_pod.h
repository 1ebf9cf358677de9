/* Launches in a container of a pod. A command with a cookie or a script is a run of gmrun-pod
 * (agents/pod/run.h): it goes on when the connection breaks, and is followed again. Other commands, the
 * helper's, live as long as their stream, and take neither environment nor folder. */
#ifndef AGENTS_KUBE_LAUNCH_POD_H
#define AGENTS_KUBE_LAUNCH_POD_H

#include "agents/kube/pod.h"
#include "agents/launcher.h"

struct pod_launcher {
    struct launcher launcher;
    struct pod *pod;
    const char *container;
    bool helper; /* it is the helper's container */
    const char *from,
        *to; /* where the workspace's volume is mounted for the runner, and here; borrowed, NULL: alike */
    struct launched *first;
    char **over; /* ids of runs whose end is known: gmrun-pod removes them when it is asked next */
    size_t n_over;
};
/* pod and container are borrowed. */
void pod_launcher_init(struct pod_launcher *l, struct pod *pod, const char *container, bool helper);
/* The container's own working directory `to` stands for `from` of the runner: in the folder that a run starts
 * in, and in variables that begin with it. */
void pod_launcher_moves(struct pod_launcher *l, const char *from, const char *to);
void pod_launcher_release(struct pod_launcher *l);
/* The pod is gone: what runs ends with that error, not from within the call. */
void pod_launcher_lost(struct pod_launcher *l);

#endif
