/* Ends processes where no signal of ours reaches: in a container, on another machine. */
#ifndef AGENTS_KILL_SCRIPT_H
#define AGENTS_KILL_SCRIPT_H

/* For `sh -c kill_script sh SIGNAL COOKIE LOOKS`: the signal goes to all that carry COOKIE (NAME=value) in
 * their environment, as Jenkins finds the processes of a step. Uses a shell's own commands, grep and sleep.
 * Exit status: 1 there were some, 0 none. */
extern const char kill_script[];
/* How often it looks, ten times a second, when what it is to end may not have begun yet. */
#define KILL_LOOKS "50"

#endif
