/* The command line, its presets from gmrun.yaml, and the record of options that a replay takes. */
#include "base/fs.h"
#include "runner/cli/options.h"
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include <string.h>
#include <unistd.h>

static char *home;

static int parse(struct run_options *o, const char *command, const char *line, struct error *err)
{
    static char text[512];
    char *argv[32], *rest = text, *word;
    int argc = 0;
    snprintf(text, sizeof(text), "%s", line);
    argv[argc++] = (char *)command;
    while ((word = strsep(&rest, " ")))
        argv[argc++] = word;
    argv[argc] = NULL;
    memset(o, 0, sizeof(*o));
    return options_parse(o, command, argc, argv, err);
}

static void all_kinds(void **state)
{
    struct run_options o;
    assert_int_equal(parse(&o, "run",
                           "my.groovy --param A=1 -p B= -e X=y=z -j 4 --dirty --only One --only Two/x "
                           "--console json --home h "
                           "--answer Ok=A=1,B=2 -- --file",
                           NULL),
                     0);
    assert_int_equal(o.args.len, 2);
    assert_string_equal(o.args.items[1], "--file");
    assert_int_equal(o.params.len, 2);
    assert_string_equal(o.params.items[1], "B=");
    assert_string_equal(o.env.items[0], "X=y=z");
    assert_int_equal(o.executors, 4);
    assert_true(o.dirty);
    assert_string_equal(o.only.items[1], "Two/x");
    assert_int_equal(options_finish(&o, NULL), 0);
    assert_int_equal(o.console, CONSOLE_JSON);
    assert_string_equal(o.file, "my.groovy");
    assert_true(o.home.dir[0] == '/' && str_has_suffix(o.home.dir, "/h"));
    assert_true(str_has_suffix(o.credentials_file, "/h/credentials.yaml") && !o.credentials_given);
    options_release(&o);
}

static void mistakes(void **state)
{
    static const struct {
        const char *command, *line, *message;
    } bad[] = {
        {"run", "--parm A=1", "unknown option '--parm'; did you mean '--param'?"},
        {"run", "--param A", "'param' needs NAME=VALUE, not 'A'"},
        {"run", "--param =A", "'param' needs NAME=VALUE, not '=A'"},
        {"run", "--home", "'--home' needs a value"},
        {"run", "--dirty=yes", "'--dirty' takes no value"},
        {"run", "-j 0", "'executors' must be a number from 1 to 100000, not '0'"},
        {"run", "-j 4x", "'executors' must be a number from 1 to 100000, not '4x'"},
        {"run", "-Z", "unknown option '-Z'"},
        {"run", "--console pretti", "'console' must be one of auto|pretty|plain|jenkins|json, not 'pretti'"},
        {"list", "--dry-run", "'--dry-run' is no option of 'list'"},
        {"run", "--yes --no-input", "--yes and --no-input exclude each other"},
        {"run", "--branch x --no-branch", "--branch and --no-branch exclude each other"},
    };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct run_options o;
        struct error err = {0};
        int rc = parse(&o, bad[i].command, bad[i].line, &err) || options_finish(&o, &err);
        if (!rc || strcmp(err.message, bad[i].message) != 0)
            fail_msg("%s: got %s", bad[i].line, err.message ? err.message : "success");
        error_release(&err);
        options_release(&o);
    }
}

static const char *config(const char *text)
{
    static char path[256];
    snprintf(path, sizeof(path), "%s/gmrun.yaml", home);
    assert_int_equal(fs_write_file(path, text, strlen(text), 0644, NULL), 0);
    return path;
}

static int parse_with(struct run_options *o, const char *command, const char *line, struct error *err)
{
    char whole[512];
    snprintf(whole, sizeof(whole), "--home %s%s%s", home, *line ? " " : "", line);
    return parse(o, command, whole, err) || options_finish(o, err) ? -1 : 0;
}

