/* A small server for tests of the Kubernetes client: a forked child, one more for each connection, that reads
 * requests of HTTP/1.1 and hands them to the test. */
#ifndef TESTS_UNIT_KUBE_SERVER_H
#define TESTS_UNIT_KUBE_SERVER_H

#include "agents/kube/client.h"
#include "base/util.h"
#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

struct kube_server {
    struct loop loop;
    struct kube *kube;
    pid_t pid;
    int *count; /* shared with the children: for the test */
};

/* May end the child by _exit() to close the connection. */
typedef void kube_server_fn(int fd, const char *request, int *count);

static inline void say(int fd, const char *text)
{
    if (write(fd, text, strlen(text)) < 0)
        _exit(0);
}

static inline void say_json(int fd, int status, const char *headers, const char *json)
{
    dprintf(fd, "HTTP/1.1 %d Text\r\n%sContent-Length: %zu\r\n\r\n%s", status, headers, strlen(json), json);
}

static inline void kube_server_talk(int fd, kube_server_fn *fn, int *count)
{
    static char request[1 << 16];
    size_t have = 0;
    for (ssize_t n; (n = read(fd, request + have, sizeof(request) - 1 - have)) > 0;) {
        request[have += (size_t)n] = 0;
        const char *end = strstr(request, "\r\n\r\n"), *length = strstr(request, "Content-Length: ");
        if (!end || have < (size_t)(end + 4 - request) + (length ? strtoul(length + 16, NULL, 10) : 0))
            continue;
        fn(fd, request, count);
        have = 0;
    }
    _exit(0);
}

static inline int kube_server_start(struct kube_server *s, kube_server_fn *fn)
{
    struct sockaddr_in in = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct kube_config c = {.source = xstrdup("test"), .context = xstrdup("t"), .cluster = xstrdup("k")};
    socklen_t n = sizeof(in);
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    s->count = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (bind(listener, (struct sockaddr *)&in, sizeof(in)) < 0 || listen(listener, 128) < 0 ||
        getsockname(listener, (struct sockaddr *)&in, &n) < 0 || loop_init(&s->loop, NULL) < 0)
        return -1;
    s->pid = fork();
    if (s->pid == 0) {
        setpgid(0, 0);
        signal(SIGCHLD, SIG_IGN);
        for (int fd; (fd = accept(listener, NULL, NULL)) >= 0; close(fd))
            if (fork() == 0)
                kube_server_talk(fd, fn, s->count);
        _exit(0);
    }
    setpgid(s->pid, s->pid);
    close(listener);
    c.server = xasprintf("http://127.0.0.1:%d", ntohs(in.sin_port));
    c.token = xstrdup("secret");
    s->kube = kube_new(&s->loop, NULL, &c);
    return 0;
}

static inline int kube_server_stop(struct kube_server *s)
{
    kill(-s->pid, SIGKILL);
    waitpid(s->pid, NULL, 0);
    kube_free(s->kube);
    int rc = loop_idle(&s->loop) ? 0 : -1;
    loop_release(&s->loop);
    munmap(s->count, 4096);
    return rc;
}

#endif
