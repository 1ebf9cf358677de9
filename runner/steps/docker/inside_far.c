/* The node's docker program runs the container, and scripts go into it by `docker exec` over the node's own
 * launcher; files are those of the node. As in the plugin the workspace is mounted at its path, by
 * --volumes-from where the node is itself a container of that engine: its cgroup says so, or it has the
 * /etc/hosts of a pod, whose container of that name is looked for. Scripts go by the standard input of the
 * exec, as on every far node. */
#include "runner/steps/docker/inside_far.h"
#include "agents/far.h"
#include "runner/engine/node.h"
#include "runner/steps/workspace.h"
#include <string.h>

/* Prints what went wrong, or, behind warnings, the mark, the container's id and its environment. */
static const char mark[] = "gmrun-container ";
static const char start_script[] =
    "#!/bin/sh\n"
    "exec 2>&1\n"
    "command -v docker >/dev/null || { echo 'there is no docker program on the node'; exit 1; }\n"
    "self=$(sed -n 's|.*[/-]\\([0-9a-f]\\{64\\}\\)\\(\\.scope\\)\\{0,1\\}$|\\1|p' /proc/self/cgroup | head "
    "-n 1)\n"
    "pod=$(sed -n 's,^[0-9]* [0-9]* [0-9:]* [^ ]*/pods/\\([0-9a-f-]\\{36\\}\\)/[^ ]* /etc/hosts .*,\\1,p' "
    "/proc/self/mountinfo | head -n 1)\n"
    "if [ -z \"$self\" ] && [ -n \"$pod\" ]; then\n"
    "    set -- --filter \"label=io.kubernetes.pod.uid=$pod\" --filter "
    "label=io.kubernetes.docker.type=container\n"
    "    [ -z \"$POD_CONTAINER\" ] || set -- \"$@\" --filter "
    "\"label=io.kubernetes.container.name=$POD_CONTAINER\"\n"
    "    self=$(docker ps -q \"$@\" | head -n 1)\n"
    "fi\n"
    "if [ -n \"$self\" ] && docker inspect -f . \"$self\" >/dev/null 2>&1; then\n"
    "    set -- --volumes-from \"$self\"\n"
    "else\n"
    "    set -- -v \"$GMRUN_DIR:$GMRUN_DIR:rw,z\" -v \"$GMRUN_DIR@tmp:$GMRUN_DIR@tmp:rw,z\"\n"
    "fi\n"
    "if ! docker inspect -f . \"$GMRUN_IMAGE\" >/dev/null 2>&1; then\n"
    "    said=$(docker pull \"$GMRUN_IMAGE\" 2>&1) || { echo \"$said\"; exit 1; }\n"
    "fi\n"
    "eval \"set -- \\\"\\$@\\\" $GMRUN_ARGS\"\n"
    "id=$(docker run -t -d -u \"$(id -u):$(id -g)\" -w \"$GMRUN_DIR\" \"$@\" \"$GMRUN_IMAGE\" cat) || exit "
    "1\n"
    "echo \"gmrun-container $id\"\n"
    "docker exec \"$id\" env || { docker rm -f --volumes \"$id\" >/dev/null; exit 1; }\n";
static const char stop_script[] = "#!/bin/sh\n"
                                  "exec 2>&1\n"
                                  "docker stop --time=1 \"$GMRUN_CONTAINER\" >/dev/null\n"
                                  "docker rm -f --volumes \"$GMRUN_CONTAINER\"\n";

static enum call_status left(struct step_call *c, struct outcome o, struct value *out)
{
    _cleanup_(error_release) struct error err = {0};
    _cleanup_(buf_release) struct buf said = {0};
    struct env vars = {0};
    env_set(&vars, "GMRUN_CONTAINER", c->state);
    step_log(c, "$ docker stop --time=1 %s", (char *)c->state);
    step_log(c, "$ docker rm -f --volumes %s", (char *)c->state);
    int status = ws_script(c, stop_script, &vars, &said, &err);
    env_release(&vars);
    if (status)
        step_log(c, "WARNING: the container could not be removed: %s",
                 status < 0  ? err.message
                 : said.data ? said.data
                             : "");
    return step_after_plain(c, o, out);
}

/* -1/err; else c->state is the id, and the environment stands in `said`, a line each. */
static int start(struct step_call *c, const char *image, const char *args, struct buf *said,
                 struct error *err)
{
    const char *dir = scope_lease(c->branch->scope)->workspace;
    _cleanup_free_ char *temp = step_temp(c, err);
    struct env vars = {0};
    if (!temp)
        return -1;
    env_set(&vars, "GMRUN_IMAGE", image);
    env_set(&vars, "GMRUN_ARGS", args);
    env_set(&vars, "GMRUN_DIR", dir);
    step_log(c, "$ docker run -t -d -w %s %s%s%s cat", dir, args, *args ? " " : "", image);
    int status = ws_script(c, start_script, &vars, said, err);
    env_release(&vars);
    char *id = said->len ? strstr(said->data, mark) : NULL;
    if (status < 0)
        return -1;
    if (status || !id)
        return error_set(err, ERROR_REMOTE, "docker: %s", said->len ? said->data : "no message");
    id += strlen(mark);
    c->state = xstrndup(id, strcspn(id, "\n"));
    c->state_release = free;
    return 0;
}

/* Entries point into the text, which is cut; the list is owned, NULL-terminated. */
static const char **split_env(char *text)
{
    VEC(const char *) list = {0};
    for (char *save = NULL, *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save))
        if (strchr(line, '='))
            vec_push(&list, line);
    vec_push(&list, NULL);
    return list.items;
}

/* What `docker exec` needs of the variables here: which engine is meant. */
static struct lease *lease_of(struct step_call *c, const char *const *env)
{
    static const char *const names[] = {"DOCKER_HOST", "DOCKER_TLS_VERIFY", "DOCKER_CERT_PATH"};
    struct lease *outer = scope_lease(c->branch->scope);
    const char *words[ARRAY_LEN(names) + 6] = {"env"};
    char *texts[ARRAY_LEN(names)];
    size_t n = 1, used = 0;
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        _cleanup_free_ char *value = run_getenv(c->run, c->branch->scope, names[i]);
        if (value && *value)
            words[n++] = texts[used++] = xasprintf("%s=%s", names[i], value);
    }
    words[n++] = "docker";
    words[n++] = "exec";
    words[n++] = "-i";
    words[n++] = c->state;
    struct lease *inside = lease_inside(outer, far_agent_within(outer->agent, words), env);
    while (used)
        free(texts[--used]);
    return inside;
}

enum call_status inside_far(struct step_call *c, const char *image, const char *args)
{
    _cleanup_(error_release) struct error err = {0};
    _cleanup_(buf_release) struct buf said = {0};
    if (start(c, image, args ? args : "", &said, &err) < 0)
        return step_abort(c, "%s", err.message);
    const char **env = split_env(strstr(said.data, mark));
    struct scope *scope = scope_new(c->branch->scope);
    scope->lease = lease_of(c, env);
    free(env);
    return step_body(c, scope, NULL, 0, NULL, left);
}
