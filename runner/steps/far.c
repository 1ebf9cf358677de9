/* See far.h.
 *
 * A node reached by ssh: its connection is made while the step waits (a meeting), its workspace by questions
 * (workspace.h), then the block is entered with a lease whose agent is the far one. The outer lease stays
 * held below it. */
#include "runner/steps/far.h"
#include "base/fs.h"
#include "base/util.h"
#include "runner/engine/remote.h"
#include "runner/steps/tools/maven_shim.h"
#include "runner/steps/workspace.h"
#include <string.h>

/* Has two owners, the call and the connection on its way; who leaves last frees it. */
struct meeting {
    struct step_call *call; /* NULL: the step was interrupted, and nobody waits */
    struct lease *outer;
    char *failure;
    bool parked, met;
};

static void meeting_release(void *data)
{
    struct meeting *m = data;
    lease_unref(m->outer);
    free(m->failure);
    free(m);
}

/* May come at once, from within begin(): then the fiber has not parked. */
static void met(void *data, const struct error *err)
{
    struct meeting *m = data;
    if (!m->call) {
        meeting_release(m);
        return;
    }
    m->met = true;
    m->failure = err ? xstrdup(err->message) : NULL;
    if (m->parked)
        step_wake(m->call);
}

/* Until the connection has answered, met() still holds a pointer. */
static void forsake(void *data)
{
    struct meeting *m = data;
    m->call = NULL;
    if (m->met)
        meeting_release(m);
}

static void cancel(struct step_call *c)
{
    step_wake(c);
}

static enum call_status begin(struct step_call *c)
{
    struct meeting *m = c->state;
    remote_connect(lease_remote(m->outer), met, m);
    if (m->met)
        return CALL_OK;
    m->parked = true;
    step_on_cancel(c, cancel);
    return CALL_WAIT;
}

/* File parameters go to the first node of the build. */
static int place_parameters(struct step_call *c, const char *workspace, struct error *err)
{
    const char *name;
    json_t *path;
    json_object_foreach(c->run->files, name, path)
    {
        _cleanup_(buf_release) struct buf data = {0};
        _cleanup_free_ char *joined = path_join(workspace, name), *to = path_normalise(joined);
        size_t n = strlen(workspace);
        if (strncmp(to, workspace, n) != 0 || to[n] != '/')
            return error_set(err, ERROR_INVALID, "file parameter '%s' points out of the workspace", name);
        if (fs_read_file(json_string_value(path), 0, &data, err) < 0 ||
            ws_write_file(c, to, data.data, data.len, 0, err) < 0)
            return -1;
    }
    json_decref(c->run->files);
    c->run->files = NULL;
    return 0;
}

/* The scope is only for the questions: it goes before the block gets one of its own. */
static enum call_status make_workspace(struct step_call *c, struct lease *lease, bool *made)
{
    _cleanup_(error_release) struct error err = {0};
    struct scope *scope = scope_new(c->branch->scope), *outside = c->branch->scope;
    scope->lease = lease_ref(lease);
    scope->cwd = xstrdup(lease->workspace);
    c->branch->scope = scope; /* the questions are for that node */
    *made =
        ws_mkdir_p(c, lease->workspace, 0755, &err) == 0 && maven_shim_for_far_node(c, lease, &err) == 0 &&
        place_parameters(c, lease->workspace, &err) == 0; /* last: there is nothing to ask once it is done */
    c->branch->scope = outside;
    scope_unref(scope);
    return *made ? CALL_OK : step_abort(c, "%s", err.message);
}

enum call_status far_block(struct step_call *c, struct lease *lease,
                           enum call_status (*after)(struct step_call *, struct outcome, struct value *))
{
    bool made;
    enum call_status status = make_workspace(c, lease, &made);
    if (!made)
        return status;
    step_log(c, "Running on %s in %s", lease_display(lease), lease->workspace);
    struct scope *scope = scope_new(c->branch->scope);
    scope->lease = lease_ref(lease);
    scope->cwd = xstrdup(lease->workspace);
    return step_body(c, scope, NULL, 0, NULL, after);
}

static enum call_status connected(struct step_call *c, struct outcome o, struct value *out)
{
    struct meeting *m = c->state;
    if (o.thrown)
        return vm_throw_value(c->fiber, value_retain(o.v));
    if (m->failure)
        return step_abort(c, "%s", m->failure);
    struct remote *r = lease_remote(m->outer);
    _cleanup_free_ char *workspace = remote_path(r, m->outer->workspace);
    struct lease *lease = lease_far(m->outer, remote_agent(r), false, workspace, remote_env(r));
    enum call_status status = far_block(c, lease, step_after_plain);
    lease_unref(lease);
    return status;
}

enum call_status far_enter(struct step_call *c, struct lease *outer)
{
    struct meeting *m = xcalloc(1, sizeof(*m));
    *m = (struct meeting){.call = c, .outer = outer};
    if (c->state_release)
        c->state_release(c->state);
    c->state = m;
    c->state_release = forsake;
    return step_await(c, begin, connected);
}
