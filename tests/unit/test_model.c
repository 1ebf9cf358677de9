/* The model of a pipeline block: what it holds, in which order. */
#include "base/buf.h"
#include "base/error.h"
#include "parser/model.h"
#include "parser/model_cells.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

struct fixture {
    struct ast ast;
    struct model model;
    struct diagnostics d;
};

static void build(struct fixture *f, const char *text)
{
    struct error err = {0};
    memset(f, 0, sizeof(*f));
    int parsed = ast_parse(&f->ast, "Jenkinsfile", text, strlen(text), &err);
    if (parsed < 0)
        fail_msg("%d:%d: %s", err.line, err.col, err.message);
    if (model_build(&f->ast, &f->model, &f->d) < 0)
        fail_msg("%d:%d: %s", f->d.list.items[0].line, f->d.list.items[0].col, f->d.list.items[0].message);
}

static void finish(struct fixture *f)
{
    model_release(&f->model);
    ast_release(&f->ast);
    diag_release(&f->d);
}

static void test_sections(void **state)
{
    struct fixture f;
    build(&f, "def x = 1\n"
              "pipeline {\n"
              "  agent { docker { image 'maven:3'; args '-v a:b' } }\n"
              "  environment { A = 'a'\n B = credentials('key') }\n"
              "  tools { maven 'M3' }\n"
              "  options { timeout(time: 5, unit: 'MINUTES')\n timestamps() }\n"
              "  parameters { string(name: 'P', defaultValue: 'v') }\n"
              "  triggers { cron('@daily') }\n"
              "  libraries { lib('shared@main') }\n"
              "  stages { stage('one') { steps { echo 'x' } } }\n"
              "  post { always { echo 'y' }\n cleanup { echo 'z' } }\n"
              "}\n");
    const struct model *m = &f.model;
    assert_non_null(m->call);
    assert_ptr_equal(m->statement, f.ast.body->next);
    assert_int_equal(m->root.agent->kind, AGENT_DOCKER);
    assert_string_equal(m->root.agent->fields->name, "image");
    assert_string_equal(m->root.agent->fields->next->name, "args");
    assert_string_equal(m->root.environment->name, "A");
    assert_null(m->root.environment->credentials);
    assert_non_null(m->root.environment->next->credentials);
    assert_string_equal(m->root.tools->name, "maven");
    assert_string_equal(m->root.options->name, "timeout");
    assert_string_equal(m->root.options->next->name, "timestamps");
    assert_null(m->root.options->next->args);
    assert_string_equal(m->parameters->name, "string");
    assert_string_equal(m->triggers->name, "cron");
    assert_string_equal(m->libraries->name, "lib");
    assert_non_null(m->root.post->body[POST_ALWAYS]);
    assert_non_null(m->root.post->body[POST_CLEANUP]);
    assert_null(m->root.post->body[POST_FAILURE]);
    assert_int_equal(m->stage_count, 1);
    assert_int_equal(m->stages->content, STAGE_STEPS);
    finish(&f);
}

static void test_agents(void **state)
{
    static const struct {
        const char *text;
        enum agent_kind kind;
        bool value, fields;
    } rows[] = {
        {"any", AGENT_ANY, false, false},
        {"none", AGENT_NONE, false, false},
        {"'any'", AGENT_ANY, false, false},
        {"{ label 'a && b' }", AGENT_LABEL, true, false},
        {"{ label { label '' } }", AGENT_LABEL, false, true},
        {"{ node { label 'a'; customWorkspace 'w' } }", AGENT_NODE, false, true},
        {"{ docker 'image' }", AGENT_DOCKER, true, false},
        {"{ dockerfile true }", AGENT_DOCKERFILE, true, false},
        {"{ dockerfile { dir 'd' } }", AGENT_DOCKERFILE, false, true},
        {"{ kubernetes { yaml 'x' } }", AGENT_KUBERNETES, false, true},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct fixture f;
        char *text _cleanup_free_ =
            xasprintf("pipeline { agent %s\n stages { stage('s') { steps { echo 'x' } } } }", rows[i].text);
        build(&f, text);
        assert_int_equal(f.model.root.agent->kind, rows[i].kind);
        assert_int_equal(f.model.root.agent->value != NULL, rows[i].value);
        assert_int_equal(f.model.root.agent->fields != NULL, rows[i].fields);
        finish(&f);
    }
}

