/* The syntax tree of Groovy as Jenkinsfiles use it. Everything lives in the arena of its `struct
 * ast`; nodes hold no ownership. Names are interned in that arena: equal names are equal pointers
 * within one tree (NUL-terminated UTF-8). parser/node.h has the nodes. */
#ifndef PARSER_AST_H
#define PARSER_AST_H

#include "base/arena.h"
#include "parser/node.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct source {
    const char *name; /* as messages show it: "Jenkinsfile", "WorkflowScript", "Script1.groovy" */
    const char *text; /* NUL-terminated */
    size_t len;
};

struct intern;

struct ast {
    struct arena arena;
    struct source source; /* text is copied into the arena; line ends as in the file */
    struct node *body;    /* statements of the script, imports and classes included; NULL if empty */
    bool has_shebang;
    bool declares;        /* somewhere a variable is declared, or a jump or a label stands */
    bool names_more;      /* a method, variable, class or import stands somewhere, or an assignment */
    bool names_types;     /* some type is written that is neither primitive nor one of common_package() */
    struct intern *names; /* owned: the table of interned names */
};

struct error;

/* A list of diagnostics: the parser reports one, the validator many. Lines and columns count from 1, columns
 * in UTF-16 units as Groovy's; line 0: about the whole file. The end is behind the last character. */
struct diagnostic {
    enum { DIAG_ERROR, DIAG_WARNING, DIAG_NOTE } severity;
    int line, col, end_line, end_col; /* end_line 0: unknown */
    char *message;                    /* owned */
    const char *form;                 /* a constant: the format of the message, which tells its rule */
};

/* Parses text (UTF-8; a BOM and CRLF are accepted) into ast; `name` is copied. Returns 0, or -1 with
 * the first error in Groovy's words and its place in err (ERROR_SYNTAX, file = name).
 * Depth of nesting is limited (an error, not a crash). ast is valid for ast_release() in both cases. */
int ast_parse(struct ast *ast, const char *name, const char *text, size_t len, struct error *err);
void ast_release(struct ast *ast);
/* Indented one-node-a-line text of the tree, for --dump=ast and tests. */
void ast_dump(const struct ast *ast, FILE *out);
/* Interns a name in the tree's arena. */
const char *ast_intern(struct ast *ast, const char *s, size_t n);
/* Whether it was interned, for the name or text of any node. */
bool ast_has_name(const struct ast *ast, const char *s);
/* The source text of a node. */
static inline const char *ast_text(const struct ast *ast, const struct node *n, size_t *len)
{
    *len = n->span.end - n->span.start;
    return ast->source.text + n->span.start;
}

#endif
