/* credentials.yaml: what a pipeline may use by id. Everything read from it is overwritten when released. */
#ifndef RUNNER_STATE_CREDENTIALS_H
#define RUNNER_STATE_CREDENTIALS_H

#include "base/arena.h"
#include "base/error.h"
#include <stdbool.h>
#include <stddef.h>

enum credential_type {
    CRED_STRING,
    CRED_USERNAME_PASSWORD,
    CRED_FILE,
    CRED_SSH_KEY,
    CRED_CERTIFICATE,
    CRED_KUBECONFIG,
    CRED_ZIP,
    CRED_DOCKER_CERT,
};
struct credential { /* absent fields are NULL */
    char *id, *description;
    enum credential_type type;
    char *username, *password; /* password: also of certificates */
    bool username_secret;
    char *secret; /* string */
    char *content;
    size_t content_len;
    char *file_name, *path; /* file, kubeconfig, zip, keystore (decoded); path: read when used */
    char *private_key, *passphrase;
    char *alias;
    char *client_key, *client_cert, *server_ca; /* dockerCert, PEM */
    int line, col;
};
struct credentials {
    struct arena arena; /* owns all below */
    char *file;         /* NULL: there is none */
    struct credential *items;
    size_t len;
};
/* Refuses a file that others can read (mode & 077), naming the chmod to run. Missing file with `optional`:
 * empty. */
int credentials_load(struct credentials *c, const char *file, bool optional, struct error *err);
void credentials_release(struct credentials *c); /* wipes */
const struct credential *credentials_find(const struct credentials *c, const char *id);
/* What stands for a token: the secret text, or the password. Borrowed; NULL/err: no such credential, or none
 * of these kinds; NULL without err: id is NULL or empty. */
const char *credentials_token(const struct credentials *c, const char *id, struct error *err);
const char *credential_type_name(enum credential_type t); /* as in the file: "usernamePassword" */
bool credential_type_parse(const char *name, enum credential_type *t);
/* The bytes of a file-like credential (file, zip, kubeconfig, certificate): its content, or what `path` holds
 * now. *data is owned by the caller, who wipes it; NUL-terminated. */
int credential_read(const struct credential *c, char **data, size_t *len, struct error *err);

#endif
