/* Addresses of repositories and what is hidden of them. The helper's objects are in no library, so the
 * sources are taken in here. */
#include "agents/worker/job.c"
#include "agents/worker/url.c"
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

static void test_forms(void **state)
{
    static const struct {
        const char *text;
        enum url_kind kind;
        const char *clean, *user, *password, *host, *port, *path;
    } rows[] = {
        {"https://h/a.git", URL_HTTPS, "https://h/a.git", NULL, NULL, "h", NULL, "/a.git"},
        {"HTTPS://u:p@h:8443/a", URL_HTTPS, "HTTPS://h:8443/a", "u", "p", "h", "8443", "/a"},
        {"https://token@h/a", URL_HTTPS, "https://h/a", "token", NULL, "h", NULL, "/a"},
        {"https://u:p%40%2f@h/a", URL_HTTPS, "https://h/a", "u", "p@/", "h", NULL, "/a"},
        {"https://u:a@b@h/a", URL_HTTPS, "https://h/a", "u", "a@b", "h", NULL, "/a"},
        {"http://[::1]:80/a", URL_HTTP, "http://[::1]:80/a", NULL, NULL, "::1", "80", "/a"},
        {"ssh://git@h:22/a", URL_SSH, "ssh://git@h:22/a", "git", NULL, "h", "22", "/a"},
        {"ssh://git:pw@h/a", URL_SSH, "ssh://git@h/a", "git", "pw", "h", NULL, "/a"},
        {"git@gitee.com:team/mall.git", URL_SSH, "git@gitee.com:team/mall.git", "git", NULL, "gitee.com",
         NULL, "team/mall.git"},
        {"h:x", URL_SSH, "h:x", NULL, NULL, "h", NULL, "x"},
        {"git@[::1]:x", URL_SSH, "git@[::1]:x", "git", NULL, "::1", NULL, "x"},
        {"git://h/a", URL_GIT, "git://h/a", NULL, NULL, "h", NULL, "/a"},
        {"file:///a/b%20c", URL_LOCAL, "file:///a/b%20c", NULL, NULL, NULL, NULL, "/a/b c"},
        {"/a/b:c", URL_LOCAL, "/a/b:c", NULL, NULL, NULL, NULL, "/a/b:c"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct url u;
        assert_int_equal(url_parse(&u, rows[i].text, NULL), 0);
        assert_int_equal(u.kind, rows[i].kind);
        assert_string_equal(u.clean, rows[i].clean);
        assert_true(str_eq(u.user, rows[i].user) && str_eq(u.password, rows[i].password));
        assert_true(str_eq(u.host, rows[i].host) && str_eq(u.port, rows[i].port));
        assert_string_equal(u.path, rows[i].path);
        url_release(&u);
    }
}

static void test_refused(void **state)
{
    static const char *const rows[] = {"ftp://h/a", "ext::sh",       "ssh://-oX/a",   "ssh://-u@h/a",
                                       "-oX:a",     "h:-a",          "https://",      "https:///a",
                                       "https://h", "https://h:x/a", "https://h/a\nb"};
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct url u;
        struct error err = {0};
        assert_int_equal(url_parse(&u, rows[i], &err), -1);
        assert_non_null(err.message);
        error_release(&err);
        url_release(&u);
    }
}

static void test_hosts(void **state)
{
    static const struct {
        const char *a, *b;
        bool same;
    } rows[] = {
        {"https://h/a", "https://H/b", true},
        {"https://h/a", "http://h/a", false},
        {"https://h/a", "https://h:1/a", false},
        {"https://h/a", "https://h.x/a", false},
        {"ssh://git@h/a", "git@h:a", true},
        {"/a", "/b", true},
        {"/a", "https://h/a", false},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct url a, b;
        url_parse(&a, rows[i].a, NULL);
        url_parse(&b, rows[i].b, NULL);
        assert_int_equal(url_same_host(&a, &b), rows[i].same);
        url_release(&a);
        url_release(&b);
    }
}

static void test_hidden(void **state)
{
    static const struct {
        const char *text, *shown;
    } rows[] = {
        {"at https://u:p@h/a and http://t@x", "at https://h/a and http://x"},
        {"ssh://git:pw@h/a", "ssh://git@h/a"},
        {"ssh://git@h/a", "ssh://git@h/a"},
        {"mail a@b to https://h/a@b", "mail a@b to https://h/a@b"},
        {"word hunter2hunter2 end", "word ******** end"},
        {"://", "://"},
        {"", ""},
    };
    struct job j;
    job_init(&j, json_object(), -1);
    job_secret(&j, "hunter2");
    job_secret(&j, "");
    job_secret(&j, NULL);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        _cleanup_free_ char *shown = job_hide(&j, rows[i].text);
        assert_string_equal(shown, rows[i].shown);
    }
    job_release(&j);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_forms),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_hosts),
        cmocka_unit_test(test_hidden),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
