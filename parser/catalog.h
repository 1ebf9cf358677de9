/* What a Jenkinsfile can say: steps, options, triggers, parameters, conditions, agents, tools and the
 * small objects inside arguments, each with its parameters. The validator, "did you mean", `gmrun steps`,
 * help and argument checking at run time read the same rows.
 *
 * Source of names, types and "required": the plugins' data-bound constructors (required, in their order) and
 * setters (optional, alphabetical), which is also the order in which Jenkins searches for the nearest name.
 */
#ifndef PARSER_CATALOG_H
#define PARSER_CATALOG_H

#include <stdbool.h>
#include <stddef.h>

/* Static types of parameters; catalog_type_name() gives Java's name for them, as messages show it. */
enum catalog_type {
    TYPE_ANY, /* anything, unchecked */
    TYPE_STRING,
    TYPE_INT,
    TYPE_LONG,
    TYPE_BOOL,
    TYPE_INTEGER,
    TYPE_LONG_OBJECT,
    TYPE_BOOLEAN,
    TYPE_DOUBLE,
    TYPE_TIME_UNIT,
    TYPE_LIST,
    TYPE_MAP,
    TYPE_SCM,
    TYPE_RESULT,
    TYPE_COUNT,
};

enum catalog_param_flag {
    PARAM_REQUIRED = 1,
    PARAM_SOLE = 2, /* a single unnamed argument means this one, though it is not required */
};

struct catalog_param {
    const char *name;
    enum catalog_type type;
    unsigned flags;
};

enum catalog_flag {
    ENTRY_BLOCK = 1,     /* must be called with a block */
    ENTRY_MAY_BLOCK = 2, /* can be */
    ENTRY_NODE = 4,      /* needs a workspace: an enclosing agent or node */
    ENTRY_ROOT = 8,      /* usable in the root's options { } */
    ENTRY_STAGE = 16,    /* usable in a stage's options { } */
    ENTRY_OPEN = 32,     /* takes parameters beyond the listed ones */
    ENTRY_CHILDREN = 64, /* when: holds nested conditions (any number, `not` exactly one) */
    ENTRY_HIDDEN = 128,  /* accepted, but not named in lists of valid names */
    ENTRY_NOTE = 256,    /* not carried out, which changes no result: no warning */
};

struct catalog_step {
    const char *name;
    const struct catalog_param *params; /* ended by a NULL name; NULL: none */
    unsigned flags;
    const char *help;        /* one line */
    const char *unsupported; /* why this program does not do it; NULL: it does */
};

/* Rows are sorted by name. */
struct catalog_table {
    const char *what; /* "step", "option", "trigger", "parameter", … */
    const struct catalog_step *rows;
    size_t len;
};

extern const struct catalog_table catalog_steps,
    catalog_foreign_steps; /* the second: steps of plugins that are known by name */
extern const struct catalog_table catalog_options, catalog_triggers, catalog_parameters, catalog_conditions;
extern const struct catalog_table catalog_agents, catalog_tools;
extern const struct catalog_table
    catalog_symbols; /* logRotator(…), usernamePassword(…): objects inside arguments */

const struct catalog_step *catalog_find(const struct catalog_table *table, const char *name, size_t len);
/* In catalog_steps, then in catalog_foreign_steps. */
const struct catalog_step *catalog_step(const char *name, size_t len);
/* An option: of the option table, or a block step that may be one. */
const struct catalog_step *catalog_option(const char *name, size_t len);

const struct catalog_param *catalog_param(const struct catalog_step *step, const char *name);
/* The parameter that a single unnamed argument means, or NULL. */
const struct catalog_param *catalog_sole_param(const struct catalog_step *step);
size_t catalog_required_count(const struct catalog_step *step);
/* The nearest parameter by edit distance as Jenkins' "did you mean" (never NULL when there are any). */
const char *catalog_nearest_param(const struct catalog_step *step, const char *name);
/* The nearest step, or NULL when none is near. */
const char *catalog_nearest_step(const char *name);

const char *catalog_type_name(enum catalog_type type);

struct buf;
/* Appends "[a, b, c]", the names that are valid in a table in alphabetical order (of those that have one of
 * `flags`, if not 0); for options the block steps are merged in. */
void catalog_names(const struct catalog_table *table, unsigned flags, struct buf *out);

#endif
