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

/* Keys of build.json. By build_create(): job, number, displayName "#N", result null, started_ms, params. By
 * the engine: result, duration_ms, file (absolute path of the pipeline), options (options_record()),
 * displayName, description, keepLog, jobOptions, triggers, waiting (for its turn), causes, commit, branch,
 * file, changes, … By the recorder below: stages, a list of {id, name, path, parent, parallel, synthetic,
 * started_ms, duration_ms, result, skipped}; failures, of a build that is no success: a list of {step, stage,
 * branch, label, detail, at, line, column, result, error, findings: [lines]}. The history indexes result,
 * times, displayName, stages, and `causes[0].shortDescription`; tests come from junit.json. */

struct home { /* the state folder, --home */
    char *dir;
};

struct build_record {
    struct home *home; /* borrowed */
    char *job;
    int number;      /* from 1 */
    char *dir;       /* owned */
    char *workspace; /* locked for this build: workspace/JOB, JOB@2 … when taken; owned */
    json_t *json;    /* content of build.json: params, causes, commit, result, times, stages, … */
    int lock_fd;     /* the build's own lock: held while it runs, so that others see whether it lives */
    int workspace_lock_fd;
};

/* Takes the next number, makes the folder (secrets never go there), writes build.json with "result": null. */
int build_create(struct home *home, const char *job, json_t *params, struct build_record *b,
                 struct error *err);
/* Takes a workspace: `dir`, or with NULL the job's own (home/workspace/JOB); its @2, @3 … twin when a running
 * build holds it. *path is owned by the caller, *lock_fd keeps the lock until closed. Also for further nodes
 * of the same build. */
int build_lock_workspace(struct build_record *b, const char *dir, char **path, int *lock_fd,
                         struct error *err);
/* The file of that lock; owned. Removed by who holds it. */
char *build_workspace_lock(const struct build_record *b, const char *dir);
/* Writes build.json atomically and updates the index. */
int build_save(struct build_record *b, struct error *err);
int build_write(struct build_record *b, struct error *err); /* build.json only */
/* Takes back a build that could not begin, so that the history shows none that never ran. */
void build_discard(struct build_record *b);
void build_release(struct build_record *b);
/* Keeps the pipeline's text as DIR/pipeline.groovy: replay, restart and resume run that, whatever became of
 * the file. */
int build_store_pipeline(struct build_record *b, const char *text, size_t len, struct error *err);
/* The text again; owned. NULL: err. */
char *build_load_pipeline(struct home *home, const char *job, int number, size_t *len, struct error *err);

/* Reading. number 0: the last one. NULL/err when there is none. */
json_t *build_load(struct home *home, const char *job, int number, struct error *err);
/* The process that runs it, if one does; *pid (may be NULL) is 0 when unknown. */
bool build_running(struct home *home, const char *job, int number, pid_t *pid);
/* HOME/jobs/JOB/builds/N; number 0: HOME/jobs/JOB. Owned. */
char *build_dir(const struct home *home, const char *job, int number);
int build_last(struct home *home, const char *job); /* highest number that exists, 0: none */
/* Highest first; *numbers is owned. Returns how many. */
size_t build_numbers(struct home *home, const char *job, int **numbers);
/* Names of all jobs in byte order; "team/app" is a job in a folder. Owned texts in an owned array. */
size_t job_names(struct home *home, char ***names);
/* Parts of a job's name are file names: no empty part, ".", "..", "builds", control characters; at most 200
 * bytes. */
int job_name_check(const char *job, struct error *err);

/* A sink that keeps `stages` and `result` of b->json up to date, and writes build.json once a second at most
 * while something changed, so that `show` and the web page see a running build. b is borrowed and outlives
 * it. */
struct sink *build_recorder_new(struct build_record *b);

#endif
