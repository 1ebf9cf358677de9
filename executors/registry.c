/* See registry.h. A call is tried; a 401 with a Bearer challenge sends it for a token and then once more; a
 * passing failure sends it to sleep first. A token is kept for its scope until the registry refuses it.
 *
 * A call begins with a timer of no length, so that its callback never comes from within registry_send(); it
 * frees itself after done(), and the list of calls is only there for registry_free(). */
#include "executors/registry.h"
#include "base/util.h"
#include <string.h>
#include <strings.h>

enum { TRIES = 4, FIRST_PAUSE_MS = 500, SILENCE_MS = 30000 };

struct registry {
    struct loop *loop;
    struct http http;
    char *base, *user, *password, *ca;
    char *token, *token_scope; /* of the last challenge */
    bool basic;                /* it asked for user and password */
    struct registry_call *calls;
};

/* One request in all its tries; owned by the registry's list until done() was called. */
struct registry_call {
    struct registry *registry;
    struct registry_call *next, **link;
    char *method, *repository, *path, *accept;
    registry_done_fn *done;
    void *data;
    struct http_call *http;
    struct loop_timer pause;
    int tries;
    bool authorized, redirected; /* each happens once: a second challenge is a refusal */
    struct registry_challenge challenge;
    char *digest, *next_page, *location;
    struct buf scope;
};

/* ---- the challenge */

/* NAME="VALUE" or NAME=VALUE at *at; moves *at behind it and the comma. */
static bool parameter(const char **at, char **name, char **value)
{
    const char *p = *at + strspn(*at, " ,"), *equals = strchr(p, '=');
    if (!equals)
        return false;
    const char *start = equals + 1, *end;
    bool quoted = *start == '"';
    start += quoted;
    end = start + strcspn(start, quoted ? "\"" : ", ");
    *name = xstrndup(p, (size_t)(equals - p));
    *value = xstrndup(start, (size_t)(end - start));
    *at = end + (quoted && *end);
    return true;
}

void registry_challenge_release(struct registry_challenge *c)
{
    free(c->realm);
    free(c->service);
    free(c->scope);
    *c = (struct registry_challenge){0};
}

void registry_challenge_parse(struct registry_challenge *c, const char *header)
{
    const char *at = header + strcspn(header, " ");
    c->basic |= strncasecmp(header, "Basic", 5) == 0;
    if (strncasecmp(header, "Bearer ", 7) != 0)
        return;
    c->bearer = true;
    for (char *name, *value; parameter(&at, &name, &value);) {
        char **place = str_eq(name, "realm")     ? &c->realm
                       : str_eq(name, "service") ? &c->service
                       : str_eq(name, "scope")   ? &c->scope
                                                 : NULL;
        free(name);
        if (!place) {
            free(value);
            continue;
        }
        free(*place);
        *place = value;
    }
}

/* ---- the end of a call */

static void call_free(struct registry_call *c)
{
    *c->link = c->next;
    if (c->next)
        c->next->link = c->link;
    loop_timer_stop(c->registry->loop, &c->pause);
    registry_challenge_release(&c->challenge);
    buf_release(&c->scope);
    free(c->method);
    free(c->repository);
    free(c->path);
    free(c->accept);
    free(c->digest);
    free(c->next_page);
    free(c->location);
    free(c);
}

/* The answer's texts are the call's: done() copies what it needs. */
static void call_end(struct registry_call *c, int status, json_t *json, const struct error *err)
{
    struct registry_answer a = {status, json, c->digest, c->next_page, err};
    c->done(c->data, &a);
    call_free(c);
}

/* {"errors":[{"code":"MANIFEST_UNKNOWN","message":"manifest unknown"}]}
 * The registry's first error is the telling one; its status is the error's code, so that callers can tell
 * 404 from 403. */
static void refuse(struct registry_call *c, int status, json_t *json)
{
    _cleanup_(error_release) struct error err = {0};
    json_t *first = json_array_get(json_object_get(json, "errors"), 0);
    const char *text = json_string_value(json_object_get(first, "message"));
    error_set(&err, ERROR_REMOTE, "the registry %s refused %s%s%s: %s (HTTP status %d)", c->registry->base,
              c->repository, *c->repository ? " " : "", c->path,
              text            ? text
              : status == 401 ? "authentication required"
                              : "no reason given",
              status);
    err.code = status;
    call_end(c, status, json, &err);
}

static void unreachable(struct registry_call *c, const char *why)
{
    _cleanup_(error_release) struct error err = {0};
    error_set(&err, ERROR_REMOTE, "cannot reach the registry %s: %s", c->registry->base, why);
    call_end(c, 0, NULL, &err);
}

/* ---- tries */

/* A path that begins with / is one of the API's own, or the next page of a list as the registry named it. */
static void try(struct registry_call *c);

