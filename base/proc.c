/* Owns the children: starting them, their pipes, and the moment at which one counts as done.
 *
 * The leader stays a zombie while others of its group may still be signalled or hold its pipes: as long
 * as it is not reaped the kernel cannot give its number, which names the group, to somebody else.
 *
 * Why not waitpid() on SIGCHLD: a pidfd is one more descriptor on the loop and names exactly one process,
 * and the exit of grandchildren that came to us as subreaper does not disturb it. */
#include "base/proc.h"
#include "base/buf.h"
#include "base/util.h"
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    /* one buffer for all children: output is handed on before the next read */
    READ_SIZE = 256 * 1024,
    PIPE_DEFAULT = 64 * 1024,
    READ_ROUNDS = 4, /* then the others get their turn */
    /* longer would show as jerks on a terminal */
    REST_MS = 20,
    MUCH = 4096,     /* bytes at once from a program that should be read without rest */
    POLL_FIRST = 10, /* ms between two looks for survivors of a kill; doubled up to POLL_LAST */
    POLL_LAST = 200,
    GIVE_UP = 5000, /* ms after KILL: what is left hangs in the kernel */
    WANT_FILES = 16384,
    REAP_MS = 1000, /* how long a dead orphan may wait */
};

struct proc {
    struct procs *ps;
    /* of procs.head; link NULL: not begun */
    struct proc *next, **link;
    pid_t pid;
    struct loop_fd exit_watch, in_watch, out_watch[2];
    /* timer: of a kill, or of pipes that stay open; rest: see pipe_watch() */
    struct loop_timer timer, rest;
    struct proc_callbacks cb;
    void *data;
    char *cookie;
    /* for standard input, not written yet: [in_pos, len) */
    struct buf in;
    size_t in_pos;
    int eof_grace, poll;
    int64_t kill_due; /* when KILL is sent; 0: not killed */
    int64_t eof_due;  /* when open pipes are given up; 0: not waiting */
    int64_t last_read;
    /* stubborn: KILL was sent; grown: the pipe was enlarged */
    bool exited, reaped, foreground, in_close, stubborn, grown;
    struct proc_exit ended;
};

/* ---- the set of children ---- */

static bool is_own(const struct procs *ps, pid_t pid)
{
    for (const struct proc *p = ps->head; p; p = p->next) {
        if (p->pid == pid)
            return true;
    }
    return false;
}

/* Asking for any child would take our own children's status too, so the kernel's list is read. Now and then
 * is enough: SIGCHLD would wake us for each of our own, and with no child left there is no descendant. */
static void reap_orphans(struct loop_timer *t)
{
    struct procs *ps = t->data;
    char path[64];
    /* A kernel without CONFIG_PROC_CHILDREN has no such file: then orphans stay zombies until the end. */
    snprintf(path, sizeof(path), "/proc/self/task/%d/children", (int)getpid());
    FILE *f = fopen(path, "re");
    int pid, others = 0;
    while (f && fscanf(f, "%d", &pid) == 1) {
        siginfo_t info = {0};
        if (is_own(ps, pid))
            continue;
        waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG);
        others += info.si_pid == 0;
    }
    if (f)
        fclose(f);
    if (ps->count || others)
        loop_timer_start(ps->loop, t, REAP_MS);
}

/* A thousand branches need some thousand descriptors and many systems give 1,024 at first. The children get
 * the limit too; no higher than this, as some programs close every number below it. */
static void raise_limit(void)
{
    struct rlimit r;
    if (getrlimit(RLIMIT_NOFILE, &r) < 0 || r.rlim_cur >= WANT_FILES)
        return;
    r.rlim_cur = r.rlim_max < WANT_FILES ? r.rlim_max : WANT_FILES;
    setrlimit(RLIMIT_NOFILE, &r);
}

