/* How findings look: the lint's form, and Jenkins' block for a script that does not compile.
 *
 * Places are Jenkins': lines from 1, columns in UTF-16 units. Where a caret is drawn they become bytes,
 * then columns of a terminal. */
#include "base/utf8.h"
#include "runner/cli/pipeline_file.h"
#include <string.h>

struct line {
    const char *text;
    size_t len;
};

/* Messages are sorted, so lines are looked for from where the last one was found. */
struct printer {
    const struct pipeline_file *f;
    FILE *out;
    const char *at;
    int number; /* of the line that `at` starts; 0: not begun */
};

/* The lexer ends lines so too: at \n, \r or both. */
static size_t line_len(const char *at, const char *end)
{
    const char *stop = at;
    while (stop < end && *stop != '\n' && *stop != '\r')
        stop++;
    return (size_t)(stop - at);
}

static struct line source_line(struct printer *p, int number)
{
    const char *text = p->f->text.data ? p->f->text.data : "", *end = text + p->f->text.len;
    if (!p->number || number < p->number) {
        p->at = text + (str_has_prefix(text, "\xef\xbb\xbf") ? 3 : 0);
        p->number = 1;
    }
    while (p->number < number && p->at < end) {
        p->at += line_len(p->at, end);
        p->at += end - p->at > 1 && p->at[0] == '\r' && p->at[1] == '\n' ? 2 : p->at < end;
        p->number++;
    }
    return (struct line){p->at, line_len(p->at, end)};
}

/* Bytes before column `col`, which counts UTF-16 units. */
static size_t column_offset(struct line line, int col)
{
    size_t offset = 0;
    for (int unit = 1; unit < col && offset < line.len;) {
        uint32_t rune;
        offset += utf8_decode(line.text + offset, line.len - offset, &rune);
        unit += rune > 0xffff ? 2 : 1;
    }
    return offset;
}

enum {
    WIDE = 200, /* longer lines are cut to what is around the place */
    AROUND = 80,
    SHOWN_MAX = 500, /* errors of one file that are printed */
};

/* Never within a character: both ends are moved to a border. */
static void cut(struct line *line, size_t *before)
{
    if (line->len <= WIDE)
        return;
    size_t from = *before > AROUND ? *before - AROUND : 0, to = *before + AROUND;
    while (from && (line->text[from] & 0xc0) == 0x80)
        from--;
    to = to < line->len ? to : line->len;
    while (to < line->len && (line->text[to] & 0xc0) == 0x80)
        to++;
    *line = (struct line){line->text + from, to - from};
    *before -= from;
}

/* Tabs are repeated in the caret's line and wide characters take two blanks, so that the caret stands below
 * its place. */
static void print_excerpt(struct printer *p, const struct diagnostic *d)
{
    struct line line = source_line(p, d->line);
    size_t before = column_offset(line, d->col);
    cut(&line, &before);
    fprintf(p->out, "   %.*s\n   ", (int)line.len, line.text);
    for (size_t i = 0; i < before;) {
        uint32_t rune;
        size_t n = utf8_decode(line.text + i, line.len - i, &rune);
        fprintf(p->out, "%s", rune == '\t' ? "\t" : rune_width(rune) == 2 ? "  " : " ");
        i += n;
    }
    fprintf(p->out, "^\n\n");
}

static void print_message(const struct diagnostic *d, FILE *out)
{
    fprintf(out, "WorkflowScript: %d: %s @ line %d, column %d.\n", d->line, d->message, d->line, d->col);
}

void pipeline_file_print_errors(const struct pipeline_file *f, FILE *out)
{
    struct printer p = {.f = f, .out = out};
    int shown = 0;
    for (size_t i = 0; i < f->diagnostics.list.len; i++) {
        const struct diagnostic *d = &f->diagnostics.list.items[i];
        if (d->severity != DIAG_ERROR || shown++ >= SHOWN_MAX)
            continue;
        if (!d->line) {
            fprintf(out, "%s: %s\n", f->path, d->message);
            continue;
        }
        fprintf(out, "%s:%d:%d: ", f->path, d->line, d->col);
        print_message(d, out);
        print_excerpt(&p, d);
    }
    if (shown > SHOWN_MAX)
        fprintf(out, "%s: %d more errors\n", f->path, shown - SHOWN_MAX);
}

void pipeline_file_print_warnings(const struct pipeline_file *f, FILE *out)
{
    for (size_t i = 0; i < f->diagnostics.list.len; i++) {
        const struct diagnostic *d = &f->diagnostics.list.items[i];
        if (d->severity != DIAG_ERROR)
            fprintf(out, "%s:%d:%d: %s: %s\n", f->path, d->line, d->col,
                    d->severity == DIAG_WARNING ? "warning" : "note", d->message);
    }
}

/* Groovy shows 40 columns of a line whose error is behind column 40 (SourceUnit.getSample). */
static void print_sample(struct printer *p, const struct diagnostic *d)
{
    struct line line = source_line(p, d->line);
    int col = d->col, start = 0;
    if (col > 40) {
        start = col - 31;
        size_t from = column_offset(line, start + 1), to = column_offset(line, col + 10);
        line = (struct line){line.text + from, to - from};
    }
    fprintf(p->out, "   %.*s\n   %*s^\n\n", (int)line.len, line.text, col - 1 - start, "");
}

void pipeline_file_print_jenkins(const struct pipeline_file *f, FILE *out)
{
    fprintf(out, "org.codehaus.groovy.control.MultipleCompilationErrorsException: startup failed:\n");
    struct printer p = {.f = f, .out = out};
    int errors = 0;
    for (size_t i = 0; i < f->diagnostics.list.len; i++) {
        const struct diagnostic *d = &f->diagnostics.list.items[i];
        if (d->severity != DIAG_ERROR || errors++ >= SHOWN_MAX)
            continue;
        print_message(d, out);
        print_sample(&p, d);
    }
    fprintf(out, "%d error%s\n\n", errors, errors == 1 ? "" : "s");
}
