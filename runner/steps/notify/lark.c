/* lark [lark-notice plugin: LarkStep], for Feishu and Lark robots. A message that is refused is told and does
 * not fail the build. */
#include "runner/steps/notify/webhook.h"
#include "runner/steps/rows.h"
#include <string.h>
#include <time.h>

static json_t *text_message(struct step_call *c, const char *title, const char *text)
{
    _cleanup_free_ char *whole =
        xasprintf("%s%s%s%s", title, *title ? "\n" : "", text,
                  step_bool(c, "atAll", false) ? "\n<at user_id=\"all\">所有人</at>" : "");
    return json_pack("{s:s,s:{s:s}}", "msg_type", "text", "content", "text", whole);
}

static json_t *image_message(struct step_call *c, const char *title, const char *text)
{
    return json_pack("{s:s,s:{s:s}}", "msg_type", "image", "content", "image_key",
                     step_str(c, "imageKey", ""));
}

static json_t *chat_message(struct step_call *c, const char *title, const char *text)
{
    return json_pack("{s:s,s:{s:s}}", "msg_type", "share_chat", "content", "share_chat_id",
                     step_str(c, "shareChatId", ""));
}

/* `post` may be a ready document of lines; else the text is the only one. */
static json_t *post_message(struct step_call *c, const char *title, const char *text)
{
    json_t *lines = step_json(c, "post");
    if (!json_is_array(lines)) {
        json_decref(lines);
        lines = json_pack("[[{s:s,s:s}]]", "tag", "text", "text", text);
    }
    if (step_bool(c, "atAll", false))
        json_array_append_new(lines, json_pack("[{s:s,s:s}]", "tag", "at", "user_id", "all"));
    return json_pack("{s:s,s:{s:{s:{s:s,s:o}}}}", "msg_type", "post", "content", "post", "zh_cn", "title",
                     title, "content", lines);
}

static json_t *image_element(const char *key)
{
    return json_pack("{s:s,s:s,s:{s:s,s:s}}", "tag", "img", "img_key", key, "alt", "tag", "plain_text",
                     "content", "");
}

/* topImg and bottomImg: a key, or a map with `imgKey`. */
static void put_image(struct step_call *c, json_t *elements, const char *param)
{
    json_t *v = step_json(c, param);
    _cleanup_free_ char *key = json_is_string(v) ? xstrdup(json_string_value(v)) : json_scalar(v, "imgKey");
    if (key && *key)
        json_array_append_new(elements, image_element(key));
    json_decref(v);
}

static void put_buttons(struct step_call *c, json_t *elements)
{
    json_t *given = step_json(c, "buttons"), *actions = json_array(), *item;
    size_t i;
    json_array_foreach(given, i, item)
    {
        _cleanup_free_ char *title = json_scalar(item, "title"), *url = json_scalar(item, "url"),
                            *type = json_scalar(item, "type");
        json_array_append_new(actions, json_pack("{s:s,s:{s:s,s:s},s:s,s:s}", "tag", "button", "text", "tag",
                                                 "plain_text", "content", title ? title : "", "url",
                                                 url ? url : "", "type", type ? type : "default"));
    }
    if (json_array_size(actions))
        json_array_append_new(elements, json_pack("{s:s,s:O}", "tag", "action", "actions", actions));
    json_decref(actions);
    json_decref(given);
}

/* Blue for what went well, red for the rest, as the plugin colours its header. */
static json_t *card_message(struct step_call *c, const char *title, const char *text)
{
    json_t *elements = json_array();
    _cleanup_free_ char *whole =
        xasprintf("%s%s", text, step_bool(c, "atAll", false) ? "\n<at id=all></at>" : "");
    put_image(c, elements, "topImg");
    json_array_append_new(elements, json_pack("{s:s,s:s}", "tag", "markdown", "content", whole));
    put_buttons(c, elements);
    put_image(c, elements, "bottomImg");
    return json_pack("{s:s,s:{s:{s:b},s:{s:s,s:{s:s,s:s}},s:o}}", "msg_type", "interactive", "card", "config",
                     "wide_screen_mode", 1, "header", "template",
                     c->run->result == RESULT_NONE || c->run->result == RESULT_SUCCESS ? "blue" : "red",
                     "title", "tag", "plain_text", "content", title, "elements", elements);
}

static const struct {
    const char *type;
    json_t *(*compose)(struct step_call *c, const char *title, const char *text);
} types[] = {
    {"TEXT", text_message},       {"IMAGE", image_message}, {"POST", post_message},
    {"SHARE_CHAT", chat_message}, {"CARD", card_message},   {"INTERACTIVE", card_message},
};

static json_t *compose(struct step_call *c, const struct robot_config *robot, struct error *err)
{
    _cleanup_free_ char *title = step_lines(c, "title"), *text = step_lines(c, "text");
    if (robot->keyword && !strstr(text, robot->keyword)) {
        char *whole = xasprintf("%s%s%s", text, *text ? "\n" : "", robot->keyword);
        free(text);
        text = whole;
    }
    for (size_t i = 0; i < ARRAY_LEN(types); i++)
        if (strcmp(types[i].type, step_str(c, "type", "TEXT")) == 0)
            return types[i].compose(c, title, text);
    error_set(err, ERROR_INVALID, "no type '%s'; there are TEXT, IMAGE, POST, SHARE_CHAT, CARD",
              step_str(c, "type", "TEXT"));
    return NULL;
}

/* [open.feishu.cn, custom bots: the signature of nothing with "timestamp\nsecret" as the key] */
static void sign(json_t *payload, const char *secret)
{
    _cleanup_free_ char *seconds = xasprintf("%lld", (long long)time(NULL));
    _cleanup_free_ char *key = xasprintf("%s\n%s", seconds, secret), *mac = webhook_signature(key, "");
    json_object_set_new(payload, "timestamp", json_string(seconds));
    json_object_set_new(payload, "sign", json_string(mac));
}

enum call_status step_lark(struct step_call *c, struct value *out)
{
    _cleanup_(error_release) struct error err = {0};
    struct webhook w = {.service = "Lark", .coded = true};
    const struct robot_config *robot;
    w.url = robot_url(c, &c->run->config->notify.lark, "lark", step_str(c, "robot", ""), &robot, &err);
    const char *secret = w.url ? step_token(c, robot->secret_credentials_id, &err) : NULL;
    if (!err.message)
        w.payload = compose(c, robot, &err);
    if (!w.payload)
        return webhook_refuse(c, &w, err.message);
    if (secret)
        sign(w.payload, secret);
    return webhook_send(c, &w);
}
