/* Each part of a dotted name is an object of its own until a class is reached. What is asked of the class
 * then is done by a line of Groovy that names it: constructors, static methods and fields need no second way
 * in. */
#include "runner/engine/loaded_classes.h"
#include "base/buf.h"
#include "base/fs.h"
#include "runner/engine/library_list.h"
#include "runner/engine/source.h"
#include <string.h>

#define CLASS "org.jenkinsci.plugins.workflow.libs.LibraryStep$LoadedClasses"

struct part {
    struct run *run;
    char *library, *name; /* name: "org.foo" or "org.foo.Bar"; "": none yet */
    bool is_class;
};

static void part_release(void *data)
{
    struct part *p = data;
    free(p->library);
    free(p->name);
    free(p);
}

static struct value part_new(struct run *run, const char *library, char *name, bool is_class) /* takes name */
{
    struct part *p = xcalloc(1, sizeof(*p));
    *p = (struct part){run, xstrdup(library), name, is_class};
    return native_new(run->vm, vm_class(run->vm, "LibraryStep$LoadedClasses"), p);
}

struct value loaded_classes_new(struct run *run, const char *library)
{
    return part_new(run, library, xstrdup(""), false);
}

static struct part *part_of(struct value self)
{
    return AS_NATIVE(self)->data;
}

/* src/ORG/FOO/NAME + suffix of the library. */
static bool has_source(const struct part *p, const char *name, const char *suffix)
{
    const struct libraries *l = libraries_of(p->run);
    for (size_t i = 0; i < l->list.len; i++) {
        if (strcmp(l->list.items[i].name, p->library))
            continue;
        _cleanup_free_ char *path = xasprintf("%s/src/%s%s", l->list.items[i].root, name, suffix);
        for (char *c = path + strlen(l->list.items[i].root); c < path + strlen(path) - strlen(suffix); c++)
            /* Only the name's dots: those of the folder before it and of the suffix stay. */
            *c = *c == '.' ? '/' : *c;
        return fs_exists(path);
    }
    return false;
}

/* A script object whose method enter() does what `text` says, hidden from traces. */
static enum call_status make(struct fiber *f, const char *text, struct value *script)
{
    _cleanup_(error_release) struct error err = {0};
    _cleanup_free_ char *source = xasprintf("def enter(Object... a) { %s }", text);
    struct run *run = run_of(f);
    struct ast *ast = source_parse(run, "LoadedClasses", source, strlen(source), &err);
    struct code *code = ast ? vm_compile_hidden(run->vm, ast, "LoadedClasses", &err) : NULL;
    if (!code)
        return source_refused(f, library_class_error(run, &err) ? err.file : "LoadedClasses", &err);
    *script = script_new(run->vm, code, run->script);
    return CALL_OK;
}

static enum call_status missing(struct fiber *f, const char *name)
{
    return vm_throw(f, "MissingPropertyException", "No such property: %s for class: %s", name, CLASS);
}

static enum call_status read_static(struct fiber *f, const struct part *p, const char *name,
                                    struct value *out)
{
    _cleanup_free_ char *text = xasprintf("%s.%s", p->name, name);
    struct value script;
    if (make(f, text, &script) != CALL_OK)
        return CALL_THROW;
    enum call_status status = vm_invoke_sync(f, script, "enter", 0, NULL, out);
    value_release(script);
    return status;
}

static enum call_status part_read(struct fiber *f, struct value self, const char *name, struct value *out)
{
    const struct part *p = part_of(self);
    if (p->is_class)
        return read_static(f, p, name, out);
    char *full = xasprintf("%s%s%s", p->name, *p->name ? "." : "", name);
    bool is_class = has_source(p, full, ".groovy");
    if (is_class || has_source(p, full, "")) {
        *out = part_new(p->run, p->library, full, is_class);
        return CALL_OK;
    }
    free(full);
    return missing(f, name);
}

/* Of a class: a static field. */
static enum call_status part_write(struct fiber *f, struct value self, const char *name, struct value v)
{
    const struct part *p = part_of(self);
    if (!p->is_class)
        return CALL_NONE;
    _cleanup_free_ char *text = xasprintf("%s.%s = a[0]", p->name, name);
    struct value script, ignored = NULL_VALUE;
    if (make(f, text, &script) != CALL_OK)
        return CALL_THROW;
    enum call_status status = vm_invoke_sync(f, script, "enter", 1, &v, &ignored);
    value_release(ignored);
    value_release(script);
    return status;
}

static enum call_status part_invoke(struct fiber *f, struct value self, const char *name, int argc,
                                    struct value *argv, struct value *out)
{
    const struct part *p = part_of(self);
    if (!p->is_class)
        return CALL_NONE;
    _cleanup_free_ char *text =
        strcmp(name, "new") ? xasprintf("%s.%s(*a)", p->name, name) : xasprintf("new %s(*a)", p->name);
    struct value script;
    if (make(f, text, &script) != CALL_OK)
        return CALL_THROW;
    struct value method = method_of(p->run->vm, script, "enter");
    enum call_status status = fiber_call(f, method, argc, argv, NULL, NULL, NULL);
    value_release(method);
    value_release(script);
    return status;
}

void loaded_classes_register(struct run *run)
{
    static const struct native_class classes[] = {
        {.name = CLASS, .release = part_release, .get = part_read, .set = part_write, .invoke = part_invoke}};
    vm_register(run->vm, classes, ARRAY_LEN(classes), NULL, 0);
}
