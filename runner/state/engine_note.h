/* Which engines and clusters a build uses: a small file HOME/engines/NAME, from the first object that the
 * build makes there until nothing is left. So a later start knows, by one look at a folder that is mostly
 * empty, what a killed build left. */
#ifndef RUNNER_STATE_ENGINE_NOTE_H
#define RUNNER_STATE_ENGINE_NOTE_H

#include <jansson.h>
#include "runner/state/build.h"

/* {"build": "JOB/N", "engines": [{"host": …, "certs": …}], "podman": FOLDER, "clusters": [{"credential": …,
 * "files": …, "context": …, "namespace": …}]}; a host of "" is the machine's own engine. The path of a new
 * note is owned. -1: err. */
char *engine_note_path(const struct home *home);
int engine_note_save(const char *path, const json_t *note, struct error *err);
void engine_note_remove(const char *path);

/* Whether the build JOB/N is over. */
bool engine_note_is_dead(struct home *home, const char *build);
/* Notes of builds that are over, each with its "path". Owned; an empty list is the usual answer. */
json_t *engine_notes_dead(struct home *home);

#endif
