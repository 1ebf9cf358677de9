/* Exceptions: values of Throwable's subclasses with their fields first, and how they print. */
#include "runner/lang/dispatch.h"
#include "base/buf.h"
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { TRACE_MAX = 64 };

static void trace_frame(const struct frame *frame, struct list *trace)
{
    const struct proto *fn = frame->fn;
    struct place at = function_place(fn, frame->pc);
    if (!at.line)
        return;
    /* Jenkins knows the pipeline's file by its class only. */
    bool main = strcmp(fn->code->script->name->data, "WorkflowScript") == 0;
    struct value line = string_printf("%s.%s(%s:%u)", fn->class ? fn->class->name->data : "Script",
                                      fn->method->data, main ? "WorkflowScript" : fn->code->file, at.line);
    list_push(trace, line);
    value_release(line);
}

struct value exception_trace(struct fiber *f)
{
    struct value trace = list_new(f->vm, 0);
    for (struct frame *frame = f->top; frame && AS_LIST(trace)->len < TRACE_MAX; frame = frame->caller)
        if (frame->kind == FRAME_SCRIPT && !frame->fn->synthetic)
            trace_frame(frame, AS_LIST(trace));
    return trace;
}

static bool is_exception(struct value v)
{
    return value_is(v, OBJ_INSTANCE) && AS_INSTANCE(v)->class->flags & CLASSF_THROWABLE;
}

static struct value field(struct value exception, unsigned index)
{
    return is_exception(exception) ? AS_INSTANCE(exception)->fields[index] : NULL_VALUE;
}

/* Where the exception was made, for messages with a place; a rethrow does not change it. */
void exception_mark(struct fiber *f, struct value exception)
{
    const char *file;
    int line, col;
    struct instance *i = AS_INSTANCE(exception);
    if (!fiber_place(f, &file, &line, &col))
        return;
    value_release(i->fields[THROWABLE_FILE]);
    i->fields[THROWABLE_FILE] = string_from(file);
    i->fields[THROWABLE_PLACE] = value_long((int64_t)line << 32 | col);
}

bool exception_place(struct value exception, const char **file, int *line, int *col)
{
    struct value place = field(exception, THROWABLE_PLACE);
    if (place.tag != VAL_LONG)
        return false;
    *file = AS_STRING(field(exception, THROWABLE_FILE))->data;
    *line = (int)(place.u.l >> 32);
    *col = (int)(uint32_t)place.u.l;
    return true;
}

struct value exception_make(struct fiber *f, struct class *class, struct value message, struct value cause)
{
    struct value v = instance_new(f->vm, class);
    struct instance *i = AS_INSTANCE(v);
    i->fields[THROWABLE_MESSAGE] = value_retain(message);
    i->fields[THROWABLE_CAUSE] = value_retain(cause);
    i->fields[THROWABLE_TRACE] = exception_trace(f);
    exception_mark(f, v);
    return v;
}

static struct value make_v(struct fiber *f, const char *class_name, const char *fmt, va_list ap)
{
    struct class *class = vm_class(f->vm, class_name);
    if (!class || !(class->flags & CLASSF_THROWABLE))
        class = vm_class(f->vm, "RuntimeException");
    struct value message = NULL_VALUE;
    struct buf text = {0};
    if (fmt) {
        buf_vprintf(&text, fmt, ap);
        message = string_new(text.data ? text.data : "", text.len);
        buf_release(&text);
    }
    struct value v = exception_make(f, class, message, NULL_VALUE);
    value_release(message);
    return v;
}

struct value exception_new(struct fiber *f, const char *class_name, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    struct value v = make_v(f, class_name, fmt, ap);
    va_end(ap);
    return v;
}

enum call_status vm_throw(struct fiber *f, const char *class_name, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    struct value v = make_v(f, class_name, fmt, ap);
    va_end(ap);
    return vm_throw_value(f, v);
}

enum call_status vm_throw_value(struct fiber *f, struct value exception)
{
    value_release(f->exception);
    f->exception = exception;
    f->throwing = true;
    return CALL_THROW;
}

struct value fiber_take_exception(struct fiber *f)
{
    struct value v = f->exception;
    f->exception = NULL_VALUE;
    f->throwing = false;
    return v;
}

