/* lock [lockable-resources]: named resources, made on the fly. Within a build requests wait in order; between builds on
 * this machine a lock file below the home decides. */
#include "base/fs.h"
#include "runner/steps/rows.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

enum { POLL_MS = 200 };

struct hold {
    struct step_call *call;
    struct loop_timer retry;
    int fd;
};

static void hold_free(void *data)
{
    struct hold *h = data;
    loop_timer_stop(h->call->run->loop, &h->retry);
    if (h->fd >= 0)
        close(h->fd);
    free(h);
}

static char *lock_file(struct run *run, const char *resource)
{
    struct buf path = {0};
    buf_printf(&path, "%s/locks/", run->home.dir);
    for (const char *p = resource; *p; p++)
        if (*p == '/' || *p == '%' || (unsigned char)*p < ' ' || (p == resource && *p == '.'))
            buf_printf(&path, "%%%02x", (unsigned char)*p);
        else
            buf_addch(&path, *p);
    return buf_steal(&path);
}

static const char *resource_name(struct step_call *c)
{
    return step_str(c, "resource", step_str(c, "label", ""));
}

static void try_again(struct loop_timer *t)
{
    struct hold *h = t->data;
    if (flock(h->fd, LOCK_EX | LOCK_NB) == 0)
        step_wake(h->call);
    else
        loop_timer_start(h->call->run->loop, t, POLL_MS);
}

static void cancel_lock(struct step_call *c)
{
    step_wake(c);
}

static enum call_status acquire(struct step_call *c)
{
    struct hold *h = c->state;
    if (flock(h->fd, LOCK_EX | LOCK_NB) == 0)
        return CALL_OK;
    step_log(c, "[Resource: %s] is locked, waiting...", resource_name(c));
    h->retry = (struct loop_timer){.fn = try_again, .data = h};
    loop_timer_start(c->run->loop, &h->retry, POLL_MS);
    step_on_cancel(c, cancel_lock);
    return CALL_WAIT;
}

static enum call_status released(struct step_call *c, struct outcome o, struct value *out)
{
    struct hold *h = c->state;
    close(h->fd);
    h->fd = -1;
    step_log(c, "Lock released on resource [Resource: %s]", resource_name(c));
    return step_after_plain(c, o, out);
}

static enum call_status acquired(struct step_call *c, struct outcome o, struct value *out)
{
    if (o.thrown)
        return step_after_plain(c, o, out);
    step_log(c, "Lock acquired on [Resource: %s]", resource_name(c));
    struct scope *scope = scope_new(c->branch->scope);
    const char *variable = step_str(c, "variable", NULL);
    if (variable) {
        _cleanup_free_ char *first = xasprintf("%s0", variable);
        env_set(&scope->vars, variable, resource_name(c));
        env_set(&scope->vars, first, resource_name(c));
    }
    return step_body(c, scope, NULL, 0, NULL, released);
}

enum call_status step_lock(struct step_call *c, struct value *out)
{
    _cleanup_(error_release) struct error err = {0};
    const char *resource = resource_name(c);
    if (!*resource)
        return step_abort(c, "Either resource label or resource name must be specified.");
    if (c->run->dry_run)
        return step_body(c, NULL, NULL, 0, NULL, step_after_plain);
    _cleanup_free_ char *path = lock_file(c->run, resource), *dir = path_dirname(path);
    if (fs_mkdir_p(dir, 0755, &err) < 0)
        return step_abort(c, "%s", err.message);
    struct hold *h = xcalloc(1, sizeof(*h));
    h->call = c;
    h->fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    c->state = h;
    c->state_release = hold_free;
    if (h->fd < 0)
        return step_abort(c, "%s: %s", path, strerror(errno));
    step_log(c, "Trying to acquire lock on [Resource: %s]", resource);
    if (step_bool(c, "skipIfLocked", false) && flock(h->fd, LOCK_EX | LOCK_NB) < 0) {
        step_log(c, "[Resource: %s] is locked, skipping execution...", resource);
        return CALL_OK;
    }
    return step_await(c, acquire, acquired);
}
