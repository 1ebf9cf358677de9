/* One function a piece of the model, each returning a literal node; declarative.groovy reads the result.
 * Nodes of the tree are reused where they stand alone; a node that is a member of a list is copied first,
 * since its `next` belongs to that list.
 *
 * Why closures: Declarative evaluates a directive when its stage is entered, in the script's scope; a
 * closure is both. Why maps: they can be printed (lint --dump ast) and read by declarative.groovy without
 * a class for each section. */
#include "runner/engine/lower.h"
#include "base/util.h"
#include "parser/walk.h"
#include "runner/steps/step.h"
#include <string.h>

struct lowering {
    struct ast *ast;
    struct span at; /* place given to nodes that stand for a whole section */
};

/* Not to be copied while it is empty and its end is set: `end` points into the chain itself. */
struct chain { /* a list of nodes under construction */
    struct node *first, **end;
};

static struct node *make(struct lowering *l, enum node_kind kind)
{
    struct node *n = arena_new(&l->ast->arena, struct node);
    n->kind = kind;
    n->span = l->at;
    return n;
}

static struct node *single(struct lowering *l, const struct node *n)
{
    struct node *copy = arena_new(&l->ast->arena, struct node);
    *copy = *n;
    copy->next = NULL;
    return copy;
}

static struct node *text(struct lowering *l, const char *s)
{
    struct node *n = make(l, NODE_STRING);
    /* No GString: the text stands for itself. */
    n->quote = '\'';
    n->u.str.bytes = arena_strdup(&l->ast->arena, s);
    n->u.str.len = (uint32_t)strlen(s);
    return n;
}

static struct node *flag(struct lowering *l, bool on)
{
    return make(l, on ? NODE_TRUE : NODE_FALSE);
}

static void chain_add(struct chain *c, struct node *n)
{
    if (!c->end)
        c->end = &c->first;
    *c->end = n;
    c->end = &n->next;
}

static void put(struct lowering *l, struct chain *map, const char *key, struct node *value)
{
    if (!value)
        return;
    struct node *entry = make(l, NODE_ENTRY);
    entry->u.entry.key = text(l, key);
    entry->u.entry.value = value;
    chain_add(map, entry);
}

static struct node *map_of(struct lowering *l, struct chain entries)
{
    struct node *n = make(l, NODE_MAP);
    n->u.map.entries = entries.first;
    return n;
}

static struct node *list_of(struct lowering *l, struct chain items)
{
    struct node *n = make(l, NODE_LIST);
    n->u.list.items = items.first;
    return n;
}

/* { -> expression } */
static struct node *lazy(struct lowering *l, struct node *expression)
{
    struct node *statement = make(l, NODE_EXPR), *block = make(l, NODE_BLOCK),
                *closure = make(l, NODE_CLOSURE);
    statement->span = block->span = closure->span = expression->span;
    statement->u.unary.operand = expression;
    block->u.list.items = statement;
    closure->u.fn = arena_new(&l->ast->arena, struct function);
    closure->u.fn->body = block;
    return closure;
}

/* Arguments as a map: named ones under their names, a single positional one under '', several as a list
 * there. */
static struct node *arguments(struct lowering *l, const struct node *args)
{
    struct chain entries = {0}, positional = {0};
    size_t count = 0;
    for (const struct node *a = args; a; a = a->next) {
        if (a->kind == NODE_ENTRY) {
            chain_add(&entries, single(l, a));
        } else {
            chain_add(&positional, single(l, a));
            count++;
        }
    }
    if (count)
        put(l, &entries, "", count == 1 ? positional.first : list_of(l, positional));
    return map_of(l, entries);
}

static struct node *options(struct lowering *l, const struct model_item *items)
{
    struct chain list = {0};
    for (const struct model_item *i = items; i; i = i->next) {
        const struct step_impl *step = step_find(i->name);
        struct chain map = {0};
        l->at = i->span;
        put(l, &map, "name", text(l, i->name));
        /* An option that is a block step (timeout, retry) goes around the stage; others are the job's. */
        put(l, &map, "block", flag(l, step && (step->flags & STEP_HAS_BODY)));
        put(l, &map, "args", lazy(l, arguments(l, i->args)));
        chain_add(&list, map_of(l, map));
    }
    return items ? list_of(l, list) : NULL;
}

