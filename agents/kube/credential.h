/* What a client shows the server: the context's token, token file, password or what its exec plugin gives,
 * kept as long as it is valid. Embedded; the configuration is borrowed. */
#ifndef AGENTS_KUBE_CREDENTIAL_H
#define AGENTS_KUBE_CREDENTIAL_H

#include "agents/kube/config.h"
#include "base/buf.h"
#include "base/proc.h"
#include <time.h>

struct kube_credential {
    const struct kube_config *config;
    struct loop *loop;
    struct procs *procs; /* NULL: exec plugins are refused */
    /* The plugin's run is over, well or not: ask again. */
    void (*ready)(void *data);
    void *data;
    struct kube_plugin *plugin; /* a run of it */
    char *token, *cert, *key;   /* of the plugin */
    time_t expires;             /* of these; 0: never */
    bool has;
    struct error failure; /* of its last run */
    char *file_token;
    int64_t file_read; /* on the loop's clock */
};

void kube_credential_init(struct kube_credential *c, const struct kube_config *config, struct loop *loop,
                          struct procs *procs, void (*ready)(void *data), void *data);
void kube_credential_release(struct kube_credential *c);

/* 1: valid ones are there; 0: the plugin runs, ready() comes; -1: there are none. A failure is told once,
 * then the plugin is run anew. */
int kube_credential_get(struct kube_credential *c, struct error *err);
/* The server refused them (401): what the plugin or the token's file gave is forgotten. Whether asking again
 * makes sense. */
bool kube_credential_refused(struct kube_credential *c);
/* "Authorization: …", owned by the caller; NULL: none. */
char *kube_credential_header(struct kube_credential *c);
/* Of the plugin, else of the context; NULL: none. */
const char *kube_credential_cert(const struct kube_credential *c);
const char *kube_credential_key(const struct kube_credential *c);

/* Reads an ExecCredential as the plugin prints it [k8s: client.authentication.k8s.io]. Exposed for tests. */
int kube_credential_read(struct kube_credential *c, const char *text, size_t n, struct error *err);

#endif
