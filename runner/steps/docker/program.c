/* A command line a step, in a script that prints the step's value. In its pattern %NAME is the argument of
 * that name as one word, @NAME the same as it stands, words for the shell; what is more than that has a
 * function. */
#include "runner/steps/docker/program.h"
#include "base/buf.h"
#include "runner/lib/json.h"
#include "runner/steps/docker/far_registry.h"
#include "runner/steps/shell_task.h"
#include "runner/steps/workspace.h"
#include <ctype.h>
#include <string.h>

typedef void add_fn(struct step_call *c, struct buf *command);

static void add_word(struct buf *command, const char *word)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./=@,:+";
    buf_addch(command, ' ');
    if (*word && strspn(word, plain) == strlen(word))
        buf_addstr(command, word);
    else
        buf_add_quoted(command, word);
}

static void add_option(struct step_call *c, struct buf *command, const char *option, const char *argument)
{
    const char *text = step_str(c, argument, NULL);
    if (!text || !*text)
        return;
    buf_printf(command, " %s", option);
    add_word(command, text);
}

/* Each item, behind the option if there is one. */
static void add_list(struct step_call *c, struct buf *command, const char *option, const char *argument)
{
    struct value list = step_arg(c, argument);
    for (uint32_t i = 0; value_is(list, OBJ_LIST) && i < AS_LIST(list)->len; i++) {
        struct value hold = NULL_VALUE;
        const char *text = value_text(c->fiber, AS_LIST(list)->items[i], &hold);
        buf_printf(command, "%s%s", option ? " " : "", option ? option : "");
        add_word(command, text);
        value_release(hold);
    }
}

static void add_build(struct step_call *c, struct buf *command)
{
    struct value given = step_arg(c, "buildArgs");
    struct map_slot *slot;
    const char *args = step_str(c, "args", "");
    add_option(c, command, "-t", "image");
    add_list(c, command, "-t", "tags");
    for (size_t i = 0; value_is(given, OBJ_MAP) && map_next(AS_MAP(given), &i, &slot);) {
        _cleanup_(buf_release) struct buf entry = {0};
        value_print(c->fiber, slot->key, &entry);
        buf_addch(&entry, '=');
        value_print(c->fiber, slot->value, &entry);
        buf_addstr(command, " --build-arg");
        add_word(command, entry.data);
    }
    add_option(c, command, "-f", "file");
    add_option(c, command, "--network", "network");
    add_option(c, command, "--platform", "platform");
    add_option(c, command, "--target", "target");
    buf_addstr(command, step_bool(c, "noCache", false) ? " --no-cache" : "");
    buf_addstr(command, step_bool(c, "pull", false) ? " --pull" : "");
    if (*args)
        buf_printf(command, " %s", args);
    else
        add_word(command, step_str(c, "dir", "."));
    buf_addstr(command, " --iidfile \"$d/id\"");
}

static void add_commit(struct step_call *c, struct buf *command)
{
    add_option(c, command, "--author", "author");
    add_option(c, command, "--message", "message");
    add_list(c, command, "--change", "changes");
    add_word(command, step_str(c, "container", ""));
    add_word(command, step_str(c, "image", ""));
}

static void add_save(struct step_call *c, struct buf *command)
{
    add_option(c, command, "-o", "file");
    add_list(c, command, NULL, "images");
}

/* Of the value. PRINTED: what the command prints; SAID: found in what it prints, which is shown, too. */
enum value_kind { VALUE_NONE, VALUE_PRINTED, VALUE_AFTER, VALUE_SAID };

static const struct program {
    const char *step, *pattern;
    add_fn *add; /* what goes on behind the pattern */
    enum value_kind kind;
    const char *value; /* AFTER: prints it; SAID: a pattern of sed for it */
    bool logins;       /* it may need a registry */
    const char *first; /* before the command */
} programs[] = {
    {"dockerBuild", "docker build", add_build, VALUE_AFTER, "cat \"$d/id\"", true, ""},
    {"dockerCommit", "docker commit", add_commit, VALUE_PRINTED, NULL, false, ""},
    {"dockerLoad", "docker load -i %file", NULL, VALUE_SAID, "Loaded image\\( ID\\)\\{0,1\\}: ", false, ""},
    {"dockerPort", "docker port %container %port", NULL, VALUE_PRINTED, NULL, false, ""},
    {"dockerPull", "pull %image", NULL, VALUE_AFTER, "docker image inspect -f '{{.Id}}' \"$GMRUN_IMAGE\"",
     true, ""},
    {"dockerPush", "docker push %image", NULL, VALUE_SAID, "[^ ]*: digest: ", true, ""},
    {"dockerRun", "docker run -d @args %image @command", NULL, VALUE_PRINTED, NULL, true,
     "have \"$GMRUN_IMAGE\" >&2"},
    {"dockerSave", "docker save", add_save, VALUE_NONE, NULL, false, ""},
    {"dockerStop", "docker stop %container && docker rm -f %container", NULL, VALUE_NONE, NULL, false, ""},
    {"dockerTag", "docker tag %image %target", NULL, VALUE_NONE, NULL, false, ""},
};

