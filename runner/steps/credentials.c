/* withCredentials, sshagent and the credentials() of an environment block [credentials-binding;
 * JENKINS-FACTS 4.6, 4.7].
 *
 * A binding turns one credential into variables. Secrets are masked from here until the block's scope is
 * gone; files lie in a 0700 folder below the workspace's @tmp twin and go with it.
 *
 * Lifecycle of a block: every binding is made before the body begins, into the new scope; archives are
 * unpacked by the helper in between (the step waits); bound_release() comes with the scope's last reference,
 * on whichever way the body ends. */
#include "base/fs.h"
#include "base/hash.h"
#include "agents/worker.h"
#include "runner/engine/node.h"
#include "runner/steps/helper.h"
#include "runner/steps/report/described.h"
#include "runner/steps/rows.h"
#include "runner/steps/workspace.h"
#include <string.h>

struct archive { /* of a zip binding, to be unpacked before the body begins */
    char *file, *dir;
};

struct bound { /* what the block has to undo */
    struct run *run;
    struct lease *lease; /* of the folder */
    VEC(char *) secrets;
    VEC(struct archive) archives;
    char *folder;
};

struct binder {
    struct step_call *call;
    struct scope *scope;
    struct bound *bound;
    struct map *map;  /* the binding's arguments */
    struct buf names; /* of masked variables, for the message */
    struct error *err;
};

/* Masks are counted: an outer block that hides the same secret still does. */
static void bound_release(void *data)
{
    struct bound *b = data;
    for (size_t i = 0; i < b->secrets.len; i++) {
        mask_set_remove(b->run->masks, b->secrets.items[i], strlen(b->secrets.items[i]));
        explicit_bzero(b->secrets.items[i], strlen(b->secrets.items[i]));
        free(b->secrets.items[i]);
    }
    vec_release(&b->secrets);
    for (size_t i = 0; i < b->archives.len; i++) {
        free(b->archives.items[i].file);
        free(b->archives.items[i].dir);
    }
    vec_release(&b->archives);
    if (b->folder)
        ws_discard(b->run, b->lease, b->folder);
    lease_unref(b->lease);
    free(b->folder);
    free(b);
}

static void hide(struct binder *b, const char *secret)
{
    if (!secret || !*secret)
        return;
    mask_set_add(b->call->run->masks, secret, strlen(secret));
    vec_push(&b->bound->secrets, xstrdup(secret));
}

/* The names in scope->secrets serve the warning about secrets in GStrings (leak.c). */
static void define(struct binder *b, const char *variable, const char *value, bool secret)
{
    if (!variable || !*variable)
        return;
    env_set(&b->scope->vars, variable, value ? value : "");
    if (!secret)
        return;
    hide(b, value);
    _cleanup_free_ char *before = b->scope->secrets;
    b->scope->secrets = xasprintf("%s%s\n", before ? before : "", variable);
    buf_printf(&b->names, "%s$%s", b->names.len ? " or " : "", variable);
}

static const char *arg(struct binder *b, const char *name, const char *dflt)
{
    return described_str(b->call, b->map, name, dflt);
}

/* A new folder in the block's secret folder. Owned, NULL/err.
 * One folder a block, one in it a file: two files may have the same name. */
static char *place_folder(struct binder *b)
{
    if (!scope_lease(b->call->branch->scope)) {
        error_set(b->err, ERROR_INVALID, "a file credential needs a workspace: surround the step with node");
        return NULL;
    }
    if (!b->bound->folder) {
        _cleanup_free_ char *temp = step_temp(b->call, b->err);
        b->bound->folder = temp ? ws_tempdir(b->call, temp, "secretFiles-", b->err) : NULL;
        if (!b->bound->folder)
            return NULL;
        b->bound->lease = lease_ref(scope_lease(b->call->branch->scope));
    }
    return ws_tempdir(b->call, b->bound->folder, "", b->err);
}

/* A file in a folder of its own; its path is a secret too. Owned, NULL/err. */
static char *place_file(struct binder *b, const char *name, const void *data, size_t len, mode_t mode)
{
    _cleanup_free_ char *dir = place_folder(b);
    char *path = dir ? path_join(dir, path_basename(name)) : NULL;
    if (path && ws_write_file(b->call, path, data, len, mode, b->err) == 0)
        return path;
    free(path);
    return NULL;
}

