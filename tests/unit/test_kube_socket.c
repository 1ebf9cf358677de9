/* WebSockets beside a scripted server: what comes in strange pieces, back-pressure, every way to end. A real
 * kubelet's exec is in tests/kube. */
#include "agents/kube/frames.h"
#include "agents/kube/handshake.h"
#include "agents/kube/socket.h"
#include "base/hash.h"
#include "tests/unit/check.h"
#include "tests/unit/kube_server.h"
#include <poll.h>

enum { BIG = 6 << 20 };

/* ---- the server: frames by hand, so that they can be as odd as the protocol allows */

static void upgrade(int fd, const char *request, const char *protocol)
{
    char hex[HASH_HEX_MAX];
    unsigned char digest[20];
    struct buf accept = {0};
    const char *key = strstr(request, "Sec-WebSocket-Key: ") + 19;
    _cleanup_free_ char *text =
        xasprintf("%.*s258EAFA5-E914-47DA-95CA-C5AB0DC85B11", (int)strcspn(key, "\r"), key);
    hash_hex(HASH_SHA1, text, strlen(text), hex);
    for (int i = 0; i < 20; i++) {
        const char pair[3] = {hex[2 * i], hex[2 * i + 1], 0};
        digest[i] = (unsigned char)strtoul(pair, NULL, 16);
    }
    base64_encode(&accept, digest, sizeof(digest), 0);
    dprintf(fd,
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            "sec-websocket-accept: %s\r\nSec-WebSocket-Protocol: %s\r\n\r\n",
            accept.data, protocol);
}

static void frame(int fd, int head, const void *bytes, size_t n)
{
    unsigned char h[10] = {(unsigned char)head};
    size_t size = 2;
    size_t wide = n < 126 ? 0 : n < 65536 ? 2 : 8; /* the shortest form is asked for */
    h[1] = (unsigned char)(wide == 8 ? 127 : wide ? 126 : n);
    for (size_t i = 0; i < wide; i++)
        h[2 + i] = (unsigned char)((uint64_t)n >> (8 * (wide - 1 - i)));
    size += wide;
    if (write(fd, h, size) < 0)
        _exit(0);
    for (size_t sent = 0; sent < n;) {
        ssize_t w = write(fd, (const char *)bytes + sent, n - sent);
        if (w <= 0)
            _exit(0);
        sent += (size_t)w;
    }
}

#define FRAME(fd, head, text) frame(fd, head, text, sizeof(text) - 1)
enum { MORE = 0x02, LAST = 0x80, WHOLE = 0x82, PING = 0x89, BYE = 0x88 };

#define FAILURE3                                                                                             \
    "{\"status\":\"Failure\",\"reason\":\"NonZeroExitCode\",\"details\":{\"causes\":[{\"reason\":"           \
    "\"ExitCode\",\"message\":\"3\"}"                                                                        \
    "]}}"

/* Each byte by itself: heads of frames, of messages and the Status are all cut. */
static void say_slowly(int fd)
{
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) < 0)
        _exit(1);
    FRAME(pair[1], WHOLE, "\001");
    FRAME(pair[1], MORE, "\001hel");
    FRAME(pair[1], PING, "p");
    FRAME(pair[1], 0x00, "");
    FRAME(pair[1], LAST, "lo");
    FRAME(pair[1], WHOLE, "\002oops");
    FRAME(pair[1], MORE, "\003{\"status\":\"Failure\",");
    frame(pair[1], LAST, FAILURE3 + 20, sizeof(FAILURE3) - 21);
    FRAME(pair[1], BYE, "\003\350");
    close(pair[1]);
    for (char c; read(pair[0], &c, 1) == 1;) {
        if (write(fd, &c, 1) != 1)
            _exit(0);
        usleep(100);
    }
}

/* Reads frames of the client (always masked) until the channel's end, and sends their bytes back on
 * channel 1. */
static bool read_all(int fd, void *bytes, size_t n)
{
    for (size_t have = 0; have < n;) {
        ssize_t got = read(fd, (char *)bytes + have, n - have);
        if (got <= 0)
            return false;
        have += (size_t)got;
    }
    return true;
}

