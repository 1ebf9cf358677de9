/* slackSend [slack: SlackSendStep, StandardSlackService]. With a bot's token the Web API is used and the step
 * returns channelId, ts and threadId; else the incoming webhook of the team. What cannot be sent is told in
 * the log, or fails the step with failOnError. */
#include "runner/steps/notify/slack_target.h"
#include "runner/steps/notify/webhook.h"
#include "runner/steps/rows.h"
#include <string.h>

static const char *or_empty(const char *s)
{
    return s && *s ? s : "<empty>";
}

/* "channel:thread" answers in a thread.
 * thread_ts of the channel before must not stay in the payload. */
static void put_channel(json_t *payload, const char *channel, size_t n)
{
    const char *colon = memchr(channel, ':', n);
    json_object_set_new(payload, "channel", json_stringn(channel, colon ? (size_t)(colon - channel) : n));
    if (colon && colon + 1 < channel + n)
        json_object_set_new(payload, "thread_ts", json_stringn(colon + 1, (size_t)(channel + n - colon - 1)));
    else
        json_object_del(payload, "thread_ts");
}

/* The channel number `i` of "a, b c". */
static const char *channel_at(const char *list, int i, size_t *n)
{
    static const char separators[] = ",; ";
    for (list += strspn(list, separators);; list += strspn(list, separators)) {
        *n = strcspn(list, separators);
        if (!*n || i-- == 0)
            return list;
        list += *n;
    }
}

/* w->sent counts the messages that were answered, so it is the next one's number. */
static bool next_channel(struct step_call *c, struct webhook *w)
{
    size_t n;
    const char *list = step_setting(c, "channel", c->run->config->notify.slack.channel);
    const char *channel = channel_at(list ? list : "", w->sent, &n);
    if (n)
        put_channel(w->payload, channel, n);
    return n > 0;
}

static struct value sent_to(struct step_call *c, const json_t *answer)
{
    const char *channel = json_string_value(json_object_get(answer, "channel"));
    const char *ts = json_string_value(json_object_get(answer, "ts"));
    struct value map = map_new(c->run->vm);
    const struct {
        const char *key;
        struct value v;
    } members[] = {
        {"channelId", channel ? string_from(channel) : NULL_VALUE},
        {"ts", ts ? string_from(ts) : NULL_VALUE},
        {"threadId", channel && ts ? string_printf("%s:%s", channel, ts) : NULL_VALUE},
    };
    for (size_t i = 0; i < ARRAY_LEN(members); i++) {
        map_set_str(AS_MAP(map), members[i].key, members[i].v);
        value_release(members[i].v);
    }
    return map;
}

/* Lists, or their JSON as a text. Owned, NULL.
 * Scripts pass lists, maps, or the JSON they made themselves. */
static json_t *json_list(struct step_call *c, const char *name)
{
    json_t *v = step_json(c, name);
    json_t *parsed = json_is_string(v) ? json_loads(json_string_value(v), 0, NULL) : json_incref(v);
    json_decref(v);
    if (!parsed || json_is_array(parsed))
        return parsed;
    json_t *list = json_pack("[o]", parsed);
    return list;
}

static const char *color_of(const char *name)
{
    static const char *const known[][2] = {{"good", "good"}, {"warning", "warning"}, {"danger", "danger"}};
    for (size_t i = 0; i < ARRAY_LEN(known); i++)
        if (strcasecmp(known[i][0], name) == 0)
            return known[i][1];
    return name;
}

static json_t *message_attachment(struct step_call *c, const char *message)
{
    json_t *a = json_pack("{s:s,s:s,s:[s,s,s]}", "fallback", message, "text", message, "mrkdwn_in", "pretext",
                          "text", "fields");
    json_put_text(a, "color", color_of(step_str(c, "color", "")));
    return json_pack("[o]", a);
}

/* attachments win over blocks; with either the message is the text beside them. */
static void put_message(struct step_call *c, json_t *payload)
{
    const char *message = step_str(c, "message", "");
    json_t *attachments = json_list(c, "attachments"), *blocks = json_list(c, "blocks"), *item;
    size_t i;
    json_array_foreach(attachments, i, item) if (json_is_object(item) && !json_object_get(item, "fallback"))
        json_object_set_new(item, "fallback", json_string(message));
    if (attachments || blocks || step_bool(c, "sendAsText", false))
        json_put_text(payload, "text", message);
    else
        json_object_set_new(payload, "attachments", message_attachment(c, message));
    if (attachments)
        json_object_set(payload, "attachments", attachments);
    else if (blocks)
        json_object_set(payload, "blocks", blocks);
    json_decref(attachments);
    json_decref(blocks);
}

static json_t *compose(struct step_call *c)
{
    json_t *payload = json_pack("{s:s,s:b,s:b}", "link_names", "1", "unfurl_links", 1, "unfurl_media", 1);
    put_message(c, payload);
    json_put_text(payload, "icon_emoji", step_str(c, "iconEmoji", NULL));
    json_put_text(payload, "username", step_str(c, "username", NULL));
    json_put_text(payload, "ts", step_str(c, "timestamp", NULL));
    if (step_bool(c, "replyBroadcast", false))
        json_object_set_new(payload, "reply_broadcast", json_true());
    return payload;
}

/* SlackSendStep's line, which people look for. */
static void tell_values(struct step_call *c, const struct slack_target *t)
{
    step_log(
        c,
        "Slack Send Pipeline step running, values are - baseUrl: %s, teamDomain: %s, channel: %s, color: %s, "
        "botUser: %s, tokenCredentialId: %s, notifyCommitters: %s, iconEmoji: %s, username: %s, timestamp: "
        "%s",
        or_empty(t->base_url), or_empty(t->team), or_empty(t->channel), or_empty(step_str(c, "color", NULL)),
        t->bot ? "true" : "false", or_empty(t->token_id),
        step_bool(c, "notifyCommitters", false) ? "true" : "false", or_empty(step_str(c, "iconEmoji", NULL)),
        or_empty(step_str(c, "username", NULL)), or_empty(step_str(c, "timestamp", NULL)));
}

enum call_status step_slack_send(struct step_call *c, struct value *out)
{
    _cleanup_(error_release) struct error err = {0};
    struct slack_target t;
    struct webhook w = {.service = "Slack", .fatal = step_bool(c, "failOnError", false), .value = sent_to};
    if (!step_has(c, "message") && !step_has(c, "attachments") && !step_has(c, "blocks"))
        return webhook_refuse(c, &w, "No message, attachments or blocks provided");
    if (slack_target_find(c, &t, &err) < 0)
        return webhook_refuse(c, &w, err.message);
    tell_values(c, &t);
    w.url = slack_address(&t, *step_str(c, "timestamp", "") ? "chat.update" : "chat.postMessage");
    w.payload = compose(c);
    w.next = next_channel;
    next_channel(c, &w);
    if (t.bot)
        w.header = xasprintf("Authorization: Bearer %s", t.token);
    else
        w.field = "payload";
    return webhook_send(c, &w);
}
