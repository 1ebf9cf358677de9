/* What gmrun.yaml says of pods: the nodes of kind kubernetes as pod templates, and `kubernetes:`. */
#ifndef RUNNER_ENGINE_POD_CONFIG_H
#define RUNNER_ENGINE_POD_CONFIG_H

#include <jansson.h>
#include "runner/engine/kube.h"

/* The template of a row (kind kubernetes); owned. NULL: err, with the place of what is wrong in its yaml. */
json_t *pod_config_template(struct run *run, const struct agent_config *row, struct error *err);
/* The row of that name, or with that label; NULL: none. */
const struct agent_config *pod_config_find(struct run *run, const char *name);
/* With what it inherits: of the rows that its inheritFrom names, else of `around` (NULL: nothing); owned. */
json_t *pod_config_inherit(struct run *run, const json_t *own, const json_t *around, struct error *err);
/* The row whose cluster is meant: the one that its cloud names, else the first that it inherits from; NULL:
 * none. */
const struct agent_config *pod_config_row(struct run *run, const json_t *template);
/* What the row says of every pod of its cluster. */
void pod_config_settle(const struct agent_config *row, json_t *template);
/* Which cluster the row means, by itself or by its cloud. Borrowed from the configuration. */
void pod_config_cluster(struct run *run, const struct agent_config *row, struct kube_wanted *out);
/* The yaml text of a pod as JSON; owned, NULL for an empty one. `name` is for messages. */
int pod_yaml_read(const char *name, const char *text, json_t **out, struct error *err);

const char *run_agent_image(struct run *run);

#endif