/* A credential's file is read at each use, so that a renewed one is taken; content_len for what may hold
 * zeros. */
static int content_of(struct binder *b, const struct credential *c, struct buf *out)
{
    if (c->path)
        return fs_read_file(c->path, 0, out, b->err);
    buf_add(out, c->content ? c->content : "",
            c->content_len ? c->content_len
            : c->content   ? strlen(c->content)
                           : 0);
    return 0;
}

static int bind_string(struct binder *b, const struct credential *c)
{
    define(b, arg(b, "variable", NULL), c->secret, true);
    return 0;
}

static int bind_user_password(struct binder *b, const struct credential *c)
{
    define(b, arg(b, "usernameVariable", NULL), c->username, c->username_secret);
    define(b, arg(b, "passwordVariable", NULL), c->password, true);
    return 0;
}

static int bind_user_colon_password(struct binder *b, const struct credential *c)
{
    _cleanup_free_ char *joined =
        xasprintf("%s:%s", c->username ? c->username : "", c->password ? c->password : "");
    define(b, arg(b, "variable", NULL), joined, true);
    hide(b, c->password);
    return 0;
}

/* The path is masked as FileBinding's is. */
static int bind_as_file(struct binder *b, const struct credential *c, const char *variable)
{
    _cleanup_(buf_release) struct buf content = {0};
    if (content_of(b, c, &content) < 0)
        return -1;
    _cleanup_free_ char *path = place_file(b, c->file_name ? c->file_name : c->id,
                                           content.data ? content.data : "", content.len, 0400);
    explicit_bzero(content.data, content.len);
    if (!path)
        return -1;
    define(b, variable, path, true);
    return 0;
}

static int bind_file(struct binder *b, const struct credential *c)
{
    return bind_as_file(b, c, arg(b, "variable", NULL));
}

static int bind_content(struct binder *b, const struct credential *c)
{
    _cleanup_(buf_release) struct buf content = {0};
    if (content_of(b, c, &content) < 0)
        return -1;
    define(b, arg(b, "variable", NULL), content.data, true);
    return 0;
}

/* ssh refuses a key without a line feed at its end. */
static int bind_key_as(struct binder *b, const struct credential *c, const char *file, const char *user,
                       const char *passphrase)
{
    const char *key = c->private_key ? c->private_key : "";
    size_t n = strlen(key);
    _cleanup_free_ char *whole = n && key[n - 1] != '\n' ? xasprintf("%s\n", key) : xstrdup(key);
    _cleanup_free_ char *path = place_file(b, "ssh-key-file", whole, strlen(whole), 0400);
    if (!path)
        return -1;
    define(b, file, path, true);
    define(b, user, c->username, c->username_secret);
    define(b, passphrase, c->passphrase, true);
    hide(b, key);
    return 0;
}

static int bind_ssh_key(struct binder *b, const struct credential *c)
{
    return bind_key_as(b, c, arg(b, "keyFileVariable", NULL), arg(b, "usernameVariable", NULL),
                       arg(b, "passphraseVariable", NULL));
}

static int bind_certificate(struct binder *b, const struct credential *c)
{
    define(b, arg(b, "aliasVariable", NULL), c->alias ? c->alias : c->id, false);
    define(b, arg(b, "passwordVariable", NULL), c->password, true);
    return bind_as_file(b, c, arg(b, "keystoreVariable", NULL));
}

/* credentials('id'): VAR, and for some kinds VAR_USR and VAR_PSW.
 * [CredentialsBindingHandler of pipeline-model-definition]: VAR is user:password, a file's path, or the
 * key's file. */