static void echo(int fd)
{
    static unsigned char bytes[1 << 17];
    for (unsigned char h[2], mask[4], size[8]; read_all(fd, h, 2);) {
        uint64_t n = h[1] & 127;
        size_t more = n == 126 ? 2 : n == 127 ? 8 : 0;
        if (!(h[1] & 128) || !read_all(fd, size, more) || !read_all(fd, mask, 4))
            _exit(1);
        for (size_t i = 0; i < more; i++)
            n = i ? n << 8 | size[i] : size[i];
        if (n > sizeof(bytes) || !read_all(fd, bytes, n))
            _exit(1);
        for (size_t i = 0; i < n; i++)
            bytes[i] ^= mask[i & 3];
        if (n == 2 && bytes[0] == KUBE_CLOSE_CHANNEL)
            break;
        if (n > 1 && bytes[0] == KUBE_STDIN) {
            bytes[0] = KUBE_STDOUT;
            frame(fd, WHOLE, bytes, n);
        }
    }
    FRAME(fd, WHOLE, "\003{\"status\":\"Success\"}");
    FRAME(fd, BYE, "\003\350");
}

static void say_big(int fd)
{
    static char bytes[BIG + 1];
    memset(bytes, 'b', sizeof(bytes));
    bytes[0] = 1;
    frame(fd, WHOLE, bytes, sizeof(bytes));
    FRAME(fd, WHOLE, "\003{\"status\":\"Success\"}"); /* and stays open: the client says goodbye */
    pause();
}

static void forward(int fd)
{
    FRAME(fd, WHOLE, "\000\x50");
    FRAME(fd, WHOLE, "\001\x50\000");
    FRAME(fd, WHOLE, "\000\000data");
    FRAME(fd, WHOLE, "\001no listener");
    FRAME(fd, BYE, "\003\350");
}

static void answer(int fd, const char *request, int *count)
{
    static const char status[] =
        "{\"kind\":\"Status\",\"status\":\"Failure\",\"reason\":\"NotFound\",\"code\":404,"
        "\"message\":\"pods \\\"p\\\" not found\"}";
    bool v4 = strstr(request, "command=v4");
    if (str_has_prefix(request, "CONNECT cluster.invalid:6443 ")) {
        say(fd, "HTTP/1.1 200 OK\r\n\r\n");
        return;
    }
    if (strstr(request, "command=missing"))
        say_json(fd, 404, "", status);
    else if (strstr(request, "command=chunks"))
        dprintf(fd, "HTTP/1.1 404 Not Found\r\nTransfer-Encoding: chunked\r\n\r\n%zx\r\n%s\r\n0\r\n\r\n",
                strlen(status), status);
    else if (strstr(request, "command=plain"))
        say_json(fd, 200, "", "hello");
    else if (strstr(request, "command=shut"))
        _exit(0);
    else if (strstr(request, "command=liar"))
        say(fd, "HTTP/1.1 101 X\r\nSec-WebSocket-Accept: no\r\nSec-WebSocket-Protocol: "
                "v4.channel.k8s.io\r\n\r\n");
    else if (strstr(request, "command=other"))
        upgrade(fd, request, "base64.channel.k8s.io");
    else
        upgrade(fd, request, v4 ? "v4.channel.k8s.io" : "v5.channel.k8s.io");
    if (!strstr(request, "Authorization: Bearer secret") ||
        !(strstr(request, "Host: 127.0.0.1:") || strstr(request, "Host: cluster.invalid:6443\r\n")))
        _exit(1);
    if (strstr(request, "command=slow"))
        say_slowly(fd);
    else if (strstr(request, "command=echo") || v4)
        echo(fd);
    else if (strstr(request, "command=big"))
        say_big(fd);
    else if (strstr(request, "/portforward"))
        forward(fd);
    else if (strstr(request, "command=cut"))
        FRAME(fd, WHOLE, "\001half");
    else if (strstr(request, "command=wrong"))
        FRAME(fd, 0xf3, "\001bits");
    else if (strstr(request, "command=oci"))
        FRAME(fd, WHOLE,
              "\003{\"status\":\"Failure\",\"reason\":\"InternalError\",\"message\":\"no such program\"}");
    if (strstr(request, "command=wrong"))
        pause();
    /* What was not read would make the kernel send a reset, which overtakes what was sent */
    shutdown(fd, SHUT_WR);
    for (char rest[4096]; read(fd, rest, sizeof(rest)) > 0;)
        ;
    _exit(0);
}

