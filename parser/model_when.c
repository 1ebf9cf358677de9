/* The `when` section: a tree of conditions and three flags. */
#include "parser/model_build.h"
#include <string.h>

static struct model_condition *build_conditions(struct builder *b, struct model_when *when,
                                                struct node *statements);

static void unknown_condition(struct builder *b, struct node *s, const char *name)
{
    struct buf names _cleanup_(buf_release) = {0};
    catalog_names(&catalog_conditions, 0, &names);
    diag_error(b->d, s->span, "Unknown conditional %s. Valid conditionals are: %.*s", name,
               (int)names.len - 2, names.data + 1);
}

static void check_regex(struct builder *b, struct span at, const struct node *n)
{
    const char *text = literal_text(b, n);
    if (text && !regex_is_valid(text))
        diag_error(b->d, at, "\"%s\" is not a valid regular expression.", text);
}

static const struct node *argument(const struct node *args, const char *name)
{
    for (; args; args = args->next)
        if (args->kind == NODE_ENTRY && args->u.entry.key->kind == NODE_STRING &&
            strcmp(args->u.entry.key->u.str.bytes, name) == 0)
            return args->u.entry.value;
    return NULL;
}

/* Jenkins takes the condition's own comparator without a word. */
static void check_comparator(struct builder *b, const char *name, const struct node *at)
{
    static const char *const known[] = {"EQUALS", "GLOB", "REGEXP"};
    for (size_t i = 0; i < ARRAY_LEN(known); i++)
        if (strcasecmp(name, known[i]) == 0)
            return;
    diag_warning(b->d, at->span, "unknown comparator \"%s\": there are EQUALS, GLOB and REGEXP", name);
}

/* `changelog` is always a pattern, the others with `comparator: 'REGEXP'`. */
static void check_patterns(struct builder *b, const struct model_condition *c)
{
    if (c->kind == WHEN_CHANGELOG)
        check_regex(b, c->span,
                    c->args && c->args->kind == NODE_ENTRY ? argument(c->args, "pattern") : c->args);
    const char *comparator = literal_text(b, argument(c->args, "comparator"));
    if (comparator)
        check_comparator(b, comparator, argument(c->args, "comparator"));
    if (!comparator || strcasecmp(comparator, "REGEXP") != 0)
        return;
    for (const struct node *n = c->args; n; n = n->next)
        if (n->kind == NODE_ENTRY && n->u.entry.value->kind == NODE_STRING &&
            n->u.entry.value != argument(c->args, "comparator"))
            check_regex(b, c->span, n->u.entry.value);
}

static void build_children(struct builder *b, struct model_condition *c, struct node *closure)
{
    struct node *statements = closure ? block_statements(closure) : NULL;
    c->children = build_conditions(b, NULL, statements);
    if (c->args && c->args != closure)
        diag_error(b->d, c->span, "No additional arguments are allowed for children when condition \"%s\".",
                   c->name);
    c->args = NULL;
    size_t count = 0; /* with those that have errors of their own */
    FOR_STATEMENTS(s, statements)
    count++;
    if (c->kind == WHEN_NOT && count != 1)
        diag_error(b->d, c->span, "Nested when condition \"%s\" requires exactly 1 child condition(s).",
                   c->name);
    else if (count == 0)
        diag_error(b->d, c->span, "Nested when condition \"%s\" requires at least one child condition.",
                   c->name);
}

static void build_plain(struct builder *b, struct model_condition *c, const struct catalog_step *row,
                        struct node *closure)
{
    if (c->kind == WHEN_EXPRESSION) {
        c->closure = closure;
        if (!closure)
            diag_error(b->d, c->span, "Expected a block for expression");
        return;
    }
    if (closure)
        diag_error(b->d, c->span, "No children when conditions are allowed for when condition \"%s\".",
                   c->name);
    else
        check_args(b, row, c->span, c->args, NULL, true);
    check_patterns(b, c);
}

static enum condition_kind condition_kind(const char *name)
{
    int kind = WHEN_BRANCH;
    while (strcmp(condition_kind_name(kind), name) != 0)
        kind++;
    return kind;
}

static struct model_condition *build_condition(struct builder *b, struct node *s)
{
    struct node *call = match_call(s);
    if (!call) {
        diag_error(b->d, s->span, "Expected a when condition");
        return NULL;
    }
    const char *name = call_name(call);
    const struct catalog_step *row = catalog_find(&catalog_conditions, name, strlen(name));
    if (!row) {
        unknown_condition(b, s, name);
        return NULL;
    }
    struct model_condition *c = arena_new(&b->model->arena, struct model_condition);
    *c = (struct model_condition){
        .kind = condition_kind(name), .name = name, .args = call->u.call.args, .span = s->span};
    struct node *closure = call_block(call);
    if (row->flags & ENTRY_CHILDREN)
        build_children(b, c, closure);
    else
        build_plain(b, c, row, closure);
    if (c->args == closure)
        c->args = NULL;
    return c;
}

