/* The HTTP half of a WebSocket [RFC 6455]: the request, and the answer that grants or refuses it. */
#ifndef AGENTS_KUBE_HANDSHAKE_H
#define AGENTS_KUBE_HANDSHAKE_H

#include "base/buf.h"
#include "base/error.h"
#include <stdbool.h>

struct kube_handshake {
    char *key;         /* Sec-WebSocket-Key, base64 */
    struct buf answer; /* as far as it has come */
    int version;       /* of channel.k8s.io that the server chose: 5, 4; 0: none */
};

/* Writes the request. base: "https://host:port[/path]"; headers: NULL-terminated, one may be Host. */
void kube_handshake_start(struct kube_handshake *h, struct buf *out, const char *base, const char *path,
                          const char *const *headers);
/* 1: granted, and the last *rest of the bytes belong to what follows; 0: more is needed; -1: refused
 * (err->code: the HTTP status, its message the server's), or no HTTP. */
int kube_handshake_feed(struct kube_handshake *h, const char *bytes, size_t n, size_t *rest,
                        struct error *err);
/* The connection ended, or nothing more comes: -1 with what there is. */
int kube_handshake_end(struct kube_handshake *h, struct error *err);
void kube_handshake_release(struct kube_handshake *h);

#endif
