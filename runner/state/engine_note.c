/* A note is written before the first object is made and removed when all are gone: in between a killed
 * runner leaves it. Written aside and renamed, since half a note would never be read and what it names
 * never removed. 0600: it names servers, no secrets. */
#include "runner/state/engine_note.h"
#include "base/fs.h"
#include "base/hash.h"
#include "base/util.h"
#include <dirent.h>
#include <string.h>
#include <unistd.h>

enum { NOTE_MAX = 65536 };

char *engine_note_path(const struct home *home)
{
    char name[17];
    random_hex(name, 8);
    return xasprintf("%s/engines/%s", home->dir, name);
}

int engine_note_save(const char *path, const json_t *note, struct error *err)
{
    _cleanup_free_ char *dir = path_dirname(path);
    if (fs_mkdir_p(dir, 0700, err) < 0)
        return -1;
    char *text = json_dumps(note, JSON_COMPACT);
    int status = fs_write_file_atomic(path, text, strlen(text), 0600, err);
    free(text);
    return status;
}

void engine_note_remove(const char *path)
{
    _cleanup_free_ char *dir = path_dirname(path);
    unlink(path);
    rmdir(dir); /* where it was the last one */
}

bool engine_note_is_dead(struct home *home, const char *build)
{
    const char *slash = strrchr(build, '/');
    _cleanup_free_ char *job = xstrndup(build, slash ? (size_t)(slash - build) : 0);
    return slash && !build_running(home, job, (int)strtol(slash + 1, NULL, 10), NULL);
}

static json_t *dead_note(struct home *home, const char *path)
{
    _cleanup_(buf_release) struct buf text = {0};
    json_t *note = fs_read_file(path, NOTE_MAX, &text, NULL) == 0 && text.len
                       ? json_loadb(text.data, text.len, 0, NULL)
                       : NULL;
    const char *build = json_string_value(json_object_get(note, "build"));
    if (build && engine_note_is_dead(home, build)) {
        /* Not for writing out: a folder's name need not be UTF-8, and it has to be found again */
        json_object_set_new(note, "path", json_stringn_nocheck(path, strlen(path)));
        return note;
    }
    json_decref(note);
    return NULL;
}

json_t *engine_notes_dead(struct home *home)
{
    json_t *all = json_array();
    _cleanup_free_ char *dir = path_join(home->dir, "engines");
    DIR *d = opendir(dir);
    for (struct dirent *e; d && (e = readdir(d));) {
        _cleanup_free_ char *path = path_join(dir, e->d_name);
        json_t *note = e->d_name[0] == '.' ? NULL : dead_note(home, path);
        if (note)
            json_array_append_new(all, note);
    }
    if (d)
        closedir(d);
    return all;
}
