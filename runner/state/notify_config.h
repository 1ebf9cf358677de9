/* What gmrun.yaml says about the services that messages go to: mail servers, chat robots, code hosts.
 * Embedded in struct config; absent texts are NULL. Tokens are ids of credentials, never in this file. */
#ifndef RUNNER_STATE_NOTIFY_CONFIG_H
#define RUNNER_STATE_NOTIFY_CONFIG_H

#include <stdbool.h>
#include <stddef.h>

struct schema; /* runner/state/schema.h */

struct robot_config { /* a webhook that messages of a group go to */
    char *id, *name;
    char *webhook, *webhook_credentials_id; /* one of them */
    char *secret_credentials_id;            /* signs what is sent */
    char *keyword;                          /* the robot takes only messages that hold it */
};
struct robots_config {
    struct robot_config *items;
    size_t n;
};
struct notify_config {
    struct {
        char *host, *tls, *credentials_id, *ca_file; /* tls: none, starttls, tls; NULL: by port */
        int port;                                    /* 0: 25 */
        char *from, *reply_to, *default_suffix;
        char *default_recipients, *default_subject, *default_content;
    } mail;
    struct {
        char *team_domain, *base_url, *token_credential_id, *channel;
        bool bot_user;
    } slack;
    char *dingtalk_base_url;
    struct robots_config dingtalk, wecom, lark;
    struct {
        char *endpoint, *endpoint_credentials_id, *channel, *icon;
    } mattermost;
    struct {
        char *server_url, *token_credential_id, *channel;
    } rocket;
    struct {
        char *url, *token_credential_id;
    } gitlab, github, gitee;
};

/* The rows of its keys, for the table of gmrun.yaml's own keys in config.c. */
extern const struct schema mail_schema, slack_schema, dingtalk_schema, wecom_schema, lark_schema;
extern const struct schema mattermost_schema, rocket_schema, gitlab_schema, github_schema, gitee_schema;

#endif
