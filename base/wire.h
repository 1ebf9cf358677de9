/* A bare connection to a server, with the TLS, certificates and proxy of an HTTP client: for protocols that
 * are HTTP only in their first lines. Not one of the connections that the client keeps for its calls. */
#ifndef BASE_WIRE_H
#define BASE_WIRE_H

#include "base/http.h"
#include <sys/types.h>

struct wire;

struct wire_callbacks {
    /* err NULL: it stands; else it never will, and the wire is freed after the return. Once, never from
     * within wire_open(). */
    void (*opened)(void *data, const struct error *err);
    /* What was wanted by wire_watch() may be possible now. May close the wire. */
    void (*ready)(void *data);
};

/* url: its scheme, host and port count. NULL and err: no libcurl. */
struct wire *wire_open(struct http *h, const char *url, const struct wire_callbacks *cb, void *data,
                       struct error *err);
void wire_close(struct wire *w); /* not from within opened() with an error */

/* What ready() is to be called for; at first nothing. Bytes that TLS has decoded already do not make it
 * ready: read until wire_read() returns 0. */
void wire_watch(struct wire *w, bool read, bool write);
/* Bytes moved; 0: none now; -1: the connection has ended (err is left empty) or failed. */
ssize_t wire_read(struct wire *w, void *bytes, size_t n, struct error *err);
ssize_t wire_write(struct wire *w, const void *bytes, size_t n, struct error *err);

#endif
