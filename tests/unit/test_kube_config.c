/* Kubeconfigs: which file wins, where relative names start, what is told about a broken one. */
#include "agents/kube/config.h"
#include "agents/kube/credential.h"
#include "base/fs.h"
#include "base/util.h"
#include "tests/unit/check.h"
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define PEM_CERT "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"
#define PEM_KEY "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"
#define PEM_BASE64 "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCkFBQUEKLS0tLS1FTkQgQ0VSVElGSUNBVEUtLS0tLQo="

static char dir[] = "/tmp/gmrun-test-kube-XXXXXX";

static void put(const char *name, const char *text)
{
    _cleanup_free_ char *path = path_join(dir, name), *parent = path_dirname(path);
    assert_int_equal(fs_mkdir_p(parent, 0755, NULL), 0);
    assert_int_equal(fs_write_file(path, text, strlen(text), 0600, NULL), 0);
}

static void load(struct kube_config *c, const struct kube_config_from *from)
{
    struct error err = {0};
    int rc = kube_config_load(c, from, &err);
    if (rc)
        print_error("%s:%d: %s\n", err.file ? err.file : "", err.line, err.message);
    assert_int_equal(rc, 0);
}

static void load_text(struct kube_config *c, const char *text)
{
    struct kube_config_from from = {.text = text, .dir = dir};
    load(c, &from);
}

static void fails(const struct kube_config_from *from, int line, const char *message)
{
    struct kube_config c = {0};
    struct error err = {0};
    assert_int_equal(kube_config_load(&c, from, &err), -1);
    if (!strstr(err.message, message))
        fail_msg("'%s' does not say '%s'", err.message, message);
    assert_int_equal(err.line, line);
    error_release(&err);
    kube_config_release(&c);
}

static void text_fails(const char *text, int line, const char *message)
{
    struct kube_config_from from = {.text = text, .dir = dir};
    fails(&from, line, message);
}

#define HEAD "current-context: c\ncontexts:\n- {name: c, context: {cluster: k, user: u, namespace: ci}}\n"
#define CLUSTER "clusters:\n- {name: k, cluster: {server: 'https://h:6443/'}}\n"

static void inline_data(void **state)
{
    struct kube_config c = {0};
    load_text(&c, HEAD
              "clusters:\n- name: k\n  cluster:\n    server: https://10.0.0.1:6443/\n"
              "    certificate-authority: nowhere.crt\n    certificate-authority-data: " PEM_BASE64 "\n"
              "    tls-server-name: api\n    proxy-url: socks5://p:1080\n"
              "users:\n- name: u\n  user: {token: t0, tokenFile: sub/token, as: jane, as-groups: [a, b]}\n");
    assert_string_equal(c.server, "https://10.0.0.1:6443");
    assert_string_equal(c.ca, PEM_CERT);
    assert_string_equal(c.tls_server_name, "api");
    assert_string_equal(c.proxy, "socks5://p:1080");
    assert_string_equal(kube_config_space(&c), "ci");
    assert_string_equal(c.token, "t0");
    assert_true(str_has_suffix(c.token_file, "/sub/token"));
    assert_string_equal(c.as, "jane");
    assert_int_equal(json_array_size(c.as_groups), 2);
    assert_false(c.insecure);
    kube_config_release(&c);
}

static void files_relative_to_the_kubeconfig(void **state)
{
    struct kube_config c = {0};
    put("a/ca.crt", PEM_CERT);
    put("a/me.crt", PEM_CERT);
    put("a/me.key", PEM_KEY);
    put("a/config", HEAD "clusters:\n- {name: k, cluster: {server: h, certificate-authority: ca.crt}}\n"
                         "users:\n- {name: u, user: {client-certificate: me.crt, client-key: ./me.key}}\n");
    _cleanup_free_ char *file = path_join(dir, "a/config");
    struct kube_config_from from = {.files = file};
    load(&c, &from);
    assert_string_equal(c.server, "http://h");
    assert_string_equal(c.ca, PEM_CERT);
    assert_string_equal(c.key, PEM_KEY);
    kube_config_release(&c);
}

