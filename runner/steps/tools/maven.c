/* withMaven { } [pipeline-maven: WithMavenStepExecution2].
 *
 * Inside, `mvn` is a script beside the workspace that adds --settings and its like and calls the real one; a
 * project's own mvnw reads the same from MAVEN_CONFIG. What the block built is kept when it ends. */
#include "base/fs.h"
#include "runner/engine/node.h"
#include "runner/steps/report/described.h"
#include "runner/steps/undo.h"
#include "runner/steps/rows.h"
#include "runner/steps/tools/managed_content.h"
#include "runner/steps/tools/maven.h"
#include "runner/steps/tools/maven_publish.h"
#include "runner/steps/tools/maven_reports.h"
#include "runner/steps/tools/maven_shim.h"
#include "runner/steps/tools/tool_place.h"
#include "runner/steps/workspace.h"
#include <string.h>
#include <unistd.h>

struct maven_block { /* held by the call, and by the scope: what hears the output */
    int refs;
    struct undo *undo;
    struct maven_log log;
    char *root;            /* folder at the block's start */
    struct timespec since; /* by the node's clock */
    unsigned publishers;
    bool published;
    struct maven_reports reports; /* once it is */
};

static void block_unref(void *data)
{
    struct maven_block *b = data;
    if (--b->refs)
        return;
    undo_release(b->undo);
    maven_log_release(&b->log);
    maven_reports_release(&b->reports);
    free(b->root);
    free(b);
}

static void block_hear(void *data, const char *text, size_t len)
{
    maven_log_feed(&((struct maven_block *)data)->log, text, len);
}

struct maven_setup { /* while the block is prepared */
    struct step_call *call;
    struct scope *scope;
    struct maven_block *block;
    char *bin;         /* folder of the wrapper script */
    struct buf config; /* options of Maven */
    struct error *err;
};

static char *expanded(struct maven_setup *s, const char *argument)
{
    const char *text = step_str(s->call, argument, NULL);
    return text && *text ? run_expand(s->call->run, s->scope, text) : NULL;
}

static char *in_workspace(struct maven_setup *s, const char *path)
{
    return path_join(step_cwd(s->call), path);
}

/* ---- options: which publishers run */

static void tell_options(struct step_call *c, struct value options)
{
    _cleanup_(buf_release) struct buf text = {0};
    struct map *item;
    for (size_t i = 0; (item = described_at(options, i)); i++) {
        const struct maven_publisher_row *row = maven_publisher_find(described_class(c, item));
        if (row)
            buf_printf(&text, "%s%s[disabled=%s]", text.len ? ", " : "", row->class,
                       described_bool(c, item, "disabled", false) ? "true" : "false");
    }
    step_log(c, "[withMaven] Options: [%s]", text.data ? text.data : "");
    buf_clear(&text);
    for (size_t i = 0; i < maven_publisher_count; i++)
        buf_printf(&text, "%s%s", i ? "," : "", maven_publishers[i].class);
    step_log(c, "[withMaven] Available options: %s", text.data);
}

/* IMPLICIT: all but the disabled ones; EXPLICIT: those that are named. */
static unsigned choose_publishers(struct step_call *c, struct value options)
{
    const char *strategy = step_str(c, "publisherStrategy", "IMPLICIT");
    unsigned chosen = strcmp(strategy, "EXPLICIT") == 0 ? 0 : PUBLISH_ALL;
    struct map *item;
    for (size_t i = 0; (item = described_at(options, i)); i++) {
        const struct maven_publisher_row *row = maven_publisher_find(described_class(c, item));
        if (!row)
            continue;
        bool disabled = described_bool(c, item, "disabled", false);
        chosen = disabled ? chosen & ~row->flag : chosen | row->flag;
        if (!row->flag && !disabled)
            step_log(c, "[withMaven] %s - not carried out by this program", row->symbol);
    }
    return chosen;
}

/* ---- Java and Maven */

/* Whose programs cannot be looked at from here: those of a far node can be asked for. */
static bool in_container(struct step_call *c)
{
    return scope_lease(c->branch->scope)->image && !ws_far(c);
}

static int set_up_jdk(struct maven_setup *s)
{
    struct step_call *c = s->call;
    const char *name = step_str(c, "jdk", NULL);
    if (!name || !*name) {
        step_log(c, "[withMaven] using JDK installation provided by the build agent");
        return 0;
    }
    step_log(c, "[withMaven] using JDK installation %s", name);
    const struct tool_config *t = step_tool_need(c, "jdk", name, s->err);
    if (t)
        tool_set_variables(t, &s->scope->vars);
    return t ? 0
             : error_wrap(s->err,
                          "Could not find the JDK installation: %s. Make sure it is configured (tools: of "
                          "gmrun.yaml)",
                          name);
}

