/* The bridge between a step that waits and the helper program. An errand belongs to the call (c->state)
 * and is freed with it; it holds the lease of the workspace that long, so that a branch that is cancelled
 * cannot give the folder to another build while the helper still writes there. The worker frees itself
 * after `done`: e->worker dangles from then on, unless helper_again() has set a new one. */
#include "runner/steps/helper.h"
#include "agents/file_request.h"
#include "base/fs.h"
#include "runner/engine/node.h"
#include "runner/lib/json.h"
#include "runner/steps/workspace.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* One request for a step, or several in a row (helper_again()); `data` is kept over them. */
struct errand {
    struct step_call *call;
    struct worker *worker;
    struct lease *lease; /* the workspace stays ours until the helper is gone */
    bool (*finish)(struct step_call *c, const struct worker_end *end);
    void *data; /* of the step */
    void (*release)(void *data);
    bool (*after_put)(struct step_call *c, const struct worker_end *end);
    bool there; /* beside the node's files */
    struct crossing file;
    char *into; /* folder of a put … */
    bool tree;  /* … that takes a repository's place there */
};

/* ---- the file of an operation that is carried out far away */

static void crossing_release(struct crossing *x)
{
    close_fd(&x->fd);
    free(x->to);
    free(x->from);
    *x = (struct crossing){.fd = -1};
}

static void crossing_write(struct crossing *x, const char *bytes, size_t n)
{
    while (n && x->fd >= 0 && !x->failed) {
        ssize_t w = write(x->fd, bytes, n);
        if (w < 0 && errno != EINTR)
            x->failed = errno;
        bytes += w > 0 ? w : 0;
        n -= w > 0 ? (size_t)w : 0;
    }
}

static char *part_of(const struct crossing *x)
{
    return xasprintf("%s.gmrun-part", x->to);
}

/* The file appears when it is whole. */
static void crossing_settle(struct crossing *x, const struct worker_end *end)
{
    if (x->fd < 0)
        return;
    _cleanup_free_ char *part = part_of(x);
    close_fd(&x->fd);
    x->fd = -1;
    if (end->result && !x->failed && rename(part, x->to) < 0)
        x->failed = errno;
    if (!end->result || x->failed)
        unlink(part);
}

static struct worker *crossing_start(struct crossing *x, const struct agent_helper *h, json_t *request,
                                     const struct worker_callbacks *cb, void *data, struct error *err)
{
    _cleanup_free_ char *part = x->to ? part_of(x) : NULL;
    int input = -1;
    x->fd = -1;
    x->failed = 0;
    if (x->to || x->from)
        json_object_set_new(request, "stream", json_true());
    if (part && (x->fd = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644)) < 0)
        error_errno(err, "cannot write '%s'", part);
    else if (x->from && (input = open(x->from, O_RDONLY | O_CLOEXEC)) < 0)
        error_errno(err, "cannot read '%s'", x->from);
    else
        return worker_start_at(h->launcher, h->program, request, input, cb, data, err);
    return NULL;
}

static void take_bytes(void *data, const char *bytes, size_t n)
{
    crossing_write(&((struct errand *)data)->file, bytes, n);
}

static void errand_free(void *data)
{
    struct errand *e = data;
    lease_unref(e->lease);
    if (e->release)
        e->release(e->data);
    crossing_release(&e->file);
    free(e->into);
    free(e);
}

/* The worker's lines are masked again on the way to the sinks. */
static void log_line(void *data, const char *text, size_t n)
{
    step_log(((struct errand *)data)->call, "%.*s", (int)n, text);
}

/* finish() may have freed e by ending the call: nothing of it is touched after true. */
static void ended(void *data, const struct worker_end *end)
{
    struct errand *e = data;
    crossing_settle(&e->file, end);
    if (e->file.failed)
        step_fail_text(e->call, "cannot write '%s': %s", e->file.to, strerror(e->file.failed));
    else if (e->finish && e->finish(e->call, end))
        return;
    else if (end->result)
        step_done(e->call, NULL_VALUE);
    else
        step_fail_text(e->call, "%s", end->message);
}

static void cancel(struct step_call *c)
{
    worker_cancel(((struct errand *)c->state)->worker);
}

/* ---- where it is done */

static const struct agent_helper *helper_of(struct step_call *c)
{
    struct lease *l = scope_lease(c->branch->scope);
    return l && l->agent->ops->helper ? l->agent->ops->helper(l->agent) : NULL;
}

/* No lease or a near agent: this machine's helper. */
struct worker *helper_worker(struct step_call *c, const json_t *request, const struct worker_callbacks *cb,
                             void *data, struct error *err)
{
    const struct agent_helper *h = helper_of(c);
    return h ? worker_start_at(h->launcher, h->program, request, -1, cb, data, err)
             : worker_start(&c->run->procs, NULL, request, cb, data, err);
}

static const struct worker_callbacks callbacks = {.log = log_line, .done = ended, .bytes = take_bytes};

