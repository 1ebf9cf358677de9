/* One mail server for mail, emailext and the notices at a build's end. The helper program speaks SMTP;
 * here are only the decisions: which port, which kind of TLS, which sender. */
#include "runner/steps/notify/mailer.h"
#include "runner/steps/helper.h"
#include <string.h>

enum { PORT_PLAIN = 25, PORT_TLS = 465, PORT_SUBMISSION = 587, TIMEOUT = 120 };

/* What the file says; else by the port, and a password is never sent in clear unasked. */
static const char *tls_of(const struct notify_config *n, int port)
{
    if (n->mail.tls)
        return n->mail.tls;
    if (port == PORT_TLS)
        return "tls";
    return port == PORT_SUBMISSION || n->mail.credentials_id ? "starttls" : "none";
}

static int put_login(struct step_call *c, json_t *request, struct error *err)
{
    const char *id = c->run->config->notify.mail.credentials_id;
    const struct credential *cred = id ? credentials_find(c->run->credentials, id) : NULL;
    if (!id)
        return 0;
    if (!cred || cred->type != CRED_USERNAME_PASSWORD)
        return error_set(err, ERROR_INVALID,
                         "`mail: {credentialsId: %s}`: there is no such credential of type usernamePassword",
                         id);
    json_put_text(request, "user", cred->username);
    json_put_text(request, "password", cred->password);
    step_hide(c, cred->password);
    return 0;
}

/* Without `from` the account's own address, if it is one; else Jenkins' default.
 * `from` of the step, of the configuration, the login; Jenkins' own words at last, which a server may
 * refuse. */
static const char *sender(struct step_call *c, const struct letter *l, const json_t *request)
{
    const char *user = json_string_value(json_object_get(request, "user"));
    const char *from = c->run->config->notify.mail.from;
    if (l->from && *l->from)
        return l->from;
    return from ? from : user && strchr(user, '@') ? user : "address not configured yet <nobody@nowhere>";
}

json_t *mailer_request(struct step_call *c, const struct letter *l, struct error *err)
{
    const struct notify_config *n = &c->run->config->notify;
    if (!n->mail.host) {
        error_set(err, ERROR_INVALID,
                  "no mail server is configured: put `mail: {host: …, from: …}` into gmrun.yaml");
        return NULL;
    }
    int port = n->mail.port                                 ? n->mail.port
               : n->mail.tls && !strcmp(n->mail.tls, "tls") ? PORT_TLS
                                                            : PORT_PLAIN;
    json_t *request = json_pack("{s:s,s:s,s:i,s:s,s:i}", "op", "mail", "host", n->mail.host, "port", port,
                                "tls", tls_of(n, port), "timeout", TIMEOUT);
    static const char *const lists[] = {"to", "cc", "bcc"};
    struct recipients reply;
    if (put_login(c, request, err) < 0) {
        json_decref(request);
        return NULL;
    }
    for (size_t i = 0; i < ARRAY_LEN(lists); i++)
        json_object_set(request, lists[i], l->to->lists[i]);
    const char *reply_to = l->reply_to && *l->reply_to ? l->reply_to : n->mail.reply_to;
    recipients_init(&reply, n->mail.default_suffix);
    recipients_add(&reply, RECIPIENT_TO, reply_to ? reply_to : "");
    json_object_set(request, "replyTo", reply.lists[RECIPIENT_TO]);
    recipients_release(&reply);
    json_object_set_new(request, "from", json_pack("[s]", sender(c, l, request)));
    json_put_text(request, "caFile", n->mail.ca_file);
    json_put_text(request, "subject", l->subject);
    json_put_text(request, "body", l->body);
    json_put_text(request, "mimeType", l->mime_type);
    json_put_text(request, "charset", l->charset);
    if (l->attachments)
        json_object_set(request, "attachments", l->attachments);
    return request;
}
