/* Masking: the search against a naive one, streams split at random against the whole text, the forms
 * against real shells' quoting and base64. */
#include "base/mask.h"
#include "base/mask_index.h"
#include "base/hash.h"
#include "base/util.h"
#include "tests/unit/check.h"
#include <stdio.h>
#include <string.h>

static void collect(void *data, const char *bytes, size_t n)
{
    buf_add(data, bytes, n);
}

static void check(const char *secret, const char *text, const char *want)
{
    struct mask_set *m = mask_set_new();
    mask_set_add(m, secret, strlen(secret));
    _cleanup_(buf_release) struct buf out = {0};
    mask_text(m, text, strlen(text), &out);
    assert_string_equal(out.data, want);
    mask_set_unref(m);
}

static void forms(void **state)
{
    check("hunter2", "pw=hunter2!", "pw=****!");
    check("hunter2", "+ login 'hunter2'", "+ login ****");
    check("it's", "'it'\\''s' it'\\''s it's", "**** **** ****");
    check("it's", "'it'\"'\"'s'", "****");
    check("a''b", "a'\"''\"'b a'\"'\"''\"'\"'b", "**** ****");
    check("a\\$b", "a$b a\\$b", "**** ****");
    check("pa$$", "pa$$$$ pa$$", "**** ****");
    check("x y&z", "x\\ y\\&z x%20y%26z x y^&z", "**** **** ****");
    check("q\"q", "\"q\\\"q\"", "\"****\"");
    check("", "nothing", "nothing");
    check("\n", "nothing\n", "nothing\n");
    check("secret\n", "secretly", "****ly");
    check("x", "axbx", "a****b****");
}

static void multi_line(void **state)
{
    check("first line\n  second\r\n{\n}\nab\n", "{ first line }\nsecond ab\n", "{ **** }\n**** ab\n");
    _cleanup_(buf_release) struct buf b = {0};
    const char *secret =
        "-----BEGIN KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj\n-----END "
        "KEY-----\n";
    base64_encode(&b, secret, strlen(secret), 0);
    struct mask_set *m = mask_set_new();
    mask_set_add(m, secret, strlen(secret));
    struct buf wrapped = {0}, out = {0};
    for (size_t i = 0; i < b.len; i += 76) {
        buf_add(&wrapped, b.data + i, b.len - i < 76 ? b.len - i : 76);
        buf_addch(&wrapped, '\n');
    }
    mask_text(m, wrapped.data, wrapped.len, &out);
    assert_string_equal(out.data, "****\n****\n");
    buf_release(&wrapped);
    buf_release(&out);
    mask_set_unref(m);
}

/* Whatever stands before and behind a secret, at least the characters made of it alone are hidden. */
static void base64_at_every_shift(void **state)
{
    static const char secret[] = "S3cr3t>>??key~~";
    struct mask_set *m = mask_set_new();
    mask_set_add(m, secret, strlen(secret));
    for (unsigned before = 0; before < 7; before++) {
        for (unsigned after = 0; after < 4; after++) {
            for (unsigned flags = 0; flags < 4; flags++) {
                char plain[64];
                int n = snprintf(plain, sizeof(plain), "%.*s%s%.*s", (int)before, "abcdefg", secret,
                                 (int)after, "wxyz");
                _cleanup_(buf_release) struct buf text = {0}, out = {0};
                base64_encode(&text, plain, (size_t)n, flags);
                mask_text(m, text.data, text.len, &out);
                size_t first = (8 * before + 5) / 6,
                       end = after ? 8 * (before + strlen(secret)) / 6 : text.len;
                _cleanup_free_ char *want = xasprintf("%.*s****%s", (int)first, text.data, text.data + end);
                assert_string_equal(out.data, want);
            }
        }
    }
    mask_set_unref(m);
}

static void longest_first(void **state)
{
    struct mask_set *m = mask_set_new();
    _cleanup_(buf_release) struct buf out = {0};
    mask_set_add(m, "abc", 3);
    mask_set_add(m, "abcdefghij", 10);
    mask_set_add(m, "cdef", 4);
    mask_text(m, "abcdefghijk abcdefg cdef", 24, &out);
    assert_string_equal(out.data, "****k ****defg ****");
    mask_set_unref(m);
}

static void sets_count_their_secrets(void **state)
{
    struct mask_set *m = mask_set_new(), *again = mask_set_ref(m);
    _cleanup_(buf_release) struct buf out = {0};
    mask_set_add(m, "secret", 6);
    mask_set_add(m, "secret", 6);
    mask_set_remove(m, "secret", 6);
    mask_text(m, "secret", 6, &out);
    mask_set_remove(m, "secret", 6);
    mask_set_remove(m, "never", 5);
    mask_text(m, "secret", 6, &out);
    assert_string_equal(out.data, "****secret");
    mask_set_unref(m);
    mask_set_unref(again);
}

/* ---- random texts over a small alphabet, so that much matches and overlaps ---- */

static size_t random_text(unsigned *seed, char *out, size_t max, int letters, bool lines)
{
    size_t n = 1 + (size_t)rand_r(seed) % max;
    for (size_t i = 0; i < n; i++)
        out[i] = lines && rand_r(seed) % 20 == 0 ? '\n' : (char)('a' + rand_r(seed) % letters);
    return n;
}