static struct node *pair(struct lowering *l, struct node *a, struct node *b, struct node *c)
{
    struct chain list = {0};
    chain_add(&list, a);
    chain_add(&list, b);
    if (c)
        chain_add(&list, c);
    return list_of(l, list);
}

static struct node *tools(struct lowering *l, const struct model_item *items)
{
    struct chain list = {0};
    for (const struct model_item *i = items; i; i = i->next) {
        l->at = i->span;
        chain_add(&list, pair(l, text(l, i->name), lazy(l, single(l, i->args)), NULL));
    }
    return items ? list_of(l, list) : NULL;
}

/* ---- environment: in the order of references, so that each entry is evaluated when those it names are
 * known. Jenkins resolves them lazily, with the same outcome. */

struct mention {
    const char *name;
    bool found;
};

static bool look_for_mention(void *data, struct node *n)
{
    struct mention *m = data;
    if (n->kind == NODE_NAME) {
        m->found |= strcmp(n->u.name, m->name) == 0;
    } else if (n->kind == NODE_PROPERTY) {
        const struct node *of = n->u.prop.obj, *name = n->u.prop.name;
        m->found |= name && name->kind == NODE_STRING && of->kind == NODE_NAME &&
                    strcmp(of->u.name, "env") == 0 && strcmp(name->u.str.bytes, m->name) == 0;
    }
    return !m->found;
}

/* Whether an expression of an environment value refers to the variable: by bare name or as env.NAME. */
static bool mentions(struct node *n, const char *name)
{
    struct mention m = {.name = name};
    walk_node(n, look_for_mention, &m);
    return m.found;
}

/* Jenkins' translation of environment values keeps no `?.` of method calls: a call on an undefined name is an
 * error [RuntimeASTTransformer.translateEnvironmentValueAndCall]. */
static void make_calls_plain(struct node *n)
{
    if (!n)
        return;
    if (n->kind == NODE_CALL) {
        n->u.call.safe = false;
        make_calls_plain(n->u.call.obj);
    } else if (n->kind == NODE_TERNARY) {
        make_calls_plain(n->u.cond.test);
        make_calls_plain(n->u.cond.then);
        make_calls_plain(n->u.cond.other);
    } else if (n->kind == NODE_BINARY) {
        make_calls_plain(n->u.binary.left);
        make_calls_plain(n->u.binary.right);
    }
    for (struct node *part = n->kind == NODE_GSTRING ? n->u.gstr.parts : NULL; part; part = part->next)
        make_calls_plain(part);
}

struct env_order {
    const struct model_env **items;
    uint8_t *seen;
    bool *needed; /* by the id of some credentials(): evaluated before the others, too */
    size_t len;
    struct chain out;
};

/* A cycle is broken where it is met: the entry that is being placed counts as seen. */
static void place_entry(struct lowering *l, struct env_order *o, size_t i)
{
    if (o->seen[i])
        return;
    o->seen[i] = 1;
    /* Depth first: what an entry names is placed before it. */
    for (size_t j = 0; j < o->len; j++)
        if (j != i && mentions(o->items[i]->value, o->items[j]->name))
            place_entry(l, o, j);
    const struct model_env *e = o->items[i];
    l->at = e->span;
    make_calls_plain(e->value);
    struct node *value = single(l, e->credentials ? e->credentials : e->value);
    struct node *entry = pair(l, text(l, e->name), lazy(l, value), flag(l, e->credentials != NULL));
    /* The fourth member: [name, value, is it credentials(), does an id need it]. */
    entry->u.list.items->next->next->next = flag(l, o->needed[i]);
    chain_add(&o->out, entry);
}

static void need(struct env_order *o, struct node *value)
{
    for (size_t i = 0; i < o->len; i++)
        if (!o->needed[i] && !o->items[i]->credentials && mentions(value, o->items[i]->name)) {
            o->needed[i] = true;
            need(o, o->items[i]->value);
        }
}

