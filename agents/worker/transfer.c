/* Environment proxies (http_proxy, no_proxy …) are libcurl's own doing; nothing is set for them here. */
#include "agents/worker/transfer.h"

enum { CONNECT_TIMEOUT = 15 };

static void learn_secrets(struct job *j)
{
    static const char *const members[] = {"password", "proxyPassword"};
    size_t i;
    json_t *v;
    for (i = 0; i < ARRAY_LEN(members); i++)
        job_secret(j, job_str(j, members[i]));
    json_array_foreach(json_object_get(j->req, "hide"), i, v) job_secret(j, json_string_value(v));
}

/* NOSIGNAL: libcurl's resolver would otherwise use SIGALRM. Without caFile libcurl takes the system's bundle
 * it was built with. */
int curl_open(struct transfer *t, struct job *j, struct error *err)
{
    const char *ca = job_str(j, "caFile") ? job_str(j, "caFile") : getenv("SSL_CERT_FILE");
    if (curl_load(&t->api, err) < 0)
        return -1;
    learn_secrets(j);
    t->curl = t->api.easy_init();
    if (!t->curl)
        return fail_set(err, FAIL_OTHER, "cannot start libcurl");
    t->api.easy_setopt(t->curl, CURLOPT_ERRORBUFFER, t->error);
    t->api.easy_setopt(t->curl, CURLOPT_NOSIGNAL, 1L);
    t->api.easy_setopt(t->curl, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_TIMEOUT);
    t->api.easy_setopt(t->curl, CURLOPT_TIMEOUT, (long)job_int(j, "timeout", 60));
    if (ca && *ca)
        t->api.easy_setopt(t->curl, CURLOPT_CAINFO, ca);
    if (job_flag(j, "insecure", false)) {
        t->api.easy_setopt(t->curl, CURLOPT_SSL_VERIFYPEER, 0L);
        t->api.easy_setopt(t->curl, CURLOPT_SSL_VERIFYHOST, 0L);
    }
    return 0;
}

void curl_close(struct transfer *t)
{
    if (t->curl)
        t->api.easy_cleanup(t->curl);
}

/* Which of the many codes mean something that a caller can act on; an expired or foreign certificate is
 * PEER_FAILED_VERIFICATION. */
static enum fail kind_of(CURLcode code)
{
    switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
        return FAIL_UNKNOWN_HOST;
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_COULDNT_CONNECT:
        return FAIL_UNREACHABLE;
    case CURLE_OPERATION_TIMEDOUT:
        return FAIL_TIMEOUT;
    case CURLE_LOGIN_DENIED:
        return FAIL_AUTH;
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_USE_SSL_FAILED:
        return FAIL_TLS;
    default:
        return FAIL_OTHER;
    }
}

int curl_fail(const struct transfer *t, CURLcode code, const char *what, struct error *err)
{
    return fail_set(err, kind_of(code), "%s: %s", what, *t->error ? t->error : t->api.easy_strerror(code));
}
