/* One function a token; the table at the end names them. Formats and defaults: email-ext's
 * org.jenkinsci…emailext.plugins.content classes and token-macro. */
#include "runner/steps/notify/build_tokens.h"
#include "base/buf.h"
#include "base/fs.h"
#include "runner/engine/objects.h"
#include "runner/steps/notify/tokens.h"
#include <limits.h>
#include <string.h>
#include <time.h>

enum { LOG_LIMIT = 64 << 20, FILE_LIMIT = 8 << 20, JUNIT_LIMIT = 64 << 20, NESTING = 3 };

struct expansion {
    struct step_call *call;
    int depth; /* of expansions within each other: $DEFAULT_SUBJECT may hold $DEFAULT_CONTENT */
};

static void expand(struct expansion *x, const char *text, struct buf *out);

static enum result past_result(const json_t *build)
{
    enum result r = RESULT_NONE;
    const char *name = json_string_value(json_object_get(build, "result"));
    return name && result_parse(name, &r) ? r : RESULT_NONE;
}

/* By this build and the one before it, as BuildStatusMacro words them; a build that goes on well counts as
 * successful. */
const char *build_status_word(struct run *run)
{
    enum result now = run->result == RESULT_NONE ? RESULT_SUCCESS : run->result;
    enum result before = run_result_before(run);
    bool bad_before = before == RESULT_UNSTABLE || before == RESULT_FAILURE;
    switch (now) {
    case RESULT_FAILURE:
        return before == RESULT_FAILURE ? "Still Failing" : "Failure";
    case RESULT_UNSTABLE:
        return before == RESULT_UNSTABLE ? "Still Unstable" : "Unstable";
    case RESULT_ABORTED:
        return "Aborted";
    case RESULT_NOT_BUILT:
        return "Not Built";
    default:
        return bad_before ? "Fixed" : "Successful";
    }
}

char *build_url_text(struct step_call *c)
{
    char *url = run_getenv(c->run, c->branch->scope, "BUILD_URL");
    return url ? url : xasprintf("file://%s/", c->run->record.dir);
}

/* Text of HTML; quotes need no escape there. */
static void add_escaped(struct buf *out, const char *s, size_t n)
{
    for (size_t i = 0; i < n; i++)
        switch (s[i]) {
        case '<':
            buf_addstr(out, "&lt;");
            break;
        case '>':
            buf_addstr(out, "&gt;");
            break;
        case '&':
            buf_addstr(out, "&amp;");
            break;
        default:
            buf_addch(out, s[i]);
        }
}

/* ---- what the build is */

static void project(struct expansion *x, const struct token *t, struct buf *out)
{
    buf_addstr(out, x->call->run->record.job);
}

static void number(struct expansion *x, const struct token *t, struct buf *out)
{
    buf_printf(out, "%d", x->call->run->record.number);
}

static void status(struct expansion *x, const struct token *t, struct buf *out)
{
    buf_addstr(out, build_status_word(x->call->run));
}

static void url(struct expansion *x, const struct token *t, struct buf *out)
{
    _cleanup_free_ char *text = build_url_text(x->call);
    buf_addstr(out, text);
}

static void cause(struct expansion *x, const struct token *t, struct buf *out)
{
    _cleanup_free_ char *text = causes_text(x->call->run);
    buf_addstr(out, text);
}

/* ${ENV, var="NAME"}; unknown names are empty [EnvironmentVariableMacro]. */
static void variable(struct expansion *x, const struct token *t, struct buf *out)
{
    _cleanup_free_ char *value = run_getenv(x->call->run, x->call->branch->scope, token_arg(t, "var", ""));
    buf_addstr(out, value ? value : "");
}

static void revision(struct expansion *x, const struct token *t, struct buf *out)
{
    const char *commit = json_string_value(json_object_get(x->call->run->record.json, "commit"));
    long n = token_number(t, "length", 40);
    buf_printf(out, "%.*s", n > 0 ? (int)n : 40, commit ? commit : "");
}

/* Told in the log and in the message: an empty mail would look like a success. */
static void unsupported(struct expansion *x, const struct token *t, struct buf *out)
{
    step_log(x->call, "%s: the token ${%s} runs a template inside Jenkins; gmrun does not",
             x->call->step->name, t->name);
    buf_printf(out, "[${%s} is not supported by gmrun]", t->name);
}

