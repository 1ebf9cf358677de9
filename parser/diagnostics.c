/* Findings as they are gathered, sorted and counted. A finding keeps a pointer to the format it was made
 * from: parser/rule.c tells the rule by it, so formats given to diag_error() and its kin have to be
 * constants. */
#include "parser/diagnostics.h"
#include "base/error.h"
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static void diag_add(struct diagnostics *d, int severity, struct span at, const char *fmt, va_list ap)
{
    struct diagnostic item = {
        .severity = severity,
        .line = (int)at.line,
        .col = (int)at.col,
        .end_line = (int)at.end_line,
        .end_col = (int)at.end_col,
        .form = fmt,
    };
    if (vasprintf(&item.message, fmt, ap) < 0)
        return;
    vec_push(&d->list, item);
    d->errors += severity == DIAG_ERROR;
    d->warnings += severity == DIAG_WARNING;
}

#define DIAG_FUNCTION(name, severity)                                                                        \
    void name(struct diagnostics *d, struct span at, const char *fmt, ...)                                   \
    {                                                                                                        \
        va_list ap;                                                                                          \
        va_start(ap, fmt);                                                                                   \
        diag_add(d, severity, at, fmt, ap);                                                                  \
        va_end(ap);                                                                                          \
    }

DIAG_FUNCTION(diag_error, DIAG_ERROR)
DIAG_FUNCTION(diag_warning, DIAG_WARNING)
DIAG_FUNCTION(diag_note, DIAG_NOTE)

/* An error of the parser becomes the only finding of its file. Its form is set behind diag_error(), which
 * would note "%s", and no rule could be told by that. */
void diag_syntax(struct diagnostics *d, const struct error *err)
{
    struct span at = {.line = (uint32_t)err->line, .col = (uint32_t)err->col};
    diag_error(d, at, "%s", err->message ? err->message : "syntax error");
    if (d->list.len)
        d->list.items[d->list.len - 1].form = err->line ? DIAG_SYNTAX : DIAG_UNREADABLE;
}

static bool comes_after(const struct diagnostic *a, const struct diagnostic *b)
{
    return a->line != b->line ? a->line > b->line : a->col > b->col;
}

/* Merge sort, since qsort is not stable and a file can have thousands of messages. */
static void sort_range(struct diagnostic *items, struct diagnostic *spare, size_t n)
{
    if (n < 2)
        return;
    size_t half = n / 2, i = 0, j = half;
    sort_range(items, spare, half);
    sort_range(items + half, spare, n - half);
    for (size_t k = 0; k < n; k++) {
        bool right = i >= half || (j < n && comes_after(&items[i], &items[j]));
        spare[k] = items[right ? j++ : i++];
    }
    memcpy(items, spare, n * sizeof(*items));
}

/* Looks back only over findings of the same place, which the sort has put together: linear unless
 * thousands of messages share one place. */
static bool is_repeated(const struct diagnostics *d, size_t kept, const struct diagnostic *item)
{
    while (kept-- > 0) {
        const struct diagnostic *other = &d->list.items[kept];
        if (other->line != item->line || other->col != item->col)
            return false;
        if (other->severity == item->severity && str_eq(other->message, item->message))
            return true;
    }
    return false;
}

/* Two passes can find the same (the model and the check of names): one of them stays. The counts are made
 * anew, as warnings that fall away were counted when they came. */
void diag_sort(struct diagnostics *d)
{
    struct diagnostic *spare _cleanup_free_ = xcalloc(d->list.len, sizeof(*spare));
    sort_range(d->list.items, spare, d->list.len);
    size_t kept = 0;
    d->errors = d->warnings = 0;
    for (size_t i = 0; i < d->list.len; i++) {
        struct diagnostic *item = &d->list.items[i];
        if (is_repeated(d, kept, item)) {
            free(item->message);
            continue;
        }
        d->errors += item->severity == DIAG_ERROR;
        d->warnings += item->severity == DIAG_WARNING;
        d->list.items[kept++] = *item;
    }
    d->list.len = kept;
}

void diag_promote_warnings(struct diagnostics *d)
{
    for (size_t i = 0; i < d->list.len; i++)
        if (d->list.items[i].severity == DIAG_WARNING)
            d->list.items[i].severity = DIAG_ERROR;
    d->errors += d->warnings;
    d->warnings = 0;
}

void diag_release(struct diagnostics *d)
{
    for (size_t i = 0; i < d->list.len; i++)
        free(d->list.items[i].message);
    vec_release(&d->list);
    d->errors = d->warnings = 0;
}
