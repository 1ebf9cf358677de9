/* Where and with what: agent, environment, tools, libraries. */
#include "parser/model_build.h"
#include "parser/token.h"
#include <ctype.h>
#include <string.h>

static void no_agent_type(struct builder *b, struct span at)
{
    struct buf names _cleanup_(buf_release) = {0};
    catalog_names(&catalog_agents, 0, &names);
    diag_error(b->d, at, "No agent type specified. Must be one of %s", names.data);
}

static const struct catalog_step *agent_row(struct builder *b, struct model_agent *agent, const char *name,
                                            struct span at)
{
    const struct catalog_step *row = catalog_find(&catalog_agents, name, strlen(name));
    for (int kind = AGENT_ANY; row && kind <= AGENT_KUBERNETES; kind++)
        if (strcmp(name, agent_kind_name(kind)) == 0)
            agent->kind = kind;
    if (row && row->unsupported)
        diag_warning(b->d, at, "agent \"%s\" is not supported: %s", name, row->unsupported);
    if (row)
        return row;
    struct buf names _cleanup_(buf_release) = {0};
    catalog_names(&catalog_agents, 0, &names);
    diag_error(b->d, at, "Invalid agent type \"%s\" specified. Must be one of %s", name, names.data);
    return NULL;
}

static struct model_item *agent_fields(struct builder *b, const struct node *call);

static void add_field(struct builder *b, struct model_item ***tail, struct node *node, const char *name,
                      struct node *args)
{
    struct model_item *item = arena_new(&b->model->arena, struct model_item);
    *item = (struct model_item){.name = name, .node = node, .args = args, .span = node->span};
    if (args && args->kind == NODE_CLOSURE && node->kind == NODE_CALL)
        item->block = agent_fields(b, node);
    **tail = item;
    *tail = &item->next;
}

/* Fields of `docker { image 'x' }` and of `docker(image: 'x')`. */
static struct model_item *agent_fields(struct builder *b, const struct node *call)
{
    struct model_item *first = NULL, **tail = &first;
    struct node *closure = call_block(call);
    FOR_STATEMENTS(s, closure ? block_statements(closure) : NULL)
    {
        struct node *entry = match_call(s);
        if (entry)
            add_field(b, &tail, entry, call_name(entry), entry->u.call.args);
        else
            diag_error(b->d, s->span, "Expected a method call but found \"%s\"", source_text(b, s));
    }
    for (struct node *n = call->u.call.args; n; n = n->next) {
        const char *name = n->kind == NODE_ENTRY ? literal_text(b, n->u.entry.key) : NULL;
        if (name)
            add_field(b, &tail, n, name, n->u.entry.value);
    }
    return first;
}

static void option_names(const struct catalog_step *row, struct buf *out)
{
    for (const struct catalog_param *p = row->params; p && p->name; p++)
        buf_printf(out, "%s%s", p == row->params ? "[" : ", ", p->name);
    buf_addstr(out, row->params ? "]" : "[]");
}

static void check_agent_fields(struct builder *b, const struct catalog_step *row,
                               const struct model_agent *agent)
{
    struct buf names _cleanup_(buf_release) = {0};
    option_names(row, &names);
    for (const struct model_item *item = agent->fields; item && !(row->flags & ENTRY_OPEN); item = item->next)
        if (!catalog_param(row, item->name))
            diag_error(b->d, item->span,
                       "Invalid config option \"%s\" for agent type \"%s\". Valid config options are %s",
                       item->name, row->name, names.data);
}

static bool has_field(const struct model_agent *agent, const char *name)
{
    for (const struct model_item *item = agent->fields; item; item = item->next)
        if (strcmp(item->name, name) == 0)
            return true;
    return false;
}

static void check_agent_required(struct builder *b, const struct catalog_step *row,
                                 const struct model_agent *agent, struct span at)
{
    for (const struct catalog_param *p = row->params; p && p->name; p++)
        if ((p->flags & PARAM_REQUIRED) && !agent->value && !has_field(agent, p->name))
            diag_error(b->d, at, "Missing required parameter for agent type \"%s\": %s", row->name, p->name);
}

/* One positional value is the short form; anything else (a block, named arguments, several) is fields. The
 * fields are read even if the type is unknown, for the errors in them. */
