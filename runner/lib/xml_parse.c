/* XML text as nested lists [name, attributes, children], children being texts and such lists: what
 * XmlSlurper and XmlParser (runner/prelude/classes) make their nodes of. Names keep their prefixes;
 * declarations of namespaces are dropped, external entities are never fetched.
 *
 * The messages are those of Xerces, which pipelines print and match. Only what the two Groovy classes show is
 * kept: comments, processing instructions and DOCTYPEs go. */
#include "runner/lib/xml.h"
#include "runner/lib/ops.h"
#include "runner/lib/text.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { XML_DEPTH_MAX = 2000 };

struct xml {
    struct fiber *f;
    const char *start, *p, *end;
    struct buf text; /* characters since the last tag */
    const char *wrong;
};

static bool at(const struct xml *x, const char *word)
{
    size_t n = strlen(word);
    return (size_t)(x->end - x->p) >= n && memcmp(x->p, word, n) == 0;
}

/* The first message stays; it is that of Xerces, which scripts may show. False, always. */
static bool fail(struct xml *x, const char *message)
{
    if (!x->wrong)
        x->wrong = message;
    return false;
}

/* The message is Xerces' for every construct that has no end. */
static bool skip_to(struct xml *x, const char *word)
{
    const char *found = memmem(x->p, (size_t)(x->end - x->p), word, strlen(word));
    if (!found)
        return fail(x, "XML document structures must start and end within the same entity.");
    x->p = found + strlen(word);
    return true;
}

static void blanks(struct xml *x)
{
    while (x->p < x->end && (*x->p == ' ' || *x->p == '\n' || *x->p == '\r' || *x->p == '\t'))
        x->p++;
}

/* Liberal: what is not markup is a name. Xerces knows which letters are none of a name; nobody depends on
 * that. */
static bool is_name_char(char c)
{
    return c && !strchr(" \t\r\n<>/=\"'&;", c);
}

static struct value name(struct xml *x)
{
    const char *from = x->p;
    while (x->p < x->end && is_name_char(*x->p))
        x->p++;
    if (x->p == from)
        fail(x, "The content of elements must consist of well-formed character data or markup.");
    return string_new(from, (size_t)(x->p - from));
}

/* The five of XML and numeric ones; those that a DOCTYPE declares are not expanded, which rules out bombs of
 * them. */
static bool entity(struct xml *x, struct buf *to)
{
    static const struct {
        const char *name, *text;
    } rows[] = {{"&lt;", "<"}, {"&gt;", ">"}, {"&amp;", "&"}, {"&quot;", "\""}, {"&apos;", "'"}};
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        if (at(x, rows[i].name)) {
            x->p += strlen(rows[i].name);
            buf_addstr(to, rows[i].text);
            return true;
        }
    }
    if (!at(x, "&#"))
        return fail(x, "The entity name must immediately follow the '&' in the entity reference.");
    bool hex = x->p + 2 < x->end && x->p[2] == 'x';
    char *end;
    unsigned long rune = strtoul(x->p + (hex ? 3 : 2), &end, hex ? 16 : 10);
    if (end >= x->end || *end != ';' || rune == 0 || rune > 0x10ffff)
        return fail(x, "Character reference is an invalid XML character.");
    x->p = end + 1;
    if (rune > 0xffff)
        buf_addunit(to, (uint16_t)(0xd800 + ((rune - 0x10000) >> 10)));
    buf_addunit(to, (uint16_t)(rune > 0xffff ? 0xdc00 + ((rune - 0x10000) & 0x3ff) : rune));
    return true;
}

/* Line ends and tabs become blanks, as XML's attribute normalisation has it. */
static bool attribute(struct xml *x, struct map *attributes)
{
    _cleanup_(value_release_ptr) struct value key = name(x);
    blanks(x);
    if (x->wrong || x->p >= x->end || *x->p != '=')
        return fail(x, "Attribute name must be followed by the ' = ' character.");
    x->p++;
    blanks(x);
    char quote = x->p < x->end ? *x->p : 0;
    if (quote != '"' && quote != '\'')
        return fail(x, "Open quote is expected for an attribute.");
    _cleanup_(buf_release) struct buf text = {0};
    for (x->p++; x->p < x->end && *x->p != quote;) {
        if (*x->p == '<')
            return fail(x, "The value of an attribute must not contain the '<' character.");
        if (*x->p != '&')
            buf_addch(&text, *x->p == '\n' || *x->p == '\t' ? ' ' : *x->p), x->p++;
        else if (!entity(x, &text))
            return false;
    }
    if (x->p++ >= x->end)
        return fail(x, "XML document structures must start and end within the same entity.");
    _cleanup_(value_release_ptr) struct value v = string_new(text.data ? text.data : "", text.len);
    if (strncmp(AS_STRING(key)->data, "xmlns", 5) != 0)
        map_set(attributes, key, v);
    return true;
}

