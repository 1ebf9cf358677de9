/* java.net.URL and URI: parts of an address, by RFC 3986's generic syntax. No connection is made. */
#include "runner/lib/boxed.h"
#include "runner/lib/ops.h"
#include "runner/lib/text.h"
#include "base/fs.h"
#include <ctype.h>
#include <string.h>

/* A piece of the object's text, borrowed. */
struct part {
    const char *s; /* NULL: absent */
    size_t n;
};

struct address {
    struct part scheme, authority, user, host, port, path, query, fragment;
};

/* Up to one of the stop characters; *p stands on it afterwards. */
static struct part take(const char **p, const char *stop)
{
    struct part part = {*p, strcspn(*p, stop)};
    *p += part.n;
    return part;
}

/* A colon inside the brackets of an IPv6 address parts no port. */
static void split_authority(struct address *a)
{
    const char *s = a->authority.s, *end = s + a->authority.n, *at = memchr(s, '@', a->authority.n);
    if (at) {
        a->user = (struct part){s, (size_t)(at - s)};
        s = at + 1;
    }
    const char *bracket = *s == '[' ? memchr(s, ']', (size_t)(end - s)) : NULL;
    const char *colon = memchr(bracket ? bracket : s, ':', (size_t)(end - (bracket ? bracket : s)));
    a->host = (struct part){s, (size_t)((colon ? colon : end) - s)};
    if (colon)
        a->port = (struct part){colon + 1, (size_t)(end - colon - 1)};
}

/* Nothing is refused: what is not there has no text. */
static struct address address_of(const char *text)
{
    struct address a = {0};
    const char *p = text;
    size_t n = 0;
    while (isalnum((unsigned char)p[n]) || (n && strchr("+-.", p[n]) && p[n]))
        n++;
    if (n && p[n] == ':') {
        a.scheme = (struct part){p, n};
        p += n + 1;
    }
    if (p[0] == '/' && p[1] == '/') {
        p += 2;
        a.authority = take(&p, "/?#");
        split_authority(&a);
    }
    a.path = take(&p, "?#");
    if (*p == '?') {
        p++;
        a.query = take(&p, "#");
    }
    if (*p == '#')
        a.fragment = (struct part){p + 1, strlen(p + 1)};
    return a;
}

static enum call_status give_part(struct part part, bool empty_is_null, struct value *out)
{
    return give(out, part.s && !(empty_is_null && part.n == 0) ? string_new(part.s, part.n) : NULL_VALUE);
}

#define ADDRESS_PART(fn, part, empty_is_null)                                                                \
    NATIVE(fn)                                                                                               \
    {                                                                                                        \
        struct address a = address_of(boxed_text(self));                                                     \
        return give_part(a.part, empty_is_null, out);                                                        \
    }
ADDRESS_PART(address_scheme, scheme, true)
ADDRESS_PART(address_authority, authority, true)
ADDRESS_PART(address_user, user, false)
ADDRESS_PART(address_host, host, true)
ADDRESS_PART(address_path, path, false)
ADDRESS_PART(address_query, query, false)
ADDRESS_PART(address_fragment, fragment, false)

NATIVE(address_port)
{
    struct address a = address_of(boxed_text(self));
    return give(out, value_int(a.port.n ? (int32_t)strtol(a.port.s, NULL, 10) : -1));
}

static const struct {
    const char *name;
    int port;
} protocols[] = {{"http", 80}, {"https", 443}, {"ftp", 21}, {"file", -1}, {"jar", -1}, {"mailto", 25}};

static int protocol_index(struct part scheme)
{
    for (int i = 0; i < (int)ARRAY_LEN(protocols); i++) {
        if (scheme.n == strlen(protocols[i].name) && strncasecmp(scheme.s, protocols[i].name, scheme.n) == 0)
            return i;
    }
    return -1;
}

NATIVE(url_default_port)
{
    struct address a = address_of(boxed_text(self));
    return give(out, value_int(protocols[protocol_index(a.scheme)].port));
}

NATIVE(url_file)
{
    struct address a = address_of(boxed_text(self));
    size_t n = a.path.n + (a.query.s ? 1 + a.query.n : 0);
    return give(out, string_new(a.path.s, n));
}

NATIVE(url_host)
{
    struct address a = address_of(boxed_text(self));
    return give(out, string_new(a.host.s ? a.host.s : "", a.host.n));
}

static enum call_status new_url(struct fiber *f, const char *text, struct value *out)
{
    struct address a = address_of(text);
    if (!a.scheme.n)
        return vm_throw(f, "MalformedURLException", "no protocol: %s", text);
    if (protocol_index(a.scheme) < 0)
        return vm_throw(f, "MalformedURLException", "unknown protocol: %.*s", (int)a.scheme.n, a.scheme.s);
    return give(out, boxed_new(f, "java.net.URL", text));
}

/* Java checks each part by rules of its own; these characters stand in none. */
static enum call_status new_uri(struct fiber *f, const char *text, const char *exception, struct value *out)
{
    size_t bad = strcspn(text, " \"<>\\^`{|}\n\t");
    if (text[bad])
        return vm_throw(f, exception, "Illegal character in path at index %zu: %s", bad, text);
    return give(out, boxed_new(f, "java.net.URI", text));
}

