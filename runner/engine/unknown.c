/* One class of natives; its data is the text that says where it came from. */
#include "runner/engine/unknown.h"
#include <string.h>

struct unknown {
    struct run *run;
    char *what;
};

static void unknown_release(void *data)
{
    struct unknown *u = data;
    free(u->what);
    free(u);
}

struct value unknown_new(struct run *run, const char *what)
{
    struct unknown *u = xcalloc(1, sizeof(*u));
    *u = (struct unknown){run, xstrdup(what)};
    return native_new(run->vm, vm_class(run->vm, "Unknown"), u);
}

bool is_unknown(struct run *run, struct value v)
{
    return run->dry_run && value_instance_of(run->vm, v, "Unknown");
}

static enum call_status part(struct value self, const char *name, const char *tail, struct value *out)
{
    const struct unknown *u = AS_NATIVE(self)->data;
    /* Cut, as a chain in a loop would grow without end. */
    _cleanup_free_ char *what = xasprintf("%.100s.%s%s", u->what, name, tail);
    *out = unknown_new(u->run, what);
    return CALL_OK;
}

static enum call_status read_part(struct fiber *f, struct value self, const char *name, struct value *out)
{
    return part(self, name, "", out);
}

static enum call_status set_part(struct fiber *f, struct value self, const char *name, struct value v)
{
    return CALL_OK;
}

static enum call_status call_part(struct fiber *f, struct value self, const char *name, int argc,
                                  struct value *argv, struct value *out)
{
    return part(self, name, "()", out);
}

static enum call_status as_text(struct fiber *f, struct value self, int argc, struct value *argv,
                                struct value *out)
{
    *out = string_printf("$%s", ((struct unknown *)AS_NATIVE(self)->data)->what);
    return CALL_OK;
}

static enum call_status itself(struct fiber *f, struct value self, int argc, struct value *argv,
                               struct value *out)
{
    *out = value_retain(self);
    return CALL_OK;
}

void unknown_register(struct run *run)
{
    static const struct native_class classes[] = {{.name = "gmrun.Unknown",
                                                   .release = unknown_release,
                                                   .get = read_part,
                                                   .set = set_part,
                                                   .invoke = call_part}};
    static const struct native_method methods[] = {{"Unknown", "toString", 0, 0, 0, as_text},
                                                   {"Unknown", "plus", 1, 1, 0, itself},
                                                   {"Unknown", "leftShift", 1, 1, 0, itself},
                                                   {"Unknown", "getAt", 1, 1, 0, itself}};
    vm_register(run->vm, classes, ARRAY_LEN(classes), methods, ARRAY_LEN(methods));
}
