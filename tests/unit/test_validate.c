/* Messages of the validator with their places, and the catalog they rest on. A row's text stands inside a
 * minimal pipeline, so that line 2 is its first line. */
#include "base/buf.h"
#include "base/error.h"
#include "parser/catalog.h"
#include "parser/rule.h"
#include "parser/validate.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

enum where { WHOLE, ROOT, STAGE, STEPS };

struct row {
    enum where where;
    const char *text;
    const char *message; /* NULL: no error at all */
    int line, col;
};

static char *wrap(const struct row *row)
{
    switch (row->where) {
    case ROOT:
        return xasprintf("pipeline { agent any; stages { stage('s') { steps { echo 'x' } } }\n%s\n}",
                         row->text);
    case STAGE:
        return xasprintf("pipeline { agent any; stages { stage('s') {\n%s\n} } }", row->text);
    case STEPS:
        return xasprintf("pipeline { agent any; stages { stage('s') { steps {\n%s\n} } } }", row->text);
    default:
        return xstrdup(row->text);
    }
}

static void check(const char *text, const struct model_environment *env, struct diagnostics *d)
{
    struct ast ast = {0};
    struct model model = {0};
    struct error err = {0};
    if (ast_parse(&ast, "Jenkinsfile", text, strlen(text), &err) < 0)
        diag_syntax(d, &err);
    else
        validate_file(&ast, &model, env, VALIDATE_ARGUMENTS, d);
    model_release(&model);
    ast_release(&ast);
    error_release(&err);
}

static bool has_message(const struct diagnostics *d, int severity, const struct row *row)
{
    for (size_t i = 0; i < d->list.len; i++) {
        const struct diagnostic *item = &d->list.items[i];
        if ((int)item->severity == severity && strcmp(item->message, row->message) == 0 &&
            (!row->line || (item->line == row->line && item->col == row->col)))
            return true;
    }
    return false;
}

static void print_all(const struct diagnostics *d, const char *text)
{
    fprintf(stderr, "--- %s\n", text);
    for (size_t i = 0; i < d->list.len; i++)
        fprintf(stderr, "%d:%d: %s\n", d->list.items[i].line, d->list.items[i].col, d->list.items[i].message);
}

static void check_row(const struct row *row, int severity)
{
    struct diagnostics d = {0};
    char *text _cleanup_free_ = wrap(row);
    check(text, NULL, &d);
    bool good = row->message ? has_message(&d, severity, row) : d.errors == 0;
    if (!good)
        print_all(&d, text);
    diag_release(&d);
    if (!good)
        fail_msg("wanted: %s at %d:%d", row->message ? row->message : "no error", row->line, row->col);
}

