/* What the command line leaves open: home, gmrun.yaml and its presets, the user, the form of the output.
 *
 * A preset fills only what the command line left open, and only options that the command has: `quiet:
 * true` does not trouble `gmrun list`. Flags can only be set by a preset; `false` is the default and
 * needs no option to say so. */
#include "base/fs.h"
#include "runner/cli/options.h"
#include "runner/state/home.h"
#include <ctype.h>
#include <pwd.h>
#include <string.h>
#include <unistd.h>

/* "no-input" is noInput or no-input in gmrun.yaml, as every other key there is in camelCase. */
static bool key_matches(const char *name, const char *key)
{
    for (; *name; name++, key++) {
        if (*name == '-' && *key != '-') {
            name++;
            if (*key != toupper((unsigned char)*name))
                return false;
        } else if (*name != *key) {
            return false;
        }
    }
    return !*key;
}

const struct option_row *option_of_key(const char *key)
{
    for (size_t i = 0; i < option_table_len; i++)
        if (option_table[i].config && key_matches(option_table[i].name, key))
            return &option_table[i];
    return NULL;
}

static char *camel_case(struct arena *a, const char *name)
{
    char *key = arena_strdup(a, name), *to = key;
    for (const char *p = name; *p; p++)
        *to++ = *p == '-' && p[1] ? (char)toupper((unsigned char)*++p) : *p;
    *to = 0;
    return key;
}

static void preset_keys(struct run_options *o)
{
    const char **keys = arena_alloc(&o->arena, 2 * option_table_len * sizeof(*keys));
    size_t n = 0;
    for (size_t i = 0; i < option_table_len; i++) {
        if (!option_table[i].config)
            continue;
        keys[n++] = camel_case(&o->arena, option_table[i].name);
        keys[n++] = option_table[i].name;
    }
    o->config.preset_keys = keys;
    o->config.n_preset_keys = n;
}

static bool has_value(const struct run_options *o, const struct option_row *row)
{
    const char *at = (const char *)o + row->offset;
    switch (row->kind) {
    case OPT_FLAG:
        return *(const bool *)at;
    case OPT_TEXT:
    case OPT_PATH:
        return *(const char *const *)at;
    case OPT_COUNT:
        return *(const int *)at;
    default:
        return ((const text_list *)at)->len;
    }
}

/* Also for presets: a `yes: true` in gmrun.yaml gives way to --no-input. */
static const char *const exclusive[][2] = {
    {"yes", "no-input"}, {"branch", "no-branch"}, {"in-place", "workspace"}, {"in-place", "scm"}};

/* Of two options that exclude each other the command line decides; a preset does not speak against it. */
static bool is_set(const struct run_options *o, const struct option_row *row)
{
    for (size_t i = 0; i < ARRAY_LEN(exclusive); i++)
        for (int k = 0; k < 2; k++) {
            const struct option_row *other =
                strcmp(exclusive[i][k], row->name) == 0 ? option_find(o->command, exclusive[i][!k]) : NULL;
            if (other && has_value(o, other))
                return true;
        }
    return has_value(o, row);
}

static bool is_word(const char *value, const char *const *words, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (strcasecmp(value, words[i]) == 0)
            return true;
    return false;
}

static int apply_flag(struct run_options *o, const struct option_row *row, const char *value,
                      struct error *err)
{
    static const char *const yes[] = {"true", "yes", "on"}, *const no[] = {"false", "no", "off"};
    if (is_word(value, yes, ARRAY_LEN(yes)))
        return option_store(o, row, NULL, NULL, err);
    return is_word(value, no, ARRAY_LEN(no))
               ? 0
               : error_set(err, ERROR_USAGE, "'%s' must be true or false", row->name);
}

static int apply_values(struct run_options *o, const struct option_row *row, const struct preset *p,
                        const char *dir, struct error *err)
{
    if (row->kind != OPT_LIST && p->n != 1)
        return error_set(err, ERROR_USAGE, "'%s' takes one value", p->name);
    for (size_t i = 0; i < p->n; i++)
        if (row->kind == OPT_FLAG ? apply_flag(o, row, p->values[i], err)
                                  : option_store(o, row, p->values[i], dir, err))
            return -1;
    return 0;
}

