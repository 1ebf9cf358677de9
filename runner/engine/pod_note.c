/* Written when the first pod of a cluster is asked for, and gone with the build's last one. */
#include "runner/engine/pod_note.h"
#include "runner/state/engine_note.h"

static bool is_known(const struct pod_note *n, const json_t *place)
{
    size_t i;
    json_t *known;
    json_array_foreach(n->clusters, i, known)
    {
        if (json_equal(known, place))
            return true;
    }
    return false;
}

void pod_note_add(struct run *run, struct pod_note *n, json_t *place)
{
    _cleanup_(error_release) struct error err = {0};
    if (is_known(n, place)) {
        json_decref(place);
        return;
    }
    if (!n->clusters)
        n->clusters = json_array();
    json_array_append_new(n->clusters, place);
    if (!n->path)
        n->path = engine_note_path(&run->home);
    _cleanup_free_ char *build = xasprintf("%s/%d", run->record.job, run->record.number);
    json_t *note = json_pack("{s:s, s:O}", "build", build, "clusters", n->clusters);
    if (engine_note_save(n->path, note, &err) < 0)
        run_warning(run, NULL, 0, 0, "%s", err.message);
    json_decref(note);
}

void pod_note_release(struct pod_note *n, bool keep)
{
    if (n->path && !keep)
        engine_note_remove(n->path);
    json_decref(n->clusters);
    free(n->path);
}
