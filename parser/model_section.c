/* Sections that list definitions: options, triggers, parameters. They share their form, `name(arguments)` a
 * line, and differ in their table and wording. */
#include "parser/model_build.h"
#include <string.h>

struct section {
    const char *name;     /* the word in the file */
    const char *title;    /* as "… definitions cannot have blocks" starts */
    const char *kind;     /* "Invalid KIND type" */
    const char *expected; /* when a line is no call at all */
    bool unique;          /* each name once */
    const struct catalog_table *table;
};

static const struct section section_options = {"options", "Options",       "option", "Expected an option",
                                               true,      &catalog_options};
static const struct section section_triggers = {"triggers",           "Triggers", "trigger",
                                                "Expected a trigger", true,       &catalog_triggers};
static const struct section section_parameters = {"parameters", "Build parameters",
                                                  "parameter",  "Expected a build parameter definition",
                                                  false,        &catalog_parameters};

static void invalid_type(struct builder *b, const struct section *section, const struct node *call,
                         unsigned flags)
{
    struct buf names _cleanup_(buf_release) = {0};
    catalog_names(section->table, flags, &names);
    diag_error(b->d, call->span, "Invalid %s type \"%s\". Valid %s types: %s", section->kind, call_name(call),
               section->kind, names.data);
}

/* "cant" as Jenkins prints it: its message file loses the apostrophe. */
static bool refuse_job_property(struct builder *b, const struct node *call)
{
    const char *name = call_name(call);
    const char *directive = strcmp(name, "pipelineTriggers") == 0 ? "triggers" : name;
    if (strcmp(directive, "parameters") != 0 && strcmp(directive, "triggers") != 0)
        return false;
    diag_error(b->d, call->span,
               "The \"%s\" job property cant be used in the \"options\" directive. Use the \"%s {...}\" "
               "directive instead.",
               directive, directive);
    return true;
}

static const struct catalog_step *find_row(const struct section *section, const char *name, unsigned flags)
{
    if (section->table != &catalog_options)
        return catalog_find(section->table, name, strlen(name));
    const struct catalog_step *row = catalog_option(name, strlen(name));
    return row && (row->flags & flags) ? row : NULL;
}

static void check_stash_count(struct builder *b, const struct node *call)
{
    for (const struct node *n = call->u.call.args; n; n = n->next) {
        const struct node *value = n->kind == NODE_ENTRY ? n->u.entry.value : n;
        if (value->kind == NODE_INT && (value->u.num < 1 || value->u.num > 50))
            diag_error(b->d, call->span, "The number of builds to preserve must be between 1 and 50.");
    }
}

/* The wording and the order are ModelValidatorImpl's: a step that is blocked everywhere (`stage` in
 * options) is said to be that before it is said to be no option. */
static void check_entry(struct builder *b, const struct section *section, const struct node *call,
                        unsigned flags)
{
    const char *blocked = step_blocked(call_name(call));
    const struct catalog_step *row = find_row(section, call_name(call), flags);
    if (section->table == &catalog_options && !row && refuse_job_property(b, call))
        return;
    if (blocked)
        diag_error(b->d, call->span, "Invalid step \"%s\" used - not allowed in this context - %s",
                   call_name(call), blocked);
    else if (!row)
        invalid_type(b, section, call, flags);
    else
        check_definition(b, row, call, !(row->flags & ENTRY_OPEN));
    if (row && row->unsupported && !(row->flags & ENTRY_NOTE))
        diag_warning(b->d, call->span, "%s \"%s\" is not supported: %s", section->kind, call_name(call),
                     row->unsupported);
    if (call_is(call, "preserveStashes"))
        check_stash_count(b, call);
    if (section->table == &catalog_triggers)
        check_trigger(b, call);
}

static struct model_item *build_entry(struct builder *b, const struct section *section, struct node *s,
                                      unsigned flags)
{
    struct node *n = s->kind == NODE_EXPR ? s->u.unary.operand : s, *call = match_call(s);
    if (n->kind == NODE_MAP)
        diag_error(b->d, s->span, "%s cannot be defined as maps", section->title);
    else if (!call)
        diag_error(b->d, s->span, "%s", section->expected);
    else if (call_block(call))
        diag_error(b->d, s->span, "%s definitions cannot have blocks", section->title);
    else
        check_entry(b, section, call, flags);
    if (!call)
        return NULL;
    struct model_item *item = arena_new(&b->model->arena, struct model_item);
    *item = (struct model_item){
        .name = call_name(call), .node = call, .args = call->u.call.args, .span = call->span};
    return item;
}

static void check_unique(struct builder *b, const struct section *section, const struct model_item *items,
                         struct span at)
{
    struct name_set seen _cleanup_(name_set_release) = {0};
    for (const struct model_item *i = items; i; i = i->next)
        if (!name_set_add(&seen, i->name, strlen(i->name)))
            diag_error(b->d, at, "Duplicate %s name: \"%s\"", section->kind, i->name);
}

static struct model_item *build_section(struct builder *b, const struct section *section,
                                        struct node *statement, unsigned flags)
{
    struct node *closure = expect_block(b, statement, section->name);
    struct model_item *first = NULL, **tail = &first;
    FOR_STATEMENTS(s, closure ? block_statements(closure) : NULL)
    {
        *tail = build_entry(b, section, s, flags);
        if (*tail)
            tail = &(*tail)->next;
    }
    if (closure && !statement_first(block_statements(closure)))
        diag_error(b->d, statement->span, "%s can not be empty", section->name);
    if (section->unique)
        check_unique(b, section, first, statement->span);
    return first;
}

struct model_item *build_options(struct builder *b, struct node *statement, bool in_stage)
{
    return build_section(b, &section_options, statement, in_stage ? ENTRY_STAGE : ENTRY_ROOT);
}

struct model_item *build_triggers(struct builder *b, struct node *statement)
{
    return build_section(b, &section_triggers, statement, 0);
}

static const struct node *parameter_name(const struct model_item *item)
{
    for (const struct node *n = item->args; n; n = n->next)
        if (n->kind != NODE_ENTRY)
            return n;
        else if (n->u.entry.key->kind == NODE_STRING && strcmp(n->u.entry.key->u.str.bytes, "name") == 0)
            return n->u.entry.value;
    return NULL;
}

struct model_item *build_parameters(struct builder *b, struct node *statement)
{
    struct name_set seen _cleanup_(name_set_release) = {0};
    struct model_item *items = build_section(b, &section_parameters, statement, 0);
    for (const struct model_item *item = items; item; item = item->next) {
        const struct node *at = parameter_name(item);
        const char *name = literal_text(b, at);
        if (name && !name_set_add(&seen, name, strlen(name)))
            diag_warning(b->d, at->span, "the parameter \"%s\" is declared twice: the last one counts", name);
    }
    return items;
}
