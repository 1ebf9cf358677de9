#include "runner/engine/tool.h"
#include <string.h>
#include <strings.h>

static const struct {
    const char *type, *variables[2];
    const char *bin; /* below the home, for PATH */
} types[] = {
    {"maven", {"M2_HOME", "MAVEN_HOME"}, "/bin"},
    {"jdk", {"JAVA_HOME"}, "/bin"},
    {"ant", {"ANT_HOME"}, "/bin"},
    {"gradle", {"GRADLE_HOME"}, "/bin"},
    {"nodejs", {"NODEJS_HOME"}, "/bin"},
    {"git", {NULL}, "/bin"},
    {"go", {"GOROOT"}, "/bin"},
};

const char *tool_home(struct run *run, const char *type, const char *name, struct error *err)
{
    const struct config *c = run->config;
    for (size_t i = 0; i < c->n_tools; i++)
        if (strcmp(c->tools[i].name, name) == 0 && (!type || strcasecmp(c->tools[i].type, type) == 0))
            return c->tools[i].home;
    error_set(err, ERROR_INVALID, "No tool named %s found", name);
    return NULL;
}

static void add(struct list *list, const char *name, const char *home, const char *tail)
{
    struct value v = string_printf("%s=%s%s", name, home, tail);
    list_push(list, v);
    value_release(v);
}

enum call_status tool_variables(struct fiber *f, struct value type, struct value name, struct value *out)
{
    struct run *run = run_of(f);
    _cleanup_(error_release) struct error err = {0};
    struct value hold_type = NULL_VALUE, hold_name = NULL_VALUE;
    const char *kind = value_text(f, type, &hold_type);
    const char *home = tool_home(run, kind, value_text(f, name, &hold_name), &err);
    *out = list_new(run->vm, 3);
    for (size_t i = 0; home && i < ARRAY_LEN(types); i++) {
        if (strcasecmp(types[i].type, kind))
            continue;
        for (size_t k = 0; k < ARRAY_LEN(types[i].variables); k++)
            if (types[i].variables[k])
                add(AS_LIST(*out), types[i].variables[k], home, "");
        _cleanup_free_ char *path = xasprintf("PATH+%s", kind);
        add(AS_LIST(*out), path, home, types[i].bin);
    }
    value_release(hold_type);
    value_release(hold_name);
    if (home)
        return CALL_OK;
    return vm_throw(f, "AbortException", "%s", err.message);
}
