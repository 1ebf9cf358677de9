/* Findings in lines of text: output of compilers and linters by one regular expression a tool, and tags in
 * sources (TODO, FIXME). Lines are read one by one; what is longer than LINE_MAX_LEN is cut. */
#define PCRE2_CODE_UNIT_WIDTH 8
#include "base/fs.h"
#include "runner/steps/report/issue.h"
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <pcre2.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { LINE_MAX_LEN = 8192, MATCH_LIMIT = 200000 };

struct lines {
    FILE *file;
    char *text;
    size_t cap;
};

/* O_NONBLOCK and the check of its kind: a FIFO that matches the pattern would never end. */
static int lines_open(struct lines *l, const char *path, const char *show, struct error *err)
{
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return error_errno(err, "%s", show);
    if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode)) {
        close(fd);
        return error_set(err, ERROR_INVALID, "%s is not a regular file", show);
    }
    l->file = fdopen(fd, "r");
    return 0;
}

static void lines_close(struct lines *l)
{
    if (l->file)
        fclose(l->file);
    free(l->text);
}

/* Without its end; false at the end of the file.
 * getline() reads a line of any length; what is behind the cut is dropped. */
static bool lines_next(struct lines *l, size_t *len)
{
    ssize_t n = getline(&l->text, &l->cap, l->file);
    if (n < 0)
        return false;
    while (n && strchr("\r\n", l->text[n - 1]) && l->text[n - 1])
        n--;
    *len = n > LINE_MAX_LEN ? LINE_MAX_LEN : (size_t)n;
    l->text[*len] = 0;
    return true;
}

struct expression {
    pcre2_code *code;
    pcre2_match_data *match;
    pcre2_match_context *limits;
};

static void expression_release(struct expression *e)
{
    pcre2_match_data_free(e->match);
    pcre2_match_context_free(e->limits);
    pcre2_code_free(e->code);
}

static int expression_init(struct expression *e, const char *pattern, uint32_t flags, struct error *err)
{
    int code;
    size_t at;
    e->code = pcre2_compile((PCRE2_SPTR)pattern, PCRE2_ZERO_TERMINATED, flags, &code, &at, NULL);
    if (!e->code) {
        char why[128];
        pcre2_get_error_message(code, (PCRE2_UCHAR *)why, sizeof(why));
        return error_set(err, ERROR_INVALID, "'%s' is no regular expression: %s at %zu", pattern, why, at);
    }
    e->match = pcre2_match_data_create_from_pattern(e->code, NULL);
    e->limits = pcre2_match_context_create(NULL);
    pcre2_set_match_limit(e->limits, MATCH_LIMIT);
    return 0;
}

/* The limit is far below pcre2's own: a log has a million lines, and a hard one must not take a second. */
static bool expression_finds(struct expression *e, const char *text, size_t len)
{
    return pcre2_match(e->code, (PCRE2_SPTR)text, len, 0, 0, e->match, e->limits) > 0;
}

/* Text of a named group (several may have the name: the one that took part); owned, NULL: none.
 * With DUPNAMES the first of the groups that is set; "" counts as none. */
static char *group(struct expression *e, const char *name)
{
    PCRE2_UCHAR *text;
    PCRE2_SIZE len;
    char *copy = NULL;
    if (pcre2_substring_get_byname(e->match, (PCRE2_SPTR)name, &text, &len) < 0)
        return NULL;
    if (len)
        copy = xstrndup((const char *)text, len);
    pcre2_substring_free(text);
    return copy;
}

static void add_match(struct expression *e, struct issues *to)
{
    _cleanup_free_ char *file = group(e, "file"), *line = group(e, "line"), *column = group(e, "col"),
                        *word = group(e, "sev"), *type = group(e, "type"), *category = group(e, "cat"),
                        *message = group(e, "msg");
    struct issue i = {.file = file,
                      .line = line ? (int)strtol(line, NULL, 10) : 0,
                      .column = column ? (int)strtol(column, NULL, 10) : 0,
                      .type = type,
                      .category = category,
                      .message = message,
                      .severity = severity_guess(word)};
    /* pylint, flake8: the kind of the message is the first letter of its code */
    if (!word && type && type[0] && type[1] >= '0' && type[1] <= '9')
        i.severity = strchr("EF", type[0])    ? SEVERITY_HIGH
                     : strchr("CRI", type[0]) ? SEVERITY_LOW
                                              : SEVERITY_NORMAL;
    issues_add(to, &i);
}

