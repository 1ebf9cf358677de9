/* Every pipeline file below the folders of $GMRUN_CORPUS (separated by colons): each is parsed, the
 * refused ones are listed, and no more than one in fifty may be. Skipped when the variable is not set. */
#include "tests/unit/check.h"
#include "parser/ast.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/util.h"
#include <ftw.h>
#include <stdio.h>
#include <string.h>

enum { OPEN_FOLDERS = 16 };

/* nftw() hands nothing on to its callback, hence the only variable of this program. */
static struct totals {
    int files, refused;
} totals;

static bool is_pipeline(const char *path)
{
    const char *slash = strrchr(path, '/');
    return str_has_suffix(path, ".groovy") || strcasestr(slash ? slash : path, "jenkinsfile");
}

static void read_file(const char *path, struct buf *b)
{
    char chunk[65536];
    size_t n;
    FILE *f = fopen(path, "rb");
    assert_non_null(f);
    buf_reserve(b, 1);
    while ((n = fread(chunk, 1, sizeof(chunk), f)) > 0)
        buf_add(b, chunk, n);
    fclose(f);
}

static int parse_one(const char *path, const struct stat *st, int type, struct FTW *where)
{
    if (type != FTW_F || !is_pipeline(path))
        return 0;
    struct buf text = {0};
    struct ast ast;
    struct error err = {0};
    read_file(path, &text);
    totals.files++;
    if (ast_parse(&ast, path, text.len ? text.data : "", text.len, &err)) {
        totals.refused++;
        print_message("refused: %s:%d:%d: %s\n", err.file, err.line, err.col, err.message);
    }
    ast_release(&ast);
    error_release(&err);
    buf_release(&text);
    return 0;
}

static void test_corpus(void **state)
{
    const char *folders = getenv("GMRUN_CORPUS");
    if (!folders || !*folders)
        skip();
    while (*folders) {
        size_t n = strcspn(folders, ":");
        char *folder = xstrndup(folders, n);
        assert_int_equal(nftw(folder, parse_one, OPEN_FOLDERS, FTW_PHYS), 0);
        free(folder);
        folders += n + (folders[n] == ':');
    }
    print_message("%d files, %d refused\n", totals.files, totals.refused);
    assert_true(totals.files > 0);
    assert_true(totals.refused * 50 <= totals.files);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_corpus)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
