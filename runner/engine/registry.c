/* See registry.h. config.json is docker/cli's: an entry's key is a host, or a URL for Docker Hub; `auth` is
 * base64 of "user:password". Credential helpers (credsStore, credHelpers) are programs of the docker
 * program's world and are not asked.
 *
 * Logins are looked up for each use, since a block may have changed DOCKER_CONFIG; what is found is wiped
 * after it. Of a host's several entries the first counts, as for docker. */
#include "runner/engine/registry.h"
#include "agents/engine.h"
#include "base/fs.h"
#include "base/hash.h"
#include "base/utf8.h"
#include <string.h>

#define HUB_KEY "https://index.docker.io/v1/"
enum { CONFIG_MAX = 1 << 20 };

char *registry_of_image(const char *image)
{
    size_t n = strcspn(image, "/");
    /* [distribution/reference: splitDockerDomain] */
    bool host = image[n] && (memchr(image, '.', n) || memchr(image, ':', n) ||
                             (n == 9 && !strncmp(image, "localhost", 9)));
    return host ? xstrndup(image, n) : xstrdup("docker.io");
}

char *registry_path_of(const char *repository)
{
    _cleanup_free_ char *host = registry_of_image(repository);
    size_t n = strlen(host);
    if (strncmp(repository, host, n) == 0 && repository[n] == '/')
        repository += n + 1;
    return str_eq(host, "docker.io") && !strchr(repository, '/') ? xasprintf("library/%s", repository)
                                                                 : xstrdup(repository);
}

char *registry_host(const char *url)
{
    const char *start = strstr(url, "://") ? strstr(url, "://") + 3 : url;
    char *host = xstrndup(start, strcspn(start, "/"));
    /* The names that Docker Hub has had. */
    if (!*host || str_eq(host, "index.docker.io") || str_eq(host, "registry-1.docker.io")) {
        free(host);
        return xstrdup("docker.io");
    }
    return host;
}

void registry_login_release(struct registry_login *l)
{
    char *const texts[] = {l->user, l->password, l->token};
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        if (texts[i])
            explicit_bzero(texts[i], strlen(texts[i]));
        free(texts[i]);
    }
    *l = (struct registry_login){0};
}

/* ---- config.json */

static char *config_path(struct run *run, const struct scope *scope)
{
    _cleanup_free_ char *dir = run_getenv(run, scope, "DOCKER_CONFIG"), *home = NULL;
    if (dir)
        return path_join(dir, "config.json");
    home = run_getenv(run, scope, "HOME");
    return xasprintf("%s/.docker/config.json", home ? home : "");
}

/* Owned; NULL without error: there is none. */
static json_t *read_config(const char *path, struct error *err)
{
    _cleanup_(buf_release) struct buf text = {0};
    json_error_t why;
    /* Most machines have none. */
    if (!fs_exists(path))
        return NULL;
    if (fs_read_file(path, CONFIG_MAX, &text, err) < 0)
        return NULL;
    json_t *config = json_loadb(text.data ? text.data : "", text.len, 0, &why);
    if (text.data)
        explicit_bzero(text.data, text.len);
    if (!config)
        error_at(err, ERROR_SYNTAX, path, why.line, why.column, "%s", why.text);
    return config;
}

/* The object `auths`, owned; NULL without error: there is none. */
static json_t *read_auths(const char *path, struct error *err)
{
    json_t *config = read_config(path, err), *auths = json_incref(json_object_get(config, "auths"));
    json_decref(config);
    return auths;
}

/* The engine takes logins as JSON, which holds nothing but UTF-8 [as docker/cli's encoding/json has it]. */
static char *clean_text(const char *text, size_t n)
{
    struct buf out = {0};
    utf8_clean(&out, text, n);
    return buf_steal(&out);
}

