/* Members of a Kubernetes object by a dotted path: "status.updatedReplicas". Nothing here fails: what is
 * absent or of another kind is NULL, the default, or "". */
#ifndef EXECUTORS_KUBE_FIELD_H
#define EXECUTORS_KUBE_FIELD_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

json_t *field_at(const json_t *o, const char *path); /* borrowed, NULL */
int64_t field_int(const json_t *o, const char *path, int64_t dflt);
const char *field_text(const json_t *o, const char *path); /* borrowed; "" when absent */
bool field_is(const json_t *o, const char *path, const char *text);

const char *object_kind(const json_t *o);
const char *object_name(const json_t *o);
const char *object_namespace(const json_t *o);
/* "apps" of apps/v1, "" of v1; owned. */
char *object_group(const json_t *o);
/* "Deployment shop/web", or "Namespace shop" where there is no namespace; owned. */
char *object_title(const json_t *o);
/* The entry of status.conditions with that type; NULL. */
const json_t *object_condition(const json_t *o, const char *type);
/* The owner that controls the object has this uid. */
bool object_is_owned_by(const json_t *o, const char *uid);

#endif
