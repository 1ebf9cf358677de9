/* Pod templates: what podTemplate(…) and agent { kubernetes { … } } say, as JSON. One that was made here has
 * its containers under `containers`, the pods of its yaml texts under `yamls`, and lists where the plugin
 * also takes other forms; the other members are the plugin's parameters, as they were written. */
#ifndef AGENTS_KUBE_POD_TEMPLATE_H
#define AGENTS_KUBE_POD_TEMPLATE_H

#include <jansson.h>
#include "base/error.h"

/* A new template of parameters (see pod_parts.h for their form) and of the pod that its yaml holds (NULL:
 * none). NULL/err. */
json_t *pod_template_new(const json_t *parameters, const json_t *yaml, struct error *err);
/* A new template: `over` inherits from `under`; both borrowed, NULL counts as empty
 * [kubernetes-plugin: PodTemplateUtils.combine]. */
json_t *pod_template_combine(const json_t *under, const json_t *over);
/* The pods of its yaml texts in one, by its yamlMergeStrategy: the last, or all laid over each other. */
json_t *pod_template_yaml(const json_t *t);

#endif
