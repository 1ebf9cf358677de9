/* compareVersions [pipeline-utility-steps: CompareVersionsStepExecution; version-number: VersionNumber].
 *
 * VersionNumber is an early copy of Maven's ComparableVersion: a version is a list of numbers and words,
 * where a number behind "-" begins a list in it. Zeros and words for "release" at a list's end count for
 * nothing, so that 1, 1.0, 1.0.0 and 1.0-final are equal, and 1.0-SNAPSHOT comes before 1.0. Numbers may be
 * of any length. */
#include "runner/steps/rows.h"
#include <ctype.h>
#include <string.h>

enum item_kind { ITEM_NUMBER, ITEM_WORD, ITEM_LIST, ITEM_ANY };

struct item {
    enum item_kind kind;
    char *text;           /* owned: digits without leading zeros ("" is 0), or a word in small letters */
    struct item_list *in; /* owned, of a list */
};

struct item_list {
    VEC(struct item) items;
};

/* ---- words: known ones in the order of their age; others come behind all of them, by the alphabet */

static const char *const qualifiers[] = {"snapshot", "alpha", "beta", "milestone", "rc", "", "sp"};
enum { RELEASE = 5, UNKNOWN_WORD = ARRAY_LEN(qualifiers) };

static size_t qualifier_of(const char *word)
{
    for (size_t i = 0; i < ARRAY_LEN(qualifiers); i++)
        if (strcmp(qualifiers[i], word) == 0)
            return i;
    return UNKNOWN_WORD;
}

static const char *unalias(const char *word, bool before_digit)
{
    static const char *const aliases[][2] = {{"ga", ""}, {"final", ""}, {"cr", "rc"}, {"ea", "rc"}},
                             *const letters[][2] = {{"a", "alpha"}, {"b", "beta"}, {"m", "milestone"}};
    for (size_t i = 0; before_digit && i < ARRAY_LEN(letters); i++)
        if (strcmp(letters[i][0], word) == 0)
            return letters[i][1];
    for (size_t i = 0; i < ARRAY_LEN(aliases); i++)
        if (strcmp(aliases[i][0], word) == 0)
            return aliases[i][1];
    return word;
}

/* ---- reading [VersionNumber.parseVersion] */

static void add(struct item_list *l, const char *s, size_t n, bool digits, bool before_digit)
{
    struct item item = {.kind = digits ? ITEM_NUMBER : ITEM_WORD};
    for (; digits && n && *s == '0'; n--)
        s++;
    _cleanup_free_ char *text = xstrndup(s, n);
    item.text = xstrdup(digits ? text : unalias(text, before_digit));
    vec_push(&l->items, item);
}

static void list_free(struct item_list *l)
{
    if (!l)
        return;
    for (size_t i = 0; i < l->items.len; i++) {
        free(l->items.items[i].text);
        list_free(l->items.items[i].in);
    }
    vec_release(&l->items);
    free(l);
}

static bool is_nothing(const struct item *item)
{
    return item->kind == ITEM_NUMBER ? !*item->text
           : item->kind == ITEM_WORD ? qualifier_of(item->text) == RELEASE
                                     : item->kind == ITEM_LIST && !item->in->items.len;
}

static void normalise(struct item_list *l)
{
    while (l->items.len && is_nothing(&l->items.items[l->items.len - 1])) {
        struct item *last = &l->items.items[--l->items.len];
        free(last->text);
        list_free(last->in);
    }
}

static struct item_list *begin_list(struct item_list *l)
{
    struct item item = {.kind = ITEM_LIST, .in = xcalloc(1, sizeof(*item.in))};
    vec_push(&l->items, item);
    return item.in;
}

/* From the inside out: a list that becomes empty is nothing to the one around it. */
static void normalise_all(struct item_list *l)
{
    for (size_t i = 0; i < l->items.len; i++)
        if (l->items.items[i].kind == ITEM_LIST)
            normalise_all(l->items.items[i].in);
    normalise(l);
}

