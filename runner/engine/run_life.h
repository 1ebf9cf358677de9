/* The life of a build, in the order of calls: run_prepare, run_compile, run_start, run_loop, run_end,
 * run_release. The command line (runner/cli/run.c) fills the struct in between.
 *
 * run_release() may be called at any point of it and frees what is there. */
#ifndef RUNNER_ENGINE_RUN_LIFE_H
#define RUNNER_ENGINE_RUN_LIFE_H

#include "runner/engine/run.h"

void run_prepare(struct run *run); /* VM, global objects */
int run_compile(struct run *run,
                struct error *err);               /* lowers the model; script and engine are ready to start */
void run_start(struct run *run);                  /* tells the start, makes the main fiber */
int run_loop(struct run *run, struct error *err); /* until the script has ended; -1: the loop itself failed */
enum result run_end(struct run *run);             /* saves build.json, tells the end */
/* Kills what the build left running and frees, but not the struct. No effect a second time or before
 * run_prepare(). */
void run_release(struct run *run);
/* Instead of run_release() when the second signal asked to leave at once: the script is not unwound, but its
 * processes and secret files go. The program has to end. */
void run_abandon(struct run *run);

#endif