int procs_init(struct procs *ps, struct loop *loop, bool reaper, struct error *err)
{
    *ps = (struct procs){.loop = loop, .subreaper = reaper, .reap = {.fn = reap_orphans, .data = ps}};
    /* Succeeds exactly where the process has a controlling terminal. */
    _cleanup_(close_fd) int tty = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
    ps->sessions = tty >= 0;
    ps->null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (ps->null_fd < 0)
        return error_errno(err, "cannot open /dev/null");
    /* A child that closes its input, and a console whose reader has gone, are errors of write() instead. */
    signal(SIGPIPE, SIG_IGN);
    ps->buffer = xmalloc(READ_SIZE);
    if (!reaper)
        return 0;
    raise_limit();
    if (prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) < 0)
        return error_errno(err, "cannot become a child subreaper");
    return 0;
}

/* ---- end of a child ---- */

static void close_watch(struct proc *p, struct loop_fd *w)
{
    loop_fd_del(p->ps->loop, w);
    close_fd(&w->fd);
}

static void proc_free(struct proc *p)
{
    struct loop *loop = p->ps->loop;
    if (!p->reaped && p->pid > 0) {
        siginfo_t info;
        /* WNOHANG: one that is being abandoned (procs_release) may still run, and nobody waits for it. */
        waitid(P_PID, (id_t)p->pid, &info, WEXITED | (p->exited ? 0 : WNOHANG));
    }
    close_watch(p, &p->exit_watch);
    close_watch(p, &p->in_watch);
    close_watch(p, &p->out_watch[0]);
    close_watch(p, &p->out_watch[1]);
    loop_timer_stop(loop, &p->timer);
    loop_timer_stop(loop, &p->rest);
    if (p->link) {
        *p->link = p->next;
        if (p->next)
            p->next->link = p->link;
        p->ps->count--;
    }
    buf_release(&p->in);
    free(p->cookie);
    free(p);
}

void procs_release(struct procs *ps)
{
    while (ps->head) {
        proc_kill(ps->head, 0);
        proc_free(ps->head);
    }
    loop_timer_stop(ps->loop, &ps->reap);
    close_fd(&ps->null_fd);
    free(ps->buffer);
    ps->buffer = NULL;
}

/* A foreground child shares the runner's session, so only itself and what carries the cookie are meant. */
static int survivors(const struct proc *p, int signo)
{
    if (p->foreground && !p->exited && signo)
        kill(p->pid, signo);
    return proc_signal_all(p->cookie, p->foreground || p->reaped ? 0 : p->pid, signo);
}

/* Whether the processes of a killed child are gone; else looks again later. */
static bool kill_settled(struct proc *p)
{
    struct loop *loop = p->ps->loop;
    bool late = p->kill_due <= loop_now(loop);
    if (!survivors(p, late ? SIGKILL : 0) || loop_now(loop) >= p->kill_due + GIVE_UP)
        return true;
    p->poll = p->poll ? p->poll * 2 : POLL_FIRST;
    if (p->poll > POLL_LAST)
        p->poll = POLL_LAST;
    loop_timer_start(loop, &p->timer, p->poll);
    return false;
}

/* Takes what the pipe holds at this moment; an escaped writer must not keep us here. */
static void pipe_drain(struct proc *p, struct loop_fd *w)
{
    int left = 0;
    if (w->fd < 0 || ioctl(w->fd, FIONREAD, &left) < 0)
        return;
    int stream = w == &p->out_watch[0] ? 1 : 2;
    while (left > 0) {
        ssize_t n = read(w->fd, p->ps->buffer, left < READ_SIZE ? (size_t)left : READ_SIZE);
        if (n <= 0)
            return;
        left -= (int)n;
        if (p->cb.output)
            p->cb.output(p->data, stream, p->ps->buffer, (size_t)n);
    }
}

static bool pipes_settled(struct proc *p)
{
    struct loop *loop = p->ps->loop;
    if (p->out_watch[0].fd < 0 && p->out_watch[1].fd < 0)
        return true;
    if (!p->eof_due)
        p->eof_due = loop_now(loop) + p->eof_grace;
    if (loop_now(loop) < p->eof_due) {
        loop_timer_start(loop, &p->timer, p->eof_due - loop_now(loop));
        return false;
    }
    p->ended.escaped = true;
    pipe_drain(p, &p->out_watch[0]);
    pipe_drain(p, &p->out_watch[1]);
    return true;
}

