/* The node's docker program runs the container, and scripts go into it by `docker exec` over the node's own
 * launcher; files are those of the node. As in the plugin the workspace is mounted at its path, by
 * --volumes-from where the node is itself a container of that engine: its cgroup says so, or it has the
 * /etc/hosts of a pod, whose container of that name is looked for. Scripts go by the standard input of the
 * exec, as on every far node.
 *
 * What an interrupt leaves half begun is found by a label. It is looked for twice: the engine that was hung
 * up on may still be making it. */
#include "runner/steps/docker/inside_far.h"
#include "agents/far.h"
#include "runner/engine/docker.h"
#include "runner/engine/node.h"
#include "runner/steps/docker/far_registry.h"
#include "runner/steps/workspace.h"
#include <string.h>

/* Prints what went wrong, or, behind warnings, the mark, the container's id and its environment. */
static const char head[] = "gmrun-container ";
static const char start_script[] =
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
    "said=$(have \"$GMRUN_IMAGE\" 2>&1) || { echo \"$said\"; exit 1; }\n"
    "eval \"set -- \\\"\\$@\\\" $GMRUN_ARGS $GMRUN_LABELS\"\n"
    "id=$(docker run -t -d -u \"$(id -u):$(id -g)\" -w \"$GMRUN_DIR\" \"$@\" "
    "\"$GMRUN_IMAGE\" cat) || exit 1\n"
    "echo \"gmrun-container $id\"\n"
    "docker exec \"$id\" env || exit 1\n";
static const char undo_script[] =
    "#!/bin/sh\n"
    "for i in 1 2; do\n"
    "    docker ps -aq --filter \"label=gmrun.step=$GMRUN_MARK\" | xargs -r docker rm -f --volumes\n"
    "    [ $i = 2 ] || sleep 1\n"
    "done\n";
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
    int status = ws_script_undo(c, stop_script, stop_script, &vars, &said, &err);
    env_release(&vars);
    if (status)
        step_log(c, "WARNING: the container could not be removed: %s",
                 status < 0  ? err.message
                 : said.data ? said.data
                             : "");
    return step_after_plain(c, o, out);
}

/* For `gmrun gc` as well, where this machine reaches the engine too. */
static void add_labels(struct step_call *c, const char *mark, struct env *vars)
{
    const char *labels[3][2];
    _cleanup_(buf_release) struct buf words = {0};
    _cleanup_free_ char *host = run_getenv(c->run, c->branch->scope, "DOCKER_HOST");
    if ((host && *host) || engine_is_known())
        run_engine(c->run, c->branch->scope);
    run_engine_labels(c->run, labels);
    buf_printf(&words, "--label gmrun.step=%s", mark);
    for (size_t i = 0; labels[i][0]; i++) {
        buf_printf(&words, " --label %s=", labels[i][0]);
        buf_add_quoted(&words, labels[i][1]);
    }
    env_set(vars, "GMRUN_LABELS", words.data);
    env_set(vars, "GMRUN_MARK", mark);
}

static int run_start(struct step_call *c, const char *image, const char *args, struct buf *said,
                     struct error *err)
{
    const char *dir = scope_lease(c->branch->scope)->workspace;
    _cleanup_(far_registry_release) struct env vars = {0};
    _cleanup_free_ char *temp = step_temp(c, err), *mark = ws_mark(c),
                        *script = xasprintf("#!/bin/sh\nexec 2>&1\n%s%s", far_registry_script, start_script);
    if (!temp || far_registry_vars(c, image, &vars, err) < 0)
        return -1;
    env_set(&vars, "GMRUN_IMAGE", image);
    env_set(&vars, "GMRUN_ARGS", args);
    env_set(&vars, "GMRUN_DIR", dir);
    add_labels(c, mark, &vars);
    step_log(c, "$ docker run -t -d -w %s %s%s%s cat", dir, args, *args ? " " : "", image);
    return ws_script_undo(c, script, undo_script, &vars, said, err);
}

/* -1/err; else c->state is the id, and the environment stands in `said`, a line each. */
static int start(struct step_call *c, const char *image, const char *args, struct buf *said,
                 struct error *err)
{
    int status = run_start(c, image, args, said, err);
    char *id = said->len ? strstr(said->data, head) : NULL;
    if (status < 0)
        return -1;
    if (status || !id)
        return error_set(err, ERROR_REMOTE, "docker: %s", said->len ? said->data : "no message");
    id += strlen(head);
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
    const char **env = split_env(strstr(said.data, head));
    struct scope *scope = scope_new(c->branch->scope);
    scope->lease = lease_of(c, env);
    free(env);
    return step_body(c, scope, NULL, 0, NULL, left);
}
