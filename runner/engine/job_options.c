/* Recorded as JSON first, so that what acts at the end of the build reads the same form that `show` and tools
 * see. */
#include "runner/engine/job_options.h"
#include "base/fs.h"
#include "runner/lib/json.h"
#include "runner/state/history.h"
#include <string.h>

/* ---- recording */

static const struct {
    const char *name, *why;
} idle[] = {
    {"quietPeriod", "a build starts when it is asked for"},
    {"rateLimitBuilds", "whoever starts a build decides when"},
    {"throttleJobProperty", "whoever starts a build decides when"},
};

static json_t *as_json(struct fiber *f, struct value v)
{
    _cleanup_(buf_release) struct buf text = {0}, masked = {0};
    if (value_to_json(f, v, 0, &text, NULL) < 0)
        return json_null();
    mask_text(run_of(f)->masks, text.data, text.len, &masked);
    json_t *json = json_loadb(masked.data, masked.len, JSON_DECODE_ANY, NULL);
    return json ? json : json_null();
}

void job_option_set(struct fiber *f, const char *name, struct value args)
{
    struct run *run = run_of(f);
    json_t *all = json_object_get(run->record.json, "jobOptions");
    if (!all)
        json_object_set_new(run->record.json, "jobOptions", all = json_object());
    for (size_t i = 0; i < ARRAY_LEN(idle); i++)
        if (strcmp(idle[i].name, name) == 0)
            run_notice(run, "option %s has no effect here: %s", name, idle[i].why);
    json_object_set_new(all, name, as_json(f, args));
}

/* ---- buildDiscarder */

struct rotation { /* -1: no limit */
    int64_t keep, days, keep_artifacts, artifact_days;
};

static int64_t limit_at(const json_t *o, const char *name)
{
    _cleanup_free_ char *text_name = xasprintf("%sStr", name);
    const json_t *v = json_object_get(o, text_name);
    v = v ? v : json_object_get(o, name);
    if (json_is_integer(v))
        return json_integer_value(v) > 0 ? json_integer_value(v) : -1;
    const char *text = json_string_value(v);
    char *end = NULL;
    long n = text ? strtol(text, &end, 10) : -1;
    return end && end != text && !*end && n > 0 ? n : -1;
}

static bool rotation_read(const struct run *run, struct rotation *r)
{
    const json_t *option = json_object_get(json_object_get(run->record.json, "jobOptions"), "buildDiscarder");
    const json_t *strategy = json_object_get(option, "strategy");
    strategy = strategy ? strategy : json_object_get(option, "");
    if (!json_is_object(strategy))
        return false;
    *r = (struct rotation){limit_at(strategy, "numToKeep"), limit_at(strategy, "daysToKeep"),
                           limit_at(strategy, "artifactNumToKeep"), limit_at(strategy, "artifactDaysToKeep")};
    return true;
}

static bool beyond(const struct run *run, const json_t *build, size_t newer, int64_t keep, int64_t days)
{
    const int64_t day_ms = 24 * 3600 * 1000LL;
    if (keep >= 0 && (int64_t)newer >= keep)
        return true;
    return days >= 0 &&
           run->started_ms - json_integer_value(json_object_get(build, "started_ms")) > days * day_ms;
}

static void discard_build(struct run *run, int number, bool whole)
{
    _cleanup_(error_release) struct error err = {0};
    _cleanup_free_ char *dir = build_dir(&run->home, run->record.job, number),
                        *archive = path_join(dir, "archive");
    int status = fs_rm_rf(whole ? dir : archive, &err);
    if (status == 0 && whole)
        status = history_remove_build(&run->home, run->record.job, number, &err);
    if (status < 0)
        run_warning(run, NULL, 0, 0, "build %d cannot be discarded: %s", number, err.message);
}

void job_options_discard(struct run *run)
{
    struct rotation r;
    if (!rotation_read(run, &r))
        return;
    _cleanup_free_ int *numbers = NULL;
    size_t n = build_numbers(&run->home, run->record.job, &numbers);
    bool good_seen = run->result == RESULT_NONE || run->result == RESULT_SUCCESS;
    for (size_t i = 0; i < n; i++) {
        if (numbers[i] >= run->record.number || build_running(&run->home, run->record.job, numbers[i], NULL))
            continue;
        json_t *build = build_load(&run->home, run->record.job, numbers[i], NULL);
        const char *result = json_string_value(json_object_get(build, "result"));
        bool last_good = !good_seen && result && strcmp(result, "SUCCESS") == 0;
        good_seen |= last_good;
        if (!last_good && !json_is_true(json_object_get(build, "keepLog"))) {
            if (beyond(run, build, i, r.keep, r.days))
                discard_build(run, numbers[i], true);
            else if (beyond(run, build, i, r.keep_artifacts, r.artifact_days))
                discard_build(run, numbers[i], false);
        }
        json_decref(build);
    }
}
