/* The text that explains a rollout that failed: the workload's own warnings, its pods, their containers'
 * states, events and last log lines. Read from the cluster, then told line by line. */
#ifndef EXECUTORS_KUBE_STORY_H
#define EXECUTORS_KUBE_STORY_H

#include "agents/kube/client.h"

struct story;
/* `text`: lines, ended by newlines; borrowed. fn comes once, never from within the call. */
typedef void story_fn(void *data, const char *text);
struct story *story_start(struct kube *k, const json_t *workload, story_fn *fn, void *data);
void story_cancel(struct story *s); /* NULL is fine */

#endif