bool fiber_throwing(const struct fiber *f)
{
    return f->throwing;
}

void exception_add_suppressed(struct vm *vm, struct value exception, struct value other)
{
    struct value *slot = &AS_INSTANCE(exception)->fields[THROWABLE_SUPPRESSED];
    if (value_is_null(*slot))
        *slot = list_new(vm, 0);
    list_push(AS_LIST(*slot), other);
}

struct value exception_message(struct value exception)
{
    return field(exception, THROWABLE_MESSAGE);
}

struct value exception_cause(struct value exception)
{
    return field(exception, THROWABLE_CAUSE);
}

/* Fields that single exceptions have beyond Throwable's (`result`, `causes`, `property` …) in one map, so
 * that none of them needs a class with a layout of its own. */
static struct map *extra(struct value exception, bool make)
{
    if (!is_exception(exception))
        return NULL;
    struct value *place = &AS_INSTANCE(exception)->fields[THROWABLE_EXTRA];
    if (value_is_null(*place) && make)
        *place = map_new(AS_INSTANCE(exception)->class->vm);
    return value_is(*place, OBJ_MAP) ? AS_MAP(*place) : NULL;
}

static int field_index(const char *name)
{
    static const char *const names[] = {"message", "cause"};
    for (int i = 0; i < (int)ARRAY_LEN(names); i++)
        if (strcmp(names[i], name) == 0)
            return i;
    return -1;
}

void exception_set_field(struct value exception, const char *name, struct value v)
{
    int index = field_index(name);
    if (index >= 0 && is_exception(exception)) {
        struct value *place = &AS_INSTANCE(exception)->fields[index], old = *place;
        *place = value_retain(v);
        value_release(old);
        return;
    }
    struct map *m = extra(exception, true);
    if (m)
        map_set_str(m, name, v);
}

bool exception_get_field(struct value exception, const char *name, struct value *out)
{
    int index = field_index(name);
    if (index >= 0 && is_exception(exception)) {
        *out = AS_INSTANCE(exception)->fields[index];
        return true;
    }
    struct map *m = extra(exception, false);
    return m && map_get_str(m, name, out);
}

static void print_head(struct value exception, struct buf *text)
{
    struct value message = exception_message(exception);
    buf_addstr(text, AS_INSTANCE(exception)->class->name->data);
    if (value_is(message, OBJ_STRING)) {
        buf_addstr(text, ": ");
        buf_add(text, AS_STRING(message)->data, AS_STRING(message)->len);
    }
}

/* Causes may form a cycle: sixteen are shown at most. */
void exception_print(struct vm *vm, struct value exception, struct buf *text, bool with_frames)
{
    for (int depth = 0; is_exception(exception) && depth < 16; depth++) {
        if (depth)
            buf_addstr(text, "Caused by: ");
        print_head(exception, text);
        struct value trace = field(exception, THROWABLE_TRACE);
        for (uint32_t i = 0; with_frames && value_is(trace, OBJ_LIST) && i < AS_LIST(trace)->len; i++)
            buf_printf(text, "\n\tat %s", AS_STRING(AS_LIST(trace)->items[i])->data);
        if (!with_frames)
            return;
        buf_addch(text, '\n');
        exception = exception_cause(exception);
    }
}

/* Places are noted where they change; the last one at or before the instruction counts. */
struct place function_place(const struct proto *fn, const struct ins *pc)
{
    struct place at = {0};
    uint32_t offset = pc > fn->ins ? (uint32_t)(pc - fn->ins - 1) : 0;
    uint32_t low = 0, high = fn->n_places;
    while (low < high) {
        uint32_t mid = (low + high) / 2;
        if (fn->places[mid].pc <= offset)
            low = mid + 1;
        else
            high = mid;
    }
    return low ? fn->places[low - 1] : at;
}

bool fiber_place(struct fiber *f, const char **file, int *line, int *col)
{
    for (struct frame *frame = f->top; frame; frame = frame->caller) {
        if (frame->kind != FRAME_SCRIPT || frame->fn->synthetic)
            continue;
        struct place at = function_place(frame->fn, frame->pc);
        *file = frame->fn->code->file;
        *line = (int)at.line;
        *col = (int)at.col;
        return at.line > 0;
    }
    return false;
}