static const struct row section_rows[] = {
    {WHOLE, "pipeline { stages { stage('s') { steps { echo 'x' } } } }", "Missing required section \"agent\"",
     1, 1},
    {WHOLE, "pipeline { agent any }", "Missing required section \"stages\"", 1, 1},
    {WHOLE, "pipeline { agent any\n stages { } }", "No stages specified", 2, 2},
    {WHOLE, "node {\n pipeline { agent any } }",
     "pipeline block must be at the top-level, not within another block.", 2, 2},
    {ROOT, " banana { }", "Undefined section \"banana\"", 2, 2},
    {ROOT, " agent none", "Multiple occurrences of the agent section", 2, 2},
    {ROOT, " environment 'x'", "Expected a block for environment", 2, 2},
    {ROOT, " environment { }", "No variables specified for environment", 2, 2},
    {ROOT, " tools { }", "tools can not be empty", 2, 2},
    {ROOT, " tools { maven }", "Expected to find ‘someTool \"someVersion\"’", 2, 2},
    {ROOT, " tools { bananas 'x' }",
     "Invalid tool type \"bananas\". Valid tool types: [ant, git, gradle, jdk, maven, nodejs]", 2, 10},
    {ROOT, " post { }", "post can not be empty", 2, 2},
    {ROOT, " post { always { } }", "No steps specified for branch", 2, 9},
    {ROOT, " post { never { echo 'x' } }",
     "Invalid condition \"never\" - valid conditions are [always, changed, fixed, regression, aborted, "
     "success, "
     "unsuccessful, unstable, failure, notBuilt, cleanup]",
     2, 9},
    {ROOT, " post { always { echo 'x' }\n always { echo 'y' } }",
     "Duplicate build condition name: \"always\"", 2, 2},
    {STAGE, " banana { }",
     "Unknown stage section \"banana\". Starting with version 0.5, steps in a stage must be in a ‘steps’ "
     "block.",
     1, 32},
    {STAGE, " steps { }", "No steps specified for branch", 2, 2},
    {STAGE, " agent any", "Expected one of \"steps\", \"stages\", or \"parallel\" for stage \"s\"", 1, 32},
    {STAGE, " agent any\n parallel { stage('x') { steps { echo 'x' } } }",
     "\"agent\" is not allowed in stage \"s\" as it contains parallel or matrix stages", 2, 2},
    {STAGE, " steps { echo 'x' }\n stages { stage('y') { steps { echo 'x' } } }",
     "Only one of \"matrix\", \"parallel\", \"stages\", or \"steps\" allowed for stage \"s\"", 1, 32},
    {STAGE, " stages { stage('y') { steps { echo 'x' } }\n stage('y') { steps { echo 'x' } } }",
     "Duplicate stage name: \"y\"", 2, 2},
    {STAGE, " stages { steps { echo 'x' } }", "Expected a stage", 2, 11},
    {STAGE, " failFast 'x'\n parallel { stage('x') { steps { echo 'x' } } }",
     "Expected a boolean with failFast", 2, 2},
    {STAGE, " input { }\n steps { echo 'x' }", "No message specified for input", 2, 2},
    {STAGE, " steps { parallel(failFast: true) }",
     "Expected one of \"steps\", \"stages\", or \"parallel\" for stage \"s\"", 1, 32},
    {STAGE, " steps { parallel a: { echo '1' }, b: 5 }", "Expected closure or failFast", 2, 39},
    {STAGE, " steps { echo 'x' }\n steps { echo 'y' }", "Multiple occurrences of the steps section", 3, 2},
    {STAGE, " input { message { 'x' } }\n steps { echo 'x' }", "Method call arguments cannot use closures", 2,
     10},
    {STAGE, " input { message 'x'\n banana 'y' }\n steps { echo 'x' }",
     "Invalid option \"banana\" for input. Valid options are [id, message, ok, parameters, submitter, "
     "submitterParameter]",
     3, 2},
    {WHOLE, "pipeline {\n agent\n stages { stage('s') { steps { echo 'x' } } } }",
     "Not a valid section definition: \"agent\". Some extra configuration is required.", 1, 1},
    {WHOLE, "pipeline { agent any\n stages { stage(\"a${x}\") { steps { echo 'x' } } } }",
     "Expected string literal", 2, 17},
    {WHOLE, "pipeline { agent any\n stages { stage('') { steps { echo 'x' } } } }",
     "Stage does not have a name", 2, 11},
    {WHOLE, "pipeline { }\npipeline { }", "Only one pipeline { ... } block can be executed in a single run.",
     2, 1},
    {ROOT, " tools { maven 'x', 'y' }", "Expected to find ‘someTool \"someVersion\"’", 2, 2},
    {ROOT, " tools { maven { 'x' } }", "Expected to find ‘someTool \"someVersion\"’", 2, 2},
    {ROOT, " libraries { lib('x', 'y') }", "Expected to find ‘lib \"someLibrary\"’", 2, 2},
    {ROOT, " wrappers { }",
     "The \"wrappers\" section has been removed as of version 0.8. Use \"options\" instead.", 2, 2},
};

