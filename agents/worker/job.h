/* One request of the helper program and its answers.
 *
 * The protocol is one JSON object a line. In: {"op":NAME, …}. Out, while it works:
 *   {"event":"log","text":LINE}                         what a build log shows, secrets hidden
 *   {"event":"progress","phase":P,"done":N,"total":M,"bytes":B}   at most five a second
 * and at the end exactly one of
 *   {"event":"result", …}                               members as the operation documents them
 *   {"event":"error","message":TEXT,"kind":K}           K: a name of enum fail
 */
#ifndef WORKER_JOB_H
#define WORKER_JOB_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include "base/error.h"
#include "base/util.h"

/* What kind of trouble it was, so that the caller need not read messages. Travels in error.code of an
 * ERROR_REMOTE. */
enum fail {
    FAIL_OTHER,
    FAIL_AUTH,        /* the server wants other credentials */
    FAIL_UNREACHABLE, /* no route, no such host, refused, timed out */
    FAIL_TLS,         /* certificate not trusted */
    FAIL_HOST_KEY,    /* the ssh host key is another than before */
    FAIL_REPOSITORY,  /* nothing there, or no repository */
    FAIL_REVISION,    /* no such branch, tag or commit */
    FAIL_TIMEOUT,
    FAIL_CANCELLED,
    FAIL_EMPTY,        /* patterns match nothing */
    FAIL_UNKNOWN_HOST, /* a name that does not resolve; only transfers by libcurl tell it from UNREACHABLE */
    FAIL_COUNT,
};

/* What follows the request on standard input: agents/worker/stream.h. */
struct job_input {
    const char *early;      /* was read with the request; borrowed */
    size_t early_len, left; /* left: of the frame */
    bool ended;
};

struct job {
    json_t *req; /* owned */
    struct job_input input;
    int out;               /* borrowed descriptor of the answers */
    VEC(char *) secrets;   /* owned copies; replaced in log lines and errors */
    int64_t next_progress; /* ms, monotonic */
    bool quiet;            /* no log lines */
};

void job_init(struct job *j, json_t *req, int out); /* takes req */
void job_release(struct job *j);

/* Members of the request; absent or of another type gives the default. Strings are borrowed; "" counts as
 * absent. */
const char *job_str(const struct job *j, const char *name);
bool job_flag(const struct job *j, const char *name, bool otherwise);
int64_t job_int(const struct job *j, const char *name, int64_t otherwise);
const char *job_need(const struct job *j, const char *name, struct error *err); /* NULL: error set */
const char *obj_str(const json_t *o, const char *name);

/* From now on hidden in everything said. */
void job_secret(struct job *j, const char *secret);

/* printf-like; a line of the build's log, unless the request says quiet. */
void job_log(struct job *j, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* done of total (0: not known) and bytes so far of a phase ("receiving", "packing" …); dropped when the last
 * one was told less than 200 ms ago. */
void job_progress(struct job *j, const char *phase, uint64_t done, uint64_t total, uint64_t bytes);
void job_result(struct job *j, json_t *result); /* takes an object */
/* The last line of a request that failed. */
void job_error(struct job *j, const struct error *err);

/* ERROR_REMOTE with a kind; returns -1. */
int fail_set(struct error *err, enum fail kind, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* A JSON string of bytes that need not be UTF-8 (invalid ones become U+FFFD). NULL gives null. */
json_t *json_text(const char *s);
json_t *json_textn(const char *s, size_t n);
/* Secrets and the user part of URLs replaced; owned. */
char *job_hide(const struct job *j, const char *text);

#endif