static void test_nesting(void **state)
{
    struct fixture f;
    build(&f, "pipeline { agent none\n stages {\n"
              "stage('a') { failFast true\n parallel { stage('b') { steps { echo '1' } }\n"
              "  stage('c') { stages { stage('d') { steps { echo '2' } } } } } }\n"
              "stage('e') { matrix { axes { axis { name 'X'; values '1', '2' } }\n"
              "  stages { stage('f') { steps { echo '3' } } } } }\n"
              "stage('g') { steps { echo '4' } }\n} }\n");
    static const char *const order[] = {"a", "b", "c", "d", "e", "f", "g"};
    size_t i = 0;
    for (struct model_stage *s = f.model.stages; s; s = model_stage_next(s))
        assert_string_equal(s->name, order[i++]);
    assert_int_equal(i, ARRAY_LEN(order));
    assert_int_equal(f.model.stage_count, 7);
    const struct model_stage *a = f.model.stages, *e = a->next;
    assert_true(a->fail_fast);
    assert_int_equal(a->content, STAGE_PARALLEL);
    assert_int_equal(a->children->next->content, STAGE_STAGES);
    assert_int_equal(a->children->next->index, 1);
    assert_ptr_equal(a->children->parent, a);
    assert_int_equal(e->content, STAGE_MATRIX);
    assert_ptr_equal(e->matrix->stages->parent, e);
    finish(&f);
}

static void test_when(void **state)
{
    struct fixture f;
    build(&f, "pipeline { agent any\n stages { stage('s') { when { beforeAgent true\n"
              " not { branch 'x' }\n anyOf { tag 'v*'\n expression { true } }\n"
              " environment name: 'A', value: 'b' }\n steps { echo 'x' } } } }");
    const struct model_when *when = f.model.stages->on.when;
    assert_true(when->before_agent);
    assert_false(when->before_input);
    const struct model_condition *c = when->conditions;
    assert_int_equal(c->kind, WHEN_NOT);
    assert_null(c->args);
    assert_int_equal(c->children->kind, WHEN_BRANCH);
    assert_non_null(c->children->args);
    c = c->next;
    assert_int_equal(c->kind, WHEN_ANY_OF);
    assert_int_equal(c->children->kind, WHEN_TAG);
    assert_non_null(c->children->next->closure);
    c = c->next;
    assert_int_equal(c->kind, WHEN_ENVIRONMENT);
    assert_non_null(c->args->next);
    assert_null(c->next);
    finish(&f);
}

static void test_input(void **state)
{
    struct fixture f;
    build(&f,
          "pipeline { agent any\n stages { stage('s') { input { message 'Go?'\n id 'go'\n submitter 'a,b'\n"
          " parameters { string(name: 'V', defaultValue: '1') } }\n steps { echo 'x' } } } }");
    const struct model_input *input = f.model.stages->on.input;
    assert_memory_equal(input->message->u.str.bytes, "Go?", 3);
    assert_non_null(input->id);
    assert_non_null(input->submitter);
    assert_null(input->ok);
    assert_string_equal(input->parameters->name, "string");
    finish(&f);
}

static void test_cells(void **state)
{
    struct fixture f;
    build(&f,
          "pipeline { agent any\n stages { stage('s') { matrix {\n"
          " axes { axis { name 'OS'; values 'linux', 'mac', 'win' }\n axis { name 'JDK'; values 8, 11 } }\n"
          " excludes { exclude { axis { name 'OS'; notValues 'linux', 'win' }\n axis { name 'JDK'; values "
          "'8' } } }\n"
          " stages { stage('x') { steps { echo 'x' } } } } } } }");
    struct arena arena = {0};
    struct matrix_cells cells;
    assert_int_equal(matrix_cells(&arena, &f.ast, f.model.stages->matrix, &cells), 0);
    assert_int_equal(cells.len, 5);
    assert_string_equal(cells.items[0].name, "Matrix - OS = 'linux', JDK = '8'");
    assert_string_equal(cells.items[1].name, "Matrix - OS = 'win', JDK = '8'");
    assert_string_equal(cells.items[2].values[0], "linux");
    assert_string_equal(cells.items[2].values[1], "11");
    arena_release(&arena);
    finish(&f);
}

/* A library's vars/ file declares its pipeline in `call`; a call on an object is no pipeline block. */
static void test_where_the_block_is(void **state)
{
    struct fixture f;
    build(&f, "def call(Map m) { pipeline { agent any\n stages { stage('s') { steps { echo 'x' } } } } }");
    assert_non_null(f.model.call);
    finish(&f);
    build(&f, "acme.pipeline { agent any }\n");
    assert_null(f.model.call);
    finish(&f);
    build(&f, "node { sh 'x' }\n");
    assert_null(f.model.call);
    finish(&f);
}

static void test_many_stages(void **state)
{
    struct buf text = {0};
    buf_addstr(&text, "pipeline { agent any\n stages {\n");
    for (int i = 0; i < 10000; i++)
        buf_printf(&text, "stage('s%d') { steps { echo 'x' } }\n", i);
    buf_addstr(&text, "} }\n");
    struct fixture f;
    build(&f, text.data);
    assert_int_equal(f.model.stage_count, 10000);
    finish(&f);
    buf_release(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sections),
        cmocka_unit_test(test_agents),
        cmocka_unit_test(test_nesting),
        cmocka_unit_test(test_when),
        cmocka_unit_test(test_input),
        cmocka_unit_test(test_cells),
        cmocka_unit_test(test_where_the_block_is),
        cmocka_unit_test(test_many_stages),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
