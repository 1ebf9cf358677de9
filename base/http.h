/* HTTP client on the event loop: libcurl's multi interface, one pool of connections for each client.
 *
 * Speaks to servers over TCP, TLS and Unix sockets. Bodies of requests are in memory or a file; bodies of
 * answers come in pieces, as they arrive, or are collected. Redirects are not followed. TLS is verified
 * unless the peer says `insecure`.  */
#ifndef BASE_HTTP_H
#define BASE_HTTP_H

#include "base/buf.h"
#include "base/curl.h"
#include "base/loop.h"

struct http_call;

/* How a server is reached and trusted. Borrowed texts, which must outlive the client. */
struct http_peer {
    const char *unix_socket;          /* path; NULL: TCP */
    const char *ca_file;              /* PEM; NULL: the system's certificates */
    const char *cert_file, *key_file; /* client certificate; NULL: none */
    const char *ca, *cert, *key;      /* the same as PEM texts, copied with each call; NULL: none */
    const char *connect_to; /* "HOST:PORT:HOST2:PORT2": what of a URL is reached elsewhere, while TLS still
                               checks for the name in the URL; NULL: nothing */
    bool share;             /* calls wait for a connection that may carry them all (HTTP/2) */
    bool insecure;          /* TLS is not verified: only where the user said so */
    const char *proxy;      /* NULL: by the environment; "": none */
};

/* Zeroed = not started; embedded in its owner. */
struct http {
    struct loop *loop;
    struct curl_api api;
    CURLM *multi;
    struct http_peer peer;
    struct loop_timer timer;
    struct http_call *calls;
};

struct http_request {
    const char *method; /* NULL: GET */
    const char *url;
    const char *const *headers; /* "Name: value", NULL-terminated; NULL: none. Content-Type is
                                   application/json where there is a body and they do not say otherwise */
    const void *body;           /* copied */
    size_t body_len;
    const int *body_file; /* in place of body: read from its start, as it is sent. The descriptor is borrowed
                             until the call's end; its length is that at the start. NULL: none */
    const char *user, *password; /* basic authentication; NULL: none */
    int connect_timeout_ms;      /* 0: 15 s */
    int timeout_ms;              /* of the whole; 0: none */
    int silence_ms;              /* fails after so long without a byte; 0: none */
    bool once;                   /* must not reach the server twice, as a POST */
    bool bare;      /* only a connection (see wire.h): done() comes when it stands, the call stays */
    size_t collect; /* an answer's body is collected up to this size; 0: HTTP_COLLECT */
};
enum { HTTP_COLLECT = 16 << 20 };

struct http_end {
    int status;              /* of HTTP, 0 when there was no answer */
    bool multiplexed;        /* it came by HTTP/2, whose connections carry many calls */
    struct buf *body;        /* what was collected; may be taken (buf_steal) */
    const struct error *err; /* NULL when an answer arrived whole, whatever its status; code: CURLcode */
};

struct http_callbacks {
    /* The status is known: 1 to get the body in pieces, 0 to have it collected. NULL: collected. */
    bool (*streams)(void *data, int status);
    /* A piece of a streamed body, borrowed. Must not cancel the call. */
    void (*piece)(void *data, const char *bytes, size_t n);
    /* A header of the answer, both borrowed; NULL: not wanted. */
    void (*header)(void *data, const char *name, const char *value);
    /* Once, never from within http_start(), not after http_cancel(). */
    void (*done)(void *data, const struct http_end *end);
};

/* NULL and err only where nothing could be begun (no libcurl); all else comes by done(). */
struct http_call *http_start(struct http *h, const struct http_request *r, const struct http_callbacks *cb,
                             void *data, struct error *err);
/* Drops the call and its connection; no callback comes any more. Not from within a callback of the same call,
 * but for done(), which ends it anyway. */
void http_cancel(struct http_call *c);

CURL *http_call_handle(struct http_call *c);
/* Sets the peer's options on a handle of the caller's own. -1: this libcurl cannot do what the peer needs. */
int http_set_peer(const struct curl_api *api, CURL *e, const struct http_peer *p, struct error *err);

void http_init(struct http *h, struct loop *loop, const struct http_peer *peer);
void http_release(struct http *h); /* cancels what still runs */

#endif
