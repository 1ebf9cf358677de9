/* Launches on another machine by the program ssh, over one connection that stays open (the master). Passes
 * argv and input only; see agents/launch_far.h for the rest. */
#ifndef AGENTS_LAUNCH_SSH_H
#define AGENTS_LAUNCH_SSH_H

#include "base/buf.h"
#include "agents/launch_local.h"

/* dir: a folder of our own with ssh's configuration `config`, where the host is called "remote"; short, as
 * the connection's socket lies in it. env: of the program ssh. Borrowed. */
struct ssh_launcher {
    struct launcher launcher;
    struct local_launcher local;
    const char *dir;
    const char *const *env;
    unsigned running, started;
    struct launched *master;
    void (*ready)(void *data, const struct error *err);
    void (*gone)(void *data);
    void *data;
    struct buf said;
    bool connected;
};
void ssh_launcher_init(struct ssh_launcher *l, struct procs *ps, const char *dir, const char *const *env);
/* Opens the connection; ready() comes once, never from within, unless it is ended before. -1: err, no program
 * ssh. */
int ssh_launcher_connect(struct ssh_launcher *l, void (*ready)(void *data, const struct error *err),
                         void *data, struct error *err);
/* Closes it, and with it what still runs over it; done() comes once all of that is gone, maybe at once. */
void ssh_launcher_end(struct ssh_launcher *l, void (*done)(void *data), void *data);
/* When its processes are gone; zeroed is fine. */
void ssh_launcher_release(struct ssh_launcher *l);

#endif
