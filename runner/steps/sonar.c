/* withSonarQubeEnv and waitForQualityGate [sonarqube-scanner plugin].
 *
 * The scanner leaves report-task.txt in the workspace; what it says about the analysis is kept in the build's
 * record when the block ends. Jenkins then waits for a webhook; a command line cannot be called, so the
 * server is asked again and again. */
#include "base/fs.h"
#include "base/glob.h"
#include "agents/worker.h"
#include "runner/engine/node.h"
#include "runner/lib/properties.h"
#include "runner/steps/rows.h"
#include "runner/steps/workspace.h"
#include <string.h>

enum { REPORT_LIMIT = 1 << 20, POLL_MS = 2000, MAX_FAILURES = 5 };

static const char *const no_server =
    "no SonarQube server is configured: put `sonar: {name: …, url: …, credentialsId: …}` into gmrun.yaml";

static const char *server_name(const struct config *config)
{
    return config->sonar_name ? config->sonar_name : "sonar";
}

/* ---- withSonarQubeEnv */

struct analysis {
    struct run *run;
    char *token;
};

static void analysis_release(void *data)
{
    struct analysis *a = data;
    if (a->token) {
        mask_set_remove(a->run->masks, a->token, strlen(a->token));
        explicit_bzero(a->token, strlen(a->token));
    }
    free(a->token);
    free(a);
}

/* The newest report-task.txt found so far: a workspace may hold one a module, and old ones. */
struct latest {
    struct ant_scan scan;
    char *path;
    struct timespec changed;
};

static int note_report(void *data, const char *path, const struct stat *st, struct error *err)
{
    struct latest *l = data;
    const struct timespec *t = &st->st_mtim;
    if (l->path && (t->tv_sec < l->changed.tv_sec ||
                    (t->tv_sec == l->changed.tv_sec && t->tv_nsec <= l->changed.tv_nsec)))
        return 0;
    free(l->path);
    l->path = path_join(l->scan.root, path);
    l->changed = *t;
    return 0;
}

static void keep_pair(void *data, const char *key, const char *value)
{
    json_object_set_new(data, key, json_string(value));
}

/* The newest report of the workspace goes into build.json, key `sonar`. */
static void keep_report(struct step_call *c)
{
    _cleanup_(error_release) struct error err = {0};
    _cleanup_(buf_release) struct buf text = {0};
    struct latest l = {.scan = {.root = step_cwd(c), .includes = "**/report-task.txt"}};
    if (ws_scan(c, &l.scan, note_report, &l, &err) < 0 || !l.path ||
        fs_read_file(l.path, REPORT_LIMIT, &text, &err) < 0) {
        step_log(c,
                 "WARN: Unable to locate 'report-task.txt' in the workspace. Did the SonarScanner succeed?");
        free(l.path);
        return;
    }
    json_t *report = json_object();
    properties_parse(text.data ? text.data : "", text.len, keep_pair, report);
    const char *id = step_str(c, "credentialsId", c->run->config->sonar_credentials_id);
    json_object_del(report,
                    "credentialsId"); /* the file comes from the build: it may choose no credentials */
    if (id)
        json_object_set_new(report, "credentialsId", json_string(id));
    json_object_set_new(c->run->record.json, "sonar", report);
    free(l.path);
}

/* Also after a failed block: the analysis may have gone out before. */
static enum call_status after_analysis(struct step_call *c, struct outcome o, struct value *out)
{
    if (scope_lease(c->branch->scope))
        keep_report(c);
    return step_after_plain(c, o, out);
}

/* Names and JSON are SonarEnvironmentContributor's; the scanner reads SONARQUBE_SCANNER_PARAMS by itself. */
static void set_variables(struct scope *scope, const struct config *config, const char *token)
{
    json_t *params = json_pack("{s:s}", "sonar.host.url", config->sonar_url);
    if (token)
        json_object_set_new(params, "sonar.login", json_string(token));
    char *text = json_dumps(params, JSON_COMPACT);
    env_set(&scope->vars, "SONAR_CONFIG_NAME", server_name(config));
    env_set(&scope->vars, "SONAR_HOST_URL", config->sonar_url);
    env_set(&scope->vars, "SONAR_MAVEN_GOAL", "sonar:sonar");
    env_set(&scope->vars, "SONARQUBE_SCANNER_PARAMS", text);
    if (token) {
        env_set(&scope->vars, "SONAR_AUTH_TOKEN", token);
        scope->secrets = xstrdup("SONAR_AUTH_TOKEN\n");
    }
    json_decref(params);
    free(text);
}

