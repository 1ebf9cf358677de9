/* k8sExec: a command in a pod's container, its output as it comes. Results as of `sh`: an exit status other
 * than 0 fails the step, unless returnStatus asks for it.
 *
 * Servers before 1.30 cannot be told that the input ends, so a text for it goes by `head`, which counts. */
#include "agents/kube/socket.h"
#include "executors/kube/field.h"
#include "runner/steps/kube/cluster.h"
#include "runner/steps/rows.h"
#include <string.h>

struct exec {
    struct cluster_step step;
    struct kube_socket *socket;
    struct buf out, lines[2]; /* lines: of standard output and error, up to their end */
    bool keep_out, keep_status;
};

static void exec_release(struct cluster_step *s)
{
    struct exec *e = (struct exec *)s;
    if (e->socket)
        kube_socket_close(e->socket);
    buf_release(&e->out);
    buf_release(&e->lines[0]);
    buf_release(&e->lines[1]);
}

/* Whole lines of the two streams, which may come in any pieces. */
static void tell(struct exec *e, struct buf *line, const char *bytes, size_t n)
{
    for (size_t at = 0; at < n;) {
        const char *end = memchr(bytes + at, '\n', n - at);
        size_t part = end ? (size_t)(end - bytes) - at : n - at;
        buf_add(line, bytes + at, part);
        at += part + (end != NULL);
        if (!end)
            break;
        step_log(e->step.call, "%s", line->data);
        buf_clear(line);
    }
}

static void output(void *data, int channel, const char *bytes, size_t n)
{
    struct exec *e = data;
    if (channel == KUBE_STDOUT && e->keep_out)
        buf_add(&e->out, bytes, n);
    else if (channel == KUBE_STDOUT || channel == KUBE_STDERR)
        tell(e, &e->lines[channel == KUBE_STDERR], bytes, n);
}

static void ended(void *data, const struct kube_socket_end *end)
{
    struct exec *e = data;
    struct step_call *c = e->step.call;
    e->socket = NULL;
    for (size_t i = 0; i < ARRAY_LEN(e->lines); i++)
        if (e->lines[i].len)
            step_log(c, "%s", e->lines[i].data);
    if (end->exit < 0)
        step_fail_text(c, "%s", end->err ? end->err->message : "the connection to the pod ended early");
    else if (e->keep_status)
        step_done(c, value_int(end->exit));
    else if (end->exit)
        step_fail_text(c, "command terminated with exit code %d", end->exit);
    else
        step_done(c, e->keep_out ? string_new(e->out.data ? e->out.data : "", e->out.len) : NULL_VALUE);
}

/* A text is a shell's command, a list a program with its arguments. Owned, NULL-terminated. */
static char **command_of(struct step_call *c, const char *input)
{
    static const char *const fed[] = {"sh", "-c", "n=$1; shift; head -c \"$n\" | \"$@\"", "sh"},
                             *const shell[] = {"sh", "-c"};
    struct value command = step_arg(c, "command");
    bool list = value_is(command, OBJ_LIST);
    size_t given = list ? AS_LIST(command)->len : 1, n = 0;
    char **argv = xcalloc(given + ARRAY_LEN(fed) + ARRAY_LEN(shell) + 2, sizeof(*argv));
    for (size_t i = 0; input && i < ARRAY_LEN(fed); i++)
        argv[n++] = xstrdup(fed[i]);
    if (input)
        argv[n++] = xasprintf("%zu", strlen(input));
    for (size_t i = 0; !list && i < ARRAY_LEN(shell); i++)
        argv[n++] = xstrdup(shell[i]);
    for (size_t i = 0; i < given; i++) {
        struct value hold = NULL_VALUE;
        argv[n++] = xstrdup(list ? value_text(c->fiber, AS_LIST(command)->items[i], &hold)
                                 : step_str(c, "command", ""));
        value_release(hold);
    }
    return argv;
}

static void run(struct cluster_step *s, const json_t *pod)
{
    static const struct kube_socket_callbacks callbacks = {.output = output, .done = ended};
    struct exec *e = (struct exec *)s;
    const char *input = step_str(s->call, "stdin", NULL);
    char **argv = command_of(s->call, input);
    struct kube_exec_options o = {.space = object_namespace(pod),
                                  .pod = object_name(pod),
                                  .container = cluster_container(s, pod),
                                  .argv = (const char *const *)argv,
                                  .stdin_open = input != NULL,
                                  .stderr_own = true};
    _cleanup_free_ char *path = kube_exec_path(&o);
    e->socket = kube_socket_open(s->kube, path, &callbacks, e);
    if (input)
        kube_socket_write(e->socket, KUBE_STDIN, input, strlen(input));
    env_block_free(argv);
}

static void begin(struct cluster_step *s)
{
    struct cluster_object o;
    if (!step_has(s->call, "command"))
        step_fail_text(s->call, "k8sExec needs command: a text for a shell, or a list");
    else if (cluster_object(s, &o, true))
        cluster_pod(s, &o, run);
}

enum call_status step_k8s_exec(struct step_call *c, struct value *out)
{
    struct exec *e = xcalloc(1, sizeof(*e));
    e->keep_out = step_bool(c, "returnStdout", false);
    e->keep_status = step_bool(c, "returnStatus", false);
    return cluster_start(c, &e->step, begin, exec_release, out);
}
