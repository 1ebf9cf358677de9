/* gmrun eval: compiles and runs a piece of Groovy and prints its value. */
#include "runner/cli/cli.h"
#include <stdio.h>

int cli_eval(int argc, char **argv)
{
    fprintf(stderr, "gmrun: eval is not there yet\n");
    return 2;
}
