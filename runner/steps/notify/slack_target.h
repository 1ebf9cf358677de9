/* Where a message to Slack, or to a service that speaks like it, goes: a step's arguments before `slack:` of
 * gmrun.yaml. */
#ifndef RUNNER_STEPS_NOTIFY_SLACK_TARGET_H
#define RUNNER_STEPS_NOTIFY_SLACK_TARGET_H

#include "runner/steps/step.h"

struct slack_target { /* borrowed; never NULL but for token */
    const char *base_url, *team, *channel, *token_id, *token;
    bool bot; /* the token is a bot's: the Web API is used */
};

/* -1/err: no token, or nowhere to send to. The token is hidden from then on. */
int slack_target_find(struct step_call *c, struct slack_target *t, struct error *err);
/* Of the Web API for bots (BASE/method), else of the webhook (BASE + token). Owned. */
char *slack_address(const struct slack_target *t, const char *method);

#endif
