/* See credential.h. [client-go: plugin/pkg/client/auth/exec] */
#include "agents/kube/credential.h"
#include "base/fs.h"
#include "base/hash.h"
#include "base/util.h"
#include <string.h>
#include <unistd.h>

enum {
    PLUGIN_MS = 60000,
    OUTPUT_MAX = 1 << 20,
    EARLY_S = 10,          /* so long before they expire they are not used any more */
    TOKEN_FILE_MS = 60000, /* a pod's token is written anew long before it expires */
};

/* Outlives its owner where that goes before the program has ended. */
struct kube_plugin {
    struct kube_credential *owner; /* NULL: gone */
    struct proc *proc;
    struct loop_timer limit;
    struct buf out, complaint;
};

static void wipe(char **text)
{
    if (*text)
        explicit_bzero(*text, strlen(*text));
    free(*text);
    *text = NULL;
}

static void wipe_buf(struct buf *b)
{
    if (b->data)
        explicit_bzero(b->data, b->cap);
    buf_release(b);
}

static void forget(struct kube_credential *c)
{
    wipe(&c->token);
    wipe(&c->cert);
    wipe(&c->key);
    c->has = false;
}

/* ---- what the plugin is told */

static void put(json_t *o, const char *key, const char *text)
{
    if (text)
        json_object_set_new(o, key, json_string(text));
}

static json_t *describe_cluster(const struct kube_config *f)
{
    json_t *o = json_object();
    put(o, "server", f->server);
    put(o, "tls-server-name", f->tls_server_name);
    put(o, "proxy-url", f->proxy);
    if (f->insecure)
        json_object_set_new(o, "insecure-skip-tls-verify", json_true());
    if (f->ca) {
        struct buf data = {0};
        base64_encode(&data, f->ca, strlen(f->ca), 0);
        json_object_set_new(o, "certificate-authority-data", json_stringn(data.data, data.len));
        buf_release(&data);
    }
    return o;
}

static char *exec_info(const struct kube_config *f)
{
    json_t *spec = json_pack("{s:b}", "interactive", 0);
    if (f->exec.cluster_info)
        json_object_set_new(spec, "cluster", describe_cluster(f));
    json_t *info = json_pack("{s:s, s:s, s:o}", "kind", "ExecCredential", "apiVersion", f->exec.api_version,
                             "spec", spec);
    _cleanup_free_ char *text = json_dumps(info, JSON_COMPACT);
    json_decref(info);
    return xasprintf("KUBERNETES_EXEC_INFO=%s", text);
}

typedef VEC(char *) texts;

static void texts_release(texts *v)
{
    for (size_t i = 0; i < v->len; i++)
        free(v->items[i]);
    vec_release(v);
}

static bool is_set_anew(const struct kube_exec *e, const char *entry)
{
    _cleanup_free_ char *name = xstrndup(entry, strcspn(entry, "="));
    return json_object_get(e->env, name) || strcmp(name, "KUBERNETES_EXEC_INFO") == 0;
}

static void build_env(const struct kube_config *f, texts *env)
{
    const char *name;
    json_t *value;
    for (char **e = environ; *e; e++)
        if (!is_set_anew(&f->exec, *e))
            vec_push(env, xstrdup(*e));
    json_object_foreach(f->exec.env, name, value)
        vec_push(env, xasprintf("%s=%s", name, json_string_value(value)));
    vec_push(env, exec_info(f));
    vec_push(env, NULL);
}

/* ---- what it says */

/* RFC 3339; 0 where there is none, -1 when it is unreadable. */
static time_t parse_time(const char *text)
{
    struct tm tm = {0};
    if (!text)
        return 0;
    const char *rest = strptime(text, "%Y-%m-%dT%H:%M:%S", &tm);
    if (!rest)
        return -1;
    if (*rest == '.')
        rest += 1 + strspn(rest + 1, "0123456789");
    int hours = 0, minutes = 0;
    if (*rest == '+' || *rest == '-') {
        char *end;
        hours = (int)strtol(rest + 1, &end, 10);
        minutes = *end == ':' ? (int)strtol(end + 1, NULL, 10) : 0;
    } else if (*rest != 'Z' && *rest != 'z') {
        return -1;
    }
    int shift = (hours * 60 + minutes) * 60;
    return timegm(&tm) - (*rest == '-' ? -shift : shift);
}

