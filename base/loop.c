/* Owns the wait for everything: epoll, the timer heap, the signalfd, deferred calls.
 *
 * Watches are intrusive, so removing one is cheap and needs no garbage list; the price is that a removal
 * must also be taken out of the events that were fetched but not yet delivered (at most LOOP_BATCH).
 *
 * No fairness beyond the batch: a descriptor that is always ready shares each turn with all others, as
 * every callback reads a bounded amount. Signals arrive as one more descriptor, so nothing in this
 * program runs in a signal handler. */
#include "base/loop.h"
#include "base/util.h"
#include <errno.h>
#include <string.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

static void update_now(struct loop *l)
{
    struct timespec ts;
    clock_gettime(CLOCK_MONOTONIC, &ts);
    /* Monotonic: a clock that is set must not fire or starve a timeout. It does not count time in
     * suspend, either: a laptop that sleeps does not run into its timeouts. */
    l->now = (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

int64_t loop_now(const struct loop *l)
{
    return l->now;
}

/* Eight at a time: the descriptor is level-triggered and comes back for the rest. A callback may change
 * the table. */
static void signals_ready(struct loop_fd *w, uint32_t events)
{
    struct loop *l = w->data;
    struct signalfd_siginfo info[8];
    ssize_t n = read(w->fd, info, sizeof(info));
    for (ssize_t i = 0; i < n / (ssize_t)sizeof(info[0]); i++) {
        unsigned signo = info[i].ssi_signo;
        if (signo < LOOP_SIGNALS && l->on_signal[signo].fn)
            l->on_signal[signo].fn(l->on_signal[signo].data, (int)signo);
    }
}

int loop_init(struct loop *l, struct error *err)
{
    memset(l, 0, sizeof(*l));
    l->tasks_end = &l->tasks;
    l->signals.fd = -1;
    update_now(l);
    l->epoll = epoll_create1(EPOLL_CLOEXEC);
    if (l->epoll < 0)
        return error_errno(err, "cannot create the event loop");
    if (sigprocmask(SIG_SETMASK, NULL, &l->old_mask) < 0)
        sigemptyset(&l->old_mask);
    sigemptyset(&l->mask);
    return 0;
}

void loop_release(struct loop *l)
{
    if (l->signals.fd >= 0)
        /* A signal that is pending is delivered now, with its default action: the program is ending. */
        sigprocmask(SIG_SETMASK, &l->old_mask, NULL);
    close_fd(&l->signals.fd);
    close_fd(&l->epoll);
    free(l->heap);
    l->heap = NULL;
    l->timers = l->heap_cap = 0;
}

/* ---- descriptors ---- */

int loop_fd_add(struct loop *l, struct loop_fd *w, uint32_t events, struct error *err)
{
    struct epoll_event ev = {.events = events, .data.ptr = w};
    /* EPERM: a regular file, which is always ready and which epoll refuses. */
    if (epoll_ctl(l->epoll, EPOLL_CTL_ADD, w->fd, &ev) < 0)
        return error_errno(err, "cannot watch descriptor %d", w->fd);
    w->active = true;
    w->events = events;
    l->watches++;
    return 0;
}

/* The watch may be freed behind this, so it is also taken out of the events that wait for delivery.
 * Closing the descriptor first would not do: epoll watches the open file, which a forked child may still
 * hold. */
void loop_fd_del(struct loop *l, struct loop_fd *w)
{
    if (!w->active)
        return;
    epoll_ctl(l->epoll, EPOLL_CTL_DEL, w->fd, NULL);
    w->active = false;
    l->watches--;
    for (int i = l->batch_pos; i < l->batch_len; i++) {
        if (l->batch[i].data.ptr == w)
            l->batch[i].data.ptr = NULL;
    }
}

/* ---- timers: a binary heap by (due, seq), so that equal times fire in the order of their start ---- */

static bool earlier(const struct loop_timer *a, const struct loop_timer *b)
{
    return a->due != b->due ? a->due < b->due : a->seq < b->seq;
}

static void heap_put(struct loop *l, unsigned i, struct loop_timer *t)
{
    l->heap[i] = t;
    t->slot = i + 1;
}

static void heap_up(struct loop *l, unsigned i, struct loop_timer *t)
{
    for (unsigned parent; i > 0 && earlier(t, l->heap[parent = (i - 1) / 2]); i = parent)
        heap_put(l, i, l->heap[parent]);
    heap_put(l, i, t);
}

static void heap_down(struct loop *l, unsigned i, struct loop_timer *t)
{
    for (unsigned child; (child = 2 * i + 1) < l->timers; i = child) {
        if (child + 1 < l->timers && earlier(l->heap[child + 1], l->heap[child]))
            child++;
        if (!earlier(l->heap[child], t))
            break;
        heap_put(l, i, l->heap[child]);
    }
    heap_put(l, i, t);
}

void loop_timer_start(struct loop *l, struct loop_timer *t, int64_t ms)
{
    loop_timer_stop(l, t);
    if (l->timers == l->heap_cap) {
        l->heap_cap = l->heap_cap ? l->heap_cap * 2 : 16;
        l->heap = xrealloc(l->heap, l->heap_cap * sizeof(l->heap[0]));
    }
    /* timeout(time: 999999999, unit: 'DAYS') is more than fits. */
    t->due = ms > INT64_MAX - l->now ? INT64_MAX : l->now + (ms > 0 ? ms : 0);
    t->seq = ++l->seq;
    heap_up(l, l->timers++, t);
}

/* The last timer takes the freed place and may have to move either way from there. */
void loop_timer_stop(struct loop *l, struct loop_timer *t)
{
    if (!t->slot)
        return;
    unsigned i = t->slot - 1;
    t->slot = 0;
    struct loop_timer *last = l->heap[--l->timers];
    if (last == t)
        return;
    if (i > 0 && earlier(last, l->heap[(i - 1) / 2]))
        heap_up(l, i, last);
    else
        heap_down(l, i, last);
}

/* Timers started by these callbacks wait for the next turn, or a 0 ms timer could starve the descriptors. */
static int run_timers(struct loop *l)
{
    int count = 0;
    for (uint64_t last = l->seq; l->timers && l->heap[0]->due <= l->now && l->heap[0]->seq <= last; count++) {
        struct loop_timer *t = l->heap[0];
        loop_timer_stop(l, t);
        t->fn(t);
    }
    return count;
}

/* ---- deferred calls ---- */

void loop_defer(struct loop *l, struct loop_task *t)
{
    if (t->link)
        return;
    t->next = NULL;
    t->link = l->tasks_end;
    *l->tasks_end = t;
    l->tasks_end = &t->next;
}

/* Constant, by the pointer that points to the task. While run_tasks() works on a list, the head of that
 * list is its local variable, which `link` of the first task then points to. */
void loop_defer_cancel(struct loop *l, struct loop_task *t)
{
    if (!t->link)
        return;
    *t->link = t->next;
    if (t->next)
        t->next->link = t->link;
    else if (l->tasks_end == &t->next)
        l->tasks_end = t->link;
    t->link = NULL;
}

static int run_tasks(struct loop *l)
{
    struct loop_task *list = l->tasks;
    if (!list)
        return 0;
    list->link = &list;
    l->tasks = NULL;
    l->tasks_end = &l->tasks;
    int count = 0;
    for (struct loop_task *t; (t = list); count++) {
        loop_defer_cancel(l, t);
        t->fn(t);
    }
    return count;
}

/* ---- signals ---- */

int loop_signal(struct loop *l, int signo, loop_signal_fn *fn, void *data, struct error *err)
{
    if (signo <= 0 || signo >= LOOP_SIGNALS)
        return error_set(err, ERROR_INVALID, "no such signal: %d", signo);
    l->on_signal[signo].fn = fn;
    l->on_signal[signo].data = data;
    if (!fn || sigismember(&l->mask, signo))
        return 0;
    sigaddset(&l->mask, signo);
    sigprocmask(SIG_BLOCK, &l->mask, NULL);
    int fd = signalfd(l->signals.fd, &l->mask, SFD_CLOEXEC | SFD_NONBLOCK);
    if (fd < 0)
        return error_errno(err, "cannot take signal %d", signo);
    if (l->signals.fd >= 0)
        return 0;
    l->signals = (struct loop_fd){.fd = fd, .fn = signals_ready, .data = l};
    return loop_fd_add(l, &l->signals, EPOLLIN, err);
}

/* ---- the turn ---- */

bool loop_idle(const struct loop *l)
{
    return l->watches == (unsigned)l->signals.active && !l->timers && !l->tasks;
}

/* Rounded down: a timer that is due within the millisecond is found by the next turn, without a wait. */
static int wait_ms(const struct loop *l, int timeout_ms)
{
    if (l->tasks)
        return 0;
    if (!l->timers)
        return timeout_ms;
    int64_t left = l->heap[0]->due - l->now;
    left = left < 0 ? 0 : left > INT32_MAX ? INT32_MAX : left;
    return timeout_ms >= 0 && timeout_ms < left ? timeout_ms : (int)left;
}

static int deliver(struct loop *l)
{
    int count = 0;
    while (l->batch_pos < l->batch_len) {
        struct epoll_event *ev = &l->batch[l->batch_pos++];
        struct loop_fd *w = ev->data.ptr;
        if (!w)
            continue;
        w->fn(w, ev->events);
        count++;
    }
    return count;
}

/* Order within a turn: deferred calls, timers, descriptors, and timers again, whose time may have come
 * meanwhile. With work done already it only polls. */
int loop_run_once(struct loop *l, int timeout_ms, struct error *err)
{
    update_now(l);
    int count = run_tasks(l);
    count += run_timers(l);
    /* EINTR: a debugger, or a stop and continue; the next turn looks again. */
    int n = epoll_wait(l->epoll, l->batch, LOOP_BATCH, count ? 0 : wait_ms(l, timeout_ms));
    if (n < 0 && errno != EINTR)
        return error_errno(err, "cannot wait for events");
    l->batch_pos = 0;
    l->batch_len = n > 0 ? n : 0;
    update_now(l);
    count += deliver(l);
    return count + run_timers(l);
}
