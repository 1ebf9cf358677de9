/* Stages: their nesting (steps, stages, parallel, matrix), post sections and input. */
#include "parser/model_build.h"
#include <string.h>

struct stage_builder {
    struct builder *b;
    struct model_stage *stage;
    struct node *statement;
    bool inside;                /* below a parallel or matrix */
    unsigned contents;          /* which of steps, stages, parallel, matrix were given: a bit each */
    struct node *agent, *tools; /* their statements, for the places of errors */
};

/* `steps { parallel(…) }` alone is a list of branches; anything else is one branch. */
static struct node *sole_parallel(struct node *closure)
{
    struct node *first = statement_first(block_statements(closure));
    struct node *call = first && !statement_first(first->next) ? match_call(first) : NULL;
    return call && call_is(call, "parallel") ? call : NULL;
}

static void build_steps(struct stage_builder *sb, struct node *s)
{
    struct node *closure = expect_block(sb->b, s, "steps");
    if (!closure)
        return;
    struct node *parallel = sole_parallel(closure);
    if (parallel && !has_branches(parallel))
        return; /* no branch, so no content: reported as such */
    sb->contents |= 1u << STAGE_STEPS;
    sb->stage->content = STAGE_STEPS;
    sb->stage->steps = closure;
    if (parallel)
        check_branches(sb->b, parallel);
    else
        check_steps(sb->b, closure, s->span);
}

static bool build_content(struct stage_builder *sb, const char *name, struct node *s)
{
    struct model_stage *stage = sb->stage;
    if (strcmp(name, "steps") == 0) {
        build_steps(sb, s);
        return true;
    }
    bool parallel = strcmp(name, "parallel") == 0, matrix = strcmp(name, "matrix") == 0;
    if (!parallel && !matrix && strcmp(name, "stages") != 0)
        return false;
    stage->content = matrix ? STAGE_MATRIX : parallel ? STAGE_PARALLEL : STAGE_STAGES;
    sb->contents |= 1u << stage->content;
    if (matrix)
        stage->matrix = build_matrix(sb->b, s, stage);
    else
        stage->children = build_stages(sb->b, s, name, stage, sb->inside || parallel);
    return true;
}

static void build_stage_section(struct stage_builder *sb, struct node *s)
{
    struct node *call = match_call(s);
    const char *name = call_name(call);
    if (strcmp(name, "agent") == 0)
        sb->agent = s;
    else if (strcmp(name, "tools") == 0)
        sb->tools = s;
    if (build_directive(sb->b, &sb->stage->on, name, s, true) || build_content(sb, name, s))
        return;
    if (strcmp(name, "failFast") == 0)
        sb->stage->fail_fast = expect_boolean(sb->b, call);
    else
        diag_error(sb->b->d, sb->statement->span,
                   "Unknown stage section \"%s\". Starting with version 0.5, steps in a stage must be in a "
                   "‘steps’ block.",
                   name);
}

static void refuse_here(struct stage_builder *sb, const struct node *section, const char *name)
{
    if (section)
        diag_error(sb->b->d, section->span,
                   "\"%s\" is not allowed in stage \"%s\" as it contains parallel or matrix stages", name,
                   sb->stage->name);
}

/* At the stage's end, because agent and tools may stand before or behind the section that forbids them. */
static void check_contents(struct stage_builder *sb)
{
    struct model_stage *stage = sb->stage;
    struct span at = sb->statement->span;
    if (!*stage->name)
        diag_error(sb->b->d, at, "Stage does not have a name");
    if (sb->contents == 0)
        diag_error(sb->b->d, at, "Expected one of \"steps\", \"stages\", or \"parallel\" for stage \"%s\"",
                   stage->name);
    else if (sb->contents & (sb->contents - 1))
        diag_error(sb->b->d, at,
                   "Only one of \"matrix\", \"parallel\", \"stages\", or \"steps\" allowed for stage \"%s\"",
                   stage->name);
    if (stage->content != STAGE_PARALLEL && stage->content != STAGE_MATRIX)
        return;
    refuse_here(sb, sb->agent, "agent");
    refuse_here(sb, sb->tools, "tools");
    if (sb->inside)
        diag_error(sb->b->d, at,
                   "\"matrix\" or \"parallel\" cannot be nested inside another \"matrix\" or \"parallel\".");
}

static void build_stage_body(struct stage_builder *sb, struct node *closure)
{
    struct name_set seen _cleanup_(name_set_release) = {0};
    FOR_STATEMENTS(s, block_statements(closure))
    {
        const char *name = call_name(match_call(s));
        refuse_chain(sb->b, s);
        if (!name) {
            diag_error(sb->b->d, sb->statement->span,
                       "Not a valid stage section definition: \"%s\". Some extra configuration is required.",
                       source_text(sb->b, s));
            continue;
        }
        refuse_repeated(sb->b, &seen, s);
        build_stage_section(sb, s);
    }
}

static struct model_stage *build_stage(struct builder *b, struct node *s, struct model_stage *parent,
                                       bool inside)
{
    struct node *call = match_call(s), *closure = call ? call_block(call) : NULL;
    if (!closure || !call_is(call, "stage")) {
        diag_error(b->d, s->span, "Expected a stage");
        return NULL;
    }
    struct model_stage *stage = arena_new(&b->model->arena, struct model_stage);
    stage->name = expect_literal(b, call->u.call.args);
    stage->name_span = call->u.call.args->span;
    if (call->u.call.args->kind == NODE_NAME)
        diag_warning(b->d, stage->name_span,
                     "the stage is called \"%s\": the word is not replaced by a value", stage->name);
    stage->span = s->span;
    stage->parent = parent;
    b->model->stage_count++;
    struct stage_builder sb = {.b = b, .stage = stage, .statement = s, .inside = inside};
    build_stage_body(&sb, closure);
    check_contents(&sb);
    return stage;
}

