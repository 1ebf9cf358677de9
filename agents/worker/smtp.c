/* Operation mail: one message to one server.
 *
 * host, port, tls ("none", "starttls", "tls"), user, password; from: [mailbox], to, cc, bcc, replyTo: lists
 * of mailboxes ("a@b", "Name <a@b>"), subject, body, mimeType, charset, attachments: [{path, name, type,
 * zipMember}]; and what transfer.h says. Result: recipients (number). A recipient that the server refuses
 * fails the message for all, as JavaMail does without mail.smtp.sendpartial. */
#include "agents/worker/transfer.h"
#include "agents/worker/mime.h"
#include "agents/worker/ops.h"
#include <stdio.h>
#include <string.h>

/* libcurl keeps pointers to recipients and text until the transfer's end. */
struct letter {
    struct transfer t;
    struct curl_slist *recipients;
    int count;
    struct buf text;
    size_t sent;
    char command[256], reply[512]; /* the last ones before QUIT, for the message when it fails */
    bool quitting;
};

static size_t give(char *to, size_t size, size_t n, void *data)
{
    struct letter *l = data;
    size_t left = l->text.len - l->sent;
    n = n * size < left ? n * size : left;
    memcpy(to, l->text.data + l->sent, n);
    l->sent += n;
    return n;
}

/* Up to the line's end, cut to the room. */
static void keep_line(char *room, size_t size, const char *bytes, size_t n)
{
    n = strcspn(bytes, "\r\n") < n ? strcspn(bytes, "\r\n") : n;
    snprintf(room, size, "%.*s", (int)n, bytes);
}

/* Only commands that hold no secret: the lines of a login do.
 * libcurl tells why a transfer failed by a number; the server's words come by here. The last command and its
 * reply are kept, but not those of QUIT, which follows every failure. */
static int listen_in(CURL *curl, curl_infotype type, char *bytes, size_t n, void *data)
{
    static const char *const harmless[] = {"MAIL FROM:", "RCPT TO:", "DATA", "EHLO", "HELO", "STARTTLS"};
    struct letter *l = data;
    _cleanup_free_ char *line = xstrndup(bytes, n < sizeof(l->reply) ? n : sizeof(l->reply));
    l->quitting |= type == CURLINFO_HEADER_OUT && str_has_prefix(line, "QUIT");
    if (l->quitting)
        return 0;
    if (type == CURLINFO_HEADER_IN)
        keep_line(l->reply, sizeof(l->reply), line, n);
    if (type != CURLINFO_HEADER_OUT)
        return 0;
    l->command[0] = l->reply[0] = 0;
    for (size_t i = 0; i < ARRAY_LEN(harmless); i++)
        if (str_has_prefix(line, harmless[i]))
            keep_line(l->command, sizeof(l->command), line, n);
    return 0;
}

static int add_recipients(struct letter *l, const json_t *list, struct error *err)
{
    size_t i;
    json_t *v;
    json_array_foreach(list, i, v)
    {
        _cleanup_free_ char *address = mime_address(json_string_value(v) ? json_string_value(v) : "", err);
        if (!address)
            return -1;
        l->recipients = l->t.api.slist_append(l->recipients, address);
        l->count++;
    }
    return 0;
}

/* CURLUSESSL_ALL: without STARTTLS on the server's side the message is not sent, rather than in the clear.
 * VERBOSE is what makes libcurl call the debug function; nothing is printed. */
static void set_options(struct letter *l, const struct job *j, const char *url, const char *from)
{
    const struct curl_api *api = &l->t.api;
    const char *tls = job_str(j, "tls");
    api->easy_setopt(l->t.curl, CURLOPT_URL, url);
    api->easy_setopt(l->t.curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    if (tls && strcmp(tls, "none"))
        api->easy_setopt(l->t.curl, CURLOPT_USE_SSL, (long)CURLUSESSL_ALL);
    if (job_str(j, "user")) {
        api->easy_setopt(l->t.curl, CURLOPT_USERNAME, job_str(j, "user"));
        api->easy_setopt(l->t.curl, CURLOPT_PASSWORD, job_str(j, "password") ? job_str(j, "password") : "");
    }
    api->easy_setopt(l->t.curl, CURLOPT_MAIL_FROM, from);
    api->easy_setopt(l->t.curl, CURLOPT_MAIL_RCPT, l->recipients);
    api->easy_setopt(l->t.curl, CURLOPT_READFUNCTION, give);
    api->easy_setopt(l->t.curl, CURLOPT_READDATA, l);
    api->easy_setopt(l->t.curl, CURLOPT_UPLOAD, 1L);
    api->easy_setopt(l->t.curl, CURLOPT_DEBUGFUNCTION, listen_in);
    api->easy_setopt(l->t.curl, CURLOPT_DEBUGDATA, l);
    api->easy_setopt(l->t.curl, CURLOPT_VERBOSE, 1L);
}

/* The server's own words say more than libcurl's number.
 * 4xx or 5xx in answer to one of the harmless commands; else libcurl's own text (no connection, TLS). */
static json_t *refused(struct letter *l, CURLcode code, const char *server, struct error *err)
{
    if (code == CURLE_LOGIN_DENIED)
        fail_set(err, FAIL_AUTH, "%s refuses the credentials%s%s", server, *l->reply ? ": " : "", l->reply);
    else if (l->reply[0] >= '4' && l->reply[0] <= '5' && *l->command)
        fail_set(err, FAIL_OTHER, "%s refuses %s: %s", server, l->command, l->reply);
    else
        curl_fail(&l->t, code, server, err);
    return NULL;
}

static json_t *post(struct letter *l, struct job *j, struct error *err)
{
    static const char *const lists[] = {"to", "cc", "bcc"};
    const char *sender = json_string_value(json_array_get(json_object_get(j->req, "from"), 0));
    const char *tls = job_str(j, "tls");
    _cleanup_free_ char *from = mime_address(sender ? sender : "", err);
    if (!from || mime_message(j->req, &l->text, err) < 0)
        return NULL;
    for (size_t i = 0; i < ARRAY_LEN(lists); i++)
        if (add_recipients(l, json_object_get(j->req, lists[i]), err) < 0)
            return NULL;
    _cleanup_free_ char *server = xasprintf("%s:%d", job_str(j, "host"), (int)job_int(j, "port", 25));
    _cleanup_free_ char *url = xasprintf("%s://%s", tls && !strcmp(tls, "tls") ? "smtps" : "smtp", server);
    set_options(l, j, url, from);
    CURLcode code = l->t.api.easy_perform(l->t.curl);
    return code == CURLE_OK ? json_pack("{s:i}", "recipients", l->count) : refused(l, code, server, err);
}

json_t *op_mail(struct job *j, struct error *err)
{
    struct letter l = {0};
    json_t *out = NULL;
    if (job_need(j, "host", err) && curl_open(&l.t, j, err) == 0)
        out = post(&l, j, err);
    if (l.recipients)
        l.t.api.slist_free_all(l.recipients);
    curl_close(&l.t);
    buf_release(&l.text);
    return out;
}