static const char using_agents[] = "[withMaven] using Maven installation provided by the build agent";

static char *find_on_path(struct maven_setup *s, const char *program)
{
    _cleanup_free_ char *path = run_getenv(s->call->run, s->scope, "PATH");
    const char *all = path ? path : getenv("PATH");
    for (const char *p = all ? all : ""; *p;) {
        size_t n = strcspn(p, ":");
        char *file = xasprintf("%.*s/%s", (int)n, p, program);
        if (n && access(file, X_OK) == 0 && !fs_is_dir(file))
            return file;
        free(file);
        p += n + (p[n] == ':');
    }
    return NULL;
}

/* The same on a far node, in one question. */
static char *far_maven(struct maven_setup *s)
{
    static const char script[] = "#!/bin/sh\n"
                                 "for name in MAVEN_HOME M2_HOME; do\n"
                                 "    eval home=\\${$name-}\n"
                                 "    if [ -n \"$home\" ] && [ -x \"$home/bin/mvn\" ]; then\n"
                                 "        echo \"$name=$home\"\n"
                                 "        exit 0\n"
                                 "    fi\n"
                                 "done\n"
                                 "command -v mvn\n";
    _cleanup_(buf_release) struct buf found = {0};
    int status = ws_script(s->call, script, NULL, &found, s->err);
    if (status || !found.len)
        return NULL;
    const char *home = strchr(found.data, '='), *start = using_agents;
    if (*found.data == '/' || !home) {
        step_log(s->call, "%s with executable %s", start, found.data);
        return xstrdup(found.data);
    }
    step_log(s->call, "%s with the environment variable %s", start, found.data);
    return path_join(home + 1, "bin/mvn");
}

/* Maven of the machine: $MAVEN_HOME, $M2_HOME, the path. Owned; NULL: none. */
static char *machine_maven(struct maven_setup *s)
{
    static const char *const homes[] = {"MAVEN_HOME", "M2_HOME"};
    struct step_call *c = s->call;
    const char *start = using_agents;
    if (ws_far(c))
        return far_maven(s);
    for (size_t i = 0; i < ARRAY_LEN(homes); i++) {
        _cleanup_free_ char *home = run_getenv(c->run, s->scope, homes[i]);
        char *mvn = home && *home ? path_join(home, "bin/mvn") : NULL;
        if (mvn && access(mvn, X_OK) == 0) {
            step_log(c, "%s with the environment variable %s=%s", start, homes[i], home);
            return mvn;
        }
        free(mvn);
    }
    char *mvn = find_on_path(s, "mvn");
    if (mvn)
        step_log(c, "%s with executable %s", start, mvn);
    return mvn;
}

/* The program to call; NULL without an error: only the project's own mvnw is there. */
static char *maven_program(struct maven_setup *s)
{
    struct step_call *c = s->call;
    const char *name = step_str(c, "maven", NULL);
    if (name && *name) {
        const struct tool_config *t = step_tool_need(c, "maven", name, s->err);
        if (!t) {
            error_wrap(s->err, "Could not find Maven installation '%s'", name);
            return NULL;
        }
        tool_set_variables(t, &s->scope->vars);
        step_log(c, "[withMaven] using Maven installation '%s'", name);
        return path_join(t->home, "bin/mvn");
    }
    if (in_container(c)) {
        step_log(c, "[withMaven] using Maven installation provided by the container");
        return NULL;
    }
    char *mvn = machine_maven(s);
    _cleanup_free_ char *wrapper = in_workspace(s, "mvnw");
    if (mvn || c->run->dry_run || s->err->message)
        return mvn;
    if (ws_exists(c, wrapper))
        step_log(c, "[withMaven] using the Maven wrapper %s", wrapper);
    else
        error_set(
            s->err, ERROR_INVALID,
            "Could not find maven executable, please set up a Maven installation or configure environment "
            "variable MAVEN_HOME or M2_HOME (or add the project's own mvnw)");
    return NULL;
}

/* ---- settings, local repository */

static void add_option(struct maven_setup *s, const char *option, const char *value)
{
    bool quote = strpbrk(value, " \t'*?[$`\\") != NULL;
    buf_printf(&s->config, quote ? "%s\"%s\" " : "%s%s ", option, value);
}

struct settings_kind {
    const char *config, *path, *file, *variable, *option, *what;
};
static const struct settings_kind settings_kinds[] = {
    {"mavenSettingsConfig", "mavenSettingsFilePath", "settings.xml", "MVN_SETTINGS", "--settings ",
     "settings"},
    {"globalMavenSettingsConfig", "globalMavenSettingsFilePath", "globalSettings.xml", "GLOBAL_MVN_SETTINGS",
     "--global-settings ", "global settings"},
};

