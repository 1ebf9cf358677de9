/* Reads Maven's log as it passes, in pieces of any size, for two things that only the log tells: which
 * modules were packaged by this run, and which goal failed where. Colours are stripped before; everything
 * kept has a limit, since a log has none. */
#include "runner/steps/tools/maven_log.h"
#include "base/utf8.h"
#include "runner/sinks/lines.h"
#include <stdlib.h>
#include <string.h>

enum { LINE_LIMIT = 1 << 16, MODULES_LIMIT = 10000, FAILURES_LIMIT = 100, LOOK_LIMIT = 4096 };
enum { SHOWN_LENGTH = 300 }; /* of a line of findings */

/* Where in the output the next line stands: outside, below "Failures:" or "Errors:" (of surefire before 2.19
 * without [ERROR] before each line), below "COMPILATION ERROR". */
enum state { OUTSIDE, IN_TESTS, IN_BARE_TESTS, IN_SOURCES };

const struct maven_module *maven_log_module(const struct maven_log *log, const char *artifact)
{
    for (size_t i = 0; i < log->modules.len; i++)
        if (strcmp(log->modules.items[i].artifact, artifact) == 0)
            return &log->modules.items[i];
    return NULL;
}

static struct maven_module *module_of(struct maven_log *log, const char *name, size_t len)
{
    _cleanup_free_ char *artifact = xstrndup(name, len);
    struct maven_module *known = (struct maven_module *)maven_log_module(log, artifact);
    if (known || log->modules.len == MODULES_LIMIT)
        return known;
    struct maven_module added = {.artifact = artifact};
    artifact = NULL;
    vec_push(&log->modules, added);
    return &log->modules.items[log->modules.len - 1];
}

static bool makes_artifact(const char *goal, size_t len)
{
    static const char *const goals[] = {"jar",       "war",   "ear",    "ejb", "rar",
                                        "repackage", "shade", "single", "hpi"};
    for (size_t i = 0; i < ARRAY_LEN(goals); i++)
        if (strlen(goals[i]) == len && memcmp(goals[i], goal, len) == 0)
            return true;
    return false;
}

/* "--- maven-jar-plugin:3.3.0:jar (default-jar) @ mall-product ---"; Maven 4 and 3.9 say "--- jar:3.3.0:jar".
 */
static void read_goal(struct maven_log *log, const char *line)
{
    const char *start = strstr(line, "--- "), *at = start ? strstr(start, ") @ ") : NULL;
    const char *open = at ? memchr(start, '(', (size_t)(at - start)) : NULL;
    if (!open || open - start < 6)
        return;
    const char *name = at + 4, *goal = open - 1;
    size_t len = strcspn(name, " "), n = 0;
    while (goal - n > start && goal[-(ptrdiff_t)n - 1] != ':')
        n++;
    struct maven_module *m = len ? module_of(log, name, len) : NULL;
    if (m && makes_artifact(goal - n, n))
        m->packaged = true;
}

/* "Failed to execute goal GROUP:PLUGIN:VERSION:GOAL (ID) on project NAME: REASON". */
static void read_failure(struct maven_log *log, const char *line)
{
    static const char head[] = "Failed to execute goal ", on[] = " on project ";
    const char *goal = strstr(line, head), *project = goal ? strstr(goal, on) : NULL;
    if (!project || log->failures.len == FAILURES_LIMIT)
        return;
    goal += strlen(head);
    bool of_plugin = project > goal; /* "Failed to execute goal on project X: Could not resolve …" has none */
    const char *plugin = of_plugin ? memchr(goal, ':', (size_t)(project - goal)) : NULL;
    const char *name = project + strlen(on), *reason = strchr(name, ':');
    if (!reason)
        return;
    goal = plugin ? plugin + 1 : goal;
    const char *more = strstr(reason, " -> [Help");
    int len = (int)(more ? more - reason : (ptrdiff_t)strlen(reason));
    while (len > 1 && strchr(": ", reason[len - 1])) /* a list follows */
        len--;
    struct maven_failure f = {
        .module = xstrndup(name, (size_t)(reason - name)),
        .text = of_plugin ? xasprintf("%.*s%.*s", (int)(project - goal), goal, len, reason)
                          : xstrndup(reason + strspn(reason, ": "), (size_t)len - strspn(reason, ": ")),
    };
    for (size_t i = 0; i < log->failures.len; i++)
        if (strcmp(log->failures.items[i].module, f.module) == 0 &&
            strcmp(log->failures.items[i].text, f.text) == 0) {
            free(f.module);
            free(f.text);
            return;
        }
    vec_push(&log->failures, f);
}

