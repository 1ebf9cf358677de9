/* dockerSave, dockerLoad: images to a tar file and back, as `docker save -o` and `docker load -i`.
 * dockerCommit: a container to an image.
 *
 * Images are larger than memory: the tar goes from the engine's socket to the file and back in pieces. A file
 * gets its name when it is whole, so that a build that is stopped leaves no half of one. */
#include "agents/docker_pull.h"
#include "runner/engine/docker.h"
#include "runner/engine/registry.h"
#include "runner/lang/container.h"
#include "runner/steps/docker/program.h"
#include "runner/steps/rows.h"
#include "runner/steps/workspace.h"
#include "base/hash.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct archive_call {
    struct step_call *call;
    struct engine_call *request;
    int fd;
    char *file, *part; /* the second until the first is whole; NULL: none */
    int failed;        /* errno of a write */
    struct loop_task stop;
    struct engine_lines lines;
    struct value names;
    char *failure;
};

static void archive_call_free(void *data)
{
    struct archive_call *s = data;
    if (s->request)
        engine_cancel(s->request);
    loop_defer_cancel(s->call->run->loop, &s->stop);
    close_fd(&s->fd);
    if (s->part)
        unlink(s->part);
    engine_lines_release(&s->lines);
    value_release(s->names);
    free(s->failure);
    free(s->part);
    free(s->file);
    free(s);
}

static struct archive_call *archive_call_new(struct step_call *c)
{
    struct archive_call *s = xcalloc(1, sizeof(*s));
    *s = (struct archive_call){.call = c, .fd = -1, .names = NULL_VALUE};
    c->state = s;
    c->state_release = archive_call_free;
    return s;
}

static void cancel(struct step_call *c)
{
    step_fail_text(c, "interrupted");
}

static enum call_status send_request(struct archive_call *s, const struct engine_request *r,
                                     engine_done_fn *done)
{
    s->request = engine_send(run_engine(s->call->run, s->call->branch->scope), r, done, s);
    step_on_cancel(s->call, cancel);
    return CALL_WAIT;
}

/* Appends `&name=value`, or with `?`. */
static void add_pair(struct buf *path, const char *name, const char *value)
{
    if (!value || !*value)
        return;
    buf_printf(path, "%c%s=", path->len && strchr(path->data, '?') ? '&' : '?', name);
    engine_escape(path, value);
}

static void add_each(struct step_call *c, struct buf *path, const char *name, struct value list)
{
    for (size_t i = 0; value_is(list, OBJ_LIST) && i < AS_LIST(list)->len; i++) {
        struct value hold = NULL_VALUE;
        add_pair(path, name, value_text(c->fiber, AS_LIST(list)->items[i], &hold));
        value_release(hold);
    }
}

/* ---- dockerSave */

/* A piece must not cancel its call: the first write that fails ends the step in the next turn. */
static void stop(struct loop_task *t)
{
    struct archive_call *s = CONTAINER_OF(t, struct archive_call, stop);
    step_fail_text(s->call, "cannot write '%s': %s", s->file, strerror(s->failed));
}

static void keep(void *data, const char *bytes, size_t n)
{
    struct archive_call *s = data;
    while (n && !s->failed) {
        ssize_t wrote = write(s->fd, bytes, n);
        if (wrote < 0 && errno == EINTR)
            continue;
        if (wrote < 0) {
            s->failed = errno;
            loop_defer(s->call->run->loop, &s->stop);
            return;
        }
        bytes += wrote;
        n -= (size_t)wrote;
    }
}

static void saved(void *data, const struct engine_end *end)
{
    struct archive_call *s = data;
    s->request = NULL;
    if (s->failed)
        return; /* stop() says so */
    if (end->err) {
        step_fail_text(s->call, "%s", end->err->message);
    } else if (rename(s->part, s->file) < 0) {
        step_fail_text(s->call, "cannot write '%s': %s", s->file, strerror(errno));
    } else {
        free(s->part);
        s->part = NULL;
        step_done(s->call, NULL_VALUE);
    }
}

