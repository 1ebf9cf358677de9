/* Files and paths, on real files; and digests, base64, UTF-8, which have no other home. */
#include "base/fs.h"
#include "base/hash.h"
#include "base/utf8.h"
#include "base/util.h"
#include "tests/unit/check.h"
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static char *dir; /* of the running test */

static int setup(void **state)
{
    dir = fs_tempdir("/tmp", "gmrun-test-", NULL);
    return dir ? chdir(dir) : -1;
}

static int teardown(void **state)
{
    int r = chdir("/") | fs_rm_rf(dir, NULL);
    free(dir);
    return r;
}

static void put(const char *path, const char *text)
{
    struct error err = {0};
    if (fs_write_file(path, text, strlen(text), 0644, &err) < 0)
        fail_msg("%s", err.message);
}

static void check_text(const char *path, const char *want)
{
    _cleanup_(buf_release) struct buf b = {0};
    assert_int_equal(fs_read_file(path, 0, &b, NULL), 0);
    assert_string_equal(b.data, want);
}

static void normalise(void **state)
{
    static const char *const rows[][2] = {
        {"", "."},        {"a//b/./c/", "a/b/c"}, {"/..", "/"},       {"/a/../../b", "/b"},
        {"../a", "../a"}, {"a/../..", ".."},      {"a/..", "."},      {"../../x", "../../x"},
        {"/", "/"},       {"a/b/../c", "a/c"},    {"..a/b", "..a/b"}, {"..a/../b", "b"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        _cleanup_free_ char *got = path_normalise(rows[i][0]);
        assert_string_equal(got, rows[i][1]);
    }
}

static void dirname_and_join(void **state)
{
    static const char *const rows[][2] = {{"a", "."},    {"/a", "/"},   {"a/b", "a"},
                                          {"a//b", "a"}, {"a/b/", "a"}, {"/", "/"}};
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        _cleanup_free_ char *got = path_dirname(rows[i][0]);
        assert_string_equal(got, rows[i][1]);
    }
    _cleanup_free_ char *a = path_join("/w", "x"), *b = path_join("/w/", "x"), *c = path_join("/w", "/x");
    assert_string_equal(a, "/w/x");
    assert_string_equal(b, "/w/x");
    assert_string_equal(c, "/x");
}

static void inside(void **state)
{
    assert_int_equal(fs_mkdir_p("ws/sub", 0755, NULL), 0);
    assert_int_equal(symlink("/etc", "ws/etc"), 0);
    assert_int_equal(symlink("../outside-not-yet", "ws/dangling"), 0);
    assert_int_equal(symlink("sub", "ws/own"), 0);
    static const char *const in[] = {".", "sub", "sub/new/x", "own/x", "sub/../y", "no/such/../z", "sub/"};
    static const char *const out[] = {"..", "../ws2", "etc/passwd", "dangling", "/etc/passwd", "sub/../../x"};
    for (size_t i = 0; i < ARRAY_LEN(in); i++)
        assert_true(path_inside("ws", in[i]) || !printf("inside: %s\n", in[i]));
    for (size_t i = 0; i < ARRAY_LEN(out); i++)
        assert_false(path_inside("ws", out[i]) && printf("outside: %s\n", out[i]));
}

static void mkdir_p(void **state)
{
    assert_int_equal(fs_mkdir_p("a/b/c", 0700, NULL), 0);
    assert_int_equal(fs_mkdir_p("a/b/c", 0700, NULL), 0);
    assert_true(fs_is_dir("a/b/c"));
    put("file", "x");
    struct error err = {0};
    assert_int_equal(fs_mkdir_p("file/x", 0700, &err), -1);
    assert_int_equal(fs_mkdir_p("file", 0700, NULL), -1);
    error_release(&err);
}

static void rm_rf_keeps_link_targets(void **state)
{
    assert_int_equal(fs_mkdir_p("keep/me", 0755, NULL), 0);
    put("keep/me/file", "x");
    assert_int_equal(fs_mkdir_p("tree/a/b", 0755, NULL), 0);
    put("tree/a/b/f", "x");
    assert_int_equal(symlink("../keep", "tree/link"), 0);
    assert_int_equal(symlink("../../../keep/me/file", "tree/a/b/link"), 0);
    assert_int_equal(symlink("nowhere", "tree/dangling"), 0);
    assert_int_equal(fs_rm_rf("tree", NULL), 0);
    assert_false(fs_exists("tree"));
    check_text("keep/me/file", "x");
    assert_int_equal(symlink("keep", "top"), 0);
    assert_int_equal(fs_rm_rf("top", NULL), 0);
    assert_true(fs_exists("keep/me"));
    assert_int_equal(fs_rm_rf("never/was", NULL), 0);
}