/* ---- tests and sources that failed */

static void list_add(struct maven_items *list, char *text) /* takes */
{
    for (size_t i = 0; i < list->first.len; i++)
        if (strcmp(list->first.items[i], text) == 0) {
            free(text);
            return;
        }
    if (list->first.len < MAVEN_SHOWN) {
        vec_push(&list->first, text);
        return;
    }
    list->more++;
    free(text);
}

/* The text behind "[ERROR] "; *level is its letter, 0 without one. Whatever stands before it, as a time,
 * goes. */
static const char *behind_level(const char *line, char *level)
{
    static const char *const levels[] = {"[ERROR]", "[WARNING]", "[INFO]"};
    for (size_t i = 0; i < ARRAY_LEN(levels); i++) {
        const char *at = strstr(line, levels[i]);
        if (!at || at - line > 40)
            continue;
        *level = levels[i][1];
        at += strlen(levels[i]);
        return *at == ' ' ? at + 1 : at;
    }
    *level = 0;
    return line;
}

/* "/w/src/Cart.java:[12,5] cannot find symbol" */
static bool read_source(struct maven_log *log, const char *text)
{
    const char *place = strstr(text, ":["), *end = place ? strchr(place, ']') : NULL;
    if (*text != '/' || !end || place[2] < '0' || place[2] > '9')
        return false;
    char *item = xasprintf("%.*s:%.*s: %s", (int)(place - text), text, (int)strcspn(place + 2, ",]"),
                           place + 2, end + 1 + strspn(end + 1, " "));
    list_add(&log->lists[MAVEN_ERRORS], item);
    return true;
}

/* "symbol:   class Pay" below a line of a source. */
static void read_symbol(struct maven_log *log, const char *text)
{
    struct maven_items *errors = &log->lists[MAVEN_ERRORS];
    const char *name = text + strspn(text, " ");
    if (!errors->first.len || errors->more || !str_has_prefix(name, "symbol:"))
        return;
    char **last = &errors->first.items[errors->first.len - 1];
    name += strlen("symbol:");
    char *whole = xasprintf("%s: %s", *last, name + strspn(name, " "));
    free(*last);
    *last = NULL;
    errors->first.len--;
    list_add(errors, whole);
}

/* The sum over all tests of a module; lines of single classes tell the time that they took. */
static void read_counts(struct maven_log *log, const char *text)
{
    static const char *const names[] = {"Tests run: ", "Failures: ", "Errors: ", "Skipped: ", "Flakes: "};
    long *const sums[] = {&log->run, &log->failed, &log->errors, &log->skipped, &log->flaky};
    if (strstr(text, "Time elapsed"))
        return;
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        const char *at = strstr(text, names[i]);
        *sums[i] += at ? strtol(at + strlen(names[i]), NULL, 10) : 0;
    }
}

/* Headings of surefire's lists; the old form has the first test on the same line. */
static bool starts_tests(struct maven_log *log, const char *text, char level)
{
    static const struct {
        const char *head;
        bool old;
    } lists[] = {
        {"Failures:", false}, {"Errors:", false}, {"Failed tests:", true}, {"Tests in error:", true}};
    for (size_t i = 0; i < ARRAY_LEN(lists); i++) {
        const char *first = text + strlen(lists[i].head);
        if (!str_has_prefix(text, lists[i].head) || (!lists[i].old && level != 'E'))
            continue;
        log->state = level == 'E' ? IN_TESTS : IN_BARE_TESTS;
        first += strspn(first, " ");
        if (*first)
            list_add(&log->lists[MAVEN_TESTS], xstrdup(first));
        return true;
    }
    return false;
}

/* The list of sources is printed twice; the second time where only the end of the output is known. */
static bool starts_sources(const struct maven_log *log, const char *text)
{
    return str_has_prefix(text, "COMPILATION ERROR") ||
           (!log->lists[MAVEN_ERRORS].first.len && str_has_prefix(text, "Failed to execute goal ") &&
            strstr(text, ": Compilation failure"));
}

/* Below a test that ran several times stands "Run 1: …" for each. */
static void read_test(struct maven_log *log, const char *text)
{
    const char *name = text + strspn(text, " ");
    if (*name && !str_has_prefix(name, "Run "))
        list_add(&log->lists[MAVEN_TESTS], xstrdup(name));
}

