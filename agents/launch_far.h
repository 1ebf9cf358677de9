/* Launches over a launcher that can pass neither environment nor folder, and whose argument list others may
 * see: an exec in a pod, a command of ssh. All of that goes by standard input, as a text for the shell there,
 * of a length that is said: the input need not end. Needed there: sh, head, mkdir, chmod, rm; /proc to end
 * processes. */
#ifndef AGENTS_LAUNCH_FAR_H
#define AGENTS_LAUNCH_FAR_H

#include "agents/launcher.h"

/* Embedded in its agent. `under` outlives it. */
struct far_launcher {
    struct launcher launcher;
    struct launcher *under;
    unsigned running;
};
void far_launcher_init(struct far_launcher *l, struct launcher *under);

/* Signals ("TERM", "KILL") what carries the cookie there, looking `looks` times (agents/kill_script.h).
 * done(): whether there was something; false as well when it could not be looked. May be NULL. */
void far_kill(struct launcher *under, const char *signal, const char *cookie, const char *looks,
              void (*done)(void *data, bool found), void *data);

#endif
