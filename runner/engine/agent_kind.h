/* Agents that are not plain nodes: docker, dockerfile, kubernetes. */
#ifndef RUNNER_ENGINE_AGENT_KIND_H
#define RUNNER_ENGINE_AGENT_KIND_H

#include "runner/engine/run.h"

/* __containerAgent(kind, arguments, body) */
enum call_status agent_kind_enter(struct fiber *f, int argc, struct value *argv, struct value *out);

#endif