static void build_agent_type(struct builder *b, struct model_agent *agent, struct node *s)
{
    struct node *call = match_call(s);
    if (!call) {
        no_agent_type(b, agent->span);
        return;
    }
    const struct catalog_step *row = agent_row(b, agent, call_name(call), s->span);
    struct node *arg = call->u.call.args;
    if (arg && !arg->next && arg->kind != NODE_CLOSURE && arg->kind != NODE_ENTRY)
        agent->value = arg;
    else
        agent->fields = agent_fields(b, call);
    if (!row)
        return;
    check_agent_fields(b, row, agent);
    check_agent_required(b, row, agent, s->span);
}

static void build_agent_block(struct builder *b, struct model_agent *agent, struct node *closure)
{
    struct node *first = statement_first(block_statements(closure));
    if (!first)
        no_agent_type(b, agent->span);
    else if (statement_first(first->next))
        diag_error(b->d, agent->span, "Only one agent type is allowed per agent section");
    else
        build_agent_type(b, agent, first);
}

struct model_agent *build_agent(struct builder *b, struct node *statement)
{
    struct model_agent *agent = arena_new(&b->model->arena, struct model_agent);
    agent->span = statement->span;
    struct node *call = match_call(statement), *closure = call_block(call), *arg = call->u.call.args;
    if (closure) {
        build_agent_block(b, agent, closure);
        return agent;
    }
    const char *name = arg && arg->kind == NODE_NAME ? arg->u.name : literal_text(b, arg);
    if (!name || arg->next) {
        no_agent_type(b, statement->span);
        return agent;
    }
    const struct catalog_step *row = agent_row(b, agent, name, arg->span);
    if (row)
        check_agent_required(b, row, agent, arg->span);
    return agent;
}

static bool is_env_name(const char *name)
{
    if (!isalpha((unsigned char)*name) && *name != '_')
        return false;
    while (isalnum((unsigned char)*name) || *name == '_')
        name++;
    return !*name;
}

static void check_env_name(struct builder *b, const char *name, struct span at)
{
    if (!is_env_name(name))
        diag_error(
            b->d, at,
            "\"%s\" is not a valid identifier and cannot be used for an environment variable. Identifiers "
            "must start with a letter or underscore and can contain only letters, numbers or underscores.",
            name);
}

static bool is_text(const struct node *n)
{
    return n->kind == NODE_STRING || n->kind == NODE_GSTRING;
}

static void check_concatenation(struct builder *b, const struct node *n)
{
    struct span at = node_place(b->ast, n);
    if (n->u.binary.op != TOK_PLUS) {
        diag_error(b->d, at, "Environment variable values can only be joined together with ‘+’s.");
        return;
    }
    const struct node *sides[] = {n->u.binary.left, n->u.binary.right};
    for (size_t i = 0; i < ARRAY_LEN(sides); i++) {
        if (sides[i]->kind == NODE_BINARY)
            check_concatenation(b, sides[i]);
        else if (!is_text(sides[i]))
            diag_error(
                b->d, node_place(b->ast, sides[i]),
                "Environment variable values to be concatenated together must be single or double quoted.");
    }
}

static bool is_constant(const struct node *n)
{
    return is_text(n) || (n->kind >= NODE_NULL && n->kind <= NODE_FLOAT);
}

/* Jenkins takes constants, interpolated texts, any call and sums of texts; nothing else. */
static void check_env_value(struct builder *b, const struct node *n)
{
    if (n->kind == NODE_BINARY)
        check_concatenation(b, n);
    else if (n->kind == NODE_BIGINT)
        check_literal(b, TYPE_ANY, NULL, n);
    else if (!is_constant(n) && n->kind != NODE_CALL)
        diag_error(
            b->d, node_place(b->ast, n),
            "Environment variable values must either be single quoted, double quoted, or function calls.");
}

static struct node *credentials_call(struct node *value)
{
    struct node *call = match_call(value);
    return call && !call->u.call.obj && call_is(call, "credentials") ? call : NULL;
}

static void check_credentials(struct builder *b, struct node *value)
{
    const struct node *call = credentials_call(value);
    if (call && list_len(call->u.call.args) != 1)
        diag_error(b->d, call->span, "\"credentials\" should have 1 arguments but has %zu arguments instead.",
                   list_len(call->u.call.args));
    else if (call)
        check_literal(b, TYPE_STRING, NULL, call->u.call.args);
}

