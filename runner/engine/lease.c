/* Leases of nodes: an executor with a locked workspace, or a pod; see node.h.
 *
 * Kinds of leases: of a node with files here (lease_new), another folder on it (lease_relocate: ws,
 * customWorkspace), a container within it (lease_inside), a pod (lease_of_pod), a far host (lease_far).
 * All but the first and the pod's keep an `outer` one, which holds the executor; only the outermost gives
 * it back. */
#include "agents/agent.h"
#include "base/fs.h"
#include "runner/cli/run_options.h"
#include "runner/engine/node_parts.h"
#include "runner/engine/pod_node.h"
#include "runner/engine/remote.h"
#include "runner/engine/run.h"
#include <string.h>
#include <unistd.h>

struct lease *lease_ref(struct lease *l)
{
    l->refs++;
    return l;
}

/* The file goes while it is held, so that only killed builds leave one. */
static void unlock(struct lease *l)
{
    if (l->lock)
        unlink(l->lock);
    if (l->lock_fd >= 0)
        close(l->lock_fd);
    free(l->lock);
    l->lock = NULL;
    l->lock_fd = -1;
}

void lease_unref(struct lease *l)
{
    if (!l || --l->refs)
        return;
    struct node_pool *pool = l->node->pool;
    struct lease *outer = l->outer;
    if (!outer)
        /* The executor is free before the workspace is unlocked: both happen before anybody else runs. */
        l->node->busy[l->executor] = false;
    unlock(l);
    if (l->programs && !outer && !l->pod)
        fs_rm_rf(l->programs, NULL);
    free(l->programs);
    free(l->workspace);
    free(l->network);
    env_release(&l->vars);
    /* After its scripts' folders, before the pod that it speaks to. */
    if (l->owns_agent)
        l->agent->ops->free(l->agent);
    if (l->image)
        env_release(l->image);
    free(l->image);
    pod_node_unref(l->pod);
    free(l->shell);
    free(l);
    if (outer)
        lease_unref(outer);
    else
        /* Last: it may grant this executor at once, and that block starts to run. */
        node_pool_serve(pool);
}

const char *lease_display(const struct lease *l)
{
    return l->node->built_in ? "Jenkins" : l->pod ? pod_node_name(l->pod) : l->node->name;
}

const struct agent_config *lease_config(const struct lease *l)
{
    return l->node->config;
}

/* Later ones win: what Jenkins sets over what gmrun.yaml says of the node. */
static void lease_vars(struct lease *l)
{
    const struct build_node *n = l->node;
    char number[16];
    snprintf(number, sizeof(number), "%d", l->executor);
    env_copy(&l->vars, &n->vars);
    /* [core: NODE_NAME is the computer's name, and "built-in" for the controller's own since 2.307]. */
    const char *name = l->pod ? pod_node_name(l->pod) : n->name;
    env_set(&l->vars, "NODE_NAME", name);
    env_set(&l->vars, "EXECUTOR_NUMBER", number);
    env_set(&l->vars, "WORKSPACE", l->workspace);
    _cleanup_free_ char *tmp = xasprintf("%s@tmp", l->workspace);
    env_set(&l->vars, "WORKSPACE_TMP", tmp);
    /* [core: Node.getAssignedLabels]: a node's name is a label of it. */
    _cleanup_(buf_release) struct buf labels = {0};
    for (size_t i = 0; i < n->n_labels; i++)
        buf_printf(&labels, "%s ", n->labels[i]);
    buf_addstr(&labels, name);
    env_set(&l->vars, "NODE_LABELS", labels.data);
}

/* Where the files of a far node lie: locked here, under the node's name, as no other build of this home has
 * them. */
static int take_far(struct run *run, struct lease *l, const char *custom, struct error *err)
{
    const struct agent_config *a = l->node->config;
    const char *configured = agent_extra(a, "workspace"), *root = configured ? configured : REMOTE_ROOT;
    _cleanup_free_ char *own = xasprintf("%s/workspace/%s", root, run->record.job),
                        *joined = custom ? path_join(root, custom) : xstrdup(own),
                        *key = xasprintf("/far/%s/%s", a->name, joined), *taken = NULL;
    if (build_lock_workspace(&run->record, key, &taken, &l->lock_fd, err) < 0)
        return -1;
    l->lock = build_workspace_lock(&run->record, taken);
    _cleanup_free_ char *plain = path_normalise(key); /* a twin's name goes on from there */
    /* "@2" and the like are what the lock added to the key. */
    l->workspace = xasprintf("%s%s", joined, taken + strlen(plain));
    return 0;
}

