/* The model's life, its entry and its top level. The sections are in model_*.c beside this file; each
 * follows Jenkins' ModelParser in what it accepts, and adds the checks of its ModelValidatorImpl on the way,
 * so that all errors of a file come out of one pass. */
#include "parser/model_build.h"
#include <string.h>

static void require_section(struct builder *b, bool present, const char *name)
{
    if (!present)
        diag_error(b->d, b->model->call->span, "Missing required section \"%s\"", name);
}

static const struct {
    const char *name, *message;
} renamed_sections[] = {
    {"properties", "The \"properties\" section has been renamed as of version 0.8. Use \"options\" instead."},
    {"jobProperties",
     "The \"jobProperties\" section has been renamed as of version 0.7. Use \"options\" instead."},
    {"wrappers", "The \"wrappers\" section has been removed as of version 0.8. Use \"options\" instead."},
    {"notifications",
     "The \"notifications\" section has been removed as of version 0.6. Use \"post\" instead."},
    {"postBuild", "The \"postBuild\" section has been renamed as of version 0.6. Use \"post\" instead."},
};

static void unknown_section(struct builder *b, const struct node *statement, const char *name)
{
    for (size_t i = 0; i < ARRAY_LEN(renamed_sections); i++)
        if (strcmp(name, renamed_sections[i].name) == 0) {
            diag_error(b->d, statement->span, "%s", renamed_sections[i].message);
            return;
        }
    diag_error(b->d, statement->span, "Undefined section \"%s\"", name);
}

bool build_directive(struct builder *b, struct model_directives *on, const char *name, struct node *statement,
                     bool in_stage)
{
    if (strcmp(name, "agent") == 0)
        on->agent = build_agent(b, statement);
    else if (strcmp(name, "environment") == 0)
        on->environment = build_environment(b, statement);
    else if (strcmp(name, "tools") == 0)
        on->tools = build_tools(b, statement);
    else if (strcmp(name, "options") == 0)
        on->options = build_options(b, statement, in_stage);
    else if (strcmp(name, "post") == 0)
        on->post = build_post(b, statement);
    else if (in_stage && strcmp(name, "when") == 0)
        on->when = build_when(b, statement);
    else if (in_stage && strcmp(name, "input") == 0)
        on->input = build_input(b, statement);
    else
        return false;
    return true;
}

static void build_root_section(struct builder *b, const char *name, struct node *statement, bool *has_stages)
{
    struct model *m = b->model;
    if (build_directive(b, &m->root, name, statement, false))
        return;
    if (strcmp(name, "stages") == 0) {
        *has_stages = true;
        m->stages = build_stages(b, statement, "stages", NULL, false);
    } else if (strcmp(name, "parameters") == 0) {
        m->parameters = build_parameters(b, statement);
    } else if (strcmp(name, "triggers") == 0) {
        m->triggers = build_triggers(b, statement);
    } else if (strcmp(name, "libraries") == 0) {
        m->libraries = build_libraries(b, statement);
    } else {
        unknown_section(b, statement, name);
    }
}

static void build_pipeline(struct builder *b)
{
    struct name_set seen _cleanup_(name_set_release) = {0};
    bool has_stages = false;
    FOR_STATEMENTS(s, block_statements(call_block(b->model->call)))
    {
        const char *name = call_name(match_call(s));
        refuse_chain(b, s);
        if (!name) {
            diag_error(b->d, b->model->call->span,
                       "Not a valid section definition: \"%s\". Some extra configuration is required.",
                       source_text(b, s));
            continue;
        }
        refuse_repeated(b, &seen, s);
        build_root_section(b, name, s, &has_stages);
    }
    require_section(b, has_stages, "stages");
    require_section(b, name_set_has(&seen, "agent", 5), "agent");
}

static struct node *pipeline_call(struct node *statement)
{
    struct node *call = match_call(statement);
    return call && !call->u.call.obj && call_is(call, "pipeline") && call_block(call) ? call : NULL;
}

