/* The loop: order of timers, removal inside callbacks, deferred calls, signals, wake-ups. */
#include "base/loop.h"
#include "base/slots.h"
#include "base/util.h"
#include "tests/unit/check.h"
#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct log {
    struct loop loop;
    char text[256];
    struct loop_timer t[4];
    struct loop_task task[3];
    struct loop_fd fd[2];
    int pipe[2][2];
};

static int setup(void **state)
{
    struct log *g = xcalloc(1, sizeof(*g));
    struct error err = {0};
    assert_int_equal(loop_init(&g->loop, &err), 0);
    *state = g;
    return 0;
}

static int teardown(void **state)
{
    struct log *g = *state;
    loop_release(&g->loop);
    free(g);
    return 0;
}

static void note(struct log *g, char c)
{
    size_t n = strlen(g->text);
    assert_true(n + 1 < sizeof(g->text));
    g->text[n] = c;
}

static void timer_note(struct loop_timer *t)
{
    struct log *g = t->data;
    note(g, (char)('a' + (t - g->t)));
}

static void timers_fire_in_order(void **state)
{
    struct log *g = *state;
    for (int i = 0; i < 4; i++)
        g->t[i] = (struct loop_timer){.fn = timer_note, .data = g};
    loop_timer_start(&g->loop, &g->t[0], 30);
    loop_timer_start(&g->loop, &g->t[1], 10);
    loop_timer_start(&g->loop, &g->t[2], 10);
    loop_timer_start(&g->loop, &g->t[3], 5);
    loop_timer_stop(&g->loop, &g->t[3]);
    assert_false(loop_idle(&g->loop));
    while (!loop_idle(&g->loop))
        loop_run_once(&g->loop, -1, NULL);
    assert_string_equal(g->text, "bca");
}

static void heap_keeps_order_under_random_use(void **state)
{
    struct log *g = *state;
    enum { N = 500 };
    static struct loop_timer t[N];
    memset(t, 0, sizeof(t));
    unsigned seed = 7;
    for (int i = 0; i < N; i++)
        loop_timer_start(&g->loop, &t[i], rand_r(&seed) % 1000);
    for (int i = 0; i < 2000; i++) {
        struct loop_timer *x = &t[rand_r(&seed) % N];
        if (rand_r(&seed) % 2)
            loop_timer_stop(&g->loop, x);
        else
            loop_timer_start(&g->loop, x, rand_r(&seed) % 1000);
    }
    int64_t last = 0;
    while (g->loop.timers) {
        struct loop_timer *x = g->loop.heap[0];
        assert_true(x->due >= last);
        last = x->due;
        loop_timer_stop(&g->loop, x);
    }
}

static void zero_timer_that_restarts(struct loop_timer *t)
{
    struct log *g = t->data;
    note(g, 't');
    if (strlen(g->text) < 5)
        loop_timer_start(&g->loop, t, 0);
}

static void zero_timers_do_not_starve(void **state)
{
    struct log *g = *state;
    g->t[0] = (struct loop_timer){.fn = zero_timer_that_restarts, .data = g};
    loop_timer_start(&g->loop, &g->t[0], 0);
    loop_run_once(&g->loop, 0, NULL);
    assert_true(strlen(g->text) <= 2);
}

static void read_and_drop_other(struct loop_fd *w, uint32_t events)
{
    struct log *g = w->data;
    note(g, w == &g->fd[0] ? '0' : '1');
    loop_fd_del(&g->loop, &g->fd[0]);
    loop_fd_del(&g->loop, &g->fd[1]);
    memset(g->fd, 0xee, sizeof(g->fd)); /* the owner may free both */
}