/* ---- a socket and what came of it */

struct seen {
    struct kube_socket *socket;
    struct buf out, complaint;
    bool done, close_at_once;
    int exit, code, drained;
    char *message;
    size_t to_write, pause_at;
    struct loop_timer resume;
    struct loop *loop;
    int end_rc;
};

static void output(void *data, int channel, const char *bytes, size_t n)
{
    struct seen *s = data;
    buf_add(channel == KUBE_STDOUT ? &s->out : &s->complaint, bytes, n);
    if (s->close_at_once) {
        kube_socket_close(s->socket);
        s->done = true;
    }
    if (s->pause_at && s->out.len >= s->pause_at) {
        s->pause_at = 0;
        kube_socket_pause(s->socket, true);
        loop_timer_start(s->loop, &s->resume, 100);
    }
}

static void resume(struct loop_timer *t)
{
    struct seen *s = t->data;
    assert_true(s->out.len < BIG); /* it did wait */
    kube_socket_pause(s->socket, false);
}

/* Writes until the socket has enough; drained() goes on. */
static void write_on(void *data)
{
    static char block[50000];
    struct seen *s = data;
    memset(block, 'w', sizeof(block));
    s->drained++;
    while (s->to_write) {
        size_t n = s->to_write < sizeof(block) ? s->to_write : sizeof(block);
        s->to_write -= n;
        size_t waiting = kube_socket_write(s->socket, KUBE_STDIN, block, n);
        assert_true(waiting < KUBE_SOCKET_HIGH + sizeof(block) * 2);
        if (waiting > KUBE_SOCKET_HIGH)
            return;
    }
    s->end_rc = kube_socket_end_input(s->socket, KUBE_STDIN);
    if (s->end_rc < 0) {
        kube_socket_close(s->socket);
        s->done = true;
    }
}

static void ended(void *data, const struct kube_socket_end *e)
{
    struct seen *s = data;
    s->done = true;
    s->exit = e->exit;
    s->code = e->err ? e->err->code : 0;
    s->message = e->err ? xstrdup(e->err->message) : NULL;
}

static void run_path(struct kube_server *f, char *path, const struct kube_socket_callbacks *cb,
                     struct seen *s)
{
    s->loop = &f->loop;
    s->resume = (struct loop_timer){.fn = resume, .data = s};
    s->socket = kube_socket_open(f->kube, path, cb, s);
    free(path);
    while (!s->done)
        assert_true(loop_run_once(&f->loop, 60000, NULL) > 0);
}

static void run(struct kube_server *f, const char *command, const struct kube_socket_callbacks *cb,
                struct seen *s)
{
    const char *const argv[] = {command, NULL};
    struct kube_exec_options o = {
        .space = "n", .pod = "p", .argv = argv, .stdin_open = true, .stderr_own = true};
    run_path(f, kube_exec_path(&o), cb, s);
}

static void seen_release(struct seen *s)
{
    buf_release(&s->out);
    buf_release(&s->complaint);
    free(s->message);
}

static const struct kube_socket_callbacks reading = {.output = output, .done = ended},
                                          writing = {.opened = write_on,
                                                     .output = output,
                                                     .drained = write_on,
                                                     .done = ended};

static void in_pieces(void **state)
{
    _cleanup_(seen_release) struct seen s = {0};
    run(*state, "slow", &reading, &s);
    if (s.message)
        fail_msg("%s", s.message);
    assert_string_equal(s.out.data, "hello");
    assert_string_equal(s.complaint.data, "oops");
    assert_int_equal(s.exit, 3);
}

static void back_and_forth(void **state)
{
    _cleanup_(seen_release) struct seen s = {.to_write = BIG};
    run(*state, "echo", &writing, &s);
    if (s.message)
        fail_msg("%s", s.message);
    assert_int_equal(s.exit, 0);
    assert_int_equal(s.out.len, BIG);
    assert_true(s.drained > 2);
}

static void no_end_of_input_in_v4(void **state)
{
    _cleanup_(seen_release) struct seen s = {.to_write = 10};
    run(*state, "v4", &writing, &s);
    assert_int_equal(s.end_rc, -1);
}

static void paused(void **state)
{
    _cleanup_(seen_release) struct seen s = {.pause_at = 1000};
    run(*state, "big", &reading, &s);
    assert_int_equal(s.out.len, BIG);
    assert_int_equal(s.exit, 0);
}

