/* The command line: one table of options that feeds the parser, the help texts, completion and the keys
 * of gmrun.yaml that preset them.
 *
 * An option more is a row in option_table.c and a field in struct run_options; where it may be preset,
 * its key is checked by the row, too. */
#ifndef RUNNER_CLI_OPTIONS_H
#define RUNNER_CLI_OPTIONS_H

#include "runner/cli/run_options.h"
#include <stdio.h>

enum option_kind {
    OPT_FLAG,  /* bool */
    OPT_TEXT,  /* const char *, not empty; `choices` limits it when set */
    OPT_PATH,  /* const char *, made absolute: against the working directory, or the folder of gmrun.yaml */
    OPT_COUNT, /* int, 1 … 100000 */
    OPT_LIST,  /* text_list, repeatable */
    OPT_PAIRS, /* text_list of NAME=VALUE, repeatable */
};

struct option_row {
    const char *name; /* long name without the dashes; as key of gmrun.yaml in camelCase too */
    char letter;      /* 0: none */
    const char *arg;  /* what help calls the argument; NULL: none */
    enum option_kind kind;
    size_t offset;        /* of the field in struct run_options */
    const char *commands; /* where it is valid: blank-separated words */
    const char *help;     /* one line */
    const char *choices;  /* "a|b|c" or NULL */
    bool config;          /* gmrun.yaml may preset it */
};
extern const struct option_row option_table[];
extern const size_t option_table_len;

bool option_valid_for(const struct option_row *row, const char *command);

/* Parses argv[1…] as options of `command` (argv[0] is its name; operands and options may be mixed). o must be
 * zeroed; it is valid for options_release() in both cases. */
int options_parse(struct run_options *o, const char *command, int argc, char **argv, struct error *err);
/* Finds home and configuration, reads gmrun.yaml where there is one, presets what the command line left open,
 * and checks that the outcome is consistent. */
int options_finish(struct run_options *o, struct error *err);
void options_release(struct run_options *o);
/* The options of a command, one or two lines each, aligned. */
void options_help(const char *command, FILE *out);

/* For the parser and the presets: the row of a command by long name. */
const struct option_row *option_find(const char *command, const char *name);
/* The row that a key of gmrun.yaml presets ("noInput" or "no-input"), NULL if none. */
const struct option_row *option_of_key(const char *key);
/* Stores a value: NULL for a flag that is set. `dir` is what paths are relative to, NULL: the working
 * directory. */
int option_store(struct run_options *o, const struct option_row *row, const char *value, const char *dir,
                 struct error *err);

/* What a later replay, restart or resume needs of the options of a run (env, branch, scm, dirty, in-place,
 * workspace, only, skip): for build.json's key `options`. options_restore() fills those that are not set. */
json_t *options_record(const struct run_options *o);
void options_restore(struct run_options *o, const json_t *record);

#endif
