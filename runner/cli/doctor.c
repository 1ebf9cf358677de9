/* gmrun doctor: one row for each thing a pipeline may need, with what to do where it is missing. Nothing is
 * changed and no secret is read out.
 *
 * Each row asks as a build would, with the same code, so that what is ok here works there; nothing waits
 * longer than VISIT_MS or the client's own limits. Only `needed` rows make the exit status 1: a laptop
 * without Docker is fine. */
#include "agents/engine.h"
#include "agents/kube/client.h"
#include "agents/worker.h"
#include "base/fs.h"
#include "runner/cli/cli.h"
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { VISIT_MS = 10000 }; /* of a cluster that does not answer */

struct finding {
    bool ok, needed; /* needed: without it no build runs */
    char *detail;    /* owned */
    const char *advice;
};

/* As a shell would: the first of PATH that may be executed. */
static char *find_program(const char *name)
{
    const char *path = getenv("PATH");
    while (path && *path) {
        size_t n = strcspn(path, ":");
        char *file = xasprintf("%.*s/%s", (int)n, path, name);
        if (access(file, X_OK) == 0)
            return file;
        free(file);
        path += n + (path[n] == ':');
    }
    return NULL;
}

/* A home that is not there yet is made with all folders above it: the nearest that exists decides. */
static void check_home(struct run_options *o, struct finding *f)
{
    const char *at = o->home.dir;
    _cleanup_free_ char *nearest = xstrdup(at);
    while (!fs_exists(nearest) && !str_eq(nearest, "/")) {
        char *up = path_dirname(nearest);
        free(nearest);
        nearest = up;
    }
    f->needed = true;
    f->ok = access(nearest, W_OK) == 0;
    f->detail = xasprintf("%s%s", at, fs_exists(at) ? "" : " (will be made)");
    f->advice = "choose another folder by --home or GMRUN_HOME";
}

static void check_config(struct run_options *o, struct finding *f)
{
    f->ok = true;
    f->detail = xasprintf("%s", o->config.file ? o->config.file : "none; every label runs on this machine");
}

/* Its file's mode and syntax; whether a secret is right only its server knows. */
static void check_credentials(struct run_options *o, struct finding *f)
{
    struct credentials c = {0};
    struct error err = {0};
    f->ok = credentials_load(&c, o->credentials_file, true, &err) == 0;
    if (f->ok)
        f->detail = c.file ? xasprintf("%s, %zu entries", c.file, c.len)
                           : xasprintf("none at %s", o->credentials_file);
    else
        f->detail = xstrdup(err.message);
    f->advice = "chmod 600 the file, or correct what the message names";
    error_release(&err);
    credentials_release(&c);
}

static void check_worker(struct run_options *o, struct finding *f)
{
    _cleanup_(error_release) struct error err = {0};
    f->needed = true;
    f->detail = worker_program(&err);
    f->ok = f->detail != NULL;
    if (!f->ok)
        f->detail = xstrdup(err.message);
    f->advice = "install gmrun with its libexec folder: checkout, stash and archive need it";
}

static void check_git(struct run_options *o, struct finding *f)
{
    f->detail = find_program("git");
    f->ok = f->detail != NULL;
    f->advice = "apt-get install git; only shallow clones, LFS and `sh 'git …'` need it";
}

struct meeting { /* with the engine */
    bool over;
    char *failure;
};

static void met(void *data, const struct engine_end *end)
{
    struct meeting *m = data;
    m->over = true;
    m->failure = end->err ? xstrdup(end->err->message) : NULL;
}

/* Runs a loop of its own for one request: the engine's client has no other way of asking. */
static void check_docker(struct run_options *o, struct finding *f)
{
    struct loop loop;
    struct meeting m = {0};
    struct engine_request ask = {0};
    f->advice = "start a Docker or Podman engine, join its group, or set DOCKER_HOST; only docker agents and "
                "steps need it";
    _cleanup_free_ char *podman = engine_is_known() ? NULL : find_program("podman");
    if (podman) {
        f->ok = true;
        f->detail = xasprintf("%s; its service is started for a build", podman);
        return;
    }
    if (loop_init(&loop, NULL) < 0)
        return;
    struct engine *e = engine_new(&loop, NULL, NULL);
    engine_send(e, &ask, met, &m);
    while (!m.over && loop_run_once(&loop, -1, NULL) >= 0)
        ;
    f->ok = m.over && !m.failure;
    f->detail = m.failure ? m.failure : xasprintf("%s, API %s", engine_host(e), engine_version(e));
    engine_free(e);
    loop_release(&loop);
}

static void check_maven(struct run_options *o, struct finding *f)
{
    for (size_t i = 0; i < o->config.n_tools && !f->detail; i++)
        if (strcmp(o->config.tools[i].type, "maven") == 0)
            f->detail = path_join(o->config.tools[i].home, "bin/mvn");
    if (!f->detail)
        f->detail = find_program("mvn");
    f->ok = f->detail && access(f->detail, X_OK) == 0;
    f->advice = "apt-get install maven, or name one under `tools:` of gmrun.yaml";
}

struct visit { /* to the API server */
    bool over;
    char *failure, *version;
};

static void visited(void *data, const struct kube_end *end)
{
    struct visit *v = data;
    v->over = true;
    v->failure = end->err ? xstrdup(end->err->message) : NULL;
    v->version = xstrdup(json_string_value(json_object_get(end->json, "gitVersion")));
}

