/* mail [workflow-basic-steps: MailStep; mailer: MimeMessageBuilder]. A message that cannot be sent fails the
 * step. */
#include "runner/steps/helper.h"
#include "runner/steps/notify/mailer.h"
#include "runner/steps/rows.h"
#include <string.h>

static bool blank(const char *s)
{
    return !s[strspn(s, " \t\r\n")];
}

enum call_status step_mail(struct step_call *c, struct value *out)
{
    _cleanup_(error_release) struct error err = {0};
    static const char *const lists[] = {"to", "cc", "bcc"};
    struct letter l = {
        .subject = step_str(c, "subject", ""),
        .body = step_str(c, "body", ""),
        .from = step_str(c, "from", NULL),
        .reply_to = step_str(c, "replyTo", NULL),
        .mime_type = step_str(c, "mimeType", NULL),
        .charset = step_str(c, "charset", NULL),
    };
    if (blank(l.subject) || blank(l.body))
        return step_abort(c,
                          "Email not sent. All mandatory properties must be supplied ('subject', 'body').");
    _cleanup_(recipients_release) struct recipients to;
    recipients_init(&to, c->run->config->notify.mail.default_suffix);
    for (size_t i = 0; i < ARRAY_LEN(lists); i++)
        recipients_add(&to, (enum recipient_kind)i, step_str(c, lists[i], ""));
    if (!recipients_count(&to))
        return step_abort(c, "Email not sent. No recipients of any kind specified ('to', 'cc', 'bcc').");
    l.to = &to;
    json_t *request = mailer_request(c, &l, &err);
    if (!request)
        return step_abort(c, "Email not sent: %s", err.message);
    return helper_start(c, request, NULL);
}
