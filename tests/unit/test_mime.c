/* Headers and bodies of e-mails. The helper's objects are in no library, so the sources are taken in here. */
#include "agents/worker/job.c"
#include "agents/worker/mime.c"
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

int zip_single(const char *file, const char *member, struct buf *out, struct error *err)
{
    return error_set(err, ERROR_SYSTEM, "not here");
}

static void headers(void **state)
{
    static const struct {
        const char *value, *header;
    } rows[] = {
        {"plain text", "S: plain text\r\n"},
        {"one\r\nBcc: x@y", "S: one  Bcc: x@y\r\n"},
        {"构建", "S: =?UTF-8?B?5p6E5bu6?=\r\n"},
        {"=?UTF-8?B?eA==?=", "S: =?UTF-8?B?PT9VVEYtOD9CP2VBPT0/PQ==?=\r\n"},
        {"bad \xff byte", "S: =?UTF-8?B?YmFkIO+/vSBieXRl?=\r\n"},
        {"", "S: \r\n"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct buf out = {0};
        mime_header(&out, "S", rows[i].value);
        assert_string_equal(out.data, rows[i].header);
        buf_release(&out);
    }
}

/* Long values fold into lines of at most 76 characters; each encoded word holds whole characters. */
static void long_headers(void **state)
{
    _cleanup_(buf_release) struct buf text = {0}, out = {0}, decoded = {0};
    for (int i = 0; i < 400; i++)
        buf_addstr(&text, i % 7 ? "商" : "é🚀x");
    mime_header(&out, "Subject", text.data);
    for (const char *line = out.data, *end; (end = strstr(line, "\r\n")); line = end + 2) {
        const char *word = strstr(line, "=?UTF-8?B?");
        assert_non_null(word);
        assert_true(end - line <= 84);
        assert_memory_equal(end - 2, "?=", 2);
        size_t before = decoded.len;
        assert_int_equal(base64_decode(&decoded, word + 10, (size_t)(end - 2 - word - 10), NULL), 0);
        assert_int_equal(utf8_valid(decoded.data + before, decoded.len - before), decoded.len - before);
    }
    assert_string_equal(decoded.data, text.data);
}

static void addresses(void **state)
{
    static const struct {
        const char *mailbox, *address, *header; /* NULL: refused */
    } rows[] = {
        {"a@b.c", "a@b.c", "To: a@b.c\r\n"},
        {" a@b.c ", "a@b.c", "To: a@b.c\r\n"},
        {"Jo <a@b.c>", "a@b.c", "To: \"Jo\" <a@b.c>\r\n"},
        {"\"Smith, \\Jo\" <a@b.c>", "a@b.c", "To: \"Smith, \\\\Jo\" <a@b.c>\r\n"},
        {"张三 <a@b.c>", "a@b.c", "To: =?UTF-8?B?5byg5LiJ?= <a@b.c>\r\n"},
        {"X\r\nBcc: e@f <a@b.c>", "a@b.c", "To: \"X  Bcc: e@f\" <a@b.c>\r\n"},
        {"a@b.c\r\nRCPT TO:<e@f>", "e@f", "To: \"a@b.c  RCPT TO:\" <e@f>\r\n"},
        {"<a@b.c\r\nX>", NULL, NULL},
        {"a@b.c\r\nDATA", NULL, NULL},
        {"a b@c", NULL, NULL},
        {"<a@b.c", NULL, NULL},
        {"", NULL, NULL},
        {"Jo <>", NULL, NULL},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        _cleanup_free_ char *address = mime_address(rows[i].mailbox, NULL);
        _cleanup_(buf_release) struct buf out = {0};
        json_t *list = json_pack("[s]", rows[i].mailbox);
        int status = mime_addresses(&out, "To", list, NULL);
        json_decref(list);
        if (!str_eq(address, rows[i].address))
            fail_msg("`%s` gives %s", rows[i].mailbox, address ? address : "nothing");
        assert_int_equal(status, rows[i].header ? 0 : -1);
        if (rows[i].header && strcmp(out.data, rows[i].header))
            fail_msg("`%s` gives `%s`", rows[i].mailbox, out.data);
    }
}

static void bodies(void **state)
{
    static const char qp[] = "Content-Transfer-Encoding: quoted-printable\r\n\r\n";
    static const struct {
        const char *text, *body;
    } rows[] = {
        {"", ""},
        {"a\nb", "a\r\nb\r\n"},
        {"a\r\nb\r\n", "a\r\nb\r\n"},
        {"a=b \tc", "a=3Db \tc\r\n"},
        {"blank \nx", "blank=20\r\nx\r\n"},
        {"lone\rreturn", "lone=0Dreturn\r\n"},
        {"caf\xc3\xa9 and a lot of other plain text", "caf=C3=A9 and a lot of other plain text\r\n"},
        {".\n", ".\r\n"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct buf out = {0};
        mime_body(&out, rows[i].text, strlen(rows[i].text));
        assert_memory_equal(out.data, qp, strlen(qp));
        if (strcmp(out.data + strlen(qp), rows[i].body))
            fail_msg("`%s` gives `%s`", rows[i].text, out.data + strlen(qp));
        buf_release(&out);
    }
    struct buf out = {0};
    mime_body(&out, "a\0\n\0", 4); /* UTF-16: its line feeds are no line ends */
    assert_string_equal(out.data, "Content-Transfer-Encoding: base64\r\n\r\nYQAKAA==\r\n");
    buf_release(&out);
}

static void lines_are_short(void **state)
{
    struct buf out = {0};
    char text[3000];
    for (size_t kind = 0; kind < 2; kind++) {
        for (size_t i = 0; i < sizeof(text); i++)
            text[i] = (char)(kind ? 0xe4 : i % 90 == 89 ? '=' : 'x');
        mime_body(&out, text, sizeof(text));
        for (const char *line = out.data, *end; (end = strstr(line, "\r\n")); line = end + 2)
            assert_true(end - line <= LINE);
        buf_clear(&out);
    }
    buf_release(&out);
}

static void whole_message(void **state)
{
    static const struct {
        const char *request, *says;
    } bad[] = {
        {"{\"from\":[\"a@b.c\"],\"mimeType\":\"text/html\\r\\nBcc: x@y\"}", "is no content type"},
        {"{\"from\":[\"a@b.c\"],\"charset\":\"x\\\"y\"}", "is no content type"},
        {"{\"from\":[\"a@b.c\"],\"charset\":\"nonesuch\"}", "unknown charset"},
        {"{\"from\":[\"a\\nb\"]}", "is no e-mail address"},
        {"{\"from\":[\"a@b.c\"],\"attachments\":[{\"path\":\"/nonexistent/x\",\"name\":\"x\"}]}",
         "/nonexistent/x"},
    };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct error err = {0};
        struct buf out = {0};
        json_t *request = json_loads(bad[i].request, 0, NULL);
        assert_non_null(request);
        assert_int_equal(mime_message(request, &out, &err), -1);
        if (!strstr(err.message, bad[i].says))
            fail_msg("%s gives `%s`", bad[i].request, err.message);
        json_decref(request);
        buf_release(&out);
        error_release(&err);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(headers), cmocka_unit_test(long_headers),    cmocka_unit_test(addresses),
        cmocka_unit_test(bodies),  cmocka_unit_test(lines_are_short), cmocka_unit_test(whole_message),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
