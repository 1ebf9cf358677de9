/* Recorded as JSON first, so that what acts at the end of the build reads the same form that `show` and tools
 * see.
 *
 * Most options of a job mean something to Jenkins only (links of the project, names of its page): they are
 * kept and shown. Discarding happens at the end of each build, as in Jenkins; builds of other jobs are
 * never touched. */
#include "runner/engine/job_options.h"
#include "base/fs.h"
#include "runner/lib/json.h"
#include "runner/state/history.h"
#include <string.h>

/* ---- recording */

/* The record outlives the block that a secret came from: those of all blocks so far are hidden. */
json_t *job_option_json(struct fiber *f, struct value v)
{
    _cleanup_(buf_release) struct buf text = {0}, masked = {0};
    if (value_to_json(f, v, 0, &text, NULL) < 0)
        return json_null();
    mask_text(run_of(f)->all_masks, text.data, text.len, &masked);
    json_t *json = json_loadb(masked.data, masked.len, JSON_DECODE_ANY, NULL);
    return json ? json : json_null();
}

void job_option_set(struct fiber *f, const char *name, struct value args)
{
    struct run *run = run_of(f);
    json_t *all = json_object_get(run->record.json, "jobOptions");
    if (!all)
        json_object_set_new(run->record.json, "jobOptions", all = json_object());
    json_object_set_new(all, name, job_option_json(f, args));
}

/* ---- buildDiscarder */

struct rotation { /* -1: no limit */
    int64_t keep, days, keep_artifacts, artifact_days;
};

/* LogRotator takes texts under NAMEStr (how its data-bound constructor has them) and numbers under NAME;
 * what is no number above 0 is no limit. */
static int64_t limit_at(const json_t *o, const char *name)
{
    /* [core: LogRotator's data-bound constructor takes texts]. */
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
    /* `newer` counts this build, too: numToKeep 1 keeps it alone. */
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

/* The newest build that is SUCCESS, and the newest that is at least UNSTABLE, stay whatever the limits say.
 */
struct goods {
    bool stable, successful; /* seen among the newer ones */
};

static bool last_good(struct goods *seen, const char *result)
{
    bool stable = result && strcmp(result, "SUCCESS") == 0,
         successful = stable || (result && strcmp(result, "UNSTABLE") == 0);
    /* [LogRotator.shouldKeepRun]: lastSuccessful and lastStable links must lead somewhere. */
    bool is_last = (stable && !seen->stable) || (successful && !seen->successful);
    seen->stable |= stable;
    seen->successful |= successful;
    return is_last;
}

/* `i` counts the newer builds, kept ones included, as LogRotator does by its place in the list. */
static void rotate(struct run *run, const struct rotation *r, const int *numbers, size_t n)
{
    struct goods seen = {0};
    last_good(&seen, result_name(run->result == RESULT_NONE ? RESULT_SUCCESS : run->result));
    for (size_t i = 0; i < n; i++) {
        /* Newer builds may have ended meanwhile: theirs to decide. */
        if (numbers[i] >= run->record.number || build_running(&run->home, run->record.job, numbers[i], NULL))
            continue;
        json_t *build = build_load(&run->home, run->record.job, numbers[i], NULL);
        bool keep = last_good(&seen, json_string_value(json_object_get(build, "result"))) ||
                    json_is_true(json_object_get(build, "keepLog"));
        if (!keep && beyond(run, build, i, r->keep, r->days))
            discard_build(run, numbers[i], true);
        else if (!keep && beyond(run, build, i, r->keep_artifacts, r->artifact_days))
            discard_build(run, numbers[i], false);
        json_decref(build);
    }
}

/* preserveStashes: those of the newest builds only. Without the option all stay: any build may be restarted,
 * which Jenkins allows only with it. */
static void forget_stashes(struct run *run, const int *numbers, size_t n)
{
    const json_t *option =
        json_object_get(json_object_get(run->record.json, "jobOptions"), "preserveStashes");
    const json_t *count = json_object_get(option, "buildCount");
    size_t keep = json_is_integer(count) ? (size_t)json_integer_value(count) : 1;
    for (size_t i = keep; option && i < n; i++) {
        if (build_running(&run->home, run->record.job, numbers[i], NULL))
            continue;
        _cleanup_free_ char *dir = build_dir(&run->home, run->record.job, numbers[i]),
                            *stashes = path_join(dir, "stashes");
        fs_rm_rf(stashes, NULL);
    }
}

void job_options_discard(struct run *run)
{
    struct rotation r;
    _cleanup_free_ int *numbers = NULL;
    size_t n = build_numbers(&run->home, run->record.job, &numbers);
    if (rotation_read(run, &r))
        rotate(run, &r, numbers, n);
    forget_stashes(run, numbers, n);
}
