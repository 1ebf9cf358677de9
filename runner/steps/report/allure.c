/* allure [allure plugin: AllureReportPublisher]. The report itself is a web page that Allure's own program
 * makes; here its results are kept with the build, counted, and judged as the plugin does: a failed or broken
 * test makes the build UNSTABLE. */
#include "base/buf.h"
#include "base/fs.h"
#include "base/glob.h"
#include "runner/steps/helper.h"
#include "runner/steps/report/described.h"
#include "runner/steps/report/kept.h"
#include "runner/steps/rows.h"
#include "runner/steps/workspace.h"
#include <string.h>

enum { RESULT_LIMIT = 4 << 20 };
enum outcome_kind {
    ALLURE_PASSED,
    ALLURE_FAILED,
    ALLURE_BROKEN,
    ALLURE_SKIPPED,
    ALLURE_UNKNOWN,
    ALLURE_KINDS
};

struct tally {
    const char *dir;
    long of[ALLURE_KINDS];
};

/* A result that cannot be read, or has a status of its own, counts as unknown. */
static int count_result(void *data, const char *path, const struct stat *st, struct error *err)
{
    static const char *const words[] = {"passed", "failed", "broken", "skipped"};
    struct tally *t = data;
    _cleanup_(buf_release) struct buf text = {0};
    _cleanup_free_ char *whole = path_join(t->dir, path);
    size_t kind = 0;
    if (!S_ISREG(st->st_mode) || fs_read_file(whole, RESULT_LIMIT, &text, NULL) < 0)
        return 0;
    json_t *json = json_loadb(text.data ? text.data : "", text.len, 0, NULL);
    const char *status = json_string_value(json_object_get(json, "status"));
    while (kind < ARRAY_LEN(words) && !str_eq(status, words[kind]))
        kind++;
    t->of[kind]++;
    json_decref(json);
    return 0;
}

/* Counted from the copy: the node's files may be far away. */
static bool copied(struct step_call *c, const struct worker_end *end)
{
    _cleanup_free_ char *to = path_join(c->run->record.dir, "allure-results");
    struct tally t = {.dir = to};
    struct ant_scan scan = {.root = to, .includes = "**/*-result.json"};
    if (!end->result)
        return false;
    if (!json_integer_value(json_object_get(end->result, "count"))) {
        step_log(c, "Allure: no results were found");
    } else if (ant_scan(&scan, count_result, &t, NULL) >= 0) {
        step_log(c, "Allure: %ld passed, %ld failed, %ld broken, %ld skipped, %ld unknown",
                 t.of[ALLURE_PASSED], t.of[ALLURE_FAILED], t.of[ALLURE_BROKEN], t.of[ALLURE_SKIPPED],
                 t.of[ALLURE_UNKNOWN]);
        step_log(c, "Allure: the results are kept in %s; gmrun renders no report of them", to);
        if (t.of[ALLURE_FAILED] + t.of[ALLURE_BROKEN])
            build_mark(c->run, c->branch->scope, RESULT_UNSTABLE);
    }
    step_done(c, NULL_VALUE);
    return true;
}

/* "a" and "./a/" become "a/ **"; texts and [path: 'a'] are both in use. */
static void add_path(struct step_call *c, struct value item, struct buf *includes)
{
    struct value hold = NULL_VALUE;
    const char *path = value_is(item, OBJ_MAP) ? described_str(c, AS_MAP(item), "path", "")
                                               : value_text(c->fiber, item, &hold);
    _cleanup_free_ char *plain = path_normalise(path);
    buf_printf(includes, "%s%s/**", includes->len ? "," : "", plain);
    value_release(hold);
}

enum call_status step_allure(struct step_call *c, struct value *out)
{
    _cleanup_(error_release) struct error err = {0};
    _cleanup_(buf_release) struct buf includes = {0};
    struct value list = step_arg(c, "results");
    _cleanup_free_ char *to = path_join(c->run->record.dir, "allure-results");
    for (uint32_t i = 0; value_is(list, OBJ_LIST) && i < AS_LIST(list)->len; i++)
        add_path(c, AS_LIST(list)->items[i], &includes);
    if (step_bool(c, "disabled", false)) {
        step_log(c, "Allure report is disabled.");
        return CALL_OK;
    }
    if (!includes.len)
        buf_addstr(&includes, "allure-results/**");
    struct ant_scan scan = {.root = step_cwd(c), .includes = includes.data, .split = GLOB_COMMA};
    const char *dir = ws_view(c, &scan, &err);
    if (!dir)
        return step_abort(c, "%s", err.message);
    return helper_start(c,
                        json_pack("{s:s,s:s,s:s,s:s,s:b}", "op", "archive-artifacts", "dir", dir, "dest", to,
                                  "includes", includes.data, "allowEmpty", 1),
                        copied);
}
