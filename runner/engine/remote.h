/* A node of kind ssh: its connection, opened when the first block runs on it, and ended with the build.
 *
 * States: nothing (a build that does not use the node costs nothing), connecting (who asks meanwhile
 * waits), connected (agent is not NULL), and again nothing after a failure. */
#ifndef RUNNER_ENGINE_REMOTE_H
#define RUNNER_ENGINE_REMOTE_H

#include "base/error.h"
#include "runner/engine/env.h"

struct run;
struct agent;
struct agent_config;

struct remote;
struct remote *remote_new(struct run *run, const struct agent_config *config); /* config is borrowed */
/* done() comes once, maybe at once; err NULL: the agent below can be used. A failed attempt is made again by
 * the next call. */
void remote_connect(struct remote *r, void (*done)(void *data, const struct error *err), void *data);
struct agent *remote_agent(const struct remote *r);   /* NULL before the first success */
const struct env *remote_env(const struct remote *r); /* what commands find there */
/* Where the agent's files lie without a `workspace` in its row; ~ is the user's home there. */
#define REMOTE_ROOT "~/.gmrun"
/* A path there, owned: ~/ at its beginning is resolved once the connection stands. */
char *remote_path(const struct remote *r, const char *path);
/* Ends what carries the build's cookie there, then the connection; done() comes once, maybe at once. */
void remote_end(struct remote *r, void (*done)(void *data), void *data);
void remote_free(struct remote *r);

#endif
