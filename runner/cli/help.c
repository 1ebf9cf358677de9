/* Help, version and completion, all made from the tables of commands and options. */
#include "runner/cli/cli.h"
#include "runner/cli/options.h"
#include <string.h>

void program_help(FILE *out)
{
    fputs("gmrun runs Jenkins pipelines without Jenkins.\n\n"
          "usage: gmrun [run] [FILE] [options]     FILE: a Jenkinsfile or *.groovy; default ./Jenkinsfile\n"
          "       gmrun COMMAND [operands] [options]\n\n",
          out);
    for (size_t i = 0; i < command_table_len; i++) {
        const struct command *c = &command_table[i];
        char left[64];
        snprintf(left, sizeof(left), "%s %s", c->name, c->operands);
        fprintf(out, "  %-24s%s%s\n", left, strlen(left) > 23 ? "\n                          " : "", c->help);
    }
    fputs("\n`gmrun help COMMAND` lists the options of a command.\n", out);
}

void command_help(const struct command *c, FILE *out)
{
    fprintf(out, "usage: gmrun %s%s%s [options]\n%s\n", c->name, *c->operands ? " " : "", c->operands,
            c->help);
    if (c->more)
        fprintf(out, "\n%s", c->more);
    fputs("\noptions:\n", out);
    options_help(c->name, out);
}

int cmd_help(struct run_options *o)
{
    if (!o->args.len) {
        program_help(stdout);
        return EXIT_OK;
    }
    const struct command *c = command_find(o->args.items[0]);
    if (c) {
        command_help(c, stdout);
        return EXIT_OK;
    }
    fprintf(stderr, "gmrun: unknown command '%s'; see: gmrun help\n", o->args.items[0]);
    return EXIT_USAGE;
}

int cmd_version(struct run_options *o)
{
    printf("gmrun %s\n", GMRUN_VERSION);
    return EXIT_OK;
}

/* One case a command, so that the shell asks nothing of the program while completing. */
int cmd_completion(struct run_options *o)
{
    if (o->args.len && strcmp(o->args.items[0], "bash") != 0) {
        fprintf(stderr, "gmrun: there is completion for bash only, not for '%s'\n", o->args.items[0]);
        return EXIT_USAGE;
    }
    printf("_gmrun() {\n    local cur=${COMP_WORDS[COMP_CWORD]} cmd=${COMP_WORDS[1]} words=\n    case $cmd "
           "in\n");
    for (size_t i = 0; i < command_table_len; i++) {
        printf("    %s) words='", command_table[i].name);
        for (size_t k = 0; k < option_table_len; k++)
            if (option_valid_for(&option_table[k], command_table[i].name))
                printf("--%s ", option_table[k].name);
        printf("' ;;\n");
    }
    printf("    esac\n    if [ \"$COMP_CWORD\" -eq 1 ]; then\n        words='");
    for (size_t i = 0; i < command_table_len; i++)
        printf("%s ", command_table[i].name);
    printf("'\n    fi\n    COMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))\n}\ncomplete -o default -F "
           "_gmrun gmrun\n");
    return EXIT_OK;
}
