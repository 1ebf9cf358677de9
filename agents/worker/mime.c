#include "agents/worker/mime.h"
#include "agents/worker/job.h"
#include "base/charset.h"
#include "base/fs.h"
#include "base/hash.h"
#include "base/utf8.h"
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <time.h>

enum {
    WORD_BYTES = 42,    /* of text in one encoded word: 75 characters at most with its frame */
    HEADER_PLAIN = 900, /* longer ASCII values are encoded too, since that also folds them */
    LINE = 76,
    ATTACHED_MAX = 48 << 20,
};

/* "=?" in a plain value would be taken for an encoded word. */
static bool plain(const char *s, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if ((unsigned char)s[i] < ' ' || (unsigned char)s[i] > '~')
            return false;
    return n < HEADER_PLAIN && !memmem(s, n, "=?", 2);
}

/* Words end between characters: each has to be valid on its own. */
static void encoded_words(struct buf *out, const char *s, size_t n)
{
    for (size_t at = 0, end; at < n; at = end) {
        uint32_t rune;
        for (end = at; end < n;) {
            size_t len = utf8_decode(s + end, n - end, &rune);
            if (end + len - at > WORD_BYTES)
                break;
            end += len;
        }
        buf_addstr(out, at ? "\r\n =?UTF-8?B?" : "=?UTF-8?B?");
        base64_encode(out, s + at, end - at, 0);
        buf_addstr(out, "?=");
    }
}

/* Valid UTF-8 without control characters: one line.
 * The NUL behind it counts on a buffer that was allocated: hence the empty addition. */
static void one_line(struct buf *out, const char *value, size_t n)
{
    utf8_clean(out, value, n);
    for (size_t i = 0; i < out->len; i++)
        if ((unsigned char)out->data[i] < ' ' || out->data[i] == 127)
            out->data[i] = ' ';
    buf_add(out, "", 0);
}

void mime_header(struct buf *out, const char *name, const char *value)
{
    _cleanup_(buf_release) struct buf clean = {0};
    one_line(&clean, value, strlen(value));
    buf_printf(out, "%s: ", name);
    if (plain(clean.data, clean.len))
        buf_add(out, clean.data, clean.len);
    else
        encoded_words(out, clean.data, clean.len);
    buf_addstr(out, "\r\n");
}

/* Stricter than RFC 5322, which allows quoted local parts and comments: what a server might read in two ways
 * is refused. The text goes into an SMTP command as it is. */
char *mime_address(const char *mailbox, struct error *err)
{
    const char *open = strrchr(mailbox, '<'), *close = open ? strchr(open, '>') : NULL;
    size_t blanks = strspn(mailbox, " \t");
    char *address = close ? xstrndup(open + 1, (size_t)(close - open - 1)) : xstrdup(mailbox + blanks);
    for (size_t n = strlen(address); !close && n && (address[n - 1] == ' ' || address[n - 1] == '\t');)
        address[--n] = 0;
    bool bad = !*address || (open && !close);
    for (const char *p = address; *p; p++)
        bad |= (unsigned char)*p <= ' ' || *p == 127 || strchr("<>(),;:\\\"", *p) != NULL;
    if (!bad)
        return address;
    _cleanup_free_ char *shown = xstrdup(mailbox);
    for (char *p = shown; *p; p++)
        *p = (unsigned char)*p < ' ' ? '?' : *p;
    free(address);
    error_set(err, ERROR_INVALID, "'%s' is no e-mail address", shown);
    return NULL;
}

/* A name is quoted: it may hold dots and commas. */
static void mailbox(struct buf *out, const char *text, const char *address)
{
    _cleanup_(buf_release) struct buf name = {0};
    const char *open = strrchr(text, '<');
    one_line(&name, text, open ? (size_t)(open - text) : 0);
    size_t start = strspn(name.data, " \""), n = name.len;
    while (n > start && strchr(" \"", name.data[n - 1]))
        n--;
    if (n <= start) {
        buf_addstr(out, address);
        return;
    }
    if (plain(name.data + start, n - start)) {
        buf_addch(out, '"');
        for (size_t i = start; i < n; i++) {
            if (name.data[i] == '"' || name.data[i] == '\\')
                buf_addch(out, '\\');
            buf_addch(out, name.data[i]);
        }
        buf_addch(out, '"');
    } else {
        encoded_words(out, name.data + start, n - start);
    }
    buf_printf(out, " <%s>", address);
}

