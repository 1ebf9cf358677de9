/* Text of values: toString(), what println shows, and inspect(). org.codehaus.groovy.runtime.InvokerHelper's
 * formatting: collections and maps are walked here, natives and instances asked by toString(). */
#include "runner/lib/number.h"
#include "runner/lib/ops.h"
#include "runner/lib/text.h"
#include "runner/lang/heap.h"
#include <string.h>

enum { DEPTH_MAX = 512, TEXT_MAX = 1 << 28 }; /* shared parts may unfold to any size: the text ends there */

struct printer {
    struct fiber *f;
    struct buf *text;
    bool inspect;
    int depth;
    const void *stack[DEPTH_MAX]; /* containers being printed */
    bool thrown;                  /* an exception of a toString() is pending */
};

static void print_value(struct printer *p, struct value v);

/* Field by field and not by an initialiser, which would clear the stack: 4 KiB for each number printed. */
static void printer_init(struct printer *p, struct fiber *f, struct buf *text, bool inspect)
{
    p->f = f;
    p->text = text;
    p->inspect = inspect;
    p->depth = 0;
    p->thrown = f && fiber_throwing(f);
}

/* False: nothing more to print, and depth is unchanged. */
static bool printer_enter(struct printer *p, const void *container, const char *self_text)
{
    for (int i = 0; i < p->depth; i++) {
        if (p->stack[i] == container) {
            buf_addstr(p->text, self_text);
            return false;
        }
    }
    if (p->text->len > TEXT_MAX)
        return false;
    if (p->depth == DEPTH_MAX) {
        buf_addstr(p->text, "...");
        return false;
    }
    p->stack[p->depth++] = container;
    return true;
}

static void print_quoted(struct printer *p, const char *s, size_t n)
{
    static const char escapes[] = "\nn\rr\tt\ff\bb''\\\\";
    buf_addch(p->text, '\'');
    for (size_t i = 0; i < n; i++) {
        const char *escape = escapes;
        while (*escape && *escape != s[i])
            escape += 2;
        if (*escape && s[i])
            buf_addch(p->text, '\\');
        buf_addch(p->text, *escape && s[i] ? escape[1] : s[i]);
    }
    buf_addch(p->text, '\'');
}

static void print_text(struct printer *p, const char *s, size_t n)
{
    if (p->inspect)
        print_quoted(p, s, n);
    else
        buf_add(p->text, s, n);
}

/* A char[] is its text, as println shows it. */
static void print_list(struct printer *p, const struct list *l)
{
    if (l->class->element && strcmp(class_simple_name(l->class->element), "char") == 0) { /* text */
        for (size_t i = 0; i < l->len; i++)
            buf_addunit(p->text, l->items[i].u.c);
        return;
    }
    if (!printer_enter(p, l, "(this Collection)"))
        return;
    buf_addch(p->text, '[');
    for (size_t i = 0; i < l->len; i++) {
        if (i)
            buf_addstr(p->text, ", ");
        print_value(p, l->items[i]);
    }
    buf_addch(p->text, ']');
    p->depth--;
}

static void print_map(struct printer *p, const struct map *m, bool set)
{
    if (!printer_enter(p, m, set ? "(this Collection)" : "(this Map)"))
        return;
    struct map_slot *slot;
    size_t start = p->text->len;
    buf_addch(p->text, '[');
    for (size_t i = 0; map_next(m, &i, &slot);) {
        if (p->text->len > start + 1)
            buf_addstr(p->text, ", ");
        print_value(p, slot->key);
        if (set)
            continue;
        buf_addch(p->text, ':');
        print_value(p, slot->value);
    }
    buf_addstr(p->text, set || m->len ? "]" : ":]");
    p->depth--;
}

/* `to` is inclusive; an exclusive range, which can only be one of ints, was written with the next one. */
static void print_range(struct printer *p, const struct range *r)
{
    print_value(p, r->from);
    buf_addstr(p->text, r->exclusive ? "..<" : "..");
    if (r->exclusive && !r->empty)
        number_print(value_int(r->to.u.i + (r->reverse ? -1 : 1)), p->text);
    else
        print_value(p, r->to);
}

static void print_entry(struct printer *p, const struct entry *e)
{
    if (!printer_enter(p, e, "(this Map.Entry)"))
        return;
    print_value(p, e->key);
    buf_addch(p->text, '=');
    print_value(p, e->value);
    p->depth--;
}

static void print_class(struct printer *p, const struct class *c)
{
    if (!(c->flags & CLASSF_PRIMITIVE))
        buf_addstr(p->text, c->flags & CLASSF_INTERFACE ? "interface " : "class ");
    buf_addstr(p->text, class_name(c));
}

