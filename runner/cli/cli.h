/* Subcommands: one table (commands.c) says what each is called, takes and does. A function gets options that
 * are parsed and finished, and returns the exit status: 0, 1 for "did not work", 2 for usage and bad input.

 *
 * A new subcommand is a row in command_table, a function cmd_NAME(), and its word in the `commands` of
 * the options that it takes (option_table.c): help, completion and "did you mean" follow from these. */
#ifndef RUNNER_CLI_CLI_H
#define RUNNER_CLI_CLI_H

#include "runner/cli/run_options.h"
#include <stdio.h>

enum { EXIT_OK = 0, EXIT_FAILED = 1, EXIT_USAGE = 2 };

struct command {
    const char *name;
    const char *operands; /* "JOB[/BUILD]" */
    const char *help;     /* one line */
    int least, most;      /* operands; most -1: any number */
    int (*run)(struct run_options *o);
    int (*raw)(int argc, char **argv); /* instead of run: parses its arguments itself */
    const char *more;                  /* further lines of its help, or NULL */
};
extern const struct command command_table[];
extern const size_t command_table_len;

/* The whole program after main's set-up. */
int cli_main(int argc, char **argv);
const struct command *command_find(const char *name);
void command_help(const struct command *c, FILE *out);
void program_help(FILE *out);
/* "gmrun: FILE:L:C: message" on standard error; empties err; returns EXIT_USAGE. */
int cli_refuse(struct error *err);

/* "JOB/3": job "JOB", number 3; "JOB": number 0. "team/7" is build 7 of job team, unless there is a job of
 * that name. *job is the arena's. A build that must exist and does not is an error that names the nearest
 * job. */
int build_operand(struct run_options *o, const char *text, char **job, int *number, struct error *err);

/* One function a row of the table; each in a file of its name, but for short ones that share their
 * subject. */
int cli_eval(int argc, char **argv);
int cmd_lint(struct run_options *o);
int cmd_graph(struct run_options *o);
int cmd_list(struct run_options *o);
int cmd_show(struct run_options *o);
int cmd_log(struct run_options *o);
int cmd_artifacts(struct run_options *o);
int cmd_stop(struct run_options *o);
int cmd_replay(struct run_options *o);
int cmd_restart(struct run_options *o);
int cmd_steps(struct run_options *o);
int cmd_doctor(struct run_options *o);
int cmd_credentials(struct run_options *o);
int cmd_gc(struct run_options *o);
int cmd_version(struct run_options *o);
int cmd_help(struct run_options *o);
int cmd_completion(struct run_options *o);

#endif
