/* The inside of a pod's node, for pod_node.c and pod_reuse.c only.
 *
 * Life: begun (its pod comes to run), used by a node, idle between two nodes (idleMinutes), checked before
 * the next, ending, over. */
#ifndef RUNNER_ENGINE_POD_NODE_PARTS_H
#define RUNNER_ENGINE_POD_NODE_PARTS_H

#include "agents/kube/launch_pod.h"
#include "agents/kube/pod_check.h"
#include "runner/engine/idle_pods.h"
#include "runner/engine/pod_node.h"
#include "runner/engine/pod_note.h"

/* A container that was entered. */
struct place {
    struct place *next;
    char *container;
    struct pod_launcher launcher;
    struct buf env_text; /* entries ended by NUL */
    const char **env;    /* NULL: not known yet */
};

struct pod_node {
    struct pod_node *next;
    unsigned refs;
    struct run *run;
    struct pod *pod;
    struct pod_spec spec;
    char *name, *template_name, *workspace;
    bool keep, keep_failed, shown;
    struct pod_node_callbacks cb; /* until ready() */
    void *data;
    struct place *places;
    struct pod_launcher helper;
    struct agent *agent; /* the files' side, over the main container */
    struct launched *making;
    struct loop_timer again;
    int tries;
    struct buf complaint;
    struct error failure;
    bool crowded;                   /* it waits for room */
    bool begun, used, ending, over; /* begun: it ran, at some time; used: a node has it */
    /* ---- pod_reuse.c */
    struct pod_kind kind;
    int64_t idle_ms; /* 0: it serves one node */
    struct idle_pod idle;
    struct pod_check *check;
    struct loop_timer grace; /* of what the node before left running */
    unsigned sweeps;         /* containers that have not answered */
    bool found, hard;        /* something was left; it was killed */
};

struct run_pods {
    struct pod_node *first;
    struct idle_pods idle;
    struct pod_note note;
    bool failed; /* some could not be deleted: the note stays */
};

/* ---- pod_node.c */
struct run_pods *run_pods_of(struct run *run);
void pod_node_end(struct pod_node *n); /* idempotent */
/* The reference of the beginning becomes the callee's, unless it was cancelled. */
void pod_node_give(struct pod_node *n);
/* The same without a pod; n ends. */
void pod_node_fail(struct pod_node *n, enum error_kind kind, const char *message);
void pod_node_fail_soon(struct pod_node *n, enum error_kind kind, const char *message);

/* ---- pod_reuse.c */
/* Nobody uses it: whether it waits for the next node, rather than end. */
bool pod_node_rests(struct pod_node *n);
/* n finds no room: one that waits for another node ends, or takes its place. false: none waits. */
bool pod_node_displaces(struct pod_node *n);
void pod_reuse_expired(struct idle_pod *idle);
void pod_reuse_stop(struct pod_node *n); /* it ends, idle or checked as it may be */

#endif