enum call_status step_with_sonar_env(struct step_call *c, struct value *out)
{
    _cleanup_(error_release) struct error err = {0};
    const struct config *config = c->run->config;
    const char *name = step_str(c, "installationName", NULL);
    if (c->run->dry_run)
        return step_body(c, NULL, NULL, 0, NULL, step_after_plain);
    if (!config->sonar_url)
        return step_abort(c, "%s", no_server);
    if (name && *name && config->sonar_name && strcmp(name, config->sonar_name))
        return step_abort(
            c,
            "SonarQube installation defined in this job (%s) does not match any configured installation: %s",
            name, config->sonar_name);
    const char *token = credentials_token(c->run->credentials,
                                          step_str(c, "credentialsId", config->sonar_credentials_id), &err);
    if (err.message)
        return step_abort(c, "%s", err.message);
    step_log(c, "Injecting SonarQube environment variables using the configuration: %s", server_name(config));
    struct analysis *a = xcalloc(1, sizeof(*a));
    struct scope *scope = scope_new(c->branch->scope);
    *a = (struct analysis){c->run, xstrdup(token)};
    if (token)
        mask_set_add(c->run->masks, token, strlen(token));
    set_variables(scope, config, token);
    scope->data = a;
    scope->release = analysis_release;
    return step_body(c, scope, NULL, 0, NULL, after_analysis);
}

/* ---- waitForQualityGate */

struct gate {
    struct step_call *call;
    struct worker *worker;
    struct loop_timer again;
    const char *server, *task, *token; /* borrowed: of the build's record and the credentials */
    char *analysis;                    /* known once the task is done */
    char *told;                        /* the last state printed */
    int failures;
    bool cancelled;
};

static void gate_free(void *data)
{
    struct gate *g = data;
    loop_timer_stop(g->call->run->loop, &g->again);
    free(g->analysis);
    free(g->told);
    free(g);
}

static void ask_again(struct loop_timer *t);

/* From now on a cancel finds the timer instead of a worker. */
static void wait_and_ask(struct gate *g)
{
    g->again = (struct loop_timer){.fn = ask_again, .data = g};
    loop_timer_start(g->call->run->loop, &g->again, POLL_MS);
}

/* The state of the background task on the server. */
static void task_answered(struct gate *g, const json_t *body)
{
    const json_t *task = json_object_get(body, "task");
    const char *status = json_string_value(json_object_get(task, "status"));
    const char *analysis = json_string_value(json_object_get(task, "analysisId"));
    if (!status) {
        step_fail_text(g->call, "%s/api/ce/task: the answer is not that of a SonarQube server", g->server);
        return;
    }
    if (!g->told || strcmp(g->told, status)) {
        step_log(g->call, "SonarQube task '%s' status is '%s'", g->task, status);
        free(g->told);
        g->told = xstrdup(status);
    }
    if (strcmp(status, "SUCCESS") == 0 && analysis) {
        g->analysis = xstrdup(analysis);
        ask_again(&g->again);
    } else if (strcmp(status, "PENDING") && strcmp(status, "IN_PROGRESS")) {
        step_fail_text(g->call, "SonarQube analysis '%s' failed: %s", g->task, status);
    } else {
        wait_and_ask(g);
    }
}

static void gate_answered(struct gate *g, const json_t *body)
{
    struct step_call *c = g->call;
    const char *status = json_string_value(json_object_get(json_object_get(body, "projectStatus"), "status"));
    if (!status) {
        step_fail_text(c, "%s/api/qualitygates/project_status: the answer is not that of a SonarQube server",
                       g->server);
        return;
    }
    step_log(c, "SonarQube task '%s' completed. Quality gate is '%s'", g->task, status);
    if (step_bool(c, "abortPipeline", false) && strcmp(status, "OK") && strcmp(status, "NONE")) {
        step_fail_text(c, "Pipeline aborted due to quality gate failure: %s", status);
        return;
    }
    struct value map = map_new(c->run->vm), v = string_from(status);
    map_set_str(AS_MAP(map), "status", v);
    value_release(v);
    step_done(c, map);
}

