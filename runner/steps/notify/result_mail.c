/* step([$class: 'Mailer', recipients: …, notifyEveryUnstableBuild: …, sendToIndividuals: …]) [mailer:
 * MailSender]: an e-mail about bad builds and about the first good one after them. What cannot be sent is
 * told in the log. */
#include "runner/steps/helper.h"
#include "runner/steps/notify/build_tokens.h"
#include "runner/steps/notify/mailer.h"
#include "runner/steps/wrappers.h"
#include <string.h>

/* The beginning of the subject; NULL: nothing to tell.
 * [MailSender.createMail]: failures are told each time, unstable builds once unless every one is wanted, and
 * the recovery. */
static const char *occasion(struct step_call *c)
{
    const char *word = build_status_word(c->run);
    bool every = step_bool(c, "notifyEveryUnstableBuild", false);
    if (strcmp(word, "Failure") == 0 || strcmp(word, "Still Failing") == 0)
        return "Build failed in Jenkins: ";
    if (strcmp(word, "Unstable") == 0)
        return "Jenkins build became unstable: ";
    if (strcmp(word, "Still Unstable") == 0)
        return every ? "Jenkins build is still unstable: " : NULL;
    if (strcmp(word, "Fixed") == 0)
        return run_result_before(c->run) == RESULT_UNSTABLE ? "Jenkins build is back to stable : "
                                                            : "Jenkins build is back to normal : ";
    return NULL;
}

static bool sent(struct step_call *c, const struct worker_end *end)
{
    if (!end->result)
        step_log(c, "ERROR: %s", end->message);
    step_done(c, NULL_VALUE);
    return true;
}

enum call_status step_result_mail(struct step_call *c, struct value *out)
{
    _cleanup_(error_release) struct error err = {0};
    const char *start = occasion(c);
    if (!start)
        return CALL_OK;
    _cleanup_(recipients_release) struct recipients to;
    recipients_init(&to, c->run->config->notify.mail.default_suffix);
    _cleanup_free_ char *list = build_tokens_expand(c, step_str(c, "recipients", ""));
    recipients_add(&to, RECIPIENT_TO, list);
    if (step_bool(c, "sendToIndividuals", false)) {
        json_t *culprits = json_pack("[{s:s}]", "$class", "culprits");
        recipients_provide(c, &to, culprits);
        json_decref(culprits);
    }
    if (!recipients_count(&to)) {
        step_log(c, "An attempt to send an e-mail to empty list of recipients, ignored.");
        return CALL_OK;
    }
    _cleanup_free_ char *subject = xasprintf("%s%s #%d", start, c->run->record.job, c->run->record.number);
    _cleanup_free_ char *body = build_tokens_expand(
        c,
        "See "
        "<$BUILD_URL>\n\nChanges:\n\n$CHANGES\n------------------------------------------\n${BUILD_LOG}\n");
    _cleanup_free_ char *shown = recipients_text(&to, " ");
    struct letter l = {.subject = subject, .body = body, .to = &to};
    json_t *request = mailer_request(c, &l, &err);
    if (!request) {
        step_log(c, "ERROR: %s", err.message);
        return CALL_OK;
    }
    step_log(c, "Sending e-mails to: %s", shown);
    return helper_start(c, request, sent);
}