/* What was given on the command line is noted before any preset is stored, as lists would only grow. */
static int apply_presets(struct run_options *o, struct error *err)
{
    if (!o->config.n_presets)
        return 0;
    _cleanup_free_ char *dir = path_dirname(o->config.file);
    _cleanup_free_ bool *given = xcalloc(option_table_len, sizeof(*given));
    for (size_t i = 0; i < option_table_len; i++)
        given[i] = is_set(o, &option_table[i]);
    for (size_t i = 0; i < o->config.n_presets; i++) {
        const struct preset *p = &o->config.presets[i];
        const struct option_row *row = option_of_key(p->name);
        struct error why = {0};
        if (!row || !option_valid_for(row, o->command) || given[row - option_table])
            continue;
        if (apply_values(o, row, p, dir, &why)) {
            error_at(err, ERROR_USAGE, o->config.file, p->line, p->col, "%s", why.message);
            error_release(&why);
            return -1;
        }
    }
    return 0;
}

static int load_config(struct run_options *o, struct error *err)
{
    preset_keys(o);
    o->config.built_in = true;
    if (o->config_given)
        return config_load(&o->config, o->config_given, err);
    _cleanup_free_ char *file = path_join(o->home.dir, "gmrun.yaml");
    return fs_exists(file) ? config_load(&o->config, file, err) : 0;
}

static int find_home(struct run_options *o, const char *given, struct error *err)
{
    free(o->home.dir);
    o->home.dir = home_find(given);
    if (!o->home.dir)
        return error_set(err, ERROR_USAGE, "no home: give --home DIR or set GMRUN_HOME");
    return 0;
}

static void find_user(struct run_options *o)
{
    if (!o->user)
        o->user = getenv("USER");
    if (o->user && *o->user)
        return;
    /* Containers often run under a number that has no entry. */
    const struct passwd *pw = getpwuid(getuid());
    o->user = pw ? arena_strdup(&o->arena, pw->pw_name) : "unknown";
}

static int index_of(const char *const *words, size_t n, const char *word)
{
    for (size_t i = 0; word && i < n; i++)
        if (strcmp(words[i], word) == 0)
            return (int)i;
    return 0;
}

static void find_console(struct run_options *o)
{
    static const char *const forms[] = {"auto", "pretty", "plain", "jenkins", "json"};
    static const char *const causes[] = {"user", "timer", "scm", "upstream"};
    /* [no-color.org]: any value but the empty one. */
    const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");
    bool terminal = isatty(STDOUT_FILENO);
    o->console = (enum console_form)index_of(forms, ARRAY_LEN(forms), o->console_given);
    if (o->console == CONSOLE_AUTO)
        o->console = terminal ? CONSOLE_PRETTY : CONSOLE_PLAIN;
    o->cause = (enum cause_kind)index_of(causes, ARRAY_LEN(causes), o->cause_given);
    o->no_color |= no_color && *no_color;
    o->color = terminal && !o->no_color && !(term && strcmp(term, "dumb") == 0);
}

static int check_conflicts(const struct run_options *o, struct error *err)
{
    for (size_t i = 0; i < ARRAY_LEN(exclusive); i++) {
        const struct option_row *a = option_find(o->command, exclusive[i][0]),
                                *b = option_find(o->command, exclusive[i][1]);
        if (a && b && has_value(o, a) && has_value(o, b))
            return error_set(err, ERROR_USAGE, "--%s and --%s exclude each other", a->name, b->name);
    }
    return 0;
}

/* A preset may name another home; the configuration that was read stays that of the first one. */
int options_finish(struct run_options *o, struct error *err)
{
    const char *home = o->home_given;
    if (check_conflicts(o, err) || find_home(o, home, err) || load_config(o, err) || apply_presets(o, err))
        return -1;
    if (o->home_given != home && find_home(o, o->home_given, err))
        return -1;
    if (check_conflicts(o, err))
        return -1;
    o->credentials_given = o->credentials_opt != NULL;
    o->credentials_file =
        o->credentials_opt ? o->credentials_opt : arena_printf(&o->arena, "%s/credentials.yaml", o->home.dir);
    o->file = o->args.len ? o->args.items[0] : "Jenkinsfile";
    o->on_failure_shell = o->on_failure_given != NULL;
    if (!o->executors)
        o->executors = o->config.executors;
    find_user(o);
    find_console(o);
    return 0;
}
