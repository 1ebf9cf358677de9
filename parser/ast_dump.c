/* The tree as text: one node a line, children indented below, for --dump=ast and the tests. A child
 * whose part in its parent is not plain from its order has the name of that part before it. */
#include "parser/ast.h"
#include "parser/node_parts.h"
#include "parser/token.h"
#include <inttypes.h>
#include <string.h>

struct dump {
    FILE *out;
    int depth;
};

static const char *const names[] = {
    [NODE_NULL] = "null",
    [NODE_TRUE] = "true",
    [NODE_FALSE] = "false",
    [NODE_INT] = "int",
    [NODE_LONG] = "long",
    [NODE_BIGINT] = "bigint",
    [NODE_DECIMAL] = "decimal",
    [NODE_DOUBLE] = "double",
    [NODE_FLOAT] = "float",
    [NODE_STRING] = "string",
    [NODE_GSTRING] = "gstring",
    [NODE_LIST] = "list",
    [NODE_MAP] = "map",
    [NODE_ENTRY] = "entry",
    [NODE_RANGE] = "range",
    [NODE_CLOSURE] = "closure",
    [NODE_NAME] = "name",
    [NODE_PROPERTY] = "property",
    [NODE_INDEX] = "index",
    [NODE_CALL] = "call",
    [NODE_NEW] = "new",
    [NODE_UNARY] = "unary",
    [NODE_POSTFIX] = "postfix",
    [NODE_BINARY] = "binary",
    [NODE_ASSIGN] = "assign",
    [NODE_TERNARY] = "ternary",
    [NODE_CAST] = "cast",
    [NODE_INSTANCEOF] = "instanceof",
    [NODE_POINTER] = "pointer",
    [NODE_SPREAD] = "spread",
    [NODE_SPREAD_MAP] = "spread-map",
    [NODE_EXPR] = "expr",
    [NODE_VAR] = "var",
    [NODE_VARS] = "vars",
    [NODE_BLOCK] = "block",
    [NODE_IF] = "if",
    [NODE_WHILE] = "while",
    [NODE_DO] = "do",
    [NODE_FOR] = "for",
    [NODE_FOR_IN] = "for-in",
    [NODE_SWITCH] = "switch",
    [NODE_CASE] = "case",
    [NODE_TRY] = "try",
    [NODE_CATCH] = "catch",
    [NODE_THROW] = "throw",
    [NODE_RETURN] = "return",
    [NODE_BREAK] = "break",
    [NODE_CONTINUE] = "continue",
    [NODE_ASSERT] = "assert",
    [NODE_LABELED] = "labeled",
    [NODE_IMPORT] = "import",
    [NODE_PACKAGE] = "package",
    [NODE_METHOD] = "method",
    [NODE_CLASS] = "class",
    [NODE_EMPTY] = "empty",
};

static void dump_list(struct dump *d, const char *part, const struct node *n);

static void indent(const struct dump *d)
{
    for (int i = 0; i < d->depth; i++)
        fputs("  ", d->out);
}

/* A child that is not part of a list. */
static void dump_one(struct dump *d, const char *part, const struct node *n)
{
    if (n) {
        struct node alone = *n;
        alone.next = NULL;
        dump_list(d, part, &alone);
    }
}

static void dump_bytes(const struct dump *d, const char *s, size_t n)
{
    fputc('"', d->out);
    for (size_t i = 0; i < n; i++) {
        if (s[i] == '\n')
            fputs("\\n", d->out);
        else if ((unsigned char)s[i] < 0x20)
            fprintf(d->out, "\\x%02x", (unsigned char)s[i]);
        else if (s[i] == '"' || s[i] == '\\')
            fprintf(d->out, "\\%c", s[i]);
        else
            fputc(s[i], d->out);
    }
    fputc('"', d->out);
}

static void dump_type(const struct dump *d, const char *before, const struct type_ref *type)
{
    for (; type; type = type->next) {
        fprintf(d->out, "%s%s", before, type->name);
        if (type->args) {
            dump_type(d, "<", type->args);
            fputc('>', d->out);
        }
        for (int i = 0; i < type->dims; i++)
            fputs("[]", d->out);
        before = ", ";
    }
}

static void dump_mods(const struct dump *d, uint16_t mods)
{
    static const char *const words[] = {"static",   "final", "private",   "protected", "public",
                                        "abstract", "def",   "transient", "volatile",  "synchronized"};
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        if (mods & 1u << i)
            fprintf(d->out, " %s", words[i]);
}

static void dump_annotations(struct dump *d, const struct annotation *a)
{
    for (; a; a = a->next) {
        indent(d);
        fprintf(d->out, "@%s\n", a->name);
        d->depth++;
        dump_list(d, NULL, a->args);
        d->depth--;
    }
}

static void dump_params(struct dump *d, const struct param *param)
{
    for (; param; param = param->next) {
        indent(d);
        fprintf(d->out, "param %s", param->name);
        dump_type(d, " : ", param->type);
        fputs(param->varargs ? "...\n" : "\n", d->out);
        d->depth++;
        dump_annotations(d, param->annotations);
        dump_one(d, NULL, param->init);
        d->depth--;
    }
}

static void flag(const struct dump *d, bool set, const char *word)
{
    if (set)
        fprintf(d->out, " %s", word);
}

