/* What engines and registries send, cut at every byte; names of images; the rules of .dockerignore. The
 * helper's objects are in no library, so its rules are taken in here. */
#include "agents/docker_pull.h"
#include "agents/worker/ignore.c"
#include "agents/engine.h"
#include "runner/engine/registry.h"
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

struct seen {
    struct buf out, err;
    size_t objects;
};

static void frame(void *data, int stream, const char *bytes, size_t n)
{
    struct seen *s = data;
    buf_add(stream == 2 ? &s->err : &s->out, bytes, n);
}

static void frames_survive_every_cut(void **state)
{
    static const char bytes[] = "\1\0\0\0\0\0\0\5hello\2\0\0\0\0\0\0\3err\1\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1!";
    const size_t n = sizeof(bytes) - 1;
    for (size_t cut = 0; cut <= n; cut++) {
        struct seen s = {0};
        struct engine_frames f = {.fn = frame, .data = &s};
        engine_frames_feed(&f, bytes, cut);
        engine_frames_feed(&f, bytes + cut, n - cut);
        assert_string_equal(s.out.data, "hello!");
        assert_string_equal(s.err.data, "err");
        buf_release(&s.out);
        buf_release(&s.err);
    }
}

static void line(void *data, json_t *object)
{
    struct seen *s = data;
    s->objects++;
    buf_addstr(&s->out, json_string_value(json_object_get(object, "s")));
}

static void lines_survive_every_cut(void **state)
{
    static const char bytes[] = "{\"s\":\"a\"}\r\n\n[1]\nno json\n{\"s\":\"\xe4\xbd\xa0\"}\n{\"s\":\"cut\"";
    const size_t n = sizeof(bytes) - 1;
    for (size_t cut = 0; cut <= n; cut++) {
        struct seen s = {0};
        struct engine_lines l = {.fn = line, .data = &s};
        engine_lines_feed(&l, bytes, cut);
        engine_lines_feed(&l, bytes + cut, n - cut);
        assert_int_equal(s.objects, 2);
        assert_string_equal(s.out.data, "a\xe4\xbd\xa0");
        engine_lines_release(&l);
        buf_release(&s.out);
    }
}

static void a_line_without_end_takes_no_memory(void **state)
{
    struct seen s = {0};
    struct engine_lines l = {.fn = line, .data = &s};
    static char block[1 << 16];
    memset(block, 'x', sizeof(block));
    for (int i = 0; i < 64; i++)
        engine_lines_feed(&l, block, sizeof(block));
    assert_true(l.line.len <= 1 << 20);
    engine_lines_feed(&l, "\n{\"s\":\"after\"}\n", 15);
    assert_string_equal(s.out.data, "after");
    engine_lines_release(&l);
    buf_release(&s.out);
}

static void ignores_as_docker_does(void **state)
{
    static const struct {
        const char *rules, *path;
        bool ignored;
    } rows[] = {
        {"", "a", false},
        {"a", "a", true},
        {"a", "a/b", true}, /* a folder takes what is in it along */
        {"a", "b/a", false},
        {"a", "ab", false},
        {"a/", "a/b", true},
        {"/a", "a", true},
        {"./a/../b", "b", true},
        {"*.log", "x.log", true},
        {"*.log", "sub/x.log", false},
        {"*/x.log", "sub/x.log", true},
        {"**/x.log", "x.log", true},
        {"**/x.log", "a/b/c/x.log", true},
        {"**", "any/thing", true},
        {"a/**", "a/b/c", true},
        {"a/**", "a", false},
        {"a/**/z", "a/z", true},
        {"a/**/z", "a/b/c/z", true},
        {"a/**/z", "a/b/c/y", false},
        {"**/b/**/d", "a/b/c/b/d", true},
        {"**/b/**/d", "a/b/c", false},
        {"?b[0-9]", "ab7", true},
        {"?b[0-9]", "abc", false},
        {"# a\na", "a", true},
        {"#a", "#a", false},
        {" #a", "#a", true}, /* a comment begins the line */
        {"\xef\xbb\xbf"
         "a",
         "a", true},
        {"a\r\n\r\n  b \t\r\n", "b", true},
        {"!", "!", false},
        {".", "a", false},
        {"*\n!keep", "keep", false},
        {"*\n!keep", "other", true},
        {"!keep\n*", "keep", true}, /* the last one wins */
        {"*.log\n!a.log\na.*", "a.log", true},
        {"dir\n!dir/keep", "dir/keep", false},
        {"dir\n!dir/keep", "dir/other", true},
        {"! keep\n", "keep", false},
        {"*\n! /keep/", "keep/x", false},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct ignore g = {0};
        ignore_parse(&g, rows[i].rules);
        if (ignore_match(&g, rows[i].path) != rows[i].ignored)
            fail_msg("%s and %s", rows[i].rules, rows[i].path);
        ignore_release(&g);
    }
}

