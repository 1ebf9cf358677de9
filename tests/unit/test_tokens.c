/* Content tokens of e-mails, status ranges of httpRequest, lists of recipients' hosts: what notify/ parses.
 */
#include "tests/unit/check.h"
#include "base/hash.h"
#include "runner/steps/notify/code_host.h"
#include "runner/steps/notify/status_ranges.h"
#include "runner/steps/notify/tokens.h"
#include <string.h>

/* NAME[arg=value]…, but nothing is known of NO. */
static bool show(void *data, const struct token *t, struct buf *out)
{
    if (strcmp(t->name, "NO") == 0)
        return false;
    buf_printf(out, "<%s", t->name);
    for (size_t i = 0; i < t->args.len; i++)
        buf_printf(out, "[%s=%s]", t->args.items[i].name, t->args.items[i].value);
    buf_addch(out, '>');
    return true;
}

static void token_syntax(void **state)
{
    static const struct {
        const char *text, *expanded;
    } rows[] = {
        {"", ""},
        {"plain", "plain"},
        {"$A-$B.", "<A>-<B>."},
        {"${A}${B_1}", "<A><B_1>"},
        {"${ A , x=1 , y = \"a, b\" }", "<A[x=1][y=a, b]>"},
        {"${A, t=\"q\\\"uo\\\\te\\n\"}", "<A[t=q\"uo\\te\n]>"},
        {"${A, x=1, x=2}", "<A[x=1][x=2]>"},
        {"$$A $${A, x=1} $NO ${NO, x=1}", "$A ${A, x=1} $NO ${NO, x=1}"},
        {"$", "$"},
        {"$ $1 $. $$", "$ $1 $. $$"},
        {"${", "${"},
        {"${A", "${A"},
        {"${A, x", "${A, x"},
        {"${A, x=}", "${A, x=}"},
        {"${A, x=\"open}", "${A, x=\"open}"},
        {"${A,}$B", "${A,}<B>"},
        {"价格 $A 元", "价格 <A> 元"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct buf out = {0};
        tokens_expand(rows[i].text, show, NULL, &out);
        if (strcmp(out.data ? out.data : "", rows[i].expanded))
            fail_msg("`%s` gives `%s`, not `%s`", rows[i].text, out.data, rows[i].expanded);
        buf_release(&out);
    }
}

static bool read_args(void *data, const struct token *t, struct buf *out)
{
    buf_printf(out, "%s %ld %ld %d", token_arg(t, "x", "none"), token_number(t, "x", 7),
               token_number(t, "n", 7), token_flag(t, "f"));
    return true;
}

static void token_arguments(void **state)
{
    struct buf out = {0};
    tokens_expand("${A, x=\"1z\", n=-3, x=1y, f=true}", read_args, NULL, &out);
    assert_string_equal(out.data, "1y 7 -3 1");
    buf_release(&out);
}

static void ranges(void **state)
{
    static const struct {
        const char *text;
        int status;
        bool holds;
    } rows[] = {{"200,", 200, true},     {"100:399", 100, true},     {"100:399", 399, true},
                {"100:399", 400, false}, {"200", 200, true},         {"200", 201, false},
                {"200, 404", 404, true}, {"200:204,404", 203, true}, {"200:204,404", 205, false}};
    static const char *const bad[] = {"x", "1:2:3", "2:1", ":", "200, ", "1 2", "99999999999999999999"};
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        assert_int_equal(status_ranges_check(rows[i].text, NULL), 0);
        assert_int_equal(status_ranges_hold(rows[i].text, rows[i].status), rows[i].holds);
    }
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct error err = {0};
        if (status_ranges_check(bad[i], &err) == 0)
            fail_msg("`%s` is taken", bad[i]);
        error_release(&err);
    }
}

static void projects(void **state)
{
    static const struct {
        const char *url, *project;
    } rows[] = {{"https://gitlab.com/mall/team/app.git", "mall/team/app"},
                {"https://u:p@h:8443/mall/app/", "mall/app"},
                {"git@h:mall/app.git", "mall/app"},
                {"ssh://git@h:22/mall/app.git", "mall/app"},
                {"https://h/app", NULL},
                {"https://h", NULL},
                {"/srv/app.git", NULL},
                {"file:///srv/mall/app.git", NULL}};
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        char *project = remote_project(rows[i].url);
        if (!str_eq(project, rows[i].project))
            fail_msg("%s gives %s", rows[i].url, project ? project : "nothing");
        free(project);
    }
}

/* RFC 4231, test cases 1, 2, and 6 (a key longer than a block). */
static void mac(void **state)
{
    unsigned char key[131], out[HMAC_SIZE];
    struct buf hex = {0};
    memset(key, 0x0b, 20);
    hmac_sha256(key, 20, "Hi There", 8, out);
    hex_encode(&hex, out, sizeof(out));
    assert_string_equal(hex.data, "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    buf_clear(&hex);
    hmac_sha256("Jefe", 4, "what do ya want for nothing?", 28, out);
    hex_encode(&hex, out, sizeof(out));
    assert_string_equal(hex.data, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    buf_clear(&hex);
    memset(key, 0xaa, sizeof(key));
    hmac_sha256(key, sizeof(key), "Test Using Larger Than Block-Size Key - Hash Key First", 54, out);
    hex_encode(&hex, out, sizeof(out));
    assert_string_equal(hex.data, "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
    buf_release(&hex);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(token_syntax), cmocka_unit_test(token_arguments),
        cmocka_unit_test(ranges),       cmocka_unit_test(projects),
        cmocka_unit_test(mac),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
