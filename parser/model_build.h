/* Inside of the model's builder: what its files share. Each section of a pipeline has one function that
 * takes the statement of that section, adds its errors, and returns the part of the model (or NULL).
 *
 * Places of errors are Jenkins': a section's own statement unless the message is about one entry of it. */
#ifndef PARSER_MODEL_BUILD_H
#define PARSER_MODEL_BUILD_H

#include "base/buf.h"
#include "parser/catalog.h"
#include "parser/model.h"
#include "parser/name_set.h"

/* What every section's function needs; a borrowed view, made on the stack of the entry. */
struct builder {
    const struct ast *ast;
    struct model *model;
    struct diagnostics *d;
};

/* The call a statement consists of (any object, plain method name), or NULL. */
struct node *match_call(struct node *statement);
const char *call_name(const struct node *call); /* NUL-terminated; NULL unless plain */
bool call_is(const struct node *call, const char *name);
/* The closure that is the call's last argument, or NULL. */
struct node *call_block(const struct node *call);
struct node *block_statements(const struct node *closure);
size_t list_len(const struct node *list);
/* Text of a literal without interpolation, NUL-terminated in the model's arena; NULL for other nodes. */
const char *literal_text(struct builder *b, const struct node *n);
/* As literal_text, where Jenkins takes a bare word for its own name too, or an error "Expected string
 * literal". Never NULL. */
const char *expect_literal(struct builder *b, const struct node *n);
/* Where Groovy 2.4 places an expression: an operation is at its operator. */
struct span node_place(const struct ast *ast, const struct node *n);
/* The statement's text as messages quote it. */
const char *source_text(struct builder *b, const struct node *n);
/* `name { … }` or an error "Expected a block for NAME". */
struct node *expect_block(struct builder *b, struct node *statement, const char *name);
/* The boolean argument of `failFast true`, `beforeAgent false`. */
bool expect_boolean(struct builder *b, const struct node *call);
/* The statement that follows, empty ones skipped. */
struct node *statement_first(struct node *n);

/* `a { } b { }` on one line is a call of b on the value of a: Jenkins then loses a silently; here it is an
 * error. */
void refuse_chain(struct builder *b, struct node *statement);
/* Each section once: `seen` holds the names so far. */
void refuse_repeated(struct builder *b, struct name_set *seen, struct node *statement);

#define FOR_STATEMENTS(s, list)                                                                              \
    for (struct node *s = statement_first(list); s; s = statement_first((s)->next))

struct model_agent *build_agent(struct builder *b, struct node *statement);
struct model_env *build_environment(struct builder *b, struct node *statement);
struct model_item *build_tools(struct builder *b, struct node *statement);
struct model_item *build_libraries(struct builder *b, struct node *statement);
struct model_item *build_options(struct builder *b, struct node *statement, bool in_stage);
struct model_item *build_triggers(struct builder *b, struct node *statement);
void check_trigger(struct builder *b,
                   const struct node *call); /* cron, pollSCM: their times, where they are texts */
struct model_item *build_parameters(struct builder *b, struct node *statement);
struct model_when *build_when(struct builder *b, struct node *statement);
struct model_input *build_input(struct builder *b, struct node *statement);
struct model_post *build_post(struct builder *b, struct node *statement);
struct model_matrix *build_matrix(struct builder *b, struct node *statement, struct model_stage *owner);
/* `stages { }` or `parallel { }`; inside says that a parallel or matrix is around already. */
struct model_stage *build_stages(struct builder *b, struct node *statement, const char *section,
                                 struct model_stage *parent, bool inside);
/* One of the sections that pipeline, stage and matrix share; false: none of these. in_stage: for the options.
 */
bool build_directive(struct builder *b, struct model_directives *on, const char *name, struct node *statement,
                     bool in_stage);

/* Steps of `steps { }`, a post condition or a branch: checked, never changed. */
void check_steps(struct builder *b, struct node *closure, struct span at);
void check_branches(struct builder *b, struct node *parallel_call);
bool has_branches(const struct node *parallel_call);
/* Arguments against the row: names, number, types; `missing` also reports required ones that are absent.
 * `args` ends before `until` (the trailing block) if that is not NULL. */
void check_args(struct builder *b, const struct catalog_step *row, struct span at, struct node *args,
                const struct node *until, bool missing);
void refuse_closure(struct builder *b, const struct node *at);
void check_literal(struct builder *b, enum catalog_type type, const char *param, const struct node *value);
/* An option, trigger or parameter with its nested `f(…)` arguments (row NULL: only these); `missing` as
 * above, though Jenkins itself fails on those only when it makes the object. */
void check_definition(struct builder *b, const struct catalog_step *row, const struct node *call,
                      bool missing);
/* NULL, or why the step may not be used in a declarative pipeline. */
const char *step_blocked(const char *name);
bool regex_is_valid(const char *text);

#endif
