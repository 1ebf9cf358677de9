/* Issues are plain rows whose texts lie in one arena, cut and cleaned at the one place where they come in,
 * so that everything behind (JSON, log, comparison) may trust them. At most ISSUES_MAX are kept: a log of
 * a million warnings counts the rest in `beyond`. */
#include "runner/steps/report/issue.h"
#include "base/buf.h"
#include "base/utf8.h"
#include <string.h>
#include <strings.h>

static const char *const severities[] = {"ERROR", "HIGH", "NORMAL", "LOW"};

const char *severity_name(enum severity s)
{
    return severities[s];
}

static bool has_word(const char *text, const char *const *words, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (strcasestr(text, words[i]))
            return true;
    return false;
}

/* By words in it, errors first: "fatal error" and "info: error" are errors. */
enum severity severity_guess(const char *word)
{
    static const char *const errors[] = {"error", "severe", "critical", "fatal", "blocker"},
                             *const lows[] = {"info", "note", "low", "minor", "help", "hint"};
    if (!word || !*word)
        return SEVERITY_NORMAL;
    if (has_word(word, errors, ARRAY_LEN(errors)))
        return SEVERITY_ERROR;
    if (has_word(word, lows, ARRAY_LEN(lows)))
        return SEVERITY_LOW;
    return strcasestr(word, "high") ? SEVERITY_HIGH : SEVERITY_NORMAL;
}

/* Valid UTF-8 without blanks at its ends, at most ISSUE_TEXT_MAX bytes.
 * Cut between characters: a byte 10xxxxxx continues one. */
static const char *clean(struct arena *a, const char *text)
{
    struct buf out = {0};
    size_t n;
    if (!text)
        return "";
    text += strspn(text, " \t\r\n");
    n = strlen(text);
    while (n && strchr(" \t\r\n", text[n - 1]))
        n--;
    if (n > ISSUE_TEXT_MAX) {
        n = ISSUE_TEXT_MAX;
        while (n && ((unsigned char)text[n] & 0xc0) == 0x80)
            n--;
    }
    utf8_clean(&out, text, n);
    const char *kept = out.len ? arena_strdup(a, out.data) : "";
    buf_release(&out);
    return kept;
}

/* The order of coming is kept; sorting is for comparisons only. */
void issues_add(struct issues *to, const struct issue *from)
{
    struct issue i = *from;
    if (to->list.len >= ISSUES_MAX) {
        to->beyond++;
        return;
    }
    i.file = clean(&to->arena, from->file);
    i.type = clean(&to->arena, from->type);
    i.category = clean(&to->arena, from->category);
    i.message = clean(&to->arena, from->message);
    i.line = i.line > 0 ? i.line : 0;
    i.column = i.column > 0 ? i.column : 0;
    vec_push(&to->list, i);
    to->count[i.severity]++;
}

void issues_release(struct issues *r)
{
    vec_release(&r->list);
    arena_release(&r->arena);
    memset(r, 0, sizeof(*r));
}

void issues_count(struct issues *r)
{
    memset(r->count, 0, sizeof(r->count));
    for (size_t i = 0; i < r->list.len; i++)
        r->count[r->list.items[i].severity]++;
}

void issues_truncate(struct issues *r, size_t len)
{
    r->list.len = len;
    issues_count(r);
}

/* All members but is_new and category. */
static int compare(const void *a, const void *b)
{
    const struct issue *x = *(const struct issue *const *)a, *y = *(const struct issue *const *)b;
    int order = strcmp(x->file, y->file);
    if (!order)
        order = (x->line > y->line) - (x->line < y->line);
    if (!order)
        order = (x->column > y->column) - (x->column < y->column);
    if (!order)
        order = strcmp(x->type, y->type);
    if (!order)
        order = strcmp(x->message, y->message);
    if (!order)
        order = (int)x->severity - (int)y->severity;
    return order;
}

/* Equal ones end up beside each other in a sorted list of pointers; the first by address stays. */
void issues_unique(struct issues *r)
{
    size_t n = r->list.len, kept = 0;
    const struct issue **sorted = xcalloc(n + 1, sizeof(*sorted));
    bool *drop = xcalloc(n + 1, sizeof(*drop));
    for (size_t i = 0; i < n; i++)
        sorted[i] = &r->list.items[i];
    qsort(sorted, n, sizeof(*sorted), compare);
    for (size_t i = 1; i < n; i++)
        if (compare(&sorted[i - 1], &sorted[i]) == 0) {
            const struct issue *first = sorted[i - 1] < sorted[i] ? sorted[i - 1] : sorted[i];
            drop[(first == sorted[i] ? sorted[i - 1] : sorted[i]) - r->list.items] = true;
            sorted[i] = first;
        }
    for (size_t i = 0; i < n; i++)
        if (!drop[i])
            r->list.items[kept++] = r->list.items[i];
    r->duplicates += n - kept;
    issues_truncate(r, kept);
    free(sorted);
    free(drop);
}

/* ---- JSON */

json_t *issue_to_json(const struct issue *i)
{
    json_t *o = json_pack("{s:s, s:i, s:i, s:s, s:s, s:s, s:s}", "file", i->file, "line", i->line, "column",
                          i->column, "severity", severity_name(i->severity), "type", i->type, "category",
                          i->category, "message", i->message);
    if (i->is_new)
        json_object_set_new(o, "new", json_true());
    return o;
}

/* Our own names exactly, else as a word of a tool. */
static enum severity severity_parse(const char *name)
{
    for (size_t i = 0; name && i < ARRAY_LEN(severities); i++)
        if (strcmp(severities[i], name) == 0)
            return (enum severity)i;
    return severity_guess(name);
}

static const char *text_of(const json_t *o, const char *key, const char *other)
{
    const char *text = json_string_value(json_object_get(o, key));
    return text || !other ? text : json_string_value(json_object_get(o, other));
}

/* Numbers beyond a billion are no places in a file. */
static int number_of(const json_t *o, const char *key, const char *other)
{
    const json_t *n = json_object_get(o, key);
    json_int_t value = json_integer_value(n ? n : json_object_get(o, other));
    return value > 0 && value < 1 << 30 ? (int)value : 0;
}

/* Both our own names and those of analysis-model's JSON. */
void issues_from_json(const json_t *list, struct issues *to)
{
    size_t k;
    json_t *o;
    json_array_foreach(list, k, o)
    {
        struct issue i = {.file = text_of(o, "file", "fileName"),
                          .type = text_of(o, "type", "code"),
                          .category = text_of(o, "category", NULL),
                          .message = text_of(o, "message", "description"),
                          .line = number_of(o, "line", "lineStart"),
                          .column = number_of(o, "column", "columnStart"),
                          .severity = severity_parse(text_of(o, "severity", "level"))};
        issues_add(to, &i);
    }
}
