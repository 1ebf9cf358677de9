/* The HTTP client beside a small server: a forked child, one more for each connection, that answers by path.
 */
#include "base/http.h"
#include "base/util.h"
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CALLS = 100, BIG = 3 << 20, FILE_BYTES = 3 << 19 };

/* ---- the server */

static void say(int fd, const char *text)
{
    if (write(fd, text, strlen(text)) < 0)
        _exit(0);
}

static void say_big(int fd)
{
    static char block[1 << 16];
    memset(block, 'b', sizeof(block));
    dprintf(fd, "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n", BIG);
    for (int i = 0; i < BIG / (int)sizeof(block); i++)
        for (size_t sent = 0; sent < sizeof(block);) {
            ssize_t n = write(fd, block + sent, sizeof(block) - sent);
            if (n <= 0)
                _exit(0);
            sent += (size_t)n;
        }
}

/* The request's first line and its body come back. */
static void say_echo(int fd, const char *request, size_t head, size_t body)
{
    size_t line = strcspn(request, "\r");
    dprintf(fd, "HTTP/1.1 200 OK\r\nX-Own:  a value \r\nContent-Length: %zu\r\n\r\n%.*s|%.*s",
            line + 1 + body, (int)line, request, (int)body, request + head);
}

/* Beside the listening sockets, which both sides have: a byte of this pipe for each request of /count. */
static int counted[2];