static void presets(void **state)
{
    struct run_options o;
    config(
        "timestamps: true\nnoInput: true\nskip: [Deploy, Test]\nmax-procs: 3\nexecutors: 5\nconsole: plain\n"
        "workspace: ws\ndirty: false\n");
    assert_int_equal(parse_with(&o, "run", "", NULL), 0);
    assert_true(o.timestamps && o.no_input && !o.dirty);
    assert_int_equal(o.skip.len, 2);
    assert_int_equal(o.max_procs, 3);
    assert_int_equal(o.executors, 5);
    assert_int_equal(o.console, CONSOLE_PLAIN);
    assert_true(str_has_prefix(o.workspace, home) && str_has_suffix(o.workspace, "/ws"));
    options_release(&o);
    assert_int_equal(parse_with(&o, "run", "--yes --skip Other --in-place -j 1 --console json", NULL), 0);
    assert_true(o.yes && !o.no_input && o.in_place && !o.workspace);
    assert_int_equal(o.skip.len, 1);
    assert_int_equal(o.executors, 1);
    assert_int_equal(o.console, CONSOLE_JSON);
    options_release(&o);
    assert_int_equal(parse_with(&o, "list", "", NULL), 0);
    assert_int_equal(o.skip.len, 0);
    options_release(&o);
}

static void bad_presets(void **state)
{
    struct run_options o;
    struct error err = {0};
    config("quiet: true\nconsole: fancy\n");
    assert_int_equal(parse_with(&o, "run", "", &err), -1);
    assert_string_equal(err.message, "'console' must be one of auto|pretty|plain|jenkins|json, not 'fancy'");
    assert_int_equal(err.line, 2);
    error_release(&err);
    options_release(&o);
    config("noinput: true\n");
    assert_int_equal(parse_with(&o, "run", "", &err), -1);
    assert_non_null(
        strstr(err.message, "unknown key 'noinput' of the configuration; did you mean 'noInput'?"));
    error_release(&err);
    options_release(&o);
    assert_int_equal(parse_with(&o, "run", "--config /nonexistent.yaml", &err), -1);
    error_release(&err);
    options_release(&o);
}

static void every_preset_has_a_field(void **state)
{
    assert_true(option_of_key("inPlace") && option_of_key("in-place") && option_of_key("paramsFile"));
    assert_false(option_of_key("inplace") || option_of_key("json") || option_of_key("inPlaces"));
}

static void recorded_options(void **state)
{
    struct run_options o, again;
    config("");
    assert_int_equal(parse_with(&o, "run", "--env A=1 --env B=2 --branch main --dirty --scm u#r", NULL), 0);
    json_t *record = options_record(&o);
    assert_int_equal(parse_with(&again, "replay", "shop/1", NULL), 0);
    options_restore(&again, record);
    assert_int_equal(again.env.len, 2);
    assert_string_equal(again.env.items[1], "B=2");
    assert_string_equal(again.branch, "main");
    assert_string_equal(again.scm, "u#r");
    assert_true(again.dirty && !again.in_place);
    json_decref(record);
    options_release(&o);
    options_release(&again);
}

/* Rows that fill one letter or name twice for a command would shadow each other. */
static void the_table_is_consistent(void **state)
{
    static const char *const commands[] = {"run",   "restart",     "replay", "resume", "lint",      "eval",
                                           "graph", "list",        "show",   "log",    "artifacts", "stop",
                                           "gc",    "credentials", "doctor", "serve",  "steps"};
    for (size_t c = 0; c < ARRAY_LEN(commands); c++)
        for (size_t i = 0; i < option_table_len; i++)
            for (size_t k = 0; k < i; k++) {
                const struct option_row *a = &option_table[i], *b = &option_table[k];
                if (!option_valid_for(a, commands[c]) || !option_valid_for(b, commands[c]))
                    continue;
                assert_string_not_equal(a->name, b->name);
                assert_true(!a->letter || a->letter != b->letter);
            }
}

static int setup(void **state)
{
    home = fs_tempdir("/tmp", "gmrun-test-options", NULL);
    unsetenv("GMRUN_HOME");
    return home ? 0 : -1;
}

static int teardown(void **state)
{
    int rc = fs_rm_rf(home, NULL);
    free(home);
    return rc;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_kinds),
        cmocka_unit_test(mistakes),
        cmocka_unit_test(presets),
        cmocka_unit_test(bad_presets),
        cmocka_unit_test(every_preset_has_a_field),
        cmocka_unit_test(recorded_options),
        cmocka_unit_test(the_table_is_consistent),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