static int take_entry(json_t *entry, struct registry_login *out)
{
    _cleanup_(buf_release) struct buf plain = {0};
    const char *auth = json_string_value(json_object_get(entry, "auth"));
    out->token = xstrdup(json_string_value(json_object_get(entry, "identitytoken")));
    out->user = xstrdup(json_string_value(json_object_get(entry, "username")));
    out->password = xstrdup(json_string_value(json_object_get(entry, "password")));
    if (out->user || !auth || base64_decode(&plain, auth, strlen(auth), NULL) < 0 || !plain.len)
        return 0;
    char *colon = strchr(plain.data, ':');
    if (colon) {
        out->user = clean_text(plain.data, (size_t)(colon - plain.data));
        out->password = clean_text(colon + 1, strlen(colon + 1));
    }
    explicit_bzero(plain.data, plain.len);
    return 0;
}

static int find_in_file(const char *path, const char *host, struct registry_login *out, struct error *err)
{
    json_t *auths = read_auths(path, err), *entry;
    const char *key;
    json_object_foreach(auths, key, entry)
    {
        _cleanup_free_ char *known = registry_host(key);
        if (!out->user && !out->token && str_eq(known, host))
            take_entry(entry, out);
    }
    json_decref(auths);
    return err && err->message ? -1 : 0;
}

/* ---- gmrun.yaml */

static int find_configured(struct run *run, const char *host, struct registry_login *out, struct error *err)
{
    const struct config *c = run->config;
    for (size_t i = 0; i < c->n_registries; i++) {
        _cleanup_free_ char *known = registry_host(c->registries[i].url);
        const char *id = c->registries[i].credentials_id;
        const struct credential *cred =
            id && str_eq(known, host) ? credentials_find(run->credentials, id) : NULL;
        if (!id || !str_eq(known, host))
            continue;
        if (!cred || cred->type != CRED_USERNAME_PASSWORD)
            return error_set(err, ERROR_INVALID,
                             "registry %s: there is no user with a password by the credentials id '%s'", host,
                             id);
        out->user = xstrdup(cred->username);
        out->password = xstrdup(cred->password);
        return 0;
    }
    return 0;
}

/* DOCKER_CONFIG, if set, counts most (withDockerRegistry sets it for its block), then gmrun.yaml, then the
 * user's own file, as the docker program would use it. */
int registry_login_find(struct run *run, const struct scope *scope, const char *host,
                        struct registry_login *out, struct error *err)
{
    *out = (struct registry_login){0};
    _cleanup_free_ char *path = config_path(run, scope), *given = run_getenv(run, scope, "DOCKER_CONFIG");
    if (given && find_in_file(path, host, out, err) < 0)
        return -1;
    if (!out->user && !out->token && find_configured(run, host, out, err) < 0)
        return -1;
    return given || out->user ? 0 : find_in_file(path, host, out, err);
}

/* ---- as the engine wants it */

static json_t *login_json(const struct registry_login *l, const char *server)
{
    /* [docker/cli: an identity token takes the place of user and password]. */
    if (l->token)
        return json_pack("{s:s, s:s}", "identitytoken", l->token, "serveraddress", server);
    return json_pack("{s:s, s:s, s:s}", "username", l->user, "password", l->password ? l->password : "",
                     "serveraddress", server);
}

static char *encode(json_t *o)
{
    struct buf out = {0};
    char *text = json_dumps(o, JSON_COMPACT);
    /* [moby: registry.DecodeAuthConfig reads the URL's alphabet]. */
    base64_encode(&out, text, strlen(text), BASE64_URL);
    explicit_bzero(text, strlen(text));
    free(text);
    json_decref(o);
    return buf_steal(&out);
}

char *registry_auth(struct run *run, const struct scope *scope, const char *host, struct error *err)
{
    _cleanup_(registry_login_release) struct registry_login l;
    if (registry_login_find(run, scope, host, &l, err) < 0 || (!l.user && !l.token))
        return NULL;
    return encode(login_json(&l, str_eq(host, "docker.io") ? HUB_KEY : host));
}

