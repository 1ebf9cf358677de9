/* What of Docker's world comes from elsewhere: options of `docker run` and `docker build`, .dockerignore,
 * streams of the engine, challenges of registries. The first byte says where streams are cut; the rest is the
 * text, whose first line is also the path that .dockerignore is asked about. */
#include "agents/engine.h"
#include "agents/run_options.h"
#include "agents/worker/ignore.c"
#include "executors/build_options.h"
#include "executors/registry.h"
#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { PATTERN_MAX = 4096 };

static void options(const char *text)
{
    struct error err = {0};
    struct build_options b = {0};
    struct buf query = {0};
    json_t *create = json_object();
    struct run_options_result result = {0};
    run_options_apply(create, strstr(text, "env-file") ? "" : text, NULL, NULL, &result, &err);
    char *dumped = json_dumps(create, 0);
    if (!dumped)
        abort(); /* the request would have no body */
    free(dumped);
    run_options_release(&result);
    json_decref(create);
    error_release(&err);
    build_options_init(&b);
    build_options_apply(&b, text, &err);
    build_options_query(&b, &query);
    build_options_release(&b);
    buf_release(&query);
    error_release(&err);
}

static void challenge(const char *text)
{
    struct registry_challenge c = {0};
    registry_challenge_parse(&c, text);
    registry_challenge_release(&c);
}

static void rules(const char *text)
{
    struct ignore g = {0};
    _cleanup_free_ char *path = xstrndup(text, strcspn(text, "\n"));
    ignore_parse(&g, text);
    ignore_match(&g, path);
    ignore_release(&g);
}

static void note_frame(void *data, int stream, const char *bytes, size_t n)
{
    if (!n || stream < 1 || stream > 2)
        abort();
    buf_addch(data, (char)stream);
    buf_add(data, bytes, n);
}

static void note_line(void *data, json_t *object)
{
    buf_printf(data, "%zu;", json_object_size(object));
}

/* Frames may be handed on in more pieces when they are cut, lines never. */
static void streams(const char *bytes, size_t n, size_t cut)
{
    struct buf frames = {0}, whole = {0}, parts = {0};
    struct engine_frames f = {.fn = note_frame, .data = &frames};
    struct engine_lines a = {.fn = note_line, .data = &whole}, b = {.fn = note_line, .data = &parts};
    cut = cut < n ? cut : n;
    engine_frames_feed(&f, bytes, cut);
    engine_frames_feed(&f, bytes + cut, n - cut);
    engine_lines_feed(&a, bytes, n);
    engine_lines_feed(&b, bytes, cut);
    engine_lines_feed(&b, bytes + cut, n - cut);
    if (whole.len != parts.len || (whole.len && memcmp(whole.data, parts.data, whole.len)))
        abort();
    engine_lines_release(&a);
    engine_lines_release(&b);
    buf_release(&frames);
    buf_release(&whole);
    buf_release(&parts);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 1)
        return 0;
    const char *bytes = (const char *)data + 1;
    _cleanup_free_ char *text = xstrndup(bytes, size - 1 < PATTERN_MAX ? size - 1 : PATTERN_MAX);
    options(text);
    challenge(text);
    rules(text);
    streams(bytes, size - 1, data[0]);
    return 0;
}
