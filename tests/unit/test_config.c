/* gmrun.yaml, credentials.yaml and parameter files: what is read, and the one message with its place for what
 * is not. */
#include "runner/state/config.h"
#include "base/buf.h"
#include "base/yaml.h"
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char dir[] = "/tmp/gmrun-test-config-XXXXXX";
static char path[128];

static const char *write_as(const char *name, const char *text, mode_t mode)
{
    snprintf(path, sizeof(path), "%s/%s", dir, name);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
    chmod(path, mode);
    return path;
}

static const char *const preset_keys[] = {"timestamps", "skip"};

static void reads_the_documented_file(void **state)
{
    struct config c = {.preset_keys = preset_keys, .n_preset_keys = 2};
    struct error err = {0};
    write_as(
        "gmrun.yaml",
        "executors: 2\n"
        "env: {REGISTRY_MIRROR: https://example.mirror.aliyuncs.com, N: 1.10}\n"
        "agents:\n"
        "  - {name: linux-1, labels: [linux, maven], kind: local, executors: 2, env: {ONAGENT: \"true\"}}\n"
        "  - {name: jdk8, labels: jdk8 old, kind: docker, image: \"maven:3.6-jdk-8\", args: \"-v "
        "m2:/root/.m2\"}\n"
        "  - {name: pod, kind: kubernetes, yamlFile: agents/maven.yaml, nodeSelector: {disk: ssd}}\n"
        "tools:\n  - {type: maven, name: M3, home: /opt/maven/}\n"
        "libraries:\n  - {name: shared, path: ./lib, implicit: yes}\n"
        "registries:\n  - {url: registry.example.com, credentialsId: a}\n"
        "sonar: {url: http://s}\n"
        "timestamps: true\nskip: [A, B]\n"
        "jobs: [{name: x, cron: 'H * * * *'}]\n",
        0644);
    assert_int_equal(config_load(&c, path, &err), 0);
    assert_int_equal(c.executors, 2);
    assert_true(c.built_in);
    assert_string_equal(c.env[1].value, "1.10");
    assert_int_equal(c.n_agents, 3);
    assert_string_equal(c.agents[0].env[0].name, "ONAGENT");
    assert_int_equal(c.agents[1].n_labels, 2);
    assert_string_equal(c.agents[1].labels[1], "old");
    assert_string_equal(agent_extra(&c.agents[1], "image"), "maven:3.6-jdk-8");
    assert_string_equal(agent_extra(&c.agents[2], "nodeSelector"), "{\"disk\":\"ssd\"}");
    assert_true(agent_extra(&c.agents[2], "yamlFile")[0] == '/');
    assert_string_equal(c.tools[0].home, "/opt/maven");
    assert_true(c.libraries[0].implicit && strstr(c.libraries[0].path, "/lib"));
    assert_int_equal(c.n_presets, 2);
    assert_string_equal(c.presets[1].values[1], "B");
    assert_string_equal(c.jobs_json, "[{\"name\":\"x\",\"cron\":\"H * * * *\"}]");
    config_release(&c);
}

struct bad {
    const char *text, *message;
    int line, col;
};

static void check_bad(const struct bad *b)
{
    struct config c = {0};
    struct error err = {0};
    write_as("bad.yaml", b->text, 0644);
    assert_int_equal(config_load(&c, path, &err), -1);
    if (!strstr(err.message, b->message) || err.line != b->line || err.col != b->col)
        fail_msg("got %d:%d %s; want %d:%d %s", err.line, err.col, err.message, b->line, b->col, b->message);
    error_release(&err);
    config_release(&c);
}

