/* See leftovers.h. One engine or cluster of one note at a time; its client is freed in the next turn of the
 * loop, since its own callback still runs when it is known to be done.
 *
 * Everything is best effort: what does not answer keeps its note and is asked again by the next build. A
 * build of its own that is still running is never touched, since engine_notes_dead() looks at its lock. */
#include "runner/engine/leftovers.h"
#include "agents/kube/pod_sweep.h"
#include "base/fs.h"
#include "base/json.h"
#include "base/util.h"
#include "runner/engine/kube.h"
#include "runner/engine/podman.h"
#include "runner/state/engine_note.h"
#include <string.h>

enum { GRACE_MS = 2000 };

struct leftovers {
    struct loop *loop;
    struct procs *procs;
    struct leftovers_options o;
    void *data;
    json_t *notes;
    size_t note, place; /* the one at work: of notes, of its engines and clusters */
    bool kept;          /* something of this note could not be reached */
    struct engine *engine;
    struct docker_sweep *sweep;
    struct kube *kube;
    struct pod_sweep *pods;
    char *podman;          /* folder of the service that was started for a note */
    struct loop_task next; /* the next place or note, in a turn of its own */
};

static void found(void *data, const char *kind, const char *id, const char *build)
{
    struct leftovers *l = data;
    if (l->o.found)
        l->o.found(l->data, kind, id, build);
}

static void swept(void *data, const struct error *err)
{
    struct leftovers *l = data;
    l->sweep = NULL;
    l->kept |= err != NULL;
    loop_defer(l->loop, &l->next);
}

/* The service of the killed build may have gone with it. */
static char *host_of(struct leftovers *l, const json_t *note, const json_t *place)
{
    const char *host = json_text(place, "host");
    if (!json_text(note, "podman"))
        return host && *host ? xstrdup(host) : NULL;
    free(l->podman);
    return podman_start(l->procs, l->o.env, l->o.cookie, &l->podman);
}

static void sweep_place(struct leftovers *l, const json_t *note, const json_t *place)
{
    static const struct docker_sweep_callbacks callbacks = {found, swept};
    const char *certs = json_text(place, "certs");
    _cleanup_free_ char *host = host_of(l, note, place);
    struct docker_sweep_options o = {
        .home = l->o.home->dir, .build = json_text(note, "build"), .dry_run = l->o.dry_run};
    l->engine = engine_new(l->loop, host, certs && *certs ? certs : NULL);
    if (l->podman)
        engine_be_patient(l->engine, PODMAN_MS);
    l->sweep = docker_sweep_start(l->engine, &o, &callbacks, l);
}

/* ---- pods */

static void found_pod(void *data, const char *name)
{
    struct leftovers *l = data;
    if (l->o.found)
        l->o.found(l->data, "pod", name, json_text(json_array_get(l->notes, l->note), "build"));
}

static void pods_swept(void *data, const struct error *err)
{
    struct leftovers *l = data;
    l->pods = NULL;
    l->kept |= err != NULL;
    loop_defer(l->loop, &l->next);
}

static void sweep_cluster(struct leftovers *l, const json_t *note, const json_t *place)
{
    static const struct pod_sweep_callbacks callbacks = {found_pod, pods_swept};
    _cleanup_(kube_config_release) struct kube_config config = {0};
    struct pod_sweep_options o = {.home = l->o.home->dir,
                                  .build = json_text(note, "build"),
                                  .space = json_text(place, "namespace"),
                                  .dry_run = l->o.dry_run};
    /* Credentials may have been taken out of the file meanwhile. */
    if (!o.space || kube_config_noted(l->o.credentials, place, &config, NULL) < 0) {
        l->kept = true;
        loop_defer(l->loop, &l->next);
        return;
    }
    l->kube = kube_new(l->loop, l->procs, &config);
    l->pods = pod_sweep_start(l->kube, &o, &callbacks, l);
}

/* ---- one after the other */

/* By the mark in its environment: the folder's name is in no other process'. */
static void end_service(const char *folder)
{
    _cleanup_free_ char *entry = xasprintf(PODMAN_MARK "=%s", folder);
    proc_sweep(entry, GRACE_MS);
    fs_rm_rf(folder, NULL);
}

static void end_podman(struct leftovers *l)
{
    if (l->podman)
        end_service(l->podman);
    free(l->podman);
    l->podman = NULL;
}

static void end_note(struct leftovers *l, const json_t *note)
{
    end_podman(l);
    if (l->kept || l->o.dry_run)
        return;
    if (json_text(note, "podman"))
        end_service(json_text(note, "podman"));
    engine_note_remove(json_text(note, "path"));
}

static void close_clients(struct leftovers *l)
{
    engine_free(l->engine);
    l->engine = NULL;
    if (l->kube)
        kube_free(l->kube);
    l->kube = NULL;
}

static void next(struct loop_task *t)
{
    struct leftovers *l = t->data;
    const json_t *note = json_array_get(l->notes, l->note), *engines = json_object_get(note, "engines"),
                 *clusters = json_object_get(note, "clusters");
    size_t i = l->place++, n = json_array_size(engines);
    close_clients(l);
    if (i < n) {
        sweep_place(l, note, json_array_get(engines, i));
    } else if (i - n < json_array_size(clusters)) {
        sweep_cluster(l, note, json_array_get(clusters, i - n));
    } else if (note) {
        end_note(l, note);
        l->note++;
        l->place = 0;
        l->kept = false;
        loop_defer(l->loop, &l->next);
    } else {
        l->o.done(l->data);
    }
}

struct leftovers *leftovers_start(struct loop *loop, struct procs *procs, const struct leftovers_options *o,
                                  void *data)
{
    json_t *notes = engine_notes_dead(o->home);
    if (!json_array_size(notes)) {
        json_decref(notes);
        return NULL;
    }
    struct leftovers *l = xcalloc(1, sizeof(*l));
    *l = (struct leftovers){.loop = loop, .procs = procs, .o = *o, .data = data, .notes = notes};
    l->next = (struct loop_task){.fn = next, .data = l};
    loop_defer(loop, &l->next);
    return l;
}

void leftovers_free(struct leftovers *l)
{
    if (!l)
        return;
    loop_defer_cancel(l->loop, &l->next);
    close_clients(l);
    if (l->sweep)
        docker_sweep_free(l->sweep);
    if (l->pods)
        pod_sweep_free(l->pods);
    end_podman(l);
    json_decref(l->notes);
    free(l);
}
