/* A build's place on disk and in the history: jobs/JOB/builds/N with build.json, log, archive/,
 * stashes/, junit.json; the index gmrun.db. Numbers start at 1 and never repeat, also when two runs start at
 * once (taken under a lock). A half-written build.json is never seen: written aside, then renamed. */
#ifndef RUNNER_STATE_BUILD_H
#define RUNNER_STATE_BUILD_H

#include "base/error.h"
#include "runner/sinks/event.h"
#include <jansson.h>
#include <stdbool.h>
#include <sys/types.h>

struct home { /* the state folder, --home */
    char *dir;
};

struct build_record {
    struct home *home;    /* borrowed */
    char *job;
    int number;
    char *dir;            /* owned */
    char *workspace;      /* locked for this build: workspace/JOB, JOB@2 … when taken; owned */
    json_t *json;         /* content of build.json: params, causes, commit, result, times, stages, … */
    int lock_fd;          /* the build's own lock: held while it runs, so that others see whether it lives */
    int workspace_lock_fd;
};

/* Takes the next number, makes the folder (secrets never go there), writes build.json with "result": null. */
int build_create(struct home *home, const char *job, json_t *params, struct build_record *b, struct error *err);
/* Takes a workspace: `dir`, or with NULL the job's own (home/workspace/JOB); its @2, @3 … twin when a running build holds it.
 * *path is owned by the caller, *lock_fd keeps the lock until closed. Also for further nodes of the same build. */
int build_lock_workspace(struct build_record *b, const char *dir, char **path, int *lock_fd, struct error *err);
/* Writes build.json atomically and updates the index. */
int build_save(struct build_record *b, struct error *err);
void build_release(struct build_record *b);

/* Reading. number 0: the last one. NULL/err when there is none. */
json_t *build_load(struct home *home, const char *job, int number, struct error *err);
bool build_running(struct home *home, const char *job, int number, pid_t *pid);

#endif
