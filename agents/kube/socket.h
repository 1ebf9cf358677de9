/* Streams with a pod over a WebSocket: exec, attach, portforward (v5.channel.k8s.io where the server has it,
 * else v4). A connection is one socket, with the client's TLS, certificates, token and proxy. */
#ifndef AGENTS_KUBE_SOCKET_H
#define AGENTS_KUBE_SOCKET_H

#include "agents/kube/client.h"

/* Channels of exec and attach. For portforward port i of the request has 2i (data) and 2i + 1 (its error). */
enum kube_channel { KUBE_STDIN, KUBE_STDOUT, KUBE_STDERR, KUBE_STATUS, KUBE_RESIZE };

struct kube_socket_end {
    int exit; /* exec, attach: of the command; -1: not known. portforward: 0 */
    const struct error
        *err; /* NULL: it ended by itself. Refusals have the server's message and code = status */
};

struct kube_socket_callbacks {
    /* The server has agreed; what was written before goes out now. NULL: not wanted. */
    void (*opened)(void *data);
    /* Bytes of a channel, borrowed. KUBE_STATUS of exec and attach is read here and not handed on.
     * Portforward: the two bytes of the port at the head of each channel are dropped. */
    void (*output)(void *data, int channel, const char *bytes, size_t n);
    /* All that was written is out: write more. NULL: not wanted. */
    void (*drained)(void *data);
    /* Once; s is freed after the return. Not after kube_socket_close(). */
    void (*done)(void *data, const struct kube_socket_end *end);
};

struct kube_socket;
/* path with its query, as kube_exec_path() builds it. */
struct kube_socket *kube_socket_open(struct kube *k, const char *path, const struct kube_socket_callbacks *cb,
                                     void *data);
/* Queues bytes; returns how many wait. Stop writing above KUBE_SOCKET_HIGH until drained(). */
size_t kube_socket_write(struct kube_socket *s, int channel, const void *bytes, size_t n);
enum { KUBE_SOCKET_HIGH = 1 << 20 };
/* End of file on the channel, after what is queued. Only v5 can say it: returns -1 on v4, where nothing is
 * sent and the command has to know the end by itself (a count of bytes: `head -c N`). Before opened() it is
 * not known: 0. */
int kube_socket_end_input(struct kube_socket *s, int channel);
/* Stops (resumes) reading: back-pressure from a slow consumer. */
void kube_socket_pause(struct kube_socket *s, bool pause);
/* Drops it; no callback comes any more. From any callback but output() of its own. */
void kube_socket_close(struct kube_socket *s);

/* "/api/v1/namespaces/NS/pods/POD/exec?container=…&command=…&stdin=true…". container NULL: the pod's only
 * one. Standard output is always asked for. Owned by the caller. */
struct kube_exec_options {
    const char *space, *pod, *container;
    const char *const *argv; /* NULL-terminated; NULL: attach instead of exec */
    bool stdin_open, stderr_own, tty;
};
char *kube_exec_path(const struct kube_exec_options *o);
char *kube_portforward_path(const char *space, const char *pod, const int *ports, size_t n);

#endif
