/* A machine that ssh and sftp are to reach: what they need goes into a folder of its own beside the
 * workspace, which only the user can read. Commands, keys and passwords stand in its files, never in an
 * argument list. */
#ifndef RUNNER_STEPS_TOOLS_SSH_REMOTE_H
#define RUNNER_STEPS_TOOLS_SSH_REMOTE_H

#include "runner/steps/undo.h"

struct ssh_remote { /* borrowed; absent ones NULL or 0 */
    const char *name, *host, *user, *password;
    const char *key, *key_file, *passphrase; /* key: its text */
    const char *known_hosts;                 /* file; NULL: the user's own */
    const char *host_key;                    /* "ssh-ed25519 AAAA…": instead of a file */
    int port, timeout_s;
    bool any_host, terminal;
    const struct ssh_remote *gateway; /* is logged in to first */
};

/* The user and secrets of a credential: a password, or a key. */
int ssh_remote_login(struct ssh_remote *r, struct run *run, const char *credentials_id, struct error *err);

struct ssh_setup {     /* the folder while it is filled */
    char *dir;         /* owned */
    struct buf config; /* of ssh; written by ssh_setup_finish() */
    int commands;
    struct env vars; /* for ssh's environment */
};
/* Makes the folder; it goes with `undo`. */
int ssh_setup_start(struct ssh_setup *s, struct step_call *c, const struct ssh_remote *r, struct undo *undo,
                    struct error *err);
/* The same in a folder that is there: s->dir. */
int ssh_setup_fill(struct ssh_setup *s, const struct ssh_remote *r, struct error *err);
/* Adds a command to run there; appends the shell words that do it: ssh -F … . */
void ssh_setup_command(struct ssh_setup *s, const char *command, struct buf *words);
/* Appends `sftp -F … -b FILE remote`, FILE holding the batch. */
int ssh_setup_batch(struct ssh_setup *s, const char *batch, struct buf *words, struct error *err);
int ssh_setup_finish(struct ssh_setup *s, struct error *err);
void ssh_setup_release(struct ssh_setup *s);
/* A path for a batch of sftp. */
void sftp_add_quoted(struct buf *out, const char *path);

#endif