static int bind_environment(struct binder *b, const struct credential *c)
{
    const char *variable = arg(b, "variable", "");
    _cleanup_free_ char *user = xasprintf("%s_USR", variable), *secret = xasprintf("%s_PSW", variable);
    switch (c->type) {
    case CRED_STRING:
        return bind_string(b, c);
    case CRED_USERNAME_PASSWORD:
        define(b, user, c->username, c->username_secret);
        define(b, secret, c->password, true);
        return bind_user_colon_password(b, c);
    case CRED_FILE:
    case CRED_KUBECONFIG:
        return bind_file(b, c);
    case CRED_SSH_KEY:
        return bind_key_as(b, c, variable, user, secret);
    case CRED_CERTIFICATE:
        define(b, secret, c->password, true);
        return bind_file(b, c);
    default:
        return error_set(b->err, ERROR_INVALID, "No suitable binding handler could be found for type %s.",
                         credential_type_name(c->type));
    }
}

/* The variable is a folder with the unpacked content. */
static int bind_zip(struct binder *b, const struct credential *c)
{
    _cleanup_(buf_release) struct buf content = {0};
    if (content_of(b, c, &content) < 0)
        return -1;
    struct archive a = {
        .file = place_file(b, "content.zip", content.data ? content.data : "", content.len, 0400)};
    explicit_bzero(content.data, content.len);
    a.dir = a.file ? place_folder(b) : NULL;
    if (!a.dir) {
        free(a.file);
        return -1;
    }
    vec_push(&b->bound->archives, a);
    define(b, arg(b, "variable", NULL), a.dir, true);
    return 0;
}

/* A folder as DOCKER_CERT_PATH wants it. */
static int bind_docker_cert(struct binder *b, const struct credential *c)
{
    const struct {
        const char *name, *text;
    } files[] = {{"key.pem", c->client_key}, {"cert.pem", c->client_cert}, {"ca.pem", c->server_ca}};
    _cleanup_free_ char *dir = place_folder(b);
    if (!dir)
        return -1;
    for (size_t i = 0; i < ARRAY_LEN(files); i++) {
        _cleanup_free_ char *path = path_join(dir, files[i].name);
        if (files[i].text &&
            ws_write_file(b->call, path, files[i].text, strlen(files[i].text), 0400, b->err) < 0)
            return -1;
    }
    define(b, arg(b, "variable", NULL), dir, true);
    hide(b, c->client_key);
    return 0;
}

/* A program that git or ssh asks; its path, owned. */
static char *place_program(struct binder *b, const char *name, const char *text)
{
    return place_file(b, name, text, strlen(text), 0500);
}

/* Every git of the block gets the user and the password by itself [git: GitUsernamePasswordBinding]. */
static int bind_git_password(struct binder *b, const struct credential *c)
{
    _cleanup_free_ char *program =
        place_program(b, "askpass.sh",
                      "#!/bin/sh\ncase \"$1\" in\nUsername*) echo \"$GIT_USERNAME\" ;;\n"
                      "Password*) echo \"$GIT_PASSWORD\" ;;\nesac\n");
    if (!program)
        return -1;
    define(b, "GIT_USERNAME", c->username, c->username_secret);
    define(b, "GIT_PASSWORD", c->password, true);
    define(b, "GIT_ASKPASS", program, false);
    define(b, "GIT_TERMINAL_PROMPT", "false", false);
    return 0;
}

/* The same with a key [git: GitSSHPrivateKeyBinding]. */
static int bind_git_key(struct binder *b, const struct credential *c)
{
    if (bind_key_as(b, c, "SSH_KEY_FILE", NULL, "SSH_KEY_PASSPHRASE") < 0)
        return -1;
    _cleanup_free_ char *program =
        place_program(b, "askpass.sh", "#!/bin/sh\necho \"$SSH_KEY_PASSPHRASE\"\n");
    _cleanup_free_ char *command =
        xasprintf("ssh -i \"$SSH_KEY_FILE\" -o IdentitiesOnly=yes%s%s%s", c->username ? " -l '" : "",
                  c->username ? c->username : "", c->username ? "'" : "");
    if (!program)
        return -1;
    define(b, "GIT_SSH_COMMAND", command, false);
    define(b, "SSH_ASKPASS", program, false);
    define(b, "SSH_ASKPASS_REQUIRE", c->passphrase && *c->passphrase ? "force" : "never", false);
    return 0;
}

enum { ANY_TYPE = -1 };

