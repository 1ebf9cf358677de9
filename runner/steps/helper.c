#include "runner/steps/helper.h"
#include "runner/engine/node.h"

struct errand {
    struct step_call *call;
    struct worker *worker;
    struct lease *lease; /* the workspace stays ours until the helper is gone */
    bool (*finish)(struct step_call *c, const struct worker_end *end);
};

static void errand_free(void *data)
{
    struct errand *e = data;
    lease_unref(e->lease);
    free(e);
}

static void log_line(void *data, const char *text, size_t n)
{
    step_log(((struct errand *)data)->call, "%.*s", (int)n, text);
}

static void ended(void *data, const struct worker_end *end)
{
    struct errand *e = data;
    if (e->finish && e->finish(e->call, end))
        return;
    if (end->result)
        step_done(e->call, NULL_VALUE);
    else
        step_fail_text(e->call, "%s", end->message);
}

static void cancel(struct step_call *c)
{
    worker_cancel(((struct errand *)c->state)->worker);
}

enum call_status helper_start(struct step_call *c, json_t *request,
                              bool (*finish)(struct step_call *c, const struct worker_end *end))
{
    static const struct worker_callbacks callbacks = {.log = log_line, .done = ended};
    _cleanup_(error_release) struct error err = {0};
    struct errand *e = xcalloc(1, sizeof(*e));
    struct lease *lease = scope_lease(c->branch->scope);
    *e = (struct errand){.call = c, .lease = lease ? lease_ref(lease) : NULL, .finish = finish};
    c->state = e;
    c->state_release = errand_free;
    e->worker = worker_start(&c->run->procs, NULL, request, &callbacks, e, &err);
    json_decref(request);
    if (!e->worker)
        return step_abort(c, "%s", err.message);
    step_on_cancel(c, cancel);
    return CALL_WAIT;
}

void json_put_text(json_t *o, const char *key, const char *text)
{
    if (text && *text)
        json_object_set_new(o, key, json_string(text));
}