static const struct row agent_rows[] = {
    {WHOLE, "pipeline { agent { }\n stages { stage('s') { steps { echo 'x' } } } }",
     "No agent type specified. Must be one of [any, docker, dockerfile, kubernetes, label, none]", 1, 12},
    {WHOLE, "pipeline { agent { foo 'x' }\n stages { stage('s') { steps { echo 'x' } } } }",
     "Invalid agent type \"foo\" specified. Must be one of [any, docker, dockerfile, kubernetes, label, "
     "none]",
     1, 20},
    {WHOLE,
     "pipeline { agent { docker { fruit 'x'\n image 'y' } }\n stages { stage('s') { steps { echo 'x' } } } }",
     "Invalid config option \"fruit\" for agent type \"docker\". Valid config options are [image, "
     "alwaysPull, args, "
     "containerPerStageRoot, customWorkspace, label, registryCredentialsId, registryUrl, reuseNode]",
     1, 29},
    {WHOLE, "pipeline { agent { docker { args 'x' } }\n stages { stage('s') { steps { echo 'x' } } } }",
     "Missing required parameter for agent type \"docker\": image", 1, 20},
    {WHOLE,
     "pipeline { agent { node { label null; retries 2 } }\n stages { stage('s') { steps { echo 'x' } } } }",
     NULL, 0, 0},
};

static const struct row environment_rows[] = {
    {ROOT, " environment { A = 'a' - 'b' }",
     "Environment variable values can only be joined together with ‘+’s.", 2, 24},
    {ROOT, " environment { A = 1 + 'b' }",
     "Environment variable values to be concatenated together must be single or double quoted.", 2, 20},
    {ROOT, " environment { A = x ?: 'b' }",
     "Environment variable values must either be single quoted, double quoted, or function calls.", 2, 22},
    {ROOT, " environment { A = params.X }",
     "Environment variable values must either be single quoted, double quoted, or function calls.", 2, 20},
    {ROOT, " environment { A = 'a'\n A = 'b' }", "Duplicate environment variable name: \"A\"", 3, 2},
    {ROOT, " environment { echo('x') }",
     "\"echo('x')\" is not a valid environment expression. Use \"key = value\" pairs with valid Java/shell "
     "keys.",
     2, 2},
    {ROOT, " environment { 1A = 'x' }",
     "\"1A\" is not a valid identifier and cannot be used for an environment variable. Identifiers must "
     "start with a "
     "letter or underscore and can contain only letters, numbers or underscores.",
     2, 16},
    {ROOT, " environment { A = credentials() }",
     "\"credentials\" should have 1 arguments but has 0 arguments instead.", 2, 20},
    {ROOT, " environment { A = credentials(5) }",
     "Expecting \"class java.lang.String\" but got \"5\" of type class java.lang.Integer instead", 2, 32},
    {ROOT, " environment { A = 1\n B = true\n C = readMavenPom().getVersion()\n D = 'a' + \"b${A}\" + 'c' }",
     NULL, 0, 0},
};