/* `1BAR = "x"`: Groovy reads a call on the number 1. */
static bool is_misnamed(const char *text)
{
    if (!isdigit((unsigned char)*text))
        return false;
    text += strspn(text, "0123456789_abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");
    text += strspn(text, " \t");
    return text[0] == '=' && text[1] != '=';
}

static void not_an_entry(struct builder *b, struct node *s, struct span section)
{
    const char *text = source_text(b, s);
    if (is_misnamed(text)) {
        check_env_name(b, arena_strndup(&b->model->arena, text, strcspn(text, " \t=")), s->span);
        return;
    }
    diag_error(
        b->d, section,
        "\"%s\" is not a valid environment expression. Use \"key = value\" pairs with valid Java/shell keys.",
        text);
}

static struct model_env *build_env_entry(struct builder *b, struct node *s, struct name_set *seen)
{
    struct node *n = s->u.unary.operand, *left = n->u.binary.left;
    const char *name = expect_literal(b, left);
    if (*name && !name_set_add(seen, name, strlen(name)))
        diag_error(b->d, left->span, "Duplicate environment variable name: \"%s\"", name);
    if (*name)
        check_env_name(b, name, left->span);
    check_env_value(b, n->u.binary.right);
    check_credentials(b, n->u.binary.right);
    struct model_env *entry = arena_new(&b->model->arena, struct model_env);
    *entry = (struct model_env){.name = name, .value = n->u.binary.right, .span = s->span};
    const struct node *credentials = credentials_call(entry->value);
    entry->credentials = credentials ? credentials->u.call.args : NULL;
    return entry;
}

struct model_env *build_environment(struct builder *b, struct node *statement)
{
    struct name_set seen _cleanup_(name_set_release) = {0};
    struct node *closure = expect_block(b, statement, "environment");
    struct model_env *first = NULL, **tail = &first;
    FOR_STATEMENTS(s, closure ? block_statements(closure) : NULL)
    {
        struct node *n = s->kind == NODE_EXPR ? s->u.unary.operand : s;
        if (n->kind != NODE_ASSIGN || n->u.binary.op != TOK_ASSIGN) {
            not_an_entry(b, s, statement->span);
            continue;
        }
        *tail = build_env_entry(b, s, &seen);
        tail = &(*tail)->next;
    }
    if (closure && !statement_first(block_statements(closure)))
        diag_error(b->d, statement->span, "No variables specified for environment");
    return first;
}

/* A type by its class: which classes there are depends on the plugins, so an unknown one is no error. */
static void check_tool_type(struct builder *b, const struct node *call)
{
    const char *name = call_name(call);
    if (catalog_find(&catalog_tools, name, strlen(name)))
        return;
    if (strchr(name, '.')) {
        diag_warning(b->d, call->u.call.method->span, "tool type \"%s\" is not supported: class of a plugin",
                     name);
        return;
    }
    struct buf names _cleanup_(buf_release) = {0};
    catalog_names(&catalog_tools, 0, &names);
    diag_error(b->d, call->u.call.method->span, "Invalid tool type \"%s\". Valid tool types: %s", name,
               names.data);
}

/* Lines of the form `name argument`, of one argument; the caller says what a line is when it is not. */
static struct model_item *build_named_lines(struct builder *b, struct node *statement, const char *section,
                                            const char *only, const char *message)
{
    struct node *closure = expect_block(b, statement, section);
    struct model_item *first = NULL, **tail = &first;
    FOR_STATEMENTS(s, closure ? block_statements(closure) : NULL)
    {
        struct node *call = match_call(s);
        const struct node *arg = call ? call->u.call.args : NULL;
        if (!arg || arg->next || arg->kind == NODE_CLOSURE || (only && !call_is(call, only))) {
            diag_error(b->d, statement->span, "%s", message);
            continue;
        }
        add_field(b, &tail, call, call_name(call), call->u.call.args);
    }
    if (closure && !statement_first(block_statements(closure)))
        diag_error(b->d, statement->span, "%s can not be empty", section);
    return first;
}

struct model_item *build_tools(struct builder *b, struct node *statement)
{
    struct model_item *tools =
        build_named_lines(b, statement, "tools", NULL, "Expected to find ‘someTool \"someVersion\"’");
    for (const struct model_item *tool = tools; tool; tool = tool->next)
        check_tool_type(b, tool->node);
    return tools;
}

struct model_item *build_libraries(struct builder *b, struct node *statement)
{
    return build_named_lines(b, statement, "libraries", "lib", "Expected to find ‘lib \"someLibrary\"’");
}
