/* The keys of mail, chat services and code hosts. Every part fills members of `struct config` itself (its
 * size is that of the whole), so a part is a table and no code. */
#include "runner/state/notify_config.h"
#include "base/util.h"
#include "runner/state/config.h"
#include "runner/state/schema.h"
#include <string.h>

#define AT(member) offsetof(struct config, notify.member)
#define TEXT(key_, member)                                                                                   \
    {                                                                                                        \
        .key = key_, .type = FIELD_TEXT, .offset = AT(member)                                                \
    }
#define PART(name_, fields_, ...)                                                                            \
    {                                                                                                        \
        .what = name_, .size = sizeof(struct config), .fields = fields_, .n_fields = ARRAY_LEN(fields_),     \
        ##__VA_ARGS__                                                                                        \
    }

static int mail_check(struct fill *f, void *object, const struct yaml_node *map)
{
    static const char *const kinds[] = {"none", "starttls", "tls"};
    const char *tls = ((struct config *)object)->notify.mail.tls;
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
        if (!tls || strcmp(tls, kinds[i]) == 0)
            return 0;
    return yaml_error(f->err, f->doc, yaml_get(map, "tls"),
                      "unknown 'tls: %s'; there are none, starttls, tls", tls);
}

static const struct field mail_fields[] = {
    TEXT("host", mail.host),
    {.key = "port", .type = FIELD_COUNT, .offset = AT(mail.port)},
    TEXT("tls", mail.tls),
    TEXT("credentialsId", mail.credentials_id),
    {.key = "caFile", .type = FIELD_PATH, .offset = AT(mail.ca_file)},
    TEXT("from", mail.from),
    TEXT("replyTo", mail.reply_to),
    TEXT("defaultSuffix", mail.default_suffix),
    TEXT("defaultRecipients", mail.default_recipients),
    TEXT("defaultSubject", mail.default_subject),
    TEXT("defaultContent", mail.default_content),
};
const struct schema mail_schema = PART("mail", mail_fields, .check = mail_check);

static const struct field slack_fields[] = {
    TEXT("teamDomain", slack.team_domain),
    TEXT("baseUrl", slack.base_url),
    TEXT("tokenCredentialId", slack.token_credential_id),
    TEXT("channel", slack.channel),
    {.key = "botUser", .type = FIELD_BOOL, .offset = AT(slack.bot_user)},
};
const struct schema slack_schema = PART("slack", slack_fields);

static int robot_check(struct fill *f, void *object, const struct yaml_node *map)
{
    const struct robot_config *r = object;
    if (!r->webhook != !r->webhook_credentials_id)
        return 0;
    return yaml_error(f->err, f->doc, map, "robot '%s' needs one of 'webhook' and 'webhookCredentialsId'",
                      r->id);
}

#define ROBOT_TEXT(key_, member, ...)                                                                        \
    {                                                                                                        \
        .key = key_, .type = FIELD_TEXT, .offset = offsetof(struct robot_config, member), ##__VA_ARGS__      \
    }
static const struct field robot_fields[] = {
    ROBOT_TEXT("id", id, .required = true),
    ROBOT_TEXT("name", name),
    ROBOT_TEXT("webhook", webhook),
    ROBOT_TEXT("webhookCredentialsId", webhook_credentials_id),
    ROBOT_TEXT("secretCredentialsId", secret_credentials_id),
    ROBOT_TEXT("keyword", keyword),
};
static const struct schema robot_schema = {.what = "a robot",
                                           .size = sizeof(struct robot_config),
                                           .fields = robot_fields,
                                           .n_fields = ARRAY_LEN(robot_fields),
                                           .check = robot_check};

#define ROBOTS(member)                                                                                       \
    {                                                                                                        \
        .key = "robots", .type = FIELD_LIST, .offset = AT(member.items), .offset_len = AT(member.n),         \
        .sub = &robot_schema                                                                                 \
    }
static const struct field dingtalk_fields[] = {TEXT("baseUrl", dingtalk_base_url), ROBOTS(dingtalk)};
static const struct field wecom_fields[] = {ROBOTS(wecom)};
static const struct field lark_fields[] = {ROBOTS(lark)};
const struct schema dingtalk_schema = PART("dingtalk", dingtalk_fields);
const struct schema wecom_schema = PART("wecom", wecom_fields);
const struct schema lark_schema = PART("lark", lark_fields);

static const struct field mattermost_fields[] = {
    TEXT("endpoint", mattermost.endpoint),
    TEXT("endpointCredentialsId", mattermost.endpoint_credentials_id),
    TEXT("channel", mattermost.channel),
    TEXT("icon", mattermost.icon),
};
const struct schema mattermost_schema = PART("mattermost", mattermost_fields);

static const struct field rocket_fields[] = {
    TEXT("serverUrl", rocket.server_url),
    TEXT("tokenCredentialId", rocket.token_credential_id),
    TEXT("channel", rocket.channel),
};
const struct schema rocket_schema = PART("rocket", rocket_fields);

/* Three code hosts whose parts have the same two keys. */
#define HOST(name_)                                                                                          \
    static const struct field name_##_fields[] = {                                                           \
        TEXT("url", name_.url),                                                                              \
        TEXT("tokenCredentialId", name_.token_credential_id),                                                \
    };                                                                                                       \
    const struct schema name_##_schema = PART(#name_, name_##_fields)
HOST(gitlab);
HOST(github);
HOST(gitee);