static const struct row definition_rows[] = {
    {ROOT, " options { }", "options can not be empty", 2, 2},
    {ROOT, " options { timestamps }", "Expected an option", 2, 12},
    {ROOT, " options { retry(3) { echo 'x' } }", "Options definitions cannot have blocks", 2, 12},
    {ROOT, " options { retry(2)\n retry(3) }", "Duplicate option name: \"retry\"", 2, 2},
    {ROOT, " options { buildDiscarder(logRotator(numToKeepStr: 5)) }",
     "Expecting \"class java.lang.String\" for parameter \"numToKeepStr\" but got \"5\" of type class "
     "java.lang.Integer instead",
     2, 52},
    {ROOT, " options { preserveStashes(buildCount: 51) }",
     "The number of builds to preserve must be between 1 and 50.", 2, 12},
    {ROOT, " options { parameters([]) }",
     "The \"parameters\" job property cant be used in the \"options\" directive. Use the \"parameters "
     "{...}\" directive "
     "instead.",
     2, 12},
    {STAGE, " options { buildDiscarder(logRotator(numToKeepStr: '5')) }\n steps { echo 'x' }",
     "Invalid option type \"buildDiscarder\". Valid option types: [ansiColor, catchError, "
     "checkoutToSubdirectory, lock, "
     "retry, script, skipDefaultCheckout, timeout, timestamps, waitUntil, warnError, withCredentials, "
     "withEnv]",
     2, 12},
    {STAGE, " options { skipDefaultCheckout()\n timeout(5) }\n steps { echo 'x' }", NULL, 0, 0},
    {STAGE, " options { withAWS(region: 'x')\n throttle(['a']) }\n steps { echo 'x' }", NULL, 0, 0},
    {ROOT, " triggers { cron() }", "\"cron\" should have 1 arguments but has 0 arguments instead.", 2, 13},
    {ROOT, " triggers { [a: 1] }", "Triggers cannot be defined as maps", 2, 13},
    {ROOT, " triggers { cron(properties([])) }",
     "Invalid step \"properties\" used - not allowed in this context - The properties step cannot be used in "
     "Declarative Pipelines",
     2, 18},
    {ROOT, " triggers { noon('x') }",
     "Invalid trigger type \"noon\". Valid trigger types: [cron, pollSCM, upstream]", 2, 13},
    {ROOT, " parameters { string(name: 'A', banana: 'x') }",
     "Invalid parameter \"banana\", did you mean \"name\"?", 2, 33},
    {ROOT, " parameters { string('A', name: 'x') }", "Cannot mix named and unnamed arguments", 2, 15},
    {ROOT, " parameters { integer(name: 'A') }",
     "Invalid parameter type \"integer\". Valid parameter types: [booleanParam, choice, credentials, file, "
     "password, "
     "run, string, text]",
     2, 15},
};

static const struct row when_rows[] = {
    {STAGE, " when { }\n steps { echo 'x' }", "Empty when closure, remove the property or add some content.",
     2, 2},
    {STAGE, " when { banana 'x' }\n steps { echo 'x' }",
     "Unknown conditional banana. Valid conditionals are: allOf, anyOf, branch, buildingTag, changeRequest, "
     "changelog, "
     "changeset, environment, equals, expression, isRestartedRun, not, tag, triggeredBy",
     2, 9},
    {STAGE, " when { branch 4 }\n steps { echo 'x' }",
     "Expecting \"class java.lang.String\" but got \"4\" of type class java.lang.Integer instead", 2, 16},
    {STAGE, " when { environment name: 'A' }\n steps { echo 'x' }", "Missing required parameter: \"value\"",
     2, 9},
    {STAGE, " when { changelog '(' }\n steps { echo 'x' }", "\"(\" is not a valid regular expression.", 2, 9},
    {STAGE, " when { branch pattern: '*x', comparator: 'REGEXP' }\n steps { echo 'x' }",
     "\"*x\" is not a valid regular expression.", 2, 9},
    {STAGE, " when { beforeAgent 'x'\n branch 'x' }\n steps { echo 'x' }",
     "Expected a boolean with beforeAgent", 2, 9},
    {STAGE, " when { not { branch 'x'\n branch 'y' } }\n steps { echo 'x' }",
     "Nested when condition \"not\" requires exactly 1 child condition(s).", 2, 9},
    {STAGE, " when { anyOf { } }\n steps { echo 'x' }",
     "Nested when condition \"anyOf\" requires at least one child condition.", 2, 9},
    {STAGE, " when { allOf(a: 1) { branch 'x' } }\n steps { echo 'x' }",
     "No additional arguments are allowed for children when condition \"allOf\".", 2, 9},
    {STAGE, " when { branch { 'x' } }\n steps { echo 'x' }",
     "No children when conditions are allowed for when condition \"branch\".", 2, 9},
    {STAGE, " when { changelog 'C:\\\\\\\\(a)' }\n steps { echo 'x' }", NULL, 0, 0},
    {STAGE, " when { changelog 'a\\\\Q(\\\\E+' }\n steps { echo 'x' }", NULL, 0, 0},
    {STAGE, " when { changelog 'a\\\\Q(' }\n steps { echo 'x' }", NULL, 0, 0},
    {STAGE,
     " when { changelog '^a[b-d]{2,3}(?i:x|y)+?\\\\{$'\n tag ''\n buildingTag() }\n steps { echo 'x' }", NULL,
     0, 0},
};

