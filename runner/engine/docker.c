#include "runner/engine/docker.h"
#include "agents/docker_sweep.h"
#include "base/fs.h"
#include "base/utf8.h"
#include "runner/engine/leftovers.h"
#include "runner/engine/podman.h"
#include "runner/state/engine_note.h"
#include <string.h>

/* Removal by force takes moments, on an engine under load some seconds; what others left can wait. */
enum { SWEEP_MS = 30000, OTHERS_MS = 15000 };

/* One for each address and certificates that steps meant; most builds have none or one. Life: opened by
 * run_engine(), swept at the build's end by the labels of what was made, freed in run_release(). The note
 * (state/engine_note.h) covers the time in between, should the process be killed. */
struct build_engine {
    struct build_engine *next;
    char *key, *host, *certs; /* host and folder of certificates */
    struct engine *engine;
    struct build_engines *all;
    struct docker_sweep *sweep; /* at the end of the build; NULL: done, or not begun */
};

struct build_engines {
    struct build_engine *first;
    char *podman;  /* folder of the socket of a service that this build started; NULL: none */
    char *home;    /* as the label has it: UTF-8, whatever the folder's name is */
    char *build;   /* JOB/NUMBER */
    bool labelled; /* something was made that may have to be removed */
    int sweeping;
    bool failed;                 /* something may still be there */
    char *note;                  /* path */
    struct leftovers *leftovers; /* of killed builds; NULL: none, or gone */
    struct loop *loop;
    struct loop_task collected;
};

static struct build_engines *engines_of(struct run *run)
{
    struct build_engines *all = run->extra[EXTRA_ENGINE];
    if (!all) {
        all = run->extra[EXTRA_ENGINE] = xcalloc(1, sizeof(*all));
        struct buf home = {0};
        utf8_clean(&home, run->home.dir, strlen(run->home.dir));
        all->home = buf_steal(&home);
        all->build = xasprintf("%s/%d", run->record.job, run->record.number);
    }
    return all;
}

static struct engine *open_engine(struct run *run, const char *host, const char *certs)
{
    struct build_engines *all = engines_of(run);
    /* A service of our own is started at most once a build. */
    bool known = (host && *host) || engine_is_known() || all->podman;
    _cleanup_free_ char *podman =
        known ? NULL : podman_start(&run->procs, &run->host_env, run->cookie, &all->podman);
    struct engine *e = engine_new(run->loop, podman ? podman : host, certs);
    if (podman)
        engine_be_patient(e, PODMAN_MS);
    return e;
}

/* Inside a container the runner's own environment is not seen, but its engine is still the one that is meant.
 */
static char *variable(struct run *run, const struct scope *scope, const char *name)
{
    char *value = run_getenv(run, scope, name);
    return value ? value : xstrdup(env_get(&run->host_env, name));
}

/* What a later start needs to find what this build makes. */
static void take_note(struct run *run, struct build_engines *all)
{
    _cleanup_(error_release) struct error err = {0};
    /* Both have to be known: that there is something, and where. */
    if (!all->labelled || !all->first)
        return;
    json_t *places = json_array(), *note = json_pack("{s:s, s:o}", "build", all->build, "engines", places);
    for (struct build_engine *e = all->first; e; e = e->next)
        json_array_append_new(places, json_pack("{s:s, s:s}", "host", e->host ? e->host : "", "certs",
                                                e->certs ? e->certs : ""));
    if (all->podman)
        json_object_set_new(note, "podman", json_string(all->podman));
    if (!all->note)
        all->note = engine_note_path(&run->home);
    if (engine_note_save(all->note, note, &err) < 0)
        run_warning(run, NULL, 0, 0, "%s", err.message);
    json_decref(note);
}

static const char *word_variable(void *data, const char *name)
{
    struct scope_words *w = data;
    free(w->last);
    w->last = variable(w->run, w->scope, name);
    return w->last;
}

void scope_words_init(struct scope_words *w, struct run *run, const struct scope *scope, bool shell)
{
    *w = (struct scope_words){
        .env = {.variable = word_variable, .data = w, .shell = shell}, .run = run, .scope = scope};
}

void scope_words_release(struct scope_words *w)
{
    free(w->last);
}

