/* The table of the steps that are carried out (rows.inc): one row each, found by name. */
#ifndef RUNNER_STEPS_TABLE_H
#define RUNNER_STEPS_TABLE_H

#include "runner/lang/vm.h"

struct step_call;
typedef enum call_status (*step_fn)(struct step_call *c, struct value *out);

/* The function behind a catalogue row; parameters and help are in the catalogue (parser/catalog.h). */
struct step_impl {
    const char *name;
    step_fn start;
    unsigned flags; /* STEP_* */
};
enum {
    STEP_NEEDS_NODE = 1, /* outside node: Jenkins' "Required context class hudson.FilePath is missing" */
    STEP_QUIET = 2,      /* no `[Pipeline] name` line: internal helpers of the engine */
    STEP_HAS_BODY = 4,
    STEP_DRY = 8,        /* does its work in a dry run, too: blocks and pure functions */
    STEP_DRY_TEXT = 256, /* as STEP_DRY where it is given its text and no file */
    STEP_BODY_OPTIONAL = 16,
    STEP_TAKES_MAP = 32, /* a map is the argument itself, under '': parallel */
    STEP_FORKS = 128,    /* opens blocks of its own: parallel */
    STEP_TAKES_ANY = 64, /* a single positional argument of any kind, under '' */
};

const struct step_impl *step_find(const char *name);
/* Whether Jenkins runs the step asynchronously: all but a few of [SynchronousStepExecution]. */
bool step_parks(const char *name);
/* The host's call hook: finds the step, checks and folds arguments, emits events. CALL_NONE: no such step. */
enum call_status step_invoke(struct fiber *f, const char *name, int argc, struct value *argv,
                             struct value *out);

#endif
