/* gmrun credentials list | add | remove. The file belongs to a person: entries are added and cut out as
 * lines, comments and the rest stay. Every edit is parsed again before it replaces the file.
 *
 * Editing lines rather than writing the tree: comments and the order of people's own would be lost, and
 * secrets in block scalars come out in another shape. The price is that some files can only be edited by
 * hand, which check_edit() finds out. */
#include "base/fs.h"
#include "base/hash.h"
#include "base/yaml.h"
#include "runner/cli/cli.h"
#include "runner/cli/secret.h"
#include <errno.h>
#include <string.h>
#include <unistd.h>

static void wipe(struct buf *b)
{
    if (b->data)
        explicit_bzero(b->data, b->cap);
    buf_release(b);
}

/* ---- list */

static int list(struct run_options *o, const struct credentials *c)
{
    json_t *all = o->json ? json_array() : NULL;
    for (size_t i = 0; i < c->len; i++) {
        const struct credential *d = &c->items[i];
        const char *about = d->description ? d->description : "";
        if (all)
            json_array_append_new(all,
                                  json_pack("{s:s, s:s, s:s*}", "id", d->id, "type",
                                            credential_type_name(d->type), "description", d->description));
        else
            printf("%-24s %-18s %s\n", d->id, credential_type_name(d->type), about);
    }
    if (all) {
        json_dumpf(all, stdout, JSON_INDENT(1));
        printf("\n");
    }
    json_decref(all);
    return 0;
}

/* ---- editing */

/* Its mode was checked when the credentials were loaded. */
static int read_text(const char *file, struct buf *text, struct error *err)
{
    return fs_exists(file) ? fs_read_file(file, YAML_MAX_BYTES, text, err) : 0;
}

static const struct yaml_node *entries_of(const struct yaml_doc *doc)
{
    const struct yaml_node *n = yaml_get(doc->root, "credentials");
    return n && n->kind == YAML_LIST ? n : NULL;
}

/* The offset of a line, from 1; the end where there are fewer. */
static size_t line_start(const struct buf *text, int line)
{
    size_t at = 0;
    while (--line > 0 && at < text->len)
        at += strcspn(text->data + at, "\n") + 1;
    return at < text->len ? at : text->len;
}

/* An entry starts in the line of its dash, which may stand above its first key. */
static int dash_line(const struct buf *text, const struct yaml_node *entry)
{
    for (int line = entry->line; line > 0; line--) {
        const char *p = text->data + line_start(text, line);
        if (p[strspn(p, " ")] == '-')
            return line;
    }
    return entry->line;
}

/* The edit is by lines and the file may be written in any way YAML allows: only what reads back as wanted
 * is kept, with as many entries as there have to be. Several of them may share a line. */
static int check_edit(const struct buf *text, const char *file, const char *id, bool present, size_t count,
                      struct error *err)
{
    struct yaml_doc doc = {0};
    int rc = yaml_parse(&doc, file, text->data ? text->data : "", text->len, err);
    const struct yaml_node *list = rc ? NULL : entries_of(&doc);
    bool found = false;
    for (size_t i = 0; list && i < list->len; i++) {
        const struct yaml_node *n = yaml_get(list->items[i], "id");
        found |= n && n->text && strcmp(n->text, id) == 0;
    }
    if (!rc && (found != present || (list ? list->len : 0) != count))
        rc = error_set(err, ERROR_INVALID,
                       "%s is written in a way that cannot be edited here; edit it by hand", file);
    yaml_wipe(&doc);
    return rc;
}

static int save(const struct buf *text, const char *file, const char *id, bool present, size_t count,
                struct error *err)
{
    _cleanup_free_ char *dir = path_dirname(file);
    if (check_edit(text, file, id, present, count, err) || fs_mkdir_p(dir, 0700, err))
        return -1;
    /* 0600 whatever it was: a looser mode would be refused at the next start. */
    return fs_write_file_atomic(file, text->data ? text->data : "", text->len, 0600, err);
}