/* The first file that has a name wins, also for current-context; missing ones are passed over. */
static void merged(void **state)
{
    struct kube_config c = {0};
    put("m1", "clusters:\n- {name: k, cluster: {server: 'https://first'}}\n");
    put("m2", HEAD "clusters:\n- {name: k, cluster: {server: 'https://second'}}\n"
                   "users:\n- {name: u, user: {token: second}}\n");
    put("m3", "current-context: d\ncontexts:\n- {name: d, context: {cluster: k2}}\n"
              "clusters:\n- {name: k2, cluster: {server: 'https://third', insecure-skip-tls-verify: true}}\n"
              "users:\n- {name: u, user: {token: third}}\n");
    _cleanup_free_ char *list = xasprintf("%s/none:%s/m1::%s/m2:%s/m3", dir, dir, dir, dir);
    setenv("KUBECONFIG", list, 1);
    struct kube_config_from from = {0};
    load(&c, &from);
    assert_string_equal(c.server, "https://first");
    assert_string_equal(c.token, "second");
    kube_config_release(&c);
    from.context = "d";
    load(&c, &from);
    assert_string_equal(c.server, "https://third");
    assert_null(c.user_name);
    assert_true(c.insecure);
    assert_string_equal(kube_config_space(&c), "default");
    kube_config_release(&c);
    from.context = "e";
    fails(&from, 0, "there is no context 'e'; it has: c, d");
    unsetenv("KUBECONFIG");
}

static void of_the_home_or_the_pod(void **state)
{
    struct kube_config c = {0};
    _cleanup_free_ char *account = path_join(dir, "account");
    struct kube_config_from from = {.account_dir = account};
    setenv("HOME", dir, 1);
    unsetenv("KUBECONFIG");
    unsetenv("KUBERNETES_SERVICE_HOST");
    fails(&from, 0, "there is no kubeconfig at /tmp/");
    put("account/token", "abc\n");
    put("account/ca.crt", PEM_CERT);
    put("account/namespace", "team\n");
    setenv("KUBERNETES_SERVICE_HOST", "fd00::1", 1);
    setenv("KUBERNETES_SERVICE_PORT", "443", 1);
    load(&c, &from);
    assert_string_equal(c.server, "https://[fd00::1]:443");
    assert_string_equal(kube_config_space(&c), "team");
    assert_true(c.in_cluster);
    kube_config_release(&c);
    put(".kube/config", HEAD CLUSTER "users:\n- {name: u, user: {username: a, password: b}}\n");
    load(&c, &from);
    assert_string_equal(c.password, "b");
    kube_config_release(&c);
    from.files = "/nonexistent/config";
    fails(&from, 0, "no kubeconfig at /nonexistent/config");
    unsetenv("KUBERNETES_SERVICE_HOST");
}