static void refuses_with_place(void **state)
{
    static const struct bad bad[] = {
        {"executers: 2\n", "unknown key 'executers' of the configuration; did you mean 'executors'?", 1, 1},
        {"executors: 0\n", "'executors' must be a number from 1 to 100000", 1, 12},
        {"env: {}\nenv: {}\n", "the key 'env' stands twice, first in line 1", 2, 1},
        {"agents:\n  - {name: a, imge: x}\n", "unknown key 'imge' of an agent; did you mean 'image'?", 2, 15},
        {"agents:\n  - {name: a, image: x}\n", "an agent of kind local has no 'image'", 2, 22},
        {"agents:\n  - {name: a, kind: kubernetes, idleMinutes: many}\n", "'idleMinutes' must be a number", 2,
         46},
        {"agents:\n  - {name: a, kind: ssh, host: h, port: [1]}\n", "'port' must be a number", 2, 41},
        {"agents:\n  - {name: a, kind: docker}\n", "agent 'a' of kind docker needs 'image'", 2, 5},
        {"agents:\n  - {name: a, kind: vm}\n", "unknown kind 'vm' of agent 'a'", 2, 21},
        {"agents:\n  - {kind: local}\n", "an agent has no 'name'", 2, 5},
        {"agents:\n  - {name: a}\n  - {name: a}\n", "agent 'a' stands twice, first in line 2", 3, 5},
        {"agents: 3\n", "'agents' must be a list, this is a text", 1, 9},
        {"- a\n", "the configuration must be a map, this is a list", 1, 1},
        {"tools:\n- {type: mvn, name: a, home: /}\n", "unknown type 'mvn' of tool 'a'", 2, 10},
        {"libraries: [{name: l}]\n", "needs one of 'path' and 'remote'", 1, 13},
        {"a: b: c\n", "mapping values are not allowed in this context", 1, 5},
        {"env: {A: \"\xff\"}\n", "invalid", 1, 11},
        {"env: {A: *x}\n", "unknown alias *x", 1, 10},
        {"env: &x {A: *x}\n", "part of", 1, 13},
        {"env: {A: [1]}\n", "'A' must be a text, this is a list", 1, 10},
        {"env: {A: 1}\n---\nb: 1\n", "a second document", 2, 1},
        {"[1, 2]: 3\n", "a key must be a text", 1, 1},
        {"timestamps: true\n", "unknown key 'timestamps'", 1, 1},
    };
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        check_bad(&bad[i]);
}

static void refuses_bombs(void **state)
{
    char deep[400], laughs[1200] = "l0: &a [x,x,x,x,x,x,x,x,x,x]\n";
    memset(deep, '[', sizeof(deep) - 1);
    deep[sizeof(deep) - 1] = 0;
    check_bad(&(struct bad){deep, "nested more than 64 deep", 1, 66});
    for (int a = 'a'; a < 'k'; a++) {
        char line[100];
        snprintf(line, sizeof(line), "l%c: &%c [*%c,*%c,*%c,*%c,*%c,*%c,*%c,*%c,*%c]\n", a, a + 1, a, a, a, a,
                 a, a, a, a, a);
        strncat(laughs, line, sizeof(laughs) - strlen(laughs) - 1);
    }
    check_bad(&(struct bad){laughs, "more than 1000000 values", 7, 5});
}

static void merges_and_aliases(void **state)
{
    struct yaml_doc doc = {0};
    struct error err = {0};
    const char *text = "base: &b {a: 1, b: 2}\nmine: {<<: *b, b: 3}\n";
    assert_int_equal(yaml_parse(&doc, "x", text, strlen(text), &err), 0);
    const struct yaml_node *mine = yaml_get(doc.root, "mine");
    assert_string_equal(yaml_get(mine, "a")->text, "1");
    assert_string_equal(yaml_get(mine, "b")->text, "3");
    yaml_release(&doc);
}

/* Keys that are there already are compared with all of the map, too: 64,000 with 64,000 would take minutes.
 */
static void merged_keys_are_limited(void **state)
{
    struct yaml_doc doc = {0};
    struct error err = {0};
    struct buf text = {0}, keys = {0};
    for (int i = 0; i < 1001; i++)
        buf_printf(&keys, "k%d: 1, ", i);
    buf_printf(&text, "base: &b {%s}\nmine: {%s<<: *b}\n", keys.data, keys.data);
    assert_int_equal(yaml_parse(&doc, "x", text.data, text.len, &err), -1);
    assert_string_equal(err.message, "too many merged keys");
    error_release(&err);
    yaml_release(&doc);
    buf_release(&text);
    buf_release(&keys);
}

