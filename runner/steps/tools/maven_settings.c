/* Edits the text itself instead of parsing and writing XML anew: comments, order and layout are the
 * user's. Tags in comments and CDATA are stepped over; buffers that held passwords are wiped when they are
 * replaced. */
#include "runner/steps/tools/maven_settings.h"
#include "base/util.h"
#include <string.h>

static const char aliyun_url[] = "https://maven.aliyun.com/repository/public";

/* Where a comment or CDATA section at p ends; p itself when there is none. */
static const char *behind_literal(const char *p)
{
    static const struct {
        const char *open, *close;
    } literals[] = {{"<!--", "-->"}, {"<![CDATA[", "]]>"}};
    for (size_t i = 0; i < ARRAY_LEN(literals); i++) {
        if (!str_has_prefix(p, literals[i].open))
            continue;
        const char *end = strstr(p, literals[i].close);
        return end ? end + 3 : p + strlen(p);
    }
    return p;
}

/* The next tag <name …> (or </name> with close) from p on, outside of comments; NULL: none. */
static const char *find_tag(const char *p, const char *name, bool close)
{
    size_t n = strlen(name);
    while ((p = strchr(p, '<'))) {
        const char *behind = behind_literal(p), *at = p + 1 + close;
        if (behind != p) {
            p = behind;
            continue;
        }
        if (p[1] && (!close || p[1] == '/') && strncmp(at, name, n) == 0 && at[n] &&
            strchr(" \t\r\n/>", at[n]))
            return p;
        p++;
    }
    return NULL;
}

static const char *tag_end(const char *tag)
{
    const char *end = strchr(tag, '>');
    return end ? end + 1 : tag + strlen(tag);
}

static void splice(struct buf *text, size_t at, size_t gone, const char *with)
{
    struct buf out = {0};
    buf_add(&out, text->data, at);
    buf_addstr(&out, with);
    buf_addstr(&out, text->data + at + gone);
    explicit_bzero(text->data, text->len);
    buf_release(text);
    *text = out;
}

/* Puts `item` first into the list element `list`, which is made when missing. */
static int insert_into(struct buf *text, const char *list, const char *item, struct error *err)
{
    buf_add(text, "", 0);
    const char *tag = find_tag(text->data, list, false), *end = tag ? tag_end(tag) : NULL;
    _cleanup_free_ char *whole = xasprintf("<%s>\n%s  </%s>\n", list, item, list);
    if (tag && end[-2] != '/') {
        splice(text, (size_t)(end - text->data), 0, item);
    } else if (tag) {
        splice(text, (size_t)(tag - text->data), (size_t)(end - tag), whole);
    } else {
        const char *close = find_tag(text->data, "settings", true);
        if (!close)
            return error_set(err, ERROR_INVALID, "the Maven settings have no <settings> element");
        splice(text, (size_t)(close - text->data), 0, whole);
    }
    explicit_bzero(whole, strlen(whole));
    return 0;
}

void xml_add_text(struct buf *out, const char *text)
{
    for (const char *p = text; *p; p++) {
        const char *entity = *p == '<' ? "&lt;" : *p == '>' ? "&gt;" : *p == '&' ? "&amp;" : NULL;
        if (entity)
            buf_addstr(out, entity);
        else
            buf_addch(out, *p);
    }
}

static void add_element(struct buf *out, const char *name, const char *value)
{
    if (!value)
        return;
    buf_printf(out, "      <%s>", name);
    xml_add_text(out, value);
    buf_printf(out, "</%s>\n", name);
}

/* Whether the <id> between start and end is one of the servers'. */
static bool is_given(const char *start, const char *end, const struct maven_server *servers, size_t n)
{
    const char *id = find_tag(start, "id", false);
    if (!id || id >= end)
        return false;
    id = tag_end(id);
    id += strspn(id, " \t\r\n");
    size_t len = strcspn(id, " \t\r\n<");
    for (size_t i = 0; i < n; i++)
        if (strlen(servers[i].id) == len && memcmp(servers[i].id, id, len) == 0)
            return true;
    return false;
}

static void remove_servers(struct buf *text, const struct maven_server *servers, size_t n, bool all)
{
    size_t from = 0;
    const char *tag;
    while ((tag = find_tag(text->data + from, "server", false))) {
        const char *close = find_tag(tag, "server", true);
        const char *end = close ? tag_end(close) : text->data + text->len;
        if (all || is_given(tag, end, servers, n)) {
            from = (size_t)(tag - text->data);
            splice(text, from, (size_t)(end - tag), "");
        } else {
            from = (size_t)(end - text->data);
        }
    }
}

void maven_settings_start(struct buf *text)
{
    buf_addstr(text, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                     "<settings xmlns=\"http://maven.apache.org/SETTINGS/1.0.0\">\n</settings>\n");
}

int maven_settings_servers(struct buf *text, const struct maven_server *servers, size_t n, bool all,
                           struct error *err)
{
    struct buf added = {0};
    buf_add(text, "", 0);
    remove_servers(text, servers, n, all);
    for (size_t i = 0; i < n; i++) {
        buf_addstr(&added, "    <server>\n");
        add_element(&added, "id", servers[i].id);
        add_element(&added, "username", servers[i].username);
        add_element(&added, "password", servers[i].password);
        add_element(&added, "privateKey", servers[i].private_key_file);
        add_element(&added, "passphrase", servers[i].passphrase);
        buf_addstr(&added, "    </server>\n");
    }
    int status = insert_into(text, "servers", added.data ? added.data : "", err);
    if (added.data)
        explicit_bzero(added.data, added.len);
    buf_release(&added);
    return status;
}

int maven_settings_mirror(struct buf *text, const char *mirror, struct error *err)
{
    _cleanup_(buf_release) struct buf added = {0};
    bool aliyun = strcmp(mirror, "aliyun") == 0;
    buf_addstr(&added, "    <mirror>\n");
    add_element(&added, "id", aliyun ? "aliyunmaven" : "central-mirror");
    add_element(&added, "mirrorOf", "central");
    add_element(&added, "name", aliyun ? "阿里云公共仓库" : "mirror of Maven Central");
    add_element(&added, "url", aliyun ? aliyun_url : mirror);
    buf_addstr(&added, "    </mirror>\n");
    return insert_into(text, "mirrors", added.data, err);
}

int maven_settings_repository(struct buf *text, const char *path, struct error *err)
{
    _cleanup_(buf_release) struct buf added = {0};
    buf_add(text, "", 0);
    const char *close = find_tag(text->data, "settings", true);
    if (!close)
        return error_set(err, ERROR_INVALID, "the Maven settings have no <settings> element");
    add_element(&added, "localRepository", path);
    splice(text, (size_t)(close - text->data), 0, added.data);
    return 0;
}