/* "Class@1f": what Object.toString() gives. */
static void print_identity(struct printer *p, struct value v)
{
    const char *name = p->f ? class_name(vm_class_of(fiber_vm(p->f), v)) : "Object";
    buf_printf(p->text, "%s@%x", name, (unsigned)((uintptr_t)v.u.o >> 4));
}

/* After one exception nobody is asked any more: a second one would replace it. A toString() that gives no
 * text is printed in its turn, one level deeper, so that one giving itself ends. */
static void print_by_method(struct printer *p, struct value v)
{
    struct value text = NULL_VALUE;
    if (!p->f || p->thrown || value_is(v, OBJ_CLOSURE) || p->depth == DEPTH_MAX) {
        print_identity(p, v);
        return;
    }
    if (vm_invoke_sync(p->f, v, "toString", 0, NULL, &text) != CALL_OK) {
        p->thrown = true;
        print_identity(p, v);
    } else if (value_is(text, OBJ_STRING)) {
        buf_add(p->text, AS_STRING(text)->data, AS_STRING(text)->len);
    } else {
        p->depth++;
        print_value(p, text);
        p->depth--;
    }
    value_release(text);
}

static void print_object(struct printer *p, struct value v)
{
    switch (v.u.o->kind) {
    case OBJ_STRING:
        print_text(p, AS_STRING(v)->data, AS_STRING(v)->len);
        break;
    case OBJ_GSTRING: {
        struct buf text = {0};
        gstring_print(p->f, (struct gstring *)v.u.o, &text);
        print_text(p, text.data ? text.data : "", text.len);
        buf_release(&text);
        break;
    }
    case OBJ_BIGINT:
    case OBJ_DECIMAL:
        number_print(v, p->text);
        break;
    case OBJ_LIST:
        print_list(p, AS_LIST(v));
        break;
    case OBJ_MAP:
        print_map(p, AS_MAP(v), value_is_set(v));
        break;
    case OBJ_ENTRY:
        print_entry(p, (struct entry *)v.u.o);
        break;
    case OBJ_RANGE:
        print_range(p, (struct range *)v.u.o);
        break;
    case OBJ_CLASS:
        print_class(p, AS_CLASS(v));
        break;
    default:
        if (value_is_builder(v))
            print_text(p, builder_buf(v)->data ? builder_buf(v)->data : "", builder_buf(v)->len);
        else
            print_by_method(p, v);
    }
}

static void print_value(struct printer *p, struct value v)
{
    switch (v.tag) {
    case VAL_NULL:
        buf_addstr(p->text, "null");
        break;
    case VAL_BOOL:
        buf_addstr(p->text, v.u.b ? "true" : "false");
        break;
    case VAL_CHAR:
        buf_addunit(p->text, v.u.c);
        break;
    case VAL_OBJECT:
        print_object(p, v);
        break;
    default:
        number_print(v, p->text);
    }
}

/* println and GStrings walk a range, toString() and collections do not. */
static void print_top(struct printer *p, struct value v)
{
    struct value list = NULL_VALUE;
    if (value_is(v, OBJ_RANGE) && !p->inspect && value_to_list(p->f, v, &list) == CALL_OK)
        print_list(p, AS_LIST(list));
    else
        print_value(p, v);
    value_release(list);
}

static void print_from_top(struct fiber *f, struct value v, struct buf *text, bool inspect)
{
    struct printer p; /* its stack stays uninitialised: 4 KiB */
    printer_init(&p, f, text, inspect);
    print_top(&p, v);
}

void value_print(struct fiber *f, struct value v, struct buf *text)
{
    print_from_top(f, v, text, false);
}

void value_inspect(struct fiber *f, struct value v, struct buf *text)
{
    print_from_top(f, v, text, true);
}

/* The only one of these that tells of an exception: value_print() leaves it pending on the fiber, where
 * the interpreter finds it at its next call. */
enum call_status value_to_string(struct fiber *f, struct value v, struct value *out)
{
    if (value_is(v, OBJ_STRING))
        return give(out, value_retain(v));
    struct buf text = {0};
    struct printer p;
    printer_init(&p, f, &text, false);
    print_value(&p, v);
    if (f && fiber_throwing(f)) {
        buf_release(&text);
        return CALL_THROW;
    }
    return give(out, text_from_buf(&text));
}

/* For messages: whatever went wrong is forgotten and the text is empty. */
const char *value_text(struct fiber *f, struct value v, struct value *hold)
{
    const struct string *text = text_of(f, v, hold);
    if (text)
        return text->data;
    if (f)
        value_release(fiber_take_exception(f));
    return "";
}
