/* Owns the way of a step's output from bytes to whole lines. A line that is not complete waits a while for
 * its rest, so that branches writing at the same time do not tear each other's lines.
 *
 * Jenkins cuts nothing: its branches do tear each other's lines. Masking comes behind this
 * (runner/steps), and sees whole lines for the most part. */
#include "agents/output.h"
#include "base/charset.h"
#include "base/util.h"
#include <string.h>

/* A prompt without a line end is seen after a tenth of a second; a line of any length is passed on in
 * parts. */
enum { FLUSH_MS = 100, LINE_MAX_LEN = 64 * 1024 };

static void emit(struct step_output *o, const char *text, size_t n)
{
    if (!n)
        return;
    o->mid_line = text[n - 1] != '\n';
    if (o->fn)
        o->fn(o->data, text, n);
}

static void flush_line(struct step_output *o)
{
    loop_timer_stop(o->loop, &o->flush);
    emit(o, o->line.data, o->line.len);
    buf_clear(&o->line);
}

static void flush_due(struct loop_timer *t)
{
    flush_line(t->data);
}

static void show(struct step_output *o, const char *text, size_t n)
{
    const char *last = memrchr(text, '\n', n);
    size_t whole = last ? (size_t)(last - text) + 1 : 0;
    /* What waited gets its rest first. */
    if (whole && o->line.len) {
        size_t first = (size_t)((const char *)memchr(text, '\n', n) - text) + 1;
        buf_add(&o->line, text, first);
        flush_line(o);
        text += first;
        n -= first;
        whole -= first;
    }
    emit(o, text, whole);
    if (whole == n)
        return;
    buf_add(&o->line, text + whole, n - whole);
    if (o->line.len >= LINE_MAX_LEN)
        flush_line(o);
    else if (!o->flush.slot)
        loop_timer_start(o->loop, &o->flush, FLUSH_MS);
}

static void end_line(struct step_output *o)
{
    flush_line(o);
    emit(o, "\n", o->mid_line);
}

static void take(struct step_output *o, int stream, const char *text, size_t n)
{
    /* Only standard output is the value of sh(returnStdout: true); errors are shown as they come. */
    if (o->capture && stream == 1)
        buf_add(&o->captured, text, n);
    else
        show(o, text, n);
}

void step_output_feed(struct step_output *o, int stream, const char *bytes, size_t n)
{
    struct decoder *d = o->decoder[stream - 1];
    if (!d) {
        take(o, stream, bytes, n);
        return;
    }
    struct buf *text = decoder_feed(d, bytes, n);
    take(o, stream, text->data, text->len);
}

void step_output_message(struct step_output *o, const char *text)
{
    end_line(o);
    emit(o, text, strlen(text));
}

void step_output_end(struct step_output *o, bool show_captured)
{
    for (int i = 0; i < 2; i++) {
        struct buf *text = o->decoder[i] ? decoder_end(o->decoder[i]) : NULL;
        if (text)
            take(o, i + 1, text->data, text->len);
    }
    if (show_captured && o->captured.len)
        show(o, o->captured.data, o->captured.len);
    end_line(o);
}

int step_output_init(struct step_output *o, struct loop *loop, const struct shell_options *opts,
                     const struct shell_callbacks *cb, void *data, struct error *err)
{
    *o = (struct step_output){.loop = loop, .fn = cb->output, .data = data, .capture = opts->return_stdout};
    o->flush = (struct loop_timer){.fn = flush_due, .data = o};
    for (int i = 0; i < 2 && !charset_is_utf8(opts->encoding); i++) {
        o->decoder[i] = decoder_new(opts->encoding, err);
        if (!o->decoder[i])
            return -1;
    }
    return 0;
}

void step_output_release(struct step_output *o)
{
    if (o->loop)
        loop_timer_stop(o->loop, &o->flush);
    decoder_free(o->decoder[0]);
    decoder_free(o->decoder[1]);
    buf_release(&o->line);
    buf_release(&o->captured);
}
