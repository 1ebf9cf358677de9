/* credentials.yaml. The rows below say which keys each type has; the reader of schema.c takes all keys of all
 * types, a check afterwards refuses those of another type. Everything read is overwritten when released: the
 * tree of the file at once, the credentials at the end.
 *
 * Types and fields are those of Jenkins' credentials plugins (plain-credentials, ssh-credentials,
 * kubernetes-cli, docker-commons); what a step binds of which type is runner/steps' business. A value is
 * never part of a message: errors name the id and the key. */
#include "base/fs.h"
#include "base/util.h"
#include "runner/state/config.h"
#include "runner/state/home.h"
#include "runner/state/schema.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A key store or a zip of certificates is far below. */
enum { MAX_CREDENTIAL_FILE = 16 << 20 };

/* keys: allowed ones; need: alternatives separated by |, each must have one */
static const struct {
    /* as in the file and in `credentials add --type` */
    const char *name;
    const char *keys;
    const char *need[3];
} types[] = {
    [CRED_STRING] = {"string", "secret", {"secret"}},
    [CRED_USERNAME_PASSWORD] = {"usernamePassword",
                                "username password usernameSecret",
                                {"username", "password"}},
    [CRED_FILE] = {"file", "fileName content contentBase64 path", {"content|contentBase64|path"}},
    [CRED_SSH_KEY] = {"sshUserPrivateKey",
                      "username privateKey passphrase path usernameSecret",
                      {"privateKey|path"}},
    [CRED_CERTIFICATE] = {"certificate", "keystore path password alias", {"keystore|path"}},
    [CRED_KUBECONFIG] = {"kubeconfig", "content path fileName", {"content|path"}},
    [CRED_ZIP] = {"zip", "fileName contentBase64 path", {"contentBase64|path"}},
    [CRED_DOCKER_CERT] = {"dockerCert",
                          "clientKey clientCertificate serverCaCertificate",
                          {"clientKey", "clientCertificate"}},
};

const char *credentials_token(const struct credentials *c, const char *id, struct error *err)
{
    const struct credential *found = id && *id ? credentials_find(c, id) : NULL;
    if (!id || !*id)
        return NULL;
    const char *token = !found ? NULL : found->secret ? found->secret : found->password;
    if (!token)
        error_set(err, ERROR_INVALID, "Could not find credentials entry with ID '%s'%s", id,
                  found ? " that holds a token: a string or a usernamePassword" : "");
    return token;
}

const char *credential_type_name(enum credential_type t)
{
    return types[t].name;
}

bool credential_type_parse(const char *name, enum credential_type *t)
{
    for (size_t i = 0; i < ARRAY_LEN(types); i++)
        if (strcmp(types[i].name, name) == 0) {
            *t = (enum credential_type)i;
            return true;
        }
    return false;
}

static int type_read(struct fill *f, void *object, const struct yaml_node *value)
{
    struct credential *c = object;
    /* `type` may stand behind other keys: those are checked at the end. */
    if (value->kind == YAML_TEXT && credential_type_parse(value->text, &c->type))
        return 0;
    const char *names[ARRAY_LEN(types)];
    for (size_t i = 0; i < ARRAY_LEN(types); i++)
        names[i] = types[i].name;
    const char *near = value->kind == YAML_TEXT ? nearest_name(value->text, names, ARRAY_LEN(names)) : NULL;
    return yaml_error(f->err, f->doc, value, "unknown type of credential%s%s%s",
                      near ? "; did you mean '" : "", near ? near : "",
                      near ? "'?" : " (`gmrun help credentials` lists them)");
}

static bool any_key(const struct yaml_node *map, const char *alternatives)
{
    for (size_t i = 0; i < map->len; i++)
        /* A key that is there and empty does not count. */
        if (map->pairs[i].value->kind != YAML_NULL && str_in_list(alternatives, map->pairs[i].key, '|'))
            return true;
    return false;
}

static int credential_check(struct fill *f, void *object, const struct yaml_node *map)
{
    struct credential *c = object;
    c->line = map->line;
    c->col = map->col;
    for (size_t i = 0; i < map->len; i++) {
        const struct yaml_pair *p = &map->pairs[i];
        if (!str_in_words("id type description", p->key) && !str_in_words(types[c->type].keys, p->key))
            return error_at(f->err, ERROR_INVALID, f->doc->file, p->line, p->col,
                            "a credential of type %s has no '%s'; it has %s", types[c->type].name, p->key,
                            types[c->type].keys);
    }
    for (size_t i = 0; i < ARRAY_LEN(types[c->type].need) && types[c->type].need[i]; i++)
        if (!any_key(map, types[c->type].need[i]))
            return yaml_error(f->err, f->doc, map, "credential '%s' of type %s needs '%s'", c->id,
                              types[c->type].name, types[c->type].need[i]);
    return 0;
}

