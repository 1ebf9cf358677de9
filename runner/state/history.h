/* gmrun.db: an index of what the builds' folders hold, for lists and trends; SQLite in WAL mode, so that
 * readers and one writer at a time get along, with migrations by user_version. libsqlite3 is loaded when
 * first needed (start-up of everything else stays fast). The database can be removed at any time:
 * history_rebuild() makes it from the folders, and happens by itself when the file is damaged. A writer that
 * dies leaves a journal that SQLite rolls back.
 *
 * All of it is synchronous, a few milliseconds each; errors mean that the index cannot be used, never
 * that a build is lost. */
#ifndef RUNNER_STATE_HISTORY_H
#define RUNNER_STATE_HISTORY_H

#include "runner/state/build.h"

/* Inserts or replaces a build with its stages; when it has a result, its test results from DIR/junit.json
 * too. */
int history_put_build(struct home *home, const json_t *record, const char *dir, struct error *err);
int history_remove_build(struct home *home, const char *job, int number, struct error *err);
/* Empties the index and reads all builds' folders. *builds (may be NULL): how many. */
int history_rebuild(struct home *home, int *builds, struct error *err);

/* Reading: arrays of objects, latest build first; new references, NULL with err. */
/* job NULL: of all jobs. before_ms 0: from the latest; else those that started before it. Keys: job, number,
 * result, display_name, description, started_ms, duration_ms, cause, branch, commit_id, tests_total,
 * tests_failed, tests_skipped. */
json_t *history_builds(struct home *home, const char *job, int64_t before_ms, int limit, struct error *err);
/* number, id, parent, name, path, result, skipped, started_ms, duration_ms of the last `builds` builds. */
json_t *history_stages(struct home *home, const char *job, int builds, struct error *err);
/* number, status, seconds, message of one test in the last `limit` builds that ran it. */
json_t *history_test(struct home *home, const char *job, const char *class_name, const char *name, int limit,
                     struct error *err);
/* class, name, runs, failures of tests that both passed and failed in the last `builds` builds, worst first.
 */
json_t *history_flaky(struct home *home, const char *job, int builds, struct error *err);

#endif
