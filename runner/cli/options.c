/* Parsing by getopt_long, with the option strings made from the table; messages are our own, since they name
 * the nearest option and where an option is valid.
 *
 * getopt_long permutes, so operands and options may be mixed, and -- ends the options. It accepts unique
 * beginnings of long names; scripts should not rely on it, as new options make them ambiguous. */
#include "runner/cli/options.h"
#include "base/fs.h"
#include "runner/state/home.h"
#include <errno.h>
#include <getopt.h>
#include <string.h>

enum { MAX_COUNT = 100000, LONG_BASE = 256 };

#define AT(o, row, T) ((T *)((char *)(o) + (row)->offset))

const struct option_row *option_find(const char *command, const char *name)
{
    for (size_t i = 0; i < option_table_len; i++)
        if (strcmp(option_table[i].name, name) == 0 && option_valid_for(&option_table[i], command))
            return &option_table[i];
    return NULL;
}

static int store_text(struct run_options *o, const struct option_row *row, const char *value, const char *dir,
                      struct error *err)
{
    if (!*value)
        return error_set(err, ERROR_USAGE, "'%s' needs a value", row->name);
    if (row->choices && !str_in_list(row->choices, value, '|'))
        return error_set(err, ERROR_USAGE, "'%s' must be one of %s, not '%s'", row->name, row->choices,
                         value);
    if (row->kind == OPT_PATH) {
        _cleanup_free_ char *joined = dir ? path_join(dir, value) : xstrdup(value),
                            *path = path_absolute(joined);
        /* Absolute at once: the program may change its folder, a record is read in another. */
        value = arena_strdup(&o->arena, path);
    }
    *AT(o, row, const char *) = value;
    return 0;
}

static int store_count(struct run_options *o, const struct option_row *row, const char *value,
                       struct error *err)
{
    char *end;
    errno = 0;
    long n = strtol(value, &end, 10);
    if (end == value || *end || errno || n < 1 || n > MAX_COUNT)
        return error_set(err, ERROR_USAGE, "'%s' must be a number from 1 to %d, not '%s'", row->name,
                         MAX_COUNT, value);
    *AT(o, row, int) = (int)n;
    return 0;
}

static int store_list(struct run_options *o, const struct option_row *row, const char *value,
                      struct error *err)
{
    text_list *list = AT(o, row, text_list);
    /* The value may be empty, the name may not. */
    if (row->kind == OPT_PAIRS && (!strchr(value, '=') || value[0] == '='))
        return error_set(err, ERROR_USAGE, "'%s' needs NAME=VALUE, not '%s'", row->name, value);
    if (!*value)
        return error_set(err, ERROR_USAGE, "'%s' needs a value", row->name);
    vec_push(list, value);
    return 0;
}

int option_store(struct run_options *o, const struct option_row *row, const char *value, const char *dir,
                 struct error *err)
{
    switch (row->kind) {
    case OPT_FLAG:
        *AT(o, row, bool) = true;
        return 0;
    case OPT_TEXT:
    case OPT_PATH:
        return store_text(o, row, value, dir, err);
    case OPT_COUNT:
        return store_count(o, row, value, err);
    default:
        return store_list(o, row, value, err);
    }
}

static int unknown_option(const char *command, const char *given, struct error *err)
{
    VEC(const char *) names = {0};
    const char *name = given + strspn(given, "-");
    _cleanup_free_ char *bare = xstrndup(name, strcspn(name, "="));
    for (size_t i = 0; i < option_table_len; i++) {
        if (option_valid_for(&option_table[i], command))
            vec_push(&names, option_table[i].name);
        else if (strcmp(option_table[i].name, bare) == 0)
            /* The first error stays: an option of another command is told as that. */
            error_set(err, ERROR_USAGE, "'--%s' is no option of '%s'", bare, command);
    }
    const char *near = nearest_name(bare, names.items, names.len);
    error_set(err, ERROR_USAGE, "unknown option '--%s'%s%s%s", bare, near ? "; did you mean '--" : "",
              near ? near : "", near ? "'?" : "");
    vec_release(&names);
    return -1;
}