static void proc_settle(struct proc *p)
{
    /* The order matters: while a kill is not over its descendants may still write. */
    if (!p->exited || (p->kill_due && !kill_settled(p)) || !pipes_settled(p))
        return;
    loop_timer_stop(p->ps->loop, &p->timer);
    p->cb.done(p->data, &p->ended);
    proc_free(p);
}

/* ---- pipes ---- */

/* Heavy output gets a larger pipe: fewer switches between the writer and us. Not for everyone, as the
 * kernel limits the pipe memory of a user. */
static void pipe_grow(struct proc *p, int fd, ssize_t got)
{
    if (p->grown || got < PIPE_DEFAULT)
        return;
    p->grown = true;
    /* Fails silently where /proc/sys/fs/pipe-user-pages-soft is used up: then it stays as it was. */
    fcntl(fd, F_SETPIPE_SZ, READ_SIZE);
}

/* Reads what there is. Returns the bytes taken, 0 when nothing is there now; at end of file the pipe is
 * closed. */
static size_t pipe_read(struct proc *p, struct loop_fd *w)
{
    size_t total = 0;
    int stream = w == &p->out_watch[0] ? 1 : 2;
    for (int round = 0; round < READ_ROUNDS && w->fd >= 0; round++) {
        ssize_t n = read(w->fd, p->ps->buffer, READ_SIZE);
        if (n < 0 && (errno == EINTR || errno == EAGAIN))
            break;
        /* End of file, or an error that means the same. */
        if (n <= 0) {
            close_watch(p, w);
            break;
        }
        total += (size_t)n;
        pipe_grow(p, w->fd, n);
        if (p->cb.output)
            p->cb.output(p->data, stream, p->ps->buffer, (size_t)n);
        /* Less than asked for: empty, unless the writers are gone and the end can be seen at once. */
        if (n < PIPE_DEFAULT && !p->exited)
            break;
    }
    return total;
}

/* A program that writes line by line would wake us for each, and on a busy machine that costs more than the
 * line. So a pipe that was just read rests a while before it is watched again, unless much comes out. */
static void pipe_watch(struct proc *p, struct loop_fd *w)
{
    if (w->fd >= 0 && !w->active && loop_fd_add(p->ps->loop, w, EPOLLIN, NULL) < 0)
        close_fd(&w->fd);
}

static void pipe_rest(struct proc *p, struct loop_fd *w)
{
    loop_fd_del(p->ps->loop, w);
    if (!p->rest.slot)
        loop_timer_start(p->ps->loop, &p->rest, REST_MS);
}

static void rest_over(struct loop_timer *t)
{
    struct proc *p = t->data;
    for (int i = 0; i < 2; i++) {
        struct loop_fd *w = &p->out_watch[i];
        if (w->fd < 0 || w->active)
            continue;
        size_t n = pipe_read(p, w);
        if (n > 0 && n < MUCH && !p->exited)
            pipe_rest(p, w);
        else
            pipe_watch(p, w);
    }
    proc_settle(p);
}

static void output_ready(struct loop_fd *w, uint32_t events)
{
    struct proc *p = w->data;
    int64_t now = loop_now(p->ps->loop), since = now - p->last_read;
    size_t n = pipe_read(p, w);
    p->last_read = now;
    if (w->active && n < MUCH && since < REST_MS && !p->exited)
        pipe_rest(p, w);
    proc_settle(p);
}

/* What the pipes hold is all there now, and mostly their end too: no need to be woken for it again. */
static void exit_ready(struct loop_fd *w, uint32_t events)
{
    struct proc *p = w->data;
    p->exited = true;
    close_watch(p, &p->exit_watch);
    for (int i = 0; i < 2; i++) {
        pipe_read(p, &p->out_watch[i]);
        pipe_watch(p, &p->out_watch[i]);
    }
    bool last = p->out_watch[0].fd < 0 && p->out_watch[1].fd < 0 && !p->kill_due;
    siginfo_t info = {0};
    int r;
    do
        r = waitid(P_PID, (id_t)p->pid, &info, WEXITED | (last ? 0 : WNOWAIT));
    while (r < 0 && errno == EINTR);
    /* Nobody holds a pipe and nothing is to be killed: the number is needed no longer. */
    p->reaped = last || r < 0;
    p->ended.signal = info.si_code == CLD_EXITED ? 0 : info.si_status;
    p->ended.status = p->ended.signal ? 128 + p->ended.signal : info.si_status;
    proc_settle(p);
}

