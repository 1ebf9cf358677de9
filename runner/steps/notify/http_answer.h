/* What httpRequest returns [http_request: ResponseContentSupplier]: status, content, headers (name -> list of
 * values), charset, close(). */
#ifndef RUNNER_STEPS_NOTIFY_HTTP_ANSWER_H
#define RUNNER_STEPS_NOTIFY_HTTP_ANSWER_H

#include "runner/engine/run.h"

void http_answer_register(struct run *run);
/* content NULL: null. `headers`: [[name, value]] as the helper program gives them. Owned. */
struct value http_answer_new(struct run *run, int status, const struct buf *content, const json_t *headers);
/* The text of a body by the charset of its Content-Type header (UTF-8 when it names none). Appended. */
void http_decode(const json_t *headers, const char *bytes, size_t n, struct buf *text);

#endif
