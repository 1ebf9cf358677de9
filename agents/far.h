/* An agent whose files are not this machine's: a pod, a host that is reached by ssh. It needs two launchers:
 * one for commands, and one for the helper program (gmrun-worker) at a place that sees the same files; they
 * may be one. Of a launcher that places no scripts only argv and input are asked (agents/launch_far.h), and a
 * far process that is killed without a cookie may simply lose its streams.
 *
 * Small operations on files go through one helper that stays (agents/session.h); what moves many files starts
 * one of its own (worker_start_at() with what ops->helper says). */
#ifndef AGENTS_FAR_H
#define AGENTS_FAR_H

#include "agents/agent.h"
#include "agents/launcher.h"

struct far_options {
    const char *kind, *name;    /* borrowed */
    struct launcher *commands;  /* outlives the agent, as the next one */
    struct agent_helper helper; /* program is copied */
};
/* Nothing is begun. */
struct agent *far_agent_new(const struct far_options *o);
/* Another place for commands beside the same files: container('x') of a pod. Keeps the files' side of `far`
 * alive.
 */
struct agent *far_agent_beside(struct agent *far, struct launcher *commands);

/* The same for a container of the node's own engine: each command behind these words (copied; `docker exec -i
 * ID`), by the launcher of `far`. */
struct agent *far_agent_within(struct agent *far, const char *const *words);

/* The environment that a command finds where that launcher leads: NAME=value, NULL-terminated, borrowed; NULL
 * and err. Maybe at once. */
typedef void far_env_fn(void *data, const char *const *env, const struct error *err);
void far_env(struct launcher *commands, far_env_fn *done, void *data);

/* To be called before free: ends the helper that stays, if no agent beside it uses it. done() comes once it
 * is gone, maybe at once. */
void far_agent_end(struct agent *a, void (*done)(void *data), void *data);

#endif
