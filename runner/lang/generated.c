/* Methods that annotations make: @ToString, @EqualsAndHashCode, @TupleConstructor, @Canonical, @Immutable,
 * @InheritConstructors, @Sortable, @AutoClone, @Singleton. They look at the class's properties when they are
 * called. */
#include "runner/lang/dispatch.h"
#include "base/buf.h"
#include <string.h>

static bool is_shown(const struct field *f)
{
    return !f->is_static && f->is_property && f->name->data[0] != '$' && strcmp(f->name->data, "this$0") != 0;
}

static const struct node *option(const struct annotation *of, const char *name)
{
    for (const struct node *n = of ? of->args : NULL; n; n = n->next)
        if (n->kind == NODE_ENTRY && n->u.binary.left->kind == NODE_STRING &&
            strcmp(n->u.binary.left->u.str.bytes, name) == 0)
            return n->u.binary.right;
    return NULL;
}

static bool option_is(const struct class *c, const char *name, enum node_kind kind)
{
    const struct node *n = option(c->to_string, name);
    return n && n->kind == kind;
}

/* excludes='a,b' or ['a', 'b']: whether the name is there. */
static bool option_lists(const struct node *n, const char *name)
{
    for (const struct node *item = n->kind == NODE_LIST ? n->u.list.items : n; item; item = item->next) {
        const char *text = item->kind == NODE_STRING ? item->u.str.bytes : "";
        size_t len = strlen(name);
        for (const char *p = text; (p = strstr(p, name)); p += len)
            if ((p == text || p[-1] == ',' || p[-1] == ' ') && (!p[len] || p[len] == ',' || p[len] == ' '))
                return true;
        if (n->kind != NODE_LIST)
            break;
    }
    return false;
}

static bool is_included(const struct annotation *of, const struct field *f)
{
    const struct node *excludes = option(of, "excludes"), *includes = option(of, "includes");
    return !(excludes && option_lists(excludes, f->name->data)) &&
           (!includes || option_lists(includes, f->name->data));
}

static bool in_equality(const struct class *c, const struct field *f)
{
    return is_shown(f) && is_included(c->equality, f);
}

static bool in_string(const struct class *c, const struct field *f, struct value v)
{
    bool fields = option_is(c, "includeFields", NODE_TRUE) && !f->is_static && f->name->data[0] != '$';
    return (is_shown(f) || (fields && strcmp(f->name->data, "this$0") != 0)) &&
           is_included(c->to_string, f) && !(value_is_null(v) && option_is(c, "ignoreNulls", NODE_TRUE));
}

/* Properties come before other fields. */
static bool put_fields(struct fiber *f, struct value self, bool properties, bool any, struct buf *text)
{
    struct class *c = AS_INSTANCE(self)->class;
    for (size_t i = 0; i < c->own_fields.len; i++) {
        const struct field *field = c->own_fields.items[i];
        if (is_shown(field) != properties || field->is_static)
            continue;
        struct value v = AS_INSTANCE(self)->fields[field->index];
        if (!in_string(c, field, v))
            continue;
        buf_addstr(text, any ? ", " : "");
        if (option_is(c, "includeNames", NODE_TRUE))
            buf_printf(text, "%s:", field->name->data);
        value_print(f, v, text);
        any = true;
    }
    return any;
}

/* "P(x, 3)" */
static enum call_status to_string(struct fiber *f, struct value self, struct value *out)
{
    struct class *c = AS_INSTANCE(self)->class;
    struct buf text = {0};
    buf_printf(&text, "%s(", (option_is(c, "includePackage", NODE_FALSE) ? c->simple : c->name)->data);
    bool any = put_fields(f, self, true, false, &text);
    any = put_fields(f, self, false, any, &text);
    if (option_is(c, "includeSuper", NODE_TRUE) || option_is(c, "includeSuperProperties", NODE_TRUE)) {
        struct value super = NULL_VALUE;
        struct frame *sync = sync_begin(f);
        enum call_status status = invoke_super(f, c->super, self, f->vm->sym[SYM_TO_STRING], 0, NULL, &super);
        if (sync_end(f, sync, status, &super) == CALL_OK) {
            buf_addstr(&text, any ? ", " : "");
            value_print(f, super, &text);
        }
        value_release(super);
    }
    buf_addch(&text, ')');
    *out = string_new(text.data, text.len);
    buf_release(&text);
    return f->throwing ? CALL_THROW : CALL_OK;
}

/* @Sortable: by the properties in their order. */
static enum call_status compare_to(struct fiber *f, struct value self, struct value other, struct value *out)
{
    struct class *c = AS_INSTANCE(self)->class;
    int order = 0;
    if (!value_is(other, OBJ_INSTANCE) || AS_INSTANCE(other)->class != c)
        return CALL_NONE;
    for (size_t i = 0; order == 0 && i < c->own_fields.len; i++) {
        uint32_t at = c->own_fields.items[i]->index;
        if (is_shown(c->own_fields.items[i]) &&
            value_compare(f, AS_INSTANCE(self)->fields[at], AS_INSTANCE(other)->fields[at], &order) !=
                CALL_OK)
            return CALL_THROW;
    }
    *out = value_int(order);
    return CALL_OK;
}

