/* Operation file: see agents/file_request.h. What an operation reads is sent before its result. */
#include "agents/file_request.h"
#include "agents/files.h"
#include "agents/worker/ops.h"
#include "agents/worker/stream.h"

enum { PIECE = 128 << 10 };

struct answer {
    struct job *job;
    json_t *result;
    struct error *err;
};

static void answered(void *arg, struct agent_reply *reply, const struct error *err)
{
    struct answer *a = arg;
    if (err) {
        error_set(a->err, err->kind, "%s", err->message);
        return;
    }
    for (size_t done = 0, n; done < reply->data.len; done += n) {
        n = reply->data.len - done < PIECE ? reply->data.len - done : PIECE;
        if (stream_send(a->job, reply->data.data + done, n, a->err) < 0)
            return;
    }
    a->result = json_pack("{s:b, s:o}", "found", reply->found, "entries", file_entries(reply));
}

json_t *op_file(struct job *j, struct error *err)
{
    struct agent_file op;
    struct answer a = {.job = j, .err = err};
    _cleanup_(buf_release) struct buf data = {0};
    if (file_request_read(j->req, &op, &data, err) < 0 || files_do(&op, answered, &a, err) < 0)
        return NULL;
    return a.result;
}