static void op(const struct dump *d, op_t kind)
{
    fprintf(d->out, " %s", token_text((enum token_kind)kind));
}

static void name_or_nothing(const struct dump *d, const char *name)
{
    if (name)
        fprintf(d->out, " %s", name);
}

static void dump_statement_value(const struct dump *d, const struct node *n)
{
    switch (n->kind) {
    case NODE_VAR:
        fprintf(d->out, " %s", n->u.var.name);
        dump_type(d, " : ", n->u.var.type);
        dump_mods(d, n->u.var.mods);
        break;
    case NODE_CLOSURE:
        flag(d, n->u.fn->implicit_it, "it");
        break;
    case NODE_METHOD:
        fprintf(d->out, " %s", n->u.fn->name);
        flag(d, n->u.fn->is_constructor, "constructor");
        dump_type(d, " : ", n->u.fn->type);
        dump_mods(d, n->u.fn->mods);
        break;
    case NODE_CATCH:
        name_or_nothing(d, n->u.catch_.name);
        dump_type(d, " : ", n->u.catch_.types);
        break;
    case NODE_LABELED:
        name_or_nothing(d, n->u.labeled.label);
        break;
    case NODE_IMPORT:
        flag(d, n->u.import.is_static, "static");
        fprintf(d->out, " %s%s", n->u.import.name, n->u.import.star ? ".*" : "");
        if (n->u.import.alias)
            fprintf(d->out, " as %s", n->u.import.alias);
        break;
    case NODE_CLASS: {
        static const char *const kinds[] = {"class", "interface", "enum", "trait", "annotation"};
        fprintf(d->out, " %s %s", kinds[n->u.class_.kind], n->u.class_.name ? n->u.class_.name : "anonymous");
        dump_type(d, " extends ", n->u.class_.super);
        dump_type(d, " implements ", n->u.class_.interfaces);
        dump_mods(d, n->u.class_.mods);
        break;
    }
    default:
        break;
    }
}

/* What stands on the node's own line behind its kind: values, names, flags. */
static void dump_value(const struct dump *d, const struct node *n)
{
    switch (n->kind) {
    case NODE_INT:
    case NODE_LONG:
        fprintf(d->out, " %" PRId64, n->u.num);
        break;
    case NODE_BIGINT:
    case NODE_DECIMAL:
        fprintf(d->out, " %s", n->u.text);
        break;
    case NODE_DOUBLE:
    case NODE_FLOAT:
        fprintf(d->out, " %.17g", n->u.real);
        break;
    case NODE_STRING:
        fputc(' ', d->out);
        dump_bytes(d, n->u.str.bytes, n->u.str.len);
        break;
    case NODE_NAME:
    case NODE_BREAK:
    case NODE_CONTINUE:
    case NODE_PACKAGE:
        name_or_nothing(d, n->u.name);
        break;
    case NODE_RANGE:
    case NODE_BINARY:
    case NODE_ASSIGN:
        op(d, n->u.binary.op);
        break;
    case NODE_UNARY:
    case NODE_POSTFIX:
        op(d, n->u.unary.op);
        break;
    case NODE_PROPERTY:
    case NODE_POINTER:
        flag(d, n->u.prop.safe, "safe");
        flag(d, n->u.prop.spread, "spread");
        flag(d, n->u.prop.field, "field");
        break;
    case NODE_CALL:
        flag(d, n->u.call.safe, "safe");
        flag(d, n->u.call.spread, "spread");
        flag(d, n->u.call.parens, "parens");
        flag(d, n->u.call.block, "block");
        break;
    case NODE_NEW:
        dump_type(d, " ", n->u.new_.type);
        break;
    case NODE_CAST:
    case NODE_INSTANCEOF:
        flag(d, n->u.cast.coerce, "as");
        dump_type(d, " ", n->u.cast.type);
        break;
    default:
        dump_statement_value(d, n);
    }
}

static void dump_function(struct dump *d, const struct function *fn)
{
    dump_annotations(d, fn->annotations);
    dump_params(d, fn->params);
    dump_list(d, NULL, fn->body ? fn->body->u.list.items : NULL);
}

static const struct annotation *annotations_of(const struct node *n)
{
    switch (n->kind) {
    case NODE_VAR:
        return n->u.var.annotations;
    case NODE_IMPORT:
        return n->u.import.annotations;
    case NODE_CLASS:
        return n->u.class_.annotations;
    default:
        return NULL;
    }
}

static void dump_children(struct dump *d, const struct node *n)
{
    if (n->kind == NODE_CLOSURE || n->kind == NODE_METHOD)
        dump_function(d, n->u.fn);
    dump_annotations(d, annotations_of(n));
    for (const struct node_part *part = node_parts(n->kind); part->offset; part++) {
        if (part->list)
            dump_list(d, part->name, node_part_get(n, part));
        else
            dump_one(d, part->name, node_part_get(n, part));
    }
}

static void dump_list(struct dump *d, const char *part, const struct node *n)
{
    for (; n; n = n->next) {
        indent(d);
        if (part)
            fprintf(d->out, "%s: ", part);
        fputs(names[n->kind], d->out);
        dump_value(d, n);
        fputc('\n', d->out);
        d->depth++;
        dump_children(d, n);
        d->depth--;
    }
}

void ast_dump(const struct ast *ast, FILE *out)
{
    struct dump d = {.out = out};
    dump_list(&d, NULL, ast->body);
}