static const struct row step_rows[] = {
    {STEPS, " def x = 1", "Expected a step", 2, 2},
    {STEPS, " if (x) { echo 'x' }", "Expected a step", 2, 2},
    {STEPS, " foo.bar()", "Method calls on objects not allowed outside \"script\" blocks.", 2, 2},
    {STEPS, " timeout(time: 'soon') { echo 'x' }",
     "Expecting \"int\" for parameter \"time\" but got \"soon\" of type class java.lang.String instead", 2,
     16},
    {STEPS, " timeout(time: 1, unit: 'MINUTE') { echo 'x' }",
     "Expecting \"class java.util.concurrent.TimeUnit\" for parameter \"unit\" but got \"MINUTE\" of type "
     "class "
     "java.lang.String instead",
     2, 25},
    {STEPS, " timeout(unit: 'MINUTES') { echo 'x' }", "Missing required parameter: \"time\"", 2, 2},
    {STEPS, " timeout(5)", "timeout step must be called with a body", 2, 2},
    {STEPS, " echo 5",
     "Expecting \"class java.lang.String\" but got \"5\" of type class java.lang.Integer instead", 2, 7},
    {STEPS, " echo 'a', 'b'", "\"echo\" should have 1 arguments but has 2 arguments instead.", 2, 2},
    {STEPS, " sh script: 'x', returnStout: true",
     "Invalid parameter \"returnStout\", did you mean \"returnStdout\"?", 2, 18},
    {STEPS, " dir('x') { stage('y') { echo 'x' } }",
     "Invalid step \"stage\" used - not allowed in this context - The stage step cannot be used in "
     "Declarative Pipelines",
     2, 13},
    {STEPS, " sleep 99999999999999999999",
     "BigIntegers cannot be used as constants in Declarative. The maximum value for an integer is "
     "9,223,372,036,854,775,807 and the minimum value for an integer is -9,223,372,036,854,775,808.",
     2, 8},
    {STEPS, " script { sh scrip: 'x' }", "Invalid parameter \"scrip\", did you mean \"script\"?", 2, 14},
    {STEPS,
     " sh 'x'\n sh([script: 'x', label: 'y'])\n checkout([$class: 'GitSCM', branches: []])\n timeout(5) { "
     "echo \"${x}\" }\n"
     " input(id: 'a', message: 'b',)\n script { def f = { it }\n f(1) }\n withEnv(['A=b']) { sh 'y' }\n "
     "unknown 1, 2",
     NULL, 0, 0},
};

static const struct row matrix_rows[] = {
    {STAGE, " matrix { stages { stage('x') { steps { echo 'x' } } } }", "Missing required section \"axes\"",
     2, 2},
    {STAGE, " matrix { axes { axis { name 'A' } }\n stages { stage('x') { steps { echo 'x' } } } }",
     "Missing required section \"values\"", 2, 18},
    {STAGE, " matrix { axes { axis { values 'A' } }\n stages { stage('x') { steps { echo 'x' } } } }",
     "Missing required section \"name\"", 2, 18},
    {STAGE, " matrix { axes { }\n stages { stage('x') { steps { echo 'x' } } } }",
     "No axis directives specified", 2, 11},
    {STAGE, " matrix { axes { axis { name 'A'; values '1' } } }", "Missing required section \"stages\"", 2,
     2},
    {STAGE,
     " matrix { axes { axis { name 'A'; values '1' } }\n stages { stage('x') { parallel { stage('y') { steps "
     "{ echo 'x' } } "
     "} } } }",
     "\"matrix\" or \"parallel\" cannot be nested inside another \"matrix\" or \"parallel\".", 3, 11},
};

