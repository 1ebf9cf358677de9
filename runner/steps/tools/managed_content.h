/* A managed file as a build gets it: its text with the logins of servers filled in. */
#ifndef RUNNER_STEPS_TOOLS_MANAGED_CONTENT_H
#define RUNNER_STEPS_TOOLS_MANAGED_CONTENT_H

#include "base/buf.h"
#include "runner/state/managed_file.h"
#include "runner/steps/undo.h"

/* Appends the text; passwords in it are masked as long as `undo` lives. Keys of ssh logins become files in
 * `dir`, a folder of the node, as the paths of `undo` are. The caller wipes the text. */
int managed_content(struct step_call *c, const struct managed_file *f, const char *dir, struct undo *undo,
                    struct buf *text, struct error *err);
/* Replaces `path` of the node by a text that nobody but the user can read; missing folders are made. */
int managed_place(struct step_call *c, const char *path, const struct buf *text, struct error *err);
/* Both. */
int managed_file_write(struct step_call *c, const struct managed_file *f, const char *path, struct undo *undo,
                       struct error *err);
/* "nexus (usernamePassword deployer), …": which logins a file gets; appended. */
void managed_file_logins(struct run *run, const struct managed_file *f, struct buf *out);

#endif