static void closed_from_within(void **state)
{
    _cleanup_(seen_release) struct seen s = {.close_at_once = true};
    run(*state, "slow", &reading, &s);
    assert_int_equal(s.out.data[0], 'h');
}

static void endings(void **state)
{
    static const struct {
        const char *command, *message;
        int code;
    } rows[] = {
        {"missing", "pods \"p\" not found", 404},
        {"chunks", "pods \"p\" not found", 404},
        {"plain", "hello (HTTP status 200)", 200},
        {"shut", "gave no answer", 0},
        {"liar", "is not valid", 0},
        {"other", "speaks none of v5", 0},
        {"cut", "broke off", 0},
        {"wrong", "breaks the WebSocket protocol", 0},
        {"oci", "no such program", 500},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        _cleanup_(seen_release) struct seen s = {0};
        run(*state, rows[i].command, &reading, &s);
        if (!s.message || !strstr(s.message, rows[i].message))
            fail_msg("%s: %s", rows[i].command, s.message ? s.message : "no failure");
        assert_int_equal(s.exit, -1);
        assert_int_equal(s.code, rows[i].code);
    }
}

static void ports(void **state)
{
    static const int list[] = {80};
    _cleanup_(seen_release) struct seen s = {0};
    run_path(*state, kube_portforward_path("n", "p", list, 1), &reading, &s);
    assert_null(s.message);
    assert_string_equal(s.out.data, "no listener"); /* channel 1: the port's error */
    assert_string_equal(s.complaint.data, "data");
}

static void unreachable(void **state)
{
    struct kube_server *f = *state;
    _cleanup_(seen_release) struct seen s = {.loop = &f->loop};
    struct kube_config c = {.server = xstrdup("http://127.0.0.1:1")};
    struct kube *k = kube_new(&f->loop, NULL, &c);
    s.socket = kube_socket_open(k, "/x", &reading, &s);
    while (!s.done)
        assert_true(loop_run_once(&f->loop, 60000, NULL) > 0);
    assert_non_null(strstr(s.message, "cannot reach the Kubernetes API server http://127.0.0.1:1"));
    kube_free(k);
}

static void through_a_proxy(void **state)
{
    struct kube_server *f = *state;
    _cleanup_(seen_release) struct seen s = {.loop = &f->loop};
    struct kube_config c = {.server = xstrdup("http://cluster.invalid:6443"),
                            .token = xstrdup("secret"),
                            .proxy = xstrdup(kube_config_of(f->kube)->server)};
    struct kube *k = kube_new(&f->loop, NULL, &c);
    s.socket = kube_socket_open(k, "/exec?command=slow", &reading, &s);
    while (!s.done)
        assert_true(loop_run_once(&f->loop, 60000, NULL) > 0);
    assert_int_equal(s.exit, 3);
    kube_free(k);
}

static void paths(void **state)
{
    const char *const argv[] = {"sh", "-c", "echo a&b", NULL};
    struct kube_exec_options o = {.space = "ci", .pod = "p", .container = "c", .argv = argv, .tty = true};
    _cleanup_free_ char *exec = kube_exec_path(&o);
    assert_string_equal(
        exec,
        "/api/v1/namespaces/ci/pods/p/exec?stdout=true&container=c&stdin=true&tty=true&command=sh&command=-c&"
        "command=echo%20a%26b");
    o.argv = NULL;
    _cleanup_free_ char *attach = kube_exec_path(&o);
    assert_string_equal(attach,
                        "/api/v1/namespaces/ci/pods/p/attach?stdout=true&container=c&stdin=true&tty=true");
}

static int start(void **state)
{
    static struct kube_server server;
    *state = &server;
    return kube_server_start(&server, answer);
}

static int stop(void **state)
{
    return kube_server_stop(*state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(in_pieces),
        cmocka_unit_test(back_and_forth),
        cmocka_unit_test(no_end_of_input_in_v4),
        cmocka_unit_test(paused),
        cmocka_unit_test(closed_from_within),
        cmocka_unit_test(endings),
        cmocka_unit_test(ports),
        cmocka_unit_test(unreachable),
        cmocka_unit_test(through_a_proxy),
        cmocka_unit_test(paths),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