/* ---- configuration */

static void default_subject(struct expansion *x, const struct token *t, struct buf *out)
{
    const char *text = x->call->run->config->notify.mail.default_subject;
    expand(x, text ? text : "$PROJECT_NAME - Build # $BUILD_NUMBER - $BUILD_STATUS!", out);
}

static void default_content(struct expansion *x, const struct token *t, struct buf *out)
{
    const char *text = x->call->run->config->notify.mail.default_content;
    expand(x,
           text ? text
                : "$PROJECT_NAME - Build # $BUILD_NUMBER - $BUILD_STATUS:\n\nCheck console output at "
                  "$BUILD_URL to "
                  "view the results.",
           out);
}

static void default_recipients(struct expansion *x, const struct token *t, struct buf *out)
{
    const char *text = x->call->run->config->notify.mail.default_recipients;
    buf_addstr(out, text ? text : "");
}

static void default_reply_to(struct expansion *x, const struct token *t, struct buf *out)
{
    const char *text = x->call->run->config->notify.mail.reply_to;
    buf_addstr(out, text ? text : "");
}

static void nothing(struct expansion *x, const struct token *t, struct buf *out)
{
}

/* ---- the log */

/* Flushed first, or the last lines would be missing; no log is an empty one. */
static void read_log(struct run *run, struct buf *text)
{
    _cleanup_free_ char *path = path_join(run->record.dir, "log");
    run_flush(run);
    fs_read_file(path, LOG_LIMIT, text, NULL);
}

/* From the end backwards: the log may be long, the wanted lines few. */
static void build_log(struct expansion *x, const struct token *t, struct buf *out)
{
    _cleanup_(buf_release) struct buf log = {0};
    long lines = token_number(t, "maxLines", 250);
    read_log(x->call->run, &log);
    size_t at = log.len;
    if (at && log.data[at - 1] == '\n')
        at--;
    while (at && lines > 0 && !(log.data[at - 1] == '\n' && --lines == 0))
        at--;
    if (token_flag(t, "escapeHtml"))
        add_escaped(out, log.data ? log.data + at : "", log.len - at);
    else
        buf_add(out, log.data ? log.data + at : "", log.len - at);
}

/* Lines between the first that holds `start` and the next that holds `end`, without these. (Both are regular
 * expressions in the plugin; plain texts here.) */
static void log_excerpt(struct expansion *x, const struct token *t, struct buf *out)
{
    _cleanup_(buf_release) struct buf log = {0};
    const char *start = token_arg(t, "start", ""), *end = token_arg(t, "end", "");
    bool inside = false;
    read_log(x->call->run, &log);
    for (const char *s = log.data ? log.data : ""; *s;) {
        size_t n = strcspn(s, "\n");
        bool starts = memmem(s, n, start, strlen(start)) != NULL;
        if (inside && memmem(s, n, end, strlen(end)))
            return;
        if (inside)
            buf_add(out, s, n + (s[n] == '\n'));
        inside |= starts;
        s += n + (s[n] == '\n');
    }
}

/* ---- changes */

/* Two passes: back to the last good build, then forward. Records that were discarded are passed over. */
void builds_changes(struct run *run, bool all, void (*fn)(void *data, int number, const json_t *commits),
                    void *data)
{
    int first = run->record.number;
    while (all && first > 1) {
        json_t *past = build_load(&run->home, run->record.job, first - 1, NULL);
        bool good = past && past_result(past) == RESULT_SUCCESS;
        json_decref(past);
        if (good)
            break;
        first--;
    }
    for (; first < run->record.number; first++) {
        json_t *past = build_load(&run->home, run->record.job, first, NULL);
        if (past)
            fn(data, first, json_object_get(past, "changes"));
        json_decref(past);
    }
    fn(data, run->record.number, run->changes);
}

struct change_text {
    const struct token *t;
    struct buf *out;
    bool builds, any;
};

static const char *member(const json_t *o, const char *name)
{
    const char *s = json_string_value(json_object_get(o, name));
    return s ? s : "";
}