static struct worker *errand_worker(struct errand *e, json_t *request, struct error *err)
{
    const struct agent_helper *h = e->there ? helper_of(e->call) : NULL;
    if (h)
        return crossing_start(&e->file, h, request, &callbacks, e, err);
    if (e->file.to || e->file.from)
        json_object_set_new(request, "file", json_string(e->file.to ? e->file.to : e->file.from));
    return worker_start(&e->call->run->procs, NULL, request, &callbacks, e, err);
}

/* NULL: started; else why not. */
static char *errand_send(struct errand *e, json_t *request)
{
    _cleanup_(error_release) struct error err = {0};
    e->worker = errand_worker(e, request, &err);
    json_decref(request);
    if (!e->worker)
        return xstrdup(err.message);
    step_on_cancel(e->call, cancel);
    return NULL;
}

/* A run that waits for answers (ws_waits()) leads nowhere: no helper is started for it. */
static enum call_status errand_start(struct errand *e, json_t *request)
{
    struct step_call *c = e->call;
    struct lease *lease = scope_lease(c->branch->scope);
    e->lease = lease ? lease_ref(lease) : NULL;
    e->file.fd = -1;
    if (ws_waits(c)) {
        json_decref(request);
        errand_free(e);
        return CALL_WAIT;
    }
    if (c->state_release) /* an errand before the block of the step */
        c->state_release(c->state);
    c->state = e;
    c->state_release = errand_free;
    _cleanup_free_ char *why = errand_send(e, request);
    return why ? step_abort(c, "%s", why) : CALL_WAIT;
}

enum call_status helper_start_there(struct step_call *c, json_t *request, const char *to, const char *from,
                                    bool (*finish)(struct step_call *c, const struct worker_end *end),
                                    void *data, void (*release)(void *data))
{
    struct errand *e = xcalloc(1, sizeof(*e));
    *e = (struct errand){.call = c,
                         .finish = finish,
                         .data = data,
                         .release = release,
                         .there = true,
                         .file = {.to = xstrdup(to), .from = xstrdup(from)}};
    return errand_start(e, request);
}

enum call_status helper_start_with(struct step_call *c, json_t *request,
                                   bool (*finish)(struct step_call *c, const struct worker_end *end),
                                   void *data, void (*release)(void *data))
{
    struct errand *e = xcalloc(1, sizeof(*e));
    *e = (struct errand){.call = c, .finish = finish, .data = data, .release = release};
    return errand_start(e, request);
}

enum call_status helper_start(struct step_call *c, json_t *request,
                              bool (*finish)(struct step_call *c, const struct worker_end *end))
{
    return helper_start_with(c, request, finish, NULL, NULL);
}

void *helper_data(const struct step_call *c)
{
    return ((struct errand *)c->state)->data;
}

void helper_again(struct step_call *c, json_t *request,
                  bool (*finish)(struct step_call *c, const struct worker_end *end))
{
    struct errand *e = c->state;
    e->finish = finish;
    _cleanup_free_ char *why = errand_send(e, request);
    if (why)
        step_fail_text(c, "%s", why);
}

void helper_fetch(struct step_call *c, const char *path, const char *to,
                  bool (*finish)(struct step_call *c, const struct worker_end *end))
{
    struct errand *e = c->state;
    json_t *request =
        file_request(&(struct agent_file){.kind = AGENT_READ, .path = path, .limit = SIZE_MAX / 4});
    free(e->file.to);
    e->file.to = xstrdup(to);
    e->there = true;
    helper_again(c, request, finish);
}

/* What is in the folder, default excludes or not, as one archive. */
static json_t *put_request(const char *from, const char *archive)
{
    return json_pack("{s:s, s:s, s:s, s:b}", "op", "stash", "dir", from, "file", archive, "defaultExcludes",
                     0);
}

/* The folder and its archive lie side by side in the build's folder. */
static void drop_put(const struct errand *e)
{
    _cleanup_free_ char *folder = xstrndup(e->file.from, strlen(e->file.from) - strlen(".tar"));
    unlink(e->file.from);
    fs_rm_rf(folder, NULL);
}

static bool put_done(struct step_call *c, const struct worker_end *end)
{
    struct errand *e = c->state;
    drop_put(e);
    return e->after_put && e->after_put(c, end);
}

static bool put_packed(struct step_call *c, const struct worker_end *end)
{
    struct errand *e = c->state;
    if (!end->result) {
        drop_put(e);
        return false;
    }
    e->there = true;
    helper_again(c, json_pack("{s:s, s:s, s:b}", "op", "unstash", "dir", e->into, "tree", e->tree), put_done);
    return true;
}

static json_t *put_begin(struct errand *e, const char *from, const char *to,
                         bool (*finish)(struct step_call *c, const struct worker_end *end))
{
    e->into = xstrdup(to);
    e->after_put = finish;
    e->there = false;
    free(e->file.from);
    e->file.from = xasprintf("%s.tar", from);
    return put_request(from, e->file.from);
}

