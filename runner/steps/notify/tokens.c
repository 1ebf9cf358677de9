/* One pass over the text, no recursion: a value that looks like a token is text, so that a commit's
 * message cannot read the environment. */
#include "runner/steps/notify/tokens.h"
#include <stdlib.h>
#include <string.h>

static const char first[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_";
static const char rest[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789";

static size_t name_length(const char *s)
{
    return *s && strchr(first, *s) ? strspn(s, rest) : 0;
}

static const char *skip_blanks(const char *s)
{
    return s + strspn(s, " \t\r\n");
}

/* "text" with \" \\ \n and the like. NULL: not ended.
 * Java's escapes that matter in mails; others are the character itself. */
static const char *quoted(const char *s, struct buf *out)
{
    for (; *s && *s != '"'; s++) {
        if (*s != '\\' || !s[1]) {
            buf_addch(out, *s);
            continue;
        }
        s++;
        buf_addch(out, (char)(*s == 'n' ? '\n' : *s == 't' ? '\t' : *s == 'r' ? '\r' : *s));
    }
    return *s ? s + 1 : NULL;
}

/* One `, name=value` at s, which stands on the comma. NULL: not well-formed. */
static const char *parse_arg(const char *s, struct token *t)
{
    struct buf value = {0};
    s = skip_blanks(s + 1);
    size_t n = name_length(s);
    const char *at = skip_blanks(s + n);
    if (!n || *at != '=')
        return NULL;
    at = skip_blanks(at + 1);
    if (*at == '"') {
        at = quoted(at + 1, &value);
    } else {
        size_t len = strcspn(at, " \t\r\n,}\"");
        buf_add(&value, at, len);
        at = len ? at + len : NULL;
    }
    if (!at) {
        buf_release(&value);
        return NULL;
    }
    struct token_arg arg = {xstrndup(s, n), buf_steal(&value)};
    vec_push(&t->args, arg);
    return skip_blanks(at);
}

/* The token that begins at the `$`; its end, or NULL: none there. */
static const char *parse(const char *s, struct token *t)
{
    bool braced = s[1] == '{';
    const char *name = braced ? skip_blanks(s + 2) : s + 1;
    size_t n = name_length(name);
    if (!n)
        return NULL;
    t->name = xstrndup(name, n);
    if (!braced)
        return name + n;
    s = skip_blanks(name + n);
    while (s && *s == ',')
        s = parse_arg(s, t);
    return s && *s == '}' ? s + 1 : NULL;
}

static void token_release(struct token *t)
{
    for (size_t i = 0; i < t->args.len; i++) {
        free(t->args.items[i].name);
        free(t->args.items[i].value);
    }
    vec_release(&t->args);
    free(t->name);
}

const char *token_arg(const struct token *t, const char *name, const char *dflt)
{
    for (size_t i = t->args.len; i-- > 0;)
        if (strcmp(t->args.items[i].name, name) == 0)
            return t->args.items[i].value;
    return dflt;
}

long token_number(const struct token *t, const char *name, long dflt)
{
    const char *text = token_arg(t, name, "");
    char *end;
    long n = strtol(text, &end, 10);
    return *text && !*end ? n : dflt;
}

bool token_flag(const struct token *t, const char *name)
{
    return strcmp(token_arg(t, name, ""), "true") == 0;
}

/* What fn() does not know stays as it was written, arguments and all. */
void tokens_expand(const char *text, token_value_fn *fn, void *data, struct buf *out)
{
    for (const char *dollar; (dollar = strchr(text, '$'));) {
        struct token t = {0};
        bool escaped = dollar[1] == '$';
        const char *end = parse(dollar + escaped, &t);
        buf_add(out, text, (size_t)(dollar - text));
        if (!end)
            end = dollar + 1, buf_addch(out, '$');
        else if (escaped || !fn(data, &t, out))
            buf_add(out, dollar + escaped, (size_t)(end - dollar - escaped));
        text = end;
        token_release(&t);
    }
    buf_addstr(out, text);
}