static const struct binding {
    const char *symbol, *class; /* `usernamePassword(…)`, or $class with or without its package */
    int type;                   /* of credentials; ANY_TYPE */
    int (*bind)(struct binder *b, const struct credential *c);
} bindings[] = {
    {"string", "StringBinding", CRED_STRING, bind_string},
    {"usernamePassword", "UsernamePasswordMultiBinding", CRED_USERNAME_PASSWORD, bind_user_password},
    {"usernameColonPassword", "UsernamePasswordBinding", CRED_USERNAME_PASSWORD, bind_user_colon_password},
    {"file", "FileBinding", CRED_FILE, bind_file},
    {"zip", "ZipFileBinding", CRED_FILE, bind_zip},
    {"sshUserPrivateKey", "SSHUserPrivateKeyBinding", CRED_SSH_KEY, bind_ssh_key},
    {"certificate", "CertificateMultiBinding", CRED_CERTIFICATE, bind_certificate},
    {"kubeconfigFile", "KubeconfigFileBinding", CRED_KUBECONFIG, bind_file},
    {"kubeconfigContent", "KubeconfigContentBinding", CRED_KUBECONFIG, bind_content},
    {"dockerCert", "DockerServerCredentialsBinding", CRED_DOCKER_CERT, bind_docker_cert},
    {"gitUsernamePassword", "GitUsernamePasswordBinding", CRED_USERNAME_PASSWORD, bind_git_password},
    {"gitSshPrivateKey", "GitSSHPrivateKeyBinding", CRED_SSH_KEY, bind_git_key},
    {"EnvironmentBinding", "EnvironmentBinding", ANY_TYPE, bind_environment},
};

static const struct binding *binding_find(const char *class)
{
    const char *dot = strrchr(class, '.');
    for (size_t i = 0; i < ARRAY_LEN(bindings); i++)
        if (strcmp(class, bindings[i].symbol) == 0 || strcmp(dot ? dot + 1 : class, bindings[i].class) == 0)
            return &bindings[i];
    return NULL;
}

/* A kubeconfig may be given as a plain file, and the other way round.
 * CRED_ZIP is a file that is unpacked only by the zip binding. */
static bool type_fits(int wanted, enum credential_type is)
{
    bool wants_file = wanted == CRED_FILE || wanted == CRED_KUBECONFIG || wanted == CRED_ZIP;
    bool is_file = is == CRED_FILE || is == CRED_KUBECONFIG || is == CRED_ZIP;
    return wanted == ANY_TYPE || wanted == (int)is || (wants_file && is_file);
}

static int bind_one(struct binder *b, struct value item)
{
    if (!value_is(item, OBJ_MAP))
        return error_set(b->err, ERROR_INVALID, "withCredentials takes a list of bindings");
    b->map = AS_MAP(item);
    const char *class = arg(b, "$class", ""), *id = arg(b, "credentialsId", NULL);
    const struct binding *binding = binding_find(class);
    if (!binding)
        return error_set(b->err, ERROR_INVALID, "unknown kind of credentials binding: %s", class);
    const struct credential *c = id ? credentials_find(b->call->run->credentials, id) : NULL;
    if (!c)
        return error_set(b->err, ERROR_INVALID, "Could not find credentials entry with ID '%s'",
                         id ? id : "");
    if (!type_fits(binding->type, c->type))
        return error_set(b->err, ERROR_INVALID, "Credentials '%s' is of type '%s' where '%s' was expected",
                         id, credential_type_name(c->type),
                         credential_type_name((enum credential_type)binding->type));
    return binding->bind(b, c);
}

/* A dry run has no secrets: every variable that the bindings name is ****.
 * Parameters of bindings that name variables all end in "ariable". */
static void pretend(struct binder *b, struct value item)
{
    struct map_slot *slot;
    b->map = value_is(item, OBJ_MAP) ? AS_MAP(item) : NULL;
    for (size_t i = 0; b->map && map_next(b->map, &i, &slot);) {
        struct value key = NULL_VALUE, value = NULL_VALUE;
        const char *name = value_text(b->call->fiber, slot->key, &key);
        const char *variable = value_text(b->call->fiber, slot->value, &value);
        if (str_has_suffix(name, "ariable") && *variable) {
            _cleanup_free_ char *user = xasprintf("%s_USR", variable),
                                *secret = xasprintf("%s_PSW", variable);
            env_set(&b->scope->vars, variable, "****");
            env_set(&b->scope->vars, user, "****");
            env_set(&b->scope->vars, secret, "****");
        }
        value_release(key);
        value_release(value);
    }
}

