/* hudson.model.Result for scripts that name its constants: Result.UNSTABLE, fromString, comparisons [core:
 * Result]. Elsewhere results are texts; these objects turn into them where one is wanted. */
#include "runner/engine/result_class.h"
#include "runner/engine/objects.h"
#include <string.h>

static const enum result known[] = {RESULT_SUCCESS, RESULT_UNSTABLE, RESULT_FAILURE, RESULT_NOT_BUILT,
                                    RESULT_ABORTED};

static enum result result_of(struct value self)
{
    return *(enum result *)AS_NATIVE(self)->data;
}

/* One object a constant, so that == and the same object are one. */
struct value result_constant(struct run *run, enum result r)
{
    for (size_t i = 0; i < ARRAY_LEN(known); i++)
        if (known[i] == r)
            return value_retain(AS_LIST(run->objects[OBJECT_RESULTS])->items[i]);
    return NULL_VALUE;
}

static enum call_status to_text(struct fiber *f, struct value self, int argc, struct value *argv,
                                struct value *out)
{
    *out = string_from(result_name(result_of(self)));
    return CALL_OK;
}

static enum call_status from_text(struct fiber *f, struct value self, int argc, struct value *argv,
                                  struct value *out)
{
    struct value hold = NULL_VALUE;
    enum result r = RESULT_FAILURE;
    result_parse(value_text(f, argv[0], &hold), &r); /* anything else is a failure, as in Jenkins */
    value_release(hold);
    *out = result_constant(run_of(f), r);
    return CALL_OK;
}

static enum call_status compared(struct fiber *f, struct value self, const char *name, int argc,
                                 struct value *argv, struct value *out)
{
    struct value hold = NULL_VALUE;
    enum result mine = result_of(self), other = RESULT_FAILURE;
    if (argc != 1 || !result_parse(value_text(f, argv[0], &hold), &other)) {
        value_release(hold);
        return CALL_NONE;
    }
    value_release(hold);
    if (strcmp(name, "combine") == 0)
        *out = result_constant(run_of(f), mine > other ? mine : other);
    else if (strcmp(name, "isWorseThan") == 0)
        *out = value_bool(mine > other);
    else if (strcmp(name, "isWorseOrEqualTo") == 0)
        *out = value_bool(mine >= other);
    else if (strcmp(name, "isBetterThan") == 0)
        *out = value_bool(mine < other);
    else if (strcmp(name, "isBetterOrEqualTo") == 0)
        *out = value_bool(mine <= other);
    else
        return CALL_NONE;
    return CALL_OK;
}

void result_class_register(struct run *run)
{
    static const struct native_class classes[] = {
        {.name = "hudson.model.Result", .release = free, .invoke = compared}};
    static const struct native_method methods[] = {
        {"hudson.model.Result", "toString", 0, 0, 0, to_text},
        {"hudson.model.Result", "toExportedObject", 0, 0, 0, to_text},
        {"hudson.model.Result", "fromString", 1, 1, METHOD_STATIC, from_text}};
    vm_register(run->vm, classes, ARRAY_LEN(classes), methods, ARRAY_LEN(methods));
    struct class *class = vm_class(run->vm, "hudson.model.Result");
    struct value all = list_new(run->vm, ARRAY_LEN(known));
    for (size_t i = 0; i < ARRAY_LEN(known); i++) {
        enum result *r = xcalloc(1, sizeof(*r));
        *r = known[i];
        struct value v = native_new(run->vm, class, r);
        class_set_static(class, result_name(known[i]), v);
        list_push(AS_LIST(all), v);
        value_release(v);
    }
    run->objects[OBJECT_RESULTS] = all;
}
