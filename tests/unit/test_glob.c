/* Ant patterns: rows from Ant's own documentation, a naive recursive matcher as judge for random ones, and
 * scans of real folders. */
#include "base/fs.h"
#include "base/glob.h"
#include "base/buf.h"
#include "base/util.h"
#include "tests/unit/check.h"
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static void rows(void **state)
{
    static const struct {
        const char *pattern, *path;
        bool hit;
    } table[] = {
        {"*.java", "a.java", true},
        {"*.java", "x/a.java", false},
        {"?abc/*", "xabc/foobar.txt", true},
        {"?abc/*", "abc/foobar.txt", false},
        {"**/CVS/*", "CVS/Repository", true},
        {"**/CVS/*", "org/apache/CVS/Entries", true},
        {"**/CVS/*", "org/apache/CVS/foo/bar/Entries", false},
        {"org/apache/jakarta/**", "org/apache/jakarta/tools/ant/docs/index.html", true},
        {"org/apache/jakarta/**", "org/apache/xyz.java", false},
        {"org/apache/**/CVS/*", "org/apache/CVS/Entries", true},
        {"org/apache/**/CVS/*", "org/apache/jakarta/tools/ant/CVS/Entries", true},
        {"**/test/**", "test", true},
        {"**/test/**", "a/test/b", true},
        {"mypackage/test/", "mypackage/test/x/y", true},
        {"foo/**", "foo", true},
        {"foo\\*.txt", "foo/a.txt", true},
        {"a**b", "axxb", true},
        {"a**b", "ax/xb", false},
        {"**", "a/b/c", true},
        {"**/**", "a", true},
        {"", "a", false},
        {"/a", "a", false},
        {"a//b", "a/b", true},
        {"*", "\xe4\xbd\xa0", true},
        {"?", "\xe4\xbd\xa0", true},
        {"??", "\xe4\xbd\xa0", false},
        {"*?", "\xe4\xbd\xa0", true},
        {"*a*b*c", "xxaxxbxxc", true},
        {"feature/*", "feature/x/y", false},
    };
    for (size_t i = 0; i < ARRAY_LEN(table); i++) {
        if (glob_match_one(table[i].pattern, table[i].path, true) != table[i].hit)
            fail_msg("%s on %s", table[i].pattern, table[i].path);
    }
    assert_true(glob_match_one("A/*.TXT", "a/b.txt", false));
    assert_false(glob_match_one("A/*.TXT", "a/b.txt", true));
}

/* ---- the naive judge: plain recursion over split parts ---- */

static bool naive_part(const char *p, const char *s)
{
    if (!*p)
        return !*s;
    if (*p == '*')
        return naive_part(p + 1, s) || (*s && naive_part(p, s + 1));
    return *s && (*p == '?' || *p == *s) && naive_part(p + 1, s + 1);
}

static bool naive(char **p, char **s)
{
    if (!*p)
        return !*s;
    if (str_eq(*p, "**"))
        return naive(p + 1, s) || (*s && naive(p, s + 1));
    return *s && naive_part(*p, *s) && naive(p + 1, s + 1);
}

static void random_text(unsigned *seed, const char *const *words, size_t n, char *text, char **parts)
{
    int count = 1 + rand_r(seed) % 5;
    char *p = text;
    for (int i = 0; i < count; i++) {
        const char *w = words[(size_t)rand_r(seed) % n];
        parts[i] = xstrdup(w);
        p += snprintf(p, 16, "%s%s", i ? "/" : "", w);
    }
    parts[count] = NULL;
}

static void free_parts(char **parts)
{
    for (; *parts; parts++)
        free(*parts);
}

static void random_against_naive(void **state)
{
    static const char *const pats[] = {"**", "**", "*", "a", "b", "a*", "*b", "?", "a?b", "*a*b*", "ab"};
    static const char *const names[] = {"a", "b", "ab", "aab", "abb", "ba", "axb"};
    unsigned seed = 3;
    int hits = 0;
    for (int i = 0; i < 200000; i++) {
        char pattern[100], path[100], *pp[8], *sp[8];
        random_text(&seed, pats, ARRAY_LEN(pats), pattern, pp);
        random_text(&seed, names, ARRAY_LEN(names), path, sp);
        bool want = naive(pp, sp);
        hits += want;
        if (glob_match_one(pattern, path, true) != want)
            fail_msg("%s on %s: want %d", pattern, path, want);
        struct glob_list g = {0};
        glob_add(&g, pattern, GLOB_ONE);
        char *slash = strrchr(path, '/');
        if (want && slash) { /* a folder on the way to a match must be entered */
            *slash = 0;
            if (!glob_match_start(&g, path, true))
                fail_msg("%s does not enter %s", pattern, path);
        }
        glob_release(&g);
        free_parts(pp);
        free_parts(sp);
    }
    assert_true(hits > 1000);
}

