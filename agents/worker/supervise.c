/* The supervising process. libgit2 and libarchive block (also in name resolution and in TLS), cannot be
 * interrupted everywhere, and parse what strangers wrote; so the work is done by a forked child and this
 * process only watches: a signal, the deadline, or a reader that has gone end the child with all its
 * descendants, then what it left half-done is put right, with nobody running meanwhile. */
#include "agents/worker/supervise.h"
#include "agents/worker/ops.h"
#include "base/buf.h"
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { REQUEST_MAX = 64 << 20, KILL_GRACE_MS = 500, LOOK_MS = 50, EXIT_CHILD = 1 << 10, CHUNK = 65536 };

static const struct op ops[] = {
    {"checkout", op_checkout, checkout_cleanup, "fetch a git repository and check a revision out"},
    {"checkout-dirty", op_checkout_dirty, checkout_cleanup, "copy a working tree as it is"},
    {"scm-info", op_scm_info, NULL, "what repository, commit and branch a folder is at"},
    {"stash", op_stash, pack_cleanup, "pack matching files"},
    {"unstash", op_unstash, NULL, "unpack a stash"},
    {"archive-artifacts", op_archive, artifacts_cleanup, "copy matching files to the build's archive"},
    {"zip", op_zip, pack_cleanup, "make a zip file"},
    {"unzip", op_unzip, NULL, "unpack, read or test a zip file"},
    {"read-file", op_read_file, NULL, "a file of a repository at a commit"},
    {"file", op_file, NULL, "an operation on files, as agents have them"},
    {"http", op_http, http_cleanup, "one HTTP request"},
    {"image_build", op_image_build, NULL, "an image from a folder, by an engine"},
    {"mail", op_mail, NULL, "send an e-mail by SMTP"},
    {"tar", op_tar, pack_cleanup, "make a tar file"},
    {"untar", op_untar, NULL, "unpack or test a tar file"},
};

struct supervisor {
    struct buf input;
    int signals; /* signalfd */
    sigset_t old_mask;
    bool far;    /* the reader is gone when our input ends */
    bool once;   /* one request, then the end */
    int stopped; /* signal that ended us, 0 none */
    int status;
};

static int64_t now_ms(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_MONOTONIC, &ts);
    return ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static const struct op *op_find(const char *name)
{
    for (size_t i = 0; name && i < ARRAY_LEN(ops); i++)
        if (strcmp(ops[i].name, name) == 0)
            return &ops[i];
    return NULL;
}

static void unknown_op(const char *name, struct error *err)
{
    const char *names[ARRAY_LEN(ops)];
    for (size_t i = 0; i < ARRAY_LEN(ops); i++)
        names[i] = ops[i].name;
    const char *near = name ? nearest_name(name, names, ARRAY_LEN(names)) : NULL;
    error_set(err, ERROR_USAGE, "unknown operation \"%s\"%s%s%s", name ? name : "",
              near ? " (did you mean \"" : "", near ? near : "", near ? "\"?)" : "");
}

/* In the child: does the work; returns the exit status.
 * A group of its own, so that the programs it starts can be ended with it; PDEATHSIG for a supervisor that
 * is killed outright. The signals blocked for the signalfd are let through again. */
static int work(struct supervisor *s, const struct op *op, struct job *j)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    setpgid(0, 0);
    sigprocmask(SIG_SETMASK, &s->old_mask, NULL);
    close(s->signals);
    struct error err = {0};
    json_t *result = op->run(j, &err);
    if (result)
        job_result(j, result);
    else
        job_error(j, &err);
    error_release(&err);
    return result ? 0 : 1;
}

static int take_signal(struct supervisor *s)
{
    struct signalfd_siginfo info;
    if (read(s->signals, &info, sizeof(info)) != (ssize_t)sizeof(info))
        return 0;
    return s->stopped = (int)info.ssi_signo;
}

static bool has_ended(pid_t pid)
{
    siginfo_t info = {0};
    return waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid == pid;
}

