/* What signals do to a build. The first one interrupts the script, so that post sections run; a second one
 * abandons it (run_abandon). Signals arrive from the loop, so everything may be done here. */
#include "runner/engine/abort.h"
#include "base/fs.h"
#include "base/loop.h"
#include "runner/cli/run_options.h"
#include "runner/engine/objects.h"
#include "runner/engine/run_life.h"
#include "runner/steps/step.h"
#include <signal.h>
#include <unistd.h>

/* Before the script exists there are no blocks to leave: only helpers to end and a record to close. */
static void leave_early(struct run *run, int signo)
{
    procs_release(&run->procs);
    if (run->record.json) {
        json_object_set_new(run->record.json, "result", json_string(result_name(RESULT_ABORTED)));
        build_save(&run->record, NULL);
    }
    build_release(&run->record);
    _exit(128 + signo);
}

static void on_signal(void *data, int signo)
{
    struct run *run = data;
    if (!run->sinks.len)
        leave_early(run, signo);
    if (run->aborting) {
        run->abandoned = run->finished = true;
        run->stop_signal = signo;
        return;
    }
    _cleanup_free_ char *marker = path_join(run->record.dir, "stop");
    bool asked = unlink(marker) == 0; /* `gmrun stop` leaves it: then the exit status is 4 */
    run->aborting = true;
    run->stop_signal = asked ? 0 : signo;
    run_set_result(run, RESULT_ABORTED);
    if (!run->main_fiber) {
        run->finished = true;
        return;
    }
    run_logf(run, NULL, "Aborted by %s", run->options->user);
    fiber_interrupt(run->main_fiber, interruption_new(run->main_fiber, RESULT_ABORTED, ""));
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