struct engine *run_engine(struct run *run, const struct scope *scope)
{
    _cleanup_free_ char *host = variable(run, scope, "DOCKER_HOST"),
                        *certs = variable(run, scope, "DOCKER_CERT_PATH"),
                        *verify = variable(run, scope, "DOCKER_TLS_VERIFY"),
                        *home = variable(run, scope, "HOME"),
                        *used = engine_certificates(verify, certs, home);
    _cleanup_free_ char *key = xasprintf("%s %s", host ? host : "", used ? used : "");
    struct build_engine **at = &engines_of(run)->first;
    while (*at && !str_eq((*at)->key, key))
        at = &(*at)->next;
    if (!*at) {
        *at = xcalloc(1, sizeof(**at));
        **at = (struct build_engine){
            .key = xstrdup(key), .host = xstrdup(host), .certs = xstrdup(used), .all = engines_of(run)};
        (*at)->engine = open_engine(run, host, used);
        take_note(run, engines_of(run));
    }
    return (*at)->engine;
}

void run_engine_labels(struct run *run, const char *labels[3][2])
{
    struct build_engines *mine = engines_of(run);
    const char *const all[3][2] = {
        {DOCKER_LABEL_HOME, mine->home}, {DOCKER_LABEL_BUILD, mine->build}, {NULL, NULL}};
    bool first = !mine->labelled;
    mine->labelled = true;
    if (first)
        take_note(run, mine);
    for (size_t i = 0; i < ARRAY_LEN(all); i++) {
        labels[i][0] = all[i][0];
        labels[i][1] = all[i][1];
    }
}

static void swept(void *data, const struct error *err)
{
    struct build_engine *e = data;
    e->sweep = NULL;
    e->all->failed |= err != NULL;
    e->all->sweeping--;
}

static void give_up(struct loop_timer *t)
{
    struct build_engines *all = t->data;
    all->failed |= all->sweeping > 0;
    all->sweeping = 0;
    leftovers_free(all->leftovers);
    all->leftovers = NULL;
}

static void sweep_own(struct run *run, struct build_engines *all)
{
    static const struct docker_sweep_callbacks callbacks = {NULL, swept};
    struct docker_sweep_options o = {.home = run->home.dir, .build = all->build};
    for (struct build_engine *e = all->first; e; e = e->next) {
        if (!engine_version(e->engine)[0])
            continue; /* it never answered: there is nothing in it */
        all->sweeping++;
        e->sweep = docker_sweep_start(e->engine, &o, &callbacks, e);
    }
}

void run_engine_sweep(struct run *run)
{
    struct build_engines *all = run->extra[EXTRA_ENGINE];
    struct loop_timer patience = {.fn = give_up, .data = all};
    if (!all || (!all->labelled && !all->leftovers))
        return;
    loop_timer_start(run->loop, &patience, SWEEP_MS);
    if (all->labelled)
        sweep_own(run, all);
    while (all->sweeping > 0 && !run->hurried && loop_run_once(run->loop, -1, NULL) >= 0)
        ;
    all->failed |= all->sweeping > 0; /* then the note stays, and the next build sweeps again */
    loop_timer_start(run->loop, &patience, OTHERS_MS); /* what is not gone then waits for the next build */
    while (all->leftovers && !run->hurried && loop_run_once(run->loop, -1, NULL) >= 0)
        ;
    loop_timer_stop(run->loop, &patience);
    if (all->note && !all->failed)
        engine_note_remove(all->note);
}

static void all_collected(void *data)
{
    struct build_engines *all = data;
    loop_defer(all->loop, &all->collected);
}

static void free_leftovers(struct loop_task *t)
{
    struct build_engines *all = t->data;
    leftovers_free(all->leftovers);
    all->leftovers = NULL;
}

void run_engine_collect(struct run *run)
{
    _cleanup_free_ char *notes = path_join(run->home.dir, "engines");
    struct leftovers_options o = {.home = &run->home,
                                  .env = &run->host_env,
                                  .cookie = run->cookie,
                                  .credentials = run->credentials,
                                  .done = all_collected};
    if (run->dry_run || !fs_is_dir(notes))
        return;
    struct build_engines *all = engines_of(run);
    all->loop = run->loop;
    all->collected = (struct loop_task){.fn = free_leftovers, .data = all};
    all->leftovers = leftovers_start(run->loop, &run->procs, &o, all);
}

void run_engine_free(struct run *run)
{
    struct build_engines *all = run->extra[EXTRA_ENGINE];
    if (!all)
        return;
    for (struct build_engine *e = all->first, *next; e; e = next) {
        next = e->next;
        engine_free(e->engine);
        if (e->sweep)
            docker_sweep_free(e->sweep);
        free(e->key);
        free(e->host);
        free(e->certs);
        free(e);
    }
    if (all->podman)
        fs_rm_rf(all->podman, NULL);
    free(all->podman);
    if (all->leftovers) {
        loop_defer_cancel(run->loop, &all->collected);
        leftovers_free(all->leftovers);
    }
    free(all->note);
    free(all->home);
    free(all->build);
    free(all);
    run->extra[EXTRA_ENGINE] = NULL;
}