static void broken(void **state)
{
    text_fails("a: [\n", 2, "");
    text_fails("[1]", 1, "a kubeconfig is a map, this is a list");
    text_fails("", 0, "it has no contexts");
    text_fails("contexts:\n- {name: a, context: {}}\n- {name: b}\n", 0,
               "no current-context is set; it has: a, b");
    text_fails(HEAD, 0, "names the cluster 'k', which is not there");
    text_fails(HEAD CLUSTER, 0, "names the user 'u', who is not there");
    text_fails(HEAD "clusters:\n- name: k\n  cluster: {server: [x]}\n", 6,
               "server must be a text, this is a list");
    text_fails(HEAD "clusters:\n- name: k\n  cluster: {}\n", 6, "has no server");
    text_fails(HEAD "clusters:\n- name: k\n  cluster:\n    server: ftp://h\n", 7, "no http or https address");
    text_fails(HEAD "clusters:\n- name: k\n  cluster:\n    server: h\n    certificate-authority-data: '*'\n",
               8, "certificate-authority-data is no base64");
    text_fails(HEAD "clusters:\n- name: k\n  cluster:\n    server: h\n    certificate-authority-data: YWJj\n",
               8, "certificate-authority-data holds no PEM text");
    text_fails(HEAD "clusters:\n- name: k\n  cluster:\n    server: h\n    certificate-authority: none.crt\n",
               8, "none.crt");
    text_fails(HEAD "clusters:\n- name: k\n  cluster:\n    server: h\n    insecure-skip-tls-verify: maybe\n",
               8, "insecure-skip-tls-verify must be true or false");
    text_fails(HEAD CLUSTER "users:\n- name: u\n  user: {client-certificate-data: " PEM_BASE64 "}\n", 8,
               "has a client certificate without its key");
    text_fails(HEAD CLUSTER "users:\n- name: u\n  user:\n    auth-provider: {name: gcp}\n", 9,
               "auth-provider left Kubernetes");
    text_fails(HEAD CLUSTER "users:\n- name: u\n  user:\n    exec: {command: x, apiVersion: v2}\n", 9,
               "client.authentication.k8s.io/v1");
    text_fails(HEAD CLUSTER "users:\n- name: u\n  user:\n    exec: {command: x, apiVersion: "
                            "client.authentication.k8s.io/v1, interactiveMode: Always}\n",
               9, "wants a terminal");
}

/* ---- exec plugins, run for real */

#define EXEC_HEAD                                                                                            \
    HEAD CLUSTER                                                                                             \
        "users:\n- name: u\n  user:\n    exec:\n      apiVersion: client.authentication.k8s.io/v1\n"         \
        "      command: ./plugin\n      args: [one, 'two three']\n      env: [{name: MARK, value: m1}]\n"    \
        "      provideClusterInfo: true\n"

struct plugin {
    struct loop loop;
    struct procs procs;
    struct kube_config config;
    struct kube_credential credential;
    int ready;
};

static void is_ready(void *data)
{
    ((struct plugin *)data)->ready++;
}

static void plugin_start(struct plugin *p, const char *script)
{
    _cleanup_free_ char *path = path_join(dir, "plugin");
    memset(p, 0, sizeof(*p));
    put("plugin", script);
    assert_int_equal(chmod(path, 0755), 0);
    assert_int_equal(loop_init(&p->loop, NULL), 0);
    assert_int_equal(procs_init(&p->procs, &p->loop, false, NULL), 0);
    load_text(&p->config, EXEC_HEAD);
    kube_credential_init(&p->credential, &p->config, &p->loop, &p->procs, is_ready, p);
}

static void plugin_wait(struct plugin *p)
{
    assert_int_equal(kube_credential_get(&p->credential, NULL), 0);
    for (int want = p->ready + 1; p->ready < want;)
        assert_true(loop_run_once(&p->loop, -1, NULL) >= 0);
}

static void plugin_stop(struct plugin *p)
{
    kube_credential_release(&p->credential);
    kube_config_release(&p->config);
    procs_release(&p->procs);
    loop_release(&p->loop);
}

