/* Reading CSV [commons-csv: Lexer, CSVParser].
 *
 * One pass by bytes: delimiter, quote and escape are single bytes (ASCII in every dialect), so UTF-8 in
 * values passes through. Line ends are
 * , \r
 *  and \r, also within one file. */
#include "runner/steps/csv.h"
#include "runner/steps/csv_record.h"
#include <string.h>

struct reader {
    struct fiber *fiber;
    const struct csv_format *format;
    const char *p, *end;
    int line; /* of the text, for messages; counts in quoted values as well */
    struct buf token;
    struct value values; /* of the record being read */
};

static bool at_line_end(const struct reader *r)
{
    return r->p == r->end || *r->p == '\n' || *r->p == '\r';
}

static void skip_line_end(struct reader *r)
{
    if (r->p < r->end && *r->p == '\r')
        r->p++;
    if (r->p < r->end && *r->p == '\n')
        r->p++;
    r->line++;
}

/* Behind the escape character at r->p [Lexer.readEscape]: a letter that stands for a control character, a
 * character that would mean something by itself, or neither; then the escape is kept as text. */
static void read_escape(struct reader *r)
{
    static const char from[] = "rntbf", to[] = "\r\n\t\b\f";
    const struct csv_format *f = r->format;
    char c = r->p[1];
    const char *known = c ? strchr(from, c) : NULL;
    bool meta = c && (c == f->delimiter || c == f->escape || c == f->quote || c == f->comment ||
                      strchr("\r\n\t\b\f", c));
    if (!known && !meta)
        buf_addch(&r->token, f->escape);
    buf_addch(&r->token, known ? to[known - from] : c);
    r->p++;
}

static bool at_escape(const struct reader *r)
{
    return r->format->escape && *r->p == r->format->escape && r->p + 1 < r->end;
}

/* Blanks between the closing quote and the delimiter are taken (trailing ones a spreadsheet writes);
 * anything else there is an error, as in Lexer.parseEncapsulatedToken. */
static int read_quoted(struct reader *r, struct error *err)
{
    int start = r->line;
    char quote = r->format->quote;
    for (r->p++; r->p < r->end; r->p++) {
        if (*r->p == '\n')
            r->line++;
        if (at_escape(r)) {
            read_escape(r);
        } else if (*r->p != quote) {
            buf_addch(&r->token, *r->p);
        } else if (r->p + 1 < r->end && r->p[1] == quote) {
            buf_addch(&r->token, *r->p++);
        } else {
            r->p++;
            while (r->p < r->end && (*r->p == ' ' || (*r->p == '\t' && r->format->delimiter != '\t')))
                r->p++;
            if (at_line_end(r) || *r->p == r->format->delimiter)
                return 0;
            return error_at(err, ERROR_SYNTAX, NULL, r->line, 0,
                            "(line %d) invalid char between encapsulated token and delimiter", r->line);
        }
    }
    return error_at(err, ERROR_SYNTAX, NULL, start, 0,
                    "(startline %d) EOF reached before encapsulated token finished", start);
}

static void read_plain(struct reader *r)
{
    for (; !at_line_end(r) && *r->p != r->format->delimiter; r->p++) {
        if (at_escape(r))
            read_escape(r);
        else
            buf_addch(&r->token, *r->p);
    }
}

/* String.trim(): everything up to a blank. */
static void trim(struct buf *b)
{
    size_t from = 0;
    while (b->len && (unsigned char)b->data[b->len - 1] <= ' ')
        b->len--;
    while (from < b->len && (unsigned char)b->data[from] <= ' ')
        from++;
    b->len -= from;
    if (b->data)
        memmove(b->data, b->data + from, b->len);
}

static int read_token(struct reader *r, struct error *err)
{
    buf_clear(&r->token);
    const char *start = r->p;
    while (r->format->trim && start < r->end && *start == ' ')
        start++;
    if (r->format->quote && start < r->end && *start == r->format->quote) {
        r->p = start;
        if (read_quoted(r, err) < 0)
            return -1;
    } else {
        read_plain(r);
        if (r->format->trim)
            trim(&r->token);
    }
    struct value v = string_new(r->token.data ? r->token.data : "", r->token.len);
    list_push(AS_LIST(r->values), v);
    value_release(v);
    return 0;
}

/* One record into r->values; 0 at the end of the text. */
static int read_record(struct reader *r, struct error *err)
{
    r->values = NULL_VALUE;
    while (r->p < r->end && ((r->format->ignore_empty && at_line_end(r)) ||
                             (r->format->comment && *r->p == r->format->comment))) {
        while (!at_line_end(r))
            r->p++;
        skip_line_end(r);
    }
    if (r->p == r->end)
        return 0;
    r->values = list_new(fiber_vm(r->fiber), 4);
    for (;;) {
        if (read_token(r, err) < 0)
            return -1;
        if (at_line_end(r))
            break;
        r->p++;
    }
    skip_line_end(r);
    return 1;
}

/* Header names and their places. */
static struct value header_map(struct fiber *f, struct value names)
{
    struct value map = map_new(fiber_vm(f));
    for (uint32_t i = 0; i < AS_LIST(names)->len; i++)
        map_set(AS_MAP(map), AS_LIST(names)->items[i], value_int((int32_t)i));
    return map;
}

/* With names given and a header in the file (skip_header) the first record is dropped. */
static int read_all(struct reader *r, struct value *header, struct value list, struct error *err)
{
    int got, number = 0;
    bool wants_names = r->format->has_header;
    while ((got = read_record(r, err)) > 0) {
        bool names = wants_names && value_is_null(*header);
        bool skipped = wants_names && (names || r->format->skip_header);
        wants_names = false;
        if (names)
            *header = header_map(r->fiber, r->values);
        if (!skipped) {
            struct value record = csv_record_new(r->fiber, r->values, *header, ++number);
            list_push(AS_LIST(list), record);
            value_release(record);
        }
        value_release(r->values);
        r->values = NULL_VALUE;
    }
    return got;
}

int csv_parse(struct fiber *f, const struct csv_format *format, const char *text, size_t len,
              struct value *out, struct error *err)
{
    struct reader r = {.fiber = f, .format = format, .p = text, .end = text + len, .line = 1};
    struct value header = value_is_null(format->header) ? NULL_VALUE : header_map(f, format->header);
    if (len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
        r.p += 3;
    *out = list_new(fiber_vm(f), 16);
    int rc = read_all(&r, &header, *out, err);
    buf_release(&r.token);
    value_release(r.values);
    value_release(header);
    if (rc == 0)
        return 0;
    value_release(*out);
    *out = NULL_VALUE;
    return -1;
}
