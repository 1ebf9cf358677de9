/* lock [lockable-resources]: named resources, made on the fly. A lock file below the home stands for each, so
 * that builds on this machine exclude each other; parallel branches of a build do it by the same files, which
 * each opens anew.
 *
 * A step that wants several resources takes all or none, so that two of them cannot wait for each other.
 *
 * flock() of a descriptor opened for this step alone: the kernel gives it back when the process dies,
 * however it dies. Nobody is woken when a lock is given back, so the waiting ask every 200 ms; who comes
 * first is chance, as between Jenkins' equal priorities. */
#include "base/fs.h"
#include "runner/steps/rows.h"
#include "runner/steps/time_unit.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

enum { POLL_MS = 200 };

struct resource {
    char *name;
    int fd; /* -1: not open */
};

struct hold {
    struct step_call *call;
    struct loop_timer retry;
    VEC(struct resource) resources;
    char *names;      /* for messages and the variable: "a, b" */
    int64_t deadline; /* 0: none */
    bool timed_out;
};

static void hold_free(void *data)
{
    struct hold *h = data;
    loop_timer_stop(h->call->run->loop, &h->retry);
    for (size_t i = 0; i < h->resources.len; i++) {
        close_fd(&h->resources.items[i].fd);
        free(h->resources.items[i].name);
    }
    vec_release(&h->resources);
    free(h->names);
    free(h);
}

/* Any text is a resource's name: what cannot stand in a file's name is escaped, so that two names never
 * share a file. */
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

/* ---- which resources */

/* Named twice, it is still one: a second flock of the same file by another descriptor would wait for the
 * first. */
static void want(struct hold *h, const char *name)
{
    if (!name || !*name)
        return;
    for (size_t i = 0; i < h->resources.len; i++)
        if (strcmp(h->resources.items[i].name, name) == 0)
            return;
    struct resource r = {xstrdup(name), -1};
    vec_push(&h->resources, r);
    char *before = h->names;
    h->names = before ? xasprintf("%s, %s", before, name) : xstrdup(name);
    free(before);
}

/* A label stands for one resource of its name: none are configured that could carry it. */
static void want_all(struct step_call *c, struct hold *h)
{
    struct value extra = step_arg(c, "extra");
    want(h, step_str(c, "resource", NULL));
    want(h, step_str(c, "label", NULL));
    for (uint32_t i = 0; value_is(extra, OBJ_LIST) && i < AS_LIST(extra)->len; i++) {
        struct value item = AS_LIST(extra)->items[i], name, hold = NULL_VALUE;
        if (value_is(item, OBJ_MAP) &&
            (map_get_str(AS_MAP(item), "resource", &name) || map_get_str(AS_MAP(item), "label", &name)))
            want(h, value_text(c->fiber, name, &hold));
        value_release(hold);
    }
}

static int open_all(struct run *run, struct hold *h, struct error *err)
{
    for (size_t i = 0; i < h->resources.len; i++) {
        struct resource *r = &h->resources.items[i];
        _cleanup_free_ char *path = lock_file(run, r->name), *dir = path_dirname(path);
        if (fs_mkdir_p(dir, 0755, err) < 0)
            return -1;
        r->fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
        if (r->fd < 0)
            return error_errno(err, "%s", path);
    }
    return 0;
}

/* ---- taking them */

/* Those taken so far are given back before the next try. */
static bool take_all(struct hold *h)
{
    for (size_t i = 0; i < h->resources.len; i++) {
        if (flock(h->resources.items[i].fd, LOCK_EX | LOCK_NB) == 0)
            continue;
        while (i > 0)
            flock(h->resources.items[--i].fd, LOCK_UN);
        return false;
    }
    return true;
}

static void try_again(struct loop_timer *t)
{
    struct hold *h = t->data;
    struct loop *loop = h->call->run->loop;
    bool taken = take_all(h);
    h->timed_out = !taken && h->deadline && loop_now(loop) >= h->deadline;
    if (taken || h->timed_out)
        step_wake(h->call);
    else
        loop_timer_start(loop, t, POLL_MS);
}

static void cancel_lock(struct step_call *c)
{
    step_wake(c);
}

/* Told once, not at each try. */
static enum call_status acquire(struct step_call *c)
{
    struct hold *h = c->state;
    if (take_all(h))
        return CALL_OK;
    step_log(c, "[Resource: %s] is locked, waiting...", h->names);
    h->retry = (struct loop_timer){.fn = try_again, .data = h};
    loop_timer_start(c->run->loop, &h->retry, POLL_MS);
    step_on_cancel(c, cancel_lock);
    return CALL_WAIT;
}

/* ---- the block */

/* Closing gives the lock back. */
static enum call_status released(struct step_call *c, struct outcome o, struct value *out)
{
    struct hold *h = c->state;
    for (size_t i = 0; i < h->resources.len; i++) {
        close(h->resources.items[i].fd);
        h->resources.items[i].fd = -1;
    }
    step_log(c, "Lock released on resource [Resource: %s]", h->names);
    return step_after_plain(c, o, out);
}

/* VAR holds all names, VAR0, VAR1 … one each. */
static void set_variables(struct scope *scope, const char *variable, const struct hold *h)
{
    _cleanup_(buf_release) struct buf all = {0};
    for (size_t i = 0; i < h->resources.len; i++) {
        _cleanup_free_ char *name = xasprintf("%s%zu", variable, i);
        env_set(&scope->vars, name, h->resources.items[i].name);
        buf_printf(&all, "%s%s", i ? "," : "", h->resources.items[i].name);
    }
    env_set(&scope->vars, variable, all.data);
}

static enum call_status acquired(struct step_call *c, struct outcome o, struct value *out)
{
    struct hold *h = c->state;
    if (o.thrown)
        return step_after_plain(c, o, out);
    if (h->timed_out)
        return step_abort(c, "[Resource: %s] is still locked after the time allowed", h->names);
    step_log(c, "Lock acquired on [Resource: %s]", h->names);
    struct scope *scope = scope_new(c->branch->scope);
    const char *variable = step_str(c, "variable", NULL);
    if (variable)
        set_variables(scope, variable, h);
    return step_body(c, scope, NULL, 0, NULL, released);
}

/* skipIfLocked takes the locks when they are free; acquire() then finds them taken by itself, which flock
 * allows. */
enum call_status step_lock(struct step_call *c, struct value *out)
{
    _cleanup_(error_release) struct error err = {0};
    struct hold *h = xcalloc(1, sizeof(*h));
    h->call = c;
    c->state = h;
    c->state_release = hold_free;
    want_all(c, h);
    if (!h->resources.len)
        return step_abort(c, "Either resource label or resource name must be specified.");
    if (c->run->dry_run)
        return step_body(c, NULL, NULL, 0, NULL, step_after_plain);
    if (open_all(c->run, h, &err) < 0)
        return step_abort(c, "%s", err.message);
    int64_t limit = time_unit_ms(step_str(c, "timeoutUnit", "MINUTES"),
                                 (double)step_int(c, "timeoutForAllocateResource", 0));
    h->deadline = limit > 0 ? loop_now(c->run->loop) + limit : 0;
    step_log(c, "Trying to acquire lock on [Resource: %s]", h->names);
    if (step_bool(c, "skipIfLocked", false) && !take_all(h)) {
        step_log(c, "[Resource: %s] is locked, skipping execution...", h->names);
        return CALL_OK;
    }
    return step_await(c, acquire, acquired);
}