/* A credential program may be run for it, as any use of the cluster does. */
static void visit_cluster(struct visit *v, struct kube_config *c)
{
    struct loop loop;
    struct procs procs;
    struct kube_request ask = {.path = "/version", .timeout_ms = VISIT_MS, .once = true};
    if (loop_init(&loop, NULL) < 0)
        return;
    if (procs_init(&procs, &loop, false, NULL) == 0) {
        struct kube *k = kube_new(&loop, &procs, c);
        kube_send(k, &ask, visited, v);
        while (!v->over && loop_run_once(&loop, -1, NULL) >= 0)
            ;
        kube_free(k);
        procs_release(&procs);
    }
    loop_release(&loop);
}

static void check_kubernetes(struct run_options *o, struct finding *f)
{
    _cleanup_(error_release) struct error err = {0};
    _cleanup_(kube_config_release) struct kube_config c = {0};
    const struct kube_config_from from = {0};
    struct visit v = {0};
    f->advice = "put a kubeconfig there, set KUBECONFIG, or add a kubeconfig credential; only rollouts and "
                "pods need it";
    if (kube_config_load(&c, &from, &err) < 0) {
        f->detail = err.file ? xasprintf("%s:%d: %s", err.file, err.line, err.message) : xstrdup(err.message);
        return;
    }
    _cleanup_free_ char *who = xasprintf("context '%s' of %s, %s", c.context, c.source, c.server);
    visit_cluster(&v, &c);
    f->ok = v.over && !v.failure;
    f->detail =
        v.failure ? xstrdup(v.failure) : xasprintf("%s, %s", who, v.version ? v.version : "no version");
    if (v.failure)
        f->advice = "check the context's server, certificates and user, and the network; only rollouts and "
                    "pods need it";
    free(v.failure);
    free(v.version);
}

static void check_library(struct finding *f, const char *name, const char *advice)
{
    void *lib = dlopen(name, RTLD_LAZY | RTLD_LOCAL);
    f->ok = lib != NULL;
    f->detail = xstrdup(name);
    f->advice = advice;
    if (lib)
        dlclose(lib);
}

static void check_history(struct run_options *o, struct finding *f)
{
    check_library(f, "libsqlite3.so.0",
                  "apt-get install libsqlite3-0; without it builds run, but lists and trends are slow");
}

static void check_curl(struct run_options *o, struct finding *f)
{
    check_library(f, "libcurl.so.4",
                  "apt-get install libcurl4; only HTTP requests, e-mails and messages to chats need it");
}

static const struct {
    const char *name;
    void (*check)(struct run_options *o, struct finding *f);
} checks[] = {
    {"home", check_home},
    {"configuration", check_config},
    {"credentials", check_credentials},
    {"worker", check_worker},
    {"git", check_git},
    {"docker", check_docker},
    {"maven", check_maven},
    {"kubernetes", check_kubernetes},
    {"history", check_history},
    {"curl", check_curl},
};

static void report(json_t *all, const char *name, struct finding *f)
{
    if (all)
        json_array_append_new(all, json_pack("{s:s, s:b, s:s?, s:s?}", "name", name, "ok", f->ok, "detail",
                                             f->detail, "advice", f->ok ? NULL : f->advice));
    else if (f->ok)
        printf("ok       %-14s %s\n", name, f->detail ? f->detail : "");
    else
        printf("%-8s %-14s %s%s%s\n", "missing", name, f->detail ? f->detail : "",
               f->detail ? "\n                        " : "", f->advice ? f->advice : "");
    free(f->detail);
}

/* Connects to HOST[:PORT] within two seconds. */
/* Two seconds an address: a name may have several, of which one is enough. */
static bool connects_tcp(const char *host, const char *port, const char **why)
{
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *list = NULL;
    int code = getaddrinfo(host, port, &hints, &list);
    if (code) {
        *why = gai_strerror(code);
        return false;
    }
    bool ok = false;
    for (struct addrinfo *a = list; a && !ok; a = a->ai_next) {
        _cleanup_(close_fd) int fd = socket(a->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        struct pollfd p = {.fd = fd, .events = POLLOUT};
        int error = 0;
        socklen_t len = sizeof(error);
        ok = fd >= 0 && (connect(fd, a->ai_addr, a->ai_addrlen) == 0 || errno == EINPROGRESS) &&
             poll(&p, 1, 2000) == 1 && getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len) == 0 && !error;
        *why = error ? strerror(error) : "no answer";
    }
    freeaddrinfo(list);
    return ok;
}

static void check_registry(const struct registry_config *r, struct finding *f)
{
    bool plain = str_has_prefix(r->url, "http://");
    const char *why = "", *start = strstr(r->url, "://") ? strstr(r->url, "://") + 3 : r->url;
    _cleanup_free_ char *host = xstrndup(start, strcspn(start, "/"));
    char *colon = strrchr(host, ':');
    const char *port = colon ? colon + 1 : plain ? "80" : "443";
    if (colon)
        *colon = 0;
    f->ok = connects_tcp(host, port, &why);
    f->detail = xasprintf("%s%s%s", r->url, f->ok ? "" : ": ", f->ok ? "" : why);
    f->advice = "check the address under `registries:` of gmrun.yaml, and the network";
}

int cmd_doctor(struct run_options *o)
{
    json_t *all = o->json ? json_array() : NULL;
    bool good = true;
    for (size_t i = 0; i < ARRAY_LEN(checks); i++) {
        struct finding f = {0};
        checks[i].check(o, &f);
        good &= f.ok || !f.needed;
        report(all, checks[i].name, &f);
    }
    for (size_t i = 0; i < o->config.n_registries; i++) {
        struct finding f = {0};
        check_registry(&o->config.registries[i], &f);
        report(all, "registry", &f);
    }
    if (all) {
        json_dumpf(all, stdout, JSON_INDENT(1));
        printf("\n");
    }
    json_decref(all);
    return good ? EXIT_OK : EXIT_FAILED;
}