/* Only siblings are compared: nested stages may repeat a name. Each name is
 * reported once, however often it stands. */
static void check_stage_names(struct builder *b, const struct model_stage *stages, struct span at)
{
    struct name_set seen _cleanup_(name_set_release) = {0}, reported _cleanup_(name_set_release) = {0};
    for (const struct model_stage *s = stages; s; s = s->next)
        if (!name_set_add(&seen, s->name, strlen(s->name)) &&
            name_set_add(&reported, s->name, strlen(s->name)))
            diag_error(b->d, at, "Duplicate stage name: \"%s\"", s->name);
}

struct model_stage *build_stages(struct builder *b, struct node *statement, const char *section,
                                 struct model_stage *parent, bool inside)
{
    struct node *closure = expect_block(b, statement, section);
    struct model_stage *first = NULL, **tail = &first;
    unsigned index = 0;
    bool any = false;
    FOR_STATEMENTS(s, closure ? block_statements(closure) : NULL)
    {
        any = true;
        refuse_chain(b, s);
        *tail = build_stage(b, s, parent, inside);
        if (!*tail)
            continue;
        (*tail)->index = index++;
        tail = &(*tail)->next;
    }
    if (!any)
        diag_error(b->d, statement->span, "No stages specified");
    check_stage_names(b, first, statement->span);
    return first;
}

static int post_kind(const char *name)
{
    for (int kind = 0; kind < POST_KINDS; kind++)
        if (strcmp(name, post_kind_name(kind)) == 0)
            return kind;
    return -1;
}

static void invalid_condition(struct builder *b, const struct node *s, const char *name)
{
    struct buf list _cleanup_(buf_release) = {0};
    for (int kind = 0; kind < POST_KINDS; kind++)
        buf_printf(&list, "%s%s", kind ? ", " : "", post_kind_name(kind));
    diag_error(b->d, s->span, "Invalid condition \"%s\" - valid conditions are [%s]", name, list.data);
}

static void build_post_condition(struct builder *b, struct model_post *post, struct node *s,
                                 struct span section)
{
    refuse_chain(b, s);
    struct node *call = match_call(s), *closure = call ? call_block(call) : NULL;
    if (!closure) {
        diag_error(b->d, s->span, "Expected a block for %s", call ? call_name(call) : "post");
        return;
    }
    int kind = post_kind(call_name(call));
    if (kind < 0)
        invalid_condition(b, s, call_name(call));
    else if (post->body[kind])
        diag_error(b->d, section, "Duplicate build condition name: \"%s\"", call_name(call));
    else
        post->body[kind] = closure;
    check_steps(b, closure, s->span);
}

struct model_post *build_post(struct builder *b, struct node *statement)
{
    struct node *closure = expect_block(b, statement, "post");
    struct model_post *post = arena_new(&b->model->arena, struct model_post);
    post->span = statement->span;
    bool any = false;
    FOR_STATEMENTS(s, closure ? block_statements(closure) : NULL)
    {
        any = true;
        build_post_condition(b, post, s, statement->span);
    }
    if (closure && !any)
        diag_error(b->d, statement->span, "post can not be empty");
    return post;
}

static struct node **input_field(struct model_input *input, const char *name)
{
    const struct {
        const char *name;
        struct node **field;
    } fields[] = {
        {"message", &input->message},
        {"id", &input->id},
        {"ok", &input->ok},
        {"submitter", &input->submitter},
        {"submitterParameter", &input->submitter_parameter},
    };
    for (size_t i = 0; i < ARRAY_LEN(fields); i++)
        if (strcmp(name, fields[i].name) == 0)
            return fields[i].field;
    return NULL;
}

static void build_input_entry(struct builder *b, struct model_input *input, struct node *s)
{
    struct node *call = match_call(s);
    const char *name = call_name(call);
    if (name && strcmp(name, "parameters") == 0) {
        input->parameters = build_parameters(b, s);
        return;
    }
    struct node **field = name ? input_field(input, name) : NULL;
    if (!field)
        diag_error(
            b->d, s->span,
            "Invalid option \"%s\" for input. Valid options are [id, message, ok, parameters, submitter, "
            "submitterParameter]",
            name ? name : source_text(b, s));
    else if (!call->u.call.args || call->u.call.args->next)
        diag_error(b->d, s->span, "\"%s\" should have 1 arguments but has %zu arguments instead.", name,
                   list_len(call->u.call.args));
    else
        *field = call->u.call.args;
    if (field && *field && (*field)->kind == NODE_CLOSURE)
        refuse_closure(b, call);
    else if (field && *field)
        check_literal(b, TYPE_STRING, name, *field);
}

struct model_input *build_input(struct builder *b, struct node *statement)
{
    struct node *closure = expect_block(b, statement, "input");
    struct model_input *input = arena_new(&b->model->arena, struct model_input);
    input->span = statement->span;
    FOR_STATEMENTS(s, closure ? block_statements(closure) : NULL)
    build_input_entry(b, input, s);
    if (closure && !input->message)
        diag_error(b->d, statement->span, "No message specified for input");
    return input;
}
