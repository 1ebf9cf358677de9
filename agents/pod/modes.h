/* The parts of gmrun-pod that have no header of their own; arguments without the mode's name. */
#ifndef POD_MODES_H
#define POD_MODES_H

int mode_hold(char **args); /* DIR: where the program goes, and the runs below DIR/run */
int mode_kill(char **args); /* TERM|KILL NAME=value */

#endif