static const struct row axis_rows[] = {
    {STAGE,
     " matrix { axes { axis { name 'A'; name 'B'; values '1' } }\n stages { stage('x') { steps { echo 'x' } "
     "} } "
     "}",
     "Multiple occurrences of the name section", 2, 35},
    {STAGE,
     " matrix { axes { axis { name 'A'; values '1'; values '2' } }\n stages { stage('x') { steps { echo 'x' "
     "} "
     "} } }",
     "Multiple occurrences of the values section", 2, 47},
    {STAGE,
     " matrix { axes { axis { name 'A'; values '1' } }\n excludes { exclude { axis { name 'A'; values '1'; "
     "notValues '2' } } }\n stages { stage('x') { steps { echo 'x' } } } }",
     "Only one of \"values\" or \"notValues\" allowed for an axis", 3, 52},
    {STAGE,
     " matrix { axes { axis { name 'A'; values '1' }\n axis { name 'A'; values '1' } }\n stages { stage('x') "
     "{ "
     "steps { echo 'x' } } } }",
     "Duplicate axis name: \"A\"", 3, 2},
};

static const struct row warning_rows[] = {
    {ROOT, " parameters { string(name: 'A')\n text(name: 'A') }",
     "the parameter \"A\" is declared twice: the last one counts", 3, 13},
    {STAGE, " when { branch pattern: 'x', comparator: 'BANANA' }\n steps { echo 'x' }",
     "unknown comparator \"BANANA\": there are EQUALS, GLOB and REGEXP", 2, 42},
    {STEPS, " ehco 'x'", "unknown step \"ehco\", did you mean \"echo\"?", 2, 2},
    {STEPS, " zulipSend message: 'x'",
     "step \"zulipSend\" is not supported: use httpRequest with Zulip's message API", 2, 2},
    {WHOLE, "node { junk 'x' }", "unknown step \"junk\", did you mean \"junit\"?", 1, 8},
};

#define CHECK_ROWS(name, rows, severity)                                                                     \
    static void name(void **state)                                                                           \
    {                                                                                                        \
        for (size_t i = 0; i < ARRAY_LEN(rows); i++)                                                         \
            check_row(&rows[i], severity);                                                                   \
    }

CHECK_ROWS(test_sections, section_rows, DIAG_ERROR)
CHECK_ROWS(test_agents, agent_rows, DIAG_ERROR)
CHECK_ROWS(test_environment, environment_rows, DIAG_ERROR)
CHECK_ROWS(test_definitions, definition_rows, DIAG_ERROR)
CHECK_ROWS(test_when, when_rows, DIAG_ERROR)
CHECK_ROWS(test_steps, step_rows, DIAG_ERROR)
CHECK_ROWS(test_matrix, matrix_rows, DIAG_ERROR)
CHECK_ROWS(test_axes, axis_rows, DIAG_ERROR)
CHECK_ROWS(test_warnings, warning_rows, DIAG_WARNING)

/* Names that the file declares, and those of a shared library, are no warnings. */
static void test_own_names(void **state)
{
    static const char *const texts[] = {
        "def build2() { echo 'x' }\nnode { build2() }",
        "def f = { echo 'x' }\nf()",
        "binding.setVariable('g', { })\ng()",
        "h = { }\nh()",
        "import a.b.Thing\nThing()",
        "def run2(body) { body() }",
        "class A { void f() { g() } }",
        "@Library('x') _\nfoo()",
        "checkout scmGit(extensions: [cloneOption(shallow: true)])",
        "println 'x'",
    };
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        struct diagnostics d = {0};
        check(texts[i], NULL, &d);
        if (d.warnings || d.errors)
            print_all(&d, texts[i]);
        assert_int_equal(d.warnings + d.errors, 0);
        diag_release(&d);
    }
}

