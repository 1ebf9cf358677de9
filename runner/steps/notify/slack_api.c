/* slackUploadFile and slackUserIdFromEmail, by the Web API [slack: SlackUploadFileRunner,
 * SlackUserIdFromEmailStep]. An upload is three requests: a place to put the file, the file, its
 * announcement. */
#include "base/fs.h"
#include "runner/steps/notify/slack_target.h"
#include "runner/steps/notify/webhook.h"
#include "runner/steps/rows.h"
#include "runner/steps/workspace.h"
#include <string.h>

struct upload {
    struct slack_target t;
    char *path, *place, *id;
};

static void upload_free(void *data)
{
    struct upload *u = data;
    free(u->path);
    free(u->place);
    free(u->id);
    free(u);
}

/* Forms, since these two methods take no JSON. */
static json_t *api_request(const struct slack_target *t, const char *method, const struct buf *form)
{
    _cleanup_free_ char *url = slack_address(t, method),
                        *login = xasprintf("Authorization: Bearer %s", t->token);
    return json_pack("{s:s,s:s,s:s,s:s,s:[s,s]}", "op", "http", "url", url, "method", "POST", "body",
                     form->data ? form->data : "", "headers",
                     "Content-Type: application/x-www-form-urlencoded", login);
}

static void upload_failed(struct step_call *c, const char *why)
{
    if (step_bool(c, "failOnError", false)) {
        step_fail_text(c, "Slack request failed: %s", why);
    } else {
        step_log(c, "ERROR: Slack request failed: %s", why);
        step_done(c, NULL_VALUE);
    }
}

/* Ends the step when the answer is bad; NULL then. */
static json_t *good_answer(struct step_call *c, const struct worker_end *end)
{
    const char *body = json_string_value(json_object_get(end->result, "body"));
    json_t *answer = json_loads(body ? body : "", 0, NULL);
    if (json_is_true(json_object_get(answer, "ok")))
        return answer;
    const char *why = json_string_value(json_object_get(answer, "error"));
    upload_failed(c, end->message ? end->message : why ? why : "the answer is not that of Slack");
    json_decref(answer);
    return NULL;
}

static bool announced(struct step_call *c, const struct worker_end *end)
{
    json_t *answer = good_answer(c, end);
    if (answer)
        step_done(c, NULL_VALUE);
    json_decref(answer);
    return true;
}

/* The place is a signed address: any 2xx is success, its body is of no interest. */
static bool uploaded(struct step_call *c, const struct worker_end *end)
{
    _cleanup_(buf_release) struct buf form = {0};
    struct upload *u = helper_data(c);
    if (json_integer_value(json_object_get(end->result, "status")) / 100 != 2) {
        upload_failed(c, end->message ? end->message : "the file is refused");
        return true;
    }
    _cleanup_free_ char *files = xasprintf("[{\"id\":\"%s\"}]", u->id);
    buf_addstr(&form, "files=");
    url_encode(&form, files);
    buf_addstr(&form, "&channel_id=");
    url_encode(&form, u->t.channel);
    if (*step_str(c, "initialComment", "")) {
        buf_addstr(&form, "&initial_comment=");
        url_encode(&form, step_str(c, "initialComment", ""));
    }
    helper_again(c, api_request(&u->t, "files.completeUploadExternal", &form), announced);
    return true;
}

/* The file's id goes into a JSON text by hand, hence the check. */
static bool placed(struct step_call *c, const struct worker_end *end)
{
    struct upload *u = helper_data(c);
    json_t *answer = good_answer(c, end);
    if (!answer)
        return true;
    u->place = json_scalar(answer, "upload_url");
    u->id = json_scalar(answer, "file_id");
    json_decref(answer);
    if (!u->place || !u->id || strpbrk(u->id, "\"\\"))
        upload_failed(c, "the answer is not that of Slack");
    else
        helper_again(c,
                     json_pack("{s:s,s:s,s:s,s:s}", "op", "http", "url", u->place, "method", "POST",
                               "bodyFile", u->path),
                     uploaded);
    return true;
}

/* The Web API in any case: webhooks take no files. */
enum call_status step_slack_upload(struct step_call *c, struct value *out)
{
    _cleanup_(error_release) struct error err = {0};
    _cleanup_(buf_release) struct buf form = {0};
    struct webhook failing = {.service = "Slack", .fatal = step_bool(c, "failOnError", false)};
    struct slack_target t;
    struct stat st;
    const char *name = step_str(c, "filePath", "");
    _cleanup_free_ char *there = step_path(c, name);
    if (slack_target_find(c, &t, &err) < 0)
        return webhook_refuse(c, &failing, err.message);
    _cleanup_free_ char *path = ws_local_file(c, there, &err);
    if (!path)
        return step_abort(c, "%s", err.message);
    if (stat(path, &st) < 0 || !S_ISREG(st.st_mode))
        return webhook_refuse(c, &failing, "No file found for the upload");
    struct upload *u = xcalloc(1, sizeof(*u));
    *u = (struct upload){.t = t, .path = xstrdup(path)};
    u->t.bot = true;
    buf_addstr(&form, "filename=");
    url_encode(&form, path_basename(name));
    buf_printf(&form, "&length=%lld", (long long)st.st_size);
    return helper_start_with(c, api_request(&u->t, "files.getUploadURLExternal", &form), placed, u,
                             upload_free);
}

/* ---- slackUserIdFromEmail: null when there is none */

static bool user_found(struct step_call *c, const struct worker_end *end)
{
    json_t *answer = good_answer(c, end);
    const char *id = json_string_value(json_object_get(json_object_get(answer, "user"), "id"));
    if (answer)
        step_done(c, id ? string_from(id) : NULL_VALUE);
    json_decref(answer);
    return true;
}

enum call_status step_slack_user(struct step_call *c, struct value *out)
{
    _cleanup_(error_release) struct error err = {0};
    _cleanup_(buf_release) struct buf form = {0};
    struct webhook failing = {.service = "Slack"};
    struct slack_target t;
    if (slack_target_find(c, &t, &err) < 0)
        return webhook_refuse(c, &failing, err.message);
    t.bot = true;
    buf_addstr(&form, "email=");
    url_encode(&form, step_str(c, "email", ""));
    return helper_start(c, api_request(&t, "users.lookupByEmail", &form), user_found);
}