/* @AutoClone: lists and maps in it are cloned as well. */
static enum call_status clone(struct fiber *f, struct value self, struct value *out)
{
    struct class *c = AS_INSTANCE(self)->class;
    *out = instance_new(f->vm, c);
    for (uint32_t i = 0; i < c->field_count; i++) {
        struct value v = AS_INSTANCE(self)->fields[i], copy = NULL_VALUE;
        if (!value_is(v, OBJ_LIST) && !value_is(v, OBJ_MAP))
            copy = value_retain(v);
        else if (vm_invoke_sync(f, v, "clone", 0, NULL, &copy) != CALL_OK) {
            value_release(*out);
            *out = NULL_VALUE;
            return CALL_THROW;
        }
        AS_INSTANCE(*out)->fields[i] = copy;
    }
    return CALL_OK;
}

uint32_t singleton_options(const struct annotation *a)
{
    uint32_t flags = 0;
    for (const struct node *n = a->args; n && n->kind == NODE_ENTRY; n = n->next) {
        const struct node *key = n->u.binary.left, *v = n->u.binary.right;
        if (v->kind == NODE_TRUE && key->kind == NODE_STRING && str_eq(key->u.str.bytes, "lazy"))
            flags |= CLASSF_SINGLETON_LAZY;
        if (v->kind == NODE_FALSE && key->kind == NODE_STRING && str_eq(key->u.str.bytes, "strict"))
            flags |= CLASSF_SINGLETON_FREE;
    }
    return flags;
}

/* Whether `new` may make this object; without lazy: true the class made its own when it was loaded. */
bool singleton_may_make(const struct class *c, struct value object)
{
    if (c->flags & CLASSF_SINGLETON_FREE)
        return true;
    return value_is_null(c->instance) ? (c->flags & CLASSF_SINGLETON_LAZY) != 0
                                      : c->instance.u.o == object.u.o;
}

/* Set before its constructor runs, so that the constructor may ask for the instance. */
enum call_status singleton_get(struct fiber *f, struct class *c, struct value *out)
{
    if (value_is_null(c->instance)) {
        struct value object = NULL_VALUE, ignored = NULL_VALUE;
        enum call_status status = object_allocate(f, c, &object);
        if (status != CALL_OK)
            return status;
        c->instance = object;
        struct frame *sync = sync_begin(f);
        status = sync_end(f, sync, object_construct(f, c, object, 0, NULL, &ignored), &ignored);
        value_release(ignored);
        if (status != CALL_OK)
            return status;
    }
    *out = value_retain(c->instance);
    return CALL_OK;
}

static enum call_status equals(struct fiber *f, struct value self, struct value other, struct value *out)
{
    struct class *c = AS_INSTANCE(self)->class;
    bool same = value_is(other, OBJ_INSTANCE) && AS_INSTANCE(other)->class == c;
    for (size_t i = 0; same && i < c->own_fields.len; i++) {
        uint32_t at = c->own_fields.items[i]->index;
        if (in_equality(c, c->own_fields.items[i]))
            same = value_equals(f, AS_INSTANCE(self)->fields[at], AS_INSTANCE(other)->fields[at]);
    }
    *out = value_bool(same);
    return f->throwing ? CALL_THROW : CALL_OK;
}

static enum call_status hash_code(struct value self, struct value *out)
{
    struct class *c = AS_INSTANCE(self)->class;
    uint32_t hash = 7;
    for (size_t i = 0; i < c->own_fields.len; i++)
        if (in_equality(c, c->own_fields.items[i]))
            hash = hash * 31 + value_hash(AS_INSTANCE(self)->fields[c->own_fields.items[i]->index]);
    *out = value_int((int32_t)hash);
    return CALL_OK;
}

enum call_status generated_method(struct fiber *f, struct value self, struct string *name, int argc,
                                  struct value *argv, struct value *out)
{
    uint32_t flags = value_is(self, OBJ_INSTANCE) ? AS_INSTANCE(self)->class->flags : 0;
    if (flags & CLASSF_GEN_STRING && argc == 0 && name == f->vm->sym[SYM_TO_STRING])
        return to_string(f, self, out);
    if (flags & CLASSF_GEN_EQUALS && argc == 1 && name == f->vm->sym[SYM_EQUALS])
        return equals(f, self, argv[0], out);
    if (flags & CLASSF_GEN_EQUALS && argc == 0 && name == f->vm->sym[SYM_HASH_CODE])
        return hash_code(self, out);
    if (flags & CLASSF_GEN_SORTABLE && argc == 1 && name == f->vm->sym[SYM_COMPARE_TO])
        return compare_to(f, self, argv[0], out);
    if (flags & CLASSF_GEN_CLONE && argc == 0 && strcmp(name->data, "clone") == 0)
        return clone(f, self, out);
    return CALL_NONE;
}

enum call_status tuple_construct(struct fiber *f, struct class *c, struct value object, int argc,
                                 struct value *argv)
{
    int at = 0;
    for (size_t i = 0; i < c->own_fields.len && at < argc; i++) {
        struct field *field = c->own_fields.items[i];
        if (!is_shown(field))
            continue;
        enum call_status status = field_set(f, object, field->name, argv[at++]);
        if (status != CALL_OK)
            return status;
    }
    return at == argc ? CALL_OK : CALL_NONE;
}
