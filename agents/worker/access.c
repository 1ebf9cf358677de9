/* Credentials, trust and errors of remote repositories, for libgit2 and for the git program alike.
 * Passwords are given to the host of the address only, never to one that a redirect or submodule names.
 *
 * Lifecycle: access_init() borrows from the request, whose JSON therefore outlives it; memory files of keys
 * and passwords are made on first need (an anonymous fetch makes none) and vanish with access_release() or
 * the process, since nothing names them but /proc. */
#include "agents/worker/access.h"
#include <string.h>
#include <unistd.h>

int access_init(struct access *a, struct job *j, const json_t *o, struct error *err)
{
    *a = (struct access){.job = j, .key_fd = -1, .askpass_fd = -1};
    const char *url = obj_str(o, "url");
    if (!url)
        return error_set(err, ERROR_USAGE, "the request lacks \"url\"");
    if (url_parse(&a->url, url, err) < 0)
        return -1;
    const json_t *c = json_object_get(o, "credentials");
    a->creds = (struct creds){obj_str(c, "username"), obj_str(c, "password"), obj_str(c, "privateKey"),
                              obj_str(c, "passphrase"), obj_str(c, "id")};
    if (!a->creds.user && !a->creds.password && !a->creds.key) {
        a->creds.user = a->url.user;
        a->creds.password = a->url.password;
    }
    a->ca_file = obj_str(o, "caFile") ? obj_str(o, "caFile") : job_str(j, "caFile");
    a->known_hosts = obj_str(o, "knownHosts") ? obj_str(o, "knownHosts") : job_str(j, "knownHosts");
    job_secret(j, a->creds.password);
    job_secret(j, a->creds.passphrase);
    return 0;
}

void access_release(struct access *a)
{
    url_release(&a->url);
    free(a->key_file);
    free(a->askpass_file);
    close_fd(&a->key_fd);
    close_fd(&a->askpass_fd);
    buf_release(&a->ssh_said);
}

int git_fail(struct error *err, const char *what)
{
    const git_error *e = git_error_last();
    return fail_set(err, FAIL_OTHER, "%s%s%s", what, *what ? ": " : "",
                    e && e->message ? e->message : "unknown error");
}

/* libgit2 reads the system's bundle by itself; another one replaces it.
 * Owner validation is off: a workspace may belong to another user than the helper's (containers as root),
 * and the runner, not git, decides whose folder it is. */
int access_start_git(const struct job *j, struct error *err)
{
    const char *ca = job_str(j, "caFile");
    if (git_libgit2_init() < 0)
        return git_fail(err, "cannot start libgit2");
    git_libgit2_opts(GIT_OPT_SET_OWNER_VALIDATION, 0);
    git_libgit2_opts(GIT_OPT_SET_USER_AGENT, "gmrun");
    if (!ca)
        ca = getenv("GIT_SSL_CAINFO");
    if (!ca)
        ca = getenv("SSL_CERT_FILE");
    if (ca && *ca && git_libgit2_opts(GIT_OPT_SET_SSL_CERT_LOCATIONS, ca, NULL) < 0)
        return git_fail(err, "cannot read the certificates of caFile");
    return 0;
}

/* libgit2 asks again after each refusal, and for ever if it gets the same answer: the second question of a
 * connection ends it. GIT_EAUTH, not GIT_PASSTHROUGH: that would make libgit2 look for credentials
 * elsewhere. */
static int on_credentials(git_credential **out, const char *url, const char *user_from_url, unsigned allowed,
                          void *data)
{
    struct access *a = data;
    struct url u;
    bool ours = url_parse(&u, url, NULL) == 0 && url_same_host(&u, &a->url);
    url_release(&u);
    if (a->asked++ || !ours || !a->creds.password || !(allowed & GIT_CREDENTIAL_USERPASS_PLAINTEXT)) {
        git_error_set_str(GIT_ERROR_HTTP, "authentication failed");
        return GIT_EAUTH;
    }
    return git_credential_userpass_plaintext_new(out, a->creds.user ? a->creds.user : "git",
                                                 a->creds.password);
}