static int add_login(json_t *all, struct run *run, const struct scope *scope, const char *key,
                     struct error *err)
{
    _cleanup_free_ char *host = registry_host(key);
    _cleanup_(registry_login_release) struct registry_login l;
    const char *name = str_eq(host, "docker.io") ? HUB_KEY : host;
    if (json_object_get(all, name))
        return 0;
    if (registry_login_find(run, scope, host, &l, err) < 0)
        return -1;
    if (l.user || l.token)
        json_object_set_new(all, name, login_json(&l, name));
    return 0;
}

/* X-Registry-Config of the engine's build: all logins at once, as a Dockerfile may pull from several. */
char *registry_config(struct run *run, const struct scope *scope, struct error *err)
{
    const struct config *c = run->config;
    json_t *all = json_object(), *unused;
    const char *key;
    _cleanup_free_ char *path = config_path(run, scope);
    json_t *auths = read_auths(path, err);
    int status = err && err->message ? -1 : 0;
    json_object_foreach(auths, key, unused) status = status < 0 ? -1 : add_login(all, run, scope, key, err);
    for (size_t i = 0; i < c->n_registries && status == 0; i++)
        status = add_login(all, run, scope, c->registries[i].url, err);
    json_decref(auths);
    if (status == 0 && json_object_size(all))
        return encode(all);
    json_decref(all);
    return NULL;
}

struct client { /* of the run's list */
    struct client *next;
    char *key; /* host, user and password: wiped */
    struct registry *registry;
};

/* The scheme that gmrun.yaml says counts: http:// is without TLS, https:// with it also on a loopback
 * address. */
static const char *address_of(const struct run *run, const char *host)
{
    for (size_t i = 0; i < run->config->n_registries; i++) {
        const char *url = run->config->registries[i].url;
        _cleanup_free_ char *known = registry_host(url);
        if (str_eq(known, host) && strstr(url, "://"))
            return url;
    }
    return host;
}

struct registry *registry_open_as(struct run *run, const char *host, const struct registry_login *l)
{
    _cleanup_free_ char *key =
        xasprintf("%s %s %s", host, l->user ? l->user : "", l->password ? l->password : "");
    struct client **at = (struct client **)&run->extra[EXTRA_REGISTRIES];
    while (*at && !str_eq((*at)->key, key))
        at = &(*at)->next;
    if (*at)
        return (*at)->registry;
    /* Where the engine looks for the certificate of a registry with an authority of its own. */
    _cleanup_free_ char *ca = xasprintf("/etc/docker/certs.d/%s/ca.crt", host);
    struct registry_options o = {.host = address_of(run, host),
                                 .user = l->user,
                                 .password = l->password,
                                 .ca_file = fs_exists(ca) ? ca : NULL};
    *at = xcalloc(1, sizeof(**at));
    **at = (struct client){.key = xstrdup(key), .registry = registry_new(run->loop, &o)};
    return (*at)->registry;
}

struct registry *registry_open(struct run *run, const struct scope *scope, const char *host,
                               struct error *err)
{
    _cleanup_(registry_login_release) struct registry_login l;
    return registry_login_find(run, scope, host, &l, err) < 0 ? NULL : registry_open_as(run, host, &l);
}

void run_registries_free(struct run *run)
{
    /* Each has its connections and its tokens. */
    for (struct client *c = run->extra[EXTRA_REGISTRIES], *next; c; c = next) {
        next = c->next;
        registry_free(c->registry);
        explicit_bzero(c->key, strlen(c->key));
        free(c->key);
        free(c);
    }
    run->extra[EXTRA_REGISTRIES] = NULL;
}

/* ---- the file that a login leaves */

static json_t *known_config(struct run *run, const struct scope *scope, struct error *err)
{
    _cleanup_free_ char *path = config_path(run, scope);
    json_t *config = read_config(path, err);
    if (json_is_object(config))
        return config;
    json_decref(config);
    return err->message ? NULL : json_object();
}

