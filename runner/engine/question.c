/* Questions that are answered on standard input: one at a time, in the order in which they were asked,
 * since people answer what they see last. The descriptor is watched only while a question waits, so that
 * `gmrun run` does not eat the input of the shell around it. */
#include "runner/engine/question.h"
#include "base/buf.h"
#include <errno.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

struct question {
    void *data;
    void (*fn)(void *data, const char *line);
};

struct questions { /* waiting ones; the first is being asked */
    struct loop_fd input;
    struct buf line;
    struct run *run;
    VEC(struct question) list;
};

/* One part up to an unquoted `stop`; *p moves behind it. Owned. */
static char *part(const char **p, char stop)
{
    struct buf out = {0};
    while (**p && **p != stop && !(stop == '=' && **p == ',')) {
        if (**p == '\\' && ((*p)[1] == ',' || (*p)[1] == '='))
            (*p)++;
        buf_addch(&out, *(*p)++);
    }
    *p += **p == stop;
    return buf_steal(&out);
}

static bool is_yes(const char *text)
{
    return strcasecmp(text, "yes") == 0 || strcasecmp(text, "proceed") == 0;
}

int question_pairs(const char *pairs, struct name_value **out, size_t *len, struct error *err)
{
    VEC(struct name_value) list = {0};
    const char *all = pairs, *bad = NULL;
    while (pairs && *pairs && !is_yes(all)) {
        struct name_value pair = {.name = part(&pairs, '=')};
        bad = pairs[-1] == '=' ? bad : all;
        pair.value = part(&pairs, ',');
        vec_push(&list, pair);
    }
    *out = list.items;
    *len = list.len;
    return bad ? error_set(err, ERROR_USAGE, "'%.100s' is not NAME=VALUE", bad) : 0;
}

static void answer(struct questions *q, const char *line)
{
    struct question first = q->list.items[0];
    /* Taken off before it is told: the answer may ask the next question. */
    memmove(q->list.items, q->list.items + 1, --q->list.len * sizeof(*q->list.items));
    if (!q->list.len)
        loop_fd_del(q->run->loop, &q->input);
    first.fn(first.data, line);
}

static void readable(struct loop_fd *w, uint32_t events)
{
    struct questions *q = w->data;
    char chunk[1024];
    ssize_t n = read(0, chunk, sizeof(chunk));
    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (n > 0)
        buf_add(&q->line, chunk, (size_t)n);
    char *end = q->line.data ? strchr(q->line.data, '\n') : NULL;
    /* A line may come in several reads. */
    if (n > 0 && !end)
        return;
    _cleanup_free_ char *line = end ? xstrndup(q->line.data, (size_t)(end - q->line.data)) : NULL;
    buf_clear(&q->line);
    /* End of file answers the one that is asked with NULL; each further one reads it again. */
    answer(q, line);
}

int question_ask(struct run *run, void *data, void (*fn)(void *data, const char *line))
{
    struct questions *q = run->extra[EXTRA_INPUTS];
    if (!q) {
        q = run->extra[EXTRA_INPUTS] = xcalloc(1, sizeof(*q));
        q->run = run;
        q->input = (struct loop_fd){.fd = 0, .fn = readable, .data = q};
    }
    struct question asked = {data, fn};
    vec_push(&q->list, asked);
    return q->list.len > 1 ? 0 : loop_fd_add(run->loop, &q->input, EPOLLIN, NULL);
}

void question_cancel(struct run *run, void *data)
{
    struct questions *q = run->extra[EXTRA_INPUTS];
    for (size_t i = 0; q && i < q->list.len; i++) {
        if (q->list.items[i].data != data)
            continue;
        memmove(q->list.items + i, q->list.items + i + 1, (q->list.len - 1 - i) * sizeof(*q->list.items));
        q->list.len--;
        break;
    }
    if (q && !q->list.len)
        loop_fd_del(run->loop, &q->input);
}

void questions_release(struct run *run)
{
    struct questions *q = run->extra[EXTRA_INPUTS];
    if (!q)
        return;
    buf_release(&q->line);
    vec_release(&q->list);
    free(q);
    run->extra[EXTRA_INPUTS] = NULL;
}