static int check_answer(const struct kube_credential *c, json_t *o, struct error *err)
{
    const char *kind = json_string_value(json_object_get(o, "kind")),
               *version = json_string_value(json_object_get(o, "apiVersion"));
    if (!str_eq(kind, "ExecCredential"))
        return error_set(err, ERROR_REMOTE, "it printed no ExecCredential");
    if (!str_eq(version, c->config->exec.api_version))
        return error_set(err, ERROR_REMOTE, "it answered in version %s, asked for %s",
                         version ? version : "none", c->config->exec.api_version);
    if (!json_is_object(json_object_get(o, "status")))
        return error_set(err, ERROR_REMOTE, "its answer has no status");
    return 0;
}

static int take_answer(struct kube_credential *c, json_t *o, struct error *err)
{
    json_t *status = json_object_get(o, "status");
    if (check_answer(c, o, err) < 0)
        return -1;
    forget(c);
    c->token = xstrdup(json_string_value(json_object_get(status, "token")));
    c->cert = xstrdup(json_string_value(json_object_get(status, "clientCertificateData")));
    c->key = xstrdup(json_string_value(json_object_get(status, "clientKeyData")));
    c->expires = parse_time(json_string_value(json_object_get(status, "expirationTimestamp")));
    if (!c->token && !c->cert)
        return error_set(err, ERROR_REMOTE, "its answer has neither a token nor a client certificate");
    if (!c->cert != !c->key)
        return error_set(err, ERROR_REMOTE, "its answer has a client %s alone",
                         c->cert ? "certificate" : "key");
    if (c->expires < 0)
        return error_set(err, ERROR_REMOTE, "its expirationTimestamp is no time");
    if (c->token && strpbrk(c->token, "\r\n"))
        return error_set(err, ERROR_REMOTE, "its token has more than one line");
    c->has = true;
    return 0;
}

int kube_credential_read(struct kube_credential *c, const char *text, size_t n, struct error *err)
{
    json_error_t why;
    json_t *o = json_loadb(text ? text : "", n, 0, &why);
    int rc = o ? take_answer(c, o, err) : error_set(err, ERROR_REMOTE, "it printed no JSON: %s", why.text);
    json_decref(o);
    if (rc < 0)
        forget(c);
    return rc;
}

/* ---- its run */

static void output(void *data, int stream, const char *bytes, size_t n)
{
    struct kube_plugin *p = data;
    struct buf *b = stream == 1 ? &p->out : &p->complaint;
    if (b->len + n <= OUTPUT_MAX)
        buf_add(b, bytes, n);
}

/* The last line that it wrote to standard error says most. */
static char *last_line(const struct buf *b)
{
    size_t end = b->len;
    while (end && strchr("\r\n ", b->data[end - 1]))
        end--;
    size_t start = end;
    while (start && b->data[start - 1] != '\n')
        start--;
    return xstrndup(b->data ? b->data + start : "", end - start);
}

static void read_run(struct kube_credential *c, const struct kube_plugin *p, const struct proc_exit *e)
{
    struct error *err = &c->failure;
    _cleanup_free_ char *line = last_line(&p->complaint);
    if (e->killed)
        error_set(err, ERROR_REMOTE, "no answer within %d seconds", PLUGIN_MS / 1000);
    else if (e->status)
        error_set(err, ERROR_REMOTE, "exit status %d%s%s", e->status, *line ? ": " : "", line);
    else
        kube_credential_read(c, p->out.data, p->out.len, err);
    error_wrap(err, "the credential program %s", c->config->exec.command);
}

static void ended(void *data, const struct proc_exit *e)
{
    struct kube_plugin *p = data;
    struct kube_credential *c = p->owner;
    if (c) {
        c->plugin = NULL;
        loop_timer_stop(c->loop, &p->limit);
        read_run(c, p, e);
    }
    wipe_buf(&p->out);
    buf_release(&p->complaint);
    free(p);
    if (c)
        c->ready(c->data);
}

static void too_long(struct loop_timer *t)
{
    proc_kill(((struct kube_plugin *)t->data)->proc, 0);
}

