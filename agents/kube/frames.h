/* WebSocket frames [RFC 6455] with the channels of Kubernetes in them: the first byte of a message names its
 * channel. Knows nothing of connections: bytes are fed in and taken out. */
#ifndef AGENTS_KUBE_FRAMES_H
#define AGENTS_KUBE_FRAMES_H

#include "base/buf.h"
#include "base/error.h"
#include <stdbool.h>
#include <stdint.h>
#include <wslay/wslay.h>

enum { KUBE_CLOSE_CHANNEL = 255 }; /* v5.channel.k8s.io: the next byte is the channel that ends */

struct kube_frames {
    /* A piece of a message, never empty. May not release the frames. */
    void (*output)(void *data, int channel, const char *bytes, size_t n);
    void *data;
    uint8_t skip[256]; /* bytes at the head of each channel that are not its own */
    struct buf out;    /* to be sent: take it with buf_clear() or by moving what is left */
    bool closed;       /* the peer has said that it is over */
    wslay_event_context_ptr ws;
    const char *in;
    size_t in_len;
    int channel; /* of the message that is being read; -1: its first byte is to come */
    bool control;
};

void kube_frames_init(struct kube_frames *f,
                      void (*output)(void *data, int channel, const char *bytes, size_t n), void *data);
void kube_frames_release(struct kube_frames *f);
/* -1: the peer breaks the protocol; nothing may be fed any more. */
int kube_frames_feed(struct kube_frames *f, const void *bytes, size_t n, struct error *err);
void kube_frames_send(struct kube_frames *f, int channel, const void *bytes, size_t n);
void kube_frames_ping(struct kube_frames *f);

#endif