int issue_read_lines(const char *path, const char *show, const void *detail, const struct issue_options *o,
                     struct issues *to, struct error *err)
{
    _cleanup_(lines_close) struct lines l = {0};
    _cleanup_(expression_release) struct expression e = {0};
    size_t len;
    if (expression_init(&e, detail, PCRE2_DUPNAMES, err) < 0 || lines_open(&l, path, show, err) < 0)
        return -1;
    while (lines_next(&l, &len))
        if (expression_finds(&e, l.text, len))
            add_match(&e, to);
    return ferror(l.file) ? error_errno(err, "%s", show) : 0;
}

/* ---- task scanner: "FIXME, TODO" of a priority as one expression */

struct tags {
    struct expression expression;
    enum severity severity;
    bool used;
};

static void add_quoted(struct buf *pattern, const char *text, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (ispunct((unsigned char)text[i]))
            buf_addch(pattern, '\\');
        buf_addch(pattern, text[i]);
    }
}

static void add_tags(struct buf *pattern, const char *list)
{
    bool any = false;
    for (const char *p = list; *p; p += strspn(p, ", ")) {
        size_t n = strcspn(p, ","), len = n;
        while (len && p[len - 1] == ' ')
            len--;
        if (len) {
            buf_addstr(pattern, any ? "|" : "");
            add_quoted(pattern, p, len);
        }
        any |= len > 0;
        p += n;
    }
}

/* [TaskScanner]: a tag is a word of its own, the message what stands behind it. The lazy beginning makes the
 * leftmost tag count. */
static int tags_init(struct tags *t, const char *list, enum severity severity, const struct issue_options *o,
                     struct error *err)
{
    _cleanup_(buf_release) struct buf pattern = {0};
    t->severity = severity;
    t->used = list && list[strspn(list, ", ")];
    if (!t->used)
        return 0;
    buf_addstr(&pattern, "^.*?(?:^|\\W)(?<type>");
    if (o->tags_are_regex)
        buf_addstr(&pattern, list);
    else
        add_tags(&pattern, list);
    buf_addstr(&pattern, ")(?=\\W|$)\\W*(?<msg>.*)$");
    return expression_init(&t->expression, pattern.data,
                           PCRE2_DUPNAMES | (o->ignore_case ? PCRE2_CASELESS : 0), err);
}

/* One finding a line, of the highest priority whose tag is in it. */
static void scan_tasks(struct lines *l, const char *show, struct tags *tags, size_t n, struct issues *to)
{
    size_t len;
    for (int line = 1; lines_next(l, &len); line++)
        for (size_t i = 0; i < n; i++) {
            if (!tags[i].used || !expression_finds(&tags[i].expression, l->text, len))
                continue;
            _cleanup_free_ char *type = group(&tags[i].expression, "type"),
                                *message = group(&tags[i].expression, "msg");
            struct issue found = {
                .file = show, .line = line, .type = type, .message = message, .severity = tags[i].severity};
            issues_add(to, &found);
            break;
        }
}

int issue_read_tasks(const char *path, const char *show, const void *detail, const struct issue_options *o,
                     struct issues *to, struct error *err)
{
    _cleanup_(lines_close) struct lines l = {0};
    struct tags tags[3] = {0};
    int rc = tags_init(&tags[0], o->high_tags, SEVERITY_HIGH, o, err);
    if (!rc)
        rc = tags_init(&tags[1], o->normal_tags, SEVERITY_NORMAL, o, err);
    if (!rc)
        rc = tags_init(&tags[2], o->low_tags, SEVERITY_LOW, o, err);
    if (!rc)
        rc = lines_open(&l, path, show, err);
    if (!rc)
        scan_tasks(&l, show, tags, ARRAY_LEN(tags), to);
    for (size_t i = 0; i < ARRAY_LEN(tags); i++)
        expression_release(&tags[i].expression);
    return rc;
}