static void pause_over(struct loop_timer *t)
{
    try(t->data);
}

/* Whether the call will be tried again, after a pause that doubles each time.
 * 0.5, 1, 2 s: a registry that restarts or throttles is back by then, and a
 * name that does not resolve fails after 3.5 s. */
static bool later(struct registry_call *c)
{
    if (c->tries >= TRIES)
        return false;
    loop_timer_start(c->registry->loop, &c->pause, FIRST_PAUSE_MS << (c->tries - 1));
    return true;
}

/* Docker Hub calls it token, others access_token (OAuth 2). Its lifetime is not kept: a token that ran out
 * shows as a 401, whose challenge fetches another. */
static void token_known(void *data, const struct http_end *end)
{
    struct registry_call *c = data;
    struct registry *r = c->registry;
    c->http = NULL;
    json_t *o = end->status == 200 ? json_loadb(end->body->data, end->body->len, 0, NULL) : NULL;
    const char *token = json_string_value(json_object_get(o, "token"));
    if (!token)
        token = json_string_value(json_object_get(o, "access_token"));
    if (token) {
        free(r->token);
        free(r->token_scope);
        r->token = xstrdup(token);
        r->token_scope = xstrdup(c->scope.data);
        c->authorized = true;
        try(c);
    } else if (end->err || end->status >= 500) {
        if (!later(c))
            unreachable(c, end->err ? end->err->message : "its token server fails");
    } else {
        refuse(c, end->status ? end->status : 401, NULL);
    }
    json_decref(o);
}

/* Only what would end the value or the query is escaped: the colons and slashes of a scope stay readable. */
static void add_parameter(struct buf *url, const char *name, const char *value)
{
    if (!value)
        return;
    buf_printf(url, "%c%s=", strchr(url->data, '?') ? '&' : '?', name);
    for (const unsigned char *p = (const unsigned char *)value; *p; p++)
        buf_printf(url, strchr(" \"#%&+?", *p) || *p < 32 || *p > 126 ? "%%%02X" : "%c", *p);
}

/* [distribution: token authentication]
 * Basic authentication goes to the realm, or none for anonymous pulls; `account` is what Docker sends along.
 */
static void fetch_token(struct registry_call *c)
{
    static const struct http_callbacks callbacks = {.done = token_known};
    _cleanup_(error_release) struct error err = {0};
    _cleanup_(buf_release) struct buf url = {0};
    struct registry *r = c->registry;
    buf_addstr(&url, c->challenge.realm);
    add_parameter(&url, "service", c->challenge.service);
    add_parameter(&url, "scope", c->challenge.scope);
    if (r->user)
        add_parameter(&url, "account", r->user);
    struct http_request q = {
        .url = url.data, .user = r->user, .password = r->password, .silence_ms = SILENCE_MS};
    c->http = http_start(&r->http, &q, &callbacks, c, &err);
    if (!c->http)
        unreachable(c, err.message);
}

/* Of redirections and of each try the last one counts; the challenge was emptied before the try. */
static void note_header(void *data, const char *name, const char *value)
{
    struct registry_call *c = data;
    if (strcasecmp(name, "WWW-Authenticate") == 0) {
        registry_challenge_parse(&c->challenge, value);
    } else if (strcasecmp(name, "Docker-Content-Digest") == 0) {
        free(c->digest);
        c->digest = xstrdup(value);
    } else if (strcasecmp(name, "Location") == 0) {
        free(c->location);
        c->location = xstrdup(value);
    } else if (strcasecmp(name, "Link") == 0 && *value == '<') {
        free(c->next_page);
        c->next_page = xstrndup(value + 1, strcspn(value + 1, ">"));
    }
}

/* A token goes only to a server that may hear a password: not from an https registry to an http token server.
 */
static bool safe_realm(const struct registry_call *c)
{
    return c->challenge.realm &&
           (str_has_prefix(c->challenge.realm, "https://") || str_has_prefix(c->registry->base, "http://"));
}

/* Whether the call goes on with what the challenge asks for.
 * Bearer before Basic, when a registry offers both. */
static bool authorize(struct registry_call *c)
{
    if (c->challenge.bearer && safe_realm(c)) {
        fetch_token(c);
        return true;
    }
    if (!c->challenge.basic || !c->registry->user)
        return false;
    c->registry->basic = c->authorized = true;
    try(c);
    return true;
}

static void follow(struct registry_call *c);

/* A status with a broken body is not tried again: what it meant may have been done (DELETE). */
static void answered(void *data, const struct http_end *end)
{
    struct registry_call *c = data;
    c->http = NULL;
    bool passing = (end->err && !end->status) || end->status == 429 || end->status >= 500;
    if (passing && later(c))
        return;
    if (end->err) {
        unreachable(c, end->err->message);
        return;
    }
    if (end->status == 401 && !c->authorized && authorize(c))
        return;
    if (end->status >= 300 && end->status < 400 && c->location && !c->redirected) {
        follow(c);
        return;
    }
    json_t *json = end->body->len ? json_loadb(end->body->data, end->body->len, 0, NULL) : NULL;
    if (end->status >= 400)
        refuse(c, end->status, json);
    else
        call_end(c, end->status, json, NULL);
    json_decref(json);
}

