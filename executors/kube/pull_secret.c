/* Passwords pass through three texts (plain, base64 of "user:password", base64 of the whole); all but the
 * JSON's own are wiped. */
#include "executors/kube/pull_secret.h"
#include "base/buf.h"
#include "base/hash.h"
#include "base/util.h"
#include <string.h>

static void set_secret(json_t *o, const char *key, struct buf *text)
{
    json_object_set_new(o, key, json_stringn(text->data ? text->data : "", text->len));
    explicit_bzero(text->data, text->len);
    buf_release(text);
}

/* Docker Hub's own name where there is none; https where there is no scheme. */
static char *with_scheme(const char *url)
{
    if (!url || !*url)
        return xstrdup("https://index.docker.io/v1/");
    return strstr(url, "://") ? xstrdup(url) : xasprintf("https://%s", url);
}

/* Later credentials of an address replace earlier ones, as in Docker's configuration. */
void pull_secret_add(json_t **dockercfg, const char *url, const char *user, const char *password)
{
    _cleanup_free_ char *key = with_scheme(url);
    struct buf plain = {0}, auth = {0};
    json_t *entry = json_pack("{s:s,s:s,s:s}", "username", user, "password", password, "email", "");
    buf_printf(&plain, "%s:%s", user, password);
    base64_encode(&auth, plain.data, plain.len, 0);
    explicit_bzero(plain.data, plain.len);
    buf_release(&plain);
    set_secret(entry, "auth", &auth);
    if (!*dockercfg)
        *dockercfg = json_object();
    json_object_set_new(*dockercfg, key, entry);
}

json_t *pull_secret_object(const json_t *dockercfg, const char *name, const char *space)
{
    char *text = json_dumps(dockercfg, JSON_COMPACT);
    struct buf data = {0};
    base64_encode(&data, text, strlen(text), 0);
    explicit_bzero(text, strlen(text));
    free(text);
    json_t *secret =
        json_pack("{s:s,s:s,s:s,s:{s:s,s:s},s:{}}", "apiVersion", "v1", "kind", "Secret", "type",
                  "kubernetes.io/dockercfg", "metadata", "name", name, "namespace", space, "data");
    set_secret(json_object_get(secret, "data"), ".dockercfg", &data);
    return secret;
}

/* Random, so that builds side by side do not replace each other's. */
char *pull_secret_name(void)
{
    char tail[17];
    random_hex(tail, 8);
    return xasprintf("kubernetes-cd-%s", tail);
}

/* Length of a part between dots: letters and digits at both ends. 0: not one. */
static size_t dns_part(const char *s)
{
    static const char alphanumeric[] = "abcdefghijklmnopqrstuvwxyz0123456789";
    size_t n = strcspn(s, ".");
    size_t fits = 0;
    while (fits < n && (s[fits] == '-' || strchr(alphanumeric, s[fits])))
        fits++;
    return n && fits == n && s[0] != '-' && s[n - 1] != '-' ? n : 0;
}

int pull_secret_check_name(const char *name, struct error *err)
{
    if (strlen(name) > 253)
        return error_set(err, ERROR_INVALID,
                         "the name of a secret has at most 253 characters, '%.40s…' has %zu", name,
                         strlen(name));
    for (const char *p = name;; p++) {
        size_t n = dns_part(p);
        if (!n)
            return error_set(err, ERROR_INVALID,
                             "'%s' is no name of a secret: lower case letters, digits, '-' and '.', a letter "
                             "or digit at both ends of each part",
                             name);
        p += n;
        if (!*p)
            return 0;
    }
}