/* ---- unpacking the archives of zip bindings: the helper does it, one after the other */

struct unpacking {
    struct step_call *call;
    struct scope *scope; /* of the body to come */
    struct bound *bound;
    struct worker *worker;
    size_t next;
    char *error;
};

static void unpacking_free(void *data)
{
    struct unpacking *u = data;
    scope_unref(u->scope);
    free(u->error);
    free(u);
}

static int unpack_next(struct unpacking *u, struct error *err);

/* A cancelled worker answers, too: the step wakes in any case, and an interruption is thrown there. */
static void unpacked(void *data, const struct worker_end *end)
{
    struct unpacking *u = data;
    _cleanup_(error_release) struct error err = {0};
    u->worker = NULL;
    if (!end->result)
        u->error = xstrdup(end->message);
    else if (u->next < u->bound->archives.len && unpack_next(u, &err) < 0)
        u->error = xstrdup(err.message);
    if (!u->worker)
        step_wake(u->call);
}

static int unpack_next(struct unpacking *u, struct error *err)
{
    static const struct worker_callbacks callbacks = {.done = unpacked};
    const struct archive *a = &u->bound->archives.items[u->next++];
    json_t *request =
        json_pack("{s:s,s:s,s:s,s:b}", "op", "unzip", "file", a->file, "dir", a->dir, "verbose", 0);
    u->worker = helper_worker(u->call, request, &callbacks, u, err);
    json_decref(request);
    return u->worker ? 0 : -1;
}

static void unpack_cancel(struct step_call *c)
{
    struct unpacking *u = c->state;
    if (u->worker)
        worker_cancel(u->worker);
}

static enum call_status unpack_begin(struct step_call *c)
{
    _cleanup_(error_release) struct error err = {0};
    if (unpack_next(c->state, &err) < 0)
        return step_abort(c, "%s", err.message);
    step_on_cancel(c, unpack_cancel);
    return CALL_WAIT;
}

static enum call_status unpack_ended(struct step_call *c, struct outcome o, struct value *out)
{
    struct unpacking *u = c->state;
    struct scope *scope = u->scope;
    if (o.thrown)
        return step_after_plain(c, o, out);
    if (u->error)
        return step_abort(c, "%s", u->error);
    u->scope = NULL;
    return step_body(c, scope, NULL, 0, NULL, step_after_plain);
}

static enum call_status enter_bound(struct step_call *c, struct scope *scope, struct bound *bound)
{
    if (!bound->archives.len)
        return step_body(c, scope, NULL, 0, NULL, step_after_plain);
    struct unpacking *u = xcalloc(1, sizeof(*u));
    *u = (struct unpacking){.call = c, .scope = scope, .bound = bound};
    c->state = u;
    c->state_release = unpacking_free;
    return step_await(c, unpack_begin, unpack_ended);
}

enum call_status step_with_credentials(struct step_call *c, struct value *out)
{
    _cleanup_(error_release) struct error err = {0};
    struct value list = step_arg(c, "bindings");
    struct binder b = {.call = c,
                       .scope = scope_new(c->branch->scope),
                       .bound = xcalloc(1, sizeof(struct bound)),
                       .err = &err};
    b.bound->run = c->run;
    b.scope->data = b.bound;
    b.scope->release = bound_release;
    bool failed = false;
    for (uint32_t i = 0; !failed && value_is(list, OBJ_LIST) && i < AS_LIST(list)->len; i++)
        if (c->run->dry_run)
            pretend(&b, AS_LIST(list)->items[i]);
        else
            failed = bind_one(&b, AS_LIST(list)->items[i]) < 0;
    if (!failed && b.names.len)
        step_log(c, "Masking supported pattern matches of %s", b.names.data);
    buf_release(&b.names);
    if (failed) {
        scope_unref(b.scope);
        return vm_throw(c->fiber, "CredentialNotFoundException", "%s", err.message);
    }
    return enter_bound(c, b.scope, b.bound);
}
