/* Texts that a build hangs on itself [badge plugin]: kept in its record, shown by `gmrun show`. */
#ifndef RUNNER_STEPS_REPORT_BADGES_H
#define RUNNER_STEPS_REPORT_BADGES_H

struct run;
void badges_register(struct run *run); /* the class of createSummary's result, once a VM */

#endif