static int run_plugin(struct kube_credential *c, struct error *err)
{
    static const struct proc_callbacks callbacks = {.output = output, .done = ended};
    const struct kube_exec *e = &c->config->exec;
    _cleanup_(texts_release) texts env = {0};
    VEC(const char *) argv = {0};
    if (!c->procs)
        return error_set(err, ERROR_USAGE, "the credential program %s is not run here", e->command);
    build_env(c->config, &env);
    vec_push(&argv, e->command);
    for (size_t i = 0; i < json_array_size(e->args); i++)
        vec_push(&argv, json_string_value(json_array_get(e->args, i)));
    vec_push(&argv, NULL);
    struct proc_options o = {.argv = argv.items,
                             .env = (const char *const *)env.items,
                             .stdio = {PROC_NULL, PROC_PIPE, PROC_PIPE}};
    struct kube_plugin *p = xcalloc(1, sizeof(*p));
    *p = (struct kube_plugin){.owner = c, .limit = {.fn = too_long, .data = p}};
    p->proc = proc_start(c->procs, &o, &callbacks, p, err);
    vec_release(&argv);
    if (!p->proc) {
        const char *hint = e->install_hint;
        free(p);
        return error_wrap(err, "the credential program %s%s%.*s%s", e->command, hint ? " (" : "",
                          hint ? (int)strcspn(hint, "\r\n") : 0, hint ? hint : "", hint ? ")" : "");
    }
    c->plugin = p;
    loop_timer_start(c->loop, &p->limit, PLUGIN_MS);
    return 0;
}

int kube_credential_get(struct kube_credential *c, struct error *err)
{
    if (!c->config->exec.command)
        return 1;
    if (c->plugin)
        return 0;
    if (c->failure.kind) {
        error_set(err, c->failure.kind, "%s", c->failure.message);
        error_release(&c->failure);
        return -1;
    }
    if (c->has && (!c->expires || time(NULL) < c->expires - EARLY_S))
        return 1;
    return run_plugin(c, err);
}

bool kube_credential_refused(struct kube_credential *c)
{
    c->file_read = 0;
    forget(c);
    return c->config->exec.command || c->config->token_file;
}

/* ---- what is shown */

/* [client-go: the file's token goes before the other; when it cannot be read the last one stays] */
static const char *current_token(struct kube_credential *c)
{
    int64_t now = loop_now(c->loop);
    struct buf text = {0};
    if (c->token)
        return c->token;
    if (!c->config->token_file)
        return c->config->token;
    if (c->file_token && c->file_read && now < c->file_read + TOKEN_FILE_MS)
        return c->file_token;
    if (fs_read_file(c->config->token_file, OUTPUT_MAX, &text, NULL) == 0 && text.len) {
        wipe(&c->file_token);
        c->file_token = xstrndup(text.data, strcspn(text.data, "\r\n"));
        c->file_read = now;
    }
    wipe_buf(&text);
    return c->file_token ? c->file_token : c->config->token;
}

char *kube_credential_header(struct kube_credential *c)
{
    const char *token = current_token(c), *password = c->config->password;
    if (token)
        return xasprintf("Authorization: Bearer %s", token);
    if (!c->config->user)
        return NULL;
    struct buf coded = {0};
    char *pair = xasprintf("%s:%s", c->config->user, password ? password : "");
    base64_encode(&coded, pair, strlen(pair), 0);
    wipe(&pair);
    char *header = xasprintf("Authorization: Basic %s", coded.data);
    wipe_buf(&coded);
    return header;
}

const char *kube_credential_cert(const struct kube_credential *c)
{
    return c->cert ? c->cert : c->config->cert;
}

const char *kube_credential_key(const struct kube_credential *c)
{
    return c->cert ? c->key : c->config->key;
}

void kube_credential_init(struct kube_credential *c, const struct kube_config *config, struct loop *loop,
                          struct procs *procs, void (*ready)(void *data), void *data)
{
    *c = (struct kube_credential){
        .config = config, .loop = loop, .procs = procs, .ready = ready, .data = data};
}

void kube_credential_release(struct kube_credential *c)
{
    if (c->plugin) {
        c->plugin->owner = NULL;
        loop_timer_stop(c->loop, &c->plugin->limit);
        proc_kill(c->plugin->proc, 0);
        c->plugin = NULL;
    }
    forget(c);
    wipe(&c->file_token);
    error_release(&c->failure);
}
