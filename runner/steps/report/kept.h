/* What report steps leave in the build's record (build.json), for `gmrun show` and the summary:
 *   "fingerprints": [{file, md5}], each file once
 *   "html": [{name, dir, files, titles}]           dir: where the copy lies
 *   "badges": [{kind, text, …}], "summaries": [{text, id, icon}] */
#ifndef RUNNER_STEPS_REPORT_KEPT_H
#define RUNNER_STEPS_REPORT_KEPT_H

#include "runner/steps/step.h"
#include <jansson.h>

/* The array of that name in the record, made when missing; borrowed. */
json_t *kept_list(struct run *run, const char *name);
/* Takes item. */
void kept_add(struct run *run, const char *name, json_t *item);
/* files: [{path, md5, …}] as the helper program answers; those without md5 are left out. A file that was
 * recorded before has its newest checksum. */
void kept_fingerprints(struct run *run, const json_t *files);

/* Replaces DIR/NAME (the build's folder) by that JSON (borrowed). */
int kept_file(struct run *run, const char *name, const json_t *json, struct error *err);

/* "team » app": how messages show a job in a folder. Owned. */
char *job_display(const char *job);

#endif
