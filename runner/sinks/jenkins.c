/* Jenkins' console text, also the build's log file. Output goes through unchanged and unindented, as Jenkins
 * has it since branch names left the log; that is why this is the cheapest sink. With --timestamps each
 * line carries what the timestamper plugin puts before it; without, those of steps inside `timestamps`.
 *
 * Order of lines is Jenkins': "[Pipeline] name" when a step begins, "[Pipeline] {" for each run of its
 * body, "// name" at the end [workflow-job: WorkflowRun.GraphL, NewNodeConsoleNote]. */
#include "base/util.h"
#include "runner/sinks/event.h"
#include "runner/sinks/lines.h"
#include "runner/sinks/out.h"
#include <string.h>

struct jenkins {
    struct sink sink;
    struct out out;
    bool timestamps, eager, mid_line; /* eager: a terminal, where each event is flushed */
};

/* The timestamper plugin's form in a pipeline's log: [2024-05-01T12:34:56.789Z], UTC whatever the zone. */
static void stamp(struct jenkins *j, const struct event *e)
{
    char text[STAMP_MAX];
    if (j->timestamps || e->stamped)
        out_printf(&j->out, "[%s] ", stamp_iso(e->time_ms, text));
}

static void print_text(struct jenkins *j, const struct event *e)
{
    const char *text = e->text, *end = e->text + e->len, *line;
    size_t len;
    if (!j->timestamps && !e->stamped) {
        out_add(&j->out, e->text, e->len);
        j->mid_line = e->len && e->text[e->len - 1] != '\n';
        return;
    }
    while (next_line(&text, end, &line, &len)) {
        bool ended = line + len < end;
        /* A stamp stands at the beginning of lines only. */
        if (!j->mid_line)
            stamp(j, e);
        out_add(&j->out, line, len + ended);
        j->mid_line = !ended;
    }
}

static void pipeline_line(struct jenkins *j, const struct event *e, const char *mark, const char *name,
                          const char *inside)
{
    stamp(j, e);
    out_addstr(&j->out, "[Pipeline] ");
    out_addstr(&j->out, mark);
    out_addstr(&j->out, name);
    if (inside) {
        out_addstr(&j->out, " (");
        out_addstr(&j->out, inside);
        out_addstr(&j->out, ")");
    }
    out_add(&j->out, "\n", 1);
}

static void build_start(struct jenkins *j, const struct event *e)
{
    if (e->build && e->build->started_by)
        out_printf(&j->out, "%s\n", e->build->started_by);
    pipeline_line(j, e, "", "Start of Pipeline", NULL);
}

static void build_end(struct jenkins *j, const struct event *e)
{
    pipeline_line(j, e, "", "End of Pipeline", NULL);
    if (e->text)
        print_text(j, e);
    out_printf(&j->out, "Finished: %s\n", result_name(e->result));
    out_flush(&j->out);
}

static void jenkins_event(struct sink *s, const struct event *e)
{
    struct jenkins *j = CONTAINER_OF(s, struct jenkins, sink);
    switch (e->kind) {
    case EVENT_LOG:
        print_text(j, e);
        break;
    case EVENT_STEP_START:
        /* A label stands in brackets behind: [Pipeline] sh (Build). */
        pipeline_line(j, e, "", e->name, e->label);
        break;
    case EVENT_STEP_END:
        if (e->has_body)
            pipeline_line(j, e, "// ", e->name, NULL);
        break;
    case EVENT_BLOCK_START:
        pipeline_line(j, e, "{", "", e->name);
        break;
    case EVENT_BLOCK_END:
        pipeline_line(j, e, "}", "", NULL);
        break;
    case EVENT_BUILD_START:
        build_start(j, e);
        break;
    case EVENT_BUILD_END:
        build_end(j, e);
        break;
    default:
        break;
    }
    if (j->eager)
        out_flush(&j->out);
}

static void jenkins_tick(struct sink *s, int64_t now_ms)
{
    out_flush(&CONTAINER_OF(s, struct jenkins, sink)->out);
}

static void jenkins_release(struct sink *s)
{
    struct jenkins *j = CONTAINER_OF(s, struct jenkins, sink);
    out_release(&j->out);
    free(j);
}

struct sink *sink_jenkins_new(int fd, const struct sink_options *o)
{
    struct jenkins *j = xcalloc(1, sizeof(*j));
    j->sink = (struct sink){jenkins_event, jenkins_tick, jenkins_release};
    j->out.fd = fd;
    j->timestamps = o && o->timestamps;
    j->eager = o && o->terminal;
    return &j->sink;
}