static void rm_rf_of_locked_and_deep_trees(void **state)
{
    assert_int_equal(fs_mkdir_p("tree/locked/x", 0755, NULL), 0);
    put("tree/locked/f", "x");
    chmod("tree/locked", 0500);
    chmod("tree/locked/x", 0);
    assert_int_equal(mkdir("tree/deep", 0755), 0);
    int fd = open("tree/deep", O_DIRECTORY);
    for (int i = 0; i < 3000; i++) {
        assert_int_equal(mkdirat(fd, "d", 0755), 0);
        int next = openat(fd, "d", O_DIRECTORY);
        close(fd);
        fd = next;
    }
    close(fd);
    struct error err = {0};
    if (fs_rm_rf("tree", &err) < 0)
        fail_msg("%s", err.message);
    assert_false(fs_exists("tree"));
}

static void empty_dir_keeps_the_folder(void **state)
{
    assert_int_equal(fs_mkdir_p("tree/a", 0755, NULL), 0);
    put("tree/.hidden", "x");
    assert_int_equal(fs_empty_dir("tree", NULL), 0);
    assert_int_equal(rmdir("tree"), 0);
}

static void reading(void **state)
{
    struct error err = {0};
    struct buf b = {0};
    assert_int_equal(fs_read_file(".", 0, &b, &err), -1);
    assert_non_null(strstr(err.message, "Is a directory"));
    error_release(&err);
    put("five", "12345");
    assert_int_equal(fs_read_file("five", 4, &b, &err), -1);
    assert_int_equal(err.kind, ERROR_INVALID);
    error_release(&err);
    buf_clear(&b);
    assert_int_equal(fs_read_file("five", 5, &b, &err), 0);
    assert_string_equal(b.data, "12345");
    assert_int_equal(fs_read_file("/dev/zero", 100000, &b, &err), -1);
    error_release(&err);
    buf_release(&b);
}

static void atomic_write(void **state)
{
    put("f", "old");
    assert_int_equal(fs_write_file_atomic("f", "new", 3, 0640, NULL), 0);
    check_text("f", "new");
    struct stat st;
    assert_int_equal(stat("f", &st), 0);
    assert_int_equal(st.st_mode & 0777, 0640);
    struct error err = {0};
    assert_int_equal(fs_write_file_atomic("no/such/f", "x", 1, 0600, &err), -1);
    error_release(&err);
    assert_int_equal(mkdir("d", 0755), 0);
    assert_int_equal(fs_write_file_atomic("d", "x", 1, 0600, NULL), -1);
    assert_int_equal(unlink("f"), 0);
    assert_int_equal(rmdir("d"), 0);
    assert_int_equal(chdir("/"), 0);
    assert_int_equal(rmdir(dir), 0); /* no temporary file is left */
    assert_int_equal(mkdir(dir, 0700), 0);
}

static void copying(void **state)
{
    put("from", "text");
    chmod("from", 0750);
    assert_int_equal(fs_copy_file("from", "to", 0, NULL), 0);
    check_text("to", "text");
    struct stat st;
    stat("to", &st);
    assert_int_equal(st.st_mode & 0777, 0750);
    assert_int_equal(fs_copy_file("from", "to", 0400, NULL), 0);
    stat("to", &st);
    assert_int_equal(st.st_mode & 0777, 0400);
    assert_int_equal(fs_copy_file(".", "to2", 0, NULL), -1);
}

static void copying_onto_itself(void **state)
{
    put("self", "text");
    assert_int_equal(link("self", "other"), 0);
    assert_int_equal(symlink("self", "linked"), 0);
    const char *const names[] = {"self", "./self", "other", "linked"};
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(fs_copy_file("self", names[i], 0, NULL), 0);
        check_text("self", "text");
    }
    struct stat st;
    assert_int_equal(fs_copy_file("/proc/self/stat", "proc", 0600, NULL), 0);
    stat("proc", &st);
    assert_true(st.st_size > 0);
}

