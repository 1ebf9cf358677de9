/* What the command line and gmrun.yaml ask for, in one struct that every subcommand gets. The rows of
 * the option table (runner/cli/option_table.c) say which field each option fills and where it is valid; a
 * field that no option of the command fills is zero.
 *
 * Order of precedence: command line, then gmrun.yaml, then the defaults named here. All texts are owned by
 * `arena` (or are argv's own) and live as long as the struct. */
#ifndef RUNNER_CLI_RUN_OPTIONS_H
#define RUNNER_CLI_RUN_OPTIONS_H

#include "base/arena.h"
#include "base/error.h"
#include "base/util.h"
#include "runner/state/build.h"
#include "runner/state/config.h"

enum console_form { CONSOLE_AUTO, CONSOLE_PRETTY, CONSOLE_PLAIN, CONSOLE_JENKINS, CONSOLE_JSON };
enum cause_kind { CAUSE_USER, CAUSE_TIMER, CAUSE_SCM, CAUSE_UPSTREAM };

typedef VEC(const char *) text_list;

struct run_options {
    struct arena arena;
    const char *command; /* "run", "show", … */
    text_list args;      /* operands: FILE, JOB[/BUILD], … as given */

    /* run; those marked * also for restart, replay and resume */
    const char *file;        /* args[0], default "Jenkinsfile" */
    text_list params;        /* "NAME=VALUE": the = is there and NAME is not empty */
    const char *params_file; /* NULL: none */
    text_list env;           /* "NAME=VALUE", gmrun.yaml's `env` is in config.env instead */
    const char *job;         /* NULL: derived */
    const char *workspace;   /* absolute; NULL: below the home */
    bool dirty, in_place;
    const char *branch; /* NULL: from the repository, unless no_branch */
    bool no_branch;
    const char *scm;      /* URL[#REF] or NULL */
    text_list answers;    /* * "ID", "ID=abort", "ID=NAME=VALUE,…" as given */
    bool yes, no_input;   /* * never both */
    text_list only, skip; /* stage names or parent/child paths */
    const char *from;     /* run: a stage or NULL; restart: always set */
    bool dry_run;
    enum console_form console;        /* * AUTO is already resolved to PRETTY or PLAIN */
    bool timestamps, no_color, quiet; /* * no_color is set by NO_COLOR too */
    int executors;    /* * -j, or `executors:` of gmrun.yaml; 0: number of processors, at least 2 */
    int max_procs;    /* * 0: no limit */
    const char *user; /* * never NULL: $USER, else the name of the user id, else "unknown" */
    bool strict;
    bool on_failure_shell;
    enum cause_kind cause;

    /* other commands */
    bool follow;        /* log -f */
    bool json;          /* eval, list, show, artifacts, steps, doctor, credentials */
    bool scripted;      /* lint */
    const char *dump;   /* lint: "tokens", "ast" or NULL */
    const char *code;   /* eval -e */
    const char *format; /* graph: text|dot|mermaid|json|svg; lint: text|json|sarif; NULL: text */
    const char *listen; /* serve: ADDR:PORT */
    const char *type, *username, *from_file, *description; /* credentials add */

    /* Filled by options_finish() */
    struct home home;             /* home.dir is absolute; the folder need not exist yet */
    const char *credentials_file; /* --credentials, else gmrun.yaml's, else HOME/credentials.yaml */
    bool credentials_given;       /* named by an option: then a missing file is an error */
    struct config config;         /* config.file is NULL where there is no gmrun.yaml */
    bool color;                   /* standard output is a terminal that may be coloured */

    /* Set by a command that calls cmd_run_with(), never by the command line */
    const char *pipeline_text; /* run this text instead of reading `file` (its name in messages) */
    size_t pipeline_len;
    const char *commit; /* check out this commit instead of the branch's or the folder's */
    json_t *replayed;   /* borrowed: build.json of the build that is replayed or restarted */
    bool restart, resume;

    /* As given, for the parser of the command line only */
    const char *home_given, *config_given, *credentials_opt, *console_given, *cause_given, *on_failure_given;
    bool help;
};

/* Runs a build: runner/cli/run.c. `o` is finished; the exit status is PRODUCT.md's. */
int cmd_run_with(struct run_options *o);

#endif
