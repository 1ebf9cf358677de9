/* Objects that are one text: construction and the methods they share. */
#include "runner/lib/boxed.h"
#include "runner/lib/text.h"
#include "runner/lang/heap.h"
#include <string.h>

void boxed_free(void *data)
{
    free(data);
}

struct value boxed_new(struct fiber *f, const char *class, const char *text)
{
    return native_new(fiber_vm(f), vm_class(fiber_vm(f), class), xstrdup(text));
}

/* The release function is the type's mark: whatever is freed by boxed_free holds a text and nothing else. */
const char *boxed_text(struct value v)
{
    if (!value_is(v, OBJ_NATIVE) || !AS_NATIVE(v)->class->native ||
        AS_NATIVE(v)->class->native->release != boxed_free)
        return NULL;
    return AS_NATIVE(v)->data;
}

BOXED_FN(boxed_to_string)
{
    return give(out, string_from(boxed_text(self)));
}

BOXED_FN(boxed_equals)
{
    const char *other = boxed_text(argv[0]);
    return give(out, value_bool(other && AS_NATIVE(self)->class == AS_NATIVE(argv[0])->class &&
                                strcmp(boxed_text(self), other) == 0));
}

BOXED_FN(boxed_hash_code)
{
    const char *text = boxed_text(self);
    return give(out, value_int((int32_t)text_hash(text, strlen(text))));
}

BOXED_FN(boxed_compare_to)
{
    const char *other = boxed_text(argv[0]);
    return other ? give(out, value_int(strcmp(boxed_text(self), other))) : CALL_NONE;
}
