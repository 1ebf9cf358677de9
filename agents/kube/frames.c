/* See frames.h. wslay splits, joins and masks; messages are handed on in the pieces in which they come, since
 * one may be as large as the server likes. */
#include "agents/kube/frames.h"
#include "base/util.h"
#include <errno.h>
#include <string.h>
#include <sys/random.h>

enum { MESSAGE_MAX = 64 << 10 }; /* servers read a message whole */

static ssize_t take_in(wslay_event_context_ptr ws, uint8_t *bytes, size_t n, int flags, void *data)
{
    struct kube_frames *f = data;
    if (!f->in_len) {
        wslay_event_set_error(ws, WSLAY_ERR_WOULDBLOCK);
        return -1;
    }
    n = n < f->in_len ? n : f->in_len;
    memcpy(bytes, f->in, n);
    f->in += n;
    f->in_len -= n;
    return (ssize_t)n;
}

static ssize_t take_out(wslay_event_context_ptr ws, const uint8_t *bytes, size_t n, int flags, void *data)
{
    buf_add(&((struct kube_frames *)data)->out, bytes, n);
    return (ssize_t)n;
}

static int make_mask(wslay_event_context_ptr ws, uint8_t *bytes, size_t n, void *data)
{
    return getrandom(bytes, n, 0) == (ssize_t)n ? 0 : -1;
}

/* A frame of control may stand between those of a message. */
static void frame_starts(wslay_event_context_ptr ws, const struct wslay_event_on_frame_recv_start_arg *a,
                         void *data)
{
    struct kube_frames *f = data;
    f->control = wslay_is_ctrl_frame(a->opcode);
    if (!f->control && a->opcode != WSLAY_CONTINUATION_FRAME)
        f->channel = -1;
}

static void chunk(wslay_event_context_ptr ws, const struct wslay_event_on_frame_recv_chunk_arg *a, void *data)
{
    struct kube_frames *f = data;
    const char *bytes = (const char *)a->data;
    size_t n = a->data_length;
    if (f->control || !n)
        return;
    if (f->channel < 0) {
        f->channel = (unsigned char)*bytes++;
        n--;
    }
    size_t skip = f->skip[f->channel] < n ? f->skip[f->channel] : n;
    f->skip[f->channel] -= (uint8_t)skip;
    if (n > skip)
        f->output(f->data, f->channel, bytes + skip, n - skip);
}

void kube_frames_init(struct kube_frames *f,
                      void (*output)(void *data, int channel, const char *bytes, size_t n), void *data)
{
    static const struct wslay_event_callbacks callbacks = {
        .recv_callback = take_in,
        .send_callback = take_out,
        .genmask_callback = make_mask,
        .on_frame_recv_start_callback = frame_starts,
        .on_frame_recv_chunk_callback = chunk,
    };
    *f = (struct kube_frames){.output = output, .data = data, .channel = -1};
    if (wslay_event_context_client_init(&f->ws, &callbacks, f) < 0)
        abort(); /* no memory */
    wslay_event_config_set_no_buffering(f->ws, 1);
}

void kube_frames_release(struct kube_frames *f)
{
    if (f->ws)
        wslay_event_context_free(f->ws);
    buf_release(&f->out);
    f->ws = NULL;
}

static void flush(struct kube_frames *f)
{
    if (wslay_event_want_write(f->ws))
        wslay_event_send(f->ws);
}

int kube_frames_feed(struct kube_frames *f, const void *bytes, size_t n, struct error *err)
{
    f->in = bytes;
    f->in_len = n;
    int rc = wslay_event_recv(f->ws);
    bool received = wslay_event_get_close_received(f->ws);
    /* wslay answers what it cannot read by closing its side */
    bool broken = rc < 0 || (!received && !wslay_event_get_read_enabled(f->ws));
    flush(f); /* pongs, and the answer to a close */
    f->closed |= received;
    f->in = NULL;
    f->in_len = 0;
    return broken ? error_set(err, ERROR_REMOTE, "the server breaks the WebSocket protocol") : 0;
}

static void queue(struct kube_frames *f, uint8_t opcode, const uint8_t *bytes, size_t n)
{
    const struct wslay_event_msg m = {opcode, bytes, n};
    wslay_event_queue_msg(f->ws, &m);
    flush(f);
}

void kube_frames_send(struct kube_frames *f, int channel, const void *bytes, size_t n)
{
    const char *from = bytes;
    uint8_t message[1 + MESSAGE_MAX];
    message[0] = (uint8_t)channel;
    do {
        size_t part = n < MESSAGE_MAX ? n : MESSAGE_MAX;
        if (part)
            memcpy(message + 1, from, part);
        queue(f, WSLAY_BINARY_FRAME, message, 1 + part);
        from += part;
        n -= part;
    } while (n);
}

void kube_frames_ping(struct kube_frames *f)
{
    queue(f, WSLAY_PING, NULL, 0);
}
