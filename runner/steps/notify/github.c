/* githubNotify [pipeline-githubnotify-step: GitHubStatusNotificationStep]: the status of a commit. What is
 * not given is found from the checkout; a status that GitHub does not take fails the step, as in the plugin.
 */
#include "runner/steps/notify/build_tokens.h"
#include "runner/steps/notify/code_host.h"
#include "runner/steps/notify/webhook.h"
#include "runner/steps/rows.h"
#include <string.h>

/* "account/repo": each as given, else the build's. Owned, NULL. */
static char *repository(struct step_call *c)
{
    const char *account = step_str(c, "account", ""), *repo = step_str(c, "repo", "");
    _cleanup_free_ char *project = build_project(c);
    const char *slash = project ? strchr(project, '/') : NULL;
    if ((!*account || !*repo) && !slash)
        return NULL;
    return *account ? xasprintf("%s/%s", account, *repo ? repo : slash + 1)
                    : xasprintf("%.*s/%s", (int)(slash - project), project, *repo ? repo : slash + 1);
}

enum call_status step_github_notify(struct step_call *c, struct value *out)
{
    static const char *const states[][2] = {
        {"PENDING", "pending"}, {"SUCCESS", "success"}, {"FAILURE", "failure"}, {"ERROR", "error"}};
    _cleanup_(error_release) struct error err = {0};
    const struct notify_config *n = &c->run->config->notify;
    struct webhook w = {.service = "GitHub", .fatal = true};
    const char *given = step_str(c, "gitApiUrl", ""), *sha = step_str(c, "sha", ""), *state = NULL;
    const char *id = step_str(c, "credentialsId", "");
    const char *base = *given ? given : n->github.url ? n->github.url : "https://api.github.com";
    for (size_t i = 0; i < ARRAY_LEN(states); i++)
        if (strcmp(states[i][0], step_str(c, "status", "")) == 0)
            state = states[i][1];
    if (!state)
        return step_abort(c, "no status '%s'; there are PENDING, SUCCESS, FAILURE, ERROR",
                          step_str(c, "status", ""));
    const char *token = step_token(c, *id ? id : n->github.token_credential_id, &err);
    _cleanup_free_ char *repo = repository(c), *commit = *sha ? xstrdup(sha) : build_commit(c);
    if (!token)
        return webhook_refuse(c, &w,
                              err.message ? err.message
                                          : "no token: put `github: {tokenCredentialId: …}` into gmrun.yaml");
    if (!repo || !commit)
        return webhook_refuse(c, &w, "Unable to infer git repository and commit: give account, repo and sha");
    _cleanup_free_ char *target = build_url_text(c);
    const char *context = step_str(c, "context", ""), *url = step_str(c, "targetUrl", "");
    w.url = xasprintf("%s%srepos/%s/statuses/%s", base, str_has_suffix(base, "/") ? "" : "/", repo, commit);
    w.header = xasprintf("Authorization: Bearer %s", token);
    w.payload = json_pack("{s:s,s:s,s:s}", "state", state, "description", step_str(c, "description", ""),
                          "context", *context ? context : "gmrun");
    json_put_text(w.payload, "target_url", *url ? url : str_has_prefix(target, "http") ? target : NULL);
    return webhook_send(c, &w);
}