static int managed_settings(struct maven_setup *s, const struct settings_kind *k, const char *id,
                            const char *to)
{
    struct step_call *c = s->call;
    const struct managed_file *f = managed_file_find(c->run->config, id);
    _cleanup_(buf_release) struct buf logins = {0};
    if (!f || !managed_file_is_settings(f))
        return error_set(
            s->err, ERROR_INVALID,
            "Could not find the Maven %s.xml config file id:%s. Make sure it exists on Managed Files "
            "(configFiles: of gmrun.yaml)",
            k->what, id);
    managed_file_logins(c->run, f, &logins);
    if (logins.len)
        step_log(c,
                 "[withMaven] using Maven %s.xml '%s' with Maven servers credentials provided by Jenkins "
                 "(replaceAll: "
                 "%s): [%s]",
                 k->what, id, f->keep_servers ? "false" : "true", logins.data);
    else
        step_log(c, "[withMaven] using Maven %s provided by the Jenkins Managed Configuration File '%s'",
                 k->what, id);
    return managed_file_write(c, f, to, s->block->undo, s->err);
}

static int copied_settings(struct maven_setup *s, const struct settings_kind *k, const char *path,
                           const char *to)
{
    _cleanup_free_ char *from = in_workspace(s, path);
    if (!ws_exists(s->call, from))
        return error_set(s->err, ERROR_INVALID, "Could not find file '%s' on the build agent", from);
    step_log(s->call, "[withMaven] using Maven %s provided on the build agent '%s'", k->what, path);
    _cleanup_(buf_release) struct buf text = {0};
    if (!ws_far(s->call))
        return fs_copy_file(from, to, 0600, s->err);
    return ws_read_file(s->call, from, 0, &text, s->err) < 0 ? -1 : managed_place(s->call, to, &text, s->err);
}

static int set_up_settings(struct maven_setup *s)
{
    for (size_t i = 0; i < ARRAY_LEN(settings_kinds); i++) {
        const struct settings_kind *k = &settings_kinds[i];
        _cleanup_free_ char *id = expanded(s, k->config), *path = expanded(s, k->path);
        _cleanup_free_ char *to = path_join(s->bin, k->file);
        if (!id && !path)
            continue;
        if ((id ? managed_settings(s, k, id, to) : copied_settings(s, k, path, to)) < 0)
            return -1;
        env_set(&s->scope->vars, k->variable, to);
        add_option(s, k->option, to);
    }
    _cleanup_free_ char *repository = expanded(s, "mavenLocalRepo");
    if (!repository)
        return 0;
    _cleanup_free_ char *place = in_workspace(s, repository);
    add_option(s, "-Dmaven.repo.local=", place);
    return ws_mkdir_p(s->call, place, 0755, s->err);
}

static void set_maven_opts(struct maven_setup *s)
{
    _cleanup_free_ char *own = expanded(s, "mavenOpts");
    _cleanup_free_ char *before = run_getenv(s->call->run, s->scope, "MAVEN_OPTS");
    if (!own || (before && strstr(before, own)))
        return;
    _cleanup_free_ char *joined = before && *before ? xasprintf("%s %s", own, before) : xstrdup(own);
    env_set(&s->scope->vars, "MAVEN_OPTS", joined);
}

/* ---- the script that stands before Maven on the path */

static int write_wrapper(struct maven_setup *s, const char *mvn)
{
    struct step_call *c = s->call;
    struct maven_shim shim = {
        .mvn = mvn, .options = s->config.data, .announce = step_bool(c, "traceability", false)};
    _cleanup_free_ char *file = path_join(s->bin, "mvn");
    env_set(&s->scope->vars, "PATH+MAVEN", s->bin);
    env_set(&s->scope->vars, "MVN_CMD", file);
    return maven_shim_write(c, scope_lease(c->branch->scope), s->bin, &shim, s->err);
}

/* `offline: true` and `false` beat the configuration's. */
static void set_offline(struct maven_setup *s)
{
    struct step_call *c = s->call;
    if (!step_has(c, "offline"))
        return;
    bool offline = step_bool(c, "offline", false);
    env_set(&s->scope->vars, "GMRUN_MAVEN_OFFLINE", offline ? "true" : "false");
    if (offline)
        buf_addstr(&s->config, "--offline ");
}

/* Goes with the block; of a tempBinDir that was there before, only what is put into it. */
static char *make_bin(struct maven_setup *s)
{
    static const char *const placed[] = {"mvn", "settings.xml", "globalSettings.xml", "since"};
    _cleanup_free_ char *given = expanded(s, "tempBinDir");
    _cleanup_free_ char *temp = given ? NULL : step_temp(s->call, s->err);
    char *bin = given ? in_workspace(s, given) : temp ? ws_tempdir(s->call, temp, "withMaven", s->err) : NULL;
    bool shared = given && ws_is_dir(s->call, bin);
    if (!bin || ws_mkdir_p(s->call, bin, 0700, s->err) < 0) {
        free(bin);
        return NULL;
    }
    if (!shared)
        undo_path(s->block->undo, bin);
    for (size_t i = 0; shared && i < ARRAY_LEN(placed); i++) {
        _cleanup_free_ char *file = path_join(bin, placed[i]);
        undo_path(s->block->undo, file);
    }
    return bin;
}

