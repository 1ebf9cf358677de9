/* One pass from dollar to dollar, linear in the text; what is no reference is copied, its dollar included (of
 * two dollars one, where asked). Values go out unread: one with a dollar in it cannot loop or reach a name.
 */
#include "base/macro.h"
#include "base/util.h"
#include <ctype.h>
#include <string.h>

/* Length of the reference behind a dollar: "NAME" or "{NAME}"; 0 if none. The name is named[0..*n). */
static size_t reference(const char *s, const char *end, const char **named, size_t *n)
{
    bool brace = s < end && *s == '{';
    const char *p = s + brace;
    *named = p;
    while (p < end && (isalnum((unsigned char)*p) || *p == '_' || (brace && *p == '.')))
        p++;
    *n = (size_t)(p - *named);
    if (!*n || (brace && (p == end || *p != '}')))
        return 0;
    return (size_t)(p - s) + brace;
}

/* What stands at a dollar is taken over; returns the bytes behind the dollar that it covers. */
static size_t at_dollar(const struct macro *m, const char *s, const char *end, struct buf *out)
{
    const char *named, *value = NULL;
    size_t n, len = reference(s, end, &named, &n);
    if (len) {
        _cleanup_free_ char *name = xstrndup(named, n);
        value = m->value(m->data, name);
    }
    if (value) {
        buf_addstr(out, value);
        return len;
    }
    buf_addch(out, '$');
    return m->dollars && s < end && *s == '$';
}

void macro_expand(const struct macro *m, const char *text, size_t len, struct buf *out)
{
    const char *end = text + len;
    for (const char *p = text; p < end;) {
        const char *dollar = memchr(p, '$', (size_t)(end - p));
        buf_add(out, p, (size_t)((dollar ? dollar : end) - p));
        p = dollar ? dollar + 1 : end;
        if (dollar)
            p += at_dollar(m, p, end, out);
    }
}