static void compose(struct step_call *c, const char *pattern, struct buf *command)
{
    for (const char *p = pattern; *p;) {
        size_t n = strcspn(p, " ");
        _cleanup_free_ char *word = xstrndup(p, n);
        const char *text = *word == '%' || *word == '@' ? step_str(c, word + 1, "") : word;
        if (*word == '%')
            add_word(command, text);
        else if (*text)
            buf_printf(command, "%s%s", command->len ? " " : "", text);
        p += n + (p[n] == ' ');
    }
}

/* In a subshell, so that the command alone is traced. */
static void frame(struct buf *script, const struct program *p, const char *command)
{
    buf_printf(script, "#!/bin/sh -e\n%s%s\n", far_registry_script, p->first);
    if (p->kind == VALUE_SAID)
        buf_printf(script,
                   "{ (set -x; %s) || echo $? >\"$d/status\"; } | tee \"$d/said\" >&2\n"
                   "[ ! -e \"$d/status\" ] || exit \"$(cat \"$d/status\")\"\n"
                   "sed -n 's/^%s\\([^ ]*\\).*/\\%c/p' \"$d/said\"\n",
                   command, p->value, strchr(p->value, '(') ? '2' : '1');
    else
        buf_printf(script, "(set -x; %s)%s\n%s\n", command, p->kind == VALUE_AFTER ? " >&2" : "",
                   p->kind == VALUE_AFTER ? p->value : "");
}

static struct value names(struct step_call *c, const struct buf *lines)
{
    struct value list = list_new(c->run->vm, 1);
    for (const char *p = lines->len ? lines->data : ""; *p; p += strcspn(p, "\n"), p += *p == '\n') {
        struct value name = string_new(p, strcspn(p, "\r\n"));
        list_push(AS_LIST(list), name);
        value_release(name);
    }
    return list;
}

/* Of several lines the first: of `docker port` that is the address of IPv4. */
static void ended(struct step_call *c, void *data, const struct shell_result *r)
{
    const struct program *program = data;
    if (r->status)
        step_fail_text(c, "script returned exit code %d", r->status);
    else if (str_eq(program->step, "dockerLoad"))
        step_done(c, names(c, r->out));
    else if (program->kind != VALUE_NONE && r->out->len)
        step_done(c, string_new(r->out->data, strcspn(r->out->data, "\r\n")));
    else
        step_done(c, NULL_VALUE);
}

enum call_status docker_program(struct step_call *c)
{
    _cleanup_(error_release) struct error err = {0};
    _cleanup_(buf_release) struct buf command = {0}, script = {0};
    _cleanup_(far_registry_release) struct env vars = {0};
    const struct program *program = programs;
    while (strcmp(program->step, c->step->name))
        program++;
    const char *image = program->add ? NULL : step_str(c, "image", NULL);
    if (image)
        env_set(&vars, "GMRUN_IMAGE", image);
    if (program->logins && far_registry_vars(c, image, &vars, &err) < 0)
        return step_abort(c, "%s", err.message);
    compose(c, program->pattern, &command);
    if (program->add)
        program->add(c, &command);
    frame(&script, program, command.data);
    map_set_str(AS_MAP(c->args), "returnStdout", value_bool(program->kind != VALUE_NONE));
    struct shell_task task = {.vars = vars, .ended = ended, .data = (void *)(uintptr_t)program};
    return shell_task_start(c, script.data, &task);
}

enum call_status docker_program_inspect(struct step_call *c, struct value *out)
{
    static const char script[] = "#!/bin/sh\ncommand -v docker >/dev/null || exit 127\n"
                                 "docker image inspect \"$GMRUN_IMAGE\" 2>/dev/null\n";
    _cleanup_(error_release) struct error err = {0};
    _cleanup_(buf_release) struct buf said = {0};
    struct env vars = {0};
    struct value list = NULL_VALUE;
    env_set(&vars, "GMRUN_IMAGE", step_str(c, "image", ""));
    int status = ws_script(c, script, &vars, &said, &err);
    env_release(&vars);
    if (status < 0 || status == 127)
        return step_abort(c, "docker: %s", status < 0 ? err.message : "there is no such program on the node");
    if (status)
        return CALL_OK;
    if (json_to_value(c->run->vm, said.data, said.len, &list, &err) < 0)
        return step_abort(c, "docker image inspect: %s", err.message);
    if (value_is(list, OBJ_LIST) && AS_LIST(list)->len)
        *out = value_retain(AS_LIST(list)->items[0]);
    value_release(list);
    return CALL_OK;
}