static int set_up(struct maven_setup *s)
{
    struct step_call *c = s->call;
    if (set_up_jdk(s) < 0 || !(s->bin = make_bin(s)))
        return -1;
    env_set(&s->scope->vars, "MVN_CMD_DIR", s->bin);
    buf_addstr(&s->config, "--batch-mode ");
    if (step_bool(c, "traceability", false))
        buf_addstr(&s->config, "--show-version ");
    set_offline(s);
    if (set_up_settings(s) < 0)
        return -1;
    set_maven_opts(s);
    _cleanup_(buf_release) struct buf wrapper = {0};
    buf_addstr(&wrapper, s->config.data);
    maven_shim_options(c->run, scope_lease(c->branch->scope), step_bool(c, "offline", true), &wrapper);
    env_set(&s->scope->vars, "MAVEN_CONFIG", wrapper.data);
    env_set(&s->scope->vars, "MAVEN_TERMINATE_CMD", "on");
    _cleanup_free_ char *mvn = maven_program(s);
    if (s->err->message)
        return -1;
    return mvn || in_container(c) ? write_wrapper(s, mvn) : 0;
}

bool maven_block_around(const struct scope *scope)
{
    for (const struct scope *s = scope; s; s = s->parent)
        if (s->release == block_unref)
            return true;
    return false;
}

/* Modules' files once, then the reports, whose files are asked for again and again. */
static enum call_status ended(struct step_call *c, struct outcome o, struct value *out)
{
    struct maven_block *b = c->state;
    struct maven_publish p = {
        .root = b->root, .since = b->since, .publishers = b->publishers, .log = &b->log, .told = o.thrown};
    _cleanup_(error_release) struct error err = {0};
    const char *view = maven_publish_view(c, &p, &err);
    if (ws_waits(c))
        return CALL_WAIT;
    if (!view)
        step_log(c, "[withMaven] WARNING: %s", err.message);
    if (view && !b->published) {
        p.view = view;
        maven_publish(c, &p);
        maven_reports_find(c, &p, &b->reports);
    }
    b->published = true;
    maven_reports_publish(c, &b->reports);
    return step_after_plain(c, o, out);
}

/* A file's time is that of the kernel's last tick: what an earlier block wrote a moment ago has the same one.
 * So the block begins with the next tick, 10 ms from now at the most. */
static void await_tick(struct timespec *now)
{
    static const struct timespec pause = {.tv_nsec = 500000};
    struct timespec before;
    clock_gettime(CLOCK_REALTIME_COARSE, &before);
    do {
        nanosleep(&pause, NULL);
        clock_gettime(CLOCK_REALTIME_COARSE, now);
    } while (now->tv_sec == before.tv_sec && now->tv_nsec == before.tv_nsec);
}

/* Times of files are the node's. */
static int note_time(struct maven_setup *s)
{
    struct agent_entry now;
    struct timespec *since = &s->block->since;
    if (!ws_far(s->call)) {
        await_tick(since);
        return 0;
    }
    _cleanup_free_ char *file = path_join(s->bin, "since");
    if (ws_touch(s->call, file, -1, &now, s->err) < 0)
        return -1;
    *since = (struct timespec){now.mtime_ms / 1000, now.mtime_ms % 1000 * 1000000};
    return 0;
}

enum call_status step_with_maven(struct step_call *c, struct value *out)
{
    _cleanup_(error_release) struct error err = {0};
    struct value options = step_arg(c, "options");
    struct maven_block *b = xcalloc(1, sizeof(*b));
    struct maven_setup s = {.call = c, .scope = scope_new(c->branch->scope), .block = b, .err = &err};
    *b = (struct maven_block){.refs = 2, .undo = undo_new(c->run), .root = xstrdup(step_cwd(c))};
    undo_on(b->undo, c);
    c->state = s.scope->data = b;
    c->state_release = s.scope->release = block_unref;
    s.scope->hear = block_hear;
    tell_options(c, options);
    b->publishers = choose_publishers(c, options);
    int status = c->run->dry_run || (set_up(&s) == 0 && note_time(&s) == 0) ? 0 : -1;
    free(s.bin);
    buf_release(&s.config);
    if (status < 0) {
        scope_unref(s.scope);
        return step_abort(c, "%s", err.message);
    }
    return step_body(c, s.scope, NULL, 0, NULL, c->run->dry_run ? step_after_plain : ended);
}
