/* Repositories over ssh. libssh2 of Debian 12 cannot sign with SHA-2 RSA keys, knows nothing of
 * ~/.ssh/config and of host key policy; so the ssh program carries the protocol, behind libgit2's
 * interface for such transports. */
#include "agents/worker/access.h"
#include <errno.h>
#include <string.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

enum { CONNECT_TIMEOUT = 30 };

static void add(struct ssh_args *args, char *owned)
{
    vec_push(&args->items, owned);
}

static void add_option(struct ssh_args *args, char *owned)
{
    add(args, xstrdup("-o"));
    add(args, owned);
}

void ssh_args_release(struct ssh_args *args)
{
    for (size_t i = 0; i < args->items.len; i++)
        free(args->items.items[i]);
    vec_release(&args->items);
}

/* ssh wants a final line feed and no carriage returns.
 * A pasted key often has lost its last line feed or gained carriage returns; ssh calls both "invalid
 * format". */
static int key_file(struct access *a, struct error *err)
{
    if (a->key_file)
        return 0;
    struct buf b = {0};
    for (const char *s = a->creds.key; *s; s++)
        if (*s != '\r')
            buf_addch(&b, *s);
    if (b.len && b.data[b.len - 1] != '\n')
        buf_addch(&b, '\n');
    a->key_fd = secret_file(b.data, b.len, &a->key_file);
    explicit_bzero(b.data, b.len);
    buf_release(&b);
    return a->key_fd < 0 ? error_errno(err, "cannot make a memory file") : 0;
}

/* IdentityAgent=none and IdentitiesOnly: no other key may be offered first, as servers cut after a few. */
static int add_identity(struct access *a, struct ssh_args *args, struct error *err)
{
    if (!a->creds.key)
        return 0;
    if (key_file(a, err) < 0)
        return -1;
    add_option(args, xstrdup("IdentitiesOnly=yes"));
    add_option(args, xstrdup("IdentityAgent=none"));
    add(args, xstrdup("-i"));
    add(args, xstrdup(a->key_file));
    return 0;
}

/* accept-new: an unknown host is learnt, a changed one refused [git-client: AcceptFirstConnectionStrategy].
 * BatchMode, unless we have an answer, keeps ssh from asking a terminal. */
int access_ssh_args(struct access *a, const struct url *u, struct ssh_args *args, struct error *err)
{
    bool ours = url_same_host(u, &a->url), asks = ours && (a->creds.password || a->creds.passphrase);
    add_option(args, xstrdup(asks ? "BatchMode=no" : "BatchMode=yes"));
    add_option(args, xstrdup("NumberOfPasswordPrompts=1"));
    add_option(args, xstrdup("StrictHostKeyChecking=accept-new"));
    add_option(args, xasprintf("ConnectTimeout=%d", CONNECT_TIMEOUT));
    if (a->known_hosts)
        add_option(args, xasprintf("UserKnownHostsFile=\"%s\" ~/.ssh/known_hosts", a->known_hosts));
    const char *user = u->user ? u->user : ours ? a->creds.user : NULL;
    if (user)
        add_option(args, xasprintf("User=%s", user));
    return ours ? add_identity(a, args, err) : 0;
}

/* SSH_ASKPASS_REQUIRE=force: with no terminal and no display ssh would not ask at all (OpenSSH 8.4 and
 * later). */
int access_askpass_env(struct access *a, struct program *p, struct error *err)
{
    char self[4096];
    ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);
    if (n < 0)
        return error_errno(err, "cannot read /proc/self/exe");
    self[n] = '\0';
    if (!a->askpass_file && (a->askpass_fd = askpass_prepare(&a->creds, &a->url, &a->askpass_file)) < 0)
        return error_errno(err, "cannot make a memory file");
    program_env(p, "GMRUN_ASKPASS=%s", a->askpass_file);
    program_env(p, "GIT_ASKPASS=%s", self);
    program_env(p, "SSH_ASKPASS=%s", self);
    program_env(p, "SSH_ASKPASS_REQUIRE=force");
    return 0;
}

struct ssh_link {
    git_smart_subtransport base;
    struct access *access;
    struct ssh_stream *stream; /* borrowed: libgit2 frees it */
};

struct ssh_stream {
    git_smart_subtransport_stream base;
    pid_t pid;
    int in, out, said; /* said: memory file that is the program's standard error */
};

/* At the end of ssh's output: why?
 * Its standard error is a memory file, so it can neither block ssh nor be lost; it is complete once ssh has
 * ended, which is waited for. */
static void hear_ssh(struct ssh_stream *s, struct buf *out)
{
    if (s->pid > 0) {
        close_fd(&s->in);
        program_wait(s->pid);
        s->pid = -1;
    }
    char text[8192];
    ssize_t n = pread(s->said, text, sizeof(text), 0);
    buf_clear(out);
    if (n > 0)
        buf_add(out, text, (size_t)n);
}

/* libgit2 reads no further than the protocol's end, so the end of ssh's output always comes too early. */
static int stream_read(git_smart_subtransport_stream *stream, char *data, size_t size, size_t *got)
{
    struct ssh_stream *s = CONTAINER_OF(stream, struct ssh_stream, base);
    struct ssh_link *link = CONTAINER_OF(stream->subtransport, struct ssh_link, base);
    ssize_t n;
    while ((n = read(s->out, data, size)) < 0 && errno == EINTR)
        ;
    *got = n > 0 ? (size_t)n : 0;
    if (n > 0)
        return 0;
    hear_ssh(s, &link->access->ssh_said);
    git_error_set_str(GIT_ERROR_SSH, "ssh ended the connection");
    return -1;
}

