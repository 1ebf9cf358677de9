/* The program's entry: one table of subcommands, nothing else. A subcommand is a function in runner/cli
 * that gets its own argument vector (argv[0] is its name) and returns the exit status. */
#include "runner/cli/cli.h"
#include "base/util.h"
#include <stdio.h>
#include <string.h>

static const struct {
    const char *name;
    int (*run)(int argc, char **argv);
} commands[] = {
    {"eval", cli_eval},
    {"lint", cli_lint},
    {"graph", cli_graph},
};

int main(int argc, char **argv)
{
    for (size_t i = 0; argc > 1 && i < ARRAY_LEN(commands); i++)
        if (strcmp(argv[1], commands[i].name) == 0)
            return commands[i].run(argc - 1, argv + 1);
    fprintf(stderr, "gmrun: unknown command%s%s\n", argc > 1 ? " " : "", argc > 1 ? argv[1] : "");
    return 2;
}