static void removal_in_callback_drops_fetched_events(void **state)
{
    struct log *g = *state;
    for (int i = 0; i < 2; i++) {
        assert_int_equal(pipe(g->pipe[i]), 0);
        assert_int_equal(write(g->pipe[i][1], "x", 1), 1);
        g->fd[i] = (struct loop_fd){.fd = g->pipe[i][0], .fn = read_and_drop_other, .data = g};
        assert_int_equal(loop_fd_add(&g->loop, &g->fd[i], EPOLLIN, NULL), 0);
    }
    assert_int_equal(loop_run_once(&g->loop, 100, NULL), 1);
    assert_int_equal(loop_run_once(&g->loop, 0, NULL), 0);
    assert_int_equal(strlen(g->text), 1);
    for (int i = 0; i < 4; i++)
        close(g->pipe[i / 2][i % 2]);
}

static void task_note(struct loop_task *t)
{
    struct log *g = t->data;
    int i = (int)(t - g->task);
    note(g, (char)('0' + i));
    if (i == 0) {
        loop_defer_cancel(&g->loop, &g->task[1]);
        loop_defer(&g->loop, t);
    }
}

static void deferred_calls(void **state)
{
    struct log *g = *state;
    for (int i = 0; i < 3; i++) {
        g->task[i] = (struct loop_task){.fn = task_note, .data = g};
        loop_defer(&g->loop, &g->task[i]);
        loop_defer(&g->loop, &g->task[i]); /* queued once */
    }
    loop_run_once(&g->loop, -1, NULL);
    assert_string_equal(g->text, "02");
    loop_run_once(&g->loop, -1, NULL);
    assert_string_equal(g->text, "020");
    loop_defer_cancel(&g->loop, &g->task[0]);
    assert_true(loop_idle(&g->loop));
    loop_defer(&g->loop, &g->task[2]); /* the list's end is right again */
    loop_run_once(&g->loop, -1, NULL);
    assert_string_equal(g->text, "0202");
}

static void on_signal(void *data, int signo)
{
    note(data, signo == SIGUSR1 ? 'u' : 'v');
}

static void signals(void **state)
{
    struct log *g = *state;
    assert_int_equal(loop_signal(&g->loop, SIGUSR1, on_signal, g, NULL), 0);
    assert_int_equal(loop_signal(&g->loop, SIGUSR2, on_signal, g, NULL), 0);
    assert_true(loop_idle(&g->loop));
    kill(getpid(), SIGUSR1);
    kill(getpid(), SIGUSR2);
    loop_run_once(&g->loop, 1000, NULL);
    assert_string_equal(g->text, "uv");
    assert_int_equal(loop_signal(&g->loop, 99, on_signal, g, NULL), -1);
}

struct worker {
    struct slot slot;
    struct log *g;
    char name;
};

static void granted(struct slot *s)
{
    struct worker *w = CONTAINER_OF(s, struct worker, slot);
    note(w->g, w->name);
}

static void slots_are_given_in_order(void **state)
{
    struct log *g = *state;
    struct slots s;
    slots_init(&s, &g->loop, 1);
    struct worker w[4] = {
        {.g = g, .name = 'a'}, {.g = g, .name = 'b'}, {.g = g, .name = 'c'}, {.g = g, .name = 'd'}};
    assert_true(slot_take(&s, &w[0].slot, granted));
    for (int i = 1; i < 4; i++)
        assert_false(slot_take(&s, &w[i].slot, granted));
    slot_give(&w[2].slot); /* leaves the queue */
    slot_give(&w[0].slot);
    assert_string_equal(g->text, "");
    loop_run_once(&g->loop, 0, NULL);
    assert_string_equal(g->text, "b");
    slot_give(&w[1].slot); /* d is granted … */
    slot_give(&w[3].slot); /* … but gives back before it heard of it */
    loop_run_once(&g->loop, 0, NULL);
    assert_string_equal(g->text, "b");
    assert_int_equal(s.used, 0);
    assert_true(slot_take(&s, &w[2].slot, granted));
    slot_give(&w[2].slot);
    slot_give(&w[2].slot); /* idle */
    assert_int_equal(s.used, 0);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
    const struct CMUnitTest tests[] = {
        T(timers_fire_in_order),
        T(heap_keeps_order_under_random_use),
        T(zero_timers_do_not_starve),
        T(removal_in_callback_drops_fetched_events),
        T(deferred_calls),
        T(signals),
        T(slots_are_given_in_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