enum call_status step_docker_save(struct step_call *c, struct value *out)
{
    if (ws_far(c))
        return docker_program(c);
    _cleanup_(buf_release) struct buf path = {0};
    struct value images = step_arg(c, "images");
    char hex[9];
    if (!value_is(images, OBJ_LIST) || !AS_LIST(images)->len)
        return step_abort(c, "dockerSave needs the name of an image");
    buf_addstr(&path, "/images/get");
    add_each(c, &path, "names", images);
    struct archive_call *s = archive_call_new(c);
    random_hex(hex, 4);
    s->stop = (struct loop_task){.fn = stop};
    s->file = step_path(c, step_str(c, "file", ""));
    s->part = xasprintf("%s.%s.part", s->file, hex);
    s->fd = open(s->part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    if (s->fd < 0)
        return step_abort(c, "cannot write '%s': %s", s->file, strerror(errno));
    struct engine_request r = {.path = path.data, .piece = keep};
    return send_request(s, &r, saved);
}

/* ---- dockerLoad */

static void take_name(struct archive_call *s, const char *text)
{
    static const char *const heads[] = {"Loaded image: ", "Loaded image ID: "};
    for (size_t i = 0; i < ARRAY_LEN(heads); i++) {
        if (!str_has_prefix(text, heads[i]))
            continue;
        struct value name = string_from(text + strlen(heads[i]));
        list_push(AS_LIST(s->names), name);
        value_release(name);
        return;
    }
}

static void load_line(void *data, json_t *object)
{
    struct archive_call *s = data;
    const char *stream = json_string_value(json_object_get(object, "stream"));
    _cleanup_free_ char *text =
        stream ? xstrndup(stream, strcspn(stream, "\n")) : docker_progress(object, &s->failure);
    if (!text)
        return;
    step_log(s->call, "%s", text);
    take_name(s, text);
}

static void load_piece(void *data, const char *bytes, size_t n)
{
    engine_lines_feed(&((struct archive_call *)data)->lines, bytes, n);
}

static void loaded(void *data, const struct engine_end *end)
{
    struct archive_call *s = data;
    s->request = NULL;
    if (end->err || s->failure)
        step_fail_text(s->call, "%s", end->err ? end->err->message : s->failure);
    else
        step_done(s->call, value_retain(s->names));
}

enum call_status step_docker_load(struct step_call *c, struct value *out)
{
    if (ws_far(c))
        return docker_program(c);
    struct archive_call *s = archive_call_new(c);
    struct stat st;
    s->file = step_path(c, step_str(c, "file", ""));
    s->fd = open(s->file, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (s->fd < 0)
        return step_abort(c, "cannot read '%s': %s", s->file, strerror(errno));
    if (fstat(s->fd, &st) < 0 || !S_ISREG(st.st_mode))
        return step_abort(c, "'%s' is no file", s->file);
    s->names = list_new(c->run->vm, 1);
    s->lines = (struct engine_lines){.fn = load_line, .data = s};
    struct engine_request r = {
        .method = "POST", .path = "/images/load?quiet=1", .body_file = &s->fd, .piece = load_piece};
    return send_request(s, &r, loaded);
}

/* ---- dockerCommit */

static void committed(void *data, const struct engine_end *end)
{
    struct archive_call *s = data;
    s->request = NULL;
    if (end->err)
        step_fail_text(s->call, "%s", end->err->message);
    else
        step_done(s->call, string_from(json_string_value(json_object_get(end->json, "Id"))));
}

enum call_status step_docker_commit(struct step_call *c, struct value *out)
{
    if (ws_far(c))
        return docker_program(c);
    _cleanup_(buf_release) struct buf path = {0};
    _cleanup_free_ char *repository = NULL, *tag = NULL;
    docker_split_image(step_str(c, "image", ""), &repository, &tag);
    const char *const rows[][2] = {{"container", step_str(c, "container", "")},
                                   {"repo", repository},
                                   {"tag", tag},
                                   {"comment", step_str(c, "message", NULL)},
                                   {"author", step_str(c, "author", NULL)}};
    buf_addstr(&path, "/commit");
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        add_pair(&path, rows[i][0], rows[i][1]);
    add_each(c, &path, "changes", step_arg(c, "changes"));
    struct archive_call *s = archive_call_new(c);
    json_t *nothing = json_object(); /* no change of its configuration; the engine insists on JSON */
    struct engine_request r = {.method = "POST", .path = path.data, .body = nothing};
    enum call_status status = send_request(s, &r, committed);
    json_decref(nothing);
    return status;
}
