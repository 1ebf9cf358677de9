/* How findings and graphs are printed. */
#include "base/error.h"
#include "parser/validate.h"
#include "runner/cli/graph.h"
#include "runner/cli/pipeline_file.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

typedef void print_fn(const struct pipeline_file *f, FILE *out);

static char *printed(const char *text, print_fn *print)
{
    struct pipeline_file f = {0};
    struct error err = {0};
    assert_int_equal(pipeline_file_set(&f, "dir/Jenkinsfile", text, strlen(text), &err), 0);
    pipeline_file_check(&f, NULL, VALIDATE_ARGUMENTS);
    char *data = NULL;
    size_t len;
    FILE *out = open_memstream(&data, &len);
    print(&f, out);
    fclose(out);
    pipeline_file_release(&f);
    return data;
}

static void check_printed(const char *text, print_fn *print, const char *wanted)
{
    char *got _cleanup_free_ = printed(text, print);
    assert_string_equal(got, wanted);
}

static void test_errors(void **state)
{
    check_printed(
        "pipeline { stages { stage { sh './test.sh' } } }", pipeline_file_print_errors,
        "dir/Jenkinsfile:1:1: WorkflowScript: 1: Missing required section \"agent\" @ line 1, column 1.\n"
        "   pipeline { stages { stage { sh './test.sh' } } }\n   ^\n\n"
        "dir/Jenkinsfile:1:21: WorkflowScript: 1: Unknown stage section \"sh\". Starting with version 0.5, "
        "steps "
        "in a stage must be in a ‘steps’ block. @ line 1, column 21.\n"
        "   pipeline { stages { stage { sh './test.sh' } } }\n                       ^\n\n"
        "dir/Jenkinsfile:1:21: WorkflowScript: 1: Stage does not have a name @ line 1, column 21.\n"
        "   pipeline { stages { stage { sh './test.sh' } } }\n                       ^\n\n"
        "dir/Jenkinsfile:1:21: WorkflowScript: 1: Expected one of \"steps\", \"stages\", or \"parallel\" for "
        "stage \"\" @ line 1, column 21.\n"
        "   pipeline { stages { stage { sh './test.sh' } } }\n                       ^\n\n"
        "dir/Jenkinsfile:1:27: WorkflowScript: 1: Expected string literal @ line 1, column 27.\n"
        "   pipeline { stages { stage { sh './test.sh' } } }\n                             ^\n\n");
}

/* Tabs stay tabs and a Chinese letter takes two blanks, so that the caret is below its place. */
static void test_caret(void **state)
{
    check_printed("pipeline { agent any; stages {\n\tstage('拉取') { steps { echo 5 } }\n} }",
                  pipeline_file_print_errors,
                  "dir/Jenkinsfile:2:29: WorkflowScript: 2: Expecting \"class java.lang.String\" but got "
                  "\"5\" of type class "
                  "java.lang.Integer instead @ line 2, column 29.\n"
                  "   \tstage('拉取') { steps { echo 5 } }\n"
                  "   \t                             ^\n\n");
}

static void test_jenkins_block(void **state)
{
    check_printed("pipeline {\n agent any; stages { stage('s') { steps { echo 5 } } }; tools { } }",
                  pipeline_file_print_jenkins,
                  "org.codehaus.groovy.control.MultipleCompilationErrorsException: startup failed:\n"
                  "WorkflowScript: 2: Expecting \"class java.lang.String\" but got \"5\" of type class "
                  "java.lang.Integer "
                  "instead @ line 2, column 48.\n"
                  "   s { stage('s') { steps { echo 5 } } }; t\n                                 ^\n\n"
                  "WorkflowScript: 2: tools can not be empty @ line 2, column 57.\n"
                  "   ('s') { steps { echo 5 } } }; tools { } \n                                 ^\n\n"
                  "2 errors\n\n");
}

static void test_warnings(void **state)
{
    check_printed("node { ehco 'x' }", pipeline_file_print_warnings,
                  "dir/Jenkinsfile:1:8: warning: unknown step \"ehco\", did you mean \"echo\"?\n");
}

static void test_refused_texts(void **state)
{
    static const struct {
        const char *text;
        size_t len;
        int line, col;
    } rows[] = {{"ab\n\xff", 4, 2, 1}, {"a\0b", 3, 1, 2}, {"\xc3\xa4\xed\xa0\x80", 5, 1, 2}};
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct pipeline_file f = {0};
        struct error err = {0};
        assert_int_equal(pipeline_file_set(&f, "J", rows[i].text, rows[i].len, &err), -1);
        assert_int_equal(err.line, rows[i].line);
        assert_int_equal(err.col, rows[i].col);
        error_release(&err);
        pipeline_file_release(&f);
    }
}

static void check_graph(const char *text, const char *wanted)
{
    struct pipeline_file f = {0};
    struct graph g = {0};
    struct buf out = {0};
    pipeline_file_set(&f, "J", text, strlen(text), NULL);
    assert_int_equal(pipeline_file_check(&f, NULL, 0), 0);
    graph_build(&g, &f.ast, &f.model, "J");
    graph_write_text(&g, &out);
    assert_string_equal(out.data, wanted);
    buf_release(&out);
    graph_release(&g);
    pipeline_file_release(&f);
}

static void test_graph(void **state)
{
    check_graph(
        "pipeline { agent { label 'x' }\n stages {\n"
        "stage('a') { when { branch 'm' }\n steps { echo '1' } }\n"
        "stage('b') { parallel { stage('c') { steps { echo '2' } }\n stage('d') { steps { echo '3' } } } }\n"
        "stage('e') { matrix { axes { axis { name 'X'; values '1', '2' } }\n"
        " stages { stage('f') { steps { echo '3' } } } } }\n} }",
        "J (agent label x)\n"
        "├─ a (when branch 'm')\n"
        "├─ b [parallel]\n"
        "│  ├─ c\n"
        "│  └─ d\n"
        "└─ e [matrix]\n"
        "   ├─ Matrix - X = '1'\n"
        "   │  └─ f\n"
        "   └─ Matrix - X = '2'\n"
        "      └─ f\n");
    check_graph("node('n') { stage('a') { sh 'x' }\n parallel(b: { stage('c') { } }, d: { }) }",
                "J\n├─ a\n└─ parallel [parallel]\n   ├─ b\n   │  └─ c\n   └─ d\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_errors),        cmocka_unit_test(test_caret),
        cmocka_unit_test(test_jenkins_block), cmocka_unit_test(test_warnings),
        cmocka_unit_test(test_refused_texts), cmocka_unit_test(test_graph),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
