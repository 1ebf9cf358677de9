/* emailext, emailextrecipients [email-ext: EmailExtStep, EmailExtRecipientStep, ExtendedEmailPublisher]. As
 * in the plugin, a message that cannot be sent is told in the log, and the build goes on. */
#include "base/fs.h"
#include "base/glob.h"
#include "base/hash.h"
#include "runner/steps/helper.h"
#include "runner/steps/notify/build_tokens.h"
#include "runner/steps/notify/mailer.h"
#include "runner/steps/rows.h"
#include "runner/steps/workspace.h"
#include <stdio.h>
#include <string.h>

/* The argument with its tokens replaced; owned, NULL when absent. */
static char *expanded(struct step_call *c, const char *name)
{
    const char *text = step_str(c, name, NULL);
    return text ? build_tokens_expand(c, text) : NULL;
}

/* Provides and adds `to`; the same for both steps. */
static void find_recipients(struct step_call *c, struct recipients *r)
{
    _cleanup_free_ char *to = expanded(c, "to");
    json_t *providers = step_json(c, "recipientProviders");
    recipients_init(r, c->run->config->notify.mail.default_suffix);
    recipients_add(r, RECIPIENT_TO, to ? to : "");
    recipients_provide(c, r, providers);
    json_decref(providers);
}

enum call_status step_emailext_recipients(struct step_call *c, struct value *out)
{
    _cleanup_(recipients_release) struct recipients r;
    find_recipients(c, &r);
    _cleanup_free_ char *text = recipients_text(&r, ", ");
    *out = string_from(text);
    return CALL_OK;
}

/* ---- attachments */

struct attaching {
    const char *root;
    json_t *list;
};

/* By the name's end: clients show what they know and offer the rest as a file. */
static const char *type_of(const char *name)
{
    static const struct {
        const char *suffix, *type;
    } types[] = {{".txt", "text/plain; charset=UTF-8"},
                 {".log", "text/plain; charset=UTF-8"},
                 {".html", "text/html; charset=UTF-8"},
                 {".json", "application/json"},
                 {".xml", "application/xml"},
                 {".pdf", "application/pdf"},
                 {".zip", "application/zip"},
                 {".png", "image/png"},
                 {".jpg", "image/jpeg"},
                 {".csv", "text/csv; charset=UTF-8"}};
    for (size_t i = 0; i < ARRAY_LEN(types); i++)
        if (str_has_suffix(name, types[i].suffix))
            return types[i].type;
    return "application/octet-stream";
}

/* The helper reads the files when it builds the message, so a later step may not have changed them: the step
 * waits. */
static int attach_file(void *data, const char *path, const struct stat *st, struct error *err)
{
    struct attaching *a = data;
    _cleanup_free_ char *full = path_join(a->root, path);
    json_array_append_new(a->list, json_pack("{s:s,s:s,s:s}", "path", full, "name", path_basename(path),
                                             "type", type_of(path)));
    return 0;
}

static void attach_log(struct step_call *c, json_t *list)
{
    bool zip = step_bool(c, "compressLog", false);
    _cleanup_free_ char *path = path_join(c->run->record.dir, "log");
    json_t *item = json_pack("{s:s,s:s,s:s}", "path", path, "name", zip ? "build.zip" : "build.log", "type",
                             zip ? "application/zip" : "text/plain; charset=UTF-8");
    if (zip)
        json_object_set_new(item, "zipMember", json_string("build.log"));
    run_flush(c->run);
    json_array_append_new(list, item);
}

static json_t *attachments(struct step_call *c)
{
    _cleanup_free_ char *pattern = expanded(c, "attachmentsPattern");
    _cleanup_(error_release) struct error err = {0};
    json_t *list = json_array();
    if (pattern && *pattern && step_cwd(c)) {
        struct ant_scan scan = {.root = step_cwd(c), .includes = pattern, .split = GLOB_COMMA};
        struct attaching a = {ws_view(c, &scan, &err), list};
        scan.root = a.root;
        if (!a.root || ant_scan(&scan, attach_file, &a, &err) < 0)
            step_log(c, "Error accessing files to attach: %s", err.message);
    } else if (pattern && *pattern) {
        step_log(c, "Error: No workspace found!");
    }
    if (step_bool(c, "attachLog", false) || step_bool(c, "compressLog", false))
        attach_log(c, list);
    return list;
}

/* ---- sending */

/* The build does not fail by a mail [ExtendedEmailPublisher]. */
static bool sent(struct step_call *c, const struct worker_end *end)
{
    if (!end->result)
        step_log(c, "Could not send email: %s", end->message);
    step_done(c, NULL_VALUE);
    return true;
}

/* Like the plugin's file: job, number, a random part. */
static void save_output(struct step_call *c, const struct letter *l)
{
    _cleanup_(error_release) struct error err = {0};
    char random[9];
    bool html = l->mime_type && strstr(l->mime_type, "html");
    random_hex(random, sizeof(random) / 2);
    _cleanup_free_ char *name = xasprintf("%s-%d-%s.%s", path_basename(c->run->record.job),
                                          c->run->record.number, random, html ? "html" : "txt");
    _cleanup_free_ char *path = step_path(c, name);
    if (!step_cwd(c) || ws_write_file(c, path, l->body, strlen(l->body), 0, &err) < 0)
        step_log(c, "Error saving email output: %s", err.message ? err.message : "there is no workspace");
}

/* Scripts over Jenkins' own objects; the default's token stands for none. */
static void tell_scripts(struct step_call *c)
{
    static const char *const names[] = {"presendScript", "postsendScript"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        const char *script = step_str(c, names[i], "");
        if (*script && !str_has_prefix(script, "$DEFAULT_"))
            step_log(c, "emailext: %s works on objects inside Jenkins and is not run", names[i]);
    }
}

/* Without recipients nothing is composed: tokens may be costly (logs, changes). */
enum call_status step_emailext(struct step_call *c, struct value *out)
{
    _cleanup_(error_release) struct error err = {0};
    _cleanup_(recipients_release) struct recipients to;
    find_recipients(c, &to);
    if (!recipients_count(&to)) {
        step_log(c, "An attempt to send an e-mail to empty list of recipients, ignored.");
        return CALL_OK;
    }
    _cleanup_free_ char *subject = build_tokens_expand(c, step_str(c, "subject", "$DEFAULT_SUBJECT"));
    _cleanup_free_ char *body = build_tokens_expand(c, step_str(c, "body", "$DEFAULT_CONTENT"));
    _cleanup_free_ char *from = expanded(c, "from"), *reply_to = expanded(c, "replyTo");
    _cleanup_free_ char *shown = recipients_text(&to, " ");
    struct letter l = {subject, body, from,          reply_to, step_str(c, "mimeType", NULL),
                       NULL,    &to,  attachments(c)};
    json_t *request = mailer_request(c, &l, &err);
    json_decref(l.attachments);
    tell_scripts(c);
    if (step_bool(c, "saveOutput", false))
        save_output(c, &l);
    if (!request) {
        step_log(c, "Could not send email: %s", err.message);
        return CALL_OK;
    }
    step_log(c, "Sending email to: %s", shown);
    return helper_start(c, request, sent);
}
