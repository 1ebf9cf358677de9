/* Operation http: one HTTP request. url, method ("GET"), user and password (basic authentication), headers:
 * ["A: b"], body, timeout (60 s). Result: status, body (text).
 *
 * libcurl is loaded only when it is asked for: it costs milliseconds to start, and no other operation needs
 * it. */
#include "agents/worker/ops.h"
#include "base/buf.h"
#include <curl/curl.h>
#include <dlfcn.h>

enum { BODY_MAX = 16 << 20, CONNECT_TIMEOUT = 15 };

struct curl_api {
    void *library;
    CURL *(*easy_init)(void);
    CURLcode (*easy_setopt)(CURL *, CURLoption, ...);
    CURLcode (*easy_perform)(CURL *);
    CURLcode (*easy_getinfo)(CURL *, CURLINFO, ...);
    void (*easy_cleanup)(CURL *);
    const char *(*easy_strerror)(CURLcode);
    struct curl_slist *(*slist_append)(struct curl_slist *, const char *);
    void (*slist_free_all)(struct curl_slist *);
};

static int curl_load(struct curl_api *api, struct error *err)
{
    const struct {
        const char *name;
        void *where;
    } symbols[] = {
        {"curl_easy_init", &api->easy_init},       {"curl_easy_setopt", &api->easy_setopt},
        {"curl_easy_perform", &api->easy_perform}, {"curl_easy_getinfo", &api->easy_getinfo},
        {"curl_easy_cleanup", &api->easy_cleanup}, {"curl_easy_strerror", &api->easy_strerror},
        {"curl_slist_append", &api->slist_append}, {"curl_slist_free_all", &api->slist_free_all},
    };
    static const char *const names[] = {"libcurl.so.4", "libcurl-gnutls.so.4"};
    for (size_t i = 0; i < ARRAY_LEN(names) && !api->library; i++)
        api->library = dlopen(names[i], RTLD_NOW);
    if (!api->library)
        return fail_set(err, FAIL_OTHER,
                        "HTTP requests need the library libcurl (Debian: apt-get install libcurl4)");
    for (size_t i = 0; i < ARRAY_LEN(symbols); i++)
        if (!(*(void **)symbols[i].where = dlsym(api->library, symbols[i].name)))
            return fail_set(err, FAIL_OTHER, "libcurl lacks %s", symbols[i].name);
    return 0;
}

static size_t receive(char *bytes, size_t size, size_t n, void *data)
{
    struct buf *body = data;
    if (body->len + size * n > BODY_MAX)
        return 0;
    buf_add(body, bytes, size * n);
    return size * n;
}

static enum fail kind_of(CURLcode code)
{
    switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_COULDNT_CONNECT:
        return FAIL_UNREACHABLE;
    case CURLE_OPERATION_TIMEDOUT:
        return FAIL_TIMEOUT;
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_SSL_CACERT_BADFILE:
        return FAIL_TLS;
    default:
        return FAIL_OTHER;
    }
}

static struct curl_slist *headers(const struct curl_api *api, const struct job *j)
{
    struct curl_slist *list = NULL;
    size_t i;
    json_t *v;
    json_array_foreach(json_object_get(j->req, "headers"), i, v) if (json_string_value(v)) list =
        api->slist_append(list, json_string_value(v));
    return list;
}

static void set_options(const struct curl_api *api, CURL *curl, const struct job *j, struct curl_slist *lines,
                        struct buf *body)
{
    api->easy_setopt(curl, CURLOPT_URL, job_str(j, "url"));
    api->easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    api->easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    api->easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 1L);
    api->easy_setopt(curl, CURLOPT_MAXREDIRS, 5L);
    api->easy_setopt(curl, CURLOPT_USERAGENT, "gmrun/" GMRUN_VERSION);
    api->easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_TIMEOUT);
    api->easy_setopt(curl, CURLOPT_TIMEOUT, (long)job_int(j, "timeout", 60));
    api->easy_setopt(curl, CURLOPT_WRITEFUNCTION, receive);
    api->easy_setopt(curl, CURLOPT_WRITEDATA, body);
    api->easy_setopt(curl, CURLOPT_HTTPHEADER, lines);
    if (job_str(j, "user")) {
        api->easy_setopt(curl, CURLOPT_HTTPAUTH, (long)CURLAUTH_BASIC);
        api->easy_setopt(curl, CURLOPT_USERNAME, job_str(j, "user"));
        api->easy_setopt(curl, CURLOPT_PASSWORD, job_str(j, "password") ? job_str(j, "password") : "");
    }
    if (job_str(j, "body"))
        api->easy_setopt(curl, CURLOPT_POSTFIELDS, job_str(j, "body"));
    if (job_str(j, "method"))
        api->easy_setopt(curl, CURLOPT_CUSTOMREQUEST, job_str(j, "method"));
}

static json_t *perform(const struct curl_api *api, CURL *curl, const struct job *j, struct error *err)
{
    _cleanup_(buf_release) struct buf body = {0};
    struct curl_slist *lines = headers(api, j);
    long status = 0;
    set_options(api, curl, j, lines, &body);
    CURLcode code = api->easy_perform(curl);
    api->slist_free_all(lines);
    if (code != CURLE_OK) {
        _cleanup_free_ char *url = job_hide(j, job_str(j, "url"));
        fail_set(err, kind_of(code), "%s: %s", url, api->easy_strerror(code));
        return NULL;
    }
    api->easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    return json_pack("{s:i,s:o}", "status", (int)status, "body",
                     json_textn(body.data ? body.data : "", body.len));
}

json_t *op_http(struct job *j, struct error *err)
{
    struct curl_api api = {0};
    if (!job_need(j, "url", err) || curl_load(&api, err) < 0)
        return NULL;
    if (job_str(j, "password"))
        job_secret(j, job_str(j, "password"));
    CURL *curl = api.easy_init();
    if (!curl) {
        fail_set(err, FAIL_OTHER, "cannot start libcurl");
        return NULL;
    }
    json_t *out = perform(&api, curl, j, err);
    api.easy_cleanup(curl);
    return out;
}
