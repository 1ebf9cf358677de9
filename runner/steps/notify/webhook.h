/* A message to a service by one POST of JSON: chat robots, statuses of commits. One place knows how it is
 * sent, what answer means failure, and that addresses with tokens in them are secrets. */
#ifndef RUNNER_STEPS_NOTIFY_WEBHOOK_H
#define RUNNER_STEPS_NOTIFY_WEBHOOK_H

#include "runner/steps/helper.h"
#include "runner/state/notify_config.h"

struct webhook {
    const char *service; /* borrowed; leads what is said of a failure: "DingTalk" */
    char *url;           /* owned */
    json_t *payload;     /* owned */
    char *header;        /* owned, NULL: "Authorization: Bearer …", a secret */
    const char *field;   /* sent as a form whose field of this name is the payload; NULL: as JSON */
    bool coded;          /* the answer is JSON with a code that is 0 when it went well */
    bool fatal;          /* a failure fails the step; else it is told */
    /* The step's value of the last answer; NULL: null. */
    struct value (*value)(struct step_call *c, const json_t *answer);
    /* After each answer: makes url and payload those of the next message; false: that was the last. NULL. */
    bool (*next)(struct step_call *c, struct webhook *w);
    int sent;
};

/* Sends it and parks the step; takes what *w owns. */
enum call_status webhook_send(struct step_call *c, struct webhook *w);
json_t *webhook_request(const struct webhook *w); /* for the helper program; owned */
void webhook_release(struct webhook *w);
/* Ends a step whose message cannot be sent as a failed one would: thrown or told. Releases *w. */
enum call_status webhook_refuse(struct step_call *c, struct webhook *w, const char *message);

/* The address of a robot of gmrun.yaml by its id or name, signed as DingTalk wants it with `sign`. Owned;
 * NULL/err, which names the key `service`. */
char *robot_url(struct step_call *c, const struct robots_config *robots, const char *service, const char *id,
                const struct robot_config **robot, struct error *err);
/* base64(HMAC-SHA-256(key, data)); owned. */
char *webhook_signature(const char *key, const char *data);
void webhook_hide(struct step_call *c, const char *url); /* the address and the token in it */

/* ---- arguments of such steps */
/* Text, or a list's texts as lines, with $NAME of the environment replaced. Owned, "" when absent. */
char *step_lines(struct step_call *c, const char *name);
/* The argument, else what is configured (may be NULL); an empty argument counts as absent. */
const char *step_setting(struct step_call *c, const char *name, const char *configured);
void url_encode(struct buf *out, const char *text); /* all but unreserved characters */
/* The texts of a list, or of a text split at commas. Owned. */
json_t *step_words(struct step_call *c, const char *name);

#endif
