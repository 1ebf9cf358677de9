/* Operations on files as requests of the helper program: {"op":"file", "kind":NAME, …}, with the members of
 * struct agent_file under their own names; data is base64. Answer: found, entries [[path, is_dir, size,
 * mtime_ms], …]; reply.data comes in frames. */
#ifndef AGENTS_FILE_REQUEST_H
#define AGENTS_FILE_REQUEST_H

#include <jansson.h>
#include "agents/agent.h"

json_t *file_request(const struct agent_file *op); /* owned */
/* Texts are borrowed from the request, but data (owned by the caller). -1: no such operation. */
int file_request_read(const json_t *request, struct agent_file *op, struct buf *data, struct error *err);

/* Entries as they cross; the array of struct agent_entry borrows its texts from the answer. */
json_t *file_entries(const struct agent_reply *reply); /* owned */
struct agent_entry *file_entries_read(const json_t *answer, size_t *count);

#endif