static void naive_replace(const struct mask_pattern *p, size_t count, const char *text, size_t n,
                          struct buf *out)
{
    for (size_t i = 0; i < n;) {
        size_t best = 0;
        for (size_t k = 0; k < count; k++) {
            if (p[k].len > best && p[k].len <= n - i && memcmp(p[k].bytes, text + i, p[k].len) == 0)
                best = p[k].len;
        }
        if (best)
            buf_addstr(out, "****");
        else
            buf_addch(out, text[i]);
        i += best ? best : 1;
    }
}

static void index_replace(const struct mask_index *x, const char *text, size_t n, struct buf *out)
{
    struct mask_search s;
    size_t pos = 0, start, len;
    mask_search_init(&s, x, text, n);
    while (mask_search_find(&s, pos, &start, &len)) {
        buf_add(out, text + pos, start - pos);
        buf_addstr(out, "****");
        pos = start + len;
    }
    buf_add(out, text + pos, n - pos);
}

static void search_against_naive(void **state)
{
    unsigned seed = 11;
    for (int round = 0; round < 3000; round++) {
        size_t count = 1 + (size_t)rand_r(&seed) % 12;
        struct mask_pattern *p = xcalloc(count, sizeof(*p)), *copy = xcalloc(count, sizeof(*p));
        int letters = 2 + rand_r(&seed) % 3;
        size_t longest = (size_t[]){3, 8, 12, 40}[rand_r(&seed) % 4];
        for (size_t i = 0; i < count; i++) {
            char bytes[64];
            size_t n = random_text(&seed, bytes, longest, letters, false);
            p[i] = (struct mask_pattern){xstrndup(bytes, n), n};
            copy[i] = (struct mask_pattern){xstrndup(bytes, n), n};
        }
        struct mask_index *x = mask_index_new(p, count);
        for (int k = 0; k < 5; k++) {
            char text[300];
            size_t n = random_text(&seed, text, sizeof(text), letters, false);
            _cleanup_(buf_release) struct buf want = {0}, got = {0};
            naive_replace(copy, count, text, n, &want);
            index_replace(x, text, n, &got);
            assert_string_equal(got.data, want.data);
        }
        mask_index_free(x);
        for (size_t i = 0; i < count; i++)
            free(copy[i].bytes);
        free(copy);
    }
}

static void streams_split_at_random(void **state)
{
    unsigned seed = 5;
    size_t replaced = 0;
    for (int round = 0; round < 20000; round++) {
        struct mask_set *m = mask_set_new();
        int letters = 2 + rand_r(&seed) % 2;
        for (int i = 1 + rand_r(&seed) % 4; i > 0; i--) {
            char secret[16];
            mask_set_add(m, secret, random_text(&seed, secret, sizeof(secret), letters, false));
        }
        char text[400];
        size_t n = random_text(&seed, text, sizeof(text), letters, true);
        _cleanup_(buf_release) struct buf want = {0}, got = {0};
        mask_text(m, text, n, &want);
        struct mask_stream s = {.set = m, .emit = collect, .data = &got};
        for (size_t i = 0; i < n;) {
            size_t piece = 1 + (size_t)rand_r(&seed) % (round % 3 ? 7 : 100);
            piece = piece < n - i ? piece : n - i;
            mask_stream_feed(&s, text + i, piece);
            i += piece;
            if (text[i - 1] == '\n')
                assert_int_equal(s.tail.len, 0);
        }
        mask_stream_flush(&s);
        if (want.len != got.len || memcmp(want.data, got.data, want.len) != 0)
            fail_msg("round %d: want %s got %s", round, want.data, got.data);
        replaced += want.len != n;
        mask_stream_release(&s);
        mask_set_unref(m);
    }
    assert_true(replaced > 1000);
}

static void only_beginnings_are_kept_back(void **state)
{
    struct mask_set *m = mask_set_new();
    _cleanup_(buf_release) struct buf got = {0};
    mask_set_add(m, "hunter2-very-long-secret", 24);
    struct mask_stream s = {.set = m, .emit = collect, .data = &got};
    mask_stream_feed(&s, "Password: ", 10);
    assert_string_equal(got.data, "Password: ");
    mask_stream_feed(&s, "hunter2-ve", 10);
    assert_string_equal(got.data, "Password: ");
    mask_stream_feed(&s, "ry-long-secret", 14);
    assert_string_equal(got.data, "Password: ****");
    mask_stream_feed(&s, " hunter2\n", 9);
    assert_string_equal(got.data, "Password: **** hunter2\n");
    mask_stream_feed(&s, "hunter", 6);
    mask_stream_flush(&s);
    assert_string_equal(got.data, "Password: **** hunter2\nhunter");
    mask_stream_release(&s);
    mask_set_unref(m);
}

/* What is recorded stays hidden there when its block has ended. */
static void records_what_was_added(void **state)
{
    struct mask_set *open = mask_set_new(), *ever = mask_set_new();
    struct buf out = {0};
    mask_set_record(open, ever);
    mask_set_add(open, "hunter2", 7);
    mask_set_remove(open, "hunter2", 7);
    mask_text(open, "hunter2 ", 8, &out);
    mask_text(ever, "hunter2", 7, &out);
    assert_string_equal(out.data, "hunter2 ****");
    buf_release(&out);
    mask_set_unref(ever);
    mask_set_unref(open);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(forms),
        cmocka_unit_test(multi_line),
        cmocka_unit_test(base64_at_every_shift),
        cmocka_unit_test(longest_first),
        cmocka_unit_test(sets_count_their_secrets),
        cmocka_unit_test(search_against_naive),
        cmocka_unit_test(streams_split_at_random),
        cmocka_unit_test(only_beginnings_are_kept_back),
        cmocka_unit_test(records_what_was_added),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