/* Text of blanks only is dropped, as both of Groovy's parsers do. */
static void flush(struct xml *x, struct list *to)
{
    bool blank = true;
    for (size_t i = 0; i < x->text.len && blank; i++)
        blank = (unsigned char)x->text.data[i] <= ' ';
    if (!blank) {
        _cleanup_(value_release_ptr) struct value text = string_new(x->text.data, x->text.len);
        list_push(to, text);
    }
    buf_clear(&x->text);
}

static bool element(struct xml *x, struct value *out, int depth);

/* Characters gather in x->text across comments, CDATA sections and entities, so that they become one text. */
static bool content_one(struct xml *x, struct list *children, int depth)
{
    if (at(x, "<!--"))
        return skip_to(x, "-->");
    if (at(x, "<?"))
        return skip_to(x, "?>");
    if (at(x, "<![CDATA[")) {
        const char *from = x->p + 9;
        if (!skip_to(x, "]]>"))
            return false;
        buf_add(&x->text, from, (size_t)(x->p - 3 - from));
        return true;
    }
    if (*x->p == '<') {
        flush(x, children);
        _cleanup_(value_release_ptr) struct value child = NULL_VALUE;
        if (!element(x, &child, depth + 1))
            return false;
        list_push(children, child);
        return true;
    }
    if (*x->p == '&')
        return entity(x, &x->text);
    if (*x->p != '\r' || x->p + 1 >= x->end || x->p[1] != '\n')
        buf_addch(&x->text, *x->p);
    x->p++;
    return true;
}

static bool closing(struct xml *x, struct value open)
{
    x->p += 2;
    _cleanup_(value_release_ptr) struct value close = name(x);
    blanks(x);
    if (x->wrong || !value_key_equals(open, close) || x->p >= x->end || *x->p != '>')
        return fail(x, "The element type must be terminated by the matching end-tag.");
    x->p++;
    return true;
}

/* *out owns the element from its name on: an error below frees all by the caller's cleanup. */
static bool element(struct xml *x, struct value *out, int depth)
{
    if (depth > XML_DEPTH_MAX)
        return fail(x, "The document is nested too deeply.");
    x->p++;
    struct vm *vm = fiber_vm(x->f);
    _cleanup_(value_release_ptr) struct value open = name(x), attributes = map_new(vm),
                                              children = list_new(vm, 0);
    *out = list_new(vm, 3);
    list_push(AS_LIST(*out), open);
    list_push(AS_LIST(*out), attributes);
    list_push(AS_LIST(*out), children);
    for (blanks(x); !x->wrong && x->p < x->end && *x->p != '>' && *x->p != '/'; blanks(x))
        attribute(x, AS_MAP(attributes));
    if (!x->wrong && at(x, "/>")) {
        x->p += 2;
        return true;
    }
    if (x->wrong || x->p >= x->end || *x->p != '>')
        return fail(x, "Element type must be followed by either attribute specifications, '>' or '/>'.");
    for (x->p++; x->p < x->end && !at(x, "</");)
        if (!content_one(x, AS_LIST(children), depth))
            return false;
    flush(x, AS_LIST(children));
    return x->p < x->end ? closing(x, open)
                         : fail(x, "XML document structures must start and end within the same entity.");
}

/* A DOCTYPE may hold an internal subset in brackets. */
static bool doctype(struct xml *x)
{
    for (int depth = 0; x->p < x->end; x->p++) {
        depth += *x->p == '[' ? 1 : *x->p == ']' ? -1 : 0;
        if (*x->p == '>' && depth <= 0) {
            x->p++;
            return true;
        }
    }
    return fail(x, "XML document structures must start and end within the same entity.");
}

/* Comments, instructions and the DOCTYPE may stand before and behind the root. */
static bool misc(struct xml *x)
{
    for (blanks(x); x->p < x->end; blanks(x)) {
        bool ok = at(x, "<?")          ? skip_to(x, "?>")
                  : at(x, "<!--")      ? skip_to(x, "-->")
                  : at(x, "<!DOCTYPE") ? doctype(x)
                                       : false;
        if (!ok)
            return !x->wrong;
    }
    return true;
}

static enum call_status refuse(struct xml *x, struct value *out)
{
    int line = 1, col = 1;
    for (const char *p = x->start; p < x->p; p++) {
        line += *p == '\n';
        col = *p == '\n' ? 1 : col + 1;
    }
    value_release(*out);
    *out = NULL_VALUE;
    return vm_throw(x->f, "SAXParseException", "; lineNumber: %d; columnNumber: %d; %s", line, col, x->wrong);
}

enum call_status xml_parse(struct fiber *f, const char *text, size_t len, struct value *out)
{
    struct xml x = {.f = f, .start = text, .p = text, .end = text + len};
    if (len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
        x.p += 3;
    *out = NULL_VALUE;
    if (misc(&x) && (x.p >= x.end))
        fail(&x, "Premature end of file.");
    if (!x.wrong && *x.p != '<')
        fail(&x, "Content is not allowed in prolog.");
    if (!x.wrong && element(&x, out, 0) && misc(&x) && x.p < x.end)
        fail(&x, "Content is not allowed in trailing section.");
    buf_release(&x.text);
    return x.wrong ? refuse(&x, out) : CALL_OK;
}
