/* The order of settings: a step's argument, then gmrun.yaml; and the two kinds of addresses that Slack
 * has, by whether the token is a bot's. */
#include "runner/steps/notify/slack_target.h"
#include "runner/steps/notify/webhook.h"
#include <string.h>

static const char *setting(struct step_call *c, const char *name, const char *configured)
{
    const char *s = step_setting(c, name, configured);
    return s ? s : "";
}

/* A token given in clear is used as it is and masked from then on. */
int slack_target_find(struct step_call *c, struct slack_target *t, struct error *err)
{
    const struct notify_config *n = &c->run->config->notify;
    *t = (struct slack_target){
        /* slackUploadFile calls it credentialId */
        .token_id = setting(c, "credentialId", setting(c, "tokenCredentialId", n->slack.token_credential_id)),
        .base_url = setting(c, "baseUrl", n->slack.base_url),
        .team = setting(c, "teamDomain", n->slack.team_domain),
        .channel = setting(c, "channel", n->slack.channel),
        .bot = step_bool(c, "botUser", n->slack.bot_user),
    };
    t->token = *step_str(c, "token", "") ? step_str(c, "token", "") : step_token(c, t->token_id, err);
    if (t->token || err->message)
        step_hide(c, t->token);
    else
        error_set(err, ERROR_INVALID,
                  "no token: put `slack: {tokenCredentialId: …}` into gmrun.yaml, or give tokenCredentialId");
    if (t->token && !t->bot && !*t->base_url && !*t->team)
        error_set(err, ERROR_INVALID,
                  "no team: put `slack: {teamDomain: …}` (or baseUrl, or botUser: true) into gmrun.yaml");
    return err->message ? -1 : 0;
}

char *slack_address(const struct slack_target *t, const char *method)
{
    _cleanup_free_ char *team_host = *t->team ? xasprintf("%s.slack.com", t->team) : xstrdup("slack.com");
    bool slash = str_has_suffix(t->base_url, "/");
    if (t->bot && !*t->base_url)
        return xasprintf("https://%s/api/%s", team_host, method);
    if (t->bot)
        return xasprintf("%s%s%s", t->base_url, slash ? "" : "/", method);
    if (*t->base_url)
        return xasprintf("%s%s%s", t->base_url, slash ? "" : "/", t->token);
    return xasprintf("https://%s/services/hooks/jenkins-ci?token=%s", team_host, t->token);
}