/* The entry goes behind the last line, indented as the first one is; nothing but the list is in the file. */
static int add_entry(struct buf *text, const char *file, const struct buf *entry, struct error *err)
{
    struct yaml_doc doc = {0};
    if (yaml_parse(&doc, file, text->data ? text->data : "", text->len, err)) {
        yaml_wipe(&doc);
        return -1;
    }
    const struct yaml_node *list = entries_of(&doc);
    bool first = !list || !list->len;
    int rc = 0, indent = 2;
    if (list && list->flow && list->len)
        rc = error_set(err, ERROR_INVALID, "%s: the entries are in brackets; write one a line, with a dash",
                       file);
    else if (!first)
        indent = (int)strspn(text->data + line_start(text, dash_line(text, list->items[0])), " ");
    else if (doc.root && doc.root->kind != YAML_NULL)
        buf_clear(text); /* `credentials:` without an entry; comments alone stay */
    if (text->len && text->data[text->len - 1] != '\n')
        buf_addch(text, '\n');
    if (first)
        buf_addstr(text, "credentials:\n");
    buf_printf(text, "%*s- ", indent, "");
    buf_add(text, entry->data, entry->len);
    yaml_wipe(&doc);
    return rc;
}

static int remove_entry(struct buf *text, const char *file, const char *id, struct error *err)
{
    struct yaml_doc doc = {0};
    int rc = yaml_parse(&doc, file, text->data ? text->data : "", text->len, err);
    const struct yaml_node *list = rc ? NULL : entries_of(&doc);
    for (size_t i = 0; list && i < list->len; i++) {
        const struct yaml_node *n = yaml_get(list->items[i], "id");
        if (!n || !n->text || strcmp(n->text, id) != 0)
            continue;
        size_t from = line_start(text, dash_line(text, list->items[i]));
        /* Up to the next entry: remarks in between belong to the one before them. */
        size_t to = i + 1 < list->len ? line_start(text, dash_line(text, list->items[i + 1])) : text->len;
        memmove(text->data + from, text->data + to, text->len - to);
        text->len -= to - from;
        break;
    }
    yaml_wipe(&doc);
    return rc;
}

/* ---- add */

/* A double-quoted YAML scalar. */
static void add_quoted(struct buf *out, const char *s, size_t n)
{
    buf_addch(out, '"');
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)s[i];
        /* The escapes of a double-quoted scalar; UTF-8 stays as it is. */
        if (c == '\n')
            buf_addstr(out, "\\n");
        else if (c == '"' || c == '\\')
            buf_printf(out, "\\%c", c);
        else if (c < 0x20 || c == 0x7f)
            buf_printf(out, "\\x%02x", c);
        else
            buf_addch(out, (char)c);
    }
    buf_addch(out, '"');
}

static void add_field(struct buf *out, const char *key, const char *value, size_t n)
{
    buf_printf(out, ", %s: ", key);
    add_quoted(out, value, n);
}

/* Values go from the terminal into the entry's text and are wiped on the way; none is ever an argument. */
static int ask_field(struct run_options *o, struct buf *out, const char *key, const char *prompt, bool hidden,
                     struct error *err)
{
    struct buf value = {0};
    if (secret_line(prompt, hidden, &value, err))
        return -1;
    add_field(out, key, value.data ? value.data : "", value.len);
    wipe(&value);
    return 0;
}

static int ask_username(struct run_options *o, struct buf *out, struct error *err)
{
    if (!o->username)
        return ask_field(o, out, "username", "User name: ", false, err);
    add_field(out, "username", o->username, strlen(o->username));
    return 0;
}

static int add_content(struct run_options *o, struct buf *out, const char *key, bool base64,
                       struct error *err)
{
    struct buf data = {0}, coded = {0};
    int rc =
        o->from_file ? fs_read_file(o->from_file, YAML_MAX_BYTES / 2, &data, err) : secret_rest(&data, err);
    if (!rc && base64)
        base64_encode(&coded, data.data ? data.data : "", data.len, 0);
    const struct buf *b = base64 ? &coded : &data;
    if (!rc)
        add_field(out, key, b->data ? b->data : "", b->len);
    wipe(&data);
    wipe(&coded);
    return rc;
}

