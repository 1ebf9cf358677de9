/* What signals do to a build. The first one interrupts the script, so that post sections run; a second one
 * abandons it (run_abandon). Signals arrive from the loop, so everything may be done here.
 *
 * Three cases of a first signal: before there are sinks nothing has begun (leave_early); while the build
 * waits for its turn there is no fiber; else the main fiber is interrupted as Jenkins interrupts an
 * aborted build [workflow-cps: CpsFlowExecution.interrupt]. The exit status is the signal's unless `gmrun
 * stop` left its marker. */
#include "runner/engine/abort.h"
#include "base/fs.h"
#include "base/loop.h"
#include "runner/cli/run_options.h"
#include "runner/engine/objects.h"
#include "runner/engine/run_life.h"
#include "runner/steps/step.h"
#include <signal.h>
#include <string.h>
#include <unistd.h>

/* Before the script exists there are no blocks to leave: only helpers to end and a record to close. */
static void leave_early(struct run *run, int signo)
{
    /* The helper program that looks for a repository, or fetches a library. */
    procs_release(&run->procs);
    if (run->record.json) {
        json_object_set_new(run->record.json, "result", json_string(result_name(RESULT_ABORTED)));
        build_save(&run->record, NULL);
    }
    build_release(&run->record);
    _exit(128 + signo);
}

/* `gmrun stop` leaves it, with who asked: then the exit status is 4. A newer build that ends this one
 * (disableConcurrentBuilds) leaves its own number, "#2". */
static bool read_marker(struct run *run, struct buf *text)
{
    _cleanup_free_ char *marker = path_join(run->record.dir, "stop");
    /* The name of a user; whatever else is cut. */
    fs_read_file(marker, 256, text, NULL);
    if (text->len)
        text->data[strcspn(text->data, "\n")] = 0;
    return unlink(marker) == 0;
}

static void on_signal(void *data, int signo)
{
    struct run *run = data;
    /* Sinks are there from the moment the build is told. */
    if (!run->sinks.len)
        leave_early(run, signo);
    run->hurried = run->finished;
    if (run->aborting) {
        run->abandoned = run->finished = true;
        run->stop_signal = signo;
        return;
    }
    _cleanup_(buf_release) struct buf why = {0};
    bool asked = read_marker(run, &why), superseded = why.len && why.data[0] == '#';
    enum result r = superseded ? RESULT_NOT_BUILT : RESULT_ABORTED;
    _cleanup_free_ char *cause = superseded ? xasprintf("Superseded by %s", why.data) : xstrdup("");
    run->aborting = true;
    run->stop_signal = asked ? 0 : signo;
    run_set_result(run, r);
    if (!run->main_fiber) {
        if (superseded)
            run_logf(run, NULL, "%s", cause);
        run->finished = true;
        return;
    }
    if (!superseded)
        run_logf(run, NULL, "Aborted by %s", run->options->user);
    fiber_interrupt(run->main_fiber, interruption_new(run->main_fiber, r, cause));
}

/* Whoever starts gmrun under nohup wants it to outlive the terminal. */
static bool hangup_ignored(void)
{
    struct sigaction now;
    return sigaction(SIGHUP, NULL, &now) == 0 && now.sa_handler == SIG_IGN;
}

int abort_on_signals(struct run *run, struct error *err)
{
    if (loop_signal(run->loop, SIGINT, on_signal, run, err) < 0 ||
        loop_signal(run->loop, SIGTERM, on_signal, run, err) < 0)
        return -1;
    return hangup_ignored() ? 0 : loop_signal(run->loop, SIGHUP, on_signal, run, err);
}
