/* What starts a job without a person: declared by `triggers { }` or properties([pipelineTriggers([…])]),
 * checked, and left in build.json and in the job's own job.json, where `serve` finds it without reading
 * pipelines. As in Jenkins each build replaces what the builds before it declared. */
#include "base/cron.h"
#include "base/fs.h"
#include "parser/catalog.h"
#include "runner/engine/job_options.h"
#include <string.h>

static const struct {
    const char *trigger, *class, *param;
} timed[] = {{"cron", "TimerTrigger", "spec"}, {"pollSCM", "SCMTrigger", "scmpoll_spec"}};

/* The words of the file also for [$class: 'TimerTrigger', …]. */
static const char *trigger_word(const char *name)
{
    const char *dot = strrchr(name, '.'), *simple = dot ? dot + 1 : name;
    for (size_t i = 0; i < ARRAY_LEN(timed); i++)
        if (strcmp(timed[i].class, simple) == 0)
            return timed[i].trigger;
    return strcmp(simple, "ReverseBuildTrigger") == 0 ? "upstream" : name;
}

/* [core: CronTabList.create] refuses what is no time with ANTLRException's message, which a build shows. */
static enum call_status check_times(struct fiber *f, const char *trigger, const json_t *args)
{
    if (run_of(f)->dry_run) /* names that are not known yet stand in it as texts */
        return CALL_OK;
    _cleanup_(error_release) struct error err = {0};
    for (size_t i = 0; i < ARRAY_LEN(timed); i++) {
        const char *spec = strcmp(timed[i].trigger, trigger)
                               ? NULL
                               : json_string_value(json_object_get(args, timed[i].param));
        struct cron *c = spec ? cron_parse(spec, run_of(f)->record.job, &err) : NULL;
        if (spec && !c)
            return vm_throw(f, "IllegalArgumentException", "%s", err.message);
        cron_free(c);
    }
    return CALL_OK;
}

/* {type, arguments by name}: the sole unnamed argument gets the name that the table has for it. */
static json_t *trigger_json(const char *trigger, json_t *args) /* takes args */
{
    const struct catalog_step *row = catalog_find(&catalog_triggers, trigger, strlen(trigger));
    const struct catalog_param *sole = row ? catalog_sole_param(row) : NULL;
    json_t *out = json_pack("{s:s}", "type", trigger), *unnamed = json_object_get(args, "");
    if (sole && unnamed)
        json_object_set(out, sole->name, unnamed);
    json_object_del(args, "");
    json_object_del(args, "$class");
    json_object_update(out, args);
    json_decref(args);
    return out;
}

enum call_status job_trigger_add(struct fiber *f, const char *name, struct value args)
{
    const char *trigger = trigger_word(name);
    json_t *record = run_of(f)->record.json, *all = json_object_get(record, "triggers");
    if (!all)
        json_object_set_new(record, "triggers", all = json_array());
    json_t *json = job_option_json(f, args);
    if (!json_is_object(json)) {
        json_decref(json);
        json = json_object();
    }
    json_t *one = trigger_json(trigger, json);
    enum call_status status = check_times(f, trigger, one);
    json_array_append_new(all, one);
    return status;
}

void job_state_save(struct run *run)
{
    _cleanup_(error_release) struct error err = {0};
    json_t *record = run->record.json, *triggers = json_object_get(record, "triggers"),
           *options = json_object_get(record, "jobOptions");
    if (run->dry_run)
        return;
    json_t *state = json_pack("{s:s?,s:o,s:o}", "file", run->file_path, "triggers",
                              triggers ? json_incref(triggers) : json_array(), "options",
                              options ? json_incref(options) : json_object());
    _cleanup_free_ char *text = state ? json_dumps(state, JSON_INDENT(1)) : NULL,
                        *dir = build_dir(&run->home, run->record.job, 0), *file = path_join(dir, "job.json");
    json_decref(state);
    if (text && fs_write_file_atomic(file, text, strlen(text), 0644, &err) < 0)
        run_warning(run, NULL, 0, 0, "%s", err.message);
}