static void input_ready(struct loop_fd *w, uint32_t events)
{
    struct proc *p = w->data;
    ssize_t n = write(w->fd, p->in.data + p->in_pos, p->in.len - p->in_pos);
    if (n < 0 && (errno == EINTR || errno == EAGAIN))
        return;
    if (n < 0) { /* the reader is gone; its exit tells */
        close_watch(p, w);
        return;
    }
    p->in_pos += (size_t)n;
    if (p->in_pos < p->in.len)
        return;
    buf_clear(&p->in);
    p->in_pos = 0;
    if (p->in_close)
        close_watch(p, w);
    else
        loop_fd_del(p->ps->loop, w);
}

void proc_write(struct proc *p, const void *bytes, size_t n, bool close_after)
{
    struct loop_fd *w = &p->in_watch;
    if (w->fd < 0 || p->in_close)
        return;
    buf_add(&p->in, bytes, n);
    p->in_close = close_after;
    if (p->in.len == p->in_pos && close_after)
        close_watch(p, w);
    else if (p->in.len > p->in_pos && !w->active && loop_fd_add(p->ps->loop, w, EPOLLOUT, NULL) < 0)
        close_fd(&w->fd);
}

/* ---- start ---- */

/* Ends of the pipes as the child gets them: at most one pipe for each of 0, 1, 2. */
struct child_fds {
    int fd[3];
    bool own[3];
};

static void child_fds_close(struct child_fds *c)
{
    for (int i = 0; i < 3; i++) {
        if (c->own[i])
            close_fd(&c->fd[i]);
    }
}

static int make_pipe(struct proc *p, struct child_fds *c, int i, struct error *err)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) < 0)
        return error_errno(err, "cannot make a pipe");
    struct loop_fd *w = i == 0 ? &p->in_watch : &p->out_watch[i - 1];
    w->fd = ends[i == 0];
    c->fd[i] = ends[i != 0];
    c->own[i] = true;
    /* Only our end: the child's programs expect theirs to block. */
    fcntl(w->fd, F_SETFL, O_NONBLOCK);
    if (i > 0 && !p->rest.slot)
        loop_timer_start(p->ps->loop, &p->rest, REST_MS);
    return 0;
}

static int child_fd(struct proc *p, struct child_fds *c, int i, int what, struct error *err)
{
    switch (what) {
    case PROC_PIPE:
        return make_pipe(p, c, i, err);
    case PROC_NULL:
        c->fd[i] = p->ps->null_fd;
        return 0;
    case PROC_INHERIT:
        c->fd[i] = i;
        return 0;
    case PROC_MERGE:
        c->fd[i] = c->fd[1];
        return 0;
    default:
        c->fd[i] = what - PROC_FD;
        return 0;
    }
}

static int spawn(struct proc *p, const struct proc_options *o, const struct child_fds *c)
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attr;
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attr);
    posix_spawnattr_setsigmask(&attr, &none);
    posix_spawnattr_setsigdefault(&attr, &all);
    int apart = o->foreground ? 0 : p->ps->sessions ? POSIX_SPAWN_SETSID : POSIX_SPAWN_SETPGROUP;
    posix_spawnattr_setflags(&attr, (short)(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | apart));
    for (int i = 0; i < 3; i++)
        posix_spawn_file_actions_adddup2(&actions, c->fd[i], i);
    /* Descriptors of libraries that forgot O_CLOEXEC would else reach every step; glibc 2.34 has this. */
    posix_spawn_file_actions_addclosefrom_np(&actions, 3);
    if (o->cwd)
        posix_spawn_file_actions_addchdir_np(&actions, o->cwd);
    char *const *env = o->env ? (char *const *)(uintptr_t)o->env : environ;
    const char *program = o->program ? o->program : o->argv[0];
    /* vfork() inside: the cost does not grow with our memory. PATH is the runner's, not that of `env`. */
    int code = posix_spawnp(&p->pid, program, &actions, &attr, (char *const *)(uintptr_t)o->argv, env);
    posix_spawnattr_destroy(&attr);
    posix_spawn_file_actions_destroy(&actions);
    if (code)
        p->pid = 0;
    return code;
}

