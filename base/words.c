/* A word is open from its first character or quote on, so that "" is a word and blanks alone are none. A
 * shell's variables are expanded while the text is cut, as their blanks part words; Jenkins' afterwards,
 * within each word. */
#include "base/words.h"
#include "base/buf.h"
#include "base/util.h"
#include <ctype.h>
#include <string.h>

struct splitter {
    struct words *out;
    const struct words_env *env; /* NULL: nothing is expanded */
    const char *text, *at;
    struct buf word;
    bool open; /* a word has begun: "" is one */
    struct error *err;
};

static void end_word(struct splitter *s)
{
    struct words *w = s->out;
    if (!s->open)
        return;
    w->items = xrealloc(w->items, (w->len + 2) * sizeof(*w->items));
    w->items[w->len++] = buf_steal(&s->word);
    w->items[w->len] = NULL;
    s->open = false;
}

static void add(struct splitter *s, char c)
{
    s->open = true;
    buf_addch(&s->word, c);
}

/* ---- variables */

/* Also of a name that begins with a digit: $1 is told apart by who asks. */
static size_t name_length(const char *p)
{
    size_t n = 0;
    while (isalnum((unsigned char)p[n]) || p[n] == '_')
        n++;
    return n;
}

static void add_value(struct splitter *s, const char *value, bool parts)
{
    for (; value && *value; value++) {
        if (parts && isspace((unsigned char)*value))
            end_word(s);
        else
            add(s, *value);
    }
}

/* A dollar sign at s->at, as a shell takes it. */
static int shell_variable(struct splitter *s, bool quoted)
{
    const char *p = s->at + 1;
    bool braces = *p == '{';
    size_t n = name_length(p + braces);
    /* Jenkins hands such a text to `sh -c`, which would run it; here no shell ever sees it. */
    if (*p == '(' || (braces && p[1 + n] != '}'))
        return error_set(
            s->err, ERROR_INVALID,
            "'%.*s…' is for a shell: no shell reads these options; put the value into a variable first",
            (int)(p - s->at) + 1, s->at);
    if (!n || (!braces && isdigit((unsigned char)*p))) {
        add(s, *s->at++);
        return 0;
    }
    _cleanup_free_ char *name = xstrndup(p + braces, n);
    add_value(s, s->env->variable(s->env->data, name), !quoted);
    s->at = p + n + (braces ? 2 : 0);
    return 0;
}

/* $NAME, ${NAME} and $$ of a whole word, in Jenkins' way. Owned. */
static char *expand_macros(const struct words_env *env, const char *text)
{
    struct buf out = {0};
    for (const char *p = text; *p;) {
        bool braces = *p == '$' && p[1] == '{';
        size_t n = *p == '$' ? name_length(p + 1 + braces) : 0;
        _cleanup_free_ char *name = n && (!braces || p[2 + n] == '}') ? xstrndup(p + 1 + braces, n) : NULL;
        const char *value = name ? env->variable(env->data, name) : NULL;
        if (value) {
            buf_addstr(&out, value);
            p += 1 + n + (braces ? 2 : 0);
        } else {
            /* [hudson.Util.replaceMacro]: $$ is an escaped dollar. */
            p += *p == '$' && p[1] == '$';
            buf_addch(&out, *p++);
        }
    }
    return buf_steal(&out);
}

/* ---- words */

static bool in_shell(const struct splitter *s)
{
    return s->env && s->env->shell;
}

static int special(struct splitter *s, bool quoted)
{
    if (in_shell(s) && *s->at == '$')
        return shell_variable(s, quoted);
    if (in_shell(s) && *s->at == '`')
        return error_set(
            s->err, ERROR_INVALID,
            "'`…' is for a shell: no shell reads these options; put the value into a variable first");
    add(s, *s->at++);
    return 0;
}

/* Inside "…" a backslash quotes only what would be special there. */
static int quoted(struct splitter *s)
{
    char quote = *s->at++;
    s->open = true;
    while (*s->at && *s->at != quote) {
        if (quote == '"' && *s->at == '\\' && s->at[1] && strchr("\"\\$`", s->at[1])) {
            add(s, s->at[1]);
            s->at += 2;
        } else if (quote == '\'') {
            add(s, *s->at++);
        } else if (special(s, true) < 0) {
            return -1;
        }
    }
    if (!*s->at)
        return error_set(s->err, ERROR_INVALID, "a quote has no end in: %s", s->text);
    s->at++;
    return 0;
}

static int next(struct splitter *s)
{
    if (isspace((unsigned char)*s->at)) {
        end_word(s);
        s->at++;
        return 0;
    }
    if (*s->at == '\'' || *s->at == '"')
        return quoted(s);
    if (*s->at != '\\' || !s->at[1])
        return special(s, false);
    add(s, s->at[1]);
    s->at += 2;
    return 0;
}

int words_expand(struct words *w, const char *text, const struct words_env *env, struct error *err)
{
    struct splitter s = {.out = w, .env = env, .text = text, .at = text, .err = err};
    int status = 0;
    *w = (struct words){0};
    while (*s.at && status == 0)
        status = next(&s);
    /* Also after an error, so that what was cut so far is released with the rest. */
    end_word(&s);
    buf_release(&s.word);
    for (size_t i = 0; env && !env->shell && i < w->len; i++) {
        char *expanded = expand_macros(env, w->items[i]);
        free(w->items[i]);
        w->items[i] = expanded;
    }
    return status;
}

void words_release(struct words *w)
{
    for (size_t i = 0; i < w->len; i++)
        free(w->items[i]);
    free(w->items);
    *w = (struct words){0};
}
