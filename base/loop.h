/* Event loop: one thread, epoll for descriptors, a heap of timers, one signalfd.
 *
 * Watches, timers and deferred calls are embedded in their owner's struct (zeroed = idle); the loop never
 * allocates for them and never owns them. The owner must stop them before its memory goes.
 *
 * Re-entrancy: every callback may add, change and remove any watch, timer or deferred call, its own
 * included, and may free the struct that holds it: the loop does not touch a watch after its callback.
 * A removed watch is not called again, also when its event was already fetched. A deferred call made
 * from a callback runs in the next turn. loop_run_once() must not be called from a callback. */
#ifndef BASE_LOOP_H
#define BASE_LOOP_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/epoll.h>
#include "base/error.h"

struct loop_fd;
struct loop_timer;
struct loop_task;
typedef void loop_fd_fn(struct loop_fd *w,
                        uint32_t events); /* events: EPOLLIN, EPOLLOUT, EPOLLHUP, EPOLLERR */
typedef void loop_timer_fn(struct loop_timer *t);
typedef void loop_task_fn(struct loop_task *t);
typedef void loop_signal_fn(void *data, int signo);

struct loop_fd {
    int fd; /* borrowed; not closed by the loop */
    bool active;
    uint32_t events;
    loop_fd_fn *fn;
    void *data; /* for the owner; or use CONTAINER_OF */
};

struct loop_timer {
    int64_t due; /* ms on loop_now()'s clock */
    uint64_t seq;
    unsigned slot; /* index in the heap + 1; 0 = idle */
    loop_timer_fn *fn;
    void *data;
};

struct loop_task {
    struct loop_task *next, **link; /* link is NULL when idle */
    loop_task_fn *fn;
    void *data;
};

enum { LOOP_BATCH = 64, LOOP_SIGNALS = 65 };

struct loop {
    int epoll;
    int64_t now;
    struct loop_timer **heap; /* of running timers, the next one first; pointers into their owners */
    unsigned timers, heap_cap, watches;
    uint64_t seq;
    struct loop_task *tasks,
        **tasks_end; /* deferred calls in their order; the end is where the next is hung */
    struct epoll_event batch[LOOP_BATCH]; /* events fetched and not yet delivered: [batch_pos, batch_len) */
    int batch_pos, batch_len;
    struct loop_fd signals;
    sigset_t mask, old_mask;
    struct {
        loop_signal_fn *fn;
        void *data;
    } on_signal[LOOP_SIGNALS];
};

int loop_init(struct loop *l, struct error *err);
void loop_release(struct loop *l); /* gives the signal mask back as it was */

/* Milliseconds of the monotonic clock, as of the start of this turn. */
int64_t loop_now(const struct loop *l);

/* Starts to watch w->fd (set w->fd, fn, data before). Level-triggered. */
int loop_fd_add(struct loop *l, struct loop_fd *w, uint32_t events, struct error *err);
void loop_fd_del(struct loop *l, struct loop_fd *w); /* idle watch: no effect. Call it before close(fd). */

/* One-shot; starting a running timer moves it. Set fn and data before. */
void loop_timer_start(struct loop *l, struct loop_timer *t, int64_t ms);
void loop_timer_stop(struct loop *l, struct loop_timer *t); /* idle timer: no effect */

/* Runs the task once in the next turn; a task already queued stays where it is. */
void loop_defer(struct loop *l, struct loop_task *t);
void loop_defer_cancel(struct loop *l, struct loop_task *t);

/* Blocks the signal for the process and delivers it as a callback; fn NULL stops that (it stays blocked).
 * Children started by base/proc get a clean mask. Start threads only afterwards. */
int loop_signal(struct loop *l, int signo, loop_signal_fn *fn, void *data, struct error *err);

/* One turn: deferred calls, due timers, then descriptor events. Waits at most timeout_ms (-1: until
 * something happens). Returns the number of callbacks made, or -1. */
int loop_run_once(struct loop *l, int timeout_ms, struct error *err);
bool loop_idle(const struct loop *l); /* no watch, timer or deferred call: waiting would be for ever */

#endif