/* `valid` is libgit2's own verdict by the trust store set in access_start_git(). Certificates of other kinds
 * are ssh host keys, which the ssh program judges. */
static int on_certificate(git_cert *cert, int valid, const char *host, void *data)
{
    struct access *a = data;
    if (valid || cert->cert_type != GIT_CERT_X509)
        return 0;
    a->refused_tls = true;
    return GIT_ECERTIFICATE;
}

/* libgit2 calls it for every object; job_progress() lets five a second through. */
static int on_transfer(const git_indexer_progress *s, void *data)
{
    struct access *a = data;
    if (s->total_objects && s->received_objects == s->total_objects)
        job_progress(a->job, "resolving", s->indexed_deltas, s->total_deltas, s->received_bytes);
    else
        job_progress(a->job, "receiving", s->received_objects, s->total_objects, s->received_bytes);
    return 0;
}

static int choose_transport(git_transport **out, git_remote *owner, void *data)
{
    struct url u;
    bool ssh = url_parse(&u, git_remote_url(owner), NULL) == 0 && u.kind == URL_SSH;
    url_release(&u);
    if (ssh)
        return access_ssh_transport()(out, owner, data);
    /* libgit2 falls back to its own transports */
    return git_transport_new(out, owner, git_remote_url(owner));
}

void access_callbacks(struct access *a, git_remote_callbacks *cb)
{
    a->asked = 0;
    a->refused_tls = false;
    cb->payload = a;
    cb->credentials = on_credentials;
    cb->certificate_check = on_certificate;
    cb->transfer_progress = on_transfer;
    cb->transport = choose_transport;
}

/* From the words of libgit2, of its TLS library, of git and of ssh, all in English (LC_ALL=C). First match
 * wins, so what is special stands before "certificate" and "SSL". Some begin in the middle of a word, as
 * programs differ in capitals. */
static const struct {
    const char *text;
    enum fail kind;
} symptoms[] = {
    {"REMOTE HOST IDENTIFICATION HAS CHANGED", FAIL_HOST_KEY},
    {"Host key verification failed", FAIL_HOST_KEY},
    {"ermission denied (", FAIL_AUTH},
    {"Too many authentication failures", FAIL_AUTH},
    {"uthentication failed", FAIL_AUTH},
    {"could not read Username", FAIL_AUTH},
    {"could not read Password", FAIL_AUTH},
    {"status code: 401", FAIL_AUTH},
    {"status code: 403", FAIL_AUTH},
    {"returned error: 403", FAIL_AUTH},
    {"too many redirects or authentication replays", FAIL_AUTH},
    {"certificate", FAIL_TLS},
    {"SSL", FAIL_TLS},
    {"TLS", FAIL_TLS},
    {"resolve address", FAIL_UNREACHABLE},
    {"ould not resolve host", FAIL_UNREACHABLE},
    {"failed to connect", FAIL_UNREACHABLE},
    {"Failed to connect", FAIL_UNREACHABLE},
    {"unable to connect", FAIL_UNREACHABLE},
    {"onnection refused", FAIL_UNREACHABLE},
    {"onnection timed out", FAIL_UNREACHABLE},
    {"onnection reset", FAIL_UNREACHABLE},
    {"etwork is unreachable", FAIL_UNREACHABLE},
    {"o route to host", FAIL_UNREACHABLE},
    {"status code: 404", FAIL_REPOSITORY},
    {"status code: 410", FAIL_REPOSITORY},
    {"ould not find repository", FAIL_REPOSITORY},
    {"failed to resolve path", FAIL_REPOSITORY},
    {"does not appear to be a git repository", FAIL_REPOSITORY},
    {"epository not found", FAIL_REPOSITORY},
    {"' not found", FAIL_REPOSITORY},
    {"repository not exported", FAIL_REPOSITORY},
    {"invalid content-type", FAIL_REPOSITORY},
    {"not a git repository", FAIL_REPOSITORY},
};

/* FAIL_OTHER when nobody has reported these words yet: the text itself is shown in any case. */
static enum fail classify(const char *text)
{
    for (size_t i = 0; i < ARRAY_LEN(symptoms); i++)
        if (strstr(text, symptoms[i].text))
            return symptoms[i].kind;
    return FAIL_OTHER;
}

