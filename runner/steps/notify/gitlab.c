/* updateGitlabCommitStatus, gitlabCommitStatus, gitlabBuilds, addGitLabMRComment [gitlab-plugin:
 * UpdateGitLabCommitStatusStep, GitLabCommitStatusStep, GitLabBuildsStep, CommitStatusUpdater]. As in the
 * plugin, a status that GitLab does not take is told and fails nothing. */
#include "runner/steps/notify/build_tokens.h"
#include "runner/steps/notify/code_host.h"
#include "runner/steps/notify/webhook.h"
#include "runner/steps/rows.h"
#include <string.h>

static const char *const states[] = {"pending", "running", "canceled", "success", "failed", "skipped"};

/* PROJECT's part of the API; owned. NULL/err: not configured, or no project.
 * The project's path is one segment, slashes escaped; the token goes into a header, hence follows no
 * redirection (POST is never redirected). */
static char *project_api(struct step_call *c, struct webhook *w, struct error *err)
{
    const struct notify_config *n = &c->run->config->notify;
    _cleanup_(buf_release) struct buf url = {0};
    _cleanup_free_ char *project = build_project(c);
    const char *token = step_token(c, n->gitlab.token_credential_id, err);
    if (!n->gitlab.url || !token) {
        error_set(
            err, ERROR_INVALID,
            "No GitLab connection configured: put `gitlab: {url: …, tokenCredentialId: …}` into gmrun.yaml");
        return NULL;
    }
    if (!project) {
        error_set(err, ERROR_INVALID, "the build comes from no repository of GitLab");
        return NULL;
    }
    bool slash = str_has_suffix(n->gitlab.url, "/");
    buf_printf(&url, "%s%sapi/v4/projects/", n->gitlab.url, slash ? "" : "/");
    url_encode(&url, project);
    w->header = xasprintf("PRIVATE-TOKEN: %s", token);
    return buf_steal(&url);
}

/* `name` is what GitLab shows beside the state, and what a later state of the same name replaces. */
static int status_webhook(struct step_call *c, const char *name, const char *state, struct webhook *w,
                          struct error *err)
{
    _cleanup_free_ char *api = project_api(c, w, err), *commit = build_commit(c), *target = build_url_text(c);
    _cleanup_free_ char *ref = run_getenv(c->run, c->branch->scope, "BRANCH_NAME");
    if (!api)
        return -1;
    if (!commit)
        return error_set(err, ERROR_INVALID, "the build has no commit");
    w->url = xasprintf("%s/statuses/%s", api, commit);
    w->payload = json_pack("{s:s,s:s,s:s}", "state", state, "name", name, "description", state);
    json_put_text(w->payload, "ref", ref);
    if (str_has_prefix(target, "http")) /* GitLab takes no other */
        json_put_text(w->payload, "target_url", target);
    return 0;
}

enum call_status step_gitlab_status(struct step_call *c, struct value *out)
{
    _cleanup_(error_release) struct error err = {0};
    struct webhook w = {.service = "GitLab"};
    const char *state = step_str(c, "state", ""), *name = step_str(c, "name", "jenkins");
    for (size_t i = 0; i < ARRAY_LEN(states); i++) {
        if (strcmp(states[i], state))
            continue;
        if (status_webhook(c, *name ? name : "jenkins", state, &w, &err) < 0)
            return webhook_refuse(c, &w, err.message);
        return webhook_send(c, &w);
    }
    return step_abort(c, "no state '%s'; there are pending, running, canceled, success, failed, skipped",
                      state);
}

enum call_status step_gitlab_comment(struct step_call *c, struct value *out)
{
    _cleanup_(error_release) struct error err = {0};
    struct webhook w = {.service = "GitLab"};
    _cleanup_free_ char *api = project_api(c, &w, &err);
    _cleanup_free_ char *id = build_change(c, "gitlabMergeRequestIid");
    if (!id)
        error_set(&err, ERROR_INVALID, "the build is of no merge request");
    if (err.message)
        return webhook_refuse(c, &w, err.message);
    w.url = xasprintf("%s/merge_requests/%s/notes", api, id);
    w.payload = json_pack("{s:s}", "body", step_str(c, "comment", ""));
    return webhook_send(c, &w);
}

/* ---- gitlabCommitStatus { }: running, the block, then how it ended. The outcome waits in the arguments,
 * under names that no argument has. */