/* Waits for the child; returns 0 when it ended by itself, else why it must be ended. Where there is no pidfd
 * (a kernel before 5.3, a sandbox, no descriptors left) the child is looked at from time to time. `out`
 * without events: poll tells POLLERR when the reader of the pipe is gone. `far`: a line that broke ends with
 * our input. */
static enum fail watch_child(struct supervisor *s, pid_t pid, int pidfd, int out, int64_t deadline)
{
    for (;;) {
        struct pollfd p[] = {
            {.fd = pidfd, .events = POLLIN},
            {.fd = s->signals, .events = POLLIN},
            {.fd = out},
            {.fd = s->far ? STDIN_FILENO : -1, .events = POLLRDHUP}, /* what comes there is the child's */
        };
        int64_t left = deadline ? deadline - now_ms() : -1;
        if (deadline && left <= 0)
            return FAIL_TIMEOUT;
        if (pidfd < 0 && (left < 0 || left > LOOK_MS))
            left = LOOK_MS;
        if (poll(p, ARRAY_LEN(p), left > INT32_MAX ? INT32_MAX : (int)left) < 0 && errno != EINTR)
            return FAIL_OTHER;
        if (p[1].revents && take_signal(s))
            return FAIL_CANCELLED;
        if (p[0].revents || (pidfd < 0 && has_ended(pid)))
            return FAIL_OTHER;
        if ((p[2].revents & (POLLERR | POLLHUP | POLLNVAL)) || p[3].revents)
            return FAIL_CANCELLED;
    }
}

/* The group and the process itself: at the very start the child may not be in its group yet. */
static void end_child(pid_t pid, int pidfd)
{
    kill(-pid, SIGTERM);
    kill(pid, SIGTERM);
    struct pollfd p = {.fd = pidfd, .events = POLLIN};
    poll(&p, 1, KILL_GRACE_MS);
    kill(-pid, SIGKILL);
    kill(pid, SIGKILL);
}

/* "Timeout after N minutes" is git-client's text; steps show it as it is. */
static void describe_end(struct supervisor *s, enum fail why, const struct job *j, int status,
                         struct error *err)
{
    int64_t seconds = job_int(j, "timeout", 0);
    if (why == FAIL_TIMEOUT)
        fail_set(err, why, seconds % 60 ? "Timeout after %lld seconds" : "Timeout after %lld minutes",
                 (long long)(seconds % 60 ? seconds : seconds / 60));
    else if (why == FAIL_CANCELLED)
        fail_set(err, why, "Interrupted");
    else if (WIFSIGNALED(status))
        fail_set(err, why, "the helper process was killed by signal %d (%s)", WTERMSIG(status),
                 strsignal(WTERMSIG(status)));
}

/* In the parent: waits for the child, puts right what it left, reports how it ended if it could not.
 * What is left of the group goes at the end (kill -pid), also after a child that crashed: cleanup works on
 * files that nobody writes any more. */
static void attend(struct supervisor *s, pid_t pid, const struct op *op, struct job *j)
{
    _cleanup_(close_fd) int pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
    int64_t seconds = job_int(j, "timeout", 0);
    setpgid(pid, pid);
    enum fail why = watch_child(s, pid, pidfd, j->out, seconds > 0 ? now_ms() + seconds * 1000 : 0);
    if (why)
        end_child(pid, pidfd);
    int status = 0;
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        ;
    if (!why && WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM)
        why = FAIL_CANCELLED; /* the whole session was told to end, and the child was the quicker */
    s->status = WIFEXITED(status) ? WEXITSTATUS(status) : 1;
    if (!why && WIFEXITED(status))
        return;
    kill(-pid, SIGKILL);
    if (op->cleanup)
        op->cleanup(j->req);
    struct error err = {0};
    describe_end(s, why, j, status, &err);
    job_error(j, &err);
    error_release(&err);
    s->status = 1;
}

/* Returns EXIT_CHILD + status in the forked child, 0 in the parent.
 * The request is parsed before the fork, so that both sides have it: the child to work, the parent to clean
 * up. */
