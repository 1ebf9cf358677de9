#include "agents/pod/order.h"
#include "base/util.h"
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { ORDER_MAX = 64 << 20 };

void refuse(const char *fmt, ...)
{
    int saved = errno;
    va_list ap;
    va_start(ap, fmt);
    fputc(1, stderr);
    vfprintf(stderr, fmt, ap);
    fprintf(stderr, ": %s\n", strerror(saved));
    va_end(ap);
    exit(255);
}

/* One byte at a time at the head: what follows the order is the program's. */
static size_t read_size(void)
{
    size_t n = 0;
    char c = 0;
    while (read(STDIN_FILENO, &c, 1) == 1 && c >= '0' && c <= '9' && n < ORDER_MAX)
        n = n * 10 + (size_t)(c - '0');
    if (c != '\n' || n > ORDER_MAX) {
        errno = EPROTO;
        refuse("no order on standard input");
    }
    return n;
}

static void read_all(char *bytes, size_t n)
{
    for (size_t got = 0; got < n;) {
        ssize_t more = read(STDIN_FILENO, bytes + got, n - got);
        if (more < 0 && errno == EINTR)
            continue;
        if (more <= 0) {
            errno = more ? errno : EPROTO;
            refuse("half an order on standard input");
        }
        got += (size_t)more;
    }
}

struct texts {
    char **items;
    size_t len;
};

static void add(struct texts *t, char *text)
{
    t->items = xrealloc(t->items, (t->len + 2) * sizeof(*t->items));
    t->items[t->len++] = text;
    t->items[t->len] = NULL;
}

void order_read(struct order *o)
{
    struct texts argv = {0}, env = {0}, over = {0};
    size_t n = read_size();
    o->bytes = xcalloc(n + 1, 1);
    read_all(o->bytes, n);
    for (char *p = o->bytes, *end = o->bytes + n; p < end; p += strlen(p) + 1) {
        switch (*p) {
        case 'I':
            o->id = p + 1;
            break;
        case 'C':
            o->cwd = p + 1;
            break;
        case 'T':
            o->tmp = p + 1;
            break;
        case 'S':
            o->script = p + 1;
            break;
        case 'P':
            o->split = true;
            break;
        case 'O':
            o->out = strtoll(p + 1, NULL, 10);
            break;
        case 'F':
            o->err = strtoll(p + 1, NULL, 10);
            break;
        case 'A':
            add(&argv, p + 1);
            break;
        case 'E':
            add(&env, p + 1);
            break;
        case 'R':
            add(&over, p + 1);
            break;
        default:
            break;
        }
    }
    o->argv = argv.items;
    o->env = env.items;
    o->over = (const char **)(uintptr_t)over.items;
    if (!o->argv && !o->script) {
        errno = EPROTO;
        refuse("an order without a program");
    }
}