/* A pipeline inside another top-level block would run as an unknown step: said here, as Jenkins does. */
static void refuse_nested(struct diagnostics *d, struct node *statements)
{
    FOR_STATEMENTS(s, statements)
    {
        struct node *call = match_call(s), *block = call ? call_block(call) : NULL;
        if (block && call_is(call, "pipeline") && !call->u.call.obj)
            diag_error(d, s->span, "pipeline block must be at the top-level, not within another block.");
        else if (block)
            refuse_nested(d, block_statements(block));
    }
}

/* The first block is built, each further one is an error at its own place. */
static bool find_in(struct model *m, struct diagnostics *d, struct node *statements)
{
    FOR_STATEMENTS(s, statements)
    {
        struct node *call = pipeline_call(s);
        if (call && m->call)
            diag_error(d, s->span, "Only one pipeline { ... } block can be executed in a single run.");
        if (!call || m->call)
            continue;
        m->call = call;
        m->statement = s;
    }
    return m->call;
}

/* A file of a library's vars/ holds its pipeline in the method `call`. */
static void find_pipeline(const struct ast *ast, struct model *m, struct diagnostics *d)
{
    if (find_in(m, d, ast->body))
        return;
    for (struct node *n = ast->body; n && !m->call; n = n->next)
        if (n->kind == NODE_METHOD && n->u.fn->body && str_eq(n->u.fn->name, "call"))
            find_in(m, d, n->u.fn->body->u.list.items);
    if (!m->call)
        refuse_nested(d, ast->body);
}

/* Errors are counted from here: the list may already hold others. */
int model_build_call(const struct ast *ast, struct node *statement, struct model *m, struct diagnostics *d)
{
    int before = d->errors;
    if (!m->call) {
        m->ast = ast;
        m->statement = statement;
        m->call = match_call(statement);
    }
    struct builder b = {.ast = ast, .model = m, .d = d};
    build_pipeline(&b);
    return d->errors == before ? 0 : -1;
}

int model_build(const struct ast *ast, struct model *m, struct diagnostics *d)
{
    int before = d->errors;
    memset(m, 0, sizeof(*m));
    m->ast = ast;
    find_pipeline(ast, m, d);
    if (m->call)
        model_build_call(ast, m->statement, m, d);
    return d->errors == before ? 0 : -1;
}

void model_release(struct model *m)
{
    arena_release(&m->arena);
    memset(m, 0, sizeof(*m));
}

static struct model_stage *first_child(const struct model_stage *stage)
{
    return stage->content == STAGE_MATRIX && stage->matrix ? stage->matrix->stages : stage->children;
}

/* Without a stack: stages know their parent. Stages of a matrix stand for one cell, not for every
 * combination. */
struct model_stage *model_stage_next(const struct model_stage *stage)
{
    struct model_stage *child = first_child(stage);
    if (child)
        return child;
    while (stage && !stage->next)
        stage = stage->parent;
    return stage ? stage->next : NULL;
}

const char *agent_kind_name(enum agent_kind kind)
{
    static const char *const names[] = {"any", "none", "label", "node", "docker", "dockerfile", "kubernetes"};
    return names[kind];
}

const char *condition_kind_name(enum condition_kind kind)
{
    static const char *const names[] = {
        "branch", "tag",        "buildingTag",    "changeRequest", "changelog", "changeset", "environment",
        "equals", "expression", "isRestartedRun", "triggeredBy",   "not",       "allOf",     "anyOf",
    };
    return names[kind];
}

const char *post_kind_name(enum post_kind kind)
{
    static const char *const names[POST_KINDS] = {
        "always",       "changed",  "fixed",   "regression", "aborted", "success",
        "unsuccessful", "unstable", "failure", "notBuilt",   "cleanup",
    };
    return names[kind];
}