static void timer_due(struct loop_timer *t)
{
    struct proc *p = t->data;
    /* Told once, before KILL goes out: Jenkins' "After 20s process did not stop". */
    if (p->kill_due && p->kill_due <= loop_now(p->ps->loop) && !p->stubborn) {
        p->stubborn = true;
        if (p->cb.stubborn)
            p->cb.stubborn(p->data);
        survivors(p, SIGKILL);
    }
    proc_settle(p);
}

static struct proc *proc_new(struct procs *ps, const struct proc_options *o, const struct proc_callbacks *cb,
                             void *data)
{
    struct proc *p = xcalloc(1, sizeof(*p));
    p->ps = ps;
    p->cb = *cb;
    p->data = data;
    p->cookie = xstrdup(o->cookie);
    p->foreground = o->foreground;
    p->eof_grace = o->eof_grace_ms ? o->eof_grace_ms : PROC_EOF_GRACE;
    p->timer = (struct loop_timer){.fn = timer_due, .data = p};
    p->rest = (struct loop_timer){.fn = rest_over, .data = p};
    p->exit_watch = (struct loop_fd){.fd = -1, .fn = exit_ready, .data = p};
    p->in_watch = (struct loop_fd){.fd = -1, .fn = input_ready, .data = p};
    p->out_watch[0] = p->out_watch[1] = (struct loop_fd){.fd = -1, .fn = output_ready, .data = p};
    return p;
}

static int proc_launch(struct proc *p, const struct proc_options *o, struct error *err)
{
    struct child_fds c = {.fd = {-1, -1, -1}};
    int code = 0;
    for (int i = 0; i < 3; i++) {
        if (child_fd(p, &c, i, o->stdio[i], err) < 0)
            code = -1;
    }
    if (!code && (code = spawn(p, o, &c))) {
        errno = code;
        error_errno(err, "cannot run %s", o->argv[0]);
    }
    child_fds_close(&c);
    if (code)
        return -1;
    p->exit_watch.fd = (int)syscall(SYS_pidfd_open, p->pid, 0);
    if (p->exit_watch.fd < 0)
        return error_errno(err, "cannot watch process %d", (int)p->pid);
    return loop_fd_add(p->ps->loop, &p->exit_watch, EPOLLIN, err);
}

struct proc *proc_start(struct procs *ps, const struct proc_options *o, const struct proc_callbacks *cb,
                        void *data, struct error *err)
{
    struct proc *p = proc_new(ps, o, cb, data);
    ps->used = true;
    if (proc_launch(p, o, err) < 0) {
        /* Begun, but it cannot be watched: out of descriptors. */
        if (p->pid)
            kill(p->pid, SIGKILL);
        proc_free(p);
        return NULL;
    }
    p->next = ps->head;
    if (p->next)
        p->next->link = &p->next;
    p->link = &ps->head;
    ps->head = p;
    ps->count++;
    if (ps->subreaper && !ps->reap.slot)
        loop_timer_start(ps->loop, &ps->reap, REAP_MS);
    return p;
}

pid_t proc_pid(const struct proc *p)
{
    return p->pid;
}

void proc_kill(struct proc *p, int grace_ms)
{
    int64_t due = loop_now(p->ps->loop) + grace_ms;
    bool first = !p->kill_due;
    if (!first && p->kill_due <= due)
        return;
    p->kill_due = due ? due : 1;
    p->ended.killed = true;
    if (first || !grace_ms) {
        p->stubborn = !grace_ms;
        survivors(p, grace_ms ? SIGTERM : SIGKILL);
    }
    p->poll = 0;
    loop_timer_start(p->ps->loop, &p->timer, p->exited ? POLL_FIRST : grace_ms ? grace_ms : POLL_LAST);
}
