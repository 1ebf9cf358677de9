/* Addresses of git repositories: URLs, scp form (user@host:path) and local paths. */
#ifndef WORKER_URL_H
#define WORKER_URL_H

#include <stdbool.h>
#include "base/error.h"

enum url_kind { URL_LOCAL, URL_HTTP, URL_HTTPS, URL_SSH, URL_GIT };

struct url {
    enum url_kind kind;
    char *clean;           /* without password, and for http without user: may be shown and stored */
    char *user, *password; /* percent-decoded; NULL if none */
    char *host, *port;     /* NULL for local; port NULL if not given; host without brackets */
    char *path;            /* local: absolute path */
};

/* Relative local paths are taken from the current directory. */
int url_parse(struct url *u, const char *text, struct error *err);
void url_release(struct url *u);
bool url_same_host(const struct url *a,
                   const struct url *b); /* kind, host and port; local ones are all the same */
/* The text as it may be shown; owned. Text that is no URL comes back as it is. */
char *url_clean(const char *text);

#endif
