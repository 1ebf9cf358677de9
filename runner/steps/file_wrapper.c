/* A FileWrapper is a snapshot: size and time are those of the moment in which findFiles saw the file, also
 * when the script asks for them after it was changed or removed. */
#include "runner/steps/file_wrapper.h"
#include "base/fs.h"
#include <string.h>

struct wrapped {
    char *path;
    bool dir;
    int64_t size, mtime_ms;
};

static void wrapped_free(void *data)
{
    struct wrapped *w = data;
    free(w->path);
    free(w);
}

/* A folder's path ends in a slash, as FileWrapper's constructor adds it; `name` is without. */
static enum call_status read_property(struct fiber *f, struct value self, const char *name, struct value *out)
{
    const struct wrapped *w = AS_NATIVE(self)->data;
    if (!strcmp(name, "name"))
        *out = string_from(path_basename(w->path));
    else if (!strcmp(name, "path"))
        *out = string_printf("%s%s", w->path, w->dir ? "/" : "");
    else if (!strcmp(name, "directory"))
        *out = value_bool(w->dir);
    else if (!strcmp(name, "length"))
        *out = value_long(w->size);
    else if (!strcmp(name, "lastModified"))
        *out = value_long(w->mtime_ms);
    else
        return CALL_NONE;
    return CALL_OK;
}

static enum call_status to_string(struct fiber *f, struct value self, int argc, struct value *argv,
                                  struct value *out)
{
    return read_property(f, self, "path", out);
}

void file_wrapper_register(struct run *run)
{
    static const struct native_class classes[] = {
        {.name = "org.jenkinsci.plugins.pipeline.utility.steps.fs.FileWrapper",
         .release = wrapped_free,
         .get = read_property,
         .invoke = native_getter}};
    static const struct native_method methods[] = {{"FileWrapper", "toString", 0, 0, 0, to_string}};
    vm_register(run->vm, classes, ARRAY_LEN(classes), methods, ARRAY_LEN(methods));
}

struct value file_wrapper_new(struct run *run, const char *path, bool dir, int64_t size, int64_t mtime_ms)
{
    struct wrapped *w = xcalloc(1, sizeof(*w));
    *w = (struct wrapped){xstrdup(path), dir, size, mtime_ms};
    return native_new(run->vm, vm_class(run->vm, "FileWrapper"), w);
}
