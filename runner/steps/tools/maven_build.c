/* mavenBuild(goals: 'clean package', module: params.PROJECT_NAME): one run of Maven on chosen modules. A step
 * of gmrun's own; Jenkins has none for pipelines.
 *
 * It is a withMaven block, whose arguments it takes too, around one `sh`. Within a withMaven block it is the
 * `sh` alone. The modules are checked here, since Maven's own error for a wrong one comes late and lists
 * nothing. */
#include "runner/steps/tools/maven.h"
#include "base/fs.h"
#include "runner/steps/rows.h"
#include "runner/steps/tools/maven_reactor.h"
#include "runner/steps/workspace.h"
#include <string.h>

struct command {
    struct step_call *call;
    struct buf words; /* of the command line, for a shell */
    struct error *err;
};

static void add_word(struct command *m, const char *word)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./=@,:+!";
    buf_addch(&m->words, ' ');
    if (*word && strspn(word, plain) == strlen(word))
        buf_addstr(&m->words, word);
    else
        buf_add_quoted(&m->words, word);
}

typedef int text_fn(struct command *m, const char *text, struct buf *out);

static int each_word(struct command *m, const char *text, text_fn *fn, struct buf *out)
{
    int status = 0;
    while (status == 0 && *(text += strspn(text, " ,"))) {
        size_t n = strcspn(text, " ,");
        _cleanup_free_ char *word = xstrndup(text, n);
        status = fn(m, word, out);
        text += n;
    }
    return status;
}

/* Of a list, or of a text with commas. */
static int each_text(struct command *m, const char *argument, text_fn *fn, struct buf *out)
{
    struct value v = step_arg(m->call, argument);
    bool list = value_is(v, OBJ_LIST);
    uint32_t n = list ? AS_LIST(v)->len : !value_is_null(v);
    int status = 0;
    for (uint32_t i = 0; status == 0 && i < n; i++) {
        struct value hold = NULL_VALUE;
        status = each_word(m, value_text(m->call->fiber, list ? AS_LIST(v)->items[i] : v, &hold), fn, out);
        value_release(hold);
    }
    return status;
}

static int add_plain(struct command *m, const char *text, struct buf *out)
{
    buf_printf(out, "%s%s", out->len ? "," : "", text);
    return 0;
}

/* ---- modules */

static char *pom_path(struct step_call *c)
{
    _cleanup_free_ char *given = step_path(c, step_str(c, "pom", "pom.xml"));
    return ws_is_dir(c, given) ? path_join(given, "pom.xml") : xstrdup(given);
}

/* Where the pom and those of its modules can be read. Owned; NULL/err. */
static char *pom_here(struct step_call *c, const char *pom, struct error *err)
{
    _cleanup_free_ char *dir = path_dirname(pom);
    struct ant_scan scan = {
        .root = dir, .includes = "**/*.xml", .excludes = "**/target/**", .split = GLOB_COMMA};
    if (!ws_far(c))
        return xstrdup(pom);
    const char *view = ws_is_dir(c, dir) ? ws_view(c, &scan, err) : dir;
    return view ? path_join(view, path_basename(pom)) : NULL;
}

/* !x and -x exclude, +x includes; ?x need not be there [maven-core: ProjectActivation]. */
static int add_module(struct command *m, const char *name, struct buf *out)
{
    size_t mark = strspn(name, "!-+?");
    _cleanup_(maven_reactor_release) struct maven_reactor r = {0};
    _cleanup_free_ char *pom = pom_path(m->call), *here = NULL;
    if (m->call->run->dry_run && !fs_exists(pom)) /* nothing was checked out */
        return add_plain(m, name, out);
    here = pom_here(m->call, pom, m->err);
    if (!here || maven_reactor_read(&r, here, m->err) < 0)
        return -1;
    _cleanup_free_ char *selector = maven_reactor_select(&r, name + mark, m->err);
    if (!selector)
        return error_wrap(m->err, "mavenBuild: %s", pom);
    buf_printf(out, "%s%.*s%s", out->len ? "," : "", (int)mark, name, selector);
    return 0;
}

static int add_modules(struct command *m)
{
    _cleanup_(buf_release) struct buf modules = {0};
    if (each_text(m, "module", add_module, &modules) < 0)
        return -1;
    if (!modules.len)
        return 0;
    add_word(m, "-pl");
    add_word(m, modules.data);
    if (step_bool(m->call, "alsoMake", true))
        add_word(m, "-am");
    if (step_bool(m->call, "alsoMakeDependents", false))
        add_word(m, "-amd");
    return 0;
}

