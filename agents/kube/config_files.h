/* The kubeconfigs that a configuration is put together from, in the order of their precedence. */
#ifndef AGENTS_KUBE_CONFIG_FILES_H
#define AGENTS_KUBE_CONFIG_FILES_H

#include "base/util.h"
#include "base/yaml.h"

struct kube_source {
    struct yaml_doc doc;
    char *dir; /* relative file names start here */
};
typedef VEC(struct kube_source) kube_sources;

enum kube_section { KUBE_CLUSTER, KUBE_USER, KUBE_CONTEXT };

int kube_sources_add_text(kube_sources *all, const char *text, const char *name, const char *dir,
                          struct error *err);
/* Those of the list that exist; files NULL or "": $KUBECONFIG, else ~/.kube/config. None is no error. */
int kube_sources_add_files(kube_sources *all, const char *files, struct error *err);
char *kube_sources_places(const char *files); /* the list that it looks at, owned */
void kube_sources_release(kube_sources *all); /* wipes */

/* The map of the entry of that name: the first file that has it [clientcmd]. NULL: none. */
const struct yaml_node *kube_sources_find(const kube_sources *all, enum kube_section section,
                                          const char *name, const struct kube_source **s);
const char *kube_sources_current(const kube_sources *all); /* current-context; NULL: none. Borrowed */
char *kube_sources_contexts(const kube_sources *all);      /* "a, b", owned */
char *kube_sources_names(const kube_sources *all);         /* of the files, "a:b", owned */

#endif
