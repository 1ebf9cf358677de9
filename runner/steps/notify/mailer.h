/* The mail server of gmrun.yaml (`mail:`) and the request that gives it a message. */
#ifndef RUNNER_STEPS_NOTIFY_MAILER_H
#define RUNNER_STEPS_NOTIFY_MAILER_H

#include "runner/steps/notify/recipients.h"

struct letter { /* all borrowed; NULL: none or the default */
    const char *subject, *body, *from, *reply_to, *mime_type, *charset;
    const struct recipients *to;
    json_t *attachments; /* as operation mail takes them; counted */
};

/* The request for the helper program; owned. NULL/err: no server is configured, no credentials … */
json_t *mailer_request(struct step_call *c, const struct letter *l, struct error *err);

#endif