static bool build_flag(struct builder *b, struct model_when *when, const struct node *call)
{
    const struct {
        const char *name;
        bool *flag;
    } flags[] = {
        {"beforeAgent", &when->before_agent},
        {"beforeInput", &when->before_input},
        {"beforeOptions", &when->before_options},
    };
    for (size_t i = 0; i < ARRAY_LEN(flags); i++)
        if (call_is(call, flags[i].name)) {
            *flags[i].flag = expect_boolean(b, call);
            return true;
        }
    return false;
}

static struct model_condition *build_conditions(struct builder *b, struct model_when *when,
                                                struct node *statements)
{
    struct model_condition *first = NULL, **tail = &first;
    FOR_STATEMENTS(s, statements)
    {
        struct node *call = match_call(s);
        if (when && call && build_flag(b, when, call))
            continue;
        *tail = build_condition(b, s);
        if (*tail)
            tail = &(*tail)->next;
    }
    return first;
}

/* A condition that is wrong is dropped, which leaves an empty list that is not the fault of the file. */
struct model_when *build_when(struct builder *b, struct node *statement)
{
    struct node *closure = expect_block(b, statement, "when");
    struct model_when *when = arena_new(&b->model->arena, struct model_when);
    when->span = statement->span;
    int errors = b->d->errors;
    if (closure)
        when->conditions = build_conditions(b, when, block_statements(closure));
    if (closure && !when->conditions && b->d->errors == errors)
        diag_error(b->d, statement->span, "Empty when closure, remove the property or add some content.");
    return when;
}

struct pattern_state {
    const char *p;
    bool can_repeat; /* the item before can take a quantifier */
};

/* Classes nest and intersect in Java ([a-z&&[^b]]); a ] directly behind the outermost [ or [^ is a
 * character. */
static bool skip_class(struct pattern_state *s)
{
    int depth = 0;
    do {
        if (*s->p == '\\' && s->p[1])
            s->p++;
        else if (*s->p == '[') {
            depth++;
            s->p += s->p[1] == '^';
            s->p += s->p[1] == ']' && depth == 1;
        } else if (*s->p == ']')
            depth--;
        if (!*s->p)
            return false;
        s->p++;
    } while (depth);
    return true;
}

/* `{` must be {n}, {n,} or {n,m}. */
static bool skip_count(struct pattern_state *s)
{
    const char *p = s->p + 1;
    size_t digits = strspn(p, "0123456789");
    p += digits;
    if (*p == ',')
        p += 1 + strspn(p + 1, "0123456789");
    if (!digits || *p != '}')
        return false;
    s->p = p;
    return true;
}

static bool quantifier(struct pattern_state *s)
{
    if (!s->can_repeat || (*s->p == '{' && !skip_count(s)))
        return false;
    s->p++;
    s->p += *s->p == '?' || *s->p == '+';
    s->can_repeat = false;
    return true;
}

/* `\Q…\E` is taken literally, to the end of the pattern if there is no \E. Returns its last character. */
static const char *quotation_end(const char *q)
{
    const char *end = strstr(q, "\\E");
    return end ? end + 1 : q + strlen(q) - 1;
}

/* As much of java.util.regex' grammar as tells well-formed from broken: brackets, groups, quantifiers,
 * escapes. */
bool regex_is_valid(const char *text)
{
    struct pattern_state s = {text, false};
    int depth = 0;
    while (*s.p) {
        if (*s.p == '[') {
            if (!skip_class(&s))
                return false;
            s.can_repeat = true;
        } else if (strchr("*+?{", *s.p)) {
            if (!quantifier(&s))
                return false;
        } else {
            bool escaped = *s.p == '\\';
            if (escaped && !*++s.p)
                return false;
            if (escaped && *s.p == 'Q')
                s.p = quotation_end(s.p);
            bool open = !escaped && *s.p == '(';
            depth += open - (!escaped && *s.p == ')');
            if (depth < 0)
                return false;
            s.can_repeat = escaped || !(open || *s.p == '|' || *s.p == '^');
            s.p += open && s.p[1] == '?' ? 2 : 1;
        }
    }
    return depth == 0;
}
