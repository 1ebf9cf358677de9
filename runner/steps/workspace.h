/* The files of a step's node, wherever they are. On a near agent (local, docker) each function does its work
 * at once, as the one of base/fs.h with that name.
 *
 * On a far agent an answer takes its time, and steps are plain functions: so the function of the step that
 * asks (its start, or a continuation) is left, and run again from its beginning once the answer is there; it
 * then gets the answers it had, and goes on from the last. What follows from it:
 *  - A function that has to wait "fails" (-1, NULL, false), with err set; whatever the step then returns is
 * thrown away. ws_waits() tells. Log lines, blocks, waits and helpers that a step begins then are left out.
 *  - What a step does before its last question is done more than once: log lines are said once, what it sets
 *    (a scope, c->state) is released; anything else must bear it, or ask ws_first().
 *  - The questions are the same in every run, and are only asked within a start or a continuation. */
#ifndef RUNNER_STEPS_WORKSPACE_H
#define RUNNER_STEPS_WORKSPACE_H

#include "agents/agent.h"
#include "runner/steps/step.h"

bool ws_far(struct step_call *c);         /* the files are not this machine's */
bool ws_waits(const struct step_call *c); /* this run of the function leads nowhere: return */

bool ws_exists(struct step_call *c, const char *path); /* files, folders, links that lead somewhere */
bool ws_is_dir(struct step_call *c, const char *path);
int ws_read_file(struct step_call *c, const char *path, size_t limit, struct buf *out, struct error *err);
/* Parents are made. mode 0: in place, 0644 if new. */
int ws_write_file(struct step_call *c, const char *path, const void *data, size_t n, mode_t mode,
                  struct error *err);
int ws_mkdir_p(struct step_call *c, const char *path, mode_t mode, struct error *err);
int ws_rm_rf(struct step_call *c, const char *path, struct error *err);
int ws_empty_dir(struct step_call *c, const char *path, struct error *err);
/* Deletes what the scan's patterns choose below its root; folders only with `dirs`. */
int ws_prune(struct step_call *c, const struct ant_scan *scan, bool dirs, struct error *err);
char *ws_tempdir(struct step_call *c, const char *parent, const char *prefix, struct error *err);
int ws_digest(struct step_call *c, enum hash_kind kind, const char *path, char hex[HASH_HEX_MAX],
              struct error *err);
/* Entries are borrowed until the next question. */
int ws_touch(struct step_call *c, const char *path, int64_t mtime_ms, struct agent_entry *out,
             struct error *err);
typedef int ws_entry_fn(void *data, const struct agent_entry *e, struct error *err);
int ws_list(struct step_call *c, const char *dir, ws_entry_fn *fn, void *data, struct error *err);
int ws_glob(struct step_call *c, const struct ant_scan *scan, ws_entry_fn *fn, void *data, struct error *err);

/* Many files at once, for steps that read them by other means. A folder of this machine that has what the
 * scan would find below scan->root, borrowed until the call ends: scan->root itself when near, else a copy,
 * in which links are what they lead to. */
const char *ws_view(struct step_call *c, const struct ant_scan *scan, struct error *err);
/* ant_scan() of such a folder, which becomes scan->root. */
int ws_scan(struct step_call *c, struct ant_scan *scan, ant_scan_fn *fn, void *data, struct error *err);
/* One file: a path of this machine with its content, owned; a file that is missing is so there, too. */
char *ws_local_file(struct step_call *c, const char *path, struct error *err);

/* Far away only: a script where the node's commands run. That need not be where its files are seen from: of a
 * pod it is the container, with programs of its own. `vars` (NULL: none) over those of the scope; what it
 * prints is appended to `out`, without line ends behind it. Its exit status; -1: it could not be run. */
int ws_script(struct step_call *c, const char *script, const struct env *vars, struct buf *out,
              struct error *err);

/* The same for what leaves something there. Unless the function that asks succeeds, `undo` is run after it,
 * with the same variables, and the step ends when that is done: also when it is interrupted half way, or
 * while it waits for another answer. (So is what has to be done in any case: with itself as undo.) */
int ws_script_undo(struct step_call *c, const char *script, const char *undo, const struct env *vars,
                   struct buf *out, struct error *err);

/* A word that no other call has, and this one in every run: for names of what a script makes. Owned. */
char *ws_mark(struct step_call *c);

int ws_append_file(struct step_call *c, const char *path, const void *data, size_t n, struct error *err);
/* Removes a path of the node's (NULL: this machine's), far away some time later; for scopes that end. A scope
 * that ends since the function is run again leaves it: the path will be used. */
void ws_discard(struct run *run, struct lease *lease, const char *path);

/* This point is reached for the first time: for what must not be done twice. */
bool ws_first(const struct step_call *c);

/* ---- for call.c */
typedef enum call_status ws_after_fn(struct step_call *c, struct outcome o, struct value *out);
/* Runs after(), or the step's start when it is NULL, as often as there are questions. */
enum call_status ws_run(struct step_call *c, ws_after_fn *after, struct outcome o, struct value *out);
enum call_status ws_run_again(struct step_call *c, struct outcome o, struct value *out);
void ws_release(struct step_call *c);

#endif
