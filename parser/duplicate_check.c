/* After Groovy 2.4's ClassCompletionVerifier and ResolveVisitor: each of the methods with one signature is
 * reported, and every class but the first of a name. Types are compared as written, with the names of the
 * default imports. */
#include "parser/duplicate_check.h"
#include "base/buf.h"
#include "parser/name_set.h"
#include <string.h>

struct method {
    const struct node *node;
    char *signature; /* owned: TYPE NAME(TYPES), since Java tells methods by their result, too */
};

const char *common_package(const char *name)
{
    static const char *const lang[] = {"Boolean",   "Byte",  "Character", "CharSequence",  "Double",
                                       "Exception", "Float", "Integer",   "Long",          "Number",
                                       "Object",    "Short", "String",    "StringBuilder", "Throwable"};
    static const char *const util[] = {"ArrayList",     "Collection", "Date", "HashMap",
                                       "LinkedHashMap", "List",       "Map",  "Set"};
    for (size_t i = 0; i < ARRAY_LEN(lang); i++)
        if (strcmp(name, lang[i]) == 0)
            return "java.lang.";
    for (size_t i = 0; i < ARRAY_LEN(util); i++)
        if (strcmp(name, util[i]) == 0)
            return "java.util.";
    return strcmp(name, "Closure") == 0 || strcmp(name, "GString") == 0 ? "groovy.lang." : "";
}

static void add_type(struct buf *out, const struct type_ref *type, bool varargs)
{
    const char *name = type && type->name ? type->name : "Object";
    buf_printf(out, "%s%s", common_package(name), name);
    for (int i = (type ? type->dims : 0) + varargs; i > 0; i--)
        buf_addstr(out, "[]");
}

static char *signature_of(const struct function *f)
{
    struct buf out = {0};
    add_type(&out, f->type, false);
    buf_printf(&out, " %s(", f->name);
    for (const struct param *p = f->params; p; p = p->next) {
        buf_addstr(&out, p == f->params ? "" : ", ");
        add_type(&out, p->type, p->varargs);
    }
    buf_addstr(&out, ")");
    return out.data;
}

static void check_methods(struct diagnostics *d, const struct node *members, const char *class_name)
{
    struct name_set seen _cleanup_(name_set_release) = {0}, twice _cleanup_(name_set_release) = {0};
    VEC(struct method) methods = {0};
    for (; members; members = members->next)
        if (members->kind == NODE_METHOD && members->u.fn->name && !members->u.fn->is_constructor)
            vec_push(&methods, ((struct method){members, signature_of(members->u.fn)}));
    for (size_t i = 0; i < methods.len; i++)
        if (!name_set_add(&seen, methods.items[i].signature, strlen(methods.items[i].signature)))
            name_set_add(&twice, methods.items[i].signature, strlen(methods.items[i].signature));
    for (size_t i = 0; i < methods.len; i++)
        if (name_set_has(&twice, methods.items[i].signature, strlen(methods.items[i].signature)))
            diag_error(d, methods.items[i].node->span,
                       "Repetitive method name/signature for method '%s' in class '%s'.\n",
                       methods.items[i].signature, class_name);
    for (size_t i = 0; i < methods.len; i++)
        free(methods.items[i].signature);
    vec_release(&methods);
}

void duplicate_check(const struct ast *ast, struct diagnostics *d)
{
    struct name_set classes _cleanup_(name_set_release) = {0};
    check_methods(d, ast->body, "WorkflowScript");
    for (const struct node *n = ast->body; n; n = n->next) {
        if (n->kind != NODE_CLASS)
            continue;
        const char *name = n->u.class_.name;
        if (!name_set_add(&classes, name, strlen(name)))
            diag_error(
                d, n->span,
                "Invalid duplicate class definition of class %s : The source WorkflowScript contains at "
                "least two definitions of the class %s.\n",
                name, name);
        check_methods(d, n->u.class_.members, name);
    }
}