/* What the user can do about it, behind the reason; nothing where there is no sure advice. */
static void advise(const struct access *a, enum fail kind, struct buf *b)
{
    bool some = a->creds.password || a->creds.key;
    if (kind == FAIL_AUTH && some)
        buf_printf(b, " (credentials%s%s were refused)", a->creds.id ? " " : "",
                   a->creds.id ? a->creds.id : "");
    else if (kind == FAIL_AUTH)
        buf_addstr(b, " (the server asks for credentials; none were given)");
    else if (kind == FAIL_TLS)
        buf_addstr(b, " (add the authority's certificate to the system's, or name it as caFile)");
    else if (kind == FAIL_HOST_KEY)
        buf_printf(b,
                   " (the server's ssh host key differs from the one seen before; if that is right, remove "
                   "its line from %s)",
                   a->known_hosts ? a->known_hosts : "~/.ssh/known_hosts");
    else if (kind == FAIL_REPOSITORY)
        buf_addstr(b, " (no such repository, or not readable with these credentials)");
}

/* The last line with content that is not decoration: what ssh and git put their reason in. */
static char *reason_line(const char *text)
{
    char *best = xstrdup("");
    for (const char *s = text; *s;) {
        size_t n = strcspn(s, "\r\n");
        bool noise = n == 0 || *s == '@' || str_has_prefix(s, "Warning: ") ||
                     str_has_prefix(s, "and the repository") || str_has_prefix(s, "Please make sure") ||
                     str_has_prefix(s, "fatal: Could not read from remote");
        if (!noise) {
            free(best);
            best = xstrndup(s, n);
        }
        s += n + strspn(s + n, "\r\n");
    }
    return best;
}

static int fail_with(struct access *a, enum fail kind, const char *what, const char *reason,
                     struct error *err)
{
    struct buf b = {0};
    advise(a, kind, &b);
    fail_set(err, kind, "%s: %s%s", what, reason, b.data ? b.data : "");
    buf_release(&b);
    return -1;
}

int access_fail_text(struct access *a, const char *output, const char *what, struct error *err)
{
    _cleanup_free_ char *reason = reason_line(output);
    return fail_with(a, classify(output), what, reason, err);
}

int access_fail(struct access *a, int code, const char *what, struct error *err)
{
    if (a->ssh_said.len)
        return access_fail_text(a, a->ssh_said.data, what, err);
    const git_error *e = git_error_last();
    const char *text = e && e->message ? e->message : "unknown error";
    enum fail kind = a->refused_tls || code == GIT_ECERTIFICATE ? FAIL_TLS
                     : code == GIT_EAUTH                        ? FAIL_AUTH
                                                                : classify(text);
    if (kind == FAIL_OTHER && e && e->klass == GIT_ERROR_SSL)
        kind = FAIL_TLS;
    return fail_with(a, kind, what, a->refused_tls ? "the server's TLS certificate is not trusted" : text,
                     err);
}

/* LC_ALL=C since access_fail_text() reads what the program says; no terminal prompt, or git would wait for a
 * person. */
int access_program(struct access *a, struct program *p, struct error *err)
{
    struct ssh_args args = {0};
    struct buf command = {0};
    program_env(p, "LC_ALL=C");
    program_env(p, "GIT_TERMINAL_PROMPT=0");
    if (a->ca_file)
        program_env(p, "GIT_SSL_CAINFO=%s", a->ca_file);
    int rc = access_askpass_env(a, p, err);
    if (rc == 0 && a->url.kind == URL_SSH && (rc = access_ssh_args(a, &a->url, &args, err)) == 0) {
        buf_addstr(&command, "ssh");
        for (size_t i = 0; i < args.items.len; i++) {
            buf_addch(&command, ' ');
            buf_add_quoted(&command, args.items.items[i]);
        }
        program_env(p, "GIT_SSH_COMMAND=%s", command.data);
    }
    ssh_args_release(&args);
    buf_release(&command);
    return rc;
}
