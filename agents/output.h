/* What becomes of a step's output, wherever the step runs: decoded, cut into whole lines, standard output
 * captured where asked. For the local shell and for the streams of far agents alike. */
#ifndef AGENTS_OUTPUT_H
#define AGENTS_OUTPUT_H

#include "base/loop.h"
#include "agents/decode.h"
#include "agents/job.h"

/* Embedded in a job. */
struct step_output {
    struct loop *loop;
    void (*fn)(void *data, const char *text, size_t n); /* shell_callbacks.output */
    void *data;
    bool capture, mid_line;     /* mid_line: the last that was emitted has no line end yet */
    struct decoder *decoder[2]; /* of standard output and error; NULL: no conversion */
    struct buf line, captured;  /* line: incomplete, waiting for its rest */
    struct loop_timer flush;
};

/* encoding as in shell_options; -1: unknown. Release also after a failed init. */
int step_output_init(struct step_output *o, struct loop *loop, const struct shell_options *opts,
                     const struct shell_callbacks *cb, void *data, struct error *err);
/* stream 1 or 2; merged output is 1 unless return_stdout. */
void step_output_feed(struct step_output *o, int stream, const char *bytes, size_t n);
/* A line of our own (with its line end) among the step's. */
void step_output_message(struct step_output *o, const char *text);
/* End of all streams: what is left comes out, a missing line end is added. With show_captured (a step that
 * failed) captured output is shown, as Jenkins does. */
void step_output_end(struct step_output *o, bool show_captured);
void step_output_release(struct step_output *o);

#endif