static void add_paths(const json_t *commit, struct buf *out)
{
    size_t i;
    json_t *file;
    json_array_foreach(json_object_get(commit, "affectedFiles"), i, file)
        buf_printf(out, "\t%s\n", member(file, "path"));
}

static void add_date(const json_t *commit, struct buf *out)
{
    char text[40];
    struct tm tm;
    time_t seconds = (time_t)(json_integer_value(json_object_get(commit, "timestamp")) / 1000);
    strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S", localtime_r(&seconds, &tm));
    buf_addstr(out, text);
}

/* %a author, %d date, %m message, %p paths, %r revision.
 * The whole message where it is known, else its first line; formats are email-ext's. */
static void add_commit(const struct change_text *c, const json_t *commit)
{
    bool paths = token_flag(c->t, "showPaths");
    const char *format = token_arg(c->t, "format", paths ? "[%a] %m%p\n" : "[%a] %m\n");
    for (const char *s = format; *s; s++) {
        if (*s != '%' || !s[1]) {
            buf_addch(c->out, *s);
            continue;
        }
        switch (*++s) {
        case 'a':
            buf_addstr(c->out, member(commit, "author"));
            break;
        case 'd':
            add_date(commit, c->out);
            break;
        case 'm':
            buf_addstr(c->out,
                       *member(commit, "comment") ? member(commit, "comment") : member(commit, "msg"));
            break;
        case 'p':
            buf_addch(c->out, '\n');
            add_paths(commit, c->out);
            break;
        case 'r':
            buf_addstr(c->out, member(commit, "commitId"));
            break;
        default:
            buf_addch(c->out, '%');
            buf_addch(c->out, *s);
        }
    }
}

static void add_changes(void *data, int build, const json_t *commits)
{
    struct change_text *c = data;
    size_t i;
    json_t *commit;
    if (c->builds && json_array_size(commits))
        buf_printf(c->out, "Changes for Build #%d\n", build);
    json_array_foreach(commits, i, commit) add_commit(c, commit);
    if (c->builds && json_array_size(commits))
        buf_addch(c->out, '\n');
    c->any |= json_array_size(commits) > 0;
}

static void changes_of(struct expansion *x, const struct token *t, struct buf *out, bool all)
{
    struct change_text c = {t, out, all, false};
    builds_changes(x->call->run, all, add_changes, &c);
    if (!c.any)
        buf_addstr(out, token_arg(t, "default", "No changes\n"));
}

static void changes(struct expansion *x, const struct token *t, struct buf *out)
{
    changes_of(x, t, out, false);
}

static void changes_since_success(struct expansion *x, const struct token *t, struct buf *out)
{
    changes_of(x, t, out, true);
}

/* ---- tests */

static json_t *test_results(struct run *run)
{
    _cleanup_(buf_release) struct buf text = {0};
    _cleanup_free_ char *path = path_join(run->record.dir, "junit.json");
    return fs_read_file(path, JUNIT_LIMIT, &text, NULL) < 0 ? NULL : json_loadb(text.data, text.len, 0, NULL);
}

/* Nothing where there were no tests, as the macro gives. */
static void test_counts(struct expansion *x, const struct token *t, struct buf *out)
{
    static const struct {
        const char *var, *key;
    } keys[] = {{"total", "total"}, {"pass", "passed"}, {"fail", "failed"}, {"skip", "skipped"}};
    json_t *results = test_results(x->call->run);
    const json_t *totals = json_object_get(results, "totals");
    for (size_t i = 0; totals && i < ARRAY_LEN(keys); i++)
        if (strcmp(token_arg(t, "var", "total"), keys[i].var) == 0)
            buf_printf(out, "%lld", (long long)json_integer_value(json_object_get(totals, keys[i].key)));
    json_decref(results);
}

static void failed_test(const struct token *t, const json_t *test, struct buf *out)
{
    buf_printf(out, "FAILED:  %s.%s\n", member(test, "class"), member(test, "name"));
    if (strcmp(token_arg(t, "showMessage", "true"), "true") == 0)
        buf_printf(out, "\nError Message:\n%s\n", member(test, "message"));
    if (strcmp(token_arg(t, "showStack", "true"), "true") == 0)
        buf_printf(out, "\nStack Trace:\n%s\n", member(test, "details"));
    buf_addch(out, '\n');
}

