/* gmrun run: from options to a running build. The build itself is runner/engine.
 *
 * Order of what can be refused, cheapest first: credentials, the text, stage names; then the repository,
 * parameters, libraries and classes; only then a number is taken. What fails later is a build that
 * failed, with a record. */
#include "runner/cli/run_options.h"
#include "base/fs.h"
#include "parser/model.h"
#include "runner/cli/run_check.h"
#include "runner/cli/stage_choice.h"
#include "runner/engine/abort.h"
#include "runner/engine/build_env.h"
#include "runner/cli/options.h"
#include "runner/engine/node.h"
#include "runner/engine/objects.h"
#include "runner/engine/library.h"
#include "runner/engine/params.h"
#include "runner/engine/restart.h"
#include "runner/engine/run_life.h"
#include "runner/engine/scm_source.h"
#include "runner/state/lock.h"
#include "runner/steps/step.h"
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/random.h>
#include <unistd.h>

static void find_file(struct run *run)
{
    /* By what links lead to, as the repository is looked for from there; messages keep the name as given. */
    char *real = realpath(run->options->file, NULL);
    run->file = run->options->file;
    run->file_path = real ? real : xstrdup(run->file);
}

/* The folder of the repository, or that of the file, or the file's own name when that says more. */
static char *job_name(const struct run *run)
{
    if (run->options->job)
        return xstrdup(run->options->job);
    /* A multibranch job in Jenkins is named by hand; a repository's folder is what people call the
     * project. */
    const char *base = path_basename(run->file_path);
    if (run->scm.root)
        return xstrdup(path_basename(run->scm.root));
    if (!str_has_prefix(base, "Jenkinsfile"))
        return xstrndup(base, strcspn(base, "."));
    _cleanup_free_ char *dir = path_dirname(run->file_path);
    return xstrdup(path_basename(dir));
}

static void add_sinks(struct run *run, int log_fd)
{
    const struct run_options *o = run->options;
    struct winsize size = {0};
    struct sink_options so = {.color = o->color && !o->no_color,
                              .timestamps = o->timestamps,
                              .quiet = o->quiet,
                              .terminal = isatty(1),
                              .dry_run = o->dry_run};
    if (so.terminal && ioctl(1, TIOCGWINSZ, &size) == 0)
        so.width = size.ws_col;
    struct sink *(*const make[])(int, const struct sink_options *) = {
        [CONSOLE_AUTO] = sink_plain_new,  [CONSOLE_PRETTY] = sink_pretty_new,
        [CONSOLE_PLAIN] = sink_plain_new, [CONSOLE_JENKINS] = sink_jenkins_new,
        [CONSOLE_JSON] = sink_json_new,
    };
    /* The log file has no colours and no timestamps but those that steps ask for. */
    struct sink_options plain = {0};
    /* The log first: it is complete whatever happens to the console. */
    vec_push(&run->sinks, sink_jenkins_new(log_fd, &plain));
    vec_push(&run->sinks, build_recorder_new(&run->record));
    vec_push(&run->sinks, make[o->console](1, &so));
}

/* The cookie stands in the environment of everything that the build starts; it is how stray processes are
 * found. */
static void describe_build(struct run *run, const char *started_by)
{
    json_t *json = run->record.json;
    run->info = (struct build_info){
        .job = run->record.job,
        .number = run->record.number,
        .file = run->file,
        .dir = run->record.dir,
        .display_name = json_string_value(json_object_get(json, "displayName")),
        .started_by = started_by,
    };
    /* Numbers of builds are unique within a home only, and the cookie is looked for in all processes. */
    unsigned char random[8] = {0};
    (void)!getrandom(random, sizeof(random), 0);
    uint64_t bits;
    memcpy(&bits, random, sizeof(bits));
    run->cookie =
        xasprintf("gmrun-%s-%d-%016llx", run->record.job, run->record.number, (unsigned long long)bits);
    lock_sign(run->record.lock_fd, run->cookie); /* gc finds by it what a killed runner left running */
    run->started_ms = wall_ms();
}

/* [core: Jenkins.numExecutors is 2 at first]. */
static int executors(const struct run *run)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    int asked = run->options->executors ? run->options->executors : run->config->executors;
    return asked ? asked : cores > 2 ? (int)cores : 2;
}

/* What replay and restart need, and what `show` tells. */
static int keep_source(struct run *run, struct error *err)
{
    json_t *json = run->record.json;
    const struct buf *text = &run->source->text;
    json_object_set_new(json, "file", json_string(run->file_path));
    json_object_set_new(json, "options", options_record(run->options));
    json_object_set_new(json, "causes", causes_make(run));
    if (run->options->cause == CAUSE_UPSTREAM && getenv("GMRUN_UPSTREAM"))
        json_object_set_new(json, "upstream",
                            json_string(getenv("GMRUN_UPSTREAM"))); /* runner/steps/build.c looks for it */
    if (run->scm.ref)
        json_object_set_new(json, "commit", json_string(run->scm.ref));
    if (build_store_pipeline(&run->record, text->data ? text->data : "", text->len, err) < 0 ||
        build_write(&run->record, err) < 0) /* others look at it while it runs, and when it was killed */
        return -1;
    return run->restart_from ? restart_take_over(run, err) : 0;
}