/* The folder of --workspace and --in-place goes to the first lease; later ones get twins of the job's own. */
static int take_workspace(struct run *run, struct lease *l, const char *custom, struct error *err)
{
    const struct run_options *o = run->options;
    _cleanup_free_ char *base = NULL;
    l->lock_fd = -1;
    if (l->node->remote)
        return take_far(run, l, custom, err);
    if (custom) {
        _cleanup_free_ char *joined =
            *custom == '/' ? xstrdup(custom) : xasprintf("%s/%s", run->home.dir, custom);
        base = path_normalise(joined);
    } else if (o->in_place) {
        l->workspace = path_dirname(run->file_path);
        /* deleteDir and cleanWs refuse it: it is the user's own folder. */
        l->keep = true;
        return 0;
    } else if (o->workspace) {
        base = xstrdup(o->workspace);
    }
    /* A custom workspace that another build holds gets a twin, too [WorkspaceList.allocate]. */
    if (build_lock_workspace(&run->record, base, &l->workspace, &l->lock_fd, err) < 0)
        return -1;
    l->lock = build_workspace_lock(&run->record, l->workspace);
    if (fs_mkdir_p(l->workspace, 0755, err) == 0)
        return 0;
    unlock(l);
    free(l->workspace);
    return -1;
}

struct lease *lease_new(struct build_node *n, int executor, const char *custom, struct error *err)
{
    struct lease *l = xcalloc(1, sizeof(*l));
    l->refs = 1;
    l->node = n;
    l->agent = n->agent;
    l->executor = executor;
    if (take_workspace(n->pool->run, l, custom, err) < 0) {
        free(l);
        return NULL;
    }
    n->busy[executor] = true;
    lease_vars(l);
    return l;
}

static void relocate_far(struct lease *l, const struct lease *outer)
{
    char *path = remote_path(l->node->remote, l->workspace);
    free(l->workspace);
    l->workspace = path;
    l->image = xcalloc(1, sizeof(*l->image));
    env_copy(l->image, outer->image);
}

struct lease *lease_relocate(struct lease *outer, const char *dir, struct error *err)
{
    struct lease *l = xcalloc(1, sizeof(*l));
    l->refs = 1;
    l->node = outer->node;
    l->agent = outer->agent;
    l->executor = outer->executor;
    l->lock_fd = -1;
    if (outer->pod) {
        l->pod = pod_node_ref(outer->pod);
        l->workspace = pod_node_path(outer->pod, dir);
    } else if (take_workspace(outer->node->pool->run, l, dir, err) < 0) {
        free(l);
        return NULL;
    }
    if (l->node->remote && outer->image) {
        relocate_far(l, outer);
    } else if (outer->image) {
        l->image = xcalloc(1, sizeof(*l->image));
        env_copy(l->image, outer->image);
    }
    l->outer = lease_ref(outer);
    l->programs = xstrdup(outer->programs);
    lease_vars(l);
    return l;
}

const char *lease_network(const struct lease *l)
{
    /* A container within a container's block joins the network of the services around. */
    while (l && !l->network)
        l = l->outer;
    return l ? l->network : NULL;
}

static void set_image(struct lease *l, const char *const *env)
{
    for (; *env; env++) {
        const char *equals = strchr(*env, '=');
        _cleanup_free_ char *name = xstrndup(*env, (size_t)(equals - *env));
        env_set(l->image, name, equals + 1);
    }
}

struct lease *lease_inside(struct lease *outer, struct agent *agent, const char *const *env)
{
    struct lease *l = xcalloc(1, sizeof(*l));
    *l = (struct lease){.refs = 1,
                        .node = outer->node,
                        .agent = agent,
                        .executor = outer->executor,
                        .workspace = xstrdup(outer->workspace),
                        .lock_fd = -1,
                        .keep = outer->keep,
                        .programs = xstrdup(outer->programs),
                        .outer = lease_ref(outer),
                        .owns_agent = true,
                        .image = xcalloc(1, sizeof(*l->image))};
    l->pod = outer->pod ? pod_node_ref(outer->pod) : NULL;
    env_copy(&l->vars, &outer->vars);
    set_image(l, env);
    return l;
}

/* The name of the job's folder, or what was asked for. */
struct lease *lease_of_pod(struct node_request *r, struct agent *agent, const char *const *env)
{
    struct lease *l = xcalloc(1, sizeof(*l));
    *l = (struct lease){.refs = 1,
                        .node = r->node,
                        .agent = agent,
                        .executor = r->executor,
                        .workspace = r->workspace ? pod_node_path(r->pod, r->workspace)
                                                  : xstrdup(pod_node_workspace(r->pod)),
                        .lock_fd = -1,
                        .owns_agent = true,
                        .image = xcalloc(1, sizeof(*l->image)),
                        .pod = r->pod};
    r->pod = NULL;
    lease_vars(l);
    set_image(l, env);
    return l;
}

struct lease *lease_far(struct lease *outer, struct agent *agent, bool owned, const char *workspace,
                        const struct env *env)
{
    struct lease *l = xcalloc(1, sizeof(*l));
    *l = (struct lease){.refs = 1,
                        .node = outer->node,
                        .agent = agent,
                        .executor = outer->executor,
                        .workspace = xstrdup(workspace),
                        .lock_fd = -1,
                        .outer = lease_ref(outer),
                        .owns_agent = owned,
                        .image = xcalloc(1, sizeof(*l->image))};
    lease_vars(l);
    env_copy(l->image, env);
    return l;
}

struct agent *lease_near_agent(const struct lease *l)
{
    return l->node->agent;
}

struct remote *lease_remote(const struct lease *l)
{
    return l->node->remote;
}