static int stream_write(git_smart_subtransport_stream *stream, const char *data, size_t n)
{
    struct ssh_stream *s = CONTAINER_OF(stream, struct ssh_stream, base);
    struct ssh_link *link = CONTAINER_OF(stream->subtransport, struct ssh_link, base);
    while (n > 0) {
        ssize_t w = write(s->in, data, n);
        if (w < 0 && errno == EINTR)
            continue;
        if (w < 0) {
            hear_ssh(s, &link->access->ssh_said);
            git_error_set_str(GIT_ERROR_SSH, "cannot write to ssh");
            return -1;
        }
        data += w;
        n -= (size_t)w;
    }
    return 0;
}

/* Closing its input makes ssh end; the wait is for its exit status, or it stays as a zombie of this process.
 */
static void stream_free(git_smart_subtransport_stream *stream)
{
    struct ssh_stream *s = CONTAINER_OF(stream, struct ssh_stream, base);
    struct ssh_link *link = CONTAINER_OF(stream->subtransport, struct ssh_link, base);
    link->stream = NULL;
    close_fd(&s->in);
    close_fd(&s->out);
    if (s->pid > 0)
        program_wait(s->pid);
    close_fd(&s->said);
    free(s);
}

/* The far shell gets git-upload-pack 'PATH'. For ssh:// the path keeps its slash, but /~ is a home. */
static char *remote_command(const struct url *u)
{
    struct buf b = {0};
    const char *path = u->path[0] == '/' && u->path[1] == '~' ? u->path + 1 : u->path;
    buf_addstr(&b, "git-upload-pack ");
    buf_add_quoted(&b, path);
    return buf_steal(&b);
}

static int start_ssh(struct ssh_link *link, const struct url *u, struct ssh_stream *s, struct error *err)
{
    struct program p = {0};
    struct ssh_args args = {0};
    _cleanup_free_ char *command = remote_command(u);
    _cleanup_(close_fd) int to_read = -1;
    _cleanup_(close_fd) int to_write = -1;
    int in[2], out[2];
    program_arg(&p, "ssh");
    int rc = access_ssh_args(link->access, u, &args, err);
    for (size_t i = 0; i < args.items.len; i++)
        program_arg(&p, args.items.items[i]);
    if (u->port) {
        program_arg(&p, "-p");
        program_arg(&p, u->port);
    }
    program_arg(&p, "--");
    program_arg(&p, u->host);
    program_arg(&p, command);
    if (rc == 0)
        rc = access_askpass_env(link->access, &p, err);
    if (rc == 0 && (pipe2(in, O_CLOEXEC) < 0 || pipe2(out, O_CLOEXEC) < 0))
        rc = error_errno(err, "cannot make a pipe");
    if (rc == 0) {
        to_read = in[0], s->in = in[1], s->out = out[0], to_write = out[1];
        s->said = memfd_create("ssh", MFD_CLOEXEC);
        s->pid = program_start(&p, (int[]){to_read, to_write, s->said}, err);
        rc = s->pid > 0 ? 0 : -1;
    }
    ssh_args_release(&args);
    program_release(&p);
    return rc;
}

/* On failure the stream is freed here, as libgit2 never got it. */
static int open_stream(struct ssh_link *link, const char *address)
{
    struct url u;
    struct error err = {0};
    struct ssh_stream *s = xcalloc(1, sizeof(*s));
    *s = (struct ssh_stream){{&link->base, stream_read, stream_write, stream_free}, -1, -1, -1, -1};
    link->stream = s;
    int rc = url_parse(&u, address, &err) < 0 ? -1 : start_ssh(link, &u, s, &err);
    url_release(&u);
    if (rc < 0) {
        git_error_set_str(GIT_ERROR_SSH, err.message);
        stream_free(&s->base);
    }
    error_release(&err);
    return rc;
}

/* The stateful protocol: one ssh serves listing and download, so UPLOADPACK gets the stream of UPLOADPACK_LS
 * again. */
static int link_action(git_smart_subtransport_stream **out, git_smart_subtransport *t, const char *url,
                       git_smart_service_t action)
{
    struct ssh_link *link = CONTAINER_OF(t, struct ssh_link, base);
    if (action == GIT_SERVICE_UPLOADPACK_LS && open_stream(link, url) < 0)
        return -1;
    if (action > GIT_SERVICE_UPLOADPACK || !link->stream) {
        git_error_set_str(GIT_ERROR_SSH, "not supported over ssh");
        return -1;
    }
    *out = &link->stream->base;
    return 0;
}

static int link_close(git_smart_subtransport *t)
{
    return 0;
}

static void link_free(git_smart_subtransport *t)
{
    free(CONTAINER_OF(t, struct ssh_link, base));
}

static int link_new(git_smart_subtransport **out, git_transport *owner, void *param)
{
    struct ssh_link *link = xcalloc(1, sizeof(*link));
    link->base = (git_smart_subtransport){link_action, link_close, link_free};
    link->access = param;
    *out = &link->base;
    return 0;
}

/* def.rpc 0: a connection that keeps state. git_transport_smart() copies what it needs of the definition. */
static int ssh_transport(git_transport **out, git_remote *owner, void *param)
{
    git_smart_subtransport_definition def = {link_new, 0, param};
    return git_transport_smart(out, owner, &def);
}

git_transport_cb access_ssh_transport(void)
{
    return ssh_transport;
}
