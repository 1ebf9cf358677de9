/* A build while it runs: one `struct run` owns everything. See ARCHITECTURE.md, "the way of the data". */
#ifndef RUNNER_ENGINE_RUN_H
#define RUNNER_ENGINE_RUN_H

#include "base/loop.h"
#include "base/mask.h"
#include "base/proc.h"
#include "base/slots.h"
#include "parser/ast.h"
#include "runner/engine/env.h"
#include "runner/engine/scope.h"
#include "runner/lang/vm.h"
#include "runner/sinks/event.h"
#include "runner/state/build.h"
#include "runner/state/config.h"
#include <jansson.h>

struct model;
struct pipeline_file;
struct node_pool;
struct run_options; /* runner/cli/run_options.h */

struct scm_source {  /* what `checkout scm` takes; url NULL: none */
    char *root;      /* work tree that FILE lies in, NULL */
    char *url, *ref; /* ref: commit or branch spec */
    char *commit, *branch, *tag, *remote_url;
    char *path;     /* of FILE below the work tree */
    int64_t tag_ms; /* when the tag was made */
    bool local, dirty, in_place;
};

struct run {
    struct loop *loop;
    struct procs procs;
    struct slots slots; /* --max-procs */
    struct vm *vm;
    const struct run_options *options;
    struct config *config;
    struct credentials *credentials;
    struct home home;
    struct build_record record;
    struct build_info info;
    VEC(struct sink *) sinks;
    struct mask_set *masks;     /* secrets of the blocks that are open: for what steps print, as in Jenkins */
    struct mask_set *all_masks; /* of all blocks so far: for errors and records, which outlive their block */

    const char *file;             /* pipeline file as given */
    char *file_path;              /* absolute */
    struct pipeline_file *source; /* runner/cli/pipeline_file.h */
    struct ast *ast;              /* of source */
    struct model *model;          /* NULL: a scripted pipeline */
    VEC(struct ast *) asts;       /* of loaded files and libraries: as long as the VM */
    struct value script;          /* the main script object */
    struct value engine;          /* the declarative engine's script object, or null */

    struct env base_env;   /* of every node: process, configuration, --env */
    struct env build_env;  /* BUILD_NUMBER, JOB_NAME … and parameters */
    struct env global_env; /* env.X = … */
    struct value params;   /* Map name -> typed value */
    json_t *given,
        *files; /* names of --param; `file` parameters by name, until they are placed: path; or NULL */
    struct value objects[8]; /* enum run_object: env, params, currentBuild, scm … */
    struct scm_source scm;
    struct node_pool *nodes;

    struct branch *branches;
    const struct branch *open_line; /* whose output ended within a line, or NULL */
    const struct branch
        *cut_line; /* whose open line was ended last for another's sake: its own end says nothing more */
    struct fiber *main_fiber;
    VEC(struct stage *) stages;
    int steps, loaded;  /* ids given; scripts loaded */
    enum result result; /* worst so far; RESULT_NONE while good: currentBuild.result is null then */
    int64_t started_ms;
    char *cookie; /* JENKINS_NODE_COOKIE of everything this build starts */
    bool finished, aborting, abandoned, dry_run, container_told;
    int stop_signal;          /* SIGINT, SIGTERM: exit 128 + n; 0 */
    struct value failure;     /* exception that ended the script, or null */
    json_t *changes;          /* change log: list of commits since the last build */
    json_t *previous;         /* build.json of the build before, NULL if none */
    bool scm_dirty;           /* uncommitted changes that the build will not see: a notice */
    const char *restart_from; /* stage of `restart`, NULL */
    bool restart_reached;
    struct loop_timer turn; /* while it waits for older builds */
    void *extra[8];         /* per-module state: enum run_extra */
};
enum run_object { OBJECT_ENV, OBJECT_PARAMS, OBJECT_CURRENT_BUILD, OBJECT_SCM, OBJECT_STEPS };
enum run_extra {
    EXTRA_STASHES,
    EXTRA_LOCKS,
    EXTRA_LIBRARIES,
    EXTRA_INPUTS,
    EXTRA_JUNIT,
    EXTRA_PREVIOUS,
    EXTRA_MILESTONES
};

struct run *run_of(struct fiber *f);
static inline struct branch *branch_of(struct fiber *f)
{
    return fiber_user(f);
}

/* ---- telling (runner/engine/tell.c): fills time, stage, branch from the branch (may be NULL) and gives it
 * to all sinks */
void run_emit(struct run *run, const struct branch *b, struct event *e);
/* Output of a step, masked by the caller. A line may be left open for the next text of the same branch; it
 * ends before anybody else says something. */
void run_log(struct run *run, const struct branch *b, const char *text, size_t len);
void run_close_line(struct run *run); /* before that branch is freed */
void run_logf(struct run *run, const struct branch *b, const char *fmt, ...)
    __attribute__((format(printf, 3, 4))); /* masks */
/* The text as it may be shown, as Jenkins does not: secrets of all blocks so far hidden. Owned; NULL for
 * NULL. */
char *run_masked(struct run *run, const char *text);
/* The same of a stage's or branch's name, which has to stay one line that moves no cursor: control characters
 * become ?. */
char *run_shown_name(struct run *run, const char *name);
void run_notice(struct run *run, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void run_warning(struct run *run, const char *file, int line, int col, const char *fmt, ...)
    __attribute__((format(printf, 5, 6)));

/* ---- results */
void run_set_result(struct run *run, enum result r); /* only worsens */
void stage_mark(struct run *run, struct scope *scope,
                enum result r); /* innermost stage and its parents, only worsens */

/* ---- environment as a step in this scope sees it; for a shell, with PATH and all. Fills an empty env. */
void run_environment(struct run *run, const struct scope *scope, struct env *out);
/* One variable of the same, without the process' own ones that scripts do not see. NULL if absent. Owned. */
/* $NAME and ${NAME} replaced as withEnv does it. Owned. */
char *run_expand(struct run *run, const struct scope *scope, const char *text);
char *run_getenv(struct run *run, const struct scope *scope, const char *name);

#endif