static int run_request(struct supervisor *s, const char *line, size_t n)
{
    struct error err = {0};
    json_error_t je;
    json_t *req = json_loadb(line, n, 0, &je);
    struct job j;
    job_init(&j, req, STDOUT_FILENO);
    j.input =
        (struct job_input){.early = line + n + 1, .early_len = s->input.len > n ? s->input.len - n - 1 : 0};
    const struct op *op = op_find(job_str(&j, "op"));
    if (!json_is_object(req))
        error_set(&err, ERROR_USAGE, "malformed request: %s", req ? "not an object" : je.text);
    else if (!op)
        unknown_op(job_str(&j, "op"), &err);
    int rc = 0;
    pid_t pid = err.kind ? -1 : fork();
    if (pid == 0)
        rc = EXIT_CHILD + work(s, op, &j);
    else if (pid > 0)
        attend(s, pid, op, &j);
    else if (!err.kind)
        error_errno(&err, "cannot fork");
    if (err.kind) {
        job_error(&j, &err);
        s->status = 1;
    }
    error_release(&err);
    job_release(&j);
    return rc;
}

/* Its end will not be waited for. */
static void refuse_long(struct supervisor *s)
{
    struct error err = {0};
    struct job j;
    job_init(&j, NULL, STDOUT_FILENO);
    error_set(&err, ERROR_USAGE, "the request is longer than %d MiB", REQUEST_MAX >> 20);
    job_error(&j, &err);
    error_release(&err);
    job_release(&j);
    s->status = 1;
}

/* Waits for a whole line: 1 got one (its end in *end), 0 end of input or a signal.
 * `seen` keeps a long request from being searched again for each piece: a request of 64 MiB comes in a
 * thousand of them. */
static int next_line(struct supervisor *s, char **end)
{
    for (size_t seen = 0;;) {
        if (s->input.len > seen && (*end = memchr(s->input.data + seen, '\n', s->input.len - seen)))
            return 1;
        seen = s->input.len;
        struct pollfd p[] = {{.fd = STDIN_FILENO, .events = POLLIN}, {.fd = s->signals, .events = POLLIN}};
        if (poll(p, 2, -1) < 0 && errno != EINTR)
            return 0;
        if (p[1].revents && take_signal(s))
            return 0;
        buf_reserve(&s->input, CHUNK);
        ssize_t n = read(STDIN_FILENO, s->input.data + s->input.len, CHUNK);
        if (n <= 0 && !(n < 0 && errno == EINTR)) {
            *end = s->input.data ? s->input.data + s->input.len : NULL;
            return s->input.len > 0;
        }
        s->input.len += n > 0 ? (size_t)n : 0;
        s->input.data[s->input.len] = '\0';
        if (s->input.len > REQUEST_MAX) {
            refuse_long(s);
            return 0;
        }
    }
}

/* In the child this returns into main(), which exits with the operation's status. */
static int serve_lines(struct supervisor *s)
{
    char *end;
    while (!s->stopped && next_line(s, &end)) {
        size_t n = (size_t)(end - s->input.data), used = n < s->input.len ? n + 1 : n;
        bool blank = strspn(s->input.data, " \t\r\n") >= n;
        int rc = blank ? 0 : run_request(s, s->input.data, n);
        if (rc)
            return rc - EXIT_CHILD;
        if (s->once && !blank)
            break;
        memmove(s->input.data, s->input.data + used, s->input.len - used);
        s->input.len -= used;
    }
    return s->stopped ? 128 + s->stopped : s->status;
}

int supervise(bool far, bool once)
{
    struct supervisor s = {.far = far, .once = once};
    sigset_t mask;
    sigemptyset(&mask);
    sigaddset(&mask, SIGTERM);
    sigaddset(&mask, SIGINT);
    sigaddset(&mask, SIGHUP);
    sigprocmask(SIG_BLOCK, &mask, &s.old_mask);
    signal(SIGPIPE, SIG_IGN);
    s.signals = signalfd(-1, &mask, SFD_CLOEXEC);
    int rc = serve_lines(&s);
    buf_release(&s.input);
    return rc;
}
