/* Subcommands: each gets its own argument vector (argv[0] is its name) and returns the exit status. */
#ifndef RUNNER_CLI_CLI_H
#define RUNNER_CLI_CLI_H

int cli_eval(int argc, char **argv);
int cli_lint(int argc, char **argv);
int cli_graph(int argc, char **argv);

#endif