/* Five in a row: a server that restarts is back by then. */
static void request_failed(struct gate *g, const char *message)
{
    if (++g->failures >= MAX_FAILURES || g->cancelled)
        step_fail_text(g->call, "SonarQube does not answer: %s", message);
    else
        wait_and_ask(g);
}

static void answered(void *data, const struct worker_end *end)
{
    struct gate *g = data;
    g->worker = NULL;
    if (!end->result) {
        request_failed(g, end->message);
        return;
    }
    int status = (int)json_integer_value(json_object_get(end->result, "status"));
    const char *text = json_string_value(json_object_get(end->result, "body"));
    if (status == 401 || status == 403) {
        step_fail_text(g->call, "%s refuses the credentials (HTTP status %d)", g->server, status);
    } else if (status >= 500) {
        _cleanup_free_ char *message = xasprintf("HTTP status %d", status);
        request_failed(g, message);
    } else if (status != 200) {
        step_fail_text(g->call, "%s answers with HTTP status %d", g->server, status);
    } else {
        json_t *body = json_loads(text ? text : "", 0, NULL);
        g->failures = 0;
        if (g->analysis)
            gate_answered(g, body);
        else
            task_answered(g, body);
        json_decref(body);
    }
}

/* Over this machine's helper, wherever the node is: the server is one of the runner's configuration. */
static int ask(struct gate *g, struct error *err)
{
    static const struct worker_callbacks callbacks = {.done = answered};
    size_t n = strlen(g->server);
    while (n && g->server[n - 1] == '/')
        n--;
    _cleanup_free_ char *url = g->analysis ? xasprintf("%.*s/api/qualitygates/project_status?analysisId=%s",
                                                       (int)n, g->server, g->analysis)
                                           : xasprintf("%.*s/api/ce/task?id=%s", (int)n, g->server, g->task);
    json_t *request = json_pack("{s:s,s:s,s:i}", "op", "http", "url", url, "timeout", 30);
    if (g->token)
        json_object_set_new(request, "user",
                            json_string(g->token)); /* a token is a user name without password */
    g->worker = worker_start(&g->call->run->procs, NULL, request, &callbacks, g, err);
    json_decref(request);
    return g->worker ? 0 : -1;
}

static void ask_again(struct loop_timer *t)
{
    struct gate *g = t->data;
    _cleanup_(error_release) struct error err = {0};
    if (g->cancelled)
        step_fail_text(g->call, "cancelled");
    else if (ask(g, &err) < 0)
        step_fail_text(g->call, "%s", err.message);
}

/* The timer fires at once and ends the call; a worker ends by answered(), as a failure. */
static void cancel(struct step_call *c)
{
    struct gate *g = c->state;
    g->cancelled = true;
    if (g->worker)
        worker_cancel(g->worker);
    else
        loop_timer_start(c->run->loop, &g->again, 0);
}

/* An id goes into a URL; SonarQube's are letters, digits, - and _. */
static bool good_id(const char *id)
{
    return id && *id && !id[strspn(id, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_")];
}

enum call_status step_wait_for_quality_gate(struct step_call *c, struct value *out)
{
    _cleanup_(error_release) struct error err = {0};
    const struct config *config = c->run->config;
    const json_t *report = json_object_get(c->run->record.json, "sonar");
    const char *task = json_string_value(json_object_get(report, "ceTaskId"));
    const char *server =
        config->sonar_url ? config->sonar_url : json_string_value(json_object_get(report, "serverUrl"));
    const char *kept = json_string_value(json_object_get(report, "credentialsId"));
    if (!config->sonar_url && !report)
        return step_abort(c, "%s", no_server);
    if (!good_id(task) || !server)
        return step_abort(c, "Unable to get SonarQube task id and/or server name. Please use the "
                             "'withSonarQubeEnv' wrapper to run "
                             "your analysis.");
    const char *token = credentials_token(c->run->credentials, step_str(c, "credentialsId", kept), &err);
    if (err.message)
        return step_abort(c, "%s", err.message);
    struct gate *g = xcalloc(1, sizeof(*g));
    *g = (struct gate){
        .call = c, .server = server, .task = task, .token = token, .again = {.fn = ask_again, .data = g}};
    c->state = g;
    c->state_release = gate_free;
    step_log(c, "Checking status of SonarQube task '%s' on server '%s'", task, server_name(config));
    if (ask(g, &err) < 0)
        return step_abort(c, "%s", err.message);
    step_on_cancel(c, cancel);
    return CALL_WAIT;
}
