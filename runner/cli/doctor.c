/* gmrun doctor: one row for each thing a pipeline may need, with what to do where it is missing. Nothing is
 * changed and no secret is read out. */
#include "base/fs.h"
#include "runner/cli/cli.h"
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

struct finding {
    bool ok, needed; /* needed: without it no build runs */
    char *detail;    /* owned */
    const char *advice;
};

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

static void check_home(struct run_options *o, struct finding *f)
{
    const char *at = o->home.dir;
    _cleanup_free_ char *parent = path_dirname(at);
    f->needed = true;
    f->ok = access(fs_exists(at) ? at : parent, W_OK) == 0;
    f->detail = xasprintf("%s%s", at, fs_exists(at) ? "" : " (will be made)");
    f->advice = "choose another folder by --home or GMRUN_HOME";
}

static void check_config(struct run_options *o, struct finding *f)
{
    f->ok = true;
    f->detail = xasprintf("%s", o->config.file ? o->config.file : "none; every label runs on this machine");
}

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
    char self[4096];
    ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);
    self[n > 0 ? n : 0] = 0;
    _cleanup_free_ char *dir = path_dirname(self);
    static const char *const places[] = {"libexec/gmrun-worker", "../libexec/gmrun-worker",
                                         "../libexec/gmrun/gmrun-worker"};
    f->needed = true;
    for (size_t i = 0; i < ARRAY_LEN(places) && !f->ok; i++) {
        free(f->detail);
        f->detail = path_join(dir, places[i]);
        f->ok = access(f->detail, X_OK) == 0;
    }
    f->advice = "install gmrun with its libexec folder: checkout, stash and archive need it";
}

static void check_git(struct run_options *o, struct finding *f)
{
    f->detail = find_program("git");
    f->ok = f->detail != NULL;
    f->advice = "apt-get install git; only shallow clones, LFS and `sh 'git …'` need it";
}

static bool connects_unix(const char *path)
{
    struct sockaddr_un a = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof(a.sun_path))
        return false;
    memcpy(a.sun_path, path, strlen(path) + 1);
    _cleanup_(close_fd) int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    return fd >= 0 && connect(fd, (struct sockaddr *)&a, sizeof(a)) == 0;
}

static void check_docker(struct run_options *o, struct finding *f)
{
    const char *host = getenv("DOCKER_HOST");
    f->advice = "start a Docker or Podman engine, join its group, or set DOCKER_HOST; only docker agents and "
                "steps need it";
    if (host && *host && !str_has_prefix(host, "unix://")) {
        f->ok = true;
        f->detail = xasprintf("%s (not tried)", host);
        return;
    }
    const char *path = host && *host ? host + 7 : "/var/run/docker.sock";
    f->ok = connects_unix(path);
    f->detail = f->ok ? xstrdup(path) : xasprintf("%s: %s", path, strerror(errno));
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

static void check_kubernetes(struct run_options *o, struct finding *f)
{
    static const char in_cluster[] = "/var/run/secrets/kubernetes.io/serviceaccount/token";
    const char *given = getenv("KUBECONFIG"), *user_home = getenv("HOME");
    f->detail = given && *given ? xstrndup(given, strcspn(given, ":"))
                                : path_join(user_home ? user_home : "/", ".kube/config");
    f->ok = access(f->detail, R_OK) == 0;
    if (!f->ok && access(in_cluster, R_OK) == 0) {
        free(f->detail);
        f->detail = xstrdup("in the cluster, by the pod's service account");
        f->ok = true;
    }
    f->advice = "put a kubeconfig there, set KUBECONFIG, or add a kubeconfig credential; only rollouts and "
                "pods need it";
}

static void check_history(struct run_options *o, struct finding *f)
{
    void *lib = dlopen("libsqlite3.so.0", RTLD_LAZY | RTLD_LOCAL);
    f->ok = lib != NULL;
    f->detail = xstrdup("libsqlite3.so.0");
    f->advice = "apt-get install libsqlite3-0; without it builds run, but lists and trends are slow";
    if (lib)
        dlclose(lib);
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