static int visit(void *data, const char *path, const struct stat *st, struct error *err)
{
    buf_printf(data, "%s%s ", path, S_ISDIR(st->st_mode) ? "/" : S_ISLNK(st->st_mode) ? "@" : "");
    return str_eq(path, "b") ? FS_SKIP : str_eq(path, "stop") ? -1 : 0;
}

static void walking(void **state)
{
    fs_mkdir_p("w/a/x", 0755, NULL);
    fs_mkdir_p("w/b/hidden", 0755, NULL);
    put("w/a/f", "");
    put("w/z", "");
    assert_int_equal(symlink("a", "w/link"), 0);
    _cleanup_(buf_release) struct buf b = {0};
    assert_int_equal(fs_walk("w", visit, &b, NULL), 0);
    assert_string_equal(b.data, "a/ a/f a/x/ b/ link@ z ");
    put("w/stop", "");
    assert_int_equal(fs_walk("w", visit, &b, NULL), -1);
    assert_int_equal(fs_walk("none", visit, &b, NULL), -1);
}

static void digests(void **state)
{
    char hex[HASH_HEX_MAX];
    hash_hex(HASH_MD5, "abc", 3, hex);
    assert_string_equal(hex, "900150983cd24fb0d6963f7d28e17f72");
    hash_hex(HASH_SHA1, "abc", 3, hex);
    assert_string_equal(hex, "a9993e364706816aba3e25717850c26c9cd0d89d");
    put("abc", "abc");
    assert_int_equal(hash_file(hash_by_name("SHA-256"), "abc", hex, NULL), 0);
    assert_string_equal(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_int_equal(hash_by_name("crc"), -1);
}

static void base64(void **state)
{
    static const char *const rows[][2] = {
        {"", ""}, {"f", "Zg=="}, {"fo", "Zm8="}, {"foo", "Zm9v"}, {"foob", "Zm9vYg=="}};
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        _cleanup_(buf_release) struct buf enc = {0}, dec = {0};
        base64_encode(&enc, rows[i][0], strlen(rows[i][0]), 0);
        assert_string_equal(enc.data, rows[i][1]);
        assert_int_equal(base64_decode(&dec, enc.data, enc.len, NULL), 0);
        assert_int_equal(dec.len, strlen(rows[i][0]));
        assert_memory_equal(dec.len ? dec.data : "", rows[i][0], dec.len);
    }
    _cleanup_(buf_release) struct buf b = {0};
    base64_encode(&b, "\xff\xfe\xfd\xfc", 4, BASE64_URL | BASE64_NO_PAD);
    assert_string_equal(b.data, "__79_A");
    static const char *const bad[] = {"A", "AAAAA", "AA=A", "A$", "AA=", "===="};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        assert_int_equal(base64_decode(&b, bad[i], strlen(bad[i]), NULL), -1);
    buf_clear(&b);
    assert_int_equal(base64_decode(&b, " Zm9v\nYg ", 9, NULL), 0);
    assert_string_equal(b.data, "foob");
}

static void utf8(void **state)
{
    assert_int_equal(utf8_valid("abc\xe4\xbd\xa0", 6), 6);
    assert_int_equal(utf8_valid("ab\xc0\x80", 4), 2);        /* overlong */
    assert_int_equal(utf8_valid("\xed\xa0\x80", 3), 0);      /* surrogate */
    assert_int_equal(utf8_valid("abcdefgh\xe4\xbd", 10), 8); /* cut off */
    assert_int_equal(utf8_valid("\xf4\x90\x80\x80", 4), 0);  /* beyond */
    assert_int_equal(utf8_width("a\xe4\xbd\xa0\xe5\xa5\xbd", 7), 5);
    assert_int_equal(utf8_width("e\xcc\x81", 3), 1);
    assert_int_equal(utf8_fit("\xe4\xbd\xa0\xe5\xa5\xbd", 6, 3), 3);
    _cleanup_(buf_release) struct buf b = {0};
    utf8_clean(&b,
               "a\xff"
               "b",
               3);
    assert_string_equal(b.data, "a\xef\xbf\xbd"
                                "b");
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
    const struct CMUnitTest tests[] = {
        T(normalise),
        T(dirname_and_join),
        T(inside),
        T(mkdir_p),
        T(rm_rf_keeps_link_targets),
        T(rm_rf_of_locked_and_deep_trees),
        T(empty_dir_keeps_the_folder),
        T(reading),
        T(atomic_write),
        T(copying),
        T(copying_onto_itself),
        T(walking),
        T(digests),
        T(base64),
        T(utf8),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