/* RFC 3986's reference resolution for a base with an authority. */
static char *resolve(const char *base, const char *reference)
{
    struct address a = address_of(base), r = address_of(reference);
    if (r.scheme.n)
        return xstrdup(reference);
    int root = (int)((a.path.s ? a.path.s : base + strlen(base)) - base);
    if (*reference == '/')
        return xasprintf("%.*s%s", root, base, reference);
    size_t folder = a.path.n;
    while (folder && a.path.s[folder - 1] != '/')
        folder--;
    _cleanup_free_ char *path = xasprintf("%.*s%s", (int)folder, a.path.s, reference),
                        *normal = path_normalise(path);
    return xasprintf("%.*s%s%s", root, base, normal,
                     str_has_suffix(path, "/") && !str_has_suffix(normal, "/") ? "/" : "");
}

static const char *address_text(struct fiber *f, struct value v, struct value *hold)
{
    const char *text = boxed_text(v);
    return text ? text : value_text(f, v, hold);
}

NATIVE(url_new)
{
    TEXT_HOLD(hold_a);
    TEXT_HOLD(hold_b);
    const char *text = address_text(f, argv[0], &hold_a);
    if (argc == 1)
        return new_url(f, text, out);
    if (argc == 2) {
        _cleanup_free_ char *whole = resolve(text, address_text(f, argv[1], &hold_b));
        return new_url(f, whole, out);
    }
    struct buf whole = {0}; /* protocol, host[, port], file */
    buf_printf(&whole, "%s://%s", text, value_text(f, argv[1], &hold_b));
    if (argc == 4) {
        buf_addch(&whole, ':');
        value_print(f, argv[2], &whole);
    }
    value_print(f, argv[argc - 1], &whole);
    enum call_status status = new_url(f, whole.data, out);
    buf_release(&whole);
    return status;
}

NATIVE(uri_new)
{
    TEXT_HOLD(hold);
    return new_uri(f, address_text(f, argv[0], &hold), "URISyntaxException", out);
}

NATIVE(uri_create)
{
    TEXT_HOLD(hold);
    return new_uri(f, address_text(f, argv[0], &hold), "IllegalArgumentException", out);
}

NATIVE(uri_resolve)
{
    TEXT_HOLD(hold);
    _cleanup_free_ char *whole = resolve(boxed_text(self), address_text(f, argv[0], &hold));
    return new_uri(f, whole, "IllegalArgumentException", out);
}

NATIVE(to_url)
{
    TEXT_HOLD(hold);
    return new_url(f, address_text(f, self, &hold), out);
}

NATIVE(to_uri)
{
    TEXT_HOLD(hold);
    return new_uri(f, address_text(f, self, &hold), "URISyntaxException", out);
}

NATIVE(url_refused)
{
    return vm_throw(f, "RejectedAccessException",
                    "Scripts not permitted to open connections from the runner: use sh 'curl ...' or the "
                    "httpRequest step");
}

static const struct native_class classes[] = {
    {.name = "java.net.URL", .release = boxed_free},
    {.name = "java.net.URI", .interfaces = "Comparable", .release = boxed_free},
};

#define URL_ROW(name, fn)                                                                                    \
    {                                                                                                        \
        "URL", name, 0, 0, 0, fn                                                                             \
    }
#define URI_ROW(name, fn)                                                                                    \
    {                                                                                                        \
        "URI", name, 0, 0, 0, fn                                                                             \
    }
static const struct native_method methods[] = {
    {"URL", "<init>", 1, 4, 0, url_new},
    {"URI", "<init>", 1, 1, 0, uri_new},
    BOXED_ROWS("URL"),
    BOXED_ROWS("URI"),
    {"URI", "create", 1, 1, METHOD_STATIC, uri_create},
    {"URI", "resolve", 1, 1, 0, uri_resolve},
    {"CharSequence", "toURL", 0, 0, 0, to_url},
    {"CharSequence", "toURI", 0, 0, 0, to_uri},
    URL_ROW("toURI", to_uri),
    URI_ROW("toURL", to_url),
    URL_ROW("toExternalForm", boxed_to_string),
    URL_ROW("getProtocol", address_scheme),
    URL_ROW("getHost", url_host),
    URL_ROW("getPort", address_port),
    URL_ROW("getPath", address_path),
    URL_ROW("getQuery", address_query),
    URL_ROW("getRef", address_fragment),
    URL_ROW("getFile", url_file),
    URL_ROW("getAuthority", address_authority),
    URL_ROW("getUserInfo", address_user),
    URL_ROW("getDefaultPort", url_default_port),
    {"URL", "getText", 0, 2, 0, url_refused},
    {"URL", "openConnection", 0, 1, 0, url_refused},
    {"URL", "openStream", 0, 0, 0, url_refused},
    URI_ROW("getScheme", address_scheme),
    URI_ROW("getHost", address_host),
    URI_ROW("getPort", address_port),
    URI_ROW("getPath", address_path),
    URI_ROW("getQuery", address_query),
    URI_ROW("getFragment", address_fragment),
    URI_ROW("getAuthority", address_authority),
    URI_ROW("getUserInfo", address_user),
    URI_ROW("toASCIIString", boxed_to_string),
};

LIB_TABLE(url_table, classes, methods);
