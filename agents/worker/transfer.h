/* Transfers by libcurl, which an operation loads when it first asks for it. What every transfer has in common
 * (proxies of the environment, verified TLS, limits) is set here, so that no operation can forget it. */
#ifndef WORKER_TRANSFER_H
#define WORKER_TRANSFER_H

#include "agents/worker/job.h"
#include "base/curl.h"

/* One transfer: zeroed, curl_open(), options and perform by the operation, curl_close(). */
struct transfer {
    struct curl_api api;
    CURL *curl;
    char error[CURL_ERROR_SIZE];
};

/* Members of the request that all transfers honour: timeout (seconds, 60; 0: none), caFile (PEM; else
 * $SSL_CERT_FILE, else the system's), insecure (true: TLS is not verified), hide (list of secrets that no
 * answer may show). */
int curl_open(struct transfer *t, struct job *j, struct error *err);
void curl_close(struct transfer *t); /* for _cleanup_ */
/* Sets err from a code that is not CURLE_OK; `what` (a URL, a host) leads the message. Returns -1. */
int curl_fail(const struct transfer *t, CURLcode code, const char *what, struct error *err);

#endif
