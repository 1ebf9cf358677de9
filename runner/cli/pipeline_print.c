/* How findings look: the lint's form, and Jenkins' block for a script that does not compile. */
#include "base/utf8.h"
#include "runner/cli/pipeline_file.h"
#include <string.h>

struct line {
    const char *text;
    size_t len;
};

static struct line source_line(const struct pipeline_file *f, int number)
{
    const char *p = f->text.data ? f->text.data : "", *end = p + f->text.len;
    while (--number > 0 && p < end) {
        const char *newline = memchr(p, '\n', (size_t)(end - p));
        p = newline ? newline + 1 : end;
    }
    const char *newline = memchr(p, '\n', (size_t)(end - p));
    struct line line = {p, (size_t)((newline ? newline : end) - p)};
    while (line.len && p[line.len - 1] == '\r')
        line.len--;
    return line;
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

/* Tabs are repeated in the caret's line and wide characters take two blanks, so that the caret stands below its place. */
static void print_excerpt(const struct pipeline_file *f, const struct diagnostic *d, FILE *out)
{
    struct line line = source_line(f, d->line);
    size_t before = column_offset(line, d->col);
    fprintf(out, "   %.*s\n   ", (int)line.len, line.text);
    for (size_t i = 0; i < before;) {
        uint32_t rune;
        size_t n = utf8_decode(line.text + i, line.len - i, &rune);
        fprintf(out, "%s", rune == '\t' ? "\t" : rune_width(rune) == 2 ? "  " : " ");
        i += n;
    }
    fprintf(out, "^\n\n");
}

static void print_message(const struct diagnostic *d, FILE *out)
{
    fprintf(out, "WorkflowScript: %d: %s @ line %d, column %d.\n", d->line, d->message, d->line, d->col);
}

void pipeline_file_print_errors(const struct pipeline_file *f, FILE *out)
{
    for (size_t i = 0; i < f->diagnostics.list.len; i++) {
        const struct diagnostic *d = &f->diagnostics.list.items[i];
        if (d->severity != DIAG_ERROR)
            continue;
        if (!d->line) {
            fprintf(out, "%s: %s\n", f->path, d->message);
            continue;
        }
        fprintf(out, "%s:%d:%d: ", f->path, d->line, d->col);
        print_message(d, out);
        print_excerpt(f, d, out);
    }
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
static void print_sample(const struct pipeline_file *f, const struct diagnostic *d, FILE *out)
{
    struct line line = source_line(f, d->line);
    int col = d->col, start = 0;
    if (col > 40) {
        start = col - 31;
        size_t from = column_offset(line, start + 1), to = column_offset(line, col + 10);
        line = (struct line){line.text + from, to - from};
    }
    fprintf(out, "   %.*s\n   %*s^\n\n", (int)line.len, line.text, col - 1 - start, "");
}

void pipeline_file_print_jenkins(const struct pipeline_file *f, FILE *out)
{
    fprintf(out, "org.codehaus.groovy.control.MultipleCompilationErrorsException: startup failed:\n");
    int errors = 0;
    for (size_t i = 0; i < f->diagnostics.list.len; i++) {
        const struct diagnostic *d = &f->diagnostics.list.items[i];
        if (d->severity != DIAG_ERROR)
            continue;
        errors++;
        print_message(d, out);
        print_sample(f, d, out);
    }
    fprintf(out, "%d error%s\n\n", errors, errors == 1 ? "" : "s");
}
