/* Credentials go into the text of a managed file here and nowhere else. Each secret is made known to the
 * masks, also as it stands in XML (its base64 they find themselves); buffers that held one are wiped. */
#include "runner/steps/tools/managed_content.h"
#include "base/fs.h"
#include "base/hash.h"
#include "runner/steps/tools/maven_settings.h"
#include "runner/steps/workspace.h"
#include <string.h>

enum { FILE_LIMIT = 16 << 20 };

static const struct credential *login_find(struct run *run, const struct server_login *l, struct error *err)
{
    const struct credential *c = credentials_find(run->credentials, l->credentials_id);
    if (!c)
        error_set(err, ERROR_INVALID, "Could not find credentials entry with ID '%s' for server '%s'",
                  l->credentials_id, l->server);
    return c;
}

/* Hidden as it is, and as it stands in XML. */
static void hide_in_xml(struct undo *undo, const char *secret)
{
    _cleanup_(buf_release) struct buf text = {0};
    undo_secret(undo, secret);
    if (!secret || !strpbrk(secret, "<>&"))
        return;
    xml_add_text(&text, secret);
    undo_secret(undo, text.data);
    explicit_bzero(text.data, text.cap);
}

/* Maven wants a key in a file. Owned path, NULL/err.
 * Read-only for the user: Maven's ssh refuses a key that others could read. */
static char *place_key(struct step_call *call, const struct credential *c, const char *dir, struct undo *undo,
                       struct error *err)
{
    size_t n = strlen(c->private_key);
    _cleanup_free_ char *key =
        xasprintf("%s%s", c->private_key, n && c->private_key[n - 1] != '\n' ? "\n" : "");
    _cleanup_free_ char *folder = ws_tempdir(call, dir, "private-key-", err);
    char *path = folder ? path_join(folder, "key") : NULL;
    if (folder)
        undo_path(undo, folder);
    undo_secret(undo, c->private_key);
    if (path && ws_write_file(call, path, key, strlen(key), 0400, err) < 0) {
        free(path);
        path = NULL;
    }
    explicit_bzero(key, strlen(key));
    return path;
}

/* A secret text is a token used as a password. */
static int maven_login(struct step_call *call, const struct server_login *l, const char *dir,
                       struct undo *undo, struct maven_server *server, char **key, struct error *err)
{
    const struct credential *c = login_find(call->run, l, err);
    if (!c)
        return -1;
    *server = (struct maven_server){.id = l->server, .username = c->username, .password = c->password};
    if (c->type == CRED_STRING)
        server->password = c->secret;
    hide_in_xml(undo, server->password);
    if (c->type != CRED_SSH_KEY)
        return 0;
    *key = place_key(call, c, dir, undo, err);
    server->private_key_file = *key;
    server->passphrase = c->passphrase;
    hide_in_xml(undo, c->passphrase);
    return *key ? 0 : -1;
}

/* Servers are put into the given text, or replace those of it (replaceAll of the plugin). */
static int fill_maven(struct step_call *c, const struct managed_file *f, const char *dir, struct undo *undo,
                      struct buf *text, struct error *err)
{
    struct maven_server *servers = xcalloc(f->n_logins + 1, sizeof(*servers));
    char **keys = xcalloc(f->n_logins + 1, sizeof(*keys));
    int status = 0;
    for (size_t i = 0; status == 0 && i < f->n_logins; i++)
        status = maven_login(c, &f->logins[i], dir, undo, &servers[i], &keys[i], err);
    if (status == 0 && f->n_logins)
        status = maven_settings_servers(text, servers, f->n_logins, !f->keep_servers, err);
    if (status == 0 && f->mirror)
        status = maven_settings_mirror(text, f->mirror, err);
    for (size_t i = 0; i < f->n_logins; i++)
        free(keys[i]);
    free(keys);
    free(servers);
    return status < 0 ? error_wrap(err, "configFiles: %s", f->id) : 0;
}

/* npm names a registry's login by its address without the scheme, with a slash at the end. */
static int npm_login(struct run *run, const struct server_login *l, struct undo *undo, struct buf *text,
                     struct error *err)
{
    const struct credential *c = l->credentials_id ? login_find(run, l, err) : NULL;
    const char *colon = strstr(l->server, "://"), *address = colon ? colon + 1 : l->server;
    const char *slash = str_has_suffix(address, "/") ? "" : "/";
    if (l->credentials_id && !c)
        return -1;
    for (const char *p = l->scopes ? l->scopes : ""; *p;) {
        size_t n = strcspn(p, " ");
        if (n)
            buf_printf(text, "%s%.*s:registry=%s\n", *p == '@' ? "" : "@", (int)n, p, l->server);
        p += n + strspn(p + n, " ");
    }
    if (!l->scopes)
        buf_printf(text, "registry=%s\n", l->server);
    if (!c)
        return 0;
    buf_printf(text, "%s%s:always-auth=true\n", address, slash);
    if (c->type == CRED_STRING) {
        undo_secret(undo, c->secret);
        buf_printf(text, "%s%s:_authToken=%s\n", address, slash, c->secret);
        return 0;
    }
    const char *password = c->password ? c->password : "";
    undo_secret(undo, password);
    buf_printf(text, "%s%s:username=%s\n%s%s:_password=", address, slash, c->username ? c->username : "",
               address, slash);
    base64_encode(text, password, strlen(password), 0);
    buf_addch(text, '\n');
    return 0;
}

/* Order: the file or the text of the configuration, then what is filled in. */
int managed_content(struct step_call *c, const struct managed_file *f, const char *dir, struct undo *undo,
                    struct buf *text, struct error *err)
{
    if (f->path && fs_read_file(f->path, FILE_LIMIT, text, err) < 0)
        return -1;
    if (f->content)
        buf_addstr(text, f->content);
    else if (!f->path && managed_file_is_settings(f))
        maven_settings_start(text);
    if (managed_file_is_settings(f))
        return fill_maven(c, f, dir, undo, text, err);
    if (text->len && f->n_logins && text->data[text->len - 1] != '\n')
        buf_addch(text, '\n');
    for (size_t i = 0; i < f->n_logins; i++)
        if (npm_login(c->run, &f->logins[i], undo, text, err) < 0)
            return -1;
    return 0;
}

int managed_place(struct step_call *c, const char *path, const struct buf *text, struct error *err)
{
    const char *bytes = text->data ? text->data : "";
    _cleanup_free_ char *dir = path_dirname(path);
    if (ws_far(c))
        return ws_write_file(c, path, bytes, text->len, 0600, err);
    return fs_mkdir_p(dir, 0755, err) < 0 ? -1 : fs_write_file_atomic(path, bytes, text->len, 0600, err);
}

int managed_file_write(struct step_call *c, const struct managed_file *f, const char *path, struct undo *undo,
                       struct error *err)
{
    _cleanup_(buf_release) struct buf text = {0};
    _cleanup_free_ char *dir = path_dirname(path);
    int status = managed_content(c, f, dir, undo, &text, err);
    if (status == 0)
        status = managed_place(c, path, &text, err);
    if (text.data)
        explicit_bzero(text.data, text.cap);
    return status;
}

void managed_file_logins(struct run *run, const struct managed_file *f, struct buf *out)
{
    for (size_t i = 0; i < f->n_logins; i++)
        buf_printf(out, "%smavenServerId: '%s', jenkinsCredentials: '%s'", i ? ", " : "", f->logins[i].server,
                   f->logins[i].credentials_id);
}
