/* A pod as YAML text, as the plugin shows it in a build's log (showRawYaml). */
#ifndef AGENTS_KUBE_POD_PRINT_H
#define AGENTS_KUBE_POD_PRINT_H

#include <jansson.h>
#include "base/buf.h"

void pod_print(const json_t *pod, struct buf *out); /* from "---" on; every line ended */

#endif
