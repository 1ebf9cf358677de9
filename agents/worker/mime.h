/* E-mail messages as text [RFC 5322, 2045-2047, 2231]: headers that cannot hold a second header, bodies that
 * survive every server, attachments. What goes in is UTF-8; control characters of header values become
 * blanks, so that a line end in a subject or a name starts no header. */
#ifndef WORKER_MIME_H
#define WORKER_MIME_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include "base/buf.h"
#include "base/error.h"

/* Appends "Name: value\r\n"; other than ASCII text as encoded words. */
void mime_header(struct buf *out, const char *name, const char *value);
/* The address of "Name <user@host>" or "user@host"; owned. NULL/err: not one that a server could be told. */
char *mime_address(const char *mailbox, struct error *err);
/* Appends "Name: mailbox, mailbox\r\n" of a list of texts; nothing when it is empty. -1: a bad one. */
int mime_addresses(struct buf *out, const char *name, const json_t *list, struct error *err);
/* Appends content with its Content-Transfer-Encoding header, the empty line and CRLF line ends.
 * `text` may hold zeros (UTF-16). */
void mime_body(struct buf *out, const char *text, size_t len);
void mime_base64(struct buf *out, const char *bytes, size_t n); /* in lines of 76 */
/* Appends the whole message of a request of operation mail (agents/worker/smtp.c).
 * -1/err: an address, type or charset that cannot be sent, an attachment that cannot be read or is too
 * large. */
int mime_message(const json_t *req, struct buf *out, struct error *err);
/* Appends FILE as a zip archive with one member. [agents/worker/zipped.c] */
int zip_single(const char *file, const char *member, struct buf *out, struct error *err);

#endif