static void takes_challenges_apart(void **state)
{
    static const struct {
        const char *header;
        bool bearer, basic;
        const char *realm, *service, *scope;
    } rows[] = {
        {"Bearer realm=\"https://a/t\",service=\"s\",scope=\"repository:a/b:pull,push\"", true, false,
         "https://a/t", "s", "repository:a/b:pull,push"},
        {"bearer realm=https://a/t, service=s", true, false, "https://a/t", "s", NULL},
        {"Bearer error=\"x\",realm=\"r\"", true, false, "r", NULL, NULL},
        {"Bearer realm=\"a\",realm=\"b\"", true, false, "b", NULL, NULL},
        {"Bearer realm=\"no end", true, false, "no end", NULL, NULL},
        {"Bearer ", true, false, NULL, NULL, NULL},
        {"Basic realm=\"r\"", false, true, NULL, NULL, NULL},
        {"BASIC", false, true, NULL, NULL, NULL},
        {"Negotiate", false, false, NULL, NULL, NULL},
        {"", false, false, NULL, NULL, NULL},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct registry_challenge c = {0};
        registry_challenge_parse(&c, rows[i].header);
        assert_int_equal(c.bearer, rows[i].bearer);
        assert_int_equal(c.basic, rows[i].basic);
        if (!str_eq(c.realm, rows[i].realm) || !str_eq(c.service, rows[i].service) ||
            !str_eq(c.scope, rows[i].scope))
            fail_msg("%s: %s, %s, %s", rows[i].header, c.realm, c.service, c.scope);
        registry_challenge_release(&c);
    }
}

static void names_of_images(void **state)
{
    static const struct {
        const char *image, *host, *repository, *tag, *path;
    } rows[] = {
        {"redis", "docker.io", "redis", "latest", "library/redis"},
        {"redis:6", "docker.io", "redis", "6", "library/redis"},
        {"team/app:1", "docker.io", "team/app", "1", "team/app"},
        {"localhost/app", "localhost", "localhost/app", "latest", "app"},
        {"localhosts/app", "docker.io", "localhosts/app", "latest", "localhosts/app"},
        {"h:5000/app", "h:5000", "h:5000/app", "latest", "app"},
        {"h:5000/a/b:c", "h:5000", "h:5000/a/b", "c", "a/b"},
        {"r.example/a/b", "r.example", "r.example/a/b", "latest", "a/b"},
        {"docker.io/redis", "docker.io", "docker.io/redis", "latest", "library/redis"},
        {"r.example/a@sha256:12", "r.example", "r.example/a@sha256:12", "", "a@sha256:12"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        _cleanup_free_ char *repository = NULL, *tag = NULL;
        _cleanup_free_ char *host = registry_of_image(rows[i].image);
        docker_split_image(rows[i].image, &repository, &tag);
        _cleanup_free_ char *path = registry_path_of(repository);
        assert_string_equal(host, rows[i].host);
        assert_string_equal(repository, rows[i].repository);
        assert_string_equal(tag, rows[i].tag);
        assert_string_equal(path, rows[i].path);
    }
}

static void hosts_of_registries(void **state)
{
    static const char *const rows[][2] = {
        {"https://r.example/v2/", "r.example"},
        {"http://h:5000", "h:5000"},
        {"h:5000/path", "h:5000"},
        {"https://index.docker.io/v1/", "docker.io"},
        {"registry-1.docker.io", "docker.io"},
        {"docker.io", "docker.io"},
        {"", "docker.io"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        _cleanup_free_ char *host = registry_host(rows[i][0]);
        assert_string_equal(host, rows[i][1]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(frames_survive_every_cut),
        cmocka_unit_test(lines_survive_every_cut),
        cmocka_unit_test(a_line_without_end_takes_no_memory),
        cmocka_unit_test(ignores_as_docker_does),
        cmocka_unit_test(takes_challenges_apart),
        cmocka_unit_test(names_of_images),
        cmocka_unit_test(hosts_of_registries),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