/* showStack and showMessage are true unless they say "false"; maxTests bounds what is listed, not the count.
 */
static void failed_tests(struct expansion *x, const struct token *t, struct buf *out)
{
    json_t *results = test_results(x->call->run), *suite, *test;
    long long failed = json_integer_value(json_object_get(json_object_get(results, "totals"), "failed"));
    long left = token_number(t, "maxTests", LONG_MAX);
    size_t i, k;
    if (!results)
        buf_addstr(out, "No tests ran.");
    else if (!failed)
        buf_addstr(out, "All tests passed");
    else
        buf_printf(out, "%lld tests failed.\n", failed);
    json_array_foreach(json_object_get(results, "suites"), i, suite) json_array_foreach(
        json_object_get(suite, "cases"), k, test) if (!strcmp(member(test, "status"), "FAILED") && left-- > 0)
        failed_test(t, test, out);
    json_decref(results);
}

/* A file of the workspace, and of nowhere else. */
static void file(struct expansion *x, const struct token *t, struct buf *out)
{
    const char *path = token_arg(t, "path", ""), *cwd = step_cwd(x->call);
    _cleanup_free_ char *full = cwd ? path_join(cwd, path) : NULL;
    if (!full || !path_inside(cwd, full) || fs_read_file(full, FILE_LIMIT, out, NULL) < 0)
        buf_printf(out, "ERROR: File '%s' does not exist", path);
}

static const struct {
    const char *name;
    void (*value)(struct expansion *x, const struct token *t, struct buf *out);
} table[] = {
    {"BUILD_CAUSE", cause},
    {"BUILD_ID", number},
    {"BUILD_LOG", build_log},
    {"BUILD_LOG_EXCERPT", log_excerpt},
    {"BUILD_NUMBER", number},
    {"BUILD_STATUS", status},
    {"BUILD_URL", url},
    {"CAUSE", cause},
    {"CHANGES", changes},
    {"CHANGES_SINCE_LAST_BUILD", changes},
    {"CHANGES_SINCE_LAST_SUCCESS", changes_since_success},
    {"CHANGES_SINCE_LAST_UNSTABLE", changes_since_success},
    {"DEFAULT_CONTENT", default_content},
    {"DEFAULT_POSTSEND_SCRIPT", nothing},
    {"DEFAULT_PRESEND_SCRIPT", nothing},
    {"DEFAULT_RECIPIENTS", default_recipients},
    {"DEFAULT_REPLYTO", default_reply_to},
    {"DEFAULT_SUBJECT", default_subject},
    {"ENV", variable},
    {"FAILED_TESTS", failed_tests},
    {"FILE", file},
    {"GIT_REVISION", revision},
    {"JELLY_SCRIPT", unsupported},
    {"JOB_DESCRIPTION", nothing},
    {"JOB_NAME", project},
    {"PROJECT_DISPLAY_NAME", project},
    {"PROJECT_NAME", project},
    {"SCRIPT", unsupported},
    {"TEMPLATE", unsupported},
    {"TEST_COUNTS", test_counts},
};

/* Macros before variables of the environment; a name that is neither stays as text. */
static bool value_of(void *data, const struct token *t, struct buf *out)
{
    struct expansion *x = data;
    for (size_t i = 0; i < ARRAY_LEN(table); i++)
        if (strcmp(table[i].name, t->name) == 0) {
            table[i].value(x, t, out);
            return true;
        }
    _cleanup_free_ char *value = run_getenv(x->call->run, x->call->branch->scope, t->name);
    if (value)
        buf_addstr(out, value);
    return value != NULL;
}

/* Defaults hold tokens themselves, also each other's. */
static void expand(struct expansion *x, const char *text, struct buf *out)
{
    if (x->depth == NESTING)
        return;
    x->depth++;
    tokens_expand(text, value_of, x, out);
    x->depth--;
}

char *build_tokens_expand(struct step_call *c, const char *text)
{
    struct expansion x = {.call = c};
    struct buf out = {0};
    expand(&x, text, &out);
    return buf_steal(&out);
}
