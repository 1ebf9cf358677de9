/* dingtalk [dingtalk plugin 2: DingTalkStep] by a robot of gmrun.yaml, and its older form dingTalk
 * (accessToken, message) [dingtalk plugin 1]. A message that is refused is told and does not fail the build.
 */
#include "runner/steps/notify/webhook.h"
#include "runner/steps/rows.h"
#include <string.h>
#include <time.h>

static json_t *text_message(struct step_call *c, const char *title, const char *text)
{
    return json_pack("{s:s,s:{s:s}}", "msgtype", "text", "text", "content", text);
}

static json_t *link_message(struct step_call *c, const char *title, const char *text)
{
    return json_pack("{s:s,s:{s:s,s:s,s:s,s:s}}", "msgtype", "link", "link", "title", title, "text", text,
                     "messageUrl", step_str(c, "messageUrl", ""), "picUrl", step_str(c, "picUrl", ""));
}

static json_t *markdown_message(struct step_call *c, const char *title, const char *text)
{
    return json_pack("{s:s,s:{s:s,s:s}}", "msgtype", "markdown", "markdown", "title", title, "text", text);
}

static json_t *buttons(struct step_call *c)
{
    json_t *given = step_json(c, "btns"), *list = json_array(), *item;
    size_t i;
    json_array_foreach(given, i, item)
    {
        _cleanup_free_ char *title = json_scalar(item, "title"), *url = json_scalar(item, "actionUrl");
        json_array_append_new(
            list, json_pack("{s:s,s:s}", "title", title ? title : "", "actionURL", url ? url : ""));
    }
    json_decref(given);
    return list;
}

/* One button with a title of its own, or a list of them. */
static json_t *card_message(struct step_call *c, const char *title, const char *text)
{
    bool upright = strcasecmp(step_str(c, "btnLayout", "H"), "V") == 0;
    json_t *card =
        json_pack("{s:s,s:s,s:s,s:s}", "title", title, "text", text, "btnOrientation", upright ? "0" : "1",
                  "hideAvatar", step_bool(c, "hideAvatar", false) ? "1" : "0");
    if (*step_str(c, "singleTitle", "")) {
        json_put_text(card, "singleTitle", step_str(c, "singleTitle", ""));
        json_put_text(card, "singleURL", step_str(c, "singleUrl", ""));
    } else {
        json_object_set_new(card, "btns", buttons(c));
    }
    return json_pack("{s:s,s:o}", "msgtype", "actionCard", "actionCard", card);
}

static json_t *feed_message(struct step_call *c, const char *title, const char *text)
{
    return json_pack("{s:s,s:{s:[{s:s,s:s,s:s}]}}", "msgtype", "feedCard", "feedCard", "links", "title",
                     *title ? title : text, "messageURL", step_str(c, "messageUrl", ""), "picURL",
                     step_str(c, "picUrl", ""));
}

static const struct {
    const char *type;
    json_t *(*compose)(struct step_call *c, const char *title, const char *text);
    bool names; /* who is meant has to stand in the text too */
} types[] = {
    {"TEXT", text_message, false},        {"LINK", link_message, false},
    {"MARKDOWN", markdown_message, true}, {"ACTION_CARD", card_message, true},
    {"FEED_CARD", feed_message, false},
};

/* `at` and `atAll`; and the keyword without which the robot takes nothing.
 * A robot with a keyword drops messages without it, and says so only in its answer. */
static char *whole_text(struct step_call *c, const json_t *at, const struct robot_config *robot, bool names)
{
    struct buf text = {0};
    size_t i;
    json_t *who;
    _cleanup_free_ char *lines = step_lines(c, "text");
    buf_addstr(&text, lines);
    if (robot->keyword && !strstr(lines, robot->keyword))
        buf_printf(&text, "%s%s", *lines ? "\n" : "", robot->keyword);
    for (i = 0; names && i < json_array_size(at); i++) {
        who = json_array_get(at, i);
        buf_printf(&text, "%s@%s", i ? " " : "\n\n", json_string_value(who));
    }
    return buf_steal(&text);
}

static json_t *compose(struct step_call *c, const struct robot_config *robot, struct error *err)
{
    const char *type = step_str(c, "type", "TEXT");
    for (size_t i = 0; i < ARRAY_LEN(types); i++) {
        if (strcmp(types[i].type, type))
            continue;
        json_t *at = step_words(c, "at");
        _cleanup_free_ char *title = step_lines(c, "title"), *text = whole_text(c, at, robot, types[i].names);
        json_t *message = types[i].compose(c, title, text);
        json_object_set_new(message, "at",
                            json_pack("{s:o,s:b}", "atMobiles", at, "isAtAll", step_bool(c, "atAll", false)));
        return message;
    }
    error_set(err, ERROR_INVALID, "no type '%s'; there are TEXT, LINK, MARKDOWN, ACTION_CARD, FEED_CARD",
              type);
    return NULL;
}

/* [open.dingtalk.com, custom robots: signature over "timestamp\nsecret"]
 * Takes url. The signature is good for an hour, so it is made for each message. */
static char *sign(char *url, const char *secret)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    long long ms = (long long)now.tv_sec * 1000 + now.tv_nsec / 1000000;
    _cleanup_free_ char *data = xasprintf("%lld\n%s", ms, secret), *mac = webhook_signature(secret, data);
    struct buf out = {0};
    buf_printf(&out, "%s%ctimestamp=%lld&sign=", url, strchr(url, '?') ? '&' : '?', ms);
    url_encode(&out, mac);
    free(url);
    return buf_steal(&out);
}

/* The address is hidden before it is signed: masks look for the token in it, not for the signature. */
enum call_status step_dingtalk(struct step_call *c, struct value *out)
{
    _cleanup_(error_release) struct error err = {0};
    struct webhook w = {.service = "DingTalk", .coded = true};
    const struct robot_config *robot;
    w.url =
        robot_url(c, &c->run->config->notify.dingtalk, "dingtalk", step_str(c, "robot", ""), &robot, &err);
    if (w.url)
        webhook_hide(c, w.url);
    const char *secret = w.url ? step_token(c, robot->secret_credentials_id, &err) : NULL;
    if (secret)
        w.url = sign(w.url, secret);
    if (!err.message)
        w.payload = compose(c, robot, &err);
    return w.payload ? webhook_send(c, &w) : webhook_refuse(c, &w, err.message);
}

enum call_status step_dingtalk_old(struct step_call *c, struct value *out)
{
    const char *base = c->run->config->notify.dingtalk_base_url, *token = step_str(c, "accessToken", "");
    const char *message = step_str(c, "message", ""), *link = step_str(c, "jenkinsUrl", "");
    struct webhook w = {.service = "DingTalk", .coded = true};
    if (strstr(token, "://")) /* a whole address is taken too */
        w.url = xstrdup(token);
    else
        w.url = xasprintf("%s/robot/send?access_token=%s", base ? base : "https://oapi.dingtalk.com", token);
    step_hide(c, token);
    _cleanup_free_ char *title = xasprintf("%s #%d", c->run->record.job, c->run->record.number);
    w.payload = json_pack("{s:s,s:{s:s,s:s,s:s,s:s}}", "msgtype", "link", "link", "title", title, "text",
                          message, "messageUrl", link, "picUrl", step_str(c, "imageUrl", ""));
    return webhook_send(c, &w);
}