static void read_listed(struct maven_log *log, const char *line)
{
    char level;
    const char *text = behind_level(line, &level);
    if (starts_tests(log, text, level))
        return;
    if (str_has_prefix(text, "Tests run: ")) {
        read_counts(log, text);
        log->state = OUTSIDE;
    } else if (starts_sources(log, text)) {
        log->state = IN_SOURCES;
    } else if (log->state == IN_SOURCES) {
        if (!(level == 'E' && read_source(log, text)))
            read_symbol(log, text);
        if (str_has_prefix(text, "BUILD FAILURE") || str_has_prefix(text, "Failed to execute"))
            log->state = OUTSIDE;
    } else if (log->state == IN_TESTS && level == 'E' && *text) {
        read_test(log, text);
    } else if (log->state == IN_BARE_TESTS && !level && str_has_prefix(text, "  ")) {
        read_test(log, text);
    } else if (log->state == IN_BARE_TESTS || level) {
        log->state = OUTSIDE; /* else: a further line of the message of a test */
    }
}

static void end_line(struct maven_log *log)
{
    _cleanup_(buf_release) struct buf clean = {0};
    add_clean_line(&clean, log->line.data ? log->line.data : "", log->line.len, false);
    buf_clear(&log->line);
    if (str_has_prefix(clean.len ? clean.data : "", "+ "))
        return; /* a command that sh traces */
    if (!clean.len) {
        log->state = log->state == IN_BARE_TESTS ? OUTSIDE : log->state;
        return;
    }
    read_goal(log, clean.data);
    read_failure(log, clean.data);
    read_listed(log, clean.data);
}

void maven_log_feed(struct maven_log *log, const char *text, size_t len)
{
    const char *end = text + len, *line;
    size_t n;
    while (next_line(&text, end, &line, &n)) {
        bool ended = line + n < end;
        if (log->line.len < LINE_LIMIT)
            buf_add(&log->line, line, n < LINE_LIMIT ? n : LINE_LIMIT);
        if (ended)
            end_line(log);
    }
}

bool maven_log_is_likely(const char *text, size_t len)
{
    static const char *const marks[] = {"[ERROR] ", "[INFO] "};
    len = len < LOOK_LIMIT ? len : LOOK_LIMIT;
    for (size_t i = 0; i < ARRAY_LEN(marks); i++)
        if (memmem(text, len, marks[i], strlen(marks[i])))
            return true;
    return false;
}

/* As much of it as is shown, cut between characters. */
static int shown(const char *text)
{
    return (int)utf8_valid(text, strnlen(text, SHOWN_LENGTH));
}

static void add_items(struct buf *out, const struct maven_items *list, const char *what, const char *root)
{
    size_t n = root ? strlen(root) : 0;
    for (size_t i = 0; i < list->first.len; i++) {
        const char *text = list->first.items[i];
        if (n && strncmp(text, root, n) == 0 && text[n] == '/')
            text += n + 1;
        buf_printf(out, "%s%.*s\n", what, shown(text), text);
    }
    if (list->more)
        buf_printf(out, "%s… and %zu more\n", what, list->more);
}

void maven_log_findings(struct maven_log *log, const char *root, struct buf *out)
{
    if (log->line.len)
        end_line(log);
    for (size_t i = 0; i < log->failures.len && i < MAVEN_SHOWN; i++)
        buf_printf(out, "module %s failed: %.*s\n", log->failures.items[i].module,
                   shown(log->failures.items[i].text), log->failures.items[i].text);
    if (log->failed + log->errors)
        buf_printf(out, "%ld tests, %ld failed, %ld with an error, %ld skipped\n", log->run, log->failed,
                   log->errors, log->skipped);
    add_items(out, &log->lists[MAVEN_TESTS], "failed test ", NULL);
    add_items(out, &log->lists[MAVEN_ERRORS], "", root);
}

void maven_log_release(struct maven_log *log)
{
    for (size_t k = 0; k < MAVEN_LISTS; k++) {
        for (size_t i = 0; i < log->lists[k].first.len; i++)
            free(log->lists[k].first.items[i]);
        vec_release(&log->lists[k].first);
    }
    for (size_t i = 0; i < log->modules.len; i++)
        free(log->modules.items[i].artifact);
    for (size_t i = 0; i < log->failures.len; i++) {
        free(log->failures.items[i].module);
        free(log->failures.items[i].text);
    }
    vec_release(&log->modules);
    vec_release(&log->failures);
    buf_release(&log->line);
}