static struct node *environment(struct lowering *l, const struct model_env *entries)
{
    struct env_order o = {0};
    for (const struct model_env *e = entries; e; e = e->next)
        o.len++;
    if (!o.len)
        return NULL;
    o.items = xcalloc(o.len, sizeof(*o.items));
    o.seen = xcalloc(o.len, 1);
    o.needed = xcalloc(o.len, sizeof(bool));
    size_t n = 0;
    for (const struct model_env *e = entries; e; e = e->next)
        o.items[n++] = e;
    for (size_t i = 0; i < o.len; i++)
        if (o.items[i]->credentials)
            need(&o, o.items[i]->credentials);
    for (size_t i = 0; i < o.len; i++)
        place_entry(l, &o, i);
    free(o.needed);
    free(o.items);
    free(o.seen);
    return list_of(l, o.out);
}

static void fields(struct lowering *l, struct chain *map, const struct model_item *f)
{
    for (; f; f = f->next) {
        struct chain inner = {0};
        if (f->block) {
            fields(l, &inner, f->block);
            put(l, map, f->name, map_of(l, inner));
        } else {
            /* A field without a value is a flag: reuseNode. */
            put(l, map, f->name, f->args ? single(l, f->args) : flag(l, true));
        }
    }
}

static struct node *agent(struct lowering *l, const struct model_agent *a)
{
    if (!a)
        return NULL;
    struct chain map = {0}, args = {0};
    l->at = a->span;
    fields(l, &args, a->fields);
    if (a->value)
        put(l, &args,
            a->kind == AGENT_DOCKER       ? "image"
            : a->kind == AGENT_DOCKERFILE ? "filename"
                                          : "label",
            single(l, a->value));
    put(l, &map, "kind", text(l, agent_kind_name(a->kind)));
    put(l, &map, "args", lazy(l, map_of(l, args)));
    return map_of(l, map);
}

static struct node *conditions(struct lowering *l, const struct model_condition *c)
{
    struct chain list = {0};
    for (; c; c = c->next) {
        struct chain map = {0};
        l->at = c->span;
        put(l, &map, "kind", text(l, c->name));
        put(l, &map, "args", lazy(l, arguments(l, c->args)));
        if (c->closure)
            put(l, &map, "body", single(l, c->closure));
        if (c->children)
            put(l, &map, "children", conditions(l, c->children));
        chain_add(&list, map_of(l, map));
    }
    return list_of(l, list);
}

static struct node *when(struct lowering *l, const struct model_when *w)
{
    if (!w)
        return NULL;
    struct chain map = {0};
    l->at = w->span;
    put(l, &map, "beforeAgent", flag(l, w->before_agent));
    put(l, &map, "beforeInput", flag(l, w->before_input));
    put(l, &map, "beforeOptions", flag(l, w->before_options));
    put(l, &map, "conditions", conditions(l, w->conditions));
    return map_of(l, map);
}

static void put_single(struct lowering *l, struct chain *map, const char *key, const struct node *n)
{
    if (n)
        put(l, map, key, single(l, n));
}

static struct node *input(struct lowering *l, const struct model_input *in)
{
    if (!in)
        return NULL;
    struct chain map = {0}, args = {0}, parameters = {0};
    l->at = in->span;
    put_single(l, &args, "message", in->message);
    put_single(l, &args, "id", in->id);
    put_single(l, &args, "ok", in->ok);
    put_single(l, &args, "submitter", in->submitter);
    put_single(l, &args, "submitterParameter", in->submitter_parameter);
    for (const struct model_item *p = in->parameters; p; p = p->next)
        chain_add(&parameters, pair(l, text(l, p->name), lazy(l, arguments(l, p->args)), NULL));
    put(l, &map, "args", lazy(l, map_of(l, args)));
    put(l, &map, "parameters", list_of(l, parameters));
    return map_of(l, map);
}

static struct node *post(struct lowering *l, const struct model_post *p)
{
    if (!p)
        return NULL;
    struct chain list = {0};
    l->at = p->span;
    /* In the order in which they run, whatever the file's [BuildCondition.orderedConditionNames]. */
    for (int kind = 0; kind < POST_KINDS; kind++)
        if (p->body[kind])
            chain_add(&list, pair(l, text(l, post_kind_name(kind)), single(l, p->body[kind]), NULL));
    return list_of(l, list);
}

