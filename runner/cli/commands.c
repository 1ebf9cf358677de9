/* The table of subcommands and the way from argv to one of them.
 *
 * main() does nothing but call cli_main(): tests of the parser call options_parse() directly. Every
 * command returns its exit status; none calls exit(). */
#include "runner/cli/cli.h"
#include "runner/cli/options.h"
#include <string.h>
#include <unistd.h>

const struct command command_table[] = {
    {"run", "[FILE]", "run a pipeline (FILE: a Jenkinsfile or *.groovy; default ./Jenkinsfile)", 0, 1,
     cmd_run_with, NULL, NULL},
    {"replay", "JOB[/BUILD]", "run again with the same pipeline, parameters and commit", 1, 1, cmd_replay,
     NULL, NULL},
    {"restart", "JOB[/BUILD]", "run again from a stage, with the stashes, parameters and commit", 1, 1,
     cmd_restart, NULL, NULL},
    {"lint", "FILE...", "validate only; compiler-style messages; nothing is executed", 0, -1, cmd_lint, NULL,
     NULL},
    {"graph", "FILE", "draw the stages", 0, 1, cmd_graph, NULL, NULL},
    {"eval", "[FILE]", "evaluate Groovy of this program's subset and print its value", 0, 1, NULL, cli_eval,
     NULL},
    {"list", "[JOB]", "jobs and their builds, latest first", 0, 1, cmd_list, NULL, NULL},
    {"show", "JOB[/BUILD]", "a build: parameters, stages, result, tests, artifacts", 1, 1, cmd_show, NULL,
     NULL},
    {"log", "JOB[/BUILD]", "the console of a build", 1, 1, cmd_log, NULL, NULL},
    {"artifacts", "JOB[/BUILD]", "the archived files of a build", 1, 1, cmd_artifacts, NULL, NULL},
    {"stop", "JOB/BUILD", "abort a running build; its post sections run, it exits 4", 1, 1, cmd_stop, NULL,
     NULL},
    {"credentials", "list | add ID | remove ID", "the credentials file", 1, 2, cmd_credentials, NULL,
     "Secrets are asked for on the terminal, or read from standard input; they are never arguments.\n"},
    {"steps", "[NAME]", "every step, directive and option this program knows, with its parameters", 0, 1,
     cmd_steps, NULL, NULL},
    {"gc", "", "remove what killed builds left: temporary files, dead locks", 0, 0, cmd_gc, NULL, NULL},
    {"doctor", "", "what is available here: git, docker, registry, maven, kubernetes; what to do if not", 0,
     0, cmd_doctor, NULL, NULL},
    {"completion", "bash", "a completion script for the shell", 0, 1, cmd_completion, NULL, NULL},
    {"version", "", "the version", 0, 0, cmd_version, NULL, NULL},
    {"help", "[COMMAND]", "this text, or that of a command", 0, 1, cmd_help, NULL, NULL},
};
const size_t command_table_len = ARRAY_LEN(command_table);

const struct command *command_find(const char *name)
{
    for (size_t i = 0; i < command_table_len; i++)
        if (strcmp(command_table[i].name, name) == 0)
            return &command_table[i];
    return NULL;
}

int cli_refuse(struct error *err)
{
    const char *message = err->message ? err->message : "failed";
    if (err->file && err->line)
        fprintf(stderr, "gmrun: %s:%d:%d: %s\n", err->file, err->line, err->col, message);
    else
        fprintf(stderr, "gmrun: %s\n", message);
    error_release(err);
    return EXIT_USAGE;
}

/* How many there may be; what they mean is the command's business. */
static int check_operands(const struct command *c, const struct run_options *o, struct error *err)
{
    int n = (int)o->args.len;
    if (n < c->least)
        return error_set(err, ERROR_USAGE, "'%s' needs %s; see: gmrun help %s", c->name, c->operands,
                         c->name);
    if (c->most >= 0 && n > c->most)
        return error_set(err, ERROR_USAGE, "'%s' does not take '%s'; see: gmrun help %s", c->name,
                         o->args.items[c->most], c->name);
    return 0;
}

/* Help comes before the operands are checked, so that `gmrun show --help` needs no build. */
static int dispatch(const struct command *c, int argc, char **argv)
{
    struct run_options o = {0};
    struct error err = {0};
    int status;
    /* eval: its options are not those of a build. */
    if (c->raw)
        return c->raw(argc, argv);
    if (options_parse(&o, c->name, argc, argv, &err)) {
        error_wrap(&err, "%s", c->name);
        status = cli_refuse(&err);
    } else if (o.help) {
        command_help(c, stdout);
        status = EXIT_OK;
    } else if (check_operands(c, &o, &err) || options_finish(&o, &err)) {
        status = cli_refuse(&err);
    } else {
        status = c->run(&o);
    }
    options_release(&o);
    return status;
}

/* What is no command's name may be a file to run: when it exists, or looks like one. */
static bool is_file_like(const char *word)
{
    /* So that a file that does not exist is an error about a file, not about a command. */
    return strpbrk(word, "./") || strncasecmp(word, "jenkinsfile", 11) == 0 || access(word, F_OK) == 0;
}

static int unknown_command(const char *word)
{
    const char *names[ARRAY_LEN(command_table)];
    for (size_t i = 0; i < command_table_len; i++)
        names[i] = command_table[i].name;
    /* A word that looks like no file is taken for a mistyped command. */
    const char *near = nearest_name(word, names, command_table_len);
    fprintf(stderr, "gmrun: unknown command '%s'%s%s%s; see: gmrun help\n", word,
            near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
    return EXIT_USAGE;
}

/* `gmrun FILE` is `gmrun run FILE`; a command's name wins over a file of that name. */
int cli_main(int argc, char **argv)
{
    static const char *const aliases[][2] = {
        {"--version", "version"}, {"--help", "help"}, {"-h", "help"}, {"-V", "version"}};
    const char *word = argc > 1 ? argv[1] : NULL;
    for (size_t i = 0; word && i < ARRAY_LEN(aliases); i++)
        if (strcmp(word, aliases[i][0]) == 0)
            word = aliases[i][1];
    if (!word && access("Jenkinsfile", F_OK) < 0) {
        program_help(stderr);
        return EXIT_USAGE;
    }
    const struct command *c = word ? command_find(word) : NULL;
    if (c)
        return dispatch(c, argc - 1, argv + 1);
    if (!word || word[0] == '-' || is_file_like(word))
        return dispatch(command_find("run"), argc, argv);
    return unknown_command(word);
}
