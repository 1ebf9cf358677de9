/* Inside the parser: the functions its files call of each other, by file. Those that return a node
 * return NULL once they have failed; those that return bool return false. */
#ifndef PARSER_GRAMMAR_H
#define PARSER_GRAMMAR_H

#include "parser/parse.h"

/* scan.c: looks ahead without taking anything. Each returns the token behind, or NULL. */
const struct token *scan_type(const struct token *t, const struct parser *p, bool upper);
const struct token *scan_type_args(const struct token *t);
const struct token *scan_annotation(const struct parser *p, const struct token *t);
const struct token *after_bracket(const struct parser *p, const struct token *open);
bool scan_declaration(const struct parser *p);
bool scan_closure_params(const struct parser *p, const struct token *t);
bool scan_label(const struct parser *p);
bool scan_cast(const struct parser *p, bool *primitive);
bool token_is_primitive(enum token_kind kind);
uint16_t token_modifier(enum token_kind kind); /* 0: none; MOD_DEF for def */
bool token_begins_expression(enum token_kind kind);
bool token_ends_statement(enum token_kind kind);
bool token_is_infix(enum token_kind kind); /* an operator that can begin nothing */

/* expr.c */
struct node *parse_expression(struct parser *p, enum context context);
struct node *parse_conditional(struct parser *p, enum context context); /* no assignment */
struct node *parse_binary(struct parser *p, int min, enum context context);
/* An expression that may be a command without parentheses: `a b, c`. */
struct node *parse_command(struct parser *p);
enum { PRECEDENCE_LOWEST = 1, PRECEDENCE_SHIFT = 9 };

/* path.c, primary.c, args.c */
struct node *parse_path(struct parser *p, enum context context);
struct node *parse_path_elements(struct parser *p, struct node *base, enum context context);
struct node *parse_primary(struct parser *p);
struct node *parse_command_args(struct parser *p, struct node *head);
/* A call's named arguments: each name once. */
void check_argument_names(struct parser *p, const struct node *args);
bool parse_args(struct parser *p, enum token_kind close, struct list *args, struct node *owner);
struct node *make_call(struct parser *p, struct node *callee);
struct node *parse_closure(struct parser *p);

/* literal.c */
struct node *parse_number(struct parser *p);
bool number_negate(struct parser *p, struct node *n); /* in place; false if n is no literal */
struct node *parse_gstring(struct parser *p);
struct node *parse_list_or_map(struct parser *p);

/* statement.c */
struct node *parse_statement(struct parser *p, enum token_kind before);
/* Statements up to `end`, which stays: TOK_EOF of a script, TOK_RBRACE of a block, TOK_CASE in a switch. */
bool parse_statements(struct parser *p, struct list *l, enum token_kind end);
struct node *parse_body(struct parser *p);    /* of if, for, while: a block or one statement */
struct node *parse_block(struct parser *p);   /* { … } */
struct node *parse_branch(struct parser *p);  /* return, break, continue, throw, assert */
struct node *parse_control(struct parser *p); /* control.c: if, for, while, switch, try, synchronized */

/* declaration.c, class.c, type.c */
struct node *parse_declaration(struct parser *p);
/* A body is there unless the method is abstract, as all methods of interfaces are. */
void check_method_body(struct parser *p, const struct node *n, bool in_interface);
/* At the name: the name and its place of a NODE_VAR; does not take the token. */
void name_variable(struct parser *p, struct node *n);
struct node *parse_destructuring(struct parser *p, uint16_t mods, struct annotation *annotations);
bool parse_modifiers(struct parser *p, uint16_t *mods, struct annotation **annotations);
bool parse_params(struct parser *p, enum token_kind close, struct param **params);
struct node *parse_import(struct parser *p, struct annotation *annotations);
struct node *parse_package(struct parser *p, struct annotation *annotations);
struct node *parse_method(struct parser *p, const struct token *first, uint16_t mods,
                          struct annotation *annotations, struct type_ref *type);
struct node *parse_class(struct parser *p, const struct token *first, uint16_t mods,
                         struct annotation *annotations);
struct node *parse_class_body(struct parser *p, struct node *cls);
struct type_ref *parse_type(struct parser *p);
struct type_ref *parse_plain_type(struct parser *p); /* without brackets behind it */
struct type_ref *parse_type_list(struct parser *p, enum token_kind separator); /* plain types */
bool skip_type_params(struct parser *p);
const char *parse_dotted(struct parser *p);

#endif
