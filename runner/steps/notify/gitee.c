/* addGiteeMRComment [gitee plugin: AddGiteeMRCommentStep], by Gitee's API v5. A comment that is refused is
 * told and fails nothing. */
#include "runner/steps/notify/code_host.h"
#include "runner/steps/notify/webhook.h"
#include "runner/steps/rows.h"
#include <string.h>

enum call_status step_gitee_comment(struct step_call *c, struct value *out)
{
    _cleanup_(error_release) struct error err = {0};
    const struct notify_config *n = &c->run->config->notify;
    struct webhook w = {.service = "Gitee"};
    const char *base = n->gitee.url ? n->gitee.url : "https://gitee.com";
    const char *token = step_token(c, n->gitee.token_credential_id, &err);
    _cleanup_free_ char *project = build_project(c), *id = build_change(c, "giteePullRequestIid");
    if (!token)
        return webhook_refuse(c, &w,
                              err.message ? err.message
                                          : "no token: put `gitee: {tokenCredentialId: …}` into gmrun.yaml");
    if (!project || !id)
        return webhook_refuse(c, &w, "the build is of no pull request");
    w.url = xasprintf("%s%sapi/v5/repos/%s/pulls/%s/comments", base, str_has_suffix(base, "/") ? "" : "/",
                      project, id);
    w.header = xasprintf("Authorization: Bearer %s", token);
    w.payload = json_pack("{s:s}", "body", step_str(c, "comment", ""));
    return webhook_send(c, &w);
}