static const struct model_library implied[] = {{"base", true}, {"other", false}};
static const struct model_environment implying = {.libraries = implied, .library_count = 2};

/* A step of a library is a note that names the libraries in question. */
static void test_library_names(void **state)
{
#define MAY_COME "unknown step \"foo\": it may come from "
    static const struct {
        const char *text, *message;
        const struct model_environment *env;
    } rows[] = {
        {"@Library('x@1') _\nfoo()", MAY_COME "the shared library \"x\"", NULL},
        {"@Library(['x', 'y@2', 'x']) _\nfoo()", MAY_COME "one of the shared libraries \"x\", \"y\"", NULL},
        {"@Library('x')\nimport a.B\nfoo()", MAY_COME "the shared library \"x\"", NULL},
        {"library 'x'\nfoo()", MAY_COME "the shared library \"x\"", NULL},
        {"library \"x@${v}\"\nfoo()", MAY_COME "the shared library \"x\"", NULL},
        {"library \"x${v}\"\nfoo()", MAY_COME "a shared library", NULL},
        {"library(retriever: null, identifier: 'x@1')\nfoo()", MAY_COME "the shared library \"x\"", NULL},
        {"pipeline { agent any; libraries { lib('x@1') }\n stages { stage('s') { steps { foo 1 } } } }",
         MAY_COME "the shared library \"x\"", NULL},
        {"foo()", MAY_COME "the shared library \"base\"", &implying},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct diagnostics d = {0};
        check(rows[i].text, rows[i].env, &d);
        const struct row row = {.message = rows[i].message};
        if (d.list.len != 1 || !has_message(&d, DIAG_NOTE, &row)) {
            print_all(&d, rows[i].text);
            fail_msg("wanted: %s", rows[i].message);
        }
        assert_string_equal(rule_of(&d.list.items[0])->id, "library-step");
        diag_release(&d);
    }
}

/* One mistake, one message. */
static void test_no_echo(void **state)
{
    static const char *const conditions[] = {
        "not { banana 'x' }", "anyOf { banana 'x' }",       "banana 'x'",
        "not { branch 5 }",   "allOf(a: 1) { branch 'x' }",
    };
    for (size_t i = 0; i < ARRAY_LEN(conditions); i++) {
        struct diagnostics d = {0};
        char *text _cleanup_free_ =
            xasprintf("pipeline { agent any; stages { stage('s') { when { %s }\n steps { echo 'x' } } } }",
                      conditions[i]);
        check(text, NULL, &d);
        if (d.list.len != 1)
            print_all(&d, text);
        assert_int_equal(d.list.len, 1);
        diag_release(&d);
    }
}

static void check_rules(const struct row *rows_, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct diagnostics d = {0};
        char *text _cleanup_free_ = wrap(&rows_[i]);
        check(text, NULL, &d);
        for (size_t j = 0; j < d.list.len; j++)
            if (strcmp(rule_of(&d.list.items[j])->id, "other") == 0)
                fail_msg("no rule for: %s", d.list.items[j].message);
        diag_release(&d);
    }
}

/* Each message that a case here provokes belongs to a rule. */
static void test_rules(void **state)
{
#define CHECK_RULES(rows) check_rules(rows, ARRAY_LEN(rows))
    CHECK_RULES(section_rows);
    CHECK_RULES(agent_rows);
    CHECK_RULES(environment_rows);
    CHECK_RULES(definition_rows);
    CHECK_RULES(when_rows);
    CHECK_RULES(step_rows);
    CHECK_RULES(matrix_rows);
    CHECK_RULES(axis_rows);
    CHECK_RULES(warning_rows);
    for (size_t i = 0; i < rule_count; i++)
        for (size_t j = 0; j < i; j++)
            assert_string_not_equal(rules[i].id, rules[j].id);
}

