/* Which shared libraries a file loads, and whether it loads any: an unknown step is a warning without a
 * library and only a note with one, since nobody can know a library's vars/ before it is fetched. Names go
 * into `text` for that note; a library whose name is computed sets `any` alone. */
#include "parser/library_names.h"
#include "parser/model_build.h"
#include <string.h>

static void add_name(struct library_names *l, const char *name, size_t len)
{
    l->any = true;
    if (len && name_set_add(&l->seen, name, len))
        buf_printf(&l->text, "%s\"%.*s\"", l->text.len ? ", " : "", (int)len, name);
}

/* `'name@version'`; of a text with values the part before the first one, if the name ends in it. */
static void add_identifier(struct library_names *l, const struct node *n)
{
    l->any = true;
    if (n && n->kind == NODE_GSTRING)
        n = strchr(n->u.gstr.parts->u.str.bytes, '@') ? n->u.gstr.parts : NULL;
    if (n && n->kind == NODE_STRING)
        add_name(l, n->u.str.bytes, strcspn(n->u.str.bytes, "@"));
}

static void add_value(struct library_names *l, const struct node *n)
{
    if (!n || n->kind != NODE_LIST) {
        add_identifier(l, n);
        return;
    }
    for (n = n->u.list.items; n; n = n->next)
        add_identifier(l, n);
}

static void add_annotations(struct library_names *l, const struct annotation *a)
{
    for (; a; a = a->next)
        if (str_eq(a->name, "Library"))
            add_value(l, a->args ? a->args->u.entry.value : NULL);
}

/* library(identifier: 'x', retriever: …) or library('x'). */
static void add_call(struct library_names *l, const struct node *call)
{
    const struct node *arg = call->u.call.args;
    for (const struct node *n = arg; n; n = n->next)
        if (n->kind == NODE_ENTRY && n->u.entry.key->kind == NODE_STRING &&
            strcmp(n->u.entry.key->u.str.bytes, "identifier") == 0)
            arg = n->u.entry.value;
    add_identifier(l, arg);
}

void library_names_collect(struct library_names *l, const struct node *n)
{
    switch (n->kind) {
    case NODE_VAR:
        add_annotations(l, n->u.var.annotations);
        break;
    case NODE_CLASS:
        add_annotations(l, n->u.class_.annotations);
        break;
    case NODE_IMPORT:
        add_annotations(l, n->u.import.annotations);
        l->any |= n->u.import.is_static && n->u.import.star;
        break;
    case NODE_CALL:
        if (!n->u.call.obj && match_call((struct node *)n) && call_is(n, "library"))
            add_call(l, n);
        break;
    default:
        break;
    }
}

void library_names_add_model(struct library_names *l, const struct model *model)
{
    for (const struct model_item *item = model->libraries; item; item = item->next)
        add_identifier(l, item->args);
}

void library_names_add_implicit(struct library_names *l, const struct model_environment *env)
{
    for (size_t i = 0; env && i < env->library_count; i++)
        if (env->libraries[i].implicit)
            add_name(l, env->libraries[i].name, strlen(env->libraries[i].name));
}

void library_names_release(struct library_names *l)
{
    name_set_release(&l->seen);
    buf_release(&l->text);
    l->any = false;
}