int mime_addresses(struct buf *out, const char *name, const json_t *list, struct error *err)
{
    size_t i;
    json_t *v;
    json_array_foreach(list, i, v)
    {
        const char *text = json_string_value(v);
        _cleanup_free_ char *address = mime_address(text ? text : "", err);
        if (!address)
            return -1;
        if (i)
            buf_addstr(out, ",\r\n ");
        else
            buf_printf(out, "%s: ", name);
        mailbox(out, text, address);
    }
    if (json_array_size(list))
        buf_addstr(out, "\r\n");
    return 0;
}

/* 57 bytes make a line of 76 characters; each line is whole groups, so no padding in between. */
void mime_base64(struct buf *out, const char *bytes, size_t n)
{
    enum { BYTES = LINE / 4 * 3 };
    for (size_t at = 0; at < n; at += BYTES) {
        base64_encode(out, bytes + at, n - at < BYTES ? n - at : BYTES, 0);
        buf_addstr(out, "\r\n");
    }
}

/* Soft breaks come one column early: 76 characters is the limit with the "=". */
static void quoted_printable(struct buf *out, const char *s, size_t n)
{
    size_t column = 0;
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)s[i];
        if (c == '\r' && i + 1 < n && s[i + 1] == '\n')
            continue;
        if (c == '\n') {
            buf_addstr(out, "\r\n");
            column = 0;
            continue;
        }
        bool last = i + 1 == n || s[i + 1] == '\n' || s[i + 1] == '\r';
        bool as_is = (c > ' ' && c <= '~' && c != '=') || ((c == ' ' || c == '\t') && !last);
        if (column + (as_is ? 1 : 3) >= LINE) {
            buf_addstr(out, "=\r\n");
            column = 0;
        }
        if (as_is)
            buf_addch(out, (char)c);
        else
            buf_printf(out, "=%02X", c);
        column += as_is ? 1 : 3;
    }
    if (column)
        buf_addstr(out, "\r\n");
}

/* Quoted-printable stays readable where most is ASCII; else base64 is shorter. */
void mime_body(struct buf *out, const char *text, size_t len)
{
    size_t foreign = 0;
    for (size_t i = 0; i < len; i++)
        foreign += (unsigned char)text[i] > '~';
    /* Zeros: UTF-16, whose line feeds are two bytes. */
    bool coded = foreign > len / 6 || memchr(text, 0, len);
    buf_printf(out, "Content-Transfer-Encoding: %s\r\n\r\n", coded ? "base64" : "quoted-printable");
    (coded ? mime_base64 : quoted_printable)(out, text, len);
}

/* ---- the message */

