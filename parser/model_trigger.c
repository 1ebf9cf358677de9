/* Times of triggers that stand in the file as plain texts: refused here already, as Jenkins refuses them when
 * it makes the trigger [core: TimerTrigger, SCMTrigger]. */
#include "base/cron.h"
#include "parser/model_build.h"
#include <string.h>

static const struct {
    const char *trigger, *param;
} timed[] = {{"cron", "spec"}, {"pollSCM", "scmpoll_spec"}};

static const struct node *argument(const struct node *call, const char *name)
{
    for (const struct node *a = call->u.call.args; a; a = a->next) {
        bool named = a->kind == NODE_ENTRY && a->u.entry.key->kind == NODE_STRING;
        if (a->kind != NODE_ENTRY)
            return a;
        if (named && strcmp(a->u.entry.key->u.str.bytes, name) == 0)
            return a->u.entry.value;
    }
    return NULL;
}

static bool has_lines(const struct cron *c)
{
    return cron_bits(c, 0, 0) != 0;
}

static void check_spec(struct builder *b, const struct node *spec)
{
    _cleanup_(error_release) struct error err = {0};
    struct cron *c = cron_parse(spec->u.str.bytes, "", &err);
    time_t next;
    if (!c)
        diag_error(b->d, spec->span, "%s", err.message);
    else if (has_lines(c) && !cron_next(c, time(NULL), &next))
        diag_warning(b->d, spec->span,
                     "This cron expression will only match dates rarely (e.g. February 29) or never (e.g. "
                     "June 31), so "
                     "this job may be triggered very rarely, if at all.");
    cron_free(c);
}

void check_trigger(struct builder *b, const struct node *call)
{
    for (size_t i = 0; i < ARRAY_LEN(timed); i++) {
        const struct node *spec = call_is(call, timed[i].trigger) ? argument(call, timed[i].param) : NULL;
        if (spec && spec->kind == NODE_STRING)
            check_spec(b, spec);
    }
}