static void hard_patterns_are_quick(void **state)
{
    char path[4001], name[2001];
    for (int i = 0; i < 2000; i++) {
        path[2 * i] = 'a';
        path[2 * i + 1] = '/';
    }
    path[4000] = 0;
    memset(name, 'a', 2000);
    name[2000] = 0;
    struct timespec a, b;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &a);
    assert_false(glob_match_one("**/a/**/a/**/a/**/a/**/a/**/a/**/b", path, true));
    assert_false(glob_match_one("*a*a*a*a*a*a*a*a*a*a*b", name, true));
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &b);
    assert_true(b.tv_sec - a.tv_sec < 3); /* exponential would be years */
}

static void lists(void **state)
{
    struct glob_list g = {0};
    glob_add(&g, " a.txt , b.txt,,\n c d.txt ", GLOB_COMMA);
    assert_int_equal(g.len, 3);
    assert_true(glob_match(&g, "c d.txt", true));
    glob_release(&g);
    glob_add(&g, "a.txt b.txt,c.txt", GLOB_BLANKS);
    assert_int_equal(g.len, 3);
    glob_release(&g);
    glob_add(&g, "target/*.jar", GLOB_ONE);
    assert_true(glob_match_start(&g, "target", true));
    assert_false(glob_match_start(&g, "src", true));
    assert_false(glob_match_start(&g, "target/x", true));
    glob_release(&g);
}

static void put(const char *path)
{
    _cleanup_free_ char *up = path_dirname(path);
    assert_int_equal(fs_mkdir_p(up, 0755, NULL), 0);
    assert_int_equal(fs_write_file(path, "", 0, 0644, NULL), 0);
}

static int add_name(void *data, const char *path, const struct stat *st, struct error *err)
{
    buf_printf(data, "%s ", path);
    return str_eq(path, "stop") ? -1 : 0;
}

static void check_scan(struct ant_scan s, const char *want)
{
    _cleanup_(buf_release) struct buf b = {0};
    buf_addstr(&b, "");
    struct error err = {0};
    if (ant_scan(&s, add_name, &b, &err) < 0)
        fail_msg("%s", err.message);
    assert_string_equal(b.data, want);
}

static void scanning(void **state)
{
    char *dir = fs_tempdir("/tmp", "gmrun-test-", NULL);
    assert_int_equal(chdir(dir), 0);
    static const char *const files[] = {"w/a.txt",       "w/a/b.txt",    "w/a/c.jar",
                                        "w/.git/config", "w/.gitignore", "w/z/deep/D.TXT"};
    for (size_t i = 0; i < ARRAY_LEN(files); i++)
        put(files[i]);
    assert_int_equal(symlink("../a", "w/z/link"), 0);
    assert_int_equal(symlink("..", "w/a/loop"), 0);
    check_scan((struct ant_scan){.root = "w"},
               "a.txt a/b.txt a/c.jar z/deep/D.TXT z/link/b.txt z/link/c.jar ");
    check_scan((struct ant_scan){.root = "w", .no_follow_symlinks = true},
               "a.txt a/b.txt a/c.jar z/deep/D.TXT ");
    check_scan((struct ant_scan){.root = "w", .includes = "**/*.txt", .excludes = "z/", .split = GLOB_COMMA},
               "a.txt a/b.txt ");
    check_scan(
        (struct ant_scan){
            .root = "w", .includes = "**/*.txt", .ignore_case = true, .no_follow_symlinks = true},
        "a.txt a/b.txt z/deep/D.TXT ");
    check_scan(
        (struct ant_scan){
            .root = "w", .includes = ".git*,.git/*", .split = GLOB_COMMA, .no_default_excludes = true},
        ".git/config .gitignore ");
    check_scan((struct ant_scan){.root = "w", .includes = "none/*.x"}, "");
    struct ant_scan none = {.root = "nothing-here"};
    struct error err = {0};
    assert_int_equal(ant_scan(&none, add_name, NULL, &err), -1);
    error_release(&err);
    put("w/stop");
    _cleanup_(buf_release) struct buf b = {0};
    struct ant_scan all = {.root = "w"};
    assert_int_equal(ant_scan(&all, add_name, &b, NULL), -1);
    assert_int_equal(chdir("/"), 0);
    fs_rm_rf(dir, NULL);
    free(dir);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows),
        cmocka_unit_test(random_against_naive),
        cmocka_unit_test(hard_patterns_are_quick),
        cmocka_unit_test(lists),
        cmocka_unit_test(scanning),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
