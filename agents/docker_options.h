/* Options of the docker program's commands, by tables: an option is a row that says where its value goes in
 * the engine's JSON. The tables are in run_options.c and build_options.c. */
#ifndef AGENTS_DOCKER_OPTIONS_H
#define AGENTS_DOCKER_OPTIONS_H

#include <jansson.h>
#include <stdbool.h>
#include "base/buf.h"
#include "base/error.h"
#include "base/words.h"

struct docker_option;
struct option_target {
    json_t *json; /* what is filled */
    void *data;   /* of the table's own functions */
    const struct words_env
        *env;        /* of $NAME in words, and of options that take a variable by its name; NULL: none */
    const char *dir; /* that relative paths of files are in; NULL: the process's own */
    struct error *err;
};
typedef int option_fn(struct option_target *t, const struct docker_option *o, const char *value);

struct docker_option {
    const char *name;
    char letter;      /* 0: none */
    const char *path; /* where the value goes: "HostConfig.Memory" */
    option_fn *apply;
    bool flag; /* takes no value, or =true, =false */
};

struct docker_command {
    const char *name; /* "docker run": for messages */
    const struct docker_option *options;
    size_t len;
    /* A word that is no option; NULL: an error. */
    int (*word)(struct option_target *t, const char *word);
};

/* Applies the words of `args` in their order: lists grow, single
 * values are replaced. -1: an option that is unknown (with the nearest one), a value that is missing or
 * malformed. */
int docker_options_apply(const struct docker_command *command, struct option_target *t, const char *args);

/* All return 0, or -1 with t->err: most by option_bad(), which names the option. */
/* ---- kinds of values */
option_fn option_text, option_item, option_flag, option_nothing, option_number, option_bytes, option_cpus,
    option_pair, option_duration, option_lines;
option_fn option_only_item; /* a list of this one: an empty entry point resets the image's own */
/* NAME:VALUE, VALUE a number or bytes: {"Path": …, "Weight"/"Rate": …} to the list */
option_fn option_weight, option_rate, option_bytes_rate;
int option_bad(struct option_target *t, const struct docker_option *o, const char *value); /* the error; -1 */

/* A row of a list inside of a value: type=bind,"source=/a,b" …; the next field of *rest, unquoted in place
 * [CSV, as docker/cli reads it]. NULL: no more. */
char *option_field(char **rest);
const char *option_variable(const struct option_target *t, const char *name); /* NULL: not set */
int option_file(struct option_target *t, const char *path, struct buf *out);  /* a small text file */

/* ---- for functions of tables; `value` is taken. All return 0. */
int option_put(struct option_target *t, const char *path, json_t *value);
int option_append(struct option_target *t, const char *path, json_t *value);
int option_put_member(struct option_target *t, const char *path, const char *key, json_t *value);
json_t *option_json(const char *text); /* bytes that are no UTF-8 become U+FFFD */

#endif
