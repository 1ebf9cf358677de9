/* Writing CSV [commons-csv: CSVPrinter]. */
#include "runner/steps/csv.h"
#include <string.h>

/* QuoteMode.MINIMAL: only what could be read as something else. */
static bool needs_quotes(const struct csv_format *format, const char *s, bool first)
{
    unsigned char c = (unsigned char)*s;
    if (!c)
        return first;
    if (first && (c < 0x20 || c == '"' || c == ',' || c > 0x7e))
        return true;
    if (c <= '#')
        return true;
    for (const char *p = s; *p; p++)
        if (*p == '\n' || *p == '\r' || *p == format->delimiter || *p == format->quote ||
            (format->escape && *p == format->escape))
            return true;
    return (unsigned char)s[strlen(s) - 1] <= ' ';
}

static void print_quoted(const struct csv_format *format, const char *s, struct buf *out)
{
    buf_addch(out, format->quote);
    for (; *s; s++) {
        if (*s == format->quote)
            buf_addch(out, format->quote);
        buf_addch(out, *s);
    }
    buf_addch(out, format->quote);
}

/* Dialects without a quote character (MYSQL). */
static void print_escaped(const struct csv_format *format, const char *s, struct buf *out)
{
    for (; *s; s++) {
        if (format->escape && (*s == format->delimiter || *s == format->escape || *s == '\n' || *s == '\r'))
            buf_addch(out, format->escape);
        buf_addch(out, *s == '\n' && format->escape ? 'n' : *s == '\r' && format->escape ? 'r' : *s);
    }
}

static void print_value(struct fiber *f, const struct csv_format *format, struct value v, bool first,
                        struct buf *out)
{
    struct value hold = NULL_VALUE;
    const char *s = value_is_null(v) ? "" : value_text(f, v, &hold);
    if (!first)
        buf_addch(out, format->delimiter);
    if (!format->quote)
        print_escaped(format, s, out);
    else if (!value_is_null(v) && needs_quotes(format, s, first))
        print_quoted(format, s, out);
    else
        buf_addstr(out, s);
    value_release(hold);
}

/* Map values and other objects print as their text. */
void csv_print(struct fiber *f, const struct csv_format *format, struct value record, struct buf *out)
{
    struct value values = csv_record_values(run_of(f), record);
    if (value_is_null(values) && value_is(record, OBJ_LIST))
        values = record;
    if (value_is_null(values))
        print_value(f, format, record, true, out);
    for (uint32_t i = 0; !value_is_null(values) && i < AS_LIST(values)->len; i++)
        print_value(f, format, AS_LIST(values)->items[i], i == 0, out);
    buf_addstr(out, format->separator);
}