static void plugin_gives_a_token(void **state)
{
    struct plugin p;
    struct error err = {0};
    plugin_start(
        &p,
        "#!/bin/sh\n"
        "case $KUBERNETES_EXEC_INFO in *'\"server\":\"https://h:6443\"'*) s=ok ;; *) s=bad ;; esac\n"
        "n=$(cat \"${0%/*}/runs\" 2>/dev/null || echo 0); echo $((n + 1)) >\"${0%/*}/runs\"\n"
        "printf '{\"kind\":\"ExecCredential\",\"apiVersion\":\"client.authentication.k8s.io/v1\",'\n"
        "printf '\"status\":{\"token\":\"%s-%s-%s-%s\",\"expirationTimestamp\":\"2999-01-01T00:00:00Z\"}}' "
        "\"$1\" \"$2\" $MARK $s\n");
    plugin_wait(&p);
    assert_int_equal(kube_credential_get(&p.credential, &err), 1);
    assert_int_equal(kube_credential_get(&p.credential, &err), 1); /* kept until it expires */
    _cleanup_free_ char *header = kube_credential_header(&p.credential);
    assert_string_equal(header, "Authorization: Bearer one-two three-m1-ok");
    assert_true(kube_credential_refused(&p.credential));
    plugin_wait(&p); /* asked anew once the server refused it */
    _cleanup_free_ char *runs = path_join(dir, "runs");
    struct buf count = {0};
    assert_int_equal(fs_read_file(runs, 100, &count, NULL), 0);
    assert_string_equal(count.data, "2\n");
    buf_release(&count);
    plugin_stop(&p);
}

static void plugin_fails(void **state)
{
    struct plugin p;
    struct error err = {0};
    plugin_start(&p, "#!/bin/sh\necho first >&2\necho 'please log in' >&2\nexit 3\n");
    plugin_wait(&p);
    assert_int_equal(kube_credential_get(&p.credential, &err), -1);
    assert_non_null(strstr(err.message, "/plugin: exit status 3: please log in"));
    error_release(&err);
    plugin_stop(&p);
}

/* Its owner may go while it runs. */
static void plugin_outlives(void **state)
{
    struct plugin p;
    plugin_start(&p, "#!/bin/sh\nsleep 100\n");
    assert_int_equal(kube_credential_get(&p.credential, NULL), 0);
    kube_credential_release(&p.credential);
    while (p.procs.count)
        assert_true(loop_run_once(&p.loop, -1, NULL) >= 0);
    assert_int_equal(p.ready, 0);
    plugin_stop(&p);
}

static void plugin_answers(void **state)
{
    static const struct {
        const char *status, *message; /* NULL: good */
    } rows[] = {
        {"{\"token\":\"t\"}", NULL},
        {"{\"token\":\"t\",\"expirationTimestamp\":\"2030-01-02T03:04:05.123+02:00\"}", NULL},
        {"{\"token\":\"t\",\"expirationTimestamp\":\"soon\"}", "is no time"},
        {"{\"clientCertificateData\":\"c\",\"clientKeyData\":\"k\"}", NULL},
        {"{\"clientCertificateData\":\"c\"}", "certificate alone"},
        {"{\"token\":\"a\\nb\"}", "more than one line"},
        {"{}", "neither"},
        {"3", "no status"},
    };
    struct plugin p;
    plugin_start(&p, "");
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct error err = {0};
        _cleanup_free_ char *text = xasprintf(
            "{\"kind\":\"ExecCredential\",\"apiVersion\":\"client.authentication.k8s.io/v1\",\"status\":%s}",
            rows[i].status);
        int rc = kube_credential_read(&p.credential, text, strlen(text), &err);
        assert_int_equal(rc, rows[i].message ? -1 : 0);
        if (rows[i].message)
            assert_non_null(strstr(err.message, rows[i].message));
        error_release(&err);
    }
    plugin_stop(&p);
}

static int make_dir(void **state)
{
    return mkdtemp(dir) ? 0 : -1;
}

static int remove_dir(void **state)
{
    return fs_rm_rf(dir, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(inline_data),    cmocka_unit_test(files_relative_to_the_kubeconfig),
        cmocka_unit_test(merged),         cmocka_unit_test(of_the_home_or_the_pod),
        cmocka_unit_test(broken),         cmocka_unit_test(plugin_gives_a_token),
        cmocka_unit_test(plugin_fails),   cmocka_unit_test(plugin_outlives),
        cmocka_unit_test(plugin_answers),
    };
    return cmocka_run_group_tests(tests, make_dir, remove_dir);
}