static void directives(struct lowering *l, struct chain *map, const struct model_directives *d)
{
    put(l, map, "agent", agent(l, d->agent));
    put(l, map, "environment", environment(l, d->environment));
    put(l, map, "tools", tools(l, d->tools));
    put(l, map, "when", when(l, d->when));
    put(l, map, "options", options(l, d->options));
    put(l, map, "input", input(l, d->input));
    put(l, map, "post", post(l, d->post));
    /* A stage with nothing but steps, of which there may be ten thousand: the engine skips the looks. */
    if (!d->agent && !d->environment && !d->tools && !d->when && !d->options && !d->input)
        put(l, map, "bare", flag(l, true));
}

static struct node *stages(struct lowering *l, const struct model_stage *s);

static struct node *axes(struct lowering *l, const struct model_axis *a)
{
    struct chain list = {0};
    for (; a; a = a->next) {
        struct chain values = {0};
        l->at = a->span;
        for (const struct node *v = a->values; v; v = v->next)
            chain_add(&values, single(l, v));
        chain_add(&list, pair(l, text(l, a->name), list_of(l, values), flag(l, a->negated)));
    }
    return list_of(l, list);
}

static struct node *matrix(struct lowering *l, const struct model_matrix *m)
{
    struct chain map = {0}, excludes = {0}, on = {0};
    l->at = m->span;
    put(l, &map, "axes", axes(l, m->axes));
    for (const struct model_exclude *e = m->excludes; e; e = e->next)
        chain_add(&excludes, axes(l, e->axes));
    put(l, &map, "excludes", list_of(l, excludes));
    directives(l, &on, &m->cell);
    put(l, &map, "on", map_of(l, on));
    put(l, &map, "stages", stages(l, m->stages));
    return map_of(l, map);
}

static struct node *stage(struct lowering *l, const struct model_stage *s)
{
    struct chain map = {0};
    put(l, &map, "name", text(l, s->name));
    directives(l, &map, &s->on);
    l->at = s->name_span;
    put(l, &map, "failFast", s->fail_fast ? flag(l, true) : NULL);
    switch (s->content) {
    case STAGE_STEPS:
        put(l, &map, "steps", single(l, s->steps));
        break;
    case STAGE_STAGES:
        put(l, &map, "stages", stages(l, s->children));
        break;
    case STAGE_PARALLEL:
        put(l, &map, "parallel", stages(l, s->children));
        break;
    case STAGE_MATRIX:
        put(l, &map, "matrix", matrix(l, s->matrix));
        break;
    case STAGE_EMPTY:
        break;
    }
    return map_of(l, map);
}

static struct node *stages(struct lowering *l, const struct model_stage *s)
{
    struct chain list = {0};
    for (; s; s = s->next) {
        l->at = s->span;
        chain_add(&list, stage(l, s));
    }
    return list_of(l, list);
}

/* [[kind, { -> arguments }], …] */
static struct node *declarations(struct lowering *l, const struct model_item *items)
{
    struct chain list = {0};
    for (const struct model_item *i = items; i; i = i->next) {
        l->at = i->span;
        chain_add(&list, pair(l, text(l, i->name), lazy(l, arguments(l, i->args)), NULL));
    }
    return items ? list_of(l, list) : NULL;
}

static struct node *libraries(struct lowering *l, const struct model_item *items)
{
    struct chain list = {0};
    for (const struct model_item *i = items; i; i = i->next)
        chain_add(&list, lazy(l, single(l, i->args)));
    return list_of(l, list);
}

/* The call is rewritten in place: `pipeline { … }` becomes __pipeline([…]), wherever it stands. */
void lower_pipeline(struct ast *ast, struct model *model)
{
    struct lowering l = {ast, model->call->span};
    struct chain map = {0};
    directives(&l, &map, &model->root);
    put(&l, &map, "parameters", declarations(&l, model->parameters));
    put(&l, &map, "triggers", declarations(&l, model->triggers));
    put(&l, &map, "libraries", libraries(&l, model->libraries));
    put(&l, &map, "stages", stages(&l, model->stages));
    l.at = model->call->span;
    struct node *call = model->call;
    call->u.call.method = text(&l, "__pipeline");
    call->u.call.args = map_of(&l, map);
    call->u.call.parens = true;
    call->u.call.block = false;
}