/* ---- the rest of the command line */

static void add_properties(struct command *m)
{
    struct value given = step_arg(m->call, "properties");
    struct map_slot *slot;
    for (size_t i = 0; value_is(given, OBJ_MAP) && map_next(AS_MAP(given), &i, &slot);) {
        _cleanup_(buf_release) struct buf word = {0};
        buf_addstr(&word, "-D");
        value_print(m->call->fiber, slot->key, &word);
        if (!value_is_null(slot->value)) {
            buf_addch(&word, '=');
            value_print(m->call->fiber, slot->value, &word);
        }
        add_word(m, word.data);
    }
}

static int add_command(struct command *m)
{
    struct step_call *c = m->call;
    _cleanup_(buf_release) struct buf profiles = {0};
    const char *threads = step_str(c, "threads", ""), *pom = step_str(c, "pom", "");
    buf_addstr(&m->words, "mvn -B");
    if (*pom) {
        add_word(m, "-f");
        add_word(m, pom);
    }
    if (add_modules(m) < 0)
        return -1;
    each_text(m, "profiles", add_plain, &profiles);
    if (profiles.len) {
        add_word(m, "-P");
        add_word(m, profiles.data);
    }
    if (*threads) {
        add_word(m, "-T");
        add_word(m, threads);
    }
    if (step_bool(c, "failAtEnd", false))
        add_word(m, "-fae");
    if (step_bool(c, "updateSnapshots", false))
        add_word(m, "-U");
    if (step_bool(c, "skipTests", false))
        add_word(m, "-DskipTests");
    add_properties(m);
    const char *more[] = {step_str(c, "arguments", ""), step_str(c, "goals", "")};
    for (size_t i = 0; i < ARRAY_LEN(more); i++)
        buf_printf(&m->words, "%s%s", *more[i] ? " " : "", more[i]);
    return 0;
}

/* ---- the run */

static enum call_status run_shell(struct fiber *f, struct value self, int argc, struct value *argv,
                                  struct value *out)
{
    struct step_call *c = AS_NATIVE(self)->data;
    struct value args = map_new(c->run->vm), script = step_arg(c, "script");
    map_set_str(AS_MAP(args), "script", script);
    if (step_has(c, "returnStatus"))
        map_set_str(AS_MAP(args), "returnStatus", step_arg(c, "returnStatus"));
    enum call_status status = step_invoke(f, "sh", 1, &args, out);
    value_release(args);
    return status;
}

/* The body of the block: a native that calls `sh`, which parks the fiber as it does for a script. */
static struct value body_of(struct step_call *c)
{
    static const struct native_class classes[] = {{.name = "gmrun.MavenBuild"}};
    static const struct native_method methods[] = {{"MavenBuild", "run", 0, 0, 0, run_shell}};
    struct vm *vm = c->run->vm;
    if (!vm_class(vm, "MavenBuild"))
        vm_register(vm, classes, ARRAY_LEN(classes), methods, ARRAY_LEN(methods));
    struct value self = native_new(vm, vm_class(vm, "MavenBuild"), c), method = method_of(vm, self, "run");
    value_release(self);
    return method;
}

static bool has_setup(const struct step_call *c)
{
    static const char *const names[] = {
        "maven",          "jdk",       "mavenSettingsConfig",       "mavenSettingsFilePath",
        "mavenLocalRepo", "mavenOpts", "globalMavenSettingsConfig", "globalMavenSettingsFilePath",
        "offline",        "options",   "publisherStrategy"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (step_has(c, names[i]))
            return true;
    return false;
}

enum call_status step_maven_build(struct step_call *c, struct value *out)
{
    _cleanup_(error_release) struct error err = {0};
    struct command m = {.call = c, .err = &err};
    int status = add_command(&m);
    struct value script = string_from(m.words.data ? m.words.data : "");
    map_set_str(AS_MAP(c->args), "script", script);
    value_release(script);
    buf_release(&m.words);
    if (status < 0)
        return step_abort(c, "%s", err.message);
    value_release(c->body); /* of an earlier run of this function */
    c->body = body_of(c);
    if (maven_block_around(c->branch->scope) && !has_setup(c))
        return step_body(c, NULL, NULL, 0, NULL, step_after_plain);
    return step_with_maven(c, out);
}
