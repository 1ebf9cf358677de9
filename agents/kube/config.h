/* Which cluster, as whom: one context of the kubeconfigs with all that it names.
 *
 * Files are merged as kubectl does it (the first that has a name wins). Certificates and keys are in memory
 * as PEM, wherever they stood, so that a missing file is told here, by its name. Nothing is sent or run. */
#ifndef AGENTS_KUBE_CONFIG_H
#define AGENTS_KUBE_CONFIG_H

#include "base/error.h"
#include <jansson.h>
#include <stdbool.h>

/* Where to look. All borrowed; zeroed: $KUBECONFIG, ~/.kube/config, else the pod's service account. */
struct kube_config_from {
    const char *text;        /* a kubeconfig's content, in place of files */
    const char *text_name;   /* what messages call it; NULL: "kubeconfig" */
    const char *dir;         /* of relative file names in text; NULL: the working directory */
    const char *files;       /* a list with colons as $KUBECONFIG; NULL or "": the environment's */
    const char *context;     /* NULL: current-context */
    const char *account_dir; /* NULL: /var/run/secrets/kubernetes.io/serviceaccount */
};

/* exec: a program that gives credentials. command NULL: none. */
struct kube_exec {
    char *command; /* absolute, or to be found in PATH */
    json_t *args;  /* array of texts */
    json_t *env;   /* object of texts, added to the runner's environment */
    char *api_version, *install_hint;
    bool cluster_info; /* it wants to know the cluster */
};

/* All owned; NULL where the context does not say. */
struct kube_config {
    char *source; /* for messages: file or files, "kubeconfig", "service account" */
    char *context, *cluster, *user_name;
    char *space;                   /* the context's namespace */
    char *server;                  /* "https://HOST:PORT[/PATH]", no slash at the end */
    char *tls_server_name, *proxy; /* proxy: http, https or socks5 URL */
    char *ca, *cert, *key;         /* PEM */
    char *token, *token_file;      /* the file is read again now and then */
    char *user, *password;         /* basic */
    char *as, *as_uid;             /* impersonation */
    json_t *as_groups;
    struct kube_exec exec;
    bool insecure; /* insecure-skip-tls-verify: the server's certificate is not checked */
    bool in_cluster;
};

/* c must be zeroed; release it in both cases. Errors: ERROR_USAGE where none is found, ERROR_SYNTAX or
 * ERROR_INVALID with file and line for what is wrong in one. */
int kube_config_load(struct kube_config *c, const struct kube_config_from *from, struct error *err);
void kube_config_release(struct kube_config *c); /* secrets are overwritten */
/* The namespace to use where nobody names one; never NULL. */
const char *kube_config_space(const struct kube_config *c);

#endif
