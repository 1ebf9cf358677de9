/* How git and ssh programs get passwords: they run this program with a prompt, and it answers from an
 * unnamed file in the memory of the process that started them. So no secret stands in an argument, an
 * environment variable or on disk. */
#ifndef WORKER_ASKPASS_H
#define WORKER_ASKPASS_H

#include <jansson.h>
#include "agents/worker/url.h"

struct creds {
    const char *user, *password;  /* borrowed from the request or from the URL */
    const char *key, *passphrase; /* private key text */
    const char *id;               /* its name in the credentials file, for messages */
};

/* A memory file of mode 0600 with this content, its path (valid for child processes) in *path (owned). -1 on
 * error. */
int secret_file(const void *data, size_t n, char **path);
/* Credentials for that address as such a file: the value for GMRUN_ASKPASS in *path (owned). */
int askpass_prepare(const struct creds *c, const struct url *u, char **path);
/* The program's other role: prints the answer to the prompt; exit status. */
int askpass_answer(const char *file, const char *prompt);

#endif