static json_t *member(json_t *config, const char *name)
{
    json_t *o = json_object_get(config, name);
    if (json_is_object(o))
        return o;
    json_object_set_new(config, name, json_object());
    return json_object_get(config, name);
}

/* Removes all keys that mean the host (NULL: every key); whether there was one. */
static bool forget(json_t *map, const char *host)
{
    const char *key;
    json_t *unused;
    void *next;
    bool found = false;
    json_object_foreach_safe(map, next, key, unused)
    {
        _cleanup_free_ char *known = registry_host(key);
        if (host && !str_eq(known, host))
            continue;
        json_object_del(map, key);
        found = true;
    }
    return found;
}

static char *config_text(json_t *config)
{
    char *text = json_dumps(config, JSON_INDENT(2));
    json_decref(config);
    return text;
}

/* Helpers would be asked before the file is read: they are left out for this host. */
static void put_login(json_t *config, const char *host, const struct registry_login *l, bool alone)
{
    _cleanup_free_ char *pair = xasprintf("%s:%s", l->user, l->password);
    _cleanup_(buf_release) struct buf auth = {0};
    base64_encode(&auth, pair, strlen(pair), 0);
    explicit_bzero(pair, strlen(pair));
    json_object_del(config, "credsStore");
    if (json_object_get(config, "credHelpers"))
        forget(member(config, "credHelpers"), host);
    forget(member(config, "auths"), alone ? NULL : host);
    json_object_set_new(member(config, "auths"), str_eq(host, "docker.io") ? HUB_KEY : host,
                        json_pack("{s:s}", "auth", auth.data));
    explicit_bzero(auth.data, auth.len);
}

char *registry_config_with(struct run *run, const struct scope *scope, const char *host,
                           const struct registry_login *l, bool alone, struct error *err)
{
    json_t *config = known_config(run, scope, err);
    if (!config)
        return NULL;
    put_login(config, host, l, alone);
    return config_text(config);
}

static bool has_login(json_t *config, const char *host)
{
    const char *key;
    json_t *unused;
    bool found = false;
    json_object_foreach(json_object_get(config, "auths"), key, unused)
    {
        _cleanup_free_ char *known = registry_host(key);
        found |= str_eq(known, host);
    }
    return found;
}

static bool is_meant(const struct registry_config *r, const char *known, const char *host)
{
    return r->credentials_id && (!host || str_eq(known, host));
}

bool registry_is_configured(const struct run *run, const char *host)
{
    bool found = false;
    for (size_t i = 0; i < run->config->n_registries; i++) {
        _cleanup_free_ char *known = registry_host(run->config->registries[i].url);
        found |= is_meant(&run->config->registries[i], known, host);
    }
    return found;
}

char *registry_config_configured(struct run *run, const char *text, const char *host, bool keep,
                                 struct error *err)
{
    json_t *config = json_loads(text, 0, NULL);
    int status = 0;
    if (!json_is_object(config)) {
        json_decref(config);
        config = json_object();
    }
    for (size_t i = 0; i < run->config->n_registries && status == 0; i++) {
        const struct registry_config *r = &run->config->registries[i];
        _cleanup_(registry_login_release) struct registry_login l = {0};
        _cleanup_free_ char *known = registry_host(r->url);
        if (!is_meant(r, known, host) || (keep && has_login(config, known)))
            continue;
        status = find_configured(run, known, &l, err);
        if (status == 0 && l.user)
            put_login(config, known, &l, false);
    }
    if (status == 0)
        return config_text(config);
    json_decref(config);
    return NULL;
}

char *registry_config_without(struct run *run, const struct scope *scope, const char *host, bool *known,
                              struct error *err)
{
    json_t *config = known_config(run, scope, err);
    if (!config)
        return NULL;
    *known = forget(member(config, "auths"), host);
    return config_text(config);
}
