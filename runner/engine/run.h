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

enum run_extra {
    EXTRA_STASHES,
    EXTRA_LOCKS,
    EXTRA_LIBRARIES,
    EXTRA_INPUTS,
    EXTRA_REPORTS, /* json_t: test reports that were recorded, path -> [time of change, by withMaven] */
    EXTRA_PREVIOUS,
    EXTRA_MILESTONES,
    EXTRA_ENGINE,
    EXTRA_REGISTRIES,
    EXTRA_KUBES,
    EXTRA_PODS,
    EXTRA_COUNT
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
    struct value embedded[2];     /* by enum embedded_script; null until asked for */

    struct env host_env;   /* this process's own: not passed into containers */
    struct env base_env;   /* of every node: configuration */
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
    int steps, loaded;   /* ids given; scripts loaded */
    enum result result;  /* worst so far; RESULT_NONE while good: currentBuild.result is null then */
    enum result lasting; /* the same without the errors that a retry may still make good */
    int64_t started_ms;
    char *cookie; /* JENKINS_NODE_COOKIE of everything this build starts */
    bool finished, aborting, abandoned, dry_run, container_told, tools_told;
    bool hurried;         /* a signal came when the script had ended already: what is still cleared is left */
    bool asking;          /* a step's function is being left to be run again: runner/steps/workspace.h */
    int stop_signal;      /* SIGINT, SIGTERM: exit 128 + n; 0 */
    struct value failure; /* exception that ended the script, or null */
    json_t *changes;      /* change log: list of commits since the last build */
    enum result before;   /* of run_result_before(), once … */
    bool before_known;    /* … it was asked */
    bool scm_dirty;       /* uncommitted changes that the build will not see: a notice */
    const char *restart_from; /* stage of `restart`, NULL */
    bool restart_reached;
    struct loop_timer turn;   /* while it waits for older builds */
    void *extra[EXTRA_COUNT]; /* state of modules, by enum run_extra */
};
enum run_object { OBJECT_ENV, OBJECT_PARAMS, OBJECT_CURRENT_BUILD, OBJECT_SCM, OBJECT_STEPS, OBJECT_RESULTS };

struct run *run_of(struct fiber *f);
static inline struct branch *branch_of(struct fiber *f)
{
    return fiber_user(f);
}

#include "runner/engine/tell.h"

#endif
