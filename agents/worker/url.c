/* Parsing as git does it (connect.c: url_is_local_not_ssh, parse_connect_url): a colon before the first
 * slash makes it scp form, unless such a file exists. */
#include "agents/worker/url.h"
#include "base/buf.h"
#include "base/util.h"
#include <ctype.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

static const struct scheme {
    const char *prefix;
    enum url_kind kind;
} schemes[] = {
    {"https://", URL_HTTPS}, {"http://", URL_HTTP}, {"ssh://", URL_SSH},    {"git+ssh://", URL_SSH},
    {"ssh+git://", URL_SSH}, {"git://", URL_GIT},   {"file://", URL_LOCAL},
};

static int hex(char c)
{
    return isdigit((unsigned char)c)    ? c - '0'
           : isxdigit((unsigned char)c) ? tolower((unsigned char)c) - 'a' + 10
                                        : -1;
}

/* What is no escape stays: a "%" in a password that nobody encoded. */
static char *percent_decode(const char *s, size_t n)
{
    struct buf b = {0};
    for (size_t i = 0; i < n; i++) {
        if (s[i] == '%' && i + 2 < n && hex(s[i + 1]) >= 0 && hex(s[i + 2]) >= 0) {
            buf_addch(&b, (char)(hex(s[i + 1]) * 16 + hex(s[i + 2])));
            i += 2;
        } else {
            buf_addch(&b, s[i]);
        }
    }
    return buf_steal(&b);
}

/* "token@host" is a user without a password, ":p@host" a password alone. */
static void parse_userinfo(struct url *u, const char *s, size_t n)
{
    const char *colon = memchr(s, ':', n);
    size_t name = colon ? (size_t)(colon - s) : n;
    u->user = name ? percent_decode(s, name) : NULL;
    u->password = colon ? percent_decode(colon + 1, n - name - 1) : NULL;
}

static void parse_host(struct url *u, const char *s, size_t n)
{
    const char *close = *s == '[' ? memchr(s, ']', n) : NULL;
    const char *rest = close ? close + 1 : s;
    const char *colon = memchr(rest, ':', n - (size_t)(rest - s));
    u->host = close ? xstrndup(s + 1, (size_t)(close - s) - 1) : xstrndup(s, colon ? (size_t)(colon - s) : n);
    if (colon && colon + 1 < s + n)
        u->port = xstrndup(colon + 1, n - (size_t)(colon - s) - 1);
}

/* scheme://[user[:password]@]host[:port]/path
 * The last @ before the path: a password may hold one. */
static void parse_authority(struct url *u, const char *text, size_t scheme_len)
{
    const char *s = text + scheme_len;
    size_t n = strcspn(s, "/");
    const char *at = memrchr(s, '@', n), *host = at ? at + 1 : s;
    if (at)
        parse_userinfo(u, s, (size_t)(at - s));
    parse_host(u, host, n - (size_t)(host - s));
    u->path = xstrdup(s + n);
    bool keep_user = u->kind == URL_SSH && u->user;
    u->clean =
        xasprintf("%.*s%s%s%s", (int)scheme_len, text, keep_user ? u->user : "", keep_user ? "@" : "", host);
}

static void parse_scp(struct url *u, const char *text, const char *colon)
{
    const char *at = memchr(text, '@', (size_t)(colon - text)), *host = at ? at + 1 : text;
    u->kind = URL_SSH;
    if (at)
        u->user = xstrndup(text, (size_t)(at - text));
    size_t n = (size_t)(colon - host);
    u->host = *host == '[' && n > 2 ? xstrndup(host + 1, n - 2) : xstrndup(host, n);
    u->path = xstrdup(colon + 1);
    u->clean = xstrdup(text);
}

static int parse_local(struct url *u, const char *path, struct error *err)
{
    char cwd[PATH_MAX];
    u->kind = URL_LOCAL;
    if (*path != '/' && !getcwd(cwd, sizeof(cwd)))
        return error_errno(err, "cannot find the current directory");
    u->path = *path == '/' ? xstrdup(path) : xasprintf("%s/%s", cwd, path);
    u->clean = xstrdup(path);
    return 0;
}

static int check_host(const struct url *u, struct error *err)
{
    if (u->kind == URL_LOCAL)
        return 0;
    if (!u->host || !*u->host || !u->path || !*u->path)
        return error_set(err, ERROR_INVALID, "malformed repository URL '%s'", u->clean);
    /* such a name would be taken for an option by ssh (CVE-2017-1000117) */
    if (u->host[0] == '-' || (u->user && u->user[0] == '-') || (u->kind == URL_SSH && u->path[0] == '-'))
        return error_set(err, ERROR_INVALID, "strange host name or path in repository URL '%s'", u->clean);
    if (u->port && strspn(u->port, "0123456789") != strlen(u->port))
        return error_set(err, ERROR_INVALID, "malformed port in repository URL '%s'", u->clean);
    return 0;
}

/* "[host]:path" and "user@[::1]:path": colons in brackets do not count. */
static const char *scp_colon(const char *text)
{
    const char *start = text + (*text == '[' || strstr(text, "@[") ? strcspn(text, "]") : 0);
    const char *colon = strchr(start, ':'), *slash = strchr(start, '/');
    return colon && colon > text && (!slash || colon < slash) ? colon : NULL;
}

int url_parse(struct url *u, const char *text, struct error *err)
{
    *u = (struct url){0};
    if (strpbrk(text, "\n\r"))
        return error_set(err, ERROR_INVALID, "the repository URL contains a line break");
    for (size_t i = 0; i < ARRAY_LEN(schemes); i++) {
        size_t n = strlen(schemes[i].prefix);
        if (strncasecmp(text, schemes[i].prefix, n) != 0)
            continue;
        u->kind = schemes[i].kind;
        if (u->kind == URL_LOCAL) {
            _cleanup_free_ char *path = percent_decode(text + n, strlen(text + n));
            parse_local(u, path, err);
            free(u->clean);
            u->clean = xstrdup(text);
            return 0;
        }
        parse_authority(u, text, n);
        return check_host(u, err);
    }
    const char *colon = scp_colon(text);
    size_t word = strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789+.-");
    if (strstr(text, "://") || str_has_prefix(text + word, "::"))
        return error_set(err, ERROR_INVALID,
                         "repository URL '%.*s…': this scheme is not supported (https, http, "
                         "ssh, git, file, user@host:path or a path)",
                         (int)strcspn(text, "/"), text);
    if (!colon || access(text, F_OK) == 0)
        return parse_local(u, text, err);
    parse_scp(u, text, colon);
    return check_host(u, err);
}

void url_release(struct url *u)
{
    free(u->clean);
    free(u->user);
    free(u->password);
    free(u->host);
    free(u->port);
    free(u->path);
    *u = (struct url){0};
}

/* Scheme and port belong to it: a password for https must not go over http. */
bool url_same_host(const struct url *a, const struct url *b)
{
    if (a->kind == URL_LOCAL || b->kind == URL_LOCAL)
        return a->kind == b->kind;
    return a->kind == b->kind && str_eq(a->port, b->port) && a->host && b->host &&
           strcasecmp(a->host, b->host) == 0;
}

char *url_clean(const char *text)
{
    struct url u;
    char *clean = url_parse(&u, text, NULL) == 0 ? xstrdup(u.clean) : xstrdup(text);
    url_release(&u);
    return clean;
}