void helper_put(struct step_call *c, const char *from, const char *to,
                bool (*finish)(struct step_call *c, const struct worker_end *end))
{
    helper_again(c, put_begin(c->state, from, to, finish), put_packed);
}

enum call_status helper_start_put(struct step_call *c, const char *from, const char *to, bool tree,
                                  bool (*finish)(struct step_call *c, const struct worker_end *end))
{
    struct errand *e = xcalloc(1, sizeof(*e));
    *e = (struct errand){.call = c, .finish = put_packed, .tree = tree};
    return errand_start(e, put_begin(e, from, to, finish));
}

/* Beside the far helper program, or in the workspace's twin where that is found by PATH (pods). */
char *helper_known_hosts(struct step_call *c)
{
    static const char name[] = "known_hosts";
    const struct agent_helper *h = helper_of(c);
    if (!h)
        return path_join(c->run->home.dir, name);
    _cleanup_free_ char *dir = strchr(h->program, '/')
                                   ? path_dirname(h->program)
                                   : xasprintf("%s@tmp", scope_lease(c->branch->scope)->workspace);
    return path_join(dir, name);
}

/* ---- queues */

static void queue_done(void *data, const struct worker_end *end);

static void queue_bytes(void *data, const char *bytes, size_t n)
{
    crossing_write(&((struct helper_queue *)data)->file, bytes, n);
}

static struct worker *queue_worker(struct helper_queue *q, json_t *request, struct error *err)
{
    static const struct worker_callbacks queued = {.done = queue_done, .bytes = queue_bytes};
    const struct agent_helper *h = q->file.to || q->file.from ? helper_of(q->call) : NULL;
    return h ? crossing_start(&q->file, h, request, &queued, q, err)
             : worker_start(&q->call->run->procs, NULL, request, &queued, q, err);
}

/* Starts the next request; false: there is none, or it could not be started.
 * A request that cannot be started counts as one that failed: done() hears of it, and the next one gets its
 * turn. */
static bool queue_next(struct helper_queue *q)
{
    _cleanup_(error_release) struct error err = {0};
    json_t *request;
    q->file.fd = -1; /* as none was begun */
    while (!q->cancelled && (request = q->next(q))) {
        q->worker = queue_worker(q, request, &err);
        json_decref(request);
        if (q->worker)
            return true;
        q->done(q, &(struct worker_end){.message = err.message});
        crossing_release(&q->file);
        error_release(&err);
        err = (struct error){0};
    }
    return false;
}

static void queue_done(void *data, const struct worker_end *end)
{
    struct helper_queue *q = data;
    q->worker = NULL;
    crossing_settle(&q->file, end);
    q->done(q, q->file.failed ? &(struct worker_end){.message = strerror(q->file.failed)} : end);
    crossing_release(&q->file);
    if (!queue_next(q))
        step_wake(q->call);
}

static void queue_cancel(struct step_call *c)
{
    struct helper_queue *q = c->state;
    q->cancelled = true;
    if (q->worker)
        worker_cancel(q->worker);
}

static enum call_status queue_begin(struct step_call *c)
{
    if (!queue_next(c->state))
        return CALL_OK;
    step_on_cancel(c, queue_cancel);
    return CALL_WAIT;
}

enum call_status helper_queue_run(struct step_call *c,
                                  enum call_status (*after)(struct step_call *, struct outcome,
                                                            struct value *))
{
    return step_await(c, queue_begin, after);
}

void json_put_text(json_t *o, const char *key, const char *text)
{
    if (text && *text)
        json_object_set_new(o, key, json_string(text));
}

/* By its JSON text: GStrings, ranges and dates become what writeJSON would write. */
json_t *step_json(struct step_call *c, const char *name)
{
    _cleanup_(buf_release) struct buf text = {0};
    struct value v = step_arg(c, name);
    if (value_is_null(v) || value_to_json(c->fiber, v, 0, &text, NULL) < 0)
        return NULL;
    return json_loadb(text.data, text.len, JSON_DECODE_ANY, NULL);
}

/* Groovy scripts give numbers and booleans where the plugin takes texts. */
char *json_scalar(const json_t *object, const char *name)
{
    const json_t *v = json_object_get(object, name);
    if (json_is_string(v))
        return xstrdup(json_string_value(v));
    if (json_is_boolean(v))
        return xstrdup(json_is_true(v) ? "true" : "false");
    return json_is_number(v) ? json_dumps(v, JSON_ENCODE_ANY) : NULL;
}

void step_hide(struct step_call *c, const char *secret)
{
    if (secret)
        mask_set_add(c->run->masks, secret, strlen(secret));
}

/* Hidden to the end of the build: the services repeat tokens in error messages that come late. */
const char *step_token(struct step_call *c, const char *id, struct error *err)
{
    const char *token = credentials_token(c->run->credentials, id, err);
    step_hide(c, token);
    return token;
}
