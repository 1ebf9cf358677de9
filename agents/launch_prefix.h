/* Launches by another program in front: `docker exec -i ID` over the launcher of the node where that
 * container runs. As the launcher under it, it is asked for argv and input alone. */
#ifndef AGENTS_LAUNCH_PREFIX_H
#define AGENTS_LAUNCH_PREFIX_H

#include "agents/launcher.h"

/* Embedded in its agent. `under` outlives it, the words are copied. */
struct prefix_launcher {
    struct launcher launcher;
    struct launcher *under;
    char **words; /* NULL-terminated */
    size_t n_words;
};
void prefix_launcher_init(struct prefix_launcher *l, struct launcher *under, const char *const *words);
void prefix_launcher_release(struct prefix_launcher *l);

#endif