static void test_configured_names(void **state)
{
    static const struct model_tool tools[] = {{"maven", "apache-maven-3.0.1"}, {"jdk", "jdk8"}};
    static const char *const labels[] = {"linux", "maven"};
    static const struct model_library libraries[] = {{"shared", false}};
    const struct model_environment env = {
        .check_tools = true,
        .check_labels = true,
        .check_libraries = true,
        .tools = tools,
        .tool_count = 2,
        .labels = labels,
        .label_count = 2,
        .libraries = libraries,
        .library_count = ARRAY_LEN(libraries),
    };
    static const struct row rows[] = {
        {WHOLE, NULL,
         "Tool type \"maven\" does not have an install of \"apache-maven-3.0.2\" configured - did you mean "
         "\"apache-maven-3.0.1\"?",
         3, 16},
        {WHOLE, NULL, "No agent has the label \"windows\". Known labels: [linux, maven]", 2, 26},
        {WHOLE, NULL, "Could not find any definition of libraries [other@1]", 1, 10},
    };
    struct diagnostics d = {0};
    check("@Library('other@1') _\npipeline { agent { label 'windows' }\n tools { maven 'apache-maven-3.0.2'; "
          "jdk 'jdk8' }\n"
          " stages { stage('s') { agent { label 'linux && maven' }\n steps { echo 'x' } } } }",
          &env, &d);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        if (!has_message(&d, DIAG_ERROR, &rows[i])) {
            print_all(&d, "");
            fail_msg("wanted: %s", rows[i].message);
        }
    assert_int_equal(d.errors, 3);
    diag_release(&d);
}

static void check_table(const struct catalog_table *table)
{
    for (size_t i = 0; i < table->len; i++) {
        const struct catalog_step *row = &table->rows[i];
        if (i && strcmp(table->rows[i - 1].name, row->name) >= 0)
            fail_msg("%s: %s is out of order", table->what, row->name);
        assert_ptr_equal(catalog_find(table, row->name, strlen(row->name)), row);
        assert_non_null(row->help);
        bool optional = false;
        for (const struct catalog_param *p = row->params; p && p->name; p++) {
            if (optional && (p->flags & PARAM_REQUIRED))
                fail_msg("%s: required parameter %s behind an optional one", row->name, p->name);
            optional |= !(p->flags & PARAM_REQUIRED);
        }
    }
}

static void test_catalog(void **state)
{
    static const struct catalog_table *const tables[] = {
        &catalog_steps,      &catalog_foreign_steps, &catalog_options, &catalog_triggers, &catalog_parameters,
        &catalog_conditions, &catalog_agents,        &catalog_tools,   &catalog_symbols,
    };
    for (size_t i = 0; i < ARRAY_LEN(tables); i++)
        check_table(tables[i]);
    for (size_t i = 0; i < catalog_foreign_steps.len; i++) {
        const char *name = catalog_foreign_steps.rows[i].name;
        assert_null(catalog_find(&catalog_steps, name, strlen(name)));
        assert_non_null(catalog_foreign_steps.rows[i].unsupported);
    }
    assert_null(catalog_step("ech", 3));
    assert_null(catalog_step("echos", 5));
    assert_string_equal(catalog_sole_param(catalog_step("sh", 2))->name, "script");
    assert_null(catalog_sole_param(catalog_step("writeFile", 9)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sections),      cmocka_unit_test(test_agents),
        cmocka_unit_test(test_environment),   cmocka_unit_test(test_definitions),
        cmocka_unit_test(test_when),          cmocka_unit_test(test_steps),
        cmocka_unit_test(test_matrix),        cmocka_unit_test(test_axes),
        cmocka_unit_test(test_library_names), cmocka_unit_test(test_no_echo),
        cmocka_unit_test(test_rules),         cmocka_unit_test(test_warnings),
        cmocka_unit_test(test_own_names),     cmocka_unit_test(test_configured_names),
        cmocka_unit_test(test_catalog),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
