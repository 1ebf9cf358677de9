/* Every option of every subcommand, one row each. Help, `gmrun help`, completion, the parser and the keys of
 * gmrun.yaml are made from these rows and from nothing else.
 *
 * A row's last member says whether gmrun.yaml may preset it: what is different in each call (parameters,
 * a file, --from) may not. Presets use the same parser, so an option has one set of values and one
 * message. */
#include "runner/cli/options.h"
#include <string.h>

#define FIELD(f) offsetof(struct run_options, f)
#define BUILDS "run restart replay resume"
#define READERS "graph list show log artifacts stop gc credentials doctor serve"
#define ANY BUILDS " lint eval " READERS

/* Two rows may share a name if their commands differ (`format`, `dry-run`). Offsets are checked by nobody:
 * the kind must fit the field's type. */
const struct option_row option_table[] = {
    {"param", 'p', "NAME=VALUE", OPT_PAIRS, FIELD(params), "run replay",
     "a build parameter (repeatable); checked before anything runs", NULL, false},
    {"params-file", 0, "FILE", OPT_PATH, FIELD(params_file), "run", "YAML or JSON map of parameters", NULL,
     true},
    {"env", 'e', "NAME=VALUE", OPT_PAIRS, FIELD(env), "run",
     "an environment variable of the node (repeatable)", NULL, false},
    {"credentials", 0, "FILE", OPT_PATH, FIELD(credentials_opt), BUILDS " lint eval credentials doctor serve",
     "credentials file (default HOME/credentials.yaml)", NULL, true},
    {"config", 0, "FILE", OPT_PATH, FIELD(config_given), ANY, "configuration (default HOME/gmrun.yaml)", NULL,
     false},
    {"home", 0, "DIR", OPT_PATH, FIELD(home_given), ANY,
     "state: jobs, builds, logs, history (default $GMRUN_HOME, else ~/.gmrun)", NULL, true},
    {"job", 0, "NAME", OPT_TEXT, FIELD(job), "run",
     "job name (default: name of the repository folder or of the file)", NULL, true},
    {"workspace", 0, "DIR", OPT_PATH, FIELD(workspace), "run",
     "where to build (default: a workspace of the job below the home)", NULL, true},
    {"dirty", 0, NULL, OPT_FLAG, FIELD(dirty), "run",
     "`checkout scm` takes the working tree as it is, without ignored files", NULL, true},
    {"in-place", 0, NULL, OPT_FLAG, FIELD(in_place), "run",
     "build in FILE's own folder; `checkout scm` does nothing there", NULL, true},
    {"branch", 0, "NAME", OPT_TEXT, FIELD(branch), "run",
     "BRANCH_NAME (default: the branch checked out where FILE lies)", NULL, true},
    {"no-branch", 0, NULL, OPT_FLAG, FIELD(no_branch), "run", "behave as a job that is not multibranch", NULL,
     true},
    {"scm", 0, "URL[#REF]", OPT_TEXT, FIELD(scm), "run",
     "where `checkout scm` fetches from (default: FILE's repository)", NULL, true},
    {"answer", 0, "ID[=VALUE]", OPT_LIST, FIELD(answers), BUILDS,
     "answer the input step ID: proceed, with NAME=VALUE pairs; ID=abort aborts", NULL, true},
    {"yes", 'y', NULL, OPT_FLAG, FIELD(yes), BUILDS, "proceed at every input step", NULL, true},
    {"no-input", 0, NULL, OPT_FLAG, FIELD(no_input), BUILDS,
     "abort at every input step that no --answer names", NULL, true},
    {"only", 0, "STAGE", OPT_LIST, FIELD(only), "run",
     "run only this stage, by name or parent/child path (repeatable)", NULL, true},
    {"from", 0, "STAGE", OPT_TEXT, FIELD(from), "run restart", "start at this stage", NULL, false},
    {"skip", 0, "STAGE", OPT_LIST, FIELD(skip), "run", "skip this stage (repeatable)", NULL, true},
    {"dry-run", 'n', NULL, OPT_FLAG, FIELD(dry_run), "run", "print every step that would run, running none",
     NULL, true},
    {"console", 0, "FORM", OPT_TEXT, FIELD(console_given), BUILDS,
     "output form; jenkins is Jenkins' own text, json one event a line", "auto|pretty|plain|jenkins|json",
     true},
    {"timestamps", 0, NULL, OPT_FLAG, FIELD(timestamps), BUILDS, "put the time before each line", NULL, true},
    {"no-color", 0, NULL, OPT_FLAG, FIELD(no_color), BUILDS, "no colours (NO_COLOR is honoured too)", NULL,
     true},
    {"quiet", 'q', NULL, OPT_FLAG, FIELD(quiet), BUILDS, "only warnings, failures and the summary", NULL,
     true},
    {"executors", 'j', "N", OPT_COUNT, FIELD(executors), BUILDS " serve",
     "executors of the built-in node (default: number of processors, at least 2)", NULL, false},
    {"max-procs", 0, "N", OPT_COUNT, FIELD(max_procs), BUILDS,
     "at most N sh processes at once (default: no limit)", NULL, true},
    {"user", 0, "NAME", OPT_TEXT, FIELD(user), BUILDS " stop", "who started or answers (default $USER)", NULL,
     true},
    {"strict", 0, NULL, OPT_FLAG, FIELD(strict), "run lint", "warnings of the validation become errors", NULL,
     true},
    {"on-failure", 0, "WHAT", OPT_TEXT, FIELD(on_failure_given), "run",
     "shell: open a shell in the failed step's workspace or container", "shell", true},
    {"cause", 0, "KIND", OPT_TEXT, FIELD(cause_given), "run", "what getBuildCauses() and triggeredBy report",
     "user|timer|scm|upstream", true},
    {"follow", 'f', NULL, OPT_FLAG, FIELD(follow), "log", "go on printing while the build runs", NULL, false},
    {"json", 0, NULL, OPT_FLAG, FIELD(json), "eval list show artifacts steps doctor credentials",
     "print JSON", NULL, false},
    {"dump", 0, "tokens|ast", OPT_TEXT, FIELD(dump), "lint", "print what the parser made of the file",
     "tokens|ast", false},
    {"scripted", 0, NULL, OPT_FLAG, FIELD(scripted), "lint", "check a scripted pipeline", NULL, false},
    {"code", 'e', "CODE", OPT_TEXT, FIELD(code), "eval", "the script itself, in place of FILE", NULL, false},
    {"format", 0, "FORM", OPT_TEXT, FIELD(format), "graph", "form of the drawing (default text)",
     "text|dot|mermaid|json|svg", false},
    {"format", 0, "FORM", OPT_TEXT, FIELD(format), "lint", "form of the messages (default text)",
     "text|json|sarif", false},
    {"type", 0, "TYPE", OPT_TEXT, FIELD(type), "credentials", "of a new credential",
     "string|usernamePassword|file|sshUserPrivateKey|certificate|kubeconfig|zip|dockerCert", false},
    {"username", 0, "NAME", OPT_TEXT, FIELD(username), "credentials", "of a new credential", NULL, false},
    {"file", 0, "FILE", OPT_PATH, FIELD(from_file), "credentials",
     "take the content of a new credential from there (else asked for, or read from standard input)", NULL,
     false},
    {"description", 0, "TEXT", OPT_TEXT, FIELD(description), "credentials", "of a new credential", NULL,
     false},
    {"dry-run", 'n', NULL, OPT_FLAG, FIELD(dry_run), "gc", "say what would be removed, removing nothing",
     NULL, false},
    {"listen", 0, "ADDR:PORT", OPT_TEXT, FIELD(listen), "serve", "where to listen", NULL, true},
    {"help", 'h', NULL, OPT_FLAG, FIELD(help), "*", "print this help", NULL, false},
};
const size_t option_table_len = ARRAY_LEN(option_table);

bool option_valid_for(const struct option_row *row, const char *command)
{
    return row->commands[0] == '*' || str_in_words(row->commands, command);
}
