/* The state folder and absolute paths. */
#ifndef RUNNER_STATE_HOME_H
#define RUNNER_STATE_HOME_H

/* The folder that `given` (may be NULL), $GMRUN_HOME, or ~/.gmrun names; absolute, owned, not created. NULL
 * when there is neither an option nor a variable nor an entry for the user. */
char *home_find(const char *given);
/* Absolute and normalised by text only, against the working directory. Owned. */
char *path_absolute(const char *path);

#endif