/* Everything between a checked pipeline and its start that can still be refused. */
static int prepare(struct run *run, struct error *err)
{
    struct run_options *o = (struct run_options *)run->options;
    if ((run->restart_from && restart_check(run, err) < 0) || scm_source_find(run, err) < 0)
        return -1;
    run->home = o->home;
    run_prepare(run);
    json_t *params = params_prepare(run, err);
    if (!params)
        return -1;
    if (run_compile(run, err) < 0) {
        json_decref(params);
        return -1;
    }
    _cleanup_free_ char *job = job_name(run);
    int status = job_name_check(job, err);
    if (status == 0)
        status = build_create(&run->home, job, params, &run->record, err);
    json_decref(params);
    if (status < 0 || keep_source(run, err) < 0 || libraries_settle(run, err) < 0)
        return -1;
    build_env_fill(run);
    run->nodes = node_pool_new(run, executors(run));
    return 0;
}

static int open_log(const struct run *run, struct error *err)
{
    _cleanup_free_ char *path = path_join(run->record.dir, "log");
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    return fd < 0 ? error_errno(err, "%s", path) : fd;
}

/* A negative status means that the build could not begin or the loop failed; results are never negative. */
static int execute(struct run *run, struct error *err)
{
    /* Closed after the sinks were released: they flush into it. */
    _cleanup_(close_fd) int log_fd = open_log(run, err);
    _cleanup_free_ char *started_by = causes_text(run);
    if (log_fd < 0)
        return -1;
    describe_build(run, started_by);
    add_sinks(run, log_fd);
    run_check_warn(run);
    run_start(run);
    if (run_loop(run, err) < 0)
        return -1;
    enum result r = run_end(run);
    int status = run->stop_signal ? 128 + run->stop_signal : result_exit_status(r);
    if (run->abandoned) {
        run_abandon(run);
        build_release(&run->record);
        _exit(status); /* parked fibers hold too much to be taken apart by somebody in a hurry */
    }
    run_release(run);
    return status;
}

/* An error of the compiler in Jenkins' form; false: it has no place in the pipeline's file. */
static bool refuse_as_jenkins(struct run *run, const struct error *err)
{
    if (run->options->console != CONSOLE_JENKINS || !err->line || !run->source->parsed)
        return false;
    if (!str_eq(err->file, run->file) && !str_eq(err->file, run->ast->source.name)) {
        /* Of a library's file, which the pipeline's own findings cannot show. */
        printf("org.codehaus.groovy.control.MultipleCompilationErrorsException: startup failed:\n"
               "%s: %d: %s @ line %d, column %d.\n\n1 error\n\n",
               err->file, err->line, err->message, err->line, err->col);
        return true;
    }
    struct span at = {.line = err->line, .col = err->col};
    if (err->kind == ERROR_SYNTAX)
        diag_syntax(&run->source->diagnostics, err);
    else
        diag_error(&run->source->diagnostics, at, "%s", err->message);
    pipeline_file_print_jenkins(run->source, stdout);
    return true;
}

static int refuse(struct run *run, const struct error *err)
{
    if (refuse_as_jenkins(run, err))
        return 2;
    if (err->file)
        fprintf(stderr, "gmrun: %s:%d:%d: %s\n", err->file, err->line, err->col, err->message);
    else
        fprintf(stderr, "gmrun: %s\n", err->message ? err->message : "failed");
    return 2;
}

/* Nothing has begun: the folder goes again, and what was prepared. */
static void refused(struct run *run)
{
    build_discard(&run->record);
    if (run->vm)
        run_release(run);
}

/* run_release() first: it still writes to sinks and ends processes by the loop. */
static void release(struct run *run)
{
    run_release(run); /* what was refused on the way, too */
    build_release(&run->record);
    scm_source_release(&run->scm);
    if (run->credentials) {
        credentials_release(run->credentials);
        free(run->credentials);
    }
    pipeline_file_release(run->source);
    mask_set_unref(run->masks);
    mask_set_unref(run->all_masks);
    procs_release(&run->procs);
    if (run->loop)
        loop_release(run->loop);
    free(run->loop);
    free(run->file_path);
}

static int start_loop(struct run *run, struct error *err)
{
    run->loop = xcalloc(1, sizeof(*run->loop));
    run->masks = mask_set_new();
    run->all_masks = mask_set_new();
    /* Before the first secret: what is added from now on is known to both. */
    mask_set_record(run->masks, run->all_masks);
    if (loop_init(run->loop, err) < 0 || procs_init(&run->procs, run->loop, true, err) < 0 ||
        abort_on_signals(run, err) < 0)
        return -1;
    slots_init(&run->slots, run->loop, (unsigned)run->options->max_procs);
    return 0;
}

int cmd_run_with(struct run_options *o)
{
    _cleanup_(error_release) struct error err = {0};
    struct pipeline_file source = {0};
    struct run run = {.options = o, .config = &o->config, .source = &source, .dry_run = o->dry_run};
    run.restart_from = o->restart ? o->from : NULL;
    run.credentials = xcalloc(1, sizeof(*run.credentials));
    find_file(&run);
    int status = credentials_load(run.credentials, o->credentials_file, !o->credentials_given, &err);
    if (status == 0)
        status = run_check(&run, &err);
    if (status == 0 && run.model)
        status = stage_choice_resolve(o, run.model, &err);
    if (status == 0)
        status = start_loop(&run, &err) < 0 || prepare(&run, &err) < 0 ? -1 : execute(&run, &err);
    else if (status > 0)
        status = 2;
    /* Nothing was told yet: it is as if there had been no build. */
    if (status < 0 && !run.sinks.len)
        refused(&run);
    if (status < 0)
        status = refuse(&run, &err);
    release(&run);
    return status;
}
