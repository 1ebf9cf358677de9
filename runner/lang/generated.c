/* Methods that annotations make: @ToString, @EqualsAndHashCode, @TupleConstructor, @Canonical, @Immutable,
 * @InheritConstructors. They look at the class's properties when they are called. */
#include "runner/lang/dispatch.h"
#include "base/buf.h"
#include <string.h>

static bool is_shown(const struct field *f)
{
    return !f->is_static && f->is_property && f->name->data[0] != '$' && strcmp(f->name->data, "this$0") != 0;
}

/* "P(x, 3)" */
static enum call_status to_string(struct fiber *f, struct value self, struct value *out)
{
    struct class *c = AS_INSTANCE(self)->class;
    struct buf text = {0};
    bool any = false;
    buf_printf(&text, "%s(", c->name->data);
    for (size_t i = 0; i < c->own_fields.len; i++) {
        if (!is_shown(c->own_fields.items[i]))
            continue;
        buf_addstr(&text, any ? ", " : "");
        value_print(f, AS_INSTANCE(self)->fields[c->own_fields.items[i]->index], &text);
        any = true;
    }
    buf_addch(&text, ')');
    *out = string_new(text.data, text.len);
    buf_release(&text);
    return CALL_OK;
}

static enum call_status equals(struct fiber *f, struct value self, struct value other, struct value *out)
{
    struct class *c = AS_INSTANCE(self)->class;
    bool same = value_is(other, OBJ_INSTANCE) && AS_INSTANCE(other)->class == c;
    for (size_t i = 0; same && i < c->own_fields.len; i++) {
        uint32_t at = c->own_fields.items[i]->index;
        if (is_shown(c->own_fields.items[i]))
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
        if (is_shown(c->own_fields.items[i]))
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