#define OFF(f) offsetof(struct credential, f)
static const struct field credential_fields[] = {
    {.key = "id", .type = FIELD_TEXT, .offset = OFF(id), .required = true},
    {.key = "type", .type = FIELD_CUSTOM, .read_fn = type_read, .required = true},
    {.key = "description", .type = FIELD_TEXT, .offset = OFF(description)},
    {.key = "username", .type = FIELD_TEXT, .offset = OFF(username)},
    {.key = "password", .type = FIELD_TEXT, .offset = OFF(password)},
    {.key = "usernameSecret", .type = FIELD_BOOL, .offset = OFF(username_secret)},
    {.key = "secret", .type = FIELD_TEXT, .offset = OFF(secret)},
    {.key = "fileName", .type = FIELD_TEXT, .offset = OFF(file_name)},
    {.key = "content", .type = FIELD_BYTES, .offset = OFF(content), .offset_len = OFF(content_len)},
    {.key = "contentBase64", .type = FIELD_BASE64, .offset = OFF(content), .offset_len = OFF(content_len)},
    {.key = "keystore", .type = FIELD_BASE64, .offset = OFF(content), .offset_len = OFF(content_len)},
    {.key = "path", .type = FIELD_PATH, .offset = OFF(path)},
    {.key = "privateKey", .type = FIELD_TEXT, .offset = OFF(private_key)},
    {.key = "passphrase", .type = FIELD_TEXT, .offset = OFF(passphrase)},
    {.key = "alias", .type = FIELD_TEXT, .offset = OFF(alias)},
    {.key = "clientKey", .type = FIELD_TEXT, .offset = OFF(client_key)},
    {.key = "clientCertificate", .type = FIELD_TEXT, .offset = OFF(client_cert)},
    {.key = "serverCaCertificate", .type = FIELD_TEXT, .offset = OFF(server_ca)},
};
static const struct schema credential_schema = {
    .what = "a credential",
    .size = sizeof(struct credential),
    .fields = credential_fields,
    .n_fields = ARRAY_LEN(credential_fields),
    .check = credential_check,
};

static int file_check(struct fill *f, void *object, const struct yaml_node *map)
{
    const struct credentials *c = object;
    for (size_t i = 0; i < c->len; i++)
        for (size_t k = 0; k < i; k++)
            if (strcmp(c->items[i].id, c->items[k].id) == 0)
                return error_at(f->err, ERROR_INVALID, f->doc->file, c->items[i].line, c->items[i].col,
                                "credential '%s' stands twice, first in line %d", c->items[i].id,
                                c->items[k].line);
    return 0;
}

static const struct field file_fields[] = {
    {.key = "credentials",
     .type = FIELD_LIST,
     .offset = offsetof(struct credentials, items),
     .offset_len = offsetof(struct credentials, len),
     .sub = &credential_schema},
};
static const struct schema file_schema = {
    .what = "the credentials file",
    .size = sizeof(struct credentials),
    .fields = file_fields,
    .n_fields = ARRAY_LEN(file_fields),
    .check = file_check,
};

/* The mode is that of the opened file, so that nothing can be swapped between check and reading. */
static int open_private(const char *file, struct error *err)
{
    struct stat st;
    /* O_NONBLOCK: a FIFO must not hold the start of every build. */
    int fd = open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0)
        return error_errno(err, "%s", file);
    if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && !(st.st_mode & 077))
        return fd;
    close(fd);
    if (!S_ISREG(st.st_mode))
        return error_set(err, ERROR_INVALID, "%s: not a regular file", file);
    return error_set(err, ERROR_INVALID, "%s: others can read it (mode %04o); run: chmod 600 %s", file,
                     st.st_mode & 07777, file);
}

/* The items move to the credentials' own arena, whose blocks are overwritten at the end. */
static int fill_credentials(struct credentials *c, const struct yaml_doc *doc, struct error *err)
{
    _cleanup_free_ char *absolute = path_absolute(doc->file);
    _cleanup_free_ char *dir = path_dirname(absolute);
    struct fill f = {doc, &c->arena, dir, err};
    c->file = arena_strdup(&c->arena, absolute);
    return doc->root && doc->root->kind != YAML_NULL ? schema_fill(&f, &file_schema, c, doc->root) : 0;
}

/* yaml_wipe() in every case: the tree of a malformed file holds secrets as well. */
int credentials_load(struct credentials *c, const char *file, bool optional, struct error *err)
{
    struct yaml_doc doc = {0};
    if (optional && access(file, F_OK) < 0 && (errno == ENOENT || errno == ENOTDIR))
        return 0;
    _cleanup_(close_fd) int fd = open_private(file, err);
    if (fd < 0)
        return -1;
    int rc = yaml_load_fd(&doc, fd, file, err);
    if (!rc)
        rc = fill_credentials(c, &doc, err);
    yaml_wipe(&doc);
    return rc;
}

static void wipe(char *s, size_t n)
{
    if (s)
        explicit_bzero(s, n ? n : strlen(s));
}

void credentials_release(struct credentials *c)
{
    for (size_t i = 0; i < c->len; i++) {
        struct credential *d = &c->items[i];
        char *texts[] = {d->username,   d->password,   d->secret,      d->private_key,
                         d->passphrase, d->client_key, d->client_cert, d->server_ca};
        for (size_t k = 0; k < ARRAY_LEN(texts); k++)
            wipe(texts[k], 0);
        wipe(d->content, d->content_len);
    }
    arena_release(&c->arena);
    memset(c, 0, sizeof(*c));
}

const struct credential *credentials_find(const struct credentials *c, const char *id)
{
    for (size_t i = 0; i < c->len; i++)
        if (strcmp(c->items[i].id, id) == 0)
            return &c->items[i];
    return NULL;
}

int credential_read(const struct credential *c, char **data, size_t *len, struct error *err)
{
    struct buf bytes = {0};
    if (!c->path) {
        /* A key is a text of its own, as it may be multi-line in the file. */
        const char *content = c->type == CRED_SSH_KEY ? c->private_key : c->content;
        *len = c->type == CRED_SSH_KEY ? strlen(content) : c->content_len;
        *data = xmalloc(*len + 1);
        memcpy(*data, content ? content : "", *len);
        (*data)[*len] = 0;
        return 0;
    }
    if (fs_read_file(c->path, MAX_CREDENTIAL_FILE, &bytes, err)) {
        buf_release(&bytes);
        return error_wrap(err, "credential '%s'", c->id);
    }
    *len = bytes.len;
    *data = buf_steal(&bytes);
    return 0;
}