/* Told and forgotten: a status must not fail the build. */
static void tell_refusal(struct step_call *c, const struct worker_end *end)
{
    if (json_integer_value(json_object_get(end->result, "status")) / 100 != 2)
        step_log(c, "ERROR: GitLab notification failed: %s", end->message ? end->message : "refused");
}

static bool told(struct step_call *c, const struct worker_end *end)
{
    tell_refusal(c, end);
    step_wake(c);
    return true;
}

/* Owned; NULL: there is nothing to send it to, which `loud` says. */
static json_t *status_request(struct step_call *c, const char *name, const char *state, bool loud)
{
    _cleanup_(error_release) struct error err = {0};
    struct webhook w = {.service = "GitLab"};
    json_t *request = NULL;
    if (status_webhook(c, *name ? name : "jenkins", state, &w, &err) == 0)
        request = webhook_request(&w);
    else if (loud)
        step_log(c, "%s", err.message);
    webhook_release(&w);
    return request;
}

/* Sends `state`; with nothing to send it to, the step goes on at once. */
static enum call_status tell(struct step_call *c, const char *state)
{
    json_t *request = status_request(c, step_str(c, "name", ""), state, strcmp(state, "running") == 0);
    return request ? helper_start(c, request, told) : CALL_OK;
}

static const char outcome_key[] = "\1outcome", thrown_key[] = "\1thrown";

/* An aborted block is "canceled" in GitLab's words. */
static enum call_status tell_end(struct step_call *c)
{
    struct value thrown = step_arg(c, thrown_key), v = step_arg(c, outcome_key);
    if (value_is_null(thrown))
        return tell(c, "success");
    return tell(c, result_of_exception(c->run, v) == RESULT_ABORTED ? "canceled" : "failed");
}

static enum call_status give_outcome(struct step_call *c, struct outcome o, struct value *out)
{
    struct value v = value_retain(step_arg(c, outcome_key));
    if (o.thrown) { /* interrupted while it told */
        value_release(v);
        return step_after_plain(c, o, out);
    }
    if (!value_is_null(step_arg(c, thrown_key)))
        return vm_throw_value(c->fiber, v);
    *out = v;
    return CALL_OK;
}

static enum call_status body_done(struct step_call *c, struct outcome o, struct value *out)
{
    map_set_str(AS_MAP(c->args), outcome_key, o.v);
    map_set_str(AS_MAP(c->args), thrown_key, o.thrown ? value_bool(true) : NULL_VALUE);
    return step_await(c, tell_end, give_outcome);
}

static enum call_status tell_start(struct step_call *c)
{
    return tell(c, "running");
}

/* ---- gitlabBuilds(builds: […]) { }: all are pending before the block begins; each reports itself later. */

struct announcing {
    json_t *builds;
    size_t next;
};

static void announcing_free(void *data)
{
    struct announcing *a = data;
    json_decref(a->builds);
    free(a);
}

static const char *next_build(struct announcing *a)
{
    return json_string_value(json_array_get(a->builds, a->next++));
}

/* One request after the other; where there is no answer at all the rest is not tried. */
static bool announced(struct step_call *c, const struct worker_end *end)
{
    const char *name = end->result ? next_build(helper_data(c)) : NULL;
    json_t *request = name ? status_request(c, name, "pending", true) : NULL;
    tell_refusal(c, end);
    if (request)
        helper_again(c, request, announced);
    else
        step_wake(c);
    return true;
}

static enum call_status announce(struct step_call *c)
{
    struct announcing *a = xcalloc(1, sizeof(*a));
    a->builds = step_json(c, "builds");
    const char *name = next_build(a);
    json_t *request = name ? status_request(c, name, "pending", true) : NULL;
    if (request)
        return helper_start_with(c, request, announced, a, announcing_free);
    announcing_free(a);
    return CALL_OK;
}

/* ---- blocks: something is told, then the body begins */

/* c->begin tells which of the two blocks this is. */
static enum call_status enter(struct step_call *c, struct outcome o, struct value *out)
{
    if (o.thrown)
        return step_after_plain(c, o, out);
    return step_body(c, NULL, NULL, 0, NULL, c->begin == announce ? step_after_plain : body_done);
}

static enum call_status block(struct step_call *c, enum call_status (*begin)(struct step_call *c))
{
    if (c->run->dry_run)
        return step_body(c, NULL, NULL, 0, NULL, step_after_plain);
    return step_await(c, begin, enter);
}

enum call_status step_gitlab_builds(struct step_call *c, struct value *out)
{
    return block(c, announce);
}

enum call_status step_gitlab_commit_status(struct step_call *c, struct value *out)
{
    return block(c, tell_start);
}
