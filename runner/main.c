/* The program's entry. The subcommands are in runner/cli/commands.c. */
#include "runner/cli/cli.h"
#include <signal.h>

int main(int argc, char **argv)
{
    /* A reader that goes away must not end a build; children get the default back (base/proc.h). */
    signal(SIGPIPE, SIG_IGN);
    return cli_main(argc, argv);
}