static void reads_credentials(void **state)
{
    struct credentials c = {0};
    struct error err = {0};
    write_as("ext.txt", "outside", 0600);
    write_as("credentials.yaml",
             "credentials:\n"
             "  - {id: a, type: usernamePassword, username: u, password: p, usernameSecret: true}\n"
             "  - {id: s, type: string, secret: 007}\n"
             "  - {id: f, type: file, fileName: x.xml, content: \"a\\nb\"}\n"
             "  - {id: g, type: file, path: ext.txt}\n"
             "  - {id: c, type: certificate, keystore: AAEC, password: p}\n",
             0600);
    assert_int_equal(credentials_load(&c, path, false, &err), 0);
    assert_int_equal(c.len, 5);
    assert_true(credentials_find(&c, "a")->username_secret);
    assert_string_equal(credentials_find(&c, "s")->secret, "007");
    assert_null(credentials_find(&c, "none"));
    const struct credential *k = credentials_find(&c, "c");
    assert_int_equal(k->content_len, 3);
    assert_memory_equal(k->content, "\0\1\2", 3);
    char *data;
    size_t len;
    assert_int_equal(credential_read(credentials_find(&c, "g"), &data, &len, &err), 0);
    assert_string_equal(data, "outside");
    free(data);
    credentials_release(&c);
}

static void refuses_credentials(void **state)
{
    static const struct {
        const char *text, *message;
        mode_t mode;
    } bad[] = {
        {"credentials: []\n", "others can read it (mode 0644); run: chmod 600 ", 0644},
        {"credentials: [{id: a, type: strin, secret: x}]\n", "did you mean 'string'?", 0600},
        {"credentials: [{id: a, type: string}]\n", "credential 'a' of type string needs 'secret'", 0600},
        {"credentials: [{id: a, type: string, password: p}]\n",
         "a credential of type string has no 'password'", 0600},
        {"credentials: [{id: a, type: string, secret: p}, {id: a, type: string, secret: q}]\n",
         "stands twice", 0600},
        {"credentials: [{id: a, type: certificate, keystore: '*'}]\n", "'keystore' is not base64", 0600},
    };
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct credentials c = {0};
        struct error err = {0};
        write_as("c.yaml", bad[i].text, bad[i].mode);
        assert_int_equal(credentials_load(&c, path, false, &err), -1);
        if (!strstr(err.message, bad[i].message))
            fail_msg("got %s; want %s", err.message, bad[i].message);
        error_release(&err);
        credentials_release(&c);
    }
    struct credentials none = {0};
    struct error err = {0};
    assert_int_equal(credentials_load(&none, "/nonexistent/c.yaml", true, &err), 0);
    assert_int_equal(credentials_load(&none, "/nonexistent/c.yaml", false, &err), -1);
    error_release(&err);
}

static void reads_parameter_files(void **state)
{
    struct name_value *items;
    size_t n;
    struct error err = {0};
    write_as("p.yaml", "A: 1.10\nB: true\nC: \"x y\"\nD:\n", 0644);
    assert_int_equal(params_file_load(path, &items, &n, &err), 0);
    assert_int_equal(n, 4);
    assert_string_equal(items[0].value, "1.10");
    assert_string_equal(items[3].value, "");
    name_values_free(items, n);
    write_as("p.json", "{\"A\": \"\\ud83d\\ude00\", \"B\": false, \"N\": 12}", 0644);
    assert_int_equal(params_file_load(path, &items, &n, &err), 0);
    assert_string_equal(items[0].value, "\xf0\x9f\x98\x80");
    assert_string_equal(items[1].value, "false");
    assert_string_equal(items[2].value, "12");
    name_values_free(items, n);
    write_as("p.yaml", "A: [1]\n", 0644);
    assert_int_equal(params_file_load(path, &items, &n, &err), -1);
    assert_string_equal(err.message, "the value of 'A' must be a text, this is a list");
    error_release(&err);
}

static int setup(void **state)
{
    return mkdtemp(dir) ? 0 : -1;
}

static int teardown(void **state)
{
    static const char *const names[] = {"gmrun.yaml", "bad.yaml", "ext.txt", "credentials.yaml",
                                        "c.yaml",     "p.yaml",   "p.json"};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        snprintf(path, sizeof(path), "%s/%s", dir, names[i]);
        unlink(path);
    }
    return rmdir(dir);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_the_documented_file),
        cmocka_unit_test(refuses_with_place),
        cmocka_unit_test(refuses_bombs),
        cmocka_unit_test(merges_and_aliases),
        cmocka_unit_test(merged_keys_are_limited),
        cmocka_unit_test(reads_credentials),
        cmocka_unit_test(refuses_credentials),
        cmocka_unit_test(reads_parameter_files),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
