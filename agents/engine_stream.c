/* The two kinds of streams that engines answer with, and what stands in their paths and headers. */
#include "agents/engine.h"
#include "base/util.h"
#include <ctype.h>
#include <string.h>

/* What is longer is dropped until its end, so that a stream without line ends does not fill the memory. */
enum { LINE_MAX_BYTES = 1 << 20 };

static uint32_t frame_size(const unsigned char *head)
{
    return (uint32_t)head[4] << 24 | (uint32_t)head[5] << 16 | (uint32_t)head[6] << 8 | head[7];
}

void engine_frames_feed(struct engine_frames *f, const char *bytes, size_t n)
{
    while (n) {
        if (f->left) {
            size_t take = n < f->left ? n : f->left;
            /* [moby: stdcopy]: 0 is standard input's echo, 1 output, 2 errors; bytes 1 to 3 are unused. */
            f->fn(f->data, f->head[0] == 2 ? 2 : 1, bytes, take);
            f->left -= (uint32_t)take;
            bytes += take;
            n -= take;
            continue;
        }
        f->head[f->have++] = (unsigned char)*bytes++;
        n--;
        if (f->have == sizeof(f->head)) {
            f->have = 0;
            f->left = frame_size(f->head);
        }
    }
}

static void line_end(struct engine_lines *l)
{
    /* Empty lines between the objects are no objects. */
    json_t *object = json_loadb(l->line.data ? l->line.data : "", l->line.len, 0, NULL);
    if (json_is_object(object))
        l->fn(l->data, object);
    json_decref(object);
    buf_clear(&l->line);
}

void engine_lines_feed(struct engine_lines *l, const char *bytes, size_t n)
{
    while (n) {
        const char *end = memchr(bytes, '\n', n);
        size_t take = end ? (size_t)(end - bytes) : n;
        if (l->line.len + take <= LINE_MAX_BYTES)
            buf_add(&l->line, bytes, take);
        if (end)
            line_end(l);
        bytes += take + (end != NULL);
        n -= take + (end != NULL);
    }
}

void engine_lines_release(struct engine_lines *l)
{
    buf_release(&l->line);
}

void engine_escape(struct buf *out, const char *text)
{
    for (const unsigned char *p = (const unsigned char *)text; *p; p++) {
        if (isalnum(*p) || strchr("-._~", *p))
            buf_addch(out, (char)*p);
        else
            buf_printf(out, "%%%02X", *p);
    }
}
