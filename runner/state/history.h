/* gmrun.db: an index of what the builds' folders hold, for lists and trends; SQLite in WAL mode, so that readers and one
 * writer at a time get along, with migrations by user_version. libsqlite3 is loaded when first needed (start-up of
 * everything else stays fast). The database can be removed at any time: history_rebuild() makes it from the folders. */
#ifndef RUNNER_STATE_HISTORY_H
#define RUNNER_STATE_HISTORY_H

#include "runner/state/build.h"

/* Inserts or replaces a build with its stages; when it has a result, its test results from DIR/junit.json too. */
int history_put_build(struct home *home, const json_t *record, const char *dir, struct error *err);

#endif
