/* After Groovy 2.4's VariableScopeVisitor and LabelVerifier: the same scopes, messages (a line feed at their
 * end) and places. A closure without parameters declares `it`, so that `{ it -> }` inside of one is refused
 * there and here. */
#include "parser/scope_check.h"
#include "parser/name_set.h"
#include "parser/walk.h"
#include <string.h>

struct scope {
    struct name_set names;
    bool it;             /* declares `it`, as most closures do: kept out of `names` for speed */
    struct scope *outer; /* NULL: of a script, method or class */
};

struct scope_check {
    struct diagnostics *d;
    struct scope *scope;
    struct name_set *labels; /* seen in this script or method */
    bool in_loop, in_switch;
};

static bool check(void *data, struct node *n);

static void enter(struct scope_check *c, struct scope *scope)
{
    *scope = (struct scope){.outer = c->scope};
    c->scope = scope;
}

static void leave(struct scope_check *c)
{
    name_set_release(&c->scope->names);
    c->scope = c->scope->outer;
}

/* Linear in the depth of the scopes, each a hash lookup. A name is added even if it is a duplicate: the
 * scopes below then report theirs as well, as Groovy does. */
static void declare(struct scope_check *c, const char *name, struct span at)
{
    size_t len = name ? strlen(name) : 0;
    bool it = name && strcmp(name, "it") == 0;
    for (const struct scope *s = c->scope; name && s; s = s->outer)
        if (it ? s->it : name_set_has(&s->names, name, len)) {
            diag_error(c->d, at, "The current scope already contains a variable of the name %s\n", name);
            break;
        }
    if (it)
        c->scope->it = true;
    else if (name)
        name_set_add(&c->scope->names, name, len);
}

/* The value is looked at first: `def x = { x -> }` is allowed. */
static void check_variable(struct scope_check *c, struct node *n)
{
    struct span at = n->span;
    walk_node(n->u.var.init, check, c);
    at.line = n->u.var.name_line;
    at.col = n->u.var.name_col;
    declare(c, n->u.var.name, at);
}

static void check_scoped(struct scope_check *c, struct node *n)
{
    struct scope scope;
    enter(c, &scope);
    walk_node(n, check, c);
    leave(c);
}

static void check_function(struct scope_check *c, struct node *n)
{
    const struct function *f = n->u.fn;
    struct scope scope;
    enter(c, &scope);
    scope.it = f->implicit_it;
    for (struct param *p = f->params; p; p = p->next) {
        walk_node(p->init, check, c);
        declare(c, p->name, n->span);
    }
    walk_node(f->body, check, c);
    leave(c);
}

/* What a method or class holds knows nothing of the variables and loops around it. */
static void check_apart(struct scope_check *outer, struct node *n)
{
    struct name_set labels = {0};
    struct scope_check c = {.d = outer->d, .labels = &labels};
    if (n->kind == NODE_METHOD)
        check_function(&c, n);
    else
        check_scoped(&c, n);
    name_set_release(&labels);
}

/* Of a field only its value is looked at: its name is no variable of any scope. */
static void check_members(struct scope_check *c, struct node *members)
{
    for (; members; members = members->next)
        check_apart(c, members->kind == NODE_VAR && members->u.var.init ? members->u.var.init : members);
}

static void check_loop(struct scope_check *c, struct node *n)
{
    bool outer = c->in_loop;
    struct scope scope;
    if (n->kind == NODE_FOR || n->kind == NODE_FOR_IN)
        enter(c, &scope);
    if (n->kind == NODE_FOR_IN)
        declare(c, n->u.loop.init->u.var.name, n->span);
    else
        walk_list(n->u.loop.init, check, c);
    walk_node(n->u.loop.cond, check, c);
    walk_list(n->u.loop.step, check, c);
    c->in_loop = true;
    walk_node(n->u.loop.body, check, c);
    c->in_loop = outer;
    if (n->kind == NODE_FOR || n->kind == NODE_FOR_IN)
        leave(c);
}

static void check_case(struct scope_check *c, struct node *n)
{
    struct scope scope;
    bool outer = c->in_switch;
    walk_node(n->u.case_.value, check, c);
    c->in_switch = true;
    enter(c, &scope);
    walk_list(n->u.case_.body, check, c);
    leave(c);
    c->in_switch = outer;
}

static void check_catch(struct scope_check *c, struct node *n)
{
    struct scope scope;
    enter(c, &scope);
    declare(c, n->u.catch_.name, n->span);
    walk_node(n->u.catch_.body, check, c);
    leave(c);
}

static void check_jump(struct scope_check *c, const struct node *n)
{
    const char *label = n->u.name, *what = n->kind == NODE_BREAK ? "break" : "continue";
    if (!c->in_loop && (label || n->kind == NODE_CONTINUE || !c->in_switch))
        diag_error(c->d, n->span, "the %s statement %sis only allowed inside loops%s\n", what,
                   label ? "with named label " : "", n->kind == NODE_BREAK && !label ? " or switches" : "");
    if (label && !name_set_has(c->labels, label, strlen(label)))
        diag_error(c->d, n->span, "%s to missing label\n", what);
}

/* Statements whose parts are not all in one scope; false: any other. */
static bool check_parts(struct scope_check *c, struct node *n)
{
    switch (n->kind) {
    case NODE_IF:
        walk_node(n->u.cond.test, check, c);
        check_scoped(c, n->u.cond.then);
        check_scoped(c, n->u.cond.other);
        return true;
    case NODE_WHILE:
    case NODE_DO:
    case NODE_FOR:
    case NODE_FOR_IN:
        check_loop(c, n);
        return true;
    case NODE_CASE:
        check_case(c, n);
        return true;
    case NODE_CATCH:
        check_catch(c, n);
        return true;
    case NODE_VARS:
        walk_node(n->u.list.destructure, check, c);
        walk_list(n->u.list.items, check, c);
        return true;
    default:
        return false;
    }
}

static bool check(void *data, struct node *n)
{
    struct scope_check *c = data;
    struct scope scope;
    switch (n->kind) {
    case NODE_VAR:
        check_variable(c, n);
        return false;
    case NODE_CLOSURE:
        check_function(c, n);
        return false;
    case NODE_METHOD:
        check_apart(c, n);
        return false;
    case NODE_CLASS:
        check_members(c, n->u.class_.members);
        return false;
    case NODE_NEW:
        walk_list(n->u.new_.args, check, c);
        walk_list(n->u.new_.dims, check, c);
        walk_node(n->u.new_.init, check, c);
        check_members(c, n->u.new_.body);
        return false;
    case NODE_BLOCK:
        enter(c, &scope);
        walk_children(n, check, c);
        leave(c);
        return false;
    case NODE_LABELED:
        name_set_add(c->labels, n->u.labeled.label, strlen(n->u.labeled.label));
        return true;
    case NODE_BREAK:
    case NODE_CONTINUE:
        check_jump(c, n);
        return false;
    default:
        return !check_parts(c, n);
    }
}

void scope_check(const struct ast *ast, struct diagnostics *d)
{
    if (!ast->declares)
        return; /* most declarative files: their closures have no parameters */
    struct name_set labels = {0};
    struct scope_check c = {.d = d, .labels = &labels};
    struct scope scope;
    enter(&c, &scope);
    walk_list(ast->body, check, &c);
    leave(&c);
    name_set_release(&labels);
}
