/* A helper program that stays: small requests, one after the other, without a start of the far process for
 * each. Started with the first request, and again when it was lost.
 *
 * A request is kept until it is answered, and wiped then. */
#ifndef AGENTS_SESSION_H
#define AGENTS_SESSION_H

#include "agents/agent.h"
#include "agents/worker.h"

struct session;
struct session *session_new(const struct agent_helper *at); /* borrowed, outlives it */
/* What was asked is answered before the end; done() comes once the helper is gone, maybe at once. */
void session_free(struct session *s, void (*done)(void *data), void *data);

/* Sends a request (borrowed). answer() comes once, never from within; `bytes` is what came in frames, and may
 * be taken. */
typedef void session_answer_fn(void *data, const struct worker_end *end, struct buf *bytes);
void session_ask(struct session *s, const json_t *request, session_answer_fn *answer, void *data);

#endif