static struct item_list *version_parse(const char *text)
{
    struct item_list *whole = xcalloc(1, sizeof(*whole)), *l = whole;
    _cleanup_free_ char *small = xstrdup(text);
    for (char *c = small; *c; c++)
        *c = (char)tolower((unsigned char)*c);
    const char *start = small, *p;
    bool digits = false; /* kept over a separator, as the original does */
    for (p = small; *p && !isspace((unsigned char)*p); p++) {
        bool digit = isdigit((unsigned char)*p);
        if (*p == '.' || *p == '-') {
            add(l, start, (size_t)(p - start), digits || p == start, false);
            start = p + 1;
            if (*p == '-' && digits) {
                normalise(l); /* 1.0-x is 1-x */
                if (isdigit((unsigned char)p[1]))
                    l = begin_list(l);
            }
        } else if (*p == '*') {
            vec_push(&l->items, ((struct item){.kind = ITEM_ANY}));
            start = p + 1;
        } else {
            if (digit != digits && p > start) {
                add(l, start, (size_t)(p - start), digits, digit);
                start = p;
            }
            digits = digit;
        }
    }
    if (p > start)
        add(l, start, (size_t)(p - start), digits, false);
    normalise_all(whole);
    return whole;
}

/* ---- comparing */

static int sign(int order)
{
    return (order > 0) - (order < 0);
}

static int compare_numbers(const char *a, const char *b)
{
    size_t n = strlen(a), m = strlen(b);
    return n != m ? (n < m ? -1 : 1) : sign(strcmp(a, b));
}

static int compare_words(const char *a, const char *b)
{
    size_t x = qualifier_of(a), y = qualifier_of(b);
    return x != y ? (x < y ? -1 : 1) : x == UNKNOWN_WORD ? sign(strcmp(a, b)) : 0;
}

/* What a version has more than the other: 1.1 is newer than 1, 1-rc older. */
static int compare_to_nothing(const struct item *a)
{
    if (a->kind == ITEM_LIST)
        return a->in->items.len ? compare_to_nothing(&a->in->items.items[0]) : 0;
    return a->kind == ITEM_NUMBER ? *a->text != 0 : a->kind == ITEM_WORD ? compare_words(a->text, "") : 1;
}

static int compare_lists(const struct item_list *a, const struct item_list *b);

/* 1.* is newer than 1.1, that than 1-1, that than 1-word. */
static int compare_items(const struct item *a, const struct item *b)
{
    static const int order[] = {[ITEM_WORD] = 0, [ITEM_LIST] = 1, [ITEM_NUMBER] = 2, [ITEM_ANY] = 3};
    if (a->kind != b->kind)
        return order[a->kind] < order[b->kind] ? -1 : 1;
    return a->kind == ITEM_NUMBER ? compare_numbers(a->text, b->text)
           : a->kind == ITEM_WORD ? compare_words(a->text, b->text)
           : a->kind == ITEM_LIST ? compare_lists(a->in, b->in)
                                  : 0;
}

static int compare_lists(const struct item_list *a, const struct item_list *b)
{
    size_t n = a->items.len, m = b->items.len;
    int order = 0;
    for (size_t i = 0; !order && (i < n || i < m); i++)
        order = i >= n   ? -compare_to_nothing(&b->items.items[i])
                : i >= m ? compare_to_nothing(&a->items.items[i])
                         : compare_items(&a->items.items[i], &b->items.items[i]);
    return order;
}

enum call_status step_compare_versions(struct step_call *c, struct value *out)
{
    const char *a = step_str(c, "v1", ""), *b = step_str(c, "v2", "");
    if (step_bool(c, "failIfEmpty", false) && (!*a || !*b))
        return vm_throw(c->fiber, "IllegalArgumentException", "Empty version number given");
    struct item_list *x = version_parse(a), *y = version_parse(b);
    int order = !*a || !*b ? (*a != 0) - (*b != 0) : compare_lists(x, y);
    list_free(x);
    list_free(y);
    *out = value_int(order);
    return CALL_OK;
}
