/* Client of the Docker Engine API, also Podman's: finds the engine, agrees on a version, sends requests.
 *
 * The engine is found at the first request: `host` as DOCKER_HOST has it (unix://PATH, tcp://HOST:PORT), else
 * $DOCKER_HOST, else the sockets where Docker and Podman listen. Requests wait until the version is known. */
#ifndef AGENTS_ENGINE_H
#define AGENTS_ENGINE_H

#include "base/http.h"
#include <jansson.h>

struct engine;
struct engine_call;

struct engine_request {
    const char *method; /* NULL: GET */
    const char *path; /* behind the version, with its query: "/containers/json?all=1"; NULL: only be sure that
                         the engine answers and its version is known */
    const json_t *body;   /* NULL: none; written out before the return */
    const int *body_file; /* a tar file as the body, borrowed until the end (see http_request); NULL: none */
    const char *auth;     /* X-Registry-Auth; NULL: none */
    /* Pieces of the answer's body as they come, when the request succeeded; NULL: the answer is JSON. */
    void (*piece)(void *data, const char *bytes, size_t n);
};

struct engine_end {
    int status;              /* of HTTP; 0: no answer */
    json_t *json;            /* borrowed; NULL: none, or streamed */
    const struct error *err; /* NULL when it succeeded. The engine's own words for a refusal */
};
typedef void engine_done_fn(void *data, const struct engine_end *end);

/* Whether one listens where Docker and Podman do, or $DOCKER_HOST names one. */
bool engine_is_known(void);

/* The folder of certificates that an environment means: DOCKER_CERT_PATH, else ~/.docker, where
 * DOCKER_TLS_VERIFY is not empty. Owned; NULL: no TLS. */
char *engine_certificates(const char *verify, const char *cert_path, const char *home);
/* `host` NULL: found. `cert_path`: folder with ca.pem, cert.pem, key.pem for tcp (DOCKER_CERT_PATH); NULL: by
 * the environment. Nothing is opened yet. */
struct engine *engine_new(struct loop *loop, const char *host, const char *cert_path);
/* The engine is being started: it may take so long until it answers. */
void engine_be_patient(struct engine *e, int ms);
void engine_free(struct engine *e); /* cancels its calls; not from within a callback */

/* done() comes once, never from within the call, unless it is cancelled. */
struct engine_call *engine_send(struct engine *e, const struct engine_request *r, engine_done_fn *done,
                                void *data);
void engine_cancel(struct engine_call *c);

/* Where it is, as in messages ("unix:///var/run/docker.sock"); valid once a request was answered. */
const char *engine_host(const struct engine *e);
const char *engine_version(const struct engine *e); /* of the API, "1.41"; "" before the first answer */

/* Members of a request to the helper program that say how to reach it: socket, or base, ca, cert, key;
 * version. */
void engine_describe(const struct engine *e, json_t *request);

/* Appends text with all but unreserved characters as %XX. */
void engine_escape(struct buf *out, const char *text);

/* ---- streams of the engine */

/* Output of containers without a terminal: frames of 8 bytes of head (stream, size), then the bytes. */
struct engine_frames {
    void (*fn)(void *data, int stream, const char *bytes, size_t n); /* stream: 1 or 2 */
    void *data;
    unsigned char head[8];
    unsigned have; /* bytes of the head */
    uint32_t left; /* of the frame's bytes */
};
void engine_frames_feed(struct engine_frames *f, const char *bytes, size_t n);

/* Progress of build, pull and push: a JSON object a line. */
struct engine_lines {
    void (*fn)(void *data, json_t *object); /* borrowed */
    void *data;
    struct buf line;
};
void engine_lines_feed(struct engine_lines *l, const char *bytes, size_t n);
void engine_lines_release(struct engine_lines *l);

#endif