static int bad_option(const char *command, int code, char **argv, struct error *err)
{
    const char *given = argv[optind - 1];
    if (code == ':')
        return error_set(err, ERROR_USAGE, "'%s' needs a value", given);
    /* A flag that was given a value: --dry-run=yes. */
    if (optopt >= LONG_BASE)
        return error_set(err, ERROR_USAGE, "'%.*s' takes no value", (int)strcspn(given, "="), given);
    if (optopt)
        return error_set(err, ERROR_USAGE, "unknown option '-%c'", optopt);
    return unknown_option(command, given, err);
}

struct getopt_tables {
    struct option *longs;
    char *shorts;
};

/* The long code of a row is LONG_BASE + its index, above every letter, so that both come back to the row. */
static void tables_make(struct getopt_tables *t, const char *command)
{
    size_t n = 0, s = 0;
    t->longs = xcalloc(option_table_len + 1, sizeof(*t->longs));
    t->shorts = xcalloc(option_table_len * 2 + 2, 1);
    t->shorts[s++] = ':';
    for (size_t i = 0; i < option_table_len; i++) {
        const struct option_row *row = &option_table[i];
        if (!option_valid_for(row, command))
            continue;
        t->longs[n++] =
            (struct option){row->name, row->arg ? required_argument : no_argument, NULL, LONG_BASE + (int)i};
        if (row->letter)
            t->shorts[s++] = row->letter;
        if (row->letter && row->arg)
            t->shorts[s++] = ':';
    }
}

static const struct option_row *row_of(const char *command, int code)
{
    if (code >= LONG_BASE)
        return &option_table[code - LONG_BASE];
    for (size_t i = 0; i < option_table_len; i++)
        if (option_table[i].letter == code && option_valid_for(&option_table[i], command))
            return &option_table[i];
    return NULL;
}

int options_parse(struct run_options *o, const char *command, int argc, char **argv, struct error *err)
{
    struct getopt_tables t;
    int code, rc = 0;
    o->command = command;
    tables_make(&t, command);
    opterr = 0;
    optind = 0; /* GNU: start anew, so that tests can parse many times */
    while (!rc && (code = getopt_long(argc, argv, t.shorts, t.longs, NULL)) != -1) {
        const struct option_row *row = code == '?' || code == ':' ? NULL : row_of(command, code);
        rc = row ? option_store(o, row, optarg, NULL, err) : bad_option(command, code, argv, err);
    }
    for (int i = optind; !rc && i < argc; i++)
        vec_push(&o->args, argv[i]);
    free(t.longs);
    free(t.shorts);
    return rc;
}

void options_release(struct run_options *o)
{
    /* Their texts are argv's or the arena's. */
    text_list *const lists[] = {&o->args, &o->params, &o->env, &o->answers, &o->only, &o->skip};
    for (size_t i = 0; i < ARRAY_LEN(lists); i++)
        vec_release(lists[i]);
    config_release(&o->config);
    free(o->home.dir);
    arena_release(&o->arena);
}

void options_help(const char *command, FILE *out)
{
    for (size_t i = 0; i < option_table_len; i++) {
        const struct option_row *row = &option_table[i];
        char left[64], letter[8] = "    ";
        if (!option_valid_for(row, command))
            continue;
        if (row->letter)
            snprintf(letter, sizeof(letter), "-%c, ", row->letter);
        snprintf(left, sizeof(left), "%s--%s%s%s", letter, row->name, row->arg ? " " : "",
                 row->arg ? row->arg : "");
        fprintf(out, "  %-28s%s%s\n", left, strlen(left) > 27 ? "\n                              " : "",
                row->help);
        if (row->choices)
            fprintf(out, "  %-28s%s\n", "", row->choices);
    }
}
