/* Who an e-mail goes to: lists as the mail plugins read them, and the people that email-ext's recipient
 * providers find in a build. */
#ifndef RUNNER_STEPS_NOTIFY_RECIPIENTS_H
#define RUNNER_STEPS_NOTIFY_RECIPIENTS_H

#include "runner/steps/step.h"
#include <jansson.h>

enum recipient_kind { RECIPIENT_TO, RECIPIENT_CC, RECIPIENT_BCC, RECIPIENT_KINDS };

struct recipients {
    json_t *lists[RECIPIENT_KINDS]; /* mailboxes, each address once */
    const char *suffix;             /* of names without @: "@example.com"; NULL */
};

void recipients_init(struct recipients *r, const char *suffix);
void recipients_release(struct recipients *r); /* for _cleanup_ */
size_t recipients_count(const struct recipients *r);
/* Adds a list: commas, semicolons, line ends and blanks separate; "cc:" and "bcc:" before one change its
 * kind; "Name <a@b>" is one. */
void recipients_add(struct recipients *r, enum recipient_kind kind, const char *list);
/* Adds the people that providers name: [[$class: 'DevelopersRecipientProvider'], …], or culprits() … */
void recipients_provide(struct step_call *c, struct recipients *r, const json_t *providers);
/* The bare addresses, joined; owned. */
char *recipients_text(const struct recipients *r, const char *separator);

#endif