/* A token of a type or charset: what could end the header line or the parameter is no part of one. */
static bool is_token(const char *s)
{
    return *s && !s[strspn(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$&-^_.+/")];
}

/* Parameters of the given type are dropped: the charset is ours to say. */
static int content(const json_t *req, struct buf *out, struct error *err)
{
    _cleanup_(buf_release) struct buf converted = {0};
    const char *body = obj_str(req, "body") ? obj_str(req, "body") : "";
    const char *type = obj_str(req, "mimeType") ? obj_str(req, "mimeType") : "text/plain";
    const char *charset = obj_str(req, "charset") ? obj_str(req, "charset") : "UTF-8";
    _cleanup_free_ char *bare = xstrndup(type, strcspn(type, "; \t"));
    if (!is_token(bare) || !is_token(charset))
        return error_set(err, ERROR_INVALID, "'%s; charset=%s' is no content type", type, charset);
    if (!charset_is_utf8(charset) && charset_convert(charset, "UTF-8", body, strlen(body), &converted) < 0)
        return error_set(err, ERROR_INVALID, "unknown charset '%s'", charset);
    if (!converted.data)
        buf_addstr(&converted, body);
    buf_printf(out, "Content-Type: %s; charset=%s\r\n", bare, charset);
    mime_body(out, converted.data ? converted.data : "", converted.len);
    return 0;
}

/* Other than ASCII names by RFC 2231, which all clients of today read; none get both forms. */
static void disposition(struct buf *out, const char *name)
{
    if (plain(name, strlen(name)) && !strpbrk(name, "\"\\")) {
        buf_printf(out, "Content-Disposition: attachment; filename=\"%s\"\r\n", name);
        return;
    }
    buf_addstr(out, "Content-Disposition: attachment; filename*=UTF-8''");
    for (const char *p = name; *p; p++)
        if ((*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') || (*p >= '0' && *p <= '9') ||
            strchr("-._", *p))
            buf_addch(out, *p);
        else
            buf_printf(out, "%%%02X", (unsigned char)*p);
    buf_addstr(out, "\r\n");
}

/* Checked while it grows: the whole message is built in memory. */
static int attachment(const json_t *item, struct buf *out, struct error *err)
{
    _cleanup_(buf_release) struct buf bytes = {0};
    const char *path = obj_str(item, "path"), *name = obj_str(item, "name");
    const char *zip = obj_str(item, "zipMember");
    if (!path || !name)
        return error_set(err, ERROR_USAGE, "an attachment lacks \"path\" or \"name\"");
    if ((zip ? zip_single(path, zip, &bytes, err) : fs_read_file(path, ATTACHED_MAX, &bytes, err)) < 0)
        return -1;
    buf_printf(out, "Content-Type: %s\r\n",
               obj_str(item, "type") ? obj_str(item, "type") : "application/octet-stream");
    disposition(out, name);
    buf_addstr(out, "Content-Transfer-Encoding: base64\r\n\r\n");
    mime_base64(out, bytes.data ? bytes.data : "", bytes.len);
    if (out->len > 2 * (size_t)ATTACHED_MAX)
        return error_set(err, ERROR_INVALID, "the attachments are larger than %d MiB", ATTACHED_MAX >> 20);
    return 0;
}

/* Random, not counted: Message-IDs must be unique over all machines that send as "gmrun". */
static void stamp(struct buf *out)
{
    char date[64], id[33];
    time_t now = time(NULL);
    struct tm tm;
    strftime(date, sizeof(date), "%a, %d %b %Y %H:%M:%S %z", localtime_r(&now, &tm));
    random_hex(id, sizeof(id) / 2);
    buf_printf(out, "Date: %s\r\nMessage-ID: <%s@gmrun>\r\nMIME-Version: 1.0\r\n", date, id);
}

int mime_message(const json_t *req, struct buf *out, struct error *err)
{
    static const struct {
        const char *member, *header;
    } lists[] = {{"from", "From"}, {"to", "To"}, {"cc", "Cc"}, {"replyTo", "Reply-To"}};
    const json_t *attachments = json_object_get(req, "attachments");
    size_t i;
    json_t *item;
    for (i = 0; i < ARRAY_LEN(lists); i++)
        if (mime_addresses(out, lists[i].header, json_object_get(req, lists[i].member), err) < 0)
            return -1;
    mime_header(out, "Subject", obj_str(req, "subject") ? obj_str(req, "subject") : "");
    stamp(out);
    if (!json_array_size(attachments))
        return content(req, out, err);
    char border[33];
    random_hex(border, sizeof(border) / 2);
    buf_printf(out, "Content-Type: multipart/mixed; boundary=\"%s\"\r\n\r\n--%s\r\n", border, border);
    if (content(req, out, err) < 0)
        return -1;
    json_array_foreach(attachments, i, item)
    {
        buf_printf(out, "\r\n--%s\r\n", border);
        if (attachment(item, out, err) < 0)
            return -1;
    }
    buf_printf(out, "\r\n--%s--\r\n", border);
    return 0;
}
