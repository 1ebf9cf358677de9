/* Chat services that take one message by a webhook: mattermostSend [mattermost: MattermostSendStep],
 * rocketSend [rocketchatnotifier: RocketSendStep], office365ConnectorSend [Office-365-Connector], discordSend
 * [discord-notifier: DiscordPipelineStep]. */
#include "runner/steps/notify/webhook.h"
#include "runner/steps/rows.h"
#include <stdio.h>
#include <string.h>

/* ---- Mattermost */

/* The endpoint is a secret as a whole: its path is the token. */
enum call_status step_mattermost(struct step_call *c, struct value *out)
{
    _cleanup_(error_release) struct error err = {0};
    const struct notify_config *n = &c->run->config->notify;
    struct webhook w = {
        .service = "Mattermost", .fatal = step_bool(c, "failOnError", false), .field = "payload"};
    const char *message = step_str(c, "message", ""),
               *endpoint = step_setting(c, "endpoint", n->mattermost.endpoint);
    if (!endpoint)
        endpoint = step_token(c, n->mattermost.endpoint_credentials_id, &err);
    if (!endpoint)
        return webhook_refuse(c, &w,
                              err.message ? err.message
                                          : "no endpoint: put `mattermost: {endpoint: …}` into gmrun.yaml");
    json_t *attachment =
        json_pack("{s:s,s:s,s:[s,s]}", "fallback", message, "text", message, "mrkdwn_in", "pretext", "text");
    json_put_text(attachment, "color", step_str(c, "color", NULL));
    w.url = xstrdup(endpoint);
    w.payload = json_pack("{s:s,s:s,s:[o]}", "username", "jenkins", "text", step_str(c, "text", ""),
                          "attachments", attachment);
    json_put_text(w.payload, "channel", step_setting(c, "channel", n->mattermost.channel));
    json_put_text(w.payload, "icon_url", step_setting(c, "icon", n->mattermost.icon));
    return webhook_send(c, &w);
}

/* ---- Rocket.Chat */

enum call_status step_rocket(struct step_call *c, struct value *out)
{
    _cleanup_(error_release) struct error err = {0};
    const struct notify_config *n = &c->run->config->notify;
    struct webhook w = {.service = "Rocket.Chat", .fatal = step_bool(c, "failOnError", false)};
    const char *server = step_setting(c, "serverUrl", n->rocket.server_url),
               *token = step_str(c, "webhookToken", "");
    if (!*token)
        token =
            step_token(c, step_setting(c, "webhookTokenCredentialId", n->rocket.token_credential_id), &err);
    if (!server || !token)
        return webhook_refuse(
            c, &w,
            err.message ? err.message
                        : "no server: put `rocket: {serverUrl: …, tokenCredentialId: …}` into gmrun.yaml");
    json_t *attachments = step_json(c, "attachments");
    w.url = xasprintf("%s%shooks/%s", server, str_has_suffix(server, "/") ? "" : "/", token);
    w.payload = json_pack("{s:s}", "text", step_str(c, "message", ""));
    json_put_text(w.payload, "channel", step_setting(c, "channel", n->rocket.channel));
    json_put_text(w.payload, "emoji", step_str(c, "emoji", NULL));
    json_put_text(w.payload, "avatar", step_str(c, "avatar", NULL));
    if (json_is_array(attachments))
        json_object_set(w.payload, "attachments", attachments);
    json_decref(attachments);
    return webhook_send(c, &w);
}

/* ---- Microsoft Teams */

/* "Status" always comes first; a fact's text is called template, as the plugin resolves tokens in it. */
static json_t *facts(struct step_call *c)
{
    json_t *given = step_json(c, "factDefinitions"), *item;
    json_t *list = json_pack("[{s:s,s:s}]", "name", "Status", "value", step_str(c, "status", "Running"));
    size_t i;
    json_array_foreach(given, i, item)
    {
        _cleanup_free_ char *name = json_scalar(item, "name"), *value = json_scalar(item, "template");
        json_array_append_new(list,
                              json_pack("{s:s,s:s}", "name", name ? name : "", "value", value ? value : ""));
    }
    json_decref(given);
    return list;
}

enum call_status step_office365(struct step_call *c, struct value *out)
{
    struct webhook w = {.service = "Teams"};
    _cleanup_free_ char *title = xasprintf("%s #%d", c->run->record.job, c->run->record.number);
    const char *message = step_str(c, "message", ""), *url = step_str(c, "webhookUrl", "");
    if (!*url)
        return webhook_refuse(c, &w, "no webhookUrl");
    w.url = xstrdup(url);
    w.payload = json_pack("{s:s,s:s,s:s,s:s,s:[{s:s,s:s,s:o}]}", "@type", "MessageCard", "@context",
                          "https://schema.org/extensions", "summary", title, "themeColor",
                          step_str(c, "color", "3479BF"), "sections", "activityTitle", title,
                          "activitySubtitle", message, "facts", facts(c));
    return webhook_send(c, &w);
}

/* ---- Discord */

/* DiscordWebhook's colours; unstable and successful are the older arguments. */
static int embed_color(struct step_call *c)
{
    static const struct {
        const char *result;
        int color;
    } colors[] = {{"SUCCESS", 1681177}, {"UNSTABLE", 16776970}, {"FAILURE", 11278871}, {"ABORTED", 13487565}};
    const char *result = step_str(c, "result",
                                  step_bool(c, "unstable", false)     ? "UNSTABLE"
                                  : step_bool(c, "successful", false) ? "SUCCESS"
                                                                      : "FAILURE");
    for (size_t i = 0; i < ARRAY_LEN(colors); i++)
        if (strcasecmp(colors[i].result, result) == 0)
            return colors[i].color;
    return colors[ARRAY_LEN(colors) - 1].color;
}

enum call_status step_discord(struct step_call *c, struct value *out)
{
    static const struct {
        const char *param, *member, *inner; /* inner: the member is an object with that member */
    } texts[] = {
        {"title", "title", NULL},     {"link", "url", NULL},     {"description", "description", NULL},
        {"footer", "footer", "text"}, {"image", "image", "url"}, {"thumbnail", "thumbnail", "url"}};
    struct webhook w = {.service = "Discord"};
    if (!*step_str(c, "webhookURL", ""))
        return webhook_refuse(c, &w, "no webhookURL");
    json_t *embed = json_pack("{s:i}", "color", embed_color(c));
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        const char *text = step_str(c, texts[i].param, "");
        if (*text && texts[i].inner)
            json_object_set_new(embed, texts[i].member, json_pack("{s:s}", texts[i].inner, text));
        else
            json_put_text(embed, texts[i].member, text);
    }
    w.url = xstrdup(step_str(c, "webhookURL", ""));
    w.payload = json_pack("{s:[o]}", "embeds", embed);
    json_put_text(w.payload, "content", step_str(c, "notes", NULL));
    json_put_text(w.payload, "username", step_str(c, "customUsername", NULL));
    json_put_text(w.payload, "avatar_url", step_str(c, "customAvatarUrl", NULL));
    return webhook_send(c, &w);
}