static void add_file_name(struct run_options *o, struct buf *out)
{
    const char *name = o->from_file ? path_basename(o->from_file) : NULL;
    if (name)
        add_field(out, "fileName", name, strlen(name));
}

static int add_fields(struct run_options *o, enum credential_type type, struct buf *out, struct error *err)
{
    switch (type) {
    case CRED_STRING:
        return ask_field(o, out, "secret", "Secret: ", true, err);
    case CRED_USERNAME_PASSWORD:
        return ask_username(o, out, err) || ask_field(o, out, "password", "Password: ", true, err) ? -1 : 0;
    case CRED_FILE:
    case CRED_ZIP:
        add_file_name(o, out);
        return add_content(o, out, "contentBase64", true, err);
    case CRED_KUBECONFIG:
        return add_content(o, out, "content", false, err);
    case CRED_SSH_KEY:
        return ask_username(o, out, err) || add_content(o, out, "privateKey", false, err) ? -1 : 0;
    case CRED_CERTIFICATE:
        if (!o->from_file)
            return error_set(err, ERROR_USAGE, "a certificate needs --file KEYSTORE");
        return ask_field(o, out, "password", "Password of the key store: ", true, err) ||
                       add_content(o, out, "keystore", true, err)
                   ? -1
                   : 0;
    default:
        return error_set(err, ERROR_USAGE, "a credential of type %s must be written into the file by hand",
                         credential_type_name(type));
    }
}

static int make_entry(struct run_options *o, const char *id, struct buf *out, struct error *err)
{
    enum credential_type type;
    if (!o->type || !credential_type_parse(o->type, &type))
        return error_set(err, ERROR_USAGE, "credentials add needs --type TYPE; see: gmrun help credentials");
    /* In one line with brackets: it fits behind a dash at any indentation. */
    buf_addstr(out, "{id: ");
    add_quoted(out, id, strlen(id));
    buf_printf(out, ", type: %s", credential_type_name(type));
    if (o->description)
        add_field(out, "description", o->description, strlen(o->description));
    if (add_fields(o, type, out, err))
        return -1;
    buf_addstr(out, "}\n");
    return 0;
}

/* `had`: how many entries there are now. */
static int edit(struct run_options *o, const char *id, bool add, size_t had, struct error *err)
{
    struct buf text = {0}, entry = {0};
    int rc = add ? make_entry(o, id, &entry, err) : 0;
    if (!rc)
        rc = read_text(o->credentials_file, &text, err);
    if (!rc)
        rc = add ? add_entry(&text, o->credentials_file, &entry, err)
                 : remove_entry(&text, o->credentials_file, id, err);
    if (!rc)
        rc = save(&text, o->credentials_file, id, add, add ? had + 1 : had - 1, err);
    wipe(&text);
    wipe(&entry);
    return rc;
}

static int carry_out(struct run_options *o, const struct credentials *c, struct error *err)
{
    const char *verb = o->args.items[0], *id = o->args.len > 1 ? o->args.items[1] : NULL;
    bool add = strcmp(verb, "add") == 0;
    if (strcmp(verb, "list") == 0 && !id)
        return list(o, c);
    if (!add && strcmp(verb, "remove") != 0)
        return error_set(err, ERROR_USAGE, "credentials: list, add ID or remove ID, not '%s'", verb);
    if (!id || !*id)
        return error_set(err, ERROR_USAGE, "credentials %s needs an ID", verb);
    if (add && credentials_find(c, id))
        return error_set(err, ERROR_USAGE, "there is a credential '%s' already", id);
    if (!add && !credentials_find(c, id))
        return error_set(err, ERROR_USAGE, "there is no credential '%s'", id);
    return edit(o, id, add, c->len, err);
}

int cmd_credentials(struct run_options *o)
{
    struct credentials c = {0};
    struct error err = {0};
    int rc = credentials_load(&c, o->credentials_file, true, &err);
    if (!rc)
        rc = carry_out(o, &c, &err);
    credentials_release(&c);
    return rc ? cli_refuse(&err) : EXIT_OK;
}