static void answer(int fd, const char *request, size_t head, size_t body)
{
    if (strstr(request, " /echo "))
        say_echo(fd, request, head, body);
    else if (strstr(request, " /chunked ")) {
        static const char *const parts[] = {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
                                            "5\r\nhel", "lo\r\n1;x=y\r\n \r", "\n5\r\nthere\r\n",
                                            "0\r\n\r\n"};
        for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
            say(fd, parts[i]);
            usleep(2000);
        }
    } else if (strstr(request, " /big "))
        say_big(fd);
    else if (strstr(request, " /count ") && write(counted[1], "c", 1) == 1)
        _exit(0);
    else if (strstr(request, " /missing "))
        say(fd, "HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\n\r\ngone");
    else if (strstr(request, " /cut "))
        say(fd, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nten bytes.");
    else if (strstr(request, " /cut-chunk "))
        say(fd, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n9\r\nhal");
    else if (strstr(request, " /noise "))
        say(fd, "no HTTP at all\r\n\r\n");
    else if (strstr(request, " /silence ")) {
        say(fd, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nthen nothing");
        pause();
    }
    if (strstr(request, " /cut") || strstr(request, " /noise ") || strstr(request, " /nothing "))
        _exit(0);
}

static void serve_connection(int fd)
{
    static char request[1 << 21];
    size_t have = 0;
    for (ssize_t n; (n = read(fd, request + have, sizeof(request) - 1 - have)) > 0;) {
        request[have += (size_t)n] = 0;
        const char *end = strstr(request, "\r\n\r\n"), *length = strstr(request, "Content-Length: ");
        size_t head = end ? (size_t)(end + 4 - request) : 0,
               body = length ? strtoul(length + 16, NULL, 10) : 0;
        if (!head || have < head + body)
            continue;
        answer(fd, request, head, body);
        have = 0;
    }
    _exit(0);
}

static pid_t serve(int listener)
{
    pid_t pid = fork();
    if (pid) {
        setpgid(pid, pid);
        return pid;
    }
    setpgid(0, 0);
    signal(SIGCHLD, SIG_IGN);
    for (int fd; (fd = accept(listener, NULL, NULL)) >= 0; close(fd))
        if (fork() == 0)
            serve_connection(fd);
    _exit(0);
}

struct fixture {
    struct loop loop;
    pid_t tcp, local;
    char base[64], socket[64];
};

static int start_servers(void **state)
{
    struct fixture *f = xcalloc(1, sizeof(*f));
    struct sockaddr_in in = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct sockaddr_un un = {.sun_family = AF_UNIX};
    socklen_t n = sizeof(in);
    snprintf(f->socket, sizeof(f->socket), "/tmp/gmrun-test-http-%d", (int)getpid());
    snprintf(un.sun_path, sizeof(un.sun_path), "%s", f->socket);
    unlink(f->socket); /* of a killed run with the same process number */
    int tcp = socket(AF_INET, SOCK_STREAM, 0), local = socket(AF_UNIX, SOCK_STREAM, 0);
    if (bind(tcp, (struct sockaddr *)&in, sizeof(in)) < 0 ||
        bind(local, (struct sockaddr *)&un, sizeof(un)) < 0 || listen(tcp, 128) < 0 ||
        listen(local, 128) < 0 || getsockname(tcp, (struct sockaddr *)&in, &n) < 0)
        return -1;
    snprintf(f->base, sizeof(f->base), "http://127.0.0.1:%d", ntohs(in.sin_port));
    if (pipe2(counted, O_NONBLOCK | O_CLOEXEC) < 0)
        return -1;
    f->tcp = serve(tcp);
    f->local = serve(local);
    close(tcp);
    close(local);
    *state = f;
    return loop_init(&f->loop, NULL);
}

static int stop_servers(void **state)
{
    struct fixture *f = *state;
    kill(-f->tcp, SIGKILL);
    kill(-f->local, SIGKILL);
    waitpid(f->tcp, NULL, 0);
    waitpid(f->local, NULL, 0);
    unlink(f->socket);
    loop_release(&f->loop);
    free(f);
    return 0;
}

/* ---- a call and what came of it */

struct seen {
    struct http *http;
    struct http_call *call;
    struct buf body;
    char *message, *header;
    int status, done;
    size_t pieces;
    int *left;
};

static void ended(void *data, const struct http_end *end)
{
    struct seen *s = data;
    s->done++;
    s->status = end->status;
    s->call = NULL;
    if (end->body->len)
        buf_add(&s->body, end->body->data, end->body->len);
    if (end->err)
        s->message = xstrdup(end->err->message);
    if (s->left)
        --*s->left;
}

static bool streams(void *data, int status)
{
    return status == 200;
}

static void piece(void *data, const char *bytes, size_t n)
{
    struct seen *s = data;
    s->pieces++;
    buf_add(&s->body, bytes, n);
}

static void header(void *data, const char *name, const char *value)
{
    struct seen *s = data;
    if (str_eq(name, "X-Own"))
        s->header = xstrdup(value);
}

static const struct http_callbacks collected = {.header = header, .done = ended};
static const struct http_callbacks in_pieces = {.streams = streams, .piece = piece, .done = ended};

static void run(struct fixture *f, const struct http_peer *peer, struct http_request *r, const char *path,
                const struct http_callbacks *cb, struct seen *s)
{
    struct http h = {0};
    struct error err = {0};
    _cleanup_free_ char *url = xasprintf("%s%s", peer->unix_socket ? "http://localhost" : f->base, path);
    r->url = url;
    http_init(&h, &f->loop, peer);
    s->call = http_start(&h, r, cb, s, &err);
    assert_non_null(s->call);
    assert_int_equal(s->done, 0); /* never from within the start */
    while (!s->done)
        assert_true(loop_run_once(&f->loop, -1, &err) >= 0);
    http_release(&h);
    assert_int_equal(s->done, 1);
    assert_true(loop_idle(&f->loop));
}

static void seen_release(struct seen *s)
{
    buf_release(&s->body);
    free(s->message);
    free(s->header);
}

static const struct http_peer direct = {.proxy = ""};

static void bodies_and_headers(void **state)
{
    const char *const headers[] = {"X-Mine: 1", NULL};
    struct http_request r = {.method = "PUT", .body = "{}", .body_len = 2, .headers = headers};
    _cleanup_(seen_release) struct seen s = {0};
    run(*state, &direct, &r, "/echo", &collected, &s);
    assert_null(s.message);
    assert_string_equal(s.body.data, "PUT /echo HTTP/1.1|{}");
    assert_string_equal(s.header, "a value");
}

/* The body is read from the file's start, whatever its position, and more than a buffer of it. */
static void a_file_as_the_body(void **state)
{
    char path[] = "/tmp/gmrun-test-body-XXXXXX";
    static char text[FILE_BYTES + 1];
    int fd = mkstemp(path);
    for (size_t i = 0; i < FILE_BYTES; i++)
        text[i] = (char)('a' + i % 23);
    assert_int_equal(write(fd, text, FILE_BYTES), FILE_BYTES);
    struct http_request r = {.method = "POST", .body_file = &fd};
    _cleanup_(seen_release) struct seen s = {0};
    run(*state, &direct, &r, "/echo", &collected, &s);
    assert_null(s.message);
    assert_memory_equal(s.body.data, "POST /echo HTTP/1.1|", 20);
    assert_string_equal(s.body.data + 20, text);
    close(fd);
    unlink(path);
}

static void over_a_unix_socket(void **state)
{
    struct fixture *f = *state;
    struct http_peer peer = {.unix_socket = f->socket, .proxy = ""};
    struct http_request r = {.method = "POST"};
    _cleanup_(seen_release) struct seen s = {0};
    run(f, &peer, &r, "/echo", &collected, &s);
    assert_string_equal(s.body.data, "POST /echo HTTP/1.1|");
}

static void answers(void **state)
{
    static const struct {
        const char *path;
        bool streamed;
        int status;
        const char *body, *message;
    } rows[] = {
        {"/chunked", false, 200, "hello there", NULL},
        {"/chunked", true, 200, "hello there", NULL},
        {"/missing", false, 404, "gone", NULL},
        {"/missing", true, 404, "gone", NULL}, /* a refusal is collected */
        {"/cut", false, 200, "ten bytes.", "90 bytes"},
        {"/cut", true, 200, "ten bytes.", "90 bytes"},
        {"/cut-chunk", true, 200, "hellohal", ""},
        {"/nothing", false, 0, "", ""},
        {"/noise", false, 0, "", ""},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct http_request r = {0};
        _cleanup_(seen_release) struct seen s = {0};
        run(*state, &direct, &r, rows[i].path, rows[i].streamed ? &in_pieces : &collected, &s);
        if (s.status != rows[i].status || !str_eq(s.body.data ? s.body.data : "", rows[i].body))
            fail_msg("%s: %d %s", rows[i].path, s.status, s.body.data);
        if (!s.message != !rows[i].message || (s.message && !strstr(s.message, rows[i].message)))
            fail_msg("%s: %s", rows[i].path, s.message);
    }
}

static void limits(void **state)
{
    static const struct {
        const char *path, *message;
        struct http_request r;
    } rows[] = {
        {"/silence", "", {.silence_ms = 1000}},
        {"/silence", "", {.timeout_ms = 200}},
        {"/big", "the answer has more than 1000 bytes", {.collect = 1000}},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct http_request r = rows[i].r;
        _cleanup_(seen_release) struct seen s = {0};
        run(*state, &direct, &r, rows[i].path, &collected, &s);
        assert_non_null(s.message);
        assert_non_null(strstr(s.message, rows[i].message));
    }
}

static void what_cannot_be_reached(void **state)
{
    static const struct http_peer nowhere = {.unix_socket = "/no/such/socket", .proxy = ""};
    struct http_request r = {0};
    _cleanup_(seen_release) struct seen s = {0};
    run(*state, &nowhere, &r, "/", &collected, &s);
    assert_int_equal(s.status, 0);
    assert_non_null(s.message);
}

/* One of two calls goes in the middle of its body; the other is not touched. */
static void cancel_in_the_middle(void **state)
{
    struct fixture *f = *state;
    struct http h = {0};
    struct error err = {0};
    struct seen big = {0}, other = {0};
    _cleanup_free_ char *url = xasprintf("%s/big", f->base);
    struct http_request r = {.url = url};
    http_init(&h, &f->loop, &direct);
    big.call = http_start(&h, &r, &in_pieces, &big, &err);
    other.call = http_start(&h, &r, &in_pieces, &other, &err);
    while (!big.pieces)
        assert_true(loop_run_once(&f->loop, -1, &err) >= 0);
    if (!big.done)
        http_cancel(big.call);
    size_t had = big.body.len;
    while (!other.done)
        assert_true(loop_run_once(&f->loop, -1, &err) >= 0);
    assert_int_equal(big.body.len, had);
    assert_int_equal(other.body.len, BIG);
    assert_null(other.message);
    http_release(&h);
    assert_true(loop_idle(&f->loop));
    seen_release(&big);
    seen_release(&other);
}

static void many_at_once(void **state)
{
    struct fixture *f = *state;
    struct http h = {0};
    struct error err = {0};
    static struct seen seen[CALLS];
    int left = CALLS;
    _cleanup_free_ char *url = xasprintf("%s/echo", f->base);
    http_init(&h, &f->loop, &direct);
    for (int i = 0; i < CALLS; i++) {
        char body[16];
        snprintf(body, sizeof(body), "%d", i);
        struct http_request r = {.method = "POST", .url = url, .body = body, .body_len = strlen(body)};
        seen[i].left = &left;
        assert_non_null(http_start(&h, &r, &collected, &seen[i], &err)); /* the body is copied */
    }
    while (left)
        assert_true(loop_run_once(&f->loop, -1, &err) >= 0);
    for (int i = 0; i < CALLS; i++) {
        char wanted[64];
        snprintf(wanted, sizeof(wanted), "POST /echo HTTP/1.1|%d", i);
        assert_null(seen[i].message);
        assert_string_equal(seen[i].body.data, wanted);
        seen_release(&seen[i]);
    }
    http_release(&h);
}

/* The server takes the request from a connection that was used before, and hangs up. How often it comes: */
static int times_sent(struct fixture *f, const struct http_peer *peer, const char *method, const char *body)
{
    struct http h = {0};
    struct error err = {0};
    char bytes[8];
    http_init(&h, &f->loop, peer);
    for (int i = 0; i < 2; i++) {
        _cleanup_(seen_release) struct seen s = {0};
        _cleanup_free_ char *url =
            xasprintf("%s%s", peer->unix_socket ? "http://localhost" : f->base, i ? "/count" : "/echo");
        struct http_request r = {
            .method = i ? method : "GET", .url = url, .body = body, .body_len = body ? strlen(body) : 0};
        assert_non_null(http_start(&h, &r, &collected, &s, &err));
        while (!s.done)
            assert_true(loop_run_once(&f->loop, -1, &err) >= 0);
        assert_int_equal(!s.message, !i);
    }
    http_release(&h);
    return (int)read(counted[0], bytes, sizeof(bytes));
}

static void a_post_is_sent_once(void **state)
{
    struct fixture *f = *state;
    const struct http_peer local = {.unix_socket = f->socket, .proxy = ""}, *peers[] = {&direct, &local};
    for (size_t i = 0; i < ARRAY_LEN(peers); i++) {
        assert_int_equal(times_sent(f, peers[i], "GET", NULL), 2); /* who only asks may ask again */
        assert_int_equal(times_sent(f, peers[i], "POST", NULL), 1);
        assert_int_equal(times_sent(f, peers[i], "POST", "{}"), 1);
    }
}

static void release_cancels(void **state)
{
    struct fixture *f = *state;
    struct http h = {0};
    struct error err = {0};
    struct seen s = {0};
    _cleanup_free_ char *url = xasprintf("%s/silence", f->base);
    struct http_request r = {.url = url};
    http_init(&h, &f->loop, &direct);
    http_start(&h, &r, &in_pieces, &s, &err);
    while (!s.pieces)
        assert_true(loop_run_once(&f->loop, -1, &err) >= 0);
    http_release(&h);
    assert_int_equal(s.done, 0);
    assert_true(loop_idle(&f->loop));
    seen_release(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bodies_and_headers),
        cmocka_unit_test(a_file_as_the_body),
        cmocka_unit_test(over_a_unix_socket),
        cmocka_unit_test(answers),
        cmocka_unit_test(limits),
        cmocka_unit_test(what_cannot_be_reached),
        cmocka_unit_test(cancel_in_the_middle),
        cmocka_unit_test(many_at_once),
        cmocka_unit_test(a_post_is_sent_once),
        cmocka_unit_test(release_cancels),
    };
    return cmocka_run_group_tests(tests, start_servers, stop_servers);
}
