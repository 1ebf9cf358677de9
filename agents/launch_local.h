/* Launches scripts as children of this process. The only launcher whose processes are ours: it has exit
 * signals, and input that can be closed. */
#ifndef AGENTS_LAUNCH_LOCAL_H
#define AGENTS_LAUNCH_LOCAL_H

#include "agents/launcher.h"

/* Embedded in its agent. */
struct local_launcher {
    struct launcher launcher;
    struct procs *procs;
};
void local_launcher_init(struct local_launcher *l, struct procs *ps);

#endif