/* Blobs lie elsewhere (OSS, S3), under signed addresses: nothing of the login goes there. */
static void follow(struct registry_call *c)
{
    static const struct http_callbacks callbacks = {.done = answered};
    _cleanup_(error_release) struct error err = {0};
    struct http_request q = {.url = c->location, .silence_ms = SILENCE_MS};
    c->redirected = true;
    c->http = http_start(&c->registry->http, &q, &callbacks, c, &err);
    if (!c->http)
        unreachable(c, err.message);
}

static void try(struct registry_call *c)
{
    static const struct http_callbacks callbacks = {.header = note_header, .done = answered};
    _cleanup_(error_release) struct error err = {0};
    struct registry *r = c->registry;
    bool token = r->token && str_eq(r->token_scope, c->scope.data);
    _cleanup_free_ char *url = c->path[0] == '/' ? xasprintf("%s%s", r->base, c->path)
                                                 : xasprintf("%s/v2/%s/%s", r->base, c->repository, c->path),
                        *accept = c->accept ? xasprintf("Accept: %s", c->accept) : xstrdup("Accept: */*"),
                        *bearer = token ? xasprintf("Authorization: Bearer %s", r->token) : NULL;
    const char *headers[] = {accept, bearer, NULL};
    struct http_request q = {.method = c->method, .url = url, .headers = headers, .silence_ms = SILENCE_MS};
    q.user = r->basic ? r->user : NULL; /* a registry that wants a token never sees the password */
    q.password = r->basic ? r->password : NULL;
    registry_challenge_release(&c->challenge);
    c->tries++;
    c->http = http_start(&r->http, &q, &callbacks, c, &err);
    if (!c->http)
        unreachable(c, err.message);
}

/* ---- calls */

struct registry_call *registry_send(struct registry *r, const struct registry_request *q,
                                    registry_done_fn *done, void *data)
{
    struct registry_call *c = xcalloc(1, sizeof(*c));
    *c = (struct registry_call){.registry = r, .done = done, .data = data};
    c->method = xstrdup(q->method);
    c->repository = xstrdup(q->repository);
    c->path = xstrdup(q->path);
    c->accept = xstrdup(q->accept);
    bool writes = str_eq(q->method, "DELETE");
    buf_printf(&c->scope, "%s:%s", c->repository, writes ? "delete" : "pull");
    c->next = r->calls;
    c->link = &r->calls;
    if (c->next)
        c->next->link = &c->next;
    r->calls = c;
    c->pause = (struct loop_timer){.fn = pause_over, .data = c};
    loop_timer_start(r->loop, &c->pause, 0);
    return c;
}

void registry_cancel(struct registry_call *c)
{
    if (c->http)
        http_cancel(c->http);
    call_free(c);
}

/* ---- registries */

/* [moby: registry.isSecureIndex] */
static bool is_loopback(const char *host)
{
    return str_has_prefix(host, "127.") || str_has_prefix(host, "localhost") || str_has_prefix(host, "[::1]");
}

/* docker.io is a name, not a server. */
static char *base_of(const char *host)
{
    if (strstr(host, "://"))
        return xstrndup(host,
                        (size_t)(strstr(host, "://") - host) + 3 + strcspn(strstr(host, "://") + 3, "/"));
    if (str_eq(host, "docker.io"))
        return xstrdup("https://registry-1.docker.io");
    return xasprintf("%s://%s", is_loopback(host) ? "http" : "https", host);
}

struct registry *registry_new(struct loop *loop, const struct registry_options *o)
{
    struct registry *r = xcalloc(1, sizeof(*r));
    r->loop = loop;
    r->base = base_of(o->host);
    r->user = xstrdup(o->user);
    r->password = xstrdup(o->password);
    r->ca = xstrdup(o->ca_file);
    http_init(&r->http, loop, &(struct http_peer){.ca_file = r->ca});
    return r;
}

void registry_free(struct registry *r)
{
    if (!r)
        return;
    while (r->calls)
        registry_cancel(r->calls);
    http_release(&r->http);
    char *const secrets[] = {r->password, r->token};
    for (size_t i = 0; i < ARRAY_LEN(secrets); i++)
        if (secrets[i])
            explicit_bzero(secrets[i], strlen(secrets[i]));
    free(r->base);
    free(r->user);
    free(r->password);
    free(r->ca);
    free(r->token);
    free(r->token_scope);
    free(r);
}
